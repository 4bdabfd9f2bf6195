/* One run: header, tabs, panes by size, and what can be asked of it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "../../engine/base/clock.h"
#include "row_hints.h"
#include "run_view.h"

const struct run_tab_ops *const run_tabs[NTABS] = {
	[TAB_STEPS] = &tab_steps,   [TAB_GRAPH] = &tab_graph,
	[TAB_TIME] = &tab_time,     [TAB_LOG] = &tab_log,
	[TAB_EVENTS] = &tab_events, [TAB_INFO] = &tab_info,
};

static const struct run_tab_ops *
tab_of(const struct run_view *rv)
{
	return run_tabs[rv->tab];
}

/* --- opening and news
 * ------------------------------------------------------------- */

static void
refresh(struct view *v)
{
	struct run_view *rv = run_view_of(v);
	struct views *vs = v->views;
	enum wf_code code = WF_OK;
	enum shown shown;
	bool moved;

	views_watch(vs, rv->id);
	moved = !run_is_current(v);
	if (moved)
		code = run_reload(v);
	run_ask_beat(v);
	if (code == WF_NOT_FOUND && views_top(vs) == v)
		views_close(vs); /* it was deleted meanwhile */
	if (code)
		return;
	rv->events.stale |= moved;
	vs->finished = run_state_is_final(rv->d.run.state);
	vs->interrupted = rv->d.run.interrupted;
	shown = run_shown(&rv->d.run, rv->d.steps, rv->d.nsteps);
	vs->ring |= shown != rv->was && (shown == SHOWN_WAIT ||
					 shown == SHOWN_LOST || vs->finished);
	rv->was = shown;
	if (vs->following && rv->d.run.state == RUN_SUCCEEDED)
		vs->quit = true;
}

static enum wf_code
open_run(struct view *v, const char *arg, struct wf_err *err)
{
	const struct config *config = &v->views->config;
	struct run_view *rv = run_view_of(v);
	enum wf_code code;

	rv->find = rv->log.find = rv->events.find = (struct prompt)PROMPT_INIT;
	rv->log.filter = (struct prompt)PROMPT_INIT;
	rv->log.mark = SIZE_MAX;
	rv->log.limit = (size_t)config->value[SETTING_LINE_LIMIT];
	rv->log.ansi = config->value[SETTING_LOG_ANSI];
	rv->info.find = (struct strbuf)STRBUF_INIT;
	rv->log.attempt = -1;
	rv->log.follow = rv->events.follow = rv->events.stale = true;
	rv->log.found = SIZE_MAX;
	rv->now = clock_wall();
	code = wf_run_find(v->views->engine, arg ? arg : "@latest", rv->id,
			   err);
	if (!code)
		code = run_read_first(v, err);
	if (!code)
		refresh(v);
	return code;
}

/* What the picture lacks: the steps, else more of the log. */
static bool
load(struct view *v)
{
	struct run_view *rv = run_view_of(v);

	if (!rv->unread)
		return log_load(v);
	run_read_rest(v);
	refresh(v);
	return false;
}

static void
close_run(struct view *v)
{
	run_view_release(run_view_of(v));
	views_watch(v->views, NULL);
}

/* --- drawing
 * ------------------------------------------------------------------------ */

static void
draw_divider(struct grid *g, struct rect side)
{
	for (int y = 0; y < side.h; y++)
		grid_line(g, (struct rect){side.x - 1, side.y, 1, side.h}, 0, y,
			  STYLE_LINE, LINE_N | LINE_S, LINE_ROUND);
}

/* At 80x24, under the log: what was decided last. */
static void
draw_below(struct view *v, struct grid *g, struct rect r)
{
	const struct wf_event_info *last;
	struct strbuf text = STRBUF_INIT;

	events_reload(v);
	last = events_last_decision(run_view_of(v));
	r.h -= last && r.h > 2;
	log_draw_tail(v, g, r);
	if (!last || r.h < 2)
		return;
	strbuf_adds(&text, "last decision ");
	decision_text(last, &text);
	grid_words(g, rect_row((struct rect){r.x, r.y, r.w, r.h + 1}, r.h), 1,
		   0, r.w - 1, STYLE_FAINT, text.at);
	strbuf_release(&text);
}

