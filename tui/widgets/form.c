/* Dialogs: fields, focus, buttons.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "form.h"
#include "../theme.h"

enum {
	BOX_WIDTH = 80,
	LABEL_WIDTH = 12
};

void
form_init(struct form *f, const char *title)
{
	*f = (struct form){.title = mem_strdup(title), .pressed = -1};
}

void
form_release(struct form *f)
{
	vec_each (&f->fields, struct form_field, field) {
		free(field->label);
		vec_each (&field->names, char *, name)
			free(*name);
		vec_release(&field->names);
		prompt_release(&field->text);
	}
	vec_release(&f->fields);
	free(f->title);
	f->title = NULL;
}

static bool
takes_focus(const struct form_field *field)
{
	return field->kind != FORM_NOTE && !field->off;
}

static struct form_field *
add_field(struct form *f, enum form_kind kind, const char *label)
{
	vec_push(&f->fields, (struct form_field){.kind = kind,
						 .label = mem_strdup(label),
						 .text = PROMPT_INIT});
	if (!takes_focus(&f->fields.at[f->focus]))
		f->focus = f->fields.n - 1;
	return &vec_last(&f->fields);
}

size_t
form_note(struct form *f, uint8_t style, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = mem_vprintf(fmt, ap);
	va_end(ap);
	add_field(f, FORM_NOTE, text)->style = style;
	free(text);
	return f->fields.n - 1;
}

size_t
form_choice(struct form *f, const char *label, const char *const *names,
	    size_t n, int value)
{
	struct form_field *field = add_field(f, FORM_CHOICE, label);

	for (size_t i = 0; i < n; i++)
		vec_push(&field->names, mem_strdup(names[i]));
	field->value = value;
	return f->fields.n - 1;
}

size_t
form_toggle(struct form *f, const char *label, bool value)
{
	add_field(f, FORM_TOGGLE, label)->value = value;
	return f->fields.n - 1;
}

size_t
form_text(struct form *f, const char *label, const char *value)
{
	prompt_set(&add_field(f, FORM_TEXT, label)->text, value);
	return f->fields.n - 1;
}

size_t
form_button(struct form *f, const char *label, uint32_t letter)
{
	add_field(f, FORM_BUTTON, label)->letter = letter;
	return f->fields.n - 1;
}

void
form_focus(struct form *f, size_t field)
{
	if (field < f->fields.n && takes_focus(&f->fields.at[field]))
		f->focus = field;
}

bool
form_in_text(const struct form *f)
{
	return f->fields.n && f->fields.at[f->focus].kind == FORM_TEXT;
}

/* --- keys
 * ------------------------------------------------------------------------ */

static void
move_focus(struct form *f, bool forward)
{
	for (size_t i = 0; i < f->fields.n; i++) {
		f->focus = (f->focus + (forward ? 1 : f->fields.n - 1)) %
			   f->fields.n;
		if (takes_focus(&f->fields.at[f->focus]))
			return;
	}
}

static enum form_result
press(struct form *f, size_t field)
{
	if (f->fields.at[field].off)
		return FORM_MORE;
	f->pressed = (int)field;
	return FORM_PRESSED;
}

static enum form_result
press_letter(struct form *f, uint32_t key)
{
	for (size_t i = 0; i < f->fields.n; i++)
		if (f->fields.at[i].kind == FORM_BUTTON && key &&
		    f->fields.at[i].letter == key)
			return press(f, i);
	return FORM_IGNORED;
}

static void
choose(struct form_field *field, int by)
{
	int n = field->kind == FORM_TOGGLE ? 2 : (int)field->names.n;

	if (n > 0)
		field->value = (field->value + by + n) % n;
	field->error[0] = '\0';
}

static enum form_result
field_key(struct form *f, struct form_field *field, uint32_t key)
{
	bool value = field->kind == FORM_CHOICE || field->kind == FORM_TOGGLE;

	if (field->kind == FORM_TEXT) {
		enum prompt_result result = prompt_key(&field->text, key);

		if (result == PROMPT_DONE)
			move_focus(f, true);
		if (result != PROMPT_IGNORED)
			field->error[0] = '\0';
		return result == PROMPT_IGNORED ? FORM_IGNORED : FORM_MORE;
	}
	if (key == KEY_RETURN && field->kind == FORM_BUTTON)
		return press(f, f->focus);
	if (key == ' ' && field->kind == FORM_BUTTON)
		return press(f, f->focus);
	if (key == KEY_RETURN)
		move_focus(f, true);
	else if (value && (key == ' ' || key == KEY_RIGHT_ARROW))
		choose(field, 1);
	else if (value && key == KEY_LEFT_ARROW)
		choose(field, -1);
	else if (key == KEY_LEFT_ARROW || key == KEY_RIGHT_ARROW)
		move_focus(f, key == KEY_RIGHT_ARROW);
	else
		return press_letter(f, key);
	return FORM_MORE;
}

