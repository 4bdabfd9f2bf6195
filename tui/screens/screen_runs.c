/* The list of runs: newest first, filtered while typing, marked for bulk.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "../../engine/base/clock.h"
#include "row_hints.h"
#include "runs_view.h"

/* `arg`: the filter at first, or NULL. */
static enum wf_code
open_runs(struct view *v, const char *arg, struct wf_err *err)
{
	struct runs *r = runs_of(v);

	r->filter = (struct prompt)PROMPT_INIT;
	if (wf_run_counts(v->views->engine, r->counts, err))
		return err ? err->code : WF_STORE;
	if (v->views->list_sort < RUNS_SORTS)
		r->sort = (enum runs_sort)v->views->list_sort;
	r->reversed = v->views->list_reversed;
	prompt_set(&r->filter, arg ? arg : "");
	runs_filter_set(&r->wanted, r->filter.text.at);
	/* It is read when it is seen: a run may lie over it. */
	views_watch(v->views, NULL);
	return WF_OK;
}

static void
close_runs(struct view *v)
{
	runs_release(runs_of(v));
}

static void
contexts(const struct view *v, enum context *out)
{
	if (runs_of(v)->typing) {
		out[0] = CONTEXT_NONE;
		return;
	}
	out[0] = CONTEXT_RUNS;
	out[1] = CONTEXT_ACTS;
	out[2] = CONTEXT_ANY;
	out[3] = CONTEXT_NONE;
}

/* The whole store is looked through. */
static void
search(struct view *v)
{
	struct runs *r = runs_of(v);

	runs_filter_set(&r->wanted, r->filter.text.at);
	r->pages = 0;
	r->steady = 0;
	runs_read(v);
}

static bool
key(struct view *v, uint32_t k)
{
	struct runs *r = runs_of(v);
	enum prompt_result result;

	if (!r->typing)
		return false;
	result = recall_key(&v->views->searches, &r->filter, k);
	if (result == PROMPT_LEFT)
		prompt_set(&r->filter, "");
	r->typing = result == PROMPT_EDITED || result == PROMPT_IGNORED;
	search(v);
	return true;
}

/* Marking stays in sight: the keys work on many, too. */
static size_t
hints(const struct view *v, enum action *out)
{
	static const enum action list[] = {
		ACTION_OPEN,    ACTION_RETRY,    ACTION_ROLLBACK,
		ACTION_APPROVE, ACTION_MARK,     ACTION_FIND,
		ACTION_HOLD,    ACTION_STOP_RUN, ACTION_RESUME,
		ACTION_NEW_RUN, ACTION_DESIGN,   ACTION_SORT,
		ACTION_PALETTE, ACTION_QUIT,     ACTION_HELP,
		ACTION_NONE};
	return row_hints_run(runs_of(v)->cursor_shown, 1, list, out);
}

static void
open_at_cursor(struct view *v, const struct wf_run_info *run)
{
	struct views *vs = v->views;

	if (!vs->pick) {
		views_ask(vs, "run", run->id);
		return;
	}
	free(vs->picked);
	vs->picked = mem_strdup(run->id);
	vs->quit = true;
}

/* Actions on the run at the cursor; forms are opened by name. */
static bool
act_on_run(struct view *v, enum action action, const struct wf_run_info *run)
{
	struct views *vs = v->views;

	if (action == ACTION_OPEN || action == ACTION_RIGHT)
		open_at_cursor(v, run);
	else if (action == ACTION_HOLD)
		views_hold(vs, run->id, run->state == RUN_PAUSED);
	else if (action == ACTION_RESUME)
		views_resume(vs, run->id);
	else if (action == ACTION_RETRY)
		views_ask(vs, "retry", run->id);
	else if (action == ACTION_ROLLBACK)
		views_ask(vs, "rollback", run->id);
	else if (action == ACTION_APPROVE || action == ACTION_REJECT)
		views_ask(vs, "answer", run->id);
	else if (action == ACTION_STOP_RUN)
		views_ask(vs, "confirm", run->id);
	else if (action == ACTION_SETTLE)
		views_ask(vs, "settle", run->id);
	else if (action == ACTION_STATS)
		views_ask(vs, "stats", run->flow);
	else if (action == ACTION_LOG || action == ACTION_RECORD ||
		 action == ACTION_PAGER) {
		views_ask(vs, "run", run->id);
		views_act(vs, action == ACTION_RECORD ? ACTION_TAB_INFO
						      : ACTION_TAB_LOG);
		if (action == ACTION_PAGER)
			views_act(vs, action);
	} else
		return false;
	return true;
}

/* What can be done to many runs at once; the dialog shows it run by run. */
static const char *
verb_of(enum action action)
{
	switch ((int)action) {
	case ACTION_RETRY:
		return "retry";
	case ACTION_ROLLBACK:
		return "rollback";
	case ACTION_STOP_RUN:
		return "cancel";
	case ACTION_HOLD:
		return "pause";
	case ACTION_RESUME:
		return "resume";
	default:
		return NULL;
	}
}

static bool
act_on_marked(struct view *v, enum action action)
{
	struct runs *r = runs_of(v);
	struct strbuf arg = STRBUF_INIT;

	if (r->marked.n == 0 || !verb_of(action))
		return false;
	strbuf_adds(&arg, verb_of(action));
	vec_each (&r->marked, char *, id)
		strbuf_addf(&arg, " %s", *id);
	views_ask(v->views, "bulk", arg.at);
	strbuf_release(&arg);
	return true;
}

