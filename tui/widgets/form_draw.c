/* Dialogs on the grid: a box, its fields, the buttons in the last row.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../theme.h"
#include "form.h"

enum {
	BOX_WIDTH = 80,
	LABEL_LEAST = 12,
	LABEL_MOST = 24,
	CHOICE_GAP = 3
};

/* Labels stand in a column of their own, as wide as the longest. */
static int
label_width(const struct form *f)
{
	int widest = LABEL_LEAST;

	vec_each (&f->fields, struct form_field, field) {
		int n = text_width_str(field->label) + 1;

		if ((field->kind == FORM_TEXT || field->kind == FORM_CHOICE) &&
		    n > widest)
			widest = n;
	}
	return widest < LABEL_MOST ? widest : LABEL_MOST;
}

/* Do the choices fit on one line? */
static bool
is_row(const struct form *f, const struct form_field *field)
{
	int width = label_width(f), room = f->width ? f->width : BOX_WIDTH;

	for (size_t i = 0; i < field->names.n; i++)
		width += text_width_str(field->names.at[i]) + 4 + CHOICE_GAP;
	return field->row && width - CHOICE_GAP <= room - 4;
}

static int
field_height(const struct form *f, const struct form_field *field)
{
	bool rows = field->kind == FORM_CHOICE && !is_row(f, field);

	return (rows ? (int)field->names.n : 1) + (field->error[0] != '\0');
}

/* Buttons share the last row. */
int
form_height(const struct form *f)
{
	int rows = 2;
	bool buttons = false;

	vec_each (&f->fields, struct form_field, field) {
		if (field->kind != FORM_BUTTON)
			rows += field_height(f, field);
		buttons |= field->kind == FORM_BUTTON;
	}
	return rows + buttons;
}

struct form_pen {
	struct form *f;
	struct grid *g;
	struct rect inner;
	int y, label;
	int focus_y;
	int scroll; /* first row shown when the box is too low */
};

static void
draw_choice(struct form_pen *pen, struct form_field *field, bool focused)
{
	bool row = is_row(pen->f, field);
	int x = pen->label;

	for (size_t i = 0; i < field->names.n; i++) {
		bool on = (int)i == field->value;
		int y = pen->y + (row ? 0 : (int)i), end;

		end = grid_textf(pen->g, pen->inner, x, y,
				 focused && on ? STYLE_FOCUS : STYLE_NORMAL,
				 "(%c) %s", on ? 'o' : ' ', field->names.at[i]);
		if (focused && on) {
			pen->g->cursor_x = pen->inner.x + x + 1;
			pen->g->cursor_y = pen->inner.y + y;
		}
		if (row)
			x = end + CHOICE_GAP;
	}
}

static void
draw_toggle(struct form_pen *pen, struct form_field *field, bool focused)
{
	grid_textf(pen->g, pen->inner, 0, pen->y,
		   focused ? STYLE_FOCUS : STYLE_NORMAL, "[%c] %s",
		   field->value ? 'x' : ' ', field->label);
	if (focused) {
		pen->g->cursor_x = pen->inner.x + 1;
		pen->g->cursor_y = pen->inner.y + pen->y;
	}
}

static void
draw_text(struct form_pen *pen, struct form_field *field, bool focused)
{
	int width = pen->inner.w - pen->label - 2;

	grid_text(pen->g, pen->inner, pen->label, pen->y, STYLE_FIELD, "[");
	for (int i = 0; i < width; i++)
		grid_text(pen->g, pen->inner, pen->label + 1 + i, pen->y,
			  STYLE_FIELD, focused ? "_" : " ");
	prompt_draw(&field->text, pen->g, pen->inner, pen->label + 1, pen->y,
		    width, STYLE_NORMAL, focused);
	grid_text(pen->g, pen->inner, pen->label + 1 + width, pen->y,
		  STYLE_FIELD, "]");
}

static void
mark_row(struct form_pen *pen)
{
	grid_mark(pen->g, pen->inner, (struct rect){0, pen->y, pen->inner.w, 1},
		  0, CELL_REVERSE);
	pen->g->cursor_x = pen->inner.x;
	pen->g->cursor_y = pen->inner.y + pen->y;
}

