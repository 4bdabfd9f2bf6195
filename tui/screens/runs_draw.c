/* The runs list on the grid: header, rows, the run at the cursor.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>

#include "../../engine/base/clock.h"
#include "../jsontext.h"
#include "../silence.h"
#include "runs_view.h"

enum {
	DETAIL_ROWS = 5
};

/* Where each begins and ends; what has no room is not shown (x < 0). */
enum column {
	COLUMN_ID,
	COLUMN_FLOW,
	COLUMN_STATE,
	COLUMN_STEPS,
	COLUMN_AGE,
	COLUMN_NOW,
	NCOLUMNS
};

struct columns {
	struct {
		int x, w;
	} at[NCOLUMNS];
};

static const char *const titles[NCOLUMNS] = {"ID",    "FLOW", "STATE",
					     "STEPS", "AGE",  "NOW / NEXT"};

static struct columns
columns_of(const struct runs *r, int w)
{
	/* In a narrow window the state must not be lost. */
	static const enum column orders[2][NCOLUMNS] = {
		{COLUMN_ID, COLUMN_FLOW,  COLUMN_STATE, COLUMN_STEPS, COLUMN_AGE,
		 COLUMN_NOW},
		{COLUMN_ID, COLUMN_STATE, COLUMN_FLOW,  COLUMN_STEPS, COLUMN_AGE,
		 COLUMN_NOW}
        };
	const int least[NCOLUMNS] = {4, 6, 6, 6, 6, 8};
	int most = w >= 100 ? 24 : w >= 80 ? 16 : w >= 60 ? 14 : 10;
	int flow = r->widest_flow < most ? r->widest_flow : most;
	int width[NCOLUMNS] = {r->widest_id, flow, 6, 6, 6, w};
	int x = w >= 40 ? 5 : 2;
	struct columns c;

	for (int i = 0; i < NCOLUMNS; i++) {
		enum column k = orders[w < 40][i];
		int room = w - x;

		c.at[k].x = room >= least[k] ? x : -1;
		c.at[k].w = width[k] < room ? width[k] : room;
		x += c.at[k].x >= 0 ? c.at[k].w + 1 : w;
	}
	return c;
}

static void
draw_column(struct grid *g, struct rect row, const struct columns *c,
	    enum column k, uint8_t style, const char *text)
{
	if (c->at[k].x >= 0)
		grid_cell(g, row, c->at[k].x, 0, c->at[k].w, style, text);
}

/* What a person asked for last made the run what it is. */
static const struct {
	enum run_state state;
	const char *verb, *words;
	const char *hint; /* when no reason was given */
} asked[] = {
	{RUN_PAUSED,      "pause",    "held",        "; p lets it go on"},
	{RUN_CANCELLED,   "cancel",   "stopped",     ""                 },
	{RUN_ROLLED_BACK, "rollback", "rolled back", ""                 },
};

/* "held by ana: disk swap"; false: it came so by itself. */
static bool
add_who(struct view *v, const struct wf_run_info *run, struct strbuf *out)
{
	const struct wf_events *decisions;
	size_t k = 0;

	while (k < ARRAY_SIZE(asked) && asked[k].state != run->state)
		k++;
	if (k == ARRAY_SIZE(asked))
		return false;
	decisions = runs_decisions(v, run);
	for (size_t i = decisions ? decisions->n : 0; i-- > 0;) {
		const struct wf_event_info *e = &decisions->at[i];
		const char *why = jsontext_member(
			jsontext_member(e->data, "args"), "reason");

		if (e->kind != EV_REQUEST || !e->what || !e->actor ||
		    !str_eq(e->what, asked[k].verb) || e->step)
			continue;
		strbuf_addf(out, "%s by %s%s", asked[k].words, e->actor,
			    why ? ": " : asked[k].hint);
		jsontext_add(out, why);
		return true;
	}
	return false;
}

static void
add_now(struct view *v, const struct wf_run_info *run,
	const struct wf_run_detail *d, struct strbuf *out)
{
	int64_t now = runs_of(v)->now;
	const struct wf_step_info *s = run_foremost(d);
	bool goes_on = !run->interrupted && !run_state_is_final(run->state);
	int64_t silence = s && goes_on ? step_silence(s, now) : 0;
	char text[SPAN_TEXT];

	if (add_who(v, run, out))
		return;
	if (silence)
		strbuf_addf(out, "%s: silent for %s (!)", s->path,
			    span_text(silence, text));
	else
		run_now(d, now, out);
}

