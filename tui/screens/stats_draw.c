/* Statistics on the grid: totals, a row each, and the one at the cursor.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "../../engine/base/clock.h"
#include "stats_view.h"

enum {
	DETAIL_ROWS = 10,
	DETAIL_LEAST =
		6, /* rows of the list without which there is no detail */
	BUCKETS = 5,
	BAR = 24,
	CAUSES = 4,
	SECOND = 1000
};

/* --- totals
 * ------------------------------------------------------------------------ */

static void
draw_header(struct view *v, struct grid *g, struct rect r)
{
	const struct stats_view *s = stats_of(v);
	const char *window = stats_windows[s->window].words;
	char flow[96], runs[32], clock[SPAN_TEXT];
	struct ladder_item items[] = {
		{"wfctl > stats", 0, STYLE_HEADER, false},
		{flow,            1, STYLE_NORMAL, false},
		{window,          3, STYLE_NORMAL, false},
		{runs,            2, STYLE_NORMAL, false},
		{clock,           4, STYLE_NORMAL, true },
	};

	clock_text(s->now, clock);
	snprintf(flow, sizeof(flow), "%s%.80s", s->flow ? "flow " : "all flows",
		 s->flow ? s->flow : "");
	snprintf(runs, sizeof(runs), "%u run%s", s->stats.whole.runs,
		 s->stats.whole.runs == 1 ? "" : "s");
	ladder_draw(g, (struct rect){r.x + 1, r.y, r.w - 2, r.h}, 0, items,
		    ARRAY_SIZE(items));
}

/* "ok 52 (85%)   failed 6   rolled back 3   median 14m20s   p95 31m05s" */
static void
draw_totals(const struct stats_view *s, struct grid *g, struct rect r)
{
	const struct wf_stat *w = &s->stats.whole;
	uint32_t ended = w->good + w->bad;
	uint32_t undone = w->counts[RUN_ROLLED_BACK];
	char ok[32], failed[32], back[32], median[32], p95[32];
	char span[SPAN_TEXT];
	struct ladder_item items[] = {
		{ok,     0, STYLE_GOOD,   false},
		{failed, 1, STYLE_NORMAL, false},
		{back,   3, STYLE_NORMAL, false},
		{median, 2, STYLE_NORMAL, false},
		{p95,    2, STYLE_NORMAL, false},
	};

	snprintf(ok, sizeof(ok), "ok %u (%u%%)", w->good,
		 ended ? w->good * 100 / ended : 0);
	snprintf(failed, sizeof(failed), "failed %u", w->bad - undone);
	snprintf(back, sizeof(back), "rolled back %u", undone);
	snprintf(median, sizeof(median), "median %s",
		 w->ntook ? span_text(wf_stat_quantile(w, 500), span) : "-");
	snprintf(p95, sizeof(p95), "p95 %s",
		 w->ntook ? span_text(wf_stat_quantile(w, 950), span) : "-");
	ladder_draw(g, (struct rect){r.x + 1, r.y, r.w - 2, r.h}, 0, items,
		    ARRAY_SIZE(items));
}

/* --- the rows
 * ---------------------------------------------------------------------- */

struct columns {
	int name, rest; /* width of the name, column of the figures */
	bool wasted, trend, tries;
};

static struct columns
columns_of(const struct stats_view *s, int w)
{
	int widest = 12, figures = w >= 80 ? 58 : w >= 60 ? 34 : 16;
	struct columns c = {0};

	c.wasted = w >= 70;
	c.trend = w >= 80;
	c.tries = w >= 60;
	for (size_t i = 0; i < s->shown.n; i++) {
		int n = text_width_str(s->shown.at[i]->name);

		widest = n > widest ? n : widest;
	}
	c.name = w - 4 - figures < widest ? w - 4 - figures : widest;
	c.rest = 4 + c.name;
	return c;
}

static void
draw_head(const struct stats_view *s, struct grid *g, struct rect row,
	  const struct columns *c)
{
	grid_text(g, row, 4, 0, STYLE_FAINT, s->flow ? "STEP" : "FLOW");
	grid_textf(g, row, c->rest, 0, STYLE_FAINT, "%6s%6s%s%s", "RUNS", "OK%",
		   c->tries ? " RETRY/RUN     P50     P95" : "",
		   c->wasted ? "  WASTED" : "");
	if (c->trend)
		grid_text(g, row, c->rest + 49, 0, STYLE_FAINT, "TREND");
}

