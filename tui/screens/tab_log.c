/* The log of the selected step's try: follow, find, wrap.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "run_view.h"

enum {
	POLL_BUDGET = 16 << 20, /* bytes indexed between two looks at keys */
	FIND_BUDGET = 20000     /* lines searched between them */
};

static const struct wf_attempt_info *
attempt_shown(const struct run_view *rv)
{
	const struct wf_step_info *s = run_selected(rv);

	if (!s || s->nattempts == 0)
		return NULL;
	if (rv->log.attempt >= 0 && (size_t)rv->log.attempt < s->nattempts)
		return &s->attempts[rv->log.attempt];
	return step_latest(s);
}

/* Open the file of what is selected, when it is another one. */
static void
renew(struct run_view *rv)
{
	const struct wf_attempt_info *a = attempt_shown(rv);
	const char *path = a && a->log ? a->log : "";

	if (rv->log.path && str_eq(rv->log.path, path))
		return;
	logfile_close(rv->log.file);
	free(rv->log.path);
	rv->log.path = mem_strdup(path);
	rv->log.file = *path ? logfile_open(path) : NULL;
	rv->log.top = 0;
	rv->log.left = 0;
	rv->log.found = SIZE_MAX;
	rv->log.searching = false;
}

static void
search_on(struct run_view *rv)
{
	struct run_log *log = &rv->log;
	size_t from = log->found;

	if (!log->searching || !log->file)
		return;
	if (logfile_find(log->file, log->find.text.at, log->forward, &from,
			 FIND_BUDGET)) {
		log->searching = false;
		log->follow = false;
		log->top = from > 3 ? from - 3 : 0;
	} else if (from >= logfile_nlines(log->file) && !log->wrapped) {
		log->wrapped = true; /* once around */
		from = log->forward ? 0 : logfile_nlines(log->file) - 1;
	} else if (from >= logfile_nlines(log->file)) {
		log->searching = false;
		from = SIZE_MAX;
	}
	log->found = from;
}

bool
log_poll(struct run_view *rv)
{
	renew(rv);
	if (!rv->log.file)
		return false;
	logfile_poll(rv->log.file, POLL_BUDGET);
	search_on(rv);
	return logfile_is_behind(rv->log.file) || rv->log.searching;
}

/* --- drawing
 * --------------------------------------------------------------------- */

static void
draw_line(struct run_view *rv, struct grid *g, struct rect row, size_t i,
	  int number)
{
	struct strbuf line = STRBUF_INIT;
	const struct prompt *find = &rv->log.find;

	logfile_line(rv->log.file, i, &line, rv->log.raw ? 0 : TEXT_DROP_SGR);
	if (number > 0) {
		grid_textf(g, row, 0, 0,
			   i == rv->log.found ? STYLE_TITLE : STYLE_FAINT,
			   "%c%*zu ", i == rv->log.found ? '>' : ' ', number,
			   i + 1);
		row.x += number + 2;
		row.w -= number + 2;
	}
	grid_text(g, row, -rv->log.left, 0, STYLE_NORMAL, line.at);
	for (const char *at = find->text.n ? strcasestr(line.at, find->text.at)
					   : NULL;
	     at; at = strcasestr(at + 1, find->text.at)) {
		int x = text_width(line.at, (size_t)(at - line.at), 0);

		grid_mark(g, row,
			  (struct rect){x - rv->log.left, 0,
					text_width_str(find->text.at), 1},
			  STYLE_MATCH, 0);
	}
	strbuf_release(&line);
}

/* Rows that a line takes when long ones wrap. */
static int
rows_of(struct run_view *rv, size_t i, int width)
{
	struct strbuf line = STRBUF_INIT;
	int columns;

	logfile_line(rv->log.file, i, &line, rv->log.raw ? 0 : TEXT_DROP_SGR);
	columns = text_width_str(line.at);
	strbuf_release(&line);
	return columns > width && width > 0 ? (columns + width - 1) / width : 1;
}

static void
draw_wrapped(struct run_view *rv, struct grid *g, struct rect r, size_t from,
	     int number)
{
	size_t n = logfile_nlines(rv->log.file);
	int width = r.w - number - 2, y = 0, left = rv->log.left;

	for (size_t i = from; i < n && y < r.h; i++) {
		int rows = rows_of(rv, i, width);

		for (int k = 0; k < rows && y < r.h; k++, y++) {
			rv->log.left = k * width;
			draw_line(rv, g, rect_row(r, y), i, number);
		}
	}
	rv->log.left = left;
}

/* The first line for which the rest fills the pane. */
static size_t
last_top(struct run_view *rv, struct rect r, int number)
{
	size_t n = logfile_nlines(rv->log.file);
	int rows = 0;

	if (!rv->log.wrap)
		return n > (size_t)r.h ? n - (size_t)r.h : 0;
	while (n > 0) {
		rows += rows_of(rv, n - 1, r.w - number - 2);
		if (rows > r.h)
			break;
		n--;
	}
	return n;
}

