/* Events and decisions as rows: what, because of what, and of a rollback its
 * plan.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "../jsontext.h"
#include "run_view.h"

/* Steps of a rollback's plan, by what becomes of them. */
static const struct {
	const char *word, *names, *count; /* count NULL: all are named */
} fates[] = {
	{"undo",  "steps", NULL    },
	{"keep",  "keep",  "nkeep" },
	{"never", "never", "nnever"},
};

/* The steps that a rollback is about to undo; NULL: no plan. */
static const char *
plan_of(const struct wf_event_info *e)
{
	return e->kind == EV_ROLLBACK ? jsontext_member(e->data, "steps")
				      : NULL;
}

static const char *
fate_steps(const struct wf_event_info *e, size_t fate)
{
	const char *list = jsontext_member(e->data, fates[fate].names);

	return jsontext_next(list, NULL) ? list : NULL;
}

static int
rows_of(const struct wf_event_info *e)
{
	int n = 1 + (e->because && *e->because);

	for (size_t i = 0; plan_of(e) && i < ARRAY_SIZE(fates); i++)
		n += fate_steps(e, i) != NULL;
	return n;
}

static uint8_t
style_of(const struct wf_event_info *e)
{
	if (e->kind == EV_RETRY)
		return STYLE_RETRYING;
	if (e->kind == EV_ROLLBACK || e->kind == EV_UNDO)
		return STYLE_HELD;
	if (e->kind == EV_NO_RETRY || e->kind == EV_LOST ||
	    e->kind == EV_REFUSED || e->kind == EV_SURVIVORS ||
	    e->kind == EV_WARNING)
		return STYLE_ERROR;
	return STYLE_NORMAL;
}

static int
step_width(const struct run_view *rv, int w)
{
	int longest = rv->widest.step > 6 ? rv->widest.step : 6;
	int most = w >= 80 ? 24 : w / 4;

	return longest < most ? longest : most;
}

/* Where the sentence begins. */
static int
what_column(const struct run_view *rv, int w)
{
	return w < 60 ? 10 : 20 + step_width(rv, w) + 2;
}

int
events_draw_columns(const struct run_view *rv, struct grid *g, struct rect r)
{
	grid_text(g, r, 1, 0, STYLE_FAINT, "TIME");
	if (r.w >= 60) {
		grid_text(g, r, 11, 0, STYLE_FAINT, "WHO");
		grid_text(g, r, 20, 0, STYLE_FAINT, "STEP");
	}
	return grid_text(g, r, what_column(rv, r.w), 0, STYLE_FAINT, "WHAT");
}

/* Its words, or what its data says where it has none. */
static void
add_what(const struct wf_event_info *e, struct strbuf *out)
{
	const char *from = jsontext_member(e->data, "from");
	const char *to = jsontext_member(e->data, "to");
	const char *n = jsontext_member(e->data, "n");
	const char *end = jsontext_member(e->data, "exit_code");
	const char *plan = plan_of(e);

	if (plan) {
		const char *number = jsontext_member(e->data, "number");

		strbuf_addf(out, "ROLLBACK to %s%s", e->what,
			    number ? ", plan " : "");
		jsontext_add(out, number);
		return;
	}
	if (e->kind == EV_ROLLBACK || e->kind == EV_REQUEST)
		strbuf_addf(out, "%s ", event_kinds[e->kind].name);
	if (e->kind == EV_NOTE)
		strbuf_adds(out, "note: ");
	if (e->what && *e->what) {
		strbuf_adds(out, e->what);
		return;
	}
	strbuf_adds(out, event_kinds[e->kind].name);
	if (from && to) {
		strbuf_adds(out, "  ");
		jsontext_add(out, from);
		strbuf_adds(out, " -> ");
		jsontext_add(out, to);
	}
	if (n) {
		strbuf_adds(out, "  try ");
		jsontext_add(out, n);
	}
	if (end && !jsontext_is(end, "null")) {
		strbuf_adds(out, "  exit ");
		jsontext_add(out, end);
	}
}

/* "keep    checkout build-api and 12 more" */
static void
draw_fate(struct grid *g, struct rect row, int x, const struct wf_event_info *e,
	  size_t fate)
{
	const char *list = fate_steps(e, fate);
	const char *count =
		fates[fate].count ? jsontext_member(e->data, fates[fate].count)
				  : NULL;
	struct strbuf text = STRBUF_INIT;
	long n = 0, all = count ? atol(count) : 0;

	strbuf_addf(&text, "%-7s", fates[fate].word);
	for (const char *s = jsontext_next(list, NULL); s;
	     s = jsontext_next(list, s)) {
		strbuf_addc(&text, ' ');
		jsontext_add(&text, s);
		n++;
	}
	if (all > n)
		strbuf_addf(&text, " and %ld more", all - n);
	grid_words(g, row, x, 0, row.w - x, STYLE_FAINT, text.at);
	strbuf_release(&text);
}