static void
draw_row(struct grid *g, struct rect row, const struct columns *c,
	 const struct wf_stat *s)
{
	uint32_t ended = s->good + s->bad;
	char rate[8] = "-", retries[16] = "-", p50[SPAN_TEXT] = "-";
	char p95[SPAN_TEXT] = "-", wasted[SPAN_TEXT];
	int x;

	if (ended)
		snprintf(rate, sizeof(rate), "%u", s->good * 100 / ended);
	if (s->tries && s->runs)
		snprintf(retries, sizeof(retries), "%.2f",
			 (double)s->retries / s->runs);
	if (s->ntook) {
		span_text(wf_stat_quantile(s, 500), p50);
		span_text(wf_stat_quantile(s, 950), p95);
	}
	grid_cell(g, row, 4, 0, c->name, STYLE_NORMAL, s->name);
	x = grid_textf(g, row, c->rest, 0, STYLE_NORMAL, "%6u", s->runs);
	x = grid_textf(g, row, x, 0, s->bad ? STYLE_BAD : STYLE_NORMAL, "%6s",
		       rate);
	if (c->tries)
		x = grid_textf(g, row, x, 0, STYLE_NORMAL, "%10s%8s%8s",
			       retries, p50, p95);
	if (c->wasted)
		grid_textf(g, row, x, 0,
			   s->wasted ? STYLE_NOTICE : STYLE_NORMAL, "%8s",
			   span_text(s->wasted, wasted));
	if (c->trend)
		grid_text(g, row, c->rest + 49, 0, STYLE_NORMAL, s->trend);
}

static void
draw_list(struct stats_view *s, struct grid *g, struct rect r)
{
	struct columns c = columns_of(s, r.w);

	draw_head(s, g, rect_row(r, 0), &c);
	s->height = r.h - 1;
	list_show(&s->list, s->height);
	for (int i = 0; i < s->height; i++) {
		size_t at = s->list.top + (size_t)i;
		struct rect row = rect_row(r, i + 1);

		if (at >= s->shown.n)
			break;
		draw_row(g, row, &c, s->shown.at[at]);
		if (at != s->list.cursor)
			continue;
		grid_text(g, row, 1, 0, STYLE_TITLE, ">");
		grid_mark(g, row, (struct rect){0, 0, row.w, 1}, 0,
			  CELL_REVERSE);
		g->cursor_x = row.x;
		g->cursor_y = row.y;
	}
	if (s->stats.whole.runs == 0)
		grid_textf(g, rect_row(r, 2), 4, 0, STYLE_NORMAL,
			   "no runs in this time; w looks further back");
	else if (s->shown.n == 0)
		grid_text(g, rect_row(r, 2), 4, 0, STYLE_NORMAL,
			  "nothing matches the filter; Esc clears it");
}

/* --- the one at the cursor
 * --------------------------------------------------------- */

static void
draw_bar(struct grid *g, struct rect row, int x, char c, size_t n, size_t most,
	 int width)
{
	int length = most ? (int)((n * (size_t)width + most - 1) / most) : 0;

	grid_fill(g, row, (struct rect){x, 0, length, 1}, STYLE_NORMAL, c);
}

/* Five equal parts from the shortest to the longest; each row says up to
 * what. */
static void
draw_durations(struct grid *g, struct rect r, const struct wf_stat *s)
{
	size_t counts[BUCKETS] = {0}, most = 0;
	int64_t low, span, buckets;
	char text[SPAN_TEXT];

	if (s->ntook == 0) {
		grid_text(g, r, 1, 0, STYLE_FAINT, "duration   none succeeded");
		return;
	}
	low = s->took[0];
	span = s->took[s->ntook - 1] - low + 1;
	buckets = span < BUCKETS * SECOND ? 1 : BUCKETS;
	for (size_t i = 0; i < s->ntook; i++) {
		size_t k = (size_t)((s->took[i] - low) * buckets / span);

		most = ++counts[k] > most ? counts[k] : most;
	}
	grid_text(g, r, 1, 0, STYLE_FAINT, "duration");
	for (int i = 0; i < buckets; i++) {
		struct rect row = rect_row(r, i);

		grid_textf(g, row, 10, 0, STYLE_NORMAL, "%6s |",
			   span_text(low + span * (i + 1) / buckets, text));
		draw_bar(g, row, 18, ':', counts[i], most,
			 r.w - 19 < BAR ? r.w - 19 : BAR);
	}
	grid_textf(g, rect_row(r, BUCKETS), 1, 0, STYLE_NORMAL,
		   "longest %s  run %s", span_text(s->longest, text),
		   s->longest_run ? s->longest_run : "-");
}