static void
draw_lines(struct run_view *rv, struct grid *g, struct rect r, bool numbers)
{
	size_t n = logfile_nlines(rv->log.file), last;
	int number = 0;

	if (r.h <= 0)
		return;
	for (size_t i = n; numbers && i; i /= 10)
		number++;
	if (numbers && number < 4)
		number = 4;
	last = last_top(rv, r, number);
	if (rv->log.follow || rv->log.top > last)
		rv->log.top = last;
	if (rv->log.wrap && numbers) {
		draw_wrapped(rv, g, r, rv->log.top, number);
		return;
	}
	for (int i = 0; i < r.h && rv->log.top + (size_t)i < n; i++)
		draw_line(rv, g, rect_row(r, i), rv->log.top + (size_t)i,
			  number);
}

static void
title_of(const struct run_view *rv, struct strbuf *out)
{
	const struct wf_step_info *s = run_selected(rv);
	const struct wf_attempt_info *a = attempt_shown(rv);

	if (!s)
		return;
	strbuf_addf(out, "%s", s->path);
	if (!a) {
		strbuf_adds(out, "  no try yet");
		return;
	}
	if (a->phase == PHASE_DO)
		strbuf_addf(out, "  try %u/%u", a->n, s->retry_limit + 1);
	else
		strbuf_addf(out, "  %s, try %u", phase_name(a->phase), a->n);
	if (a->finished) {
		char clock[SPAN_TEXT];

		strbuf_adds(out, "  ");
		attempt_end(a, out);
		strbuf_addf(out, " at %s", clock_text(a->finished, clock));
	}
}

static const char *
nothing_to_show(const struct run_view *rv)
{
	const struct wf_step_info *s = run_selected(rv);
	const struct wf_attempt_info *a = attempt_shown(rv);

	if (!s)
		return "";
	if (!a && s->state == STEP_WAITING)
		return "it waits; this kind of step writes no log";
	if (!a)
		return s->is_group ? "a group has no log; Enter opens it"
				   : "it has not begun";
	if (!rv->log.file)
		return "this kind of step writes no log";
	return logfile_nlines(rv->log.file) ? NULL : "nothing written yet";
}

void
log_draw_tail(struct view *v, struct grid *g, struct rect r)
{
	struct run_view *rv = run_view_of(v);
	struct strbuf title = STRBUF_INIT;
	const char *nothing;
	bool wrap = rv->log.wrap;
	struct rect body = {r.x, r.y + 1, r.w, r.h - 1};

	if (r.h < 2)
		return;
	log_poll(rv);
	for (int i = 0; i < r.w; i++)
		grid_line(g, r, i, 0, STYLE_LINE, LINE_E | LINE_W, LINE_ROUND);
	title_of(rv, &title);
	grid_textf(g, r, 3, 0, STYLE_TITLE, " log %s ", title.at);
	strbuf_release(&title);
	nothing = nothing_to_show(rv);
	if (nothing) {
		grid_text(g, body, 1, 0, STYLE_FAINT, nothing);
		return;
	}
	body.x++;
	body.w--;
	rv->log.wrap = false;
	draw_lines(rv, g, body, false);
	rv->log.wrap = wrap;
}

static void
draw_bar(struct run_view *rv, struct grid *g, struct rect r)
{
	size_t n = rv->log.file ? logfile_nlines(rv->log.file) : 0;
	size_t end = rv->log.top + (size_t)rv->height;

	for (int i = 0; i < r.w; i++)
		grid_line(g, r, i, 0, STYLE_LINE, LINE_E | LINE_W, LINE_ROUND);
	if (rv->log.typing) {
		int x = grid_text(g, r, 1, 0, STYLE_KEY, " find: ");

		grid_fill(g, r, (struct rect){x, 0, r.w - x, 1}, STYLE_NORMAL,
			  ' ');
		prompt_draw(&rv->log.find, g, r, x, 0, r.w - x - 1, STYLE_FIELD,
			    true);
		return;
	}
	if (rv->log.follow)
		grid_text(g, r, 3, 0, STYLE_GOOD, " follow ON ");
	else
		grid_textf(g, r, 3, 0, STYLE_NOTICE,
			   " follow is OFF: %zu lines below, G follows ",
			   n > end ? n - end : 0);
	if (rv->log.searching)
		grid_textf(g, r, r.w - 24, 0, STYLE_NOTICE, " searching %zu ",
			   rv->log.found);
	else if (rv->log.find.text.n)
		grid_textf(g, r, r.w - 24, 0, STYLE_KEY, " find: %.14s ",
			   rv->log.find.text.at);
}

