/* The run at the cursor beside or below the list: who, what, its steps, the
 * last lines and decisions.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "../logfile.h"
#include "runs_view.h"

enum {
	LOG_LINES = 3,
	DECISIONS = 4,
	USUAL_RUNS = 100 /* that tell what is usual */
};

static void
draw_decision(struct grid *g, struct rect r, const struct wf_events *events)
{
	struct strbuf text = STRBUF_INIT;

	if (!events || events->n == 0)
		return;
	strbuf_adds(&text, "last decision ");
	decision_text(&events->at[events->n - 1], &text);
	grid_words(g, r, 1, 0, r.w - 1, STYLE_FAINT, text.at);
	strbuf_release(&text);
}

/* "build-api(2)" of one that succeeded in two tries, "e2e-tests 2/4". */
static void
add_with_tries(struct strbuf *out, const struct wf_step_info *s)
{
	char tries[WF_TRIES];

	strbuf_adds(out, s->path);
	if (s->is_group || s->tries < 2)
		return;
	if (s->state == STEP_SUCCEEDED)
		strbuf_addf(out, "(%u)", s->tries);
	else if (s->state != STEP_UNDONE)
		strbuf_addf(out, " %s",
			    wf_tries(s->tries, s->retry_limit, tries));
}

/* The run at the cursor in a few lines: who, what, its steps. */
void
runs_draw_summary(struct view *v, struct grid *g, struct rect r)
{
	const struct wf_run_info *run = runs_at_cursor(runs_of(v));
	const struct wf_run_detail *d =
		run && r.h > 0 ? runs_detail(v, run) : NULL;
	struct strbuf text = STRBUF_INIT;
	char clock[SPAN_TEXT];
	int y, x = 1;

	if (!d)
		return;
	for (int i = 0; i < r.w; i++)
		grid_line(g, r, i, 0, STYLE_LINE, LINE_E | LINE_W, LINE_ROUND);
	grid_textf(g, r, 3, 0, STYLE_TITLE, " %s %s ", run->id, run->flow);
	x = grid_textf(g, r, 1, 1, STYLE_NORMAL, "started %s by %s",
		       clock_text(run->created, clock),
		       run->actor ? run->actor : "?");
	if (run->definition)
		x = grid_textf(g, r, x + 3, 1, STYLE_NORMAL, "flow %.7s",
			       run->definition);
	json_pairs(run->params, &text);
	grid_text(g, r, x + 3, 1, STYLE_NORMAL, text.at);
	y = 2;
	x = 1;
	for (size_t i = 0; i < d->nsteps; i++) {
		enum shown shown = step_shown(&d->steps[i]);
		int width;

		if (strpbrk(d->steps[i].path, "[/"))
			continue; /* its group stands for it */
		strbuf_clear(&text);
		add_with_tries(&text, &d->steps[i]);
		width = text_width_str(text.at) + 4;
		if (x + width > r.w && x > 1) {
			x = 1;
			y++;
		}
		grid_text(g, r, x, y, shown_states[shown].style,
			  shown_glyph(shown, g->ascii));
		grid_text(g, r, x + 2, y, STYLE_NORMAL, text.at);
		x += width;
	}
	draw_decision(g, rect_row(r, y + 1), runs_decisions(v, run));
	strbuf_release(&text);
}

/* --- beside the list
 * ------------------------------------------------------------------ */

static void
draw_rule(struct grid *g, struct rect r, int y)
{
	for (int x = 0; x < r.w; x++)
		grid_line(g, r, x, y, STYLE_LINE, LINE_E | LINE_W, LINE_ROUND);
}

