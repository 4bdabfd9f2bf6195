/* The panes beside the form: steps with their gutter, the picture, the text.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "edit_view.h"

enum {
	PAN_X = 8,
	PAN_Y = 3
};

/* --- steps ------------------------------------------------------------------
 */

static void
draw_step(struct editor *ed, struct grid *g, struct rect row, int x,
	  size_t step)
{
	const struct edit_row *s = &ed->steps.at[step];
	const char *letter = s->errors ? "E" : s->warnings ? "W" : "";

	grid_text(g, row, 0, 0, STYLE_NOTICE, s->marked ? "*" : "");
	grid_text(g, row, x, 0, s->errors ? STYLE_ERROR : STYLE_NOTICE, letter);
	x = grid_text(g, row, x + 2, 0, STYLE_NORMAL, s->label);
	if (x + 10 < row.w && !str_eq(s->action, "run"))
		grid_textf(g, row, x + 1, 0, STYLE_FAINT, "%s%s", s->action,
			   s->finally ? ", finally" : "");
	else if (x + 8 < row.w && s->finally)
		grid_text(g, row, x + 1, 0, STYLE_FAINT, "finally");
}

static void
mark_row(struct grid *g, struct rect row, bool focus)
{
	grid_text(g, row, 1, 0, STYLE_TITLE, ">");
	if (focus) {
		grid_mark(g, row, (struct rect){0, 0, row.w, 1}, 0,
			  CELL_REVERSE);
		g->cursor_x = row.x + 1;
		g->cursor_y = row.y;
	} else {
		grid_mark(g, row, (struct rect){0, 0, row.w, 1}, 0, CELL_BOLD);
	}
}

static void
draw_with_gutter(struct editor *ed, struct grid *g, struct rect r, int x,
		 bool focus)
{
	size_t selected = editor_step(ed), rows = (size_t)r.h, top;

	top = lanes_top(&ed->lanes, selected, ed->list.left, rows);
	ed->list.top = top;
	for (size_t i = 0; i < rows && top + i < ed->lanes.nrows; i++) {
		const struct lane_row *lane = &ed->lanes.rows[top + i];
		struct rect row = rect_row(r, (int)i);

		lanes_draw(&ed->lanes, g, row, 2, 0, top + i, STYLE_LINE);
		if (lane->node == LANES_NONE)
			continue;
		draw_step(ed, g, row, x, (size_t)lane->node);
		if ((size_t)lane->node == selected)
			mark_row(g, row, focus);
	}
}

void
list_pane_draw(struct view *v, struct grid *g, struct rect r, bool focus)
{
	struct editor *ed = editor_of(v);
	bool gutter =
		!ed->lanes.collapsed && lanes_columns(&ed->lanes) + 12 < r.w;
	int x = gutter ? 2 + lanes_columns(&ed->lanes) + 1 : 3;

	ed->list_height = r.h;
	ed->list_area = r;
	ed->guttered = gutter;
	if (ed->order.n == 0)
		grid_text(g, r, 2, 1, STYLE_NORMAL,
			  ed->stale ? "(no steps)"
				    : "no steps yet: a adds one");
	if (gutter) {
		draw_with_gutter(ed, g, r, x, focus);
		return;
	}
	list_show(&ed->list, r.h);
	for (int i = 0; i < r.h; i++) {
		size_t at = ed->list.top + (size_t)i;
		struct rect row = rect_row(r, i);

		if (at >= ed->order.n)
			break;
		draw_step(ed, g, row, x, ed->order.at[at]);
		if (at == ed->list.cursor)
			mark_row(g, row, focus);
	}
}

/* --- the picture ------------------------------------------------------------
 */

