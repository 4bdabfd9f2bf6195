/* The lines around a log: whose it is, how much of it there is, what is on.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>

#include "run_view.h"

/* --- whose it is
 * ---------------------------------------------------------------------- */

/* "try [2]/4" where others can be looked at. */
static void
add_try(const struct run_view *rv, const struct wf_attempt_info *a,
	bool brackets, struct strbuf *out)
{
	char tries[WF_TRIES];
	const char *rest;

	if (a->phase != PHASE_DO) {
		strbuf_addf(out, "%s, try %u", phase_name(a->phase), a->n);
		return;
	}
	wf_tries(a->n, run_selected(rv)->retry_limit, tries);
	rest = tries + strspn(tries, "0123456789");
	if (brackets)
		strbuf_addf(out, "try [%.*s]%s", (int)(rest - tries), tries,
			    rest);
	else
		strbuf_addf(out, "try %s", tries);
}

static void
add_end(const struct wf_attempt_info *a, struct strbuf *out)
{
	char clock[SPAN_TEXT];

	if (!a || !a->finished)
		return;
	attempt_end(a, out);
	strbuf_addf(out, " at %s", clock_text(a->finished, clock));
}

static void
add_lines(const struct run_log *log, struct strbuf *out)
{
	size_t n = log->file ? logfile_nlines(log->file) : 0;

	if (log->file)
		strbuf_addf(out, "%zu line%s", n, n == 1 ? "" : "s");
}

/* --- a line of items
 * ------------------------------------------------------------------ */

enum {
	ITEMS = 8
};

struct line {
	struct strbuf texts[ITEMS];
	struct ladder_item items[ITEMS];
	size_t n;
};

/* The text of the next item. */
static struct strbuf *
line_add(struct line *l, int drop, uint8_t style, bool right)
{
	l->items[l->n] = (struct ladder_item){NULL, drop, style, right};
	l->texts[l->n] = (struct strbuf)STRBUF_INIT;
	return &l->texts[l->n++];
}

static void
line_draw(struct line *l, struct grid *g, struct rect r)
{
	for (size_t i = 0; i < l->n; i++)
		l->items[i].text = l->texts[i].at;
	ladder_draw(g, r, 0, l->items, l->n);
	for (size_t i = 0; i < l->n; i++)
		strbuf_release(&l->texts[i]);
}

static struct rect
within(struct rect r)
{
	return (struct rect){r.x + 1, r.y, r.w - 2, 1};
}

/* --- above the log
 * -------------------------------------------------------------------- */

/* "find: FAIL 3/7": the place among all that hold it. */
static void
add_find(const struct run_log *log, struct strbuf *out)
{
	if (!log->find.text.n || log->typing == &log->find)
		return;
	strbuf_addf(out, "find: %.14s", log->find.text.at);
	if (log->searching)
		strbuf_addf(out, ", at line %zu", log->found + 1);
	else if (log->matches.rows < log_rows(log))
		strbuf_addf(out, ", counting %d%%", log_counted_percent(log));
	else if (log_place(log))
		strbuf_addf(out, " %zu/%zu", log_place(log), log->matches.n);
	else
		strbuf_adds(out, log->matches.n ? "" : ", none");
}

static void
add_modes(const struct run_log *log, struct strbuf *out)
{
	static const char *const times[] = {"", "times seen ",
					    "times since start "};

	strbuf_addf(out, "%s%s%s%s", log->wrap ? "wrap " : "",
		    log->raw ? "raw " : "", log->updates ? "all updates " : "",
		    times[log->times]);
	if (log->left)
		strbuf_addf(out, "column %d", log->left + 1);
}

void
log_draw_title(struct view *v, struct grid *g, struct rect r, bool modes)
{
	const struct run_view *rv = run_view_of(v);
	const struct wf_step_info *s = run_selected(rv);
	const struct wf_attempt_info *a = log_attempt(rv);
	bool others = log_other_try(rv, -1) || log_other_try(rv, 1);
	struct line l = {.n = 0};

	if (!s)
		return;
	strbuf_adds(line_add(&l, 0, STYLE_TITLE, false), s->path);
	if (a)
		add_try(rv, a, others, line_add(&l, 1, STYLE_TITLE, false));
	else
		strbuf_adds(line_add(&l, 1, STYLE_TITLE, false), "no try yet");
	if (others)
		strbuf_adds(line_add(&l, 6, STYLE_FAINT, false),
			    "(< > changes)");
	add_end(a, line_add(&l, 4, STYLE_TITLE, false));
	add_lines(&rv->log, line_add(&l, 3, STYLE_TITLE, false));
	if (modes)
		add_modes(&rv->log, line_add(&l, 5, STYLE_TITLE, false));
	add_find(&rv->log, line_add(&l, 2, STYLE_KEY, true));
	line_draw(&l, g, within(r));
}

static void
draw_rule(struct grid *g, struct rect r)
{
	for (int i = 0; i < r.w; i++)
		grid_line(g, r, i, 0, STYLE_LINE, LINE_E | LINE_W, LINE_ROUND);
}