static bool
is_trouble(struct view *v, const struct wf_run_info *run)
{
	enum shown shown = runs_shown(v, run);

	return shown == SHOWN_FAIL || shown == SHOWN_LOST ||
	       shown == SHOWN_UNDOX || shown == SHOWN_WAIT ||
	       shown == SHOWN_INTR || shown == SHOWN_RETRY;
}

/* The next run that needs somebody, round the end of the list. */
static void
next_trouble(struct view *v, bool forward)
{
	struct runs *r = runs_of(v);
	size_t n = r->shown.n, at = r->list.cursor;

	for (size_t i = 1; i < n; i++) {
		at = (at + (forward ? 1 : n - 1)) % n;
		if (!is_trouble(v, r->shown.at[at]))
			continue;
		r->list.cursor = at;
		runs_keep_cursor(r);
		return;
	}
	views_say(v->views, "no other run needs anybody");
}

static bool
act(struct view *v, enum action action)
{
	struct runs *r = runs_of(v);
	const struct wf_run_info *run = runs_at_cursor(r);

	if (list_act(&r->list, action, r->height)) {
		runs_hold_still(r);
		runs_more(v);
		runs_keep_cursor(r);
	} else if (action == ACTION_FIND) {
		r->typing = true;
	} else if (action == ACTION_CANCEL) {
		prompt_set(&r->filter, "");
		search(v);
	} else if (action == ACTION_NEXT_MATCH) {
		next_trouble(v, true);
	} else if (action == ACTION_NEW_RUN) {
		views_ask(v->views, "start", run ? run->id : NULL);
	} else if (action == ACTION_DESIGN && run) {
		views_design(v->views, run->id);
	} else if (action == ACTION_SORT) {
		views_ask(v->views, "sort", NULL);
	} else if (action == ACTION_MARK && run) {
		runs_toggle_mark(r, run->id);
		list_act(&r->list, ACTION_DOWN, r->height);
		runs_keep_cursor(r);
	} else if (action == ACTION_MARK_RANGE) {
		if (!runs_mark_range(r))
			views_say(v->views, "V at the other end marks all "
					    "between");
	} else if (action == ACTION_MARK_ALL) {
		runs_mark_all(r);
	} else if (action == ACTION_UNMARK) {
		while (r->marked.n)
			runs_toggle_mark(r, r->marked.at[0]);
	} else if (act_on_marked(v, action)) {
		return true;
	} else {
		return run && act_on_run(v, action, run);
	}
	return true;
}

static const char *
refusal(const struct view *v, enum action action)
{
	const struct wf_run_info *run = runs_at_cursor(runs_of(v));

	if (actions[action].context == CONTEXT_ACTS && !run)
		return "there is no run here";
	if (action == ACTION_STOP_STEP)
		return "open the run first";
	if (action == ACTION_UNMARK && runs_of(v)->marked.n == 0)
		return "nothing is marked";
	if (action == ACTION_NEXT_PANE || action == ACTION_PREV_PANE)
		return "there is only one pane";
	return NULL;
}

static bool
subject(const struct view *v, char run[WF_RUN_ID])
{
	const struct wf_run_info *at = runs_at_cursor(runs_of(v));

	snprintf(run, WF_RUN_ID, "%s", at ? at->id : "");
	return at != NULL;
}

static bool
copy(const struct view *v, struct strbuf *out)
{
	const struct runs *r = runs_of(v);
	const struct wf_run_info *run = runs_at_cursor(r);

	for (size_t i = 0; i < r->marked.n; i++)
		strbuf_addf(out, "%s%s", i ? " " : "", r->marked.at[i]);
	if (r->marked.n == 0 && run)
		strbuf_adds(out, run->id);
	return out->n > 0;
}

/* Ages and countdowns of the visible rows move each second. */
static int64_t
due(const struct view *v)
{
	const struct runs *r = runs_of(v);

	if (r->late)
		return clock_wall() + r->next_look - clock_boot();
	if (r->held)
		return clock_wall() + r->steady - clock_boot();
	for (size_t i = r->list.top;
	     i < r->shown.n && i < r->list.top + (size_t)r->height; i++)
		if (!run_state_is_final(r->shown.at[i]->state))
			return clock_wall() / 1000 * 1000 + 1000;
	return 0;
}

static bool
click(struct view *v, int x, int y)
{
	struct runs *r = runs_of(v);
	size_t at = r->list.top + (size_t)(y - r->rows_at.y);

	if (!rect_has(r->rows_at, x, y) || at >= r->shown.n)
		return false;
	/* On the run it is on already: open it. */
	if (at == r->list.cursor)
		return act(v, ACTION_OPEN);
	r->list.cursor = at;
	runs_keep_cursor(r);
	return true;
}

const struct view_ops screen_runs = {
	.size = sizeof(struct runs),
	.open = open_runs,
	.refresh = runs_refresh,
	.draw = runs_draw,
	.load = runs_load,
	.key = key,
	.act = act,
	.contexts = contexts,
	.hints = hints,
	.refusal = refusal,
	.subject = subject,
	.copy = copy,
	.due = due,
	.click = click,
	.close = close_runs,
};
