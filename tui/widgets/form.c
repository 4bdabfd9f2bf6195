/* Dialogs: fields, focus, buttons.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "form.h"

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
	return field->kind != FORM_NOTE || field->opens;
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

static struct form_field *
add_note(struct form *f, uint8_t style, const char *fmt, va_list ap)
	PRINTF_LIKE(3, 0);

static struct form_field *
add_note(struct form *f, uint8_t style, const char *fmt, va_list ap)
{
	char *text = mem_vprintf(fmt, ap);
	struct form_field *field = add_field(f, FORM_NOTE, text);

	field->style = style;
	free(text);
	return field;
}

size_t
form_note(struct form *f, uint8_t style, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_note(f, style, fmt, ap);
	va_end(ap);
	return f->fields.n - 1;
}

size_t
form_row(struct form *f, uint8_t style, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_note(f, style, fmt, ap)->opens = true;
	va_end(ap);
	if (!takes_focus(&f->fields.at[f->focus]))
		f->focus = f->fields.n - 1;
	return f->fields.n - 1;
}

size_t
form_live(struct form *f, uint8_t style, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_note(f, style, fmt, ap)->live = true;
	va_end(ap);
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
form_choice_row(struct form *f, const char *label, const char *const *names,
		size_t n, int value)
{
	size_t at = form_choice(f, label, names, n, value);

	f->fields.at[at].row = true;
	return at;
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

const char *
form_chosen(const struct form *f, size_t field)
{
	const struct form_field *at = &f->fields.at[field];

	return (size_t)at->value < at->names.n ? at->names.at[at->value] : "";
}

static const struct form_field *
find_like(const struct form *f, const struct form_field *field, size_t *nth)
{
	vec_each (&f->fields, struct form_field, other)
		if (other->kind == field->kind &&
		    (field->kind == FORM_NOTE
			     ? (*nth)-- == 0
			     : str_eq(other->label, field->label)))
			return other;
	return NULL;
}

static void
take_value(struct form_field *field, const struct form_field *old)
{
	if (field->kind == FORM_TEXT) {
		prompt_set(&field->text, old->text.text.at);
		field->text.cursor = old->text.cursor;
	} else if (field->kind == FORM_TOGGLE ||
		   (size_t)old->value < field->names.n) {
		field->value = old->value;
	}
	memcpy(field->error, old->error, sizeof(field->error));
}

bool
form_take_over(struct form *f, const struct form *old)
{
	size_t notes = 0;
	bool any = false;

	f->width = old->width;
	for (size_t i = 0; i < f->fields.n; i++) {
		struct form_field *field = &f->fields.at[i];
		size_t nth = notes;
		const struct form_field *was = find_like(old, field, &nth);

		notes += field->kind == FORM_NOTE;
		if (field->kind == FORM_NOTE)
			field->changed =
				!field->live &&
				!(was && str_eq(was->label, field->label));
		else if (was && field->kind != FORM_BUTTON)
			take_value(field, was);
		any |= field->changed;
		if (was && takes_focus(field) &&
		    (size_t)(was - old->fields.at) == old->focus)
			f->focus = i;
	}
	return any;
}

bool
form_in_text(const struct form *f)
{
	return f->fields.n && f->fields.at[f->focus].kind == FORM_TEXT;
}

/* --- keys
 * ------------------------------------------------------------------------ */

/* Tab leaves rows out: they are many, and most often only looked at. */
static void
move_focus(struct form *f, bool forward, bool rows)
{
	for (size_t i = 0; i < f->fields.n; i++) {
		f->focus = (f->focus + (forward ? 1 : f->fields.n - 1)) %
			   f->fields.n;
		if (takes_focus(&f->fields.at[f->focus]) &&
		    (rows || !f->fields.at[f->focus].opens))
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
			move_focus(f, true, false);
		if (result != PROMPT_IGNORED)
			field->error[0] = '\0';
		return result == PROMPT_IGNORED ? FORM_IGNORED : FORM_MORE;
	}
	if ((key == KEY_RETURN || key == ' ') &&
	    (field->kind == FORM_BUTTON || field->opens))
		return press(f, f->focus);
	if (key == KEY_RETURN)
		move_focus(f, true, false);
	else if (value && (key == ' ' || key == KEY_RIGHT_ARROW))
		choose(field, 1);
	else if (value && key == KEY_LEFT_ARROW)
		choose(field, -1);
	else if (key == KEY_LEFT_ARROW || key == KEY_RIGHT_ARROW)
		move_focus(f, key == KEY_RIGHT_ARROW, false);
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
		move_focus(f, true, key == KEY_DOWN_ARROW);
	else if (key == KEY_BACK_TAB || key == KEY_UP_ARROW)
		move_focus(f, false, key == KEY_UP_ARROW);
	else
		return field_key(f, &f->fields.at[f->focus], key);
	return FORM_MORE;
}
