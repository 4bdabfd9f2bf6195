/* The runs list on the grid: header, rows, the run at the cursor.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>

#include "../../engine/base/clock.h"
#include "runs_view.h"

enum {
	DETAIL_ROWS = 5
};

struct columns {
	int id, flow, state, steps, age, now;
};

/* What does not fit is left out from the right. */
static struct columns
columns_of(const struct runs *r, int w)
{
	int id = 4, flow = w >= 100 ? 24 : w >= 60 ? 14 : 10;
	struct columns c;

	vec_each (&r->shown, const struct wf_run_info *, run)
		if ((int)strlen((*run)->id) > id)
			id = (int)strlen((*run)->id);
	c.id = w >= 40 ? 5 : 2;
	c.flow = c.id + id + 1;
	c.state = c.flow + flow + 1;
	c.steps = c.state + 7;
	c.age = c.steps + 7;
	c.now = c.age + 7;
	return c;
}

static void
draw_text_in(struct grid *g, struct rect row, int x, int width, uint8_t style,
	     const char *text)
{
	struct rect cell =
		rect_clip(row, (struct rect){row.x + x, row.y, width, 1});

	if (cell.w > 0)
		grid_text(g, cell, 0, 0, style, text);
}

static void
draw_run(struct view *v, struct grid *g, struct rect row,
	 const struct columns *c, const struct wf_run_info *run)
{
	struct runs *r = runs_of(v);
	enum shown shown = runs_shown(v, run);
	const struct wf_run_detail *d =
		row.w > c->now + 8 ? runs_detail(v, run) : NULL;
	int64_t end = run->finished ? run->finished : r->now;
	struct strbuf now = STRBUF_INIT;
	char text[SPAN_TEXT];

	if (runs_is_marked(r, run->id))
		grid_text(g, row, c->id - 4, 0, STYLE_KEY, "*");
	grid_text(g, row, c->id - 3 + (c->id == 2), 0,
		  shown_states[shown].style, shown_glyph(shown, g->ascii));
	draw_text_in(g, row, c->id, c->flow - c->id - 1, STYLE_NORMAL, run->id);
	draw_text_in(g, row, c->flow, c->state - c->flow - 1, STYLE_NORMAL,
		     run->name && *run->name ? run->name : run->flow);
	grid_text(g, row, c->state, 0, shown_states[shown].style,
		  shown_states[shown].word);
	snprintf(text, sizeof(text), "%u/%u", run->ndone, run->nsteps);
	grid_text(g, row, c->steps, 0, STYLE_NORMAL, text);
	if (run->finished)
		end = r->now;
	grid_text(g, row, c->age, 0, STYLE_NORMAL,
		  span_text(end - run->created, text));
	if (d)
		run_now(d, r->now, &now);
	grid_text(g, row, c->now, 0, STYLE_NORMAL, now.at);
	strbuf_release(&now);
}

static void
draw_list(struct view *v, struct grid *g, struct rect r)
{
	struct runs *s = runs_of(v);
	struct columns c = columns_of(s, r.w);
	struct rect head = rect_row(r, 0);

	grid_text(g, head, c.id, 0, STYLE_FAINT, "ID");
	grid_text(g, head, c.flow, 0, STYLE_FAINT, "FLOW");
	grid_text(g, head, c.state, 0, STYLE_FAINT, "STATE");
	grid_text(g, head, c.steps, 0, STYLE_FAINT, "STEPS");
	grid_text(g, head, c.age, 0, STYLE_FAINT, "AGE");
	grid_text(g, head, c.now, 0, STYLE_FAINT, "NOW / NEXT");
	s->height = r.h - 1;
	list_show(&s->list, s->height);
	for (int i = 0; i < s->height; i++) {
		size_t at = s->list.top + (size_t)i;
		struct rect row = rect_row(r, i + 1);

		if (at >= s->shown.n)
			break;
		draw_run(v, g, row, &c, s->shown.at[at]);
		if (at != s->list.cursor)
			continue;
		grid_text(g, row, c.id == 2 ? 0 : 1, 0, STYLE_TITLE, ">");
		grid_mark(g, row, (struct rect){0, 0, row.w, 1}, 0,
			  CELL_REVERSE);
		g->cursor_x = row.x;
		g->cursor_y = row.y;
	}
	if (s->all.n == 0)
		grid_text(g, rect_row(r, 2), 4, 0, STYLE_NORMAL,
			  "no runs yet; `wfctl run FILE` starts one");
	else if (s->shown.n == 0)
		grid_text(g, rect_row(r, 2), 4, 0, STYLE_NORMAL,
			  "no run matches the filter; Esc clears it");
}