static void
draw_causes(struct grid *g, struct rect r, const struct wf_stat *s)
{
	int y = 1;

	grid_text(g, r, 0, 0, STYLE_FAINT,
		  s->nends ? "failures by cause" : "no try failed");
	for (size_t i = 0; i < s->nends && i < CAUSES; i++) {
		struct rect row = rect_row(r, y++);

		grid_cell(g, row, 0, 0, 14, STYLE_NORMAL, s->ends[i].what);
		grid_textf(g, row, 14, 0, STYLE_NORMAL, "%5u", s->ends[i].n);
		draw_bar(g, row, 21, '#', s->ends[i].n, s->ends[0].n, 8);
	}
	if (s->retries == 0)
		return;
	grid_textf(g, rect_row(r, BUCKETS - 1), 0, 0, STYLE_NORMAL,
		   "retries that helped %4u of %u", s->helped, s->retries);
	grid_textf(g, rect_row(r, BUCKETS), 0, 0, STYLE_NORMAL,
		   "retries wasted      %4u of %u", s->retries - s->helped,
		   s->retries);
}

static void
draw_detail(const struct stats_view *s, struct grid *g, struct rect r)
{
	const struct wf_stat *at = stats_at_cursor(s);
	struct rect left = {r.x, r.y + 1, r.w >= 60 ? r.w * 6 / 10 : r.w,
			    r.h - 1};
	char *advice;

	for (int x = 0; x < r.w; x++)
		grid_line(g, r, x, 0, STYLE_LINE, LINE_E | LINE_W, LINE_ROUND);
	if (!at)
		return;
	grid_textf(g, r, 3, 0, STYLE_TITLE, " %s ", at->name);
	draw_durations(g, left, at);
	if (r.w >= 60 && s->flow)
		draw_causes(g,
			    (struct rect){left.x + left.w, left.y, r.w - left.w,
					  left.h},
			    at);
	advice = s->flow ? wf_stat_advice(at) : NULL;
	if (advice)
		grid_textf(g, rect_row(left, BUCKETS + 1), 1, 0, STYLE_NOTICE,
			   "suggestion: %s", advice);
	free(advice);
	grid_text(g, rect_row(r, BUCKETS + 3), 1, 0, STYLE_FAINT,
		  "trend: . all well at once   : in the end   | some not");
	grid_textf(g, rect_row(r, BUCKETS + 4), 1, 0, STYLE_FAINT,
		   "window: %s (w changes)   group: %s (g changes)   sort: %s",
		   stats_windows[s->window].name, s->flow ? "step" : "flow",
		   stats_sort_names[s->sort]);
}

static void
draw_filter(struct stats_view *s, struct grid *g, struct rect r)
{
	int x;

	grid_fill(g, r, (struct rect){0, 0, r.w, 1}, STYLE_NORMAL, ' ');
	x = grid_text(g, r, 1, 0, s->typing ? STYLE_KEY : STYLE_FAINT,
		      "filter: ");

	prompt_draw(&s->filter, g, r, x, 0, r.w - x - 1, STYLE_FIELD,
		    s->typing);
}

void
stats_draw(struct view *v, struct grid *g, struct rect r)
{
	struct stats_view *s = stats_of(v);
	struct layout l = layout_of(r.w, r.h, ZOOM_FULL);
	struct rect list = l.main, detail = {0};

	s->now = clock_wall();
	if (s->late && clock_boot() >= s->next_look)
		stats_count(v);
	draw_header(v, g, l.header);
	if (l.shape == LAYOUT_TINY)
		return;
	if (l.tabs.h > 0)
		draw_totals(s, g, l.tabs);
	if (v->views->zoom != ZOOM_FULL && r.w >= 40 &&
	    list.h >= DETAIL_ROWS + DETAIL_LEAST) {
		detail = (struct rect){list.x, list.y + list.h - DETAIL_ROWS,
				       list.w, DETAIL_ROWS};
		list.h -= DETAIL_ROWS;
	}
	draw_list(s, g, list);
	if (detail.h > 0)
		draw_detail(s, g, detail);
	views_draw_message(v->views, g, l.message);
	views_draw_hints(v->views, v, g, l.hints);
	if (s->typing || s->filter.text.n)
		draw_filter(s, g, l.tabs);
}