static void
draw_run(struct view *v, struct grid *g, struct rect row,
	 const struct columns *c, const struct wf_run_info *run)
{
	struct runs *r = runs_of(v);
	enum shown shown = runs_shown(v, run);
	const struct wf_run_detail *d =
		c->at[COLUMN_NOW].x > 0 ? runs_detail(v, run) : NULL;
	struct strbuf now = STRBUF_INIT;
	char text[SPAN_TEXT];

	if (runs_is_marked(r, run->id))
		grid_text(g, row, c->at[COLUMN_ID].x > 2, 0, STYLE_KEY, "*");
	grid_text(g, row, c->at[COLUMN_ID].x > 2 ? 2 : 1, 0,
		  shown_states[shown].style, shown_glyph(shown, g->ascii));
	draw_column(g, row, c, COLUMN_ID, STYLE_NORMAL, run->id);
	draw_column(g, row, c, COLUMN_FLOW, STYLE_NORMAL, runs_title(run));
	draw_column(g, row, c, COLUMN_STATE, shown_states[shown].style,
		    shown_states[shown].word);
	snprintf(text, sizeof(text), "%u/%u", run->ndone, run->nsteps);
	draw_column(g, row, c, COLUMN_STEPS, STYLE_NORMAL, text);
	draw_column(g, row, c, COLUMN_AGE, STYLE_NORMAL,
		    span_text(r->now - run->created, text));
	if (d)
		add_now(v, run, d, &now);
	draw_column(g, row, c, COLUMN_NOW, STYLE_NORMAL, now.at);
	strbuf_release(&now);
}

static void
draw_list(struct view *v, struct grid *g, struct rect r)
{
	struct runs *s = runs_of(v);
	struct columns c = columns_of(s, r.w);
	struct rect head = rect_row(r, 0);

	s->rows_at = (struct rect){r.x, r.y + 1, r.w, r.h - 1};

	for (int k = 0; k < NCOLUMNS; k++)
		draw_column(g, head, &c, (enum column)k, STYLE_FAINT,
			    titles[k]);
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
		runs_of(v)->cursor_shown = runs_shown(v, s->shown.at[at]);
		grid_text(g, row, c.at[COLUMN_ID].x > 2, 0, STYLE_TITLE, ">");
		grid_mark(g, row, (struct rect){0, 0, row.w, 1}, 0,
			  CELL_REVERSE);
		g->cursor_x = row.x;
		g->cursor_y = row.y;
	}
	if (s->total == 0)
		grid_text(g, rect_row(r, 2), 4, 0, STYLE_NORMAL,
			  "no runs yet; `wfctl run FILE` starts one");
	else if (s->shown.n == 0)
		grid_text(g, rect_row(r, 2), 4, 0, STYLE_NORMAL,
			  "no run matches the filter; Esc clears it");
}

/* What needs somebody is counted longest. */
static int
drop_of(enum shown shown)
{
	if (shown == SHOWN_FAIL || shown == SHOWN_LOST || shown == SHOWN_UNDOX)
		return 1;
	return shown_weight(shown) || shown == SHOWN_INTR ? 2 : 3;
}

static void
draw_header(struct view *v, struct grid *g, struct rect r)
{
	struct runs *s = runs_of(v);
	struct ladder_item items[NSHOWN + 3];
	char texts[NSHOWN][32], clock[SPAN_TEXT];
	size_t n = 0;

	items[n++] =
		(struct ladder_item){"wfctl > runs", 0, STYLE_HEADER, false};
	for (int i = 0; i < NSHOWN; i++) {
		if (s->counts[i] == 0)
			continue;
		snprintf(texts[i], sizeof(texts[i]), "%s %u",
			 shown_states[i].word, s->counts[i]);
		items[n++] =
			(struct ladder_item){texts[i], drop_of((enum shown)i),
					     shown_states[i].style, true};
	}
	items[n++] = (struct ladder_item){clock_text(s->now, clock), 4,
					  STYLE_NORMAL, true};
	ladder_draw(g, (struct rect){r.x + 1, r.y, r.w - 2, r.h}, 0, items, n);
}

static void
draw_filter(struct view *v, struct grid *g, struct rect r)
{
	struct runs *s = runs_of(v);
	char count[80];
	int x, width;

	if (r.h < 1)
		return;
	/* What was not read may fit, too. */
	snprintf(count, sizeof(count), "sort: %s %c  %zu%s of %u runs ",
		 runs_sorts[s->sort].name, s->reversed ? '^' : 'v', s->shown.n,
		 s->all.next ? "+" : "", s->total);
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
	if (r.w >= 100)
		strbuf_adds(&text, ": r retry, b roll back, C stop, p hold, R "
				   "resume them; V marks a range");
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
	if (!s->all.list.arena || (s->late && clock_boot() >= s->next_look) ||
	    (s->held && clock_boot() >= s->steady))
		runs_read(v);
	draw_header(v, g, l.header);
	if (l.shape == LAYOUT_TINY)
		return;
	draw_filter(v, g, l.tabs);
	if (v->views->zoom != ZOOM_FULL && r.w >= 100 && list.h > 6) {
		int left =
			v->views->zoom == ZOOM_HALF ? r.w / 2 : r.w * 63 / 100;

		side = (struct rect){list.x + left + 1, list.y,
				     list.w - left - 1, list.h};
		list.w = left;
		runs_draw_side(v, g, side);
		side.h = 0;
	} else if (v->views->zoom != ZOOM_FULL && list.h > 14 && r.w >= 60) {
		int rows = list.h / 3 > DETAIL_ROWS + 1 ? list.h / 3
							: DETAIL_ROWS + 1;

		side = (struct rect){list.x, list.y + list.h - rows, list.w,
				     rows};
		list.h -= rows;
	}
	draw_list(v, g, list);
	runs_draw_summary(v, g, side);
	draw_marks(v, g, l.message);
	views_draw_hints(v->views, v, g, l.hints);
	if (s->typing)
		draw_filter(v, g, l.tabs); /* the cursor belongs there */
}
