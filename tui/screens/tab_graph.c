/* The run as a picture: labels in layers, the way to the cursor bold.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "run_view.h"

enum {
	PAN_X = 8,
	PAN_Y = 3,
	LIVE_NODES = 200,
	DETAIL_FROM = 60 /* columns for the step beside the place */
};

/* "+ build-api 1m12s": what is worth knowing at a glance. */
static char *
label_of(const struct run_view *rv, const struct run_node *node, bool ascii)
{
	const struct wf_step_info *s = &rv->d.steps[node->step];
	struct strbuf out = STRBUF_INIT, safe = STRBUF_INIT;
	char text[SPAN_TEXT], tries[SPAN_TEXT];
	int64_t elapsed = step_elapsed(s, rv->now);

	strbuf_addf(&out, "%s %s", shown_glyph(run_step_shown(rv, s), ascii),
		    s->path);
	if (rv->graph.detail > 0)
		strbuf_addf(&out, " %s",
			    shown_states[run_step_shown(rv, s)].word);
	if (rv->graph.detail > 0 && s->tries > 1 && !s->is_group &&
	    s->state != STEP_RETRY_WAIT)
		strbuf_addf(&out, " %s", step_tries(s, tries));
	if (rv->graph.detail < 0)
		; /* the name will do */
	else if (node->members)
		strbuf_addf(&out, " %u/%u", node->done, node->members);
	else if (s->state == STEP_RETRY_WAIT)
		strbuf_addf(&out, " %s %s", step_tries(s, tries),
			    s->due ? countdown_text(s->due - rv->now, text)
				   : "");
	else if (s->finished && elapsed >= 0 && !s->is_group)
		strbuf_addf(&out, " %s", span_text(elapsed, text));
	text_sanitize(&safe, out.at, out.n, ascii ? TEXT_ASCII : 0);
	strbuf_release(&out);
	return strbuf_detach(&safe);
}

/* Large pictures are made anew for news only, small ones each second too,
 * for the clocks in their labels. */
static bool
is_fresh(struct run_view *rv, struct rect r)
{
	struct run_graph *gr = &rv->graph;
	int64_t second = rv->nodes.n > LIVE_NODES ? 0 : rv->now / 1000;
	bool fresh = gr->layers && gr->w == r.w && gr->h == r.h &&
		     gr->made_implied == gr->implied &&
		     gr->made_detail == gr->detail &&
		     gr->made_direction == gr->direction &&
		     gr->made_second == second;

	gr->w = r.w;
	gr->h = r.h;
	gr->made_implied = gr->implied;
	gr->made_detail = gr->detail;
	gr->made_direction = gr->direction;
	gr->made_second = second;
	return fresh;
}

void
run_graph_forget(struct run_view *rv)
{
	for (size_t i = 0; rv->labels && i < rv->nodes.n; i++)
		free(rv->labels[i]);
	free(rv->labels);
	rv->labels = NULL;
	layers_free(rv->graph.layers);
	rv->graph.layers = NULL;
}

static void
make_picture(struct run_view *rv, struct rect r, bool ascii)
{
	struct layers_options o = {
		.direction = rv->graph.direction,
		.fit_w = r.w,
		.fit_h = r.h,
		.implied = rv->graph.implied,
	};

	if (is_fresh(rv, r))
		return;
	run_graph_forget(rv);
	rv->labels = mem_alloc((rv->nodes.n + 1) * sizeof(*rv->labels));
	for (size_t i = 0; i < rv->nodes.n; i++) {
		rv->labels[i] = label_of(rv, &rv->nodes.at[i], ascii);
		rv->graph_nodes[i].label = rv->labels[i];
	}
	rv->graph.layers = layers_new(rv->graph_nodes, rv->nodes.n, &o);
}

/* "columns 1-65 of 81, rows 1-18 of 19", where not all is in sight. */
static void
add_place(const struct run_graph *gr, struct strbuf *out)
{
	int w = layers_width(gr->layers), h = layers_height(gr->layers);

	if (w > gr->w)
		strbuf_addf(out, "columns %d-%d of %d", gr->pan_x + 1,
			    gr->pan_x + gr->w < w ? gr->pan_x + gr->w : w, w);
	if (h > gr->h)
		strbuf_addf(out, "%srows %d-%d of %d", out->n ? ", " : "",
			    gr->pan_y + 1,
			    gr->pan_y + gr->h < h ? gr->pan_y + gr->h : h, h);
}

static void
add_detail(const struct run_view *rv, struct strbuf *out)
{
	const struct wf_step_info *s = run_selected(rv);
	char text[SPAN_TEXT];

	if (s && rv->critical) {
		run_critical_text(rv, out);
	} else if (s) {
		struct strbuf note = STRBUF_INIT;

		run_step_note(rv, s, &note);
		strbuf_addf(out, "%s: %s  tries %s  %s", s->path,
			    shown_states[run_step_shown(rv, s)].word,
			    step_tries(s, text), note.at);
		strbuf_release(&note);
	}
}

static void
draw_status(const struct run_view *rv, struct grid *g, struct rect r)
{
	struct strbuf place = STRBUF_INIT, detail = STRBUF_INIT;
	int room;

	add_place(&rv->graph, &place);
	if (r.w >= DETAIL_FROM || !place.n)
		add_detail(rv, &detail);
	room = r.w - 2 - (place.n ? text_width_str(place.at) + 2 : 0);
	grid_words(g, r, 1, 0, room, STYLE_NORMAL, detail.at);
	grid_text_right(g, (struct rect){r.x, r.y, r.w - 1, 1}, 0, STYLE_FAINT,
			place.at);
	strbuf_release(&place);
	strbuf_release(&detail);
}

