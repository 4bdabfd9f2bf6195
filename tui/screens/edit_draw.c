/* The designer's screen: header, tabs, panes by size.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>

#include "../../engine/base/clock.h"
#include "../runtext.h"
#include "edit_view.h"

enum {
	LIST_LEAST = 22,
	YAML_FROM = 118, /* columns from which the text has a pane */
	NAMES_FROM = 60, /* ... tabs have their full names */
	TROUBLE_ROWS = 4
};

/* The last has a shorter name where room is scarce. */
static const char *
tab_name(int i, int w)
{
	static const char *const names[EDIT_NTABS] = {"Steps", "Graph", "YAML",
						      "Run settings"};

	return i == EDIT_TAB_FLOW && w < NAMES_FROM ? "Settings" : names[i];
}

static void
draw_header(struct view *v, struct grid *g, struct rect r)
{
	struct editor *ed = editor_of(v);
	const char *path = wf_edit_path(ed->edit);
	const char *base = strrchr(path, '/');
	const char *undo = wf_edit_undo_name(ed->edit);
	char name[80], errors[40], warnings[40], back[60], users[60];
	char now[SPAN_TEXT];
	struct ladder_item items[] = {
		{"DESIGN", 4, STYLE_HEADER, false},
		{name,     0, STYLE_HEADER, false},
		{errors,   1, STYLE_ERROR,  false},
		{warnings, 2, STYLE_NOTICE, false},
		{back,     5, STYLE_FAINT,  false},
		{users,    3, STYLE_ACTIVE, false},
		{now,      6, STYLE_NORMAL, true },
	};

	snprintf(name, sizeof(name), "%.60s%s", base ? base + 1 : path,
		 wf_edit_modified(ed->edit) ? " *changed" : "");
	errors[0] = warnings[0] = back[0] = users[0] = '\0';
	if (ed->nerrors && !ed->bare)
		snprintf(errors, sizeof(errors), "%zu error%s", ed->nerrors,
			 ed->nerrors == 1 ? "" : "s");
	if (ed->nwarnings)
		snprintf(warnings, sizeof(warnings), "%zu warning%s",
			 ed->nwarnings, ed->nwarnings == 1 ? "" : "s");
	if (undo)
		snprintf(back, sizeof(back), "undo: %.40s", undo);
	if (ed->users)
		snprintf(users, sizeof(users), "%zu active run%s", ed->users,
			 ed->users == 1 ? "" : "s");
	clock_text(clock_wall(), now);
	now[5] = '\0'; /* hours and minutes */
	r.x++;
	r.w -= 2;
	ladder_draw(g, r, 0, items, ARRAY_SIZE(items));
}

static void
draw_tabs(struct editor *ed, struct grid *g, struct rect r)
{
	int x = 1;

	for (int i = 0; r.h && i < EDIT_NTABS; i++) {
		bool on = i == (int)ed->tab;

		x = grid_textf(g, r, x, 0, on ? STYLE_TITLE : STYLE_NORMAL,
			       "%s%d %s%s", on ? "[" : " ", i + 1,
			       tab_name(i, r.w), on ? "]" : " ");
	}
}

static void
vertical(struct grid *g, int x, struct rect r)
{
	for (int y = 0; y < r.h; y++)
		grid_line(g, (struct rect){x, r.y, 1, r.h}, 0, y, STYLE_LINE,
			  LINE_N | LINE_S, LINE_ROUND);
}

static struct rect
cut_left(struct rect *r, int w)
{
	struct rect left = {r->x, r->y, w, r->h};

	r->x += w + 1;
	r->w -= w + 1;
	return left;
}

static struct rect
cut_bottom(struct rect *r, int h)
{
	if (h > r->h)
		h = r->h;
	r->h -= h;
	return (struct rect){r->x, r->y + r->h, r->w, h};
}

