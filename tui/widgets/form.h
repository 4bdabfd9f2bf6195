/* A dialog: a box of fields to fill in and buttons to press.
 *
 *	form_choice(&f, "Scope", names, n, 0);
 *	form_text(&f, "Reason", "");
 *	form_button(&f, "Cancel", 0);
 *	form_button(&f, "Retry now", 'r');
 *	switch (form_key(&f, key)) { case FORM_PRESSED: f.pressed ... }
 *
 * Tab and the arrows go from field to field (only arrows to rows of a list),
 *Space chooses, Enter goes on or presses; a button's letter presses it from
 *anywhere but a text field.  Esc leaves and keeps nothing.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_FORM_H
#define WF_FORM_H

#include "../../engine/base/vec.h"
#include "prompt.h"

enum form_kind {
	FORM_NOTE,
	FORM_CHOICE,
	FORM_TOGGLE,
	FORM_TEXT,
	FORM_BUTTON
};

struct form_field {
	enum form_kind kind;
	char *label;
	uint8_t style;     /* of a note */
	VEC(char *) names; /* of a choice */
	int value;         /* choice, toggle */
	struct prompt text;
	uint32_t letter; /* of a button */
	bool off;        /* a button that cannot be pressed now */
	bool row;        /* a choice on one line, where there is room */
	bool live;       /* a note that moves with the clock */
	bool changed;    /* a note that says something else than before */
	bool opens;      /* a note that arrows go to; Enter presses it */
	char error[96];  /* below the field, or "" */
};

struct form {
	char *title;
	VEC(struct form_field) fields;
	size_t focus;
	int pressed; /* index of the button */
	int width;   /* of the box when last drawn; 0: not yet */
};

enum form_result {
	FORM_IGNORED,
	FORM_MORE,
	FORM_LEFT,
	FORM_PRESSED
};

void form_init(struct form *f, const char *title);
void form_release(struct form *f);
/* Each returns the index of the field. */
size_t form_note(struct form *f, uint8_t style, const char *fmt, ...)
	PRINTF_LIKE(3, 4);
/* The same for a row of a list: it can be gone to, and pressed. */
size_t
form_row(struct form *f, uint8_t style, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* The same for what counts seconds: it may change without being marked. */
size_t form_live(struct form *f, uint8_t style, const char *fmt, ...)
	PRINTF_LIKE(3, 4);
size_t form_choice(struct form *f, const char *label, const char *const *names,
		   size_t n, int value);
/* The choices side by side. */
size_t form_choice_row(struct form *f, const char *label,
		       const char *const *names, size_t n, int value);
size_t form_toggle(struct form *f, const char *label, bool value);
size_t form_text(struct form *f, const char *label, const char *value);
size_t form_button(struct form *f, const char *label, uint32_t letter);

void form_focus(struct form *f, size_t field);
/* The form was made anew because what it is about moved on: take what was
 * typed, chosen and focused from the old one, and mark the notes that differ
 * from it.  True when any does. */
bool form_take_over(struct form *f, const struct form *old);
const char *form_chosen(const struct form *f, size_t field); /* the name */
bool form_in_text(const struct form *f);                     /* keys are text */
int form_height(const struct form *f); /* rows of the whole box */
enum form_result form_key(struct form *f, uint32_t key);
void form_draw(struct form *f, struct grid *g, struct rect r);

#endif
