/* The log of the selected step's try: follow, find, wrap.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "run_view.h"

enum {
	WHOLE_LINE = 64 << 10, /* bytes of a line on a page of its own */
	MODES_FROM = 11        /* rows from which all modes have a line */
};

/* --- drawing
 * --------------------------------------------------------------------- */

static const char *
nothing_to_show(const struct run_view *rv)
{
	const struct wf_step_info *s = run_selected(rv);
	const struct wf_attempt_info *a = log_attempt(rv);

	if (!s)
		return "";
	if (!a && s->state == STEP_WAITING)
		return "it waits; this kind of step writes no log";
	if (!a)
		return s->is_group ? "a group has no log; Enter opens it"
				   : "it has not begun";
	if (!rv->log.file)
		return "this kind of step writes no log";
	if (logfile_nlines(rv->log.file) == 0)
		return a->finished ? "it wrote nothing" : "nothing written yet";
	return log_rows(&rv->log) ? NULL : "no line passes the filter";
}

void
log_draw_tail(struct view *v, struct grid *g, struct rect r)
{
	struct run_view *rv = run_view_of(v);
	const char *nothing;
	bool wrap = rv->log.wrap;
	struct rect body = {r.x, r.y + 1, r.w, r.h - 1};

	if (r.h < 2)
		return;
	log_look(v);
	log_draw_head(rv, g, r);
	nothing = nothing_to_show(rv);
	if (nothing) {
		grid_text(g, body, 1, 0, STYLE_FAINT, nothing);
		return;
	}
	body.x++;
	body.w--;
	if (rv->log.follow && !rv->log.filter.text.n &&
	    logfile_is_behind(rv->log.file)) {
		log_draw_end(rv, g, body);
		return;
	}
	rv->log.wrap = false;
	log_draw_rows(rv, g, body, false);
	rv->log.wrap = wrap;
}

static void
draw(struct view *v, struct grid *g, struct rect r)
{
	struct run_view *rv = run_view_of(v);
	bool modes = r.h >= MODES_FROM;
	struct rect body = {r.x, r.y + 1, r.w, r.h - 2 - modes};
	const char *nothing;

	log_look(v);
	log_draw_title(v, g, r, !modes);
	rv->height = body.h > 0 ? body.h : 1;
	nothing = nothing_to_show(rv);
	if (nothing)
		grid_text(g, body, 2, 1, STYLE_FAINT, nothing);
	else
		log_draw_rows(rv, g, body, true);
	log_draw_bar(rv, g, rect_row(r, r.h - 1 - modes), !modes);
	if (modes)
		log_draw_modes(v, g, rect_row(r, r.h - 1));
}

/* --- keys
 * ------------------------------------------------------------------------- */

static void
find_next(struct view *v, bool forward, bool from_here)
{
	struct run_log *log = &run_view_of(v)->log;

	if (log_search(log, forward, from_here) && log->found == SIZE_MAX)
		views_say(v->views, "not found: %s", log->find.text.at);
}

static bool
key(struct view *v, uint32_t k)
{
	struct run_log *log = &run_view_of(v)->log;
	struct prompt *typing = log->typing;
	enum prompt_result result;

	if (!typing)
		return false;
	result = recall_key(&v->views->searches, typing, k);
	if (result == PROMPT_LEFT)
		prompt_set(typing, "");
	if (result == PROMPT_LEFT || result == PROMPT_DONE)
		log->typing = NULL;
	if (typing == &log->filter)
		log_refilter(log);
	else if (result == PROMPT_DONE)
		find_next(v, true, true);
	return true;
}

/* While lines are being selected, moving moves the end of the selection. */
static bool
select_lines(struct run_view *rv, enum action action)
{
	struct run_log *log = &rv->log;
	struct list l = {.n = log_rows(log), .cursor = log->cursor};

	if (log->mark == SIZE_MAX || !list_act(&l, action, rv->height))
		return false;
	log->cursor = l.cursor;
	log->follow = false;
	if (log->cursor < log->top)
		log->top = log->cursor;
	if (log->cursor >= log->top + (size_t)rv->height)
		log->top = log->cursor - (size_t)rv->height + 1;
	return true;
}

static bool
scroll(struct run_view *rv, enum action action)
{
	size_t n = log_rows(&rv->log);
	size_t rows = (size_t)(rv->height > 0 ? rv->height : 1);
	size_t last = n > rows ? n - rows : 0;
	struct list l = {.n = last + 1, .cursor = rv->log.top};

	if (rv->log.wrap && n)
		l.n = n;
	if (!list_act(&l, action, rv->height))
		return false;
	rv->log.top = l.cursor;
	rv->log.follow = action == ACTION_LAST ||
			 (l.cursor >= last && action != ACTION_UP);
	return true;
}

static int
try_beside(const struct run_view *rv, int by)
{
	const struct wf_step_info *s = run_selected(rv);
	int n = s ? (int)s->nattempts : 0;

	return (rv->log.attempt >= 0 ? rv->log.attempt : n - 1) + by;
}

bool
log_other_try(const struct run_view *rv, int by)
{
	const struct wf_step_info *s = run_selected(rv);
	int at = try_beside(rv, by);

	return s && at >= 0 && at < (int)s->nattempts;
}