/* A line with words in it, above what it names. */
static void
titled_line(struct grid *g, struct rect r, bool focus, const char *title)
{
	for (int x = 0; x < r.w; x++)
		grid_line(g, r, x, 0, STYLE_LINE, LINE_E | LINE_W, LINE_ROUND);
	grid_textf(g, r, 2, 0, focus ? STYLE_TITLE : STYLE_FAINT, " %s ",
		   title);
}

static void
draw_problems(struct view *v, struct grid *g, struct rect r)
{
	struct editor *ed = editor_of(v);
	bool focus = ed->pane == EDIT_PANE_PROBLEMS;
	char title[160], at[SPAN_TEXT];
	int n;

	n = snprintf(title, sizeof(title),
		     "problems: %zu error%s, %zu warning%s", ed->nerrors,
		     ed->nerrors == 1 ? "" : "s", ed->nwarnings,
		     ed->nwarnings == 1 ? "" : "s");
	if (ed->problems.n == 0 || ed->bare)
		n = snprintf(title, sizeof(title), "problems");
	if (ed->saved)
		n += snprintf(title + n, sizeof(title) - (size_t)n,
			      "   saved %s", clock_text(ed->saved, at));
	if (ed->users)
		snprintf(title + n, sizeof(title) - (size_t)n,
			 "   %zu active run%s keep%s the version they began "
			 "with",
			 ed->users, ed->users == 1 ? "" : "s",
			 ed->users == 1 ? "s" : "");
	titled_line(g, rect_row(r, 0), focus, title);
	trouble_pane_draw(v, g, (struct rect){r.x, r.y + 1, r.w, r.h - 1},
			  focus);
}

static int
list_width(const struct editor *ed, int w)
{
	int want = LIST_LEAST;

	for (size_t i = 0; i < ed->steps.n; i++) {
		int n = text_width_str(ed->steps.at[i].label) +
			lanes_columns(&ed->lanes) + 7;

		want = n > want ? n : want;
	}
	return want < w * 2 / 5 ? want : w * 2 / 5;
}

static void
draw_steps(struct view *v, struct grid *g, struct rect body, bool one)
{
	struct editor *ed = editor_of(v);
	bool flow = ed->tab == EDIT_TAB_FLOW;
	bool form = flow || ed->pane == EDIT_PANE_FORM;
	struct rect list;

	if (one) {
		if (ed->pane == EDIT_PANE_PROBLEMS)
			trouble_pane_draw(v, g, body, true);
		else if (form)
			form_pane_draw(v, g, body, true);
		else
			list_pane_draw(v, g, body, true);
		return;
	}
	if (!flow) {
		list = cut_left(&body, list_width(ed, body.w));
		list_pane_draw(v, g, list, ed->pane == EDIT_PANE_LIST);
		vertical(g, body.x - 1, body);
	}
	if (body.w > YAML_FROM - LIST_LEAST) {
		struct rect left = cut_left(&body, body.w * 11 / 20);

		vertical(g, body.x - 1, body);
		yaml_pane_draw(v, g, body);
		body = left;
	}
	form_pane_draw(v, g, body,
		       flow ? ed->pane != EDIT_PANE_PROBLEMS
			    : ed->pane == EDIT_PANE_FORM);
}

static void
draw_body(struct view *v, struct grid *g, const struct layout *l)
{
	struct editor *ed = editor_of(v);
	struct rect body = l->main;
	bool one = l->shape <= LAYOUT_SMALL;
	int rows = (int)ed->problems.n;

	if (!one && v->views->zoom != ZOOM_FULL) {
		rows = rows < 1 ? 1 : rows < TROUBLE_ROWS ? rows : TROUBLE_ROWS;
		if (v->views->zoom == ZOOM_HALF)
			rows = body.h / 3;
		draw_problems(v, g, cut_bottom(&body, rows + 1));
	}
	if (!one && l->shape == LAYOUT_FULL && ed->tab != EDIT_TAB_GRAPH &&
	    v->views->zoom == ZOOM_NORMAL) {
		struct rect below = cut_bottom(&body, body.h * 3 / 10);

		titled_line(g, rect_row(below, 0), false, "graph");
		graph_pane_draw(v, g,
				(struct rect){below.x, below.y + 1, below.w,
					      below.h - 1},
				false);
	}
	if (ed->tab == EDIT_TAB_GRAPH)
		graph_pane_draw(v, g, body, true);
	else if (ed->tab == EDIT_TAB_YAML)
		yaml_pane_draw(v, g, body);
	else
		draw_steps(v, g, body, one);
}