static void
make_picture(struct editor *ed, struct rect r, bool ascii)
{
	struct layers_options o = {.fit_w = r.w, .fit_h = r.h};

	if (ed->layers && ed->layers_w == r.w && ed->layers_h == r.h &&
	    ed->layers_ascii == ascii)
		return;
	for (size_t i = 0; i < ed->steps.n; i++) {
		const struct edit_row *s = &ed->steps.at[i];

		ed->nodes[i].style = s->errors     ? STYLE_ERROR
				     : s->warnings ? STYLE_NOTICE
						   : STYLE_NORMAL;
	}
	layers_free(ed->layers);
	ed->layers = layers_new(ed->nodes, ed->steps.n, &o);
	ed->layers_w = r.w;
	ed->layers_h = r.h;
	ed->layers_ascii = ascii;
}

void
graph_pane_draw(struct view *v, struct grid *g, struct rect r, bool full)
{
	struct editor *ed = editor_of(v);
	struct layers_look look = {.line = STYLE_LINE, .path = STYLE_PATH};
	size_t at = editor_step(ed);
	int left;
	bool *path;

	if (r.h < 1 || r.w < 1)
		return;
	if (at >= ed->steps.n) {
		grid_text(g, r, 2, 0, STYLE_FAINT, "no steps yet: a adds one");
		return;
	}
	make_picture(ed, r, g->ascii);
	if (!ed->panned)
		layers_bring_into_sight(ed->layers, at, r.w, r.h, &ed->pan_x,
					&ed->pan_y);
	layers_clamp(ed->layers, r.w, r.h, &ed->pan_x, &ed->pan_y);
	path = mem_alloc(ed->steps.n + 1);
	layers_mark_needs(ed->layers, at, path);
	look.path_nodes = path;
	look.selected = (int)at;
	left = full ? (r.w - layers_width(ed->layers)) / 2 : 0;
	layers_draw(ed->layers, g, r, ed->pan_x - (left > 0 ? left : 0),
		    ed->pan_y, &look);
	free(path);
	if (ed->stale)
		grid_text_right(g, r, 0, STYLE_NOTICE,
				" as it was when it still parsed ");
}

static bool
pan(struct editor *ed, enum action action)
{
	if (action == ACTION_PAN_LEFT)
		ed->pan_x -= PAN_X;
	else if (action == ACTION_PAN_RIGHT)
		ed->pan_x += PAN_X;
	else if (action == ACTION_PAGE_UP || action == ACTION_HALF_UP)
		ed->pan_y -= PAN_Y;
	else if (action == ACTION_PAGE_DOWN || action == ACTION_HALF_DOWN)
		ed->pan_y += PAN_Y;
	else
		return false;
	ed->panned = true;
	return true;
}

static enum line_arm
arm_of(enum action action)
{
	if (action == ACTION_UP)
		return LINE_N;
	if (action == ACTION_DOWN)
		return LINE_S;
	return action == ACTION_LEFT ? LINE_W : LINE_E;
}

bool
graph_pane_act(struct view *v, enum action action)
{
	struct editor *ed = editor_of(v);
	size_t at = editor_step(ed);

	if (pan(ed, action))
		return true;
	if ((action == ACTION_UP || action == ACTION_DOWN ||
	     action == ACTION_LEFT || action == ACTION_RIGHT) &&
	    ed->layers && at < ed->steps.n)
		editor_select(ed,
			      layers_neighbour(ed->layers, at, arm_of(action)));
	else if (action == ACTION_FIRST && ed->order.n)
		editor_select(ed, ed->order.at[0]);
	else if (action == ACTION_LAST && ed->order.n)
		editor_select(ed, ed->order.at[ed->order.n - 1]);
	else
		return false;
	return true;
}

/* --- the text ---------------------------------------------------------------
 */

/* First and last line of what the form shows: the step's, the field's. */
struct lines {
	int first, last, field_first, field_last;
};

static struct lines
lines_shown(struct editor *ed)
{
	struct lines l = {0};
	size_t at = editor_step(ed);
	struct edit_field *f = field_at_cursor(ed);
	const char *subject = editor_subject(ed);

	if (subject && at < ed->steps.n) {
		l.first = ed->steps.at[at].line;
		l.last = ed->steps.at[at].last_line;
	}
	if (f && *f->path && (subject || ed->tab == EDIT_TAB_FLOW))
		wf_edit_lines(ed->edit, subject, f->path, &l.field_first,
			      &l.field_last);
	if (wf_edit_broken(ed->edit))
		l.first = l.last = wf_edit_broken(ed->edit)->line;
	return l;
}