static void
draw(struct view *v, struct grid *g, struct rect r)
{
	struct run_view *rv = run_view_of(v);
	struct strbuf title = STRBUF_INIT;
	struct rect body = {r.x, r.y + 1, r.w, r.h - 2};
	char size[SPAN_TEXT];
	const char *nothing;

	log_poll(rv);
	title_of(rv, &title);
	if (rv->log.file)
		strbuf_addf(&title, "  %zu line%s  %s%s%s",
			    logfile_nlines(rv->log.file),
			    logfile_nlines(rv->log.file) == 1 ? "" : "s",
			    size_text(logfile_size(rv->log.file), size),
			    rv->log.wrap ? "  wrap" : "",
			    rv->log.raw ? "  raw" : "");
	grid_text(g, r, 1, 0, STYLE_TITLE, title.at);
	strbuf_release(&title);
	rv->height = body.h > 0 ? body.h : 1;
	nothing = nothing_to_show(rv);
	if (nothing)
		grid_text(g, body, 2, 1, STYLE_FAINT, nothing);
	else
		draw_lines(rv, g, body, true);
	draw_bar(rv, g, rect_row(r, r.h - 1));
}

/* --- keys
 * ------------------------------------------------------------------------- */

static void
find_next(struct view *v, bool forward, bool from_here)
{
	struct run_view *rv = run_view_of(v);
	struct run_log *log = &rv->log;
	size_t n = log->file ? logfile_nlines(log->file) : 0;

	if (n == 0 || log->find.text.n == 0)
		return;
	if (log->found >= n)
		log->found = log->top;
	else if (!from_here)
		log->found = (log->found + (forward ? 1 : n - 1)) % n;
	log->forward = forward;
	log->searching = true;
	log->wrapped = false;
	search_on(rv);
	search_on(rv);
	if (!log->searching && log->found == SIZE_MAX)
		views_say(v->views, "not found: %s", log->find.text.at);
}

static bool
key(struct view *v, uint32_t k)
{
	struct run_view *rv = run_view_of(v);
	enum prompt_result result;

	if (!rv->log.typing)
		return false;
	result = prompt_key(&rv->log.find, k);
	if (result == PROMPT_LEFT)
		prompt_set(&rv->log.find, "");
	rv->log.typing = result == PROMPT_EDITED || result == PROMPT_IGNORED;
	if (result == PROMPT_DONE)
		find_next(v, true, true);
	return true;
}

static bool
scroll(struct run_view *rv, enum action action)
{
	size_t n = rv->log.file ? logfile_nlines(rv->log.file) : 0;
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

static void
change_try(struct run_view *rv, int by)
{
	const struct wf_step_info *s = run_selected(rv);
	int n = s ? (int)s->nattempts : 0;
	int at = rv->log.attempt >= 0 ? rv->log.attempt : n - 1;

	at += by;
	if (at >= 0 && at < n)
		rv->log.attempt = at == n - 1 ? -1 : at;
	rv->log.follow = true;
}

static void
open_pager(struct view *v)
{
	struct run_view *rv = run_view_of(v);
	const char *pager = getenv("PAGER");
	char **argv = mem_alloc(4 * sizeof(*argv));

	if (!rv->log.path || !*rv->log.path) {
		views_complain(v->views, "there is no log to open");
		free(argv);
		return;
	}
	/* Without -R less shows escapes as text. */
	argv[0] = mem_strdup(pager && *pager && !strchr(pager, ' ') ? pager
								    : "less");
	argv[1] = mem_strdup(rv->log.path);
	v->views->run_program = argv;
}

static bool
act(struct view *v, enum action action)
{
	struct run_view *rv = run_view_of(v);
	struct run_log *log = &rv->log;

	if (scroll(rv, action))
		return true;
	if (action == ACTION_FOLLOW)
		log->follow = !log->follow;
	else if (action == ACTION_WRAP)
		log->wrap = !log->wrap;
	else if (action == ACTION_RAW)
		log->raw = !log->raw;
	else if (action == ACTION_OLDER_TRY || action == ACTION_NEWER_TRY)
		change_try(rv, action == ACTION_OLDER_TRY ? -1 : 1);
	else if (action == ACTION_LEFT || action == ACTION_SCROLL_LEFT)
		log->left -= log->left < 8 ? log->left : 8;
	else if (action == ACTION_RIGHT || action == ACTION_SCROLL_RIGHT)
		log->left += 8;
	else if (action == ACTION_FIND)
		log->typing = true;
	else if (action == ACTION_NEXT_MATCH || action == ACTION_PREV_MATCH)
		find_next(v, action == ACTION_NEXT_MATCH, false);
	else if (action == ACTION_PAGER)
		open_pager(v);
	else if (action == ACTION_CANCEL && log->find.text.n)
		prompt_set(&log->find, "");
	else
		return false;
	return true;
}

static const enum context contexts[] = {CONTEXT_LOG, CONTEXT_NONE};
static const enum action hints[] = {
	ACTION_FIND,      ACTION_NEXT_MATCH, ACTION_FOLLOW, ACTION_WRAP,
	ACTION_OLDER_TRY, ACTION_RAW,        ACTION_PAGER,  ACTION_PALETTE,
	ACTION_QUIT,      ACTION_HELP,       ACTION_NONE};

const struct run_tab_ops tab_log = {
	.title = "Log",
	.brief = "Log",
	.draw = draw,
	.key = key,
	.act = act,
	.contexts = contexts,
	.hints = hints,
};