static void
draw_header(struct view *v, struct grid *g, struct rect r)
{
	struct runs *s = runs_of(v);
	struct ladder_item items[NSHOWN + 3];
	uint32_t by_shown[NSHOWN] = {0};
	char texts[NSHOWN][32], clock[SPAN_TEXT];
	size_t n = 0;

	for (int i = 0; i < RUN_NSTATES; i++)
		by_shown[shown_of_run(i, false)] += s->counts[i];
	items[n++] =
		(struct ladder_item){"wfctl > runs", 0, STYLE_HEADER, false};
	for (int i = 0; i < NSHOWN; i++) {
		if (by_shown[i] == 0)
			continue;
		snprintf(texts[i], sizeof(texts[i]), "%s %u",
			 shown_states[i].word, by_shown[i]);
		items[n++] =
			(struct ladder_item){texts[i], i == SHOWN_FAIL ? 1 : 2,
					     shown_states[i].style, true};
	}
	items[n++] = (struct ladder_item){clock_text(s->now, clock), 3,
					  STYLE_NORMAL, true};
	ladder_draw(g, (struct rect){r.x + 1, r.y, r.w - 2, r.h}, 0, items, n);
}

static void
draw_filter(struct view *v, struct grid *g, struct rect r)
{
	struct runs *s = runs_of(v);
	char count[48];
	int x, width;

	if (r.h < 1)
		return;
	snprintf(count, sizeof(count), "sort: %s  %zu of %zu runs ",
		 runs_sort_name(s->sort), s->shown.n, s->all.n);
	width = r.w - (int)strlen(count) - 11;
	x = grid_text(g, r, 1, 0, s->typing ? STYLE_KEY : STYLE_FAINT,
		      "filter: ");
	if (s->typing || s->filter.text.n)
		prompt_draw(&s->filter, g, r, x, 0, width, STYLE_FIELD,
			    s->typing);
	else
		grid_text(g, r, x, 0, STYLE_FAINT, "(none)");
	if (r.w > 50)
		grid_text_right(g, r, 0, STYLE_FAINT, count);
}

/* The run at the cursor in a few lines: who, what, its steps. */
static void
draw_summary(struct view *v, struct grid *g, struct rect r)
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
	json_pairs(run->params, &text);
	x = grid_text(g, r, x + 3, 1, STYLE_NORMAL, text.at);
	y = 2;
	x = 1;
	for (size_t i = 0; i < d->nsteps; i++) {
		enum shown shown = step_shown(&d->steps[i]);
		int width = text_width_str(d->steps[i].path) + 4;

		if (x + width > r.w && x > 1) {
			x = 1;
			y++;
		}
		grid_text(g, r, x, y, shown_states[shown].style,
			  shown_glyph(shown, g->ascii));
		grid_text(g, r, x + 2, y, STYLE_NORMAL, d->steps[i].path);
		x += width;
	}
	strbuf_release(&text);
}

static void
draw_marks(struct view *v, struct grid *g, struct rect r)
{
	struct runs *s = runs_of(v);
	struct strbuf text = STRBUF_INIT;

	if (s->marked.n == 0 || v->views->said) {
		views_draw_message(v->views, g, r);
		return;
	}
	strbuf_addf(&text, "%zu run%s marked (", s->marked.n,
		    s->marked.n == 1 ? "" : "s");
	for (size_t i = 0; i < s->marked.n; i++)
		strbuf_addf(&text, "%s%s", i ? " " : "", s->marked.at[i]);
	strbuf_adds(&text, ")");
	grid_text(g, r, 1, 0, STYLE_KEY, text.at);
	strbuf_release(&text);
}

void
runs_draw(struct view *v, struct grid *g, struct rect r)
{
	struct runs *s = runs_of(v);
	struct layout l = layout_of(r.w, r.h, ZOOM_FULL);
	struct rect list = l.main, side = {0};

	s->now = clock_wall();
	draw_header(v, g, l.header);
	if (l.shape == LAYOUT_TINY)
		return;
	draw_filter(v, g, l.tabs);
	if (v->views->zoom != ZOOM_FULL && list.h > 14 && r.w >= 60) {
		int rows = list.h / 3 > DETAIL_ROWS + 1 ? list.h / 3
							: DETAIL_ROWS + 1;

		side = (struct rect){list.x, list.y + list.h - rows, list.w,
				     rows};
		list.h -= rows;
	}
	draw_list(v, g, list);
	draw_summary(v, g, side);
	draw_marks(v, g, l.message);
	views_draw_hints(v->views, v, g, l.hints);
	if (s->typing)
		draw_filter(v, g, l.tabs); /* the cursor belongs there */
}