static const struct edit_problem *
problem_of_line(const struct editor *ed, int line)
{
	const struct edit_problem *found = NULL;

	vec_each (&ed->problems, struct edit_problem, p)
		if (p->diag.line == line &&
		    (!found || p->diag.severity < found->diag.severity))
			found = p;
	return found;
}

static size_t
count_lines(const char *text, size_t n)
{
	size_t lines = 1;

	for (const char *p = text;
	     (p = memchr(p, '\n', n - (size_t)(p - text))); p++)
		lines++;
	return lines;
}

static void
draw_line(struct editor *ed, struct grid *g, struct rect row, int line,
	  const char *text, size_t n, const struct lines *l)
{
	const struct edit_problem *p = problem_of_line(ed, line);
	bool inside = line >= l->first && line <= l->last;
	bool field = line >= l->field_first && line <= l->field_last;
	struct rect body = {row.x + 6, row.y, row.w - 6, 1};

	if (n && text[n - 1] == '\r')
		n--;
	grid_textf(g, row, 0, 0,
		   p && p->diag.severity == WF_SEV_ERROR ? STYLE_ERROR
		   : p                                   ? STYLE_NOTICE
							 : STYLE_FAINT,
		   "%4d%s", line,
		   !p                                 ? " "
		   : p->diag.severity == WF_SEV_ERROR ? "E"
						      : "W");
	grid_textn(g, body, -ed->yaml_left, 0,
		   inside ? STYLE_NORMAL : STYLE_FAINT, text, n);
	if (field)
		grid_mark(g, body, (struct rect){0, 0, body.w, 1}, 0,
			  CELL_BOLD);
	if (p && p->diag.column)
		grid_mark(g, body,
			  (struct rect){p->diag.column - 1 - ed->yaml_left, 0,
					3, 1},
			  STYLE_MATCH, 0);
}

void
yaml_pane_draw(struct view *v, struct grid *g, struct rect r)
{
	struct editor *ed = editor_of(v);
	struct lines l = lines_shown(ed);
	size_t n, line = 1;
	const char *text = wf_edit_text(ed->edit, &n), *end = text + n;
	size_t rows = r.h > 0 ? (size_t)r.h : 0, all = count_lines(text, n);
	int want = l.field_first ? l.field_first : l.first;

	ed->yaml_height = r.h;
	if (!ed->yaml_moved && want &&
	    ((size_t)want <= ed->yaml_top ||
	     (size_t)want > ed->yaml_top + rows))
		ed->yaml_top =
			(size_t)want > rows / 3 ? (size_t)want - rows / 3 : 0;
	if (ed->yaml_top + rows > all)
		ed->yaml_top = all > rows ? all - rows : 0;
	for (int y = 0; text <= end && y < r.h; line++) {
		const char *eol = memchr(text, '\n', (size_t)(end - text));
		size_t length = (size_t)((eol ? eol : end) - text);

		if (line > ed->yaml_top)
			draw_line(ed, g, rect_row(r, y++), (int)line, text,
				  length, &l);
		if (!eol)
			break;
		text = eol + 1;
	}
}

bool
yaml_pane_act(struct view *v, enum action action)
{
	struct editor *ed = editor_of(v);
	struct list l = {.n = SIZE_MAX / 2, .cursor = ed->yaml_top};
	size_t n;
	const char *text = wf_edit_text(ed->edit, &n);

	if (action == ACTION_LEFT) {
		ed->yaml_left -= ed->yaml_left < PAN_X ? ed->yaml_left : PAN_X;
	} else if (action == ACTION_RIGHT) {
		ed->yaml_left += PAN_X;
	} else {
		l.n = count_lines(text, n);
		if (!list_act(&l, action, ed->yaml_height))
			return false;
		ed->yaml_top = l.cursor;
	}
	ed->yaml_moved = true;
	return true;
}