static int
by_length(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* "usual 14m20s (p95 31m)", of the successes among the runs that were read. */
static void
draw_usual(const struct runs *s, struct grid *g, struct rect r, int x,
	   const struct wf_run_info *run)
{
	int64_t took[USUAL_RUNS];
	char usual[SPAN_TEXT], slow[SPAN_TEXT];
	size_t n = 0;

	for (size_t i = 0; i < s->all.n && n < USUAL_RUNS; i++) {
		const struct wf_run_info *other = &s->all.at[i];

		if (other->state == RUN_SUCCEEDED && other->started &&
		    str_eq(other->flow, run->flow))
			took[n++] = other->finished - other->started;
	}
	if (n == 0)
		return;
	qsort(took, n, sizeof(*took), by_length);
	grid_textf(g, rect_row(r, 3), x, 0, STYLE_FAINT, "usual %s (p95 %s)",
		   span_text(took[n / 2], usual),
		   span_text(took[(n * 95 + 99) / 100 - 1], slow));
}

static int
draw_who(struct view *v, struct grid *g, struct rect r,
	 const struct wf_run_info *run)
{
	const struct runs *s = runs_of(v);
	enum shown shown = runs_shown(v, run);
	struct strbuf params = STRBUF_INIT;
	int64_t start = run->started ? run->started : run->created;
	int64_t end = run->finished ? run->finished : s->now;
	char text[SPAN_TEXT];
	int x;

	grid_textf(g, r, 1, 0, STYLE_TITLE, "%s %s", run->id,
		   run->name && *run->name ? run->name : run->flow);
	grid_text_right(g, r, 0, shown_states[shown].style,
			shown_states[shown].word);
	grid_textf(g, r, 1, 1, STYLE_NORMAL, "started %s by %s",
		   clock_text(run->created, text),
		   run->actor ? run->actor : "?");
	json_pairs(run->params, &params);
	grid_textf(g, r, 1, 2, STYLE_NORMAL, "flow %.7s   %s",
		   run->definition ? run->definition : "", params.at);
	x = grid_textf(g, r, 1, 3, STYLE_NORMAL, "%s %s",
		       run->finished ? "took" : "took so far",
		       span_text(end - start, text));
	draw_usual(s, g, r, x + 3, run);
	strbuf_release(&params);
	return 4;
}

static int
draw_steps(struct view *v, struct grid *g, struct rect r, int y, int most,
	   const struct wf_run_detail *d)
{
	const struct runs *s = runs_of(v);
	char text[SPAN_TEXT];
	int rows = 0;

	for (size_t i = 0; i < d->nsteps && rows < most; i++) {
		const struct wf_step_info *step = &d->steps[i];
		enum shown shown = step_shown(step);
		struct rect row = rect_row(r, y + rows);
		struct rect name = {row.x + 3, row.y, row.w - 27, 1};
		bool waits = step->state == STEP_RETRY_WAIT && step->due;

		if (strpbrk(step->path, "[/"))
			continue;
		rows++;
		grid_text(g, row, 1, 0, shown_states[shown].style,
			  shown_glyph(shown, g->ascii));
		grid_text(g, rect_clip(row, name), 0, 0, STYLE_NORMAL,
			  step->path);
		grid_text(g, row, r.w - 23, 0, shown_states[shown].style,
			  shown_states[shown].word);
		grid_text(g, row, r.w - 15, 0, STYLE_NORMAL,
			  step_tries(step, text));
		grid_text_right(
			g, row, 0, STYLE_NORMAL,
			waits ? countdown_text(step->due - s->now, text)
			      : span_text(step_elapsed(step, s->now), text));
	}
	return rows;
}

/* The end of the log of the step the run is about. */
static int
draw_last_lines(struct grid *g, struct rect r, int y,
		const struct wf_run_detail *d)
{
	const struct wf_step_info *s = run_foremost(d);
	const struct wf_attempt_info *a = s ? step_latest(s) : NULL;
	struct logfile *log = a && a->log ? logfile_open(a->log) : NULL;
	size_t n;

	if (!log)
		return 0;
	logfile_poll(log, 1 << 20);
	n = logfile_nlines(log);
	draw_rule(g, r, y);
	grid_textf(g, r, 1, y + 1, STYLE_FAINT, "last lines of %s", s->path);
	for (size_t i = 0; i < LOG_LINES && i < n; i++) {
		struct strbuf line = STRBUF_INIT;
		size_t from = n > LOG_LINES ? n - LOG_LINES : 0;

		logfile_line(log, from + i, &line, TEXT_DROP_SGR);
		grid_text(g, rect_row(r, y + 2 + (int)i), 1, 0, STYLE_NORMAL,
			  line.at);
		strbuf_release(&line);
	}
	logfile_close(log);
	return 2 + LOG_LINES;
}

static void
draw_decisions(struct grid *g, struct rect r, int y,
	       const struct wf_events *events)
{
	size_t n = events ? events->n : 0;
	size_t first = n > DECISIONS ? n - DECISIONS : 0;

	if (n == 0 || y + 2 >= r.h)
		return;
	draw_rule(g, r, y);
	grid_text(g, r, 1, y + 1, STYLE_FAINT, "last decisions");
	for (size_t i = first; i < n && y + 2 < r.h; i++, y++) {
		struct strbuf text = STRBUF_INIT;

		decision_text(&events->at[i], &text);
		grid_words(g, r, 1, y + 2, r.w - 1, STYLE_NORMAL, text.at);
		strbuf_release(&text);
	}
}

void
runs_draw_side(struct view *v, struct grid *g, struct rect r)
{
	const struct wf_run_info *run = runs_at_cursor(runs_of(v));
	const struct wf_run_detail *d = run ? runs_detail(v, run) : NULL;
	int y;

	for (int i = 0; i < r.h; i++)
		grid_line(g, (struct rect){r.x - 1, r.y, 1, r.h}, 0, i,
			  STYLE_LINE, LINE_N | LINE_S, LINE_ROUND);
	if (!d)
		return;
	y = draw_who(v, g, r, run);
	draw_rule(g, r, y++);
	y += draw_steps(v, g, r, y, r.h - y > 16 ? r.h - y - 12 : r.h - y, d);
	if (r.h - y > LOG_LINES + 2)
		y += draw_last_lines(g, r, y, d);
	draw_decisions(g, r, y, runs_decisions(v, run));
}
