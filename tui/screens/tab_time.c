/* The timeline: tries and waits of each step on one axis.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "../gantt.h"
#include "run_view.h"

enum {
	SPAN_WIDTH = 7,
	PAN_CELLS = 8,
	LABEL_MAX = 24,
	QUEUED_MS = 1000 /* shorter waits for a place are not shown */
};

struct segments {
	struct gantt_segment *at;
	size_t n, cap;
};

static enum gantt_kind
kind_of(const struct wf_attempt_info *a)
{
	if (a->phase == PHASE_UNDO)
		return GANTT_UNDO;
	if (a->finished == 0)
		return GANTT_RUN;
	return str_eq(a->state, "succeeded") ? GANTT_OK : GANTT_FAIL;
}

static enum gantt_kind
kind_of_wait(const struct wf_step_info *s)
{
	return step_shown(s) == SHOWN_SLEEP ? GANTT_SLEEP : GANTT_WAIT;
}

/* The gap between two tries was spent waiting for the next. */
static void
collect(const struct run_view *rv, size_t node, struct segments *out)
{
	const struct wf_step_info *s = &rv->d.steps[rv->nodes.at[node].step];
	int64_t queued = run_queued_since(rv, node), end = 0;

	out->n = 0;
	if (queued &&
	    (!s->nattempts || s->attempts[0].started >= queued + QUEUED_MS))
		vec_push(out, (struct gantt_segment){
				      queued,
				      s->nattempts ? s->attempts[0].started : 0,
				      GANTT_QUEUED});
	for (size_t i = 0; i < s->nattempts; i++) {
		const struct wf_attempt_info *a = &s->attempts[i];

		if (i > 0 && a->started > end && a->phase == PHASE_DO)
			vec_push(out, (struct gantt_segment){end, a->started,
							     GANTT_RETRY});
		vec_push(out, (struct gantt_segment){a->started, a->finished,
						     kind_of(a)});
		end = a->finished;
	}
	if (s->state == STEP_RETRY_WAIT && end)
		vec_push(out, (struct gantt_segment){end, 0, GANTT_RETRY});
	if (s->nattempts == 0 && s->started)
		vec_push(out, (struct gantt_segment){
				      s->started, s->finished,
				      s->state == STEP_WAITING ? kind_of_wait(s)
				      : s->finished            ? GANTT_OK
							       : GANTT_RUN});
	else if (s->state == STEP_WAITING && s->started)
		vec_push(out, (struct gantt_segment){end ? end : s->started, 0,
						     kind_of_wait(s)});
}

static struct gantt_axis
axis_of(const struct run_view *rv, int width)
{
	const struct wf_run_info *run = &rv->d.run;
	int64_t from = run->started ? run->started : run->created;
	int64_t to = run->finished ? run->finished : rv->now;
	struct gantt_axis axis = gantt_fit(from, to, rv->now, width);

	for (size_t i = 0; i < rv->d.nsteps; i++) {
		int64_t end = rv->d.steps[i].finished;

		if (end > to)
			axis = gantt_fit(from, to = end, rv->now, width);
	}
	if (rv->time.per_cell) {
		axis.per_cell = rv->time.per_cell;
		axis.from = rv->time.from;
	}
	if (run->finished)
		axis.now = 0;
	return axis;
}

static int
label_width(const struct run_view *rv, int w)
{
	int longest = rv->widest.node > 9 ? rv->widest.node : 9;
	int most = w / 3 < LABEL_MAX ? w / 3 : LABEL_MAX;

	return longest < most ? longest : most;
}

static void
draw_row(struct run_view *rv, struct grid *g, struct rect row, int label,
	 const struct gantt_axis *axis, size_t node, struct segments *segments)
{
	const struct wf_step_info *s = &rv->d.steps[rv->nodes.at[node].step];
	char text[SPAN_TEXT];

	collect(rv, node, segments);
	grid_cell(g, row, 1, 0, label,
		  shown_states[run_step_shown(rv, s)].style, s->path);
	grid_text(g, row, label + 2, 0, STYLE_LINE, "|");
	gantt_draw_row(g, row, label + 3, 0, axis, segments->at, segments->n);
	grid_text(g, row, label + 3 + axis->width, 0, STYLE_LINE, "|");
	span_text(step_elapsed(s, rv->now), text);
	grid_text(g, row, row.w - (int)strlen(text), 0, STYLE_NORMAL, text);
}