/* Items on a line that is drawn: each keeps a space around it. */
static struct strbuf *
pad(struct strbuf *text)
{
	char *bare = strbuf_detach(text);

	if (*bare)
		strbuf_addf(text, " %s ", bare);
	free(bare);
	return text;
}

void
log_draw_head(const struct run_view *rv, struct grid *g, struct rect r)
{
	const struct wf_step_info *s = run_selected(rv);
	const struct wf_attempt_info *a = log_attempt(rv);
	struct line l = {.n = 0};
	struct strbuf *text;

	draw_rule(g, r);
	if (!s)
		return;
	text = line_add(&l, 0, STYLE_TITLE, false);
	strbuf_addf(text, "log %s  ", s->path);
	if (a)
		add_try(rv, a, false, text);
	else
		strbuf_adds(text, "no try yet");
	pad(text);
	text = line_add(&l, 3, STYLE_TITLE, true);
	add_lines(&rv->log, text);
	pad(text);
	text = line_add(&l, 4, STYLE_GOOD, true);
	if (rv->log.file && rv->log.follow)
		strbuf_adds(text, " follow ON ");
	text = line_add(&l, 2, STYLE_TITLE, true);
	add_end(a, text);
	pad(text);
	line_draw(&l, g, (struct rect){r.x + 3, r.y, r.w - 4, 1});
}

/* --- below it
 * -----------------------------------------------------------------------------
 */

static void
draw_prompt(struct run_log *log, struct grid *g, struct rect r)
{
	int x = grid_text(g, r, 1, 0, STYLE_KEY,
			  log->typing == &log->find ? " find: "
						    : " only lines with (!: "
						      "without): ");

	grid_fill(g, r, (struct rect){x, 0, r.w - x, 1}, STYLE_NORMAL, ' ');
	prompt_draw(log->typing, g, r, x, 0, r.w - x - 1, STYLE_FIELD, true);
}

/* What goes on, at the right: reading, a selection, a filter. */
static void
draw_work(const struct run_log *log, struct grid *g, struct rect r, bool filter)
{
	struct strbuf text = STRBUF_INIT;
	size_t from, to;

	if (log->file && logfile_is_behind(log->file)) {
		strbuf_addf(&text, " reading %d%% ",
			    logfile_percent(log->file));
	} else if (log->mark != SIZE_MAX) {
		log_selection(log, &from, &to);
		strbuf_addf(&text, " %zu lines selected, y copies ",
			    to - from + 1);
	}
	if (filter && log->filter.text.n)
		strbuf_addf(&text, " filter: %.14s ", log->filter.text.at);
	if (text.n)
		grid_text(g, r, r.w - text_width_str(text.at) - 2, 0, STYLE_KEY,
			  text.at);
	strbuf_release(&text);
}

void
log_draw_bar(struct run_view *rv, struct grid *g, struct rect r, bool modes)
{
	struct run_log *log = &rv->log;
	size_t n = log_rows(log);
	size_t end = log->top + (size_t)rv->height;
	size_t newer = n > end ? n - end : 0;

	draw_rule(g, r);
	if (log->typing) {
		draw_prompt(log, g, r);
		return;
	}
	if (log->follow)
		grid_text(g, r, 3, 0, STYLE_GOOD, " follow ON ");
	else
		grid_textf(g, r, 3, 0, STYLE_NOTICE,
			   " follow is OFF: %zu newer line%s, G follows ",
			   newer, newer == 1 ? "" : "s");
	draw_work(log, g, r, modes);
}

void
log_draw_modes(struct view *v, struct grid *g, struct rect r)
{
	static const char *const times[] = {"off", "seen", "since start"};
	const struct run_log *log = &run_view_of(v)->log;
	char size[SPAN_TEXT], limit[SPAN_TEXT];
	struct line l = {.n = 0};
	struct strbuf *text;

	if (!log->file)
		return;
	strbuf_addf(line_add(&l, 1, STYLE_FAINT, false), "filter: %.30s",
		    log->filter.text.n ? log->filter.text.at : "none");
	strbuf_addf(line_add(&l, 4, STYLE_FAINT, false), "wrap %s",
		    log->wrap ? "on" : "off");
	strbuf_addf(line_add(&l, 3, STYLE_FAINT, false), "times: %s",
		    times[log->times]);
	text = line_add(&l, 3, STYLE_FAINT, false);
	strbuf_addf(text, "%s%s%s", log->raw ? "raw bytes" : "",
		    log->raw && log->updates ? "  " : "",
		    log->updates ? "all updates" : "");
	strbuf_addf(line_add(&l, 5, STYLE_FAINT, false), "column %d",
		    log->left + 1);
	text = line_add(&l, 2, STYLE_FAINT, false);
	strbuf_adds(text, size_text(logfile_size(log->file), size));
	if (run_log_limit(v))
		strbuf_addf(text, " of %s quota",
			    size_text(run_log_limit(v), limit));
	line_draw(&l, g, within(r));
}