static void
draw(struct view *v, struct grid *g, struct rect r)
{
	struct run_view *rv = run_view_of(v);
	struct run_graph *gr = &rv->graph;
	struct rect pane = {r.x, r.y, r.w, r.h - 1};
	struct layers_look look = {.line = STYLE_LINE, .path = STYLE_PATH};
	bool *path;
	int left, top;

	if (pane.h < 1 || rv->nodes.n == 0)
		return;
	make_picture(rv, pane, g->ascii);
	if (!gr->centred)
		layers_bring_into_sight(gr->layers, run_selected_node(rv),
					gr->w, gr->h, &gr->pan_x, &gr->pan_y);
	layers_clamp(gr->layers, pane.w, pane.h, &gr->pan_x, &gr->pan_y);
	path = mem_alloc(rv->nodes.n + 1);
	if (rv->critical)
		run_critical(rv, path);
	else
		layers_mark_needs(gr->layers, run_selected_node(rv), path);
	look.path_nodes = path;
	look.selected = (int)run_selected_node(rv);
	left = (pane.w - layers_width(gr->layers)) / 2;
	top = layers_height(gr->layers) < pane.h - 1;
	layers_draw(gr->layers, g, pane, gr->pan_x - (left > 0 ? left : 0),
		    gr->pan_y - top, &look);
	free(path);
	draw_status(rv, g, rect_row(r, r.h - 1));
}

static enum line_arm
arm_of(enum action action)
{
	if (action == ACTION_UP)
		return LINE_N;
	if (action == ACTION_DOWN)
		return LINE_S;
	return action == ACTION_LEFT ? LINE_W : LINE_E;
}

static bool
pan(struct run_graph *gr, enum action action)
{
	if (action == ACTION_PAN_LEFT)
		gr->pan_x -= PAN_X;
	else if (action == ACTION_PAN_RIGHT)
		gr->pan_x += PAN_X;
	else if (action == ACTION_PAN_UP)
		gr->pan_y -= PAN_Y;
	else if (action == ACTION_PAN_DOWN)
		gr->pan_y += PAN_Y;
	else if (action == ACTION_PAGE_UP || action == ACTION_HALF_UP)
		gr->pan_y -= gr->h / 2;
	else if (action == ACTION_PAGE_DOWN || action == ACTION_HALF_DOWN)
		gr->pan_y += gr->h / 2;
	else
		return false;
	gr->centred = true; /* where the user put it */
	return true;
}

/* Another picture; it may look the same, so it is said, too. */
static bool
change_picture(struct view *v, enum action action)
{
	static const char *const directions[] = {
		[LAYERS_BY_FIT] = "the picture goes as it fits",
		[LAYERS_DOWN] = "the picture goes downwards",
		[LAYERS_RIGHT] = "the picture goes to the right"};
	struct run_graph *gr = &run_view_of(v)->graph;

	if (action == ACTION_IMPLIED) {
		gr->implied = !gr->implied;
		views_say(v->views, gr->implied ? "edges that others imply are "
						  "shown, too"
						: "edges that others imply are "
						  "hidden");
	} else if (action == ACTION_TURN) {
		gr->direction = (gr->direction + 1) % 3;
		views_say(v->views, "%s", directions[gr->direction]);
	} else if (action == ACTION_DETAIL_MORE) {
		gr->detail += gr->detail < 1;
	} else if (action == ACTION_DETAIL_LESS) {
		gr->detail -= gr->detail > -1;
	} else {
		return false;
	}
	return true;
}

static bool
act(struct view *v, enum action action)
{
	struct run_view *rv = run_view_of(v);
	struct run_graph *gr = &rv->graph;
	size_t node = run_selected_node(rv);

	if (pan(gr, action) || change_picture(v, action))
		return true;
	gr->centred = false;
	if ((action == ACTION_UP || action == ACTION_DOWN ||
	     action == ACTION_LEFT || action == ACTION_RIGHT) &&
	    gr->layers && rv->nodes.n)
		run_select(rv,
			   layers_neighbour(gr->layers, node, arm_of(action)));
	else if (action == ACTION_FIRST && rv->order.n)
		run_select(rv, rv->order.at[0]);
	else if (action == ACTION_LAST && rv->order.n)
		run_select(rv, rv->order.at[rv->order.n - 1]);
	else if (action == ACTION_CRITICAL)
		rv->critical = !rv->critical;
	else if (action == ACTION_OPEN && rv->nodes.n &&
		 rv->nodes.at[node].members)
		run_toggle_group(rv, node);
	else if (action == ACTION_OPEN)
		rv->tab = TAB_INFO;
	else
		return false;
	return true;
}

static const enum context contexts[] = {CONTEXT_GRAPH, CONTEXT_PAN,
					CONTEXT_NONE};
static const enum action hints[] = {
	ACTION_OPEN,        ACTION_RETRY,      ACTION_SKIP,
	ACTION_NEXT_MATCH,  ACTION_PREV_MATCH, ACTION_TURN,
	ACTION_CRITICAL,    ACTION_IMPLIED,    ACTION_DETAIL_MORE,
	ACTION_DETAIL_LESS, ACTION_PAN_LEFT,   ACTION_PAN_DOWN,
	ACTION_PAN_UP,      ACTION_PAN_RIGHT,  ACTION_PALETTE,
	ACTION_QUIT,        ACTION_HELP,       ACTION_NONE};

const struct run_tab_ops tab_graph = {
	.title = "Graph",
	.brief = "Gr",
	.draw = draw,
	.act = act,
	.contexts = contexts,
	.hints = hints,
};