/* Without room for bars: how long each took. */
static void
draw_brief(struct run_view *rv, struct grid *g, struct rect r, bool cursor)
{
	list_show(&rv->list, r.h);
	for (int i = 0; i < r.h; i++) {
		size_t at = rv->list.top + (size_t)i;
		struct rect row = rect_row(r, i);
		const struct wf_step_info *s;
		char text[SPAN_TEXT];

		if (at >= rv->order.n)
			break;
		s = &rv->d.steps[rv->nodes.at[rv->order.at[at]].step];
		grid_cell(g, row, 1, 0, r.w - SPAN_WIDTH - 1, STYLE_NORMAL,
			  s->path);
		grid_text_right(g, row, 0, STYLE_NORMAL,
				span_text(step_elapsed(s, rv->now), text));
		if (cursor && at == rv->list.cursor)
			grid_text(g, row, 0, 0, STYLE_TITLE, ">");
	}
}

static void
draw_rows(struct run_view *rv, struct grid *g, struct rect r, bool cursor)
{
	int label = label_width(rv, r.w);
	struct gantt_axis axis;
	struct segments segments = {0};
	struct strbuf step = STRBUF_INIT;

	rv->time.width = r.w - label - 4 - SPAN_WIDTH;
	if (rv->time.width < 4) {
		draw_brief(rv, g, r, cursor);
		return;
	}
	if (r.h < 2)
		return;
	axis = axis_of(rv, rv->time.width);
	gantt_step_text(axis.per_cell, &step);
	grid_textf(g, r, 1, 0, STYLE_FAINT, "%s%s/col",
		   label >= 12 ? "TIME " : "", step.at);
	strbuf_release(&step);
	gantt_draw_axis(g, r, label + 3, 0, &axis, STYLE_FAINT);
	list_show(&rv->list, r.h - 1);
	for (int i = 0; i + 1 < r.h; i++) {
		size_t at = rv->list.top + (size_t)i;
		struct rect row = rect_row(r, i + 1);

		if (at >= rv->order.n)
			break;
		draw_row(rv, g, row, label, &axis, rv->order.at[at], &segments);
		if (!cursor || at != rv->list.cursor)
			continue;
		grid_text(g, row, 0, 0, STYLE_TITLE, ">");
		grid_mark(g, row, (struct rect){0, 0, label + 2, 1}, 0,
			  CELL_REVERSE);
		g->cursor_x = row.x;
		g->cursor_y = row.y;
	}
	free(segments.at);
}

void
time_draw_pane(struct view *v, struct grid *g, struct rect r)
{
	draw_rows(run_view_of(v), g, r, false);
}

/* "try 1 10:32:03-10:36:42 exit 1" for each of the last tries. */
static void
draw_tries(const struct run_view *rv, struct grid *g, struct rect r)
{
	const struct wf_step_info *s = run_selected(rv);
	char from[SPAN_TEXT], to[SPAN_TEXT];
	size_t first;
	int x;

	if (!s)
		return;
	x = grid_textf(g, r, 1, 0, STYLE_TITLE, "%s", s->path);
	first = s->nattempts > 3 ? s->nattempts - 3 : 0;
	for (size_t i = first; i < s->nattempts; i++) {
		const struct wf_attempt_info *a = &s->attempts[i];
		struct strbuf end = STRBUF_INIT;

		if (a->finished)
			attempt_end(a, &end);
		x = grid_textf(
			g, r, x + 2, 0, STYLE_NORMAL, "%s %u %s-%s %s",
			a->phase == PHASE_DO ? "try" : phase_name(a->phase),
			a->n, clock_text(a->started, from),
			a->finished ? clock_text(a->finished, to) : "now",
			end.at);
		strbuf_release(&end);
	}
}