/* In windows with panes the steps stay left and the tab stands right; tab
 * Steps shows the log there.  Elsewhere the tab has all the room. */
static void
draw_panes(struct view *v, struct grid *g, const struct layout *l)
{
	struct run_view *rv = run_view_of(v);
	bool wide = l->side.w > 0;

	if (!wide && rv->tab != TAB_STEPS) {
		struct rect all = l->main;

		all.h += l->below.h + l->lower.h;
		tab_of(rv)->draw(v, g, all);
		return;
	}
	if (wide) {
		int height;

		steps_draw_pane(v, g, l->main);
		height = rv->height;
		draw_divider(g, l->side);
		if (rv->tab == TAB_STEPS)
			log_draw_tail(v, g, l->side);
		else
			tab_of(rv)->draw(v, g, l->side);
		if (rv->tab == TAB_STEPS)
			rv->height = height;
	} else {
		tab_steps.draw(v, g, l->main);
	}
	if (wide && l->below.h > 0) {
		time_draw_pane(v, g, l->below);
		events_draw_pane(v, g, l->lower);
	} else if (l->below.h > 0) {
		draw_below(v, g, l->below);
	}
}

/* 20x5: the step that matters most, in a line each. */
static void
draw_short(struct view *v, struct grid *g, struct rect r)
{
	struct run_view *rv = run_view_of(v);

	rv->height = r.h;
	list_show(&rv->list, r.h);
	for (int i = 0; i < r.h; i++) {
		size_t at = rv->list.top + (size_t)i;
		const struct wf_step_info *s;
		struct rect row = rect_row(r, i);
		char text[SPAN_TEXT];
		const char *right;

		if (at >= rv->order.n)
			break;
		s = &rv->d.steps[rv->nodes.at[rv->order.at[at]].step];
		right = s->state == STEP_RETRY_WAIT && s->due
				? countdown_text(s->due - rv->now, text)
				: shown_states[run_step_shown(rv, s)].word;
		grid_text(g, row, 0, 0,
			  shown_states[run_step_shown(rv, s)].style,
			  shown_glyph(run_step_shown(rv, s), g->ascii));
		grid_text(g, row, 2, 0, STYLE_NORMAL, s->path);
		grid_fill(g, row,
			  (struct rect){row.w - (int)strlen(right) - 1, 0,
					(int)strlen(right) + 1, 1},
			  STYLE_NORMAL, ' ');
		grid_text_right(g, row, 0,
				shown_states[run_step_shown(rv, s)].style,
				right);
		if (at == rv->list.cursor)
			grid_mark(g, row, (struct rect){0, 0, row.w, 1}, 0,
				  CELL_REVERSE);
	}
}

static void
draw_unread(struct view *v, struct grid *g, struct rect r)
{
	grid_text(g, r, 2, 1, STYLE_FAINT, "reading the steps");
	v->views->behind = true;
}

static void
draw(struct view *v, struct grid *g, struct rect r)
{
	struct run_view *rv = run_view_of(v);
	struct layout l = layout_of(r.w, r.h, v->views->zoom);

	if (!v->views->frozen)
		rv->now = clock_wall();
	run_draw_header(v, g, l.header);
	if (l.shape == LAYOUT_TINY)
		return;
	run_draw_tabs(v, g, l.tabs);
	if (rv->unread)
		draw_unread(v, g, l.main);
	else if (l.shape == LAYOUT_SHORT && rv->tab == TAB_STEPS)
		draw_short(v, g, l.main);
	else
		draw_panes(v, g, &l);
	run_draw_footer(v, g, l.message);
	views_draw_hints(v->views, v, g, l.hints);
}

/* --- keys
 * ----------------------------------------------------------------------------
 */

static bool
in_text(const struct run_view *rv)
{
	return rv->finding || (rv->tab == TAB_LOG && rv->log.typing != NULL) ||
	       (rv->tab == TAB_EVENTS && rv->events.typing);
}

