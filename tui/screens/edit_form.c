/* The form of a step (or of the flow): a key a line, edited in its place.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "edit_view.h"

enum {
	LABEL = 13, /* columns of names, without their indent */
	OFFER_ROWS = 6,
	HELP_ROWS = 3
};

/* --- drawing ----------------------------------------------------------------
 */

static int
height_of(const struct edit_field *f)
{
	return 1 + (f->error != NULL);
}

/* The cursor's line, with what stands below it, is in sight. */
static void
show_cursor(struct editor *ed, int height)
{
	struct list *l = &ed->form;
	int used = 0;

	list_show(l, height);
	for (size_t i = l->top; i <= l->cursor && i < ed->fields.n; i++)
		used += height_of(&ed->fields.at[i]);
	while (used > height && l->top < l->cursor)
		used -= height_of(&ed->fields.at[l->top++]);
}

size_t
form_field_at(const struct editor *ed, int row)
{
	for (size_t i = ed->form.top; i < ed->fields.n && row >= 0; i++) {
		row -= height_of(&ed->fields.at[i]);
		if (row < 0)
			return i;
	}
	return SIZE_MAX;
}

static void
draw_value(const struct edit_field *f, struct grid *g, struct rect r, int x)
{
	struct rect value = {r.x + x, r.y, r.w - x, 1};
	size_t n;

	if (f->kind == EDIT_MORE || f->kind == EDIT_ADD)
		return;
	if (f->kind == EDIT_GROUP && f->open && f->map)
		return;
	if (f->value) {
		n = strcspn(f->value, "\n");
		x = grid_textn(g, value, 0, 0,
			       f->fixed ? STYLE_FAINT : STYLE_FIELD, f->value,
			       n);
		if (f->lines)
			grid_text(g, value, x + 1, 0, STYLE_FAINT, "(more)");
		if (f->fixed)
			grid_text(g, value, x + 1, 0, STYLE_FAINT,
				  "(E: only in the editor)");
	} else if (f->standby) {
		grid_text(g, value, 0, 0, STYLE_FAINT, f->standby);
	} else if (f->kind != EDIT_GROUP || !f->open) {
		grid_text(g, value, 0, 0, STYLE_FAINT, "-");
	}
}

static void
draw_typing(struct editor *ed, struct grid *g, struct rect r, int x)
{
	grid_fill(g, r, (struct rect){x, 0, r.w - x, 1}, STYLE_NORMAL, ' ');
	grid_text(g, r, x - 1, 0, STYLE_KEY, "[");
	for (int i = x; i < r.w - 1; i++)
		grid_text(g, r, i, 0, STYLE_FIELD, "_");
	prompt_draw(&ed->typing.prompt, g, r, x, 0, r.w - x - 1, STYLE_NORMAL,
		    true);
	grid_text(g, r, r.w - 1, 0, STYLE_KEY, "]");
}

static int
value_column(const struct edit_field *f, struct rect r)
{
	int x = LABEL + 2 + 2 * f->depth;
	int width = text_width_str(f->label) + 3 + 2 * f->depth;

	if (x < width && width < r.w / 2)
		x = width;
	return x < r.w / 2 ? x : r.w / 2;
}

static void
draw_complaint(const struct edit_field *f, struct grid *g, struct rect row,
	       int x)
{
	char *text = f->offer ? mem_printf("^ F: %s (%s)", f->offer, f->error)
			      : mem_printf("^ %s", f->error);

	grid_words(g, row, x, 0, row.w - x,
		   f->severity == WF_SEV_ERROR ? STYLE_ERROR : STYLE_NOTICE,
		   text);
	free(text);
}

/* One line, and the error below it; the rows it took. */
static int
draw_field(struct editor *ed, struct grid *g, struct rect r, int y, size_t i,
	   bool focus)
{
	const struct edit_field *f = &ed->fields.at[i];
	struct rect row = rect_row(r, y), label;
	int x = value_column(f, r), indent = 1 + 2 * f->depth;
	bool typing = focus && ed->typing.on;

	label = (struct rect){row.x, row.y, x - 1, 1};
	if (f->kind == EDIT_GROUP)
		grid_text(g, label, indent, 0, STYLE_FAINT,
			  f->open ? "-" : "+");
	grid_text(g, label, indent + (f->kind == EDIT_MORE ? 0 : 1), 0,
		  f->kind == EDIT_MORE || f->kind == EDIT_ADD ? STYLE_FAINT
		  : f->value                                  ? STYLE_TITLE
							      : STYLE_NORMAL,
		  f->label);
	draw_value(f, g, row, x);
	if (focus && !typing) {
		grid_text(g, row, 0, 0, STYLE_TITLE, ">");
		grid_mark(g, row, (struct rect){0, 0, row.w, 1}, 0,
			  CELL_REVERSE);
		g->cursor_x = row.x;
		g->cursor_y = row.y;
	} else if (typing) {
		draw_typing(ed, g, row, x);
	}
	if (!f->error)
		return 1;
	draw_complaint(f, g, rect_row(r, y + 1), x);
	return 2;
}