/* As many rows as rows_of says, as far as there is room. */
static int
draw_event(const struct run_view *rv, struct grid *g, struct rect r, int y,
	   const struct wf_event_info *e)
{
	int step = step_width(rv, r.w), what = what_column(rv, r.w);
	struct rect row = rect_row(r, y);
	struct strbuf text = STRBUF_INIT;
	char clock[SPAN_TEXT];

	grid_text(g, row, 1, 0, STYLE_FAINT, clock_text(e->time, clock));
	if (r.w >= 60) {
		grid_cell(g, row, 11, 0, 8, STYLE_NORMAL,
			  e->actor ? e->actor : "");
		grid_cell(g, row, 20, 0, step, STYLE_NORMAL,
			  e->step ? e->step : "run");
	} else if (e->step) {
		strbuf_addf(&text, "%s: ", e->step);
	}
	add_what(e, &text);
	grid_words(g, row, what, 0, r.w - what, style_of(e), text.at);
	y++;
	if (e->because && *e->because && y < r.h) {
		strbuf_clear(&text);
		strbuf_addf(&text, "because %s", e->because);
		grid_words(g, rect_row(r, y++), what, 0, r.w - what,
			   STYLE_FAINT, text.at);
	}
	strbuf_release(&text);
	for (size_t i = 0; plan_of(e) && i < ARRAY_SIZE(fates); i++)
		if (fate_steps(e, i) && y < r.h)
			draw_fate(g, rect_row(r, y++), what, e, i);
	return rows_of(e);
}

/* The first of the events that fill `h` rows down to `last`. */
static size_t
first_above(const struct run_view *rv, size_t last, int h)
{
	const struct wf_event_info *at = rv->events.events.at;
	int rows = rows_of(&at[last]);

	while (last > 0 && rows + rows_of(&at[last - 1]) <= h)
		rows += rows_of(&at[--last]);
	return last;
}

/* Where the list was left, moved as far as the cursor needs it. */
static void
scroll_to_cursor(struct run_view *rv, int h)
{
	struct list *l = &rv->events.list;
	size_t least, most;

	if (l->n == 0)
		return;
	least = first_above(rv, l->cursor, h);
	most = first_above(rv, l->n - 1, h);
	l->top = l->left < most ? l->left : most;
	if (l->top < least)
		l->top = least;
	if (l->top > l->cursor)
		l->top = l->cursor;
}

void
events_draw_list(struct run_view *rv, struct grid *g, struct rect r)
{
	struct list *l = &rv->events.list;
	int y = 0;

	scroll_to_cursor(rv, r.h);
	for (size_t i = l->top; i < rv->events.events.n && y < r.h; i++) {
		int rows = draw_event(rv, g, r, y, &rv->events.events.at[i]);

		if (i == l->cursor) {
			struct rect row = rect_row(r, y);

			grid_text(g, row, 0, 0, STYLE_TITLE, ">");
			grid_mark(g, row, (struct rect){0, 0, row.w, 1}, 0,
				  CELL_REVERSE);
			g->cursor_x = row.x;
			g->cursor_y = row.y;
		}
		y += rows;
	}
	if (rv->events.events.n == 0)
		grid_text(g, r, 2, 1, STYLE_FAINT,
			  rv->events.all ? "no events yet"
					 : "no decisions yet; v shows all "
					   "events");
}

/* The newest that fit, oldest of them first. */
void
events_draw_pane(struct view *v, struct grid *g, struct rect r)
{
	struct run_view *rv = run_view_of(v);
	struct rect body = {r.x, r.y + 1, r.w, r.h - 1};
	size_t n;
	int y = 0;

	if (r.h < 2)
		return;
	events_reload(v);
	for (int i = 0; i < r.w; i++)
		grid_line(g, r, i, 0, STYLE_LINE, LINE_E | LINE_W, LINE_ROUND);
	grid_text(g, r, 3, 0, STYLE_TITLE,
		  " events and decisions (newest last) ");
	grid_text_right(g, (struct rect){r.x, r.y, r.w - 3, 1}, 0, STYLE_FAINT,
			rv->events.all ? " filter: none "
				       : " filter: decisions ");
	n = rv->events.events.n;
	if (n == 0)
		grid_text(g, body, 2, 0, STYLE_FAINT, "no decisions yet");
	for (size_t i = n ? first_above(rv, n - 1, body.h) : 0;
	     i < n && y < body.h; i++)
		y += draw_event(rv, g, body, y, &rv->events.events.at[i]);
}