/* "87% of its time was failed tries, 4% waiting for the next" */
static void
add_share(const struct run_view *rv, struct strbuf *out)
{
	const struct wf_step_info *s = run_selected(rv);
	int64_t all = s ? step_elapsed(s, rv->now) : 0, failed = 0, between = 0;
	int64_t last = 0;

	for (size_t i = 0; s && i < s->nattempts; i++) {
		const struct wf_attempt_info *a = &s->attempts[i];

		if (a->phase != PHASE_DO)
			continue;
		if (last && a->started > last)
			between += a->started - last;
		if (a->finished && !str_eq(a->state, "succeeded"))
			failed += a->finished - a->started;
		last = a->finished;
	}
	if (s && s->state == STEP_RETRY_WAIT && last && rv->now > last)
		between += rv->now - last;
	if (all > 0 && failed + between > 0)
		strbuf_addf(out,
			    "%s: %d%% of its time was failed tries, %d%% "
			    "waiting for the next",
			    s->path, (int)(failed * 100 / all),
			    (int)(between * 100 / all));
}

static void
draw_figures(struct run_view *rv, struct grid *g, struct rect r)
{
	struct strbuf text = STRBUF_INIT;

	run_figures_text(rv, &text);
	grid_cell(g, r, 1, 0, r.w - 1, STYLE_NORMAL, text.at);
	strbuf_release(&text);
}

static void
draw_second(const struct run_view *rv, struct grid *g, struct rect r)
{
	struct strbuf text = STRBUF_INIT;

	if (rv->critical)
		run_critical_text(rv, &text);
	else
		add_share(rv, &text);
	grid_text(g, r, 1, 0, STYLE_FAINT, text.at);
	strbuf_release(&text);
}

static void
draw(struct view *v, struct grid *g, struct rect r)
{
	struct run_view *rv = run_view_of(v);
	struct rect rows = r;
	bool legend = r.h > 12;

	rows.h -= legend ? 4 : r.h > 4;
	rv->height = rows.h - 1;
	draw_rows(rv, g, rows, true);
	if (legend) {
		grid_cell(g, rect_row(r, r.h - 4), 1, 0, r.w - 1, STYLE_FAINT,
			  "= ok  x failed  > running  ~ retry wait  "
			  "? a person  z asleep  . queued  < undo");
		draw_figures(rv, g, rect_row(r, r.h - 3));
		draw_second(rv, g, rect_row(r, r.h - 2));
	}
	if (rows.h < r.h)
		draw_tries(rv, g, rect_row(r, r.h - 1));
}

static void
zoom(struct run_view *rv, bool out)
{
	struct gantt_axis axis = gantt_zoom(axis_of(rv, rv->time.width), out);

	rv->time.per_cell = axis.per_cell;
	rv->time.from = axis.from;
}

static bool
act(struct view *v, enum action action)
{
	struct run_view *rv = run_view_of(v);
	struct gantt_axis axis = axis_of(rv, rv->time.width);

	if (list_act(&rv->list, action, rv->height)) {
		run_select(rv, run_selected_node(rv));
	} else if (action == ACTION_ZOOM_IN || action == ACTION_ZOOM_OUT) {
		zoom(rv, action == ACTION_ZOOM_OUT);
	} else if (action == ACTION_CRITICAL) {
		rv->critical = !rv->critical;
	} else if (action == ACTION_FIT) {
		rv->time.per_cell = 0;
	} else if (action == ACTION_PAN_LEFT || action == ACTION_PAN_RIGHT ||
		   action == ACTION_LEFT || action == ACTION_RIGHT) {
		bool left = action == ACTION_PAN_LEFT || action == ACTION_LEFT;

		rv->time.per_cell = axis.per_cell;
		rv->time.from =
			axis.from + axis.per_cell * PAN_CELLS * (left ? -1 : 1);
	} else if (action == ACTION_OPEN) {
		rv->tab = TAB_LOG;
	} else {
		return false;
	}
	return true;
}

static const enum context contexts[] = {CONTEXT_TIME, CONTEXT_PAN,
					CONTEXT_NONE};
static const enum action hints[] = {
	ACTION_PAN_LEFT, ACTION_PAN_RIGHT, ACTION_ZOOM_IN, ACTION_ZOOM_OUT,
	ACTION_FIT,      ACTION_CRITICAL,  ACTION_OPEN,    ACTION_PALETTE,
	ACTION_QUIT,     ACTION_HELP,      ACTION_NONE};

const struct run_tab_ops tab_time = {
	.title = "Time",
	.brief = "Ti",
	.draw = draw,
	.act = act,
	.contexts = contexts,
	.hints = hints,
};