enum form_result
form_key(struct form *f, uint32_t key)
{
	if (key == KEY_ESC || key == KEY_CTRL_C || f->fields.n == 0)
		return FORM_LEFT;
	if (key == KEY_TAB || key == KEY_DOWN_ARROW)
		move_focus(f, true);
	else if (key == KEY_BACK_TAB || key == KEY_UP_ARROW)
		move_focus(f, false);
	else
		return field_key(f, &f->fields.at[f->focus], key);
	return FORM_MORE;
}

/* --- drawing
 * ---------------------------------------------------------------------- */

static int
field_height(const struct form_field *field)
{
	int rows = field->kind == FORM_CHOICE ? (int)field->names.n : 1;

	return rows + (field->error[0] != '\0');
}

/* Buttons share the last row. */
int
form_height(const struct form *f)
{
	int rows = 2;
	bool buttons = false;

	vec_each (&f->fields, struct form_field, field) {
		if (field->kind != FORM_BUTTON)
			rows += field_height(field);
		buttons |= field->kind == FORM_BUTTON;
	}
	return rows + buttons;
}

struct form_pen {
	struct form *f;
	struct grid *g;
	struct rect inner;
	int y;
	int focus_y;
};

static void
draw_choice(struct form_pen *pen, struct form_field *field, bool focused)
{
	for (size_t i = 0; i < field->names.n; i++) {
		bool on = (int)i == field->value;
		int y = pen->y + (int)i;

		grid_textf(pen->g, pen->inner, LABEL_WIDTH, y,
			   focused && on ? STYLE_FOCUS : STYLE_NORMAL,
			   "(%c) %s", on ? 'o' : ' ', field->names.at[i]);
	}
	if (focused && field->names.n) {
		pen->g->cursor_x = pen->inner.x + LABEL_WIDTH + 1;
		pen->g->cursor_y = pen->inner.y + pen->y + field->value;
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
	int width = pen->inner.w - LABEL_WIDTH - 2;

	grid_text(pen->g, pen->inner, LABEL_WIDTH, pen->y, STYLE_FIELD, "[");
	for (int i = 0; i < width; i++)
		grid_text(pen->g, pen->inner, LABEL_WIDTH + 1 + i, pen->y,
			  STYLE_FIELD, focused ? "_" : " ");
	prompt_draw(&field->text, pen->g, pen->inner, LABEL_WIDTH + 1, pen->y,
		    width, STYLE_NORMAL, focused);
	grid_text(pen->g, pen->inner, LABEL_WIDTH + 1 + width, pen->y,
		  STYLE_FIELD, "]");
}

static void
draw_field(struct form_pen *pen, struct form_field *field, bool focused)
{
	struct rect label = pen->inner;

	if (focused)
		pen->focus_y = pen->y;
	if (field->kind == FORM_NOTE) {
		grid_text(pen->g, pen->inner, 0, pen->y, field->style,
			  field->label);
	} else if (field->kind == FORM_TOGGLE) {
		draw_toggle(pen, field, focused);
	} else {
		label.w = label.w < LABEL_WIDTH - 1 ? label.w : LABEL_WIDTH - 1;
		grid_text(pen->g, label, 0, pen->y, STYLE_NORMAL, field->label);
		if (field->kind == FORM_CHOICE)
			draw_choice(pen, field, focused);
		else
			draw_text(pen, field, focused);
	}
	pen->y += field_height(field);
	if (field->error[0])
		grid_textf(pen->g, pen->inner, LABEL_WIDTH, pen->y - 1,
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
	pen->y = -pen->f->scroll;
	for (size_t i = 0; i < pen->f->fields.n; i++)
		if (pen->f->fields.at[i].kind != FORM_BUTTON)
			draw_field(pen, &pen->f->fields.at[i],
				   i == pen->f->focus);
	draw_buttons(pen);
}

/* The box, in the middle of `r` as far as it fits; what holds the focus is
 * scrolled into it. */
void
form_draw(struct form *f, struct grid *g, struct rect r)
{
	int w = r.w < BOX_WIDTH ? r.w : BOX_WIDTH;
	int h = form_height(f) < r.h ? form_height(f) : r.h;
	struct rect box = {r.x + (r.w - w) / 2, r.y, w, h};
	struct form_pen pen = {.f = f, .g = g};
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
		f->scroll += over > 0 ? over : pen.focus_y;
	}
}