/* --- clicks -----------------------------------------------------------------
 */

static bool
click_tab(struct editor *ed, int x)
{
	int at = 1;

	for (int i = 0; i < EDIT_NTABS; i++) {
		at += (int)strlen(tab_name(i, ed->tabs_area.w)) + 4;
		if (x < at) {
			editor_go_to_tab(ed, (enum edit_tab)i);
			return true;
		}
	}
	return false;
}

static bool
click_step(struct editor *ed, int y)
{
	size_t row = ed->list.top + (size_t)(y - ed->list_area.y);
	size_t step = SIZE_MAX;

	if (ed->guttered && row < ed->lanes.nrows &&
	    ed->lanes.rows[row].node != LANES_NONE)
		step = (size_t)ed->lanes.rows[row].node;
	else if (!ed->guttered && row < ed->order.n)
		step = ed->order.at[row];
	if (step == SIZE_MAX)
		return false;
	ed->pane = EDIT_PANE_LIST;
	ed->form.cursor = 0;
	editor_select(ed, step);
	return true;
}

/* The second click on a field opens it. */
static bool
click_field(struct view *v, struct editor *ed, int y)
{
	size_t i = form_field_at(ed, y - ed->form_area.y);
	bool again = ed->pane == EDIT_PANE_FORM && ed->form.cursor == i;

	if (i == SIZE_MAX || ed->typing.on)
		return false;
	ed->pane = EDIT_PANE_FORM;
	ed->form.cursor = i;
	ed->yaml_moved = false;
	return !again || form_pane_act(v, ACTION_OPEN);
}

static bool
click_problem(struct view *v, struct editor *ed, int y)
{
	size_t i = ed->trouble.top + (size_t)(y - ed->trouble_area.y);

	if (i >= ed->problems.n)
		return false;
	trouble_jump(v, i);
	return true;
}

bool
editor_click(struct view *v, int x, int y)
{
	struct editor *ed = editor_of(v);

	if (rect_has(ed->tabs_area, x, y))
		return click_tab(ed, x);
	if (rect_has(ed->trouble_area, x, y))
		return click_problem(v, ed, y);
	if (rect_has(ed->list_area, x, y))
		return click_step(ed, y);
	return rect_has(ed->form_area, x, y) && click_field(v, ed, y);
}

/* --- all of it --------------------------------------------------------------
 */

void
editor_draw(struct view *v, struct grid *g, struct rect r)
{
	struct editor *ed = editor_of(v);
	struct layout l = layout_of(r.w, r.h, ZOOM_FULL);

	ed->list_area = ed->form_area = ed->trouble_area = (struct rect){0};
	ed->tabs_area = l.tabs;
	draw_header(v, g, l.header);
	if (l.shape == LAYOUT_TINY)
		return;
	draw_tabs(ed, g, l.tabs);
	draw_body(v, g, &l);
	views_draw_message(v->views, g, l.message);
	if (ed->typing.on)
		grid_text(g, l.hints, 1, 0, STYLE_NORMAL,
			  ed->typing.kind != EDIT_ADD
				  ? "Enter keep  Tab complete  Up Down choose  "
				    "Ctrl+O more lines  Esc drop"
				  : "Enter keep  Tab complete  Up Down choose  "
				    "Esc drop");
	else
		views_draw_hints(v->views, v, g, l.hints);
}
