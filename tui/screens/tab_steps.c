/* The steps with the gutter of what needs what; the log tail below.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>

#include "run_view.h"

enum {
	NOTES_FROM = 64 /* columns from which notes have room */
};

struct columns {
	int gutter, glyph, name, state, tries, time, note;
};

static struct columns
columns_of(const struct run_view *rv, int w, bool gutter)
{
	struct columns c = {.gutter = 2};
	int longest = rv->widest.row > 12 ? rv->widest.row : 12;
	int most = w >= 100 ? 30 : w >= 80 ? 24 : w / 2 - 4;

	if (longest > most)
		longest = most;
	if (rv->plan_order)
		c.glyph = c.gutter + 6;
	else
		c.glyph = gutter ? c.gutter + lanes_columns(&rv->lanes) + 2 : 2;
	c.name = c.glyph + 2;
	c.state = c.name + longest + 2;
	c.tries = c.state + 7;
	c.time = c.tries + 6;
	c.note = c.time + 9;
	if (c.time + 7 > w) { /* no room for the tries */
		c.time = c.tries;
		c.tries = w;
	}
	return c;
}

static void
group_counts(const struct run_node *node, struct strbuf *out)
{
	strbuf_addf(out, "%u of %u done", node->done, node->members);
	if (node->failed)
		strbuf_addf(out, ", %u failed", node->failed);
	strbuf_adds(out, " (Enter opens)");
}

static void
draw_times(const struct run_view *rv, struct grid *g, struct rect row,
	   const struct columns *c, const struct wf_step_info *s)
{
	char text[SPAN_TEXT];
	const struct wf_attempt_info *last = step_latest(s);
	int64_t elapsed = step_elapsed(s, rv->now);
	const char *span;

	/* Of a rollback, what the undo took. */
	if (rv->plan_order && last && last->phase == PHASE_UNDO)
		elapsed = (last->finished ? last->finished : rv->now) -
			  last->started;
	span = span_text(elapsed, text);

	/* In narrow windows a countdown says more than the time so far. */
	if (row.w < 60 && s->state == STEP_RETRY_WAIT && s->due)
		span = countdown_text(s->due - rv->now, text);
	grid_text(g, row, c->time + 6 - (int)strlen(span), 0, STYLE_NORMAL,
		  span);
	grid_text(g, row, c->tries, 0, STYLE_NORMAL, step_tries(s, text));
}

/* Where it is wanted, what runs turns with the clock. */
static const char *
glyph_of(const struct run_view *rv, enum shown shown, bool ascii)
{
	static const char *const turning[] = {"|", "/", "-", "\\"};

	if (shown == SHOWN_RUN && rv->spinner)
		return turning[rv->now / 250 % 4];
	return shown_glyph(shown, ascii);
}

static void
draw_step(struct run_view *rv, struct grid *g, struct rect row,
	  const struct columns *c, const struct run_node *node, bool notes)
{
	const struct wf_step_info *s = &rv->d.steps[node->step];
	enum shown shown = run_step_shown(rv, s);
	struct strbuf note = STRBUF_INIT;
	struct rect name =
		rect_clip(row, (struct rect){row.x + c->name, row.y,
					     c->state - c->name - 1, 1});

	grid_text(g, row, c->glyph, 0, shown_states[shown].style,
		  glyph_of(rv, shown, g->ascii));
	grid_textf(g, name, 2 * node->indent, 0, STYLE_NORMAL, "%s", s->path);
	grid_text(g, row, c->state, 0, shown_states[shown].style,
		  shown_states[shown].word);
	draw_times(rv, g, row, c, s);
	if (node->members && notes)
		group_counts(node, &note);
	else if (notes)
		run_step_note(rv, s, &note);
	else if (s->has_undo && step_state_is_good(s->state))
		strbuf_adds(&note, "undo");
	grid_words(g, row, c->note, 0, row.w - c->note, STYLE_NORMAL, note.at);
	strbuf_release(&note);
}

static void
mark_row(struct grid *g, struct rect row)
{
	grid_text(g, row, 1, 0, STYLE_TITLE, ">");
	grid_mark(g, row, (struct rect){0, 0, row.w, 1}, 0, CELL_REVERSE);
	g->cursor_x = row.x + 1;
	g->cursor_y = row.y;
}

/* Rows with connectors between them: the top is chosen so that the cursor's
 * row and what joins it are in sight. */
static void
draw_with_gutter(struct run_view *rv, struct grid *g, struct rect r,
		 const struct columns *c, bool notes)
{
	size_t selected = run_selected_node(rv), top;
	size_t rows = (size_t)r.h;

	top = lanes_top(&rv->lanes, selected, rv->list.left, rows);
	rv->list.top = top;
	for (size_t i = 0; i < rows && top + i < rv->lanes.nrows; i++) {
		const struct lane_row *lane = &rv->lanes.rows[top + i];
		struct rect row = rect_row(r, (int)i);

		if (i < ROWS_MAX && lane->node != LANES_NONE)
			rv->row_node[i] = (size_t)lane->node;

		lanes_draw(&rv->lanes, g, row, c->gutter, 0, top + i,
			   STYLE_LINE);
		if (lane->node == LANES_NONE)
			continue;
		draw_step(rv, g, row, c, &rv->nodes.at[lane->node], notes);
		if ((size_t)lane->node == selected)
			mark_row(g, row);
	}
}