static void
draw_field(struct form_pen *pen, struct form_field *field, bool focused)
{
	struct rect label = pen->inner;

	if (focused)
		pen->focus_y = pen->y;
	if (field->kind == FORM_NOTE) {
		/* A tab leads to the column of the values. */
		grid_text(pen->g, pen->inner,
			  *field->label == '\t' ? pen->label : 0, pen->y,
			  field->changed ? STYLE_MATCH : field->style,
			  field->label + (*field->label == '\t'));
		if (focused)
			mark_row(pen);
	} else if (field->kind == FORM_TOGGLE) {
		draw_toggle(pen, field, focused);
	} else {
		label.w = label.w < pen->label - 1 ? label.w : pen->label - 1;
		grid_text(pen->g, label, 0, pen->y, STYLE_NORMAL, field->label);
		if (field->kind == FORM_CHOICE)
			draw_choice(pen, field, focused);
		else
			draw_text(pen, field, focused);
	}
	pen->y += field_height(pen->f, field);
	if (field->error[0])
		grid_textf(pen->g, pen->inner, pen->label, pen->y - 1,
			   STYLE_ERROR, "^ %s", field->error);
}

static void
draw_buttons(struct form_pen *pen)
{
	int x = 2;

	for (size_t i = 0; i < pen->f->fields.n; i++) {
		const struct form_field *field = &pen->f->fields.at[i];
		bool focused = i == pen->f->focus;
		uint8_t style = field->off ? STYLE_FAINT
				: focused  ? STYLE_FOCUS
					   : STYLE_TITLE;

		if (field->kind != FORM_BUTTON)
			continue;
		if (focused) {
			pen->focus_y = pen->y;
			pen->g->cursor_x = pen->inner.x + x + 2;
			pen->g->cursor_y = pen->inner.y + pen->y;
		}
		x = grid_textf(pen->g, pen->inner, x, pen->y, style,
			       focused ? "< %s >" : "[ %s ]", field->label);
		x += 4;
	}
	pen->y++;
}

static void
draw_fields(struct form_pen *pen)
{
	pen->y = -pen->scroll;
	for (size_t i = 0; i < pen->f->fields.n; i++)
		if (pen->f->fields.at[i].kind != FORM_BUTTON)
			draw_field(pen, &pen->f->fields.at[i],
				   i == pen->f->focus);
	draw_buttons(pen);
}

/* The box, in the middle of `r` as far as it fits; what holds the focus is
 * scrolled into it, by no more than that takes. */
void
form_draw(struct form *f, struct grid *g, struct rect r)
{
	int w = f->width = r.w < BOX_WIDTH ? r.w : BOX_WIDTH;
	int h = form_height(f) < r.h ? form_height(f) : r.h;
	struct rect box = {r.x + (r.w - w) / 2, r.y, w, h};
	struct form_pen pen = {.f = f, .g = g, .label = label_width(f)};
	bool border = (h > 4 || h == form_height(f)) && w > 24;

	grid_fill(g, r, (struct rect){box.x - r.x, 0, w, h}, STYLE_NORMAL, ' ');
	pen.inner = border ? (struct rect){box.x + 2, box.y + 1, w - 4, h - 2}
			   : box;
	if (border) {
		grid_box(g, box, (struct rect){0, 0, w, h}, STYLE_LINE);
		grid_textf(g, rect_row(box, 0), 2, 0, STYLE_TITLE, " %s ",
			   f->title);
	}
	for (int pass = 0; pass < 2; pass++) {
		int over;

		if (pass == 1)
			grid_fill(g, pen.inner,
				  (struct rect){0, 0, pen.inner.w, pen.inner.h},
				  STYLE_NORMAL, ' ');
		draw_fields(&pen);
		over = pen.focus_y - pen.inner.h + 1;
		if (over <= 0 && pen.focus_y >= 0)
			break;
		pen.scroll += over > 0 ? over : pen.focus_y;
	}
}