/* Below the field, over what stands there. */
static void
draw_offers(struct editor *ed, struct grid *g, struct rect r, int y, int x)
{
	struct edit_typing *t = &ed->typing;
	size_t top = t->chosen != SIZE_MAX && t->chosen >= OFFER_ROWS
			     ? t->chosen - OFFER_ROWS + 1
			     : 0;
	int width = 8;

	if (t->error[0])
		grid_textf(g, rect_row(r, y++), x, 0, STYLE_ERROR, "^ %-60s",
			   t->error);
	for (size_t i = 0; i < t->offers.n; i++)
		if (text_width_str(t->offers.at[i]) > width)
			width = text_width_str(t->offers.at[i]);
	for (int i = 0; i < OFFER_ROWS && top + (size_t)i < t->offers.n; i++) {
		size_t at = top + (size_t)i;
		struct rect row = rect_row(r, y + i);

		grid_fill(g, row, (struct rect){x - 1, 0, width + 3, 1},
			  STYLE_NORMAL, ' ');
		grid_textf(g, row, x, 0, STYLE_KEY, "%s", t->offers.at[at]);
		grid_text(g, row, x - 1, 0, STYLE_LINE, "|");
		grid_text(g, row, x + width + 1, 0, STYLE_LINE,
			  i == OFFER_ROWS - 1 && at + 1 < t->offers.n ? "v"
								      : "|");
		if (at == t->chosen)
			grid_mark(g, row, (struct rect){x, 0, width + 1, 1}, 0,
				  CELL_REVERSE);
	}
}

/* The whole of what is wrong, where the help would stand. */
static void
draw_error(const struct edit_field *f, struct grid *g, struct rect r)
{
	uint8_t style =
		f->severity == WF_SEV_ERROR ? STYLE_ERROR : STYLE_NOTICE;
	int room = r.w - 2, cut = (int)strlen(f->error);

	while (cut > room || (cut && f->error[cut] && f->error[cut] != ' '))
		cut--;
	cut = cut ? cut : room;
	grid_fill(g, r, (struct rect){0, 1, r.w, 2}, STYLE_NORMAL, ' ');
	grid_textn(g, rect_row(r, 1), 1, 0, style, f->error, (size_t)cut);
	if (f->error[cut])
		grid_text(g, rect_row(r, 2), 1, 0, style, f->error + cut + 1);
}

/* What the key at the cursor means, in two lines at the foot. */
static void
draw_help(struct editor *ed, struct grid *g, struct rect r)
{
	const struct edit_field *f = field_at_cursor(ed);
	struct strbuf type = STRBUF_INIT;

	if (!f)
		return;
	for (int i = 0; i < r.w; i++)
		grid_line(g, r, i, 0, STYLE_LINE, LINE_E | LINE_W, LINE_ROUND);
	type_describe(&type, f->type);
	grid_text(g, rect_row(r, 1), 1, 0, STYLE_NORMAL, f->help);
	if (f->error && f->kind != EDIT_ADD)
		draw_error(f, g, r);
	else if (f->kind == EDIT_ADD)
		grid_text(g, rect_row(r, 2), 1, 0, STYLE_FAINT,
			  "Enter, then NAME=VALUE");
	else if (f->kind == EDIT_GROUP && f->open)
		grid_text(g, rect_row(r, 2), 1, 0, STYLE_FAINT,
			  "Left closes it");
	else if (f->kind == EDIT_GROUP)
		grid_textf(g, rect_row(r, 2), 1, 0, STYLE_FAINT, "%s%s%s",
			   type.at, type.n ? "; " : "", "Right shows its keys");
	else if (*f->example)
		grid_textf(g, rect_row(r, 2), 1, 0, STYLE_FAINT,
			   "%s; for example %s", type.at, f->example);
	strbuf_release(&type);
}

static void
draw_title(struct editor *ed, struct grid *g, struct rect r, bool focus)
{
	size_t i = editor_step(ed);
	uint8_t style = focus ? STYLE_TITLE : STYLE_NORMAL;

	if (ed->tab == EDIT_TAB_FLOW) {
		grid_text(g, r, 1, 0, style, "the flow as a whole");
	} else if (i < ed->steps.n) {
		const struct edit_row *row = &ed->steps.at[i];

		grid_textf(g, r, 1, 0, style, "step %s", row->label);
		if (r.w > 40)
			grid_textf(g, r, r.w - 15, 0, STYLE_FAINT,
				   "lines %d-%d", row->line, row->last_line);
	}
}

static void
draw_nothing(struct editor *ed, struct grid *g, struct rect r)
{
	if (ed->stale)
		grid_text(g, rect_row(r, 2), 1, 0, STYLE_NOTICE,
			  "the text does not parse: E repairs it, u undoes");
	else if (ed->steps.n)
		grid_text(g, rect_row(r, 2), 1, 0, STYLE_NOTICE,
			  "this step has no id: E opens the editor there");
	else
		grid_text(g, rect_row(r, 2), 1, 0, STYLE_NORMAL,
			  "press a to add the first step");
}

void
form_pane_draw(struct view *v, struct grid *g, struct rect r, bool focus)
{
	struct editor *ed = editor_of(v);
	int help = r.h > 8 ? HELP_ROWS : 0, y = 0;
	struct rect body = {r.x, r.y + 1, r.w, r.h - 1 - help};
	struct rect foot = {r.x, r.y + r.h - help, r.w, help};

	ed->form_height = body.h;
	ed->form_area = body;
	draw_title(ed, g, r, focus);
	if (ed->fields.n == 0) {
		draw_nothing(ed, g, r);
		return;
	}
	show_cursor(ed, body.h);
	for (size_t i = ed->form.top; i < ed->fields.n && y < body.h; i++)
		y += draw_field(ed, g, body, y, i,
				focus && i == ed->form.cursor);
	if (focus && help)
		draw_help(ed, g, foot);
	if (focus && ed->typing.on) {
		const struct edit_field *f = field_at_cursor(ed);

		y = 1;
		for (size_t i = ed->form.top; i < ed->form.cursor; i++)
			y += height_of(&ed->fields.at[i]);
		draw_offers(
			ed, g,
			(struct rect){body.x, body.y, body.w, body.h + help}, y,
			value_column(f, body));
	}
}