static void
draw_plain(struct run_view *rv, struct grid *g, struct rect r,
	   const struct columns *c)
{
	size_t place;

	list_show(&rv->list, r.h);
	for (int i = 0; i < r.h; i++) {
		size_t at = rv->list.top + (size_t)i;
		struct rect row = rect_row(r, i);

		if (at >= rv->order.n)
			break;
		if (i < ROWS_MAX)
			rv->row_node[i] = rv->order.at[at];
		place = rv->place[rv->nodes.at[rv->order.at[at]].step];
		if (rv->plan_order && place)
			grid_textf(g, row, c->gutter, 0, STYLE_UNDONE,
				   "%zu/%zu", place, rv->plan.n);
		else if (c->glyph > 2 && !rv->plan_order)
			grid_textf(g, row, c->gutter, 0, STYLE_FAINT, "%3d",
				   rv->depth.at[at]);
		draw_step(rv, g, row, c, &rv->nodes.at[rv->order.at[at]],
			  r.w >= 60);
		if (at == rv->list.cursor)
			mark_row(g, row);
	}
}

static void
draw(struct view *v, struct grid *g, struct rect r)
{
	struct run_view *rv = run_view_of(v);
	bool gutter = r.w >= 56;
	struct columns c = columns_of(rv, r.w, gutter);

	rv->height = r.h;
	rv->rows_at = r;
	rv->rows_at.h = r.h < ROWS_MAX ? r.h : ROWS_MAX;
	rv->spinner = v->views->config.value[SETTING_SPINNER];
	for (int i = 0; i < rv->rows_at.h; i++)
		rv->row_node[i] = SIZE_MAX;
	if (rv->order.n == 0)
		grid_text(g, r, 2, 1, STYLE_NORMAL,
			  rv->d.steps ? "this run has no steps"
				      : "its steps cannot be read");
	else if (gutter && !rv->lanes.collapsed && !rv->plan_order)
		draw_with_gutter(rv, g, r, &c, r.w >= NOTES_FROM);
	else
		draw_plain(rv, g, r, &c);
}

/* What stands in the notes' place where these have no room. */
static size_t
legend_of(const struct run_view *rv, const char *legend[2])
{
	bool undo = false, due = false;
	size_t n = 0;

	for (size_t i = 0; i < rv->d.nsteps; i++) {
		const struct wf_step_info *s = &rv->d.steps[i];

		undo |= s->has_undo && step_state_is_good(s->state);
		due |= s->state == STEP_RETRY_WAIT && s->due;
	}
	if (undo)
		legend[n++] = "undo = the step has an undo command";
	if (due)
		legend[n++] = "00:00 = time to the next automatic try";
	return n;
}

static void
draw_legend(const struct run_view *rv, struct grid *g, struct rect r)
{
	const char *legend[2];
	size_t rows = rv->plan_order ? rv->order.n : rv->lanes.nrows;
	size_t n = legend_of(rv, legend);

	if (rows + n > (size_t)r.h)
		return;
	for (size_t i = 0; i < n; i++)
		grid_text(g, rect_row(r, r.h - (int)(n - i)), 1, 0, STYLE_FAINT,
			  legend[i]);
}

void
steps_draw_pane(struct view *v, struct grid *g, struct rect r)
{
	const struct run_view *rv = run_view_of(v);
	struct rect rows = {r.x, r.y + 1, r.w, r.h - 1};

	grid_textf(g, r, 1, 0, STYLE_FAINT, "STEPS (%zu)", rv->d.nsteps);
	grid_text(g, r, r.w / 2 - 4, 0, STYLE_FAINT,
		  rv->plan_order ? "sort: plan of the rollback"
				 : "sort: flow order");
	draw(v, g, rows);
	if (r.w < NOTES_FROM)
		draw_legend(rv, g, rows);
}

static bool
act(struct view *v, enum action action)
{
	struct run_view *rv = run_view_of(v);
	size_t node = run_selected_node(rv);
	struct list moved = {.n = rv->list.n, .cursor = rv->list.cursor};

	if (list_act(&moved, action, rv->height)) {
		rv->list.cursor = moved.cursor;
		rv->list.left = rv->list.top;
		run_select(rv, run_selected_node(rv));
	} else if ((action == ACTION_OPEN || action == ACTION_RIGHT ||
		    action == ACTION_LEFT) &&
		   rv->order.n && rv->nodes.at[node].members) {
		run_toggle_group(rv, node);
	} else if (action == ACTION_OPEN) {
		rv->tab = TAB_LOG;
	} else {
		return false;
	}
	return true;
}

static const enum context contexts[] = {CONTEXT_NONE};
static const enum action hints[] = {
	ACTION_RETRY,      ACTION_ROLLBACK,   ACTION_SKIP,     ACTION_APPROVE,
	ACTION_LOG,        ACTION_FIND,       ACTION_HOLD,     ACTION_STOP_STEP,
	ACTION_NEXT_MATCH, ACTION_PREV_MATCH, ACTION_STOP_RUN, ACTION_DESIGN,
	ACTION_DETACH,     ACTION_PALETTE,    ACTION_QUIT,     ACTION_HELP,
	ACTION_NONE};

const struct run_tab_ops tab_steps = {
	.title = "Steps",
	.brief = "Steps",
	.draw = draw,
	.act = act,
	.contexts = contexts,
	.hints = hints,
};
