/* Dialogs as questions, one after the other.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "../engine/base/clock.h"
#include "linear.h"
#include "widgets/form.h"

enum {
	ANSWER_MS = 20,
	ROUNDS = 20 /* of one dialog */
};

void
linear_say(const struct views *vs, const char *fmt, ...)
{
	struct strbuf text = STRBUF_INIT, safe = STRBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	strbuf_addv(&text, fmt, ap);
	va_end(ap);
	text_sanitize(&safe, text.at, text.n,
		      TEXT_NEWLINES | (vs->ascii ? (unsigned)TEXT_ASCII : 0));
	strbuf_addc(&safe, '\n');
	fwrite(safe.at, 1, safe.n, stdout);
	fflush(stdout);
	strbuf_release(&text);
	strbuf_release(&safe);
}

char *
linear_read(const struct views *vs, const char *prompt)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t n;

	if (*prompt)
		linear_say(vs, "%s", prompt);
	n = getline(&line, &size, stdin);
	if (n < 0) {
		free(line);
		return NULL;
	}
	while (n > 0 && (line[n - 1] == '\n' || line[n - 1] == '\r'))
		line[--n] = '\0';
	return line;
}

void
linear_settle(struct views *vs)
{
	while (vs->asked.n) {
		views_answers(vs);
		if (vs->asked.n)
			poll(NULL, 0, ANSWER_MS);
	}
	for (size_t i = vs->messages.n - vs->unseen; i < vs->messages.n; i++)
		linear_say(vs, "%s%s", vs->messages.at[i].bad ? "Error: " : "",
			   vs->messages.at[i].text);
	vs->unseen = 0;
}

/* --- fields
 * ------------------------------------------------------------------------- */

static bool
ask_choice(struct views *vs, struct form_field *f)
{
	int64_t n;
	char *line;
	bool more;

	linear_say(vs, "%s:", f->label);
	for (size_t i = 0; i < f->names.n; i++)
		linear_say(vs, "  %zu. %s%s", i + 1, f->names.at[i],
			   (int)i == f->value ? " (chosen)" : "");
	line = linear_read(vs, "Number, or Enter to keep it:");
	more = line != NULL;
	if (line && str_to_int(line, 1, (int64_t)f->names.n, &n))
		f->value = (int)n - 1;
	free(line);
	return more;
}

static bool
ask_toggle(struct views *vs, struct form_field *f)
{
	char *line;
	bool more;

	linear_say(vs, "%s: now %s.", f->label, f->value ? "yes" : "no");
	line = linear_read(vs, "y or n, or Enter to keep it:");
	more = line != NULL;
	if (line && (*line == 'y' || *line == 'n'))
		f->value = *line == 'y';
	free(line);
	return more;
}

static bool
ask_text(struct views *vs, struct form_field *f)
{
	char *line;
	bool more;

	linear_say(vs, "%s: now \"%s\".%s%s", f->label, f->text.text.at,
		   f->error[0] ? " Wrong: " : "", f->error);
	line = linear_read(vs, "Text, or Enter to keep it, or - for nothing:");
	more = line != NULL;
	if (line && *line)
		prompt_set(&f->text, str_eq(line, "-") ? "" : line);
	free(line);
	return more;
}

static bool
ask_field(struct views *vs, struct form_field *f)
{
	switch (f->kind) {
	case FORM_NOTE:
		if (f->label[strspn(f->label, " \t")])
			linear_say(vs, "%s", f->label + (*f->label == '\t'));
		return true;
	case FORM_CHOICE:
		return ask_choice(vs, f);
	case FORM_TOGGLE:
		return ask_toggle(vs, f);
	case FORM_TEXT:
		return ask_text(vs, f);
	case FORM_BUTTON:
		break;
	}
	return true;
}

/* The index of the button chosen; the first (it leaves) without an answer. */
static size_t
ask_button(struct views *vs, const struct form *f)
{
	size_t at[16], n = 0;
	int64_t chosen;
	char *line;

	for (size_t i = 0; i < f->fields.n && n < ARRAY_SIZE(at); i++)
		if (f->fields.at[i].kind == FORM_BUTTON)
			at[n++] = i;
	for (size_t i = 0; i < n; i++)
		linear_say(vs, "  %zu. %s", i + 1, f->fields.at[at[i]].label);
	line = linear_read(vs, "Number, or Enter for the first:");
	if (!line || !str_to_int(line, 1, (int64_t)n, &chosen))
		chosen = 1;
	free(line);
	return n ? at[chosen - 1] : 0;
}

/* Once through all questions; a Tab tells the dialog to check them. */
static bool
ask_once(struct views *vs, struct view *v)
{
	struct form *f = v->ops->form(v);
	size_t button;

	linear_say(vs, "%s", f->title);
	for (size_t i = 0; i < f->fields.n; i++)
		if (!ask_field(vs, &f->fields.at[i]))
			return false;
	views_key(vs, KEY_TAB);
	button = ask_button(vs, v->ops->form(v));
	f = v->ops->form(v);
	if (button < f->fields.n)
		f->fields.at[button].off = false;
	form_focus(f, button);
	views_key(vs, KEY_RETURN);
	return true;
}

void
linear_ask(struct views *vs)
{
	struct view *v = views_top(vs);

	for (int round = 0; round < ROUNDS; round++) {
		struct view *top;

		/* A dialog that undoes or decides is deaf at first. */
		while (clock_boot() < vs->deaf_until)
			poll(NULL, 0, (int)(vs->deaf_until - clock_boot()));
		linear_settle(vs);
		top = views_top(vs);
		if (top != v || !v->ops->form)
			return;
		if (!ask_once(vs, v)) {
			views_close(vs);
			return;
		}
		linear_settle(vs);
		if (views_top(vs) != v)
			return;
		linear_say(vs, "It is still open; once more.");
	}
	views_close(vs);
}