static void
contexts(const struct view *v, enum context *out)
{
	struct run_view *rv = run_view_of(v);
	const enum context *inner = tab_of(rv)->contexts;
	size_t n = 0;

	if (!in_text(rv)) {
		while (*inner != CONTEXT_NONE)
			out[n++] = *inner++;
		out[n++] = CONTEXT_RUN;
		out[n++] = CONTEXT_ACTS;
		out[n++] = CONTEXT_ANY;
	}
	out[n] = CONTEXT_NONE;
}

/* Those of a run that nobody drives come first. */
static size_t
hints(const struct view *v, enum action *out)
{
	const struct run_view *rv = run_view_of(v);
	const enum action *list = tab_of(rv)->hints;
	const struct wf_step_info *s = run_selected(rv);
	size_t n = 0;

	if (rv->tab == TAB_STEPS && rv->d.run.interrupted)
		return row_hints_run(SHOWN_INTR, 0, list, out);
	if (rv->tab == TAB_STEPS && s)
		return row_hints_step(run_step_shown(rv, s), 0, list, out);
	while (list[n] != ACTION_NONE && n < HINTS_MAX) {
		out[n] = list[n];
		n++;
	}
	return n;
}

static bool
key(struct view *v, uint32_t k)
{
	struct run_view *rv = run_view_of(v);
	const struct run_tab_ops *tab = tab_of(rv);

	/* Whoever presses keys must find the cursor where it was seen. */
	rv->chosen = true;
	return run_find_key(v, k) || (tab->key && tab->key(v, k));
}

/* A dialog about this run and the selected step. */
static void
ask(struct view *v, const char *screen, bool step, const char *extra)
{
	const struct run_view *rv = run_view_of(v);
	const struct wf_step_info *s = step ? run_selected(rv) : NULL;
	char *arg = mem_printf("%s %s%s", rv->id, extra, s ? s->path : "");

	views_ask(v->views, screen, arg);
	free(arg);
}

static bool
act_on_run(struct view *v, enum action action)
{
	if (action == ACTION_RETRY)
		ask(v, "retry", true, "");
	else if (action == ACTION_ROLLBACK)
		ask(v, "rollback", true, "");
	else if (action == ACTION_APPROVE || action == ACTION_REJECT)
		ask(v, "answer", true, action == ACTION_REJECT ? "!" : "");
	else if (action == ACTION_SKIP)
		ask(v, "confirm", true, "skip ");
	else if (action == ACTION_STOP_STEP)
		ask(v, "confirm", true, "stop ");
	else if (action == ACTION_STOP_RUN)
		ask(v, "confirm", false, "");
	else if (action == ACTION_SETTLE)
		ask(v, "settle", true, "");
	else if (action == ACTION_HOLD)
		views_hold(v->views, run_view_of(v)->id,
			   run_view_of(v)->d.run.state == RUN_PAUSED);
	else if (action == ACTION_RESUME)
		views_resume(v->views, run_view_of(v)->id);
	else
		return false;
	return true;
}

/* Moving between tabs and leaving need no steps. */
static bool
needs_steps(enum action action)
{
	return (action < ACTION_TAB_STEPS || action > ACTION_TAB_INFO) &&
	       action != ACTION_NEXT_PANE && action != ACTION_PREV_PANE &&
	       action != ACTION_LOG && action != ACTION_RECORD &&
	       action != ACTION_QUIT && action != ACTION_DETACH;
}

static bool
act(struct view *v, enum action action)
{
	struct run_view *rv = run_view_of(v);

	if (rv->unread && needs_steps(action)) {
		run_read_rest(v);
		views_act(v->views, action);
		return true;
	}
	if (tab_of(rv)->act(v, action) || run_find_act(v, action) ||
	    act_on_run(v, action))
		return true;
	if (action >= ACTION_TAB_STEPS && action <= ACTION_TAB_INFO)
		rv->tab = (enum run_tab)(action - ACTION_TAB_STEPS);
	else if (action == ACTION_NEXT_PANE)
		rv->tab = (rv->tab + 1) % NTABS;
	else if (action == ACTION_PREV_PANE)
		rv->tab = (rv->tab + NTABS - 1) % NTABS;
	else if (action == ACTION_LOG)
		rv->tab = TAB_LOG;
	else if (action == ACTION_RECORD)
		rv->tab = TAB_INFO;
	else if (action == ACTION_PAGER)
		log_open_pager(v);
	else if (action == ACTION_CANCEL)
		rv->tab = TAB_STEPS;
	else if (action == ACTION_DESIGN)
		views_design(v->views, rv->id);
	else if (action == ACTION_STATS)
		views_ask(v->views, "stats", rv->d.run.flow);
	else if (action == ACTION_DETACH)
		v->views->quit = true;
	else
		return false;
	return true;
}