static void
change_try(struct run_view *rv, int by)
{
	const struct wf_step_info *s = run_selected(rv);
	int at = try_beside(rv, by);

	if (log_other_try(rv, by))
		rv->log.attempt = at == (int)s->nattempts - 1 ? -1 : at;
	rv->log.follow = true;
}

/* Without -R less shows escapes as text. */
void
run_open_pager(struct view *v, const char *path)
{
	const char *pager = getenv("PAGER");
	char **argv = mem_alloc(4 * sizeof(*argv));

	argv[0] = mem_strdup(pager && *pager && !strchr(pager, ' ') ? pager
								    : "less");
	argv[1] = mem_strdup(path);
	v->views->run_program = argv;
}

void
log_open_pager(struct view *v)
{
	const struct wf_attempt_info *a = log_attempt(run_view_of(v));

	if (a && a->log)
		run_open_pager(v, a->log);
	else
		views_complain(v->views, "there is no log to open");
}

static void
begin_selection(struct run_log *log)
{
	size_t from, to;

	if (log->mark != SIZE_MAX) {
		log->mark = SIZE_MAX;
		return;
	}
	log_selection(log, &from, &to);
	log->mark = log->cursor = from;
	log->follow = false;
}

/* All of a line, however long, on a page of its own. */
static void
open_line(struct view *v)
{
	struct run_log *log = &run_view_of(v)->log;
	struct strbuf text = STRBUF_INIT;
	size_t from, to;

	if (log_rows(log) == 0)
		return;
	log_selection(log, &from, &to);
	strbuf_addf(&text, "line %zu\n", log_line(log, from) + 1);
	logfile_limit(log->file, WHOLE_LINE);
	log_text(log, from, &text);
	logfile_limit(log->file, log->limit);
	views_ask(v->views, "text", text.at);
	strbuf_release(&text);
}

static void
save(struct view *v)
{
	struct wf_err err = {0};
	char *name = log_save(run_view_of(v), &err);

	if (name)
		views_say(v->views, "the log was written to %s", name);
	else
		views_report(v->views, &err);
	free(name);
}

static bool
switch_mode(struct run_log *log, enum action action)
{
	if (action == ACTION_FOLLOW)
		log->follow = !log->follow;
	else if (action == ACTION_WRAP)
		log->wrap = !log->wrap;
	else if (action == ACTION_RAW)
		log->raw = !log->raw;
	else if (action == ACTION_UPDATES)
		log->updates = !log->updates;
	else if (action == ACTION_TIMES)
		log->times = (log->times + 1) % NLOG_TIMES;
	else if (action == ACTION_SELECT)
		begin_selection(log);
	else if (action == ACTION_LEFT || action == ACTION_SCROLL_LEFT)
		log->left -= log->left < 8 ? log->left : 8;
	else if (action == ACTION_RIGHT || action == ACTION_SCROLL_RIGHT)
		log->left += 8;
	else
		return false;
	return true;
}

/* Esc leaves one thing after the other. */
static bool
back_out(struct run_log *log)
{
	if (log->mark != SIZE_MAX)
		log->mark = SIZE_MAX;
	else if (log->find.text.n)
		prompt_set(&log->find, "");
	else if (log->filter.text.n)
		prompt_set(&log->filter, "");
	else
		return false;
	if (!log->filter.text.n && log->kept.n)
		log_refilter(log);
	return true;
}

static bool
act(struct view *v, enum action action)
{
	struct run_view *rv = run_view_of(v);
	struct run_log *log = &rv->log;

	if (select_lines(rv, action) || scroll(rv, action) ||
	    switch_mode(log, action))
		return true;
	if (action == ACTION_OLDER_TRY || action == ACTION_NEWER_TRY)
		change_try(rv, action == ACTION_OLDER_TRY ? -1 : 1);
	else if (action == ACTION_FIND)
		log->typing = &log->find;
	else if (action == ACTION_FILTER)
		log->typing = &log->filter;
	else if ((action == ACTION_NEXT_MATCH || action == ACTION_PREV_MATCH) &&
		 log->find.text.n)
		find_next(v, action == ACTION_NEXT_MATCH, false);
	else if (action == ACTION_PAGER)
		log_open_pager(v);
	else if (action == ACTION_SAVE)
		save(v);
	else if (action == ACTION_OPEN)
		open_line(v);
	else if (action == ACTION_CANCEL)
		return back_out(log);
	else
		return false;
	return true;
}

static const enum context contexts[] = {CONTEXT_LOG, CONTEXT_NONE};
static const enum action hints[] = {
	ACTION_FIND,    ACTION_NEXT_MATCH, ACTION_PREV_MATCH, ACTION_FILTER,
	ACTION_FOLLOW,  ACTION_WRAP,       ACTION_TIMES,      ACTION_PAGER,
	ACTION_SELECT,  ACTION_OLDER_TRY,  ACTION_NEWER_TRY,  ACTION_RAW,
	ACTION_PALETTE, ACTION_QUIT,       ACTION_HELP,       ACTION_NONE};

const struct run_tab_ops tab_log = {
	.title = "Log",
	.brief = "Log",
	.draw = draw,
	.key = key,
	.act = act,
	.contexts = contexts,
	.hints = hints,
};