static const char *
refusal(const struct view *v, enum action action)
{
	const struct run_view *rv = run_view_of(v);
	const struct wf_step_info *s = run_selected(rv);

	if (rv->unread)
		return NULL; /* it can be told when they are read */
	if (action == ACTION_SETTLE && s && s->state != STEP_LOST &&
	    s->state != STEP_UNDO_FAILED)
		return "the selected step is not lost";
	if ((action == ACTION_SKIP || action == ACTION_STOP_STEP) && !s)
		return "no step is selected";
	if (action == ACTION_OLDER_TRY && !log_other_try(rv, -1))
		return "this is the first try";
	if (action == ACTION_NEWER_TRY && !log_other_try(rv, 1))
		return "this is the latest try";
	return NULL;
}

static bool
subject(const struct view *v, char run[WF_RUN_ID])
{
	memcpy(run, run_view_of(v)->id, WF_RUN_ID);
	return true;
}

static bool
copy(const struct view *v, struct strbuf *out)
{
	const struct run_view *rv = run_view_of(v);
	const struct wf_step_info *s = run_selected(rv);

	if (rv->tab == TAB_LOG && rv->log.mark != SIZE_MAX) {
		size_t from, to;

		log_selection(&rv->log, &from, &to);
		for (size_t i = from; i <= to && i < log_rows(&rv->log); i++) {
			strbuf_adds(out, i > from ? "\n" : "");
			log_text(&rv->log, i, out);
		}
		return out->n > 0;
	}
	strbuf_adds(out, rv->id);
	if (s && rv->tab != TAB_INFO)
		strbuf_addf(out, " %s", s->path);
	return true;
}

/* Clocks tick each second while something runs, logs are looked at four
 * times as often while they grow. */
static int64_t
due(const struct view *v)
{
	struct run_view *rv = run_view_of(v);
	const struct wf_step_info *s = run_selected(rv);
	int64_t now = clock_wall(), tick = run_clock_step(rv);
	bool log = rv->tab == TAB_STEPS || rv->tab == TAB_LOG;
	bool turning =
		v->views->config.value[SETTING_SPINNER] && rv->tab == TAB_STEPS;

	if (log && s && (s->state == STEP_RUNNING || s->state == STEP_UNDOING))
		return now / 250 * 250 + 250;
	if (turning && run_ticks(&rv->d))
		return now / 250 * 250 + 250;
	return tick ? now / tick * tick + tick : 0;
}

static bool
click(struct view *v, int x, int y)
{
	struct run_view *rv = run_view_of(v);

	if (rect_has(rv->tabs_at, x, y)) {
		for (int i = 0; i < NTABS; i++) {
			if (x - rv->tabs_at.x >= rv->tab_end[i])
				continue;
			rv->tab = (enum run_tab)i;
			return true;
		}
		return false;
	}
	for (int i = 0; i < rv->rows_at.h; i++) {
		if (!rect_has(rect_row(rv->rows_at, i), x, y) ||
		    rv->row_node[i] == SIZE_MAX)
			continue;
		/* On the step it is on already: open it. */
		if (rv->row_node[i] == run_selected_node(rv))
			return tab_steps.act(v, ACTION_OPEN);
		run_select(rv, rv->row_node[i]);
		return true;
	}
	return false;
}

const struct view_ops screen_run = {
	.size = sizeof(struct run_view),
	.open = open_run,
	.refresh = refresh,
	.draw = draw,
	.load = load,
	.key = key,
	.act = act,
	.contexts = contexts,
	.hints = hints,
	.refusal = refusal,
	.subject = subject,
	.copy = copy,
	.due = due,
	.click = click,
	.close = close_run,
};
