/* A new step: its id, what it does, and what it needs.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "../widgets/form.h"
#include "edit_view.h"

enum what {
	WHAT_RUN,
	WHAT_APPROVAL,
	WHAT_WAIT,
	WHAT_WORKFLOW,
	WHAT_NOTHING,
	NWHATS
};

static const struct {
	const char *choice, *label, *action;
} whats[NWHATS] = {
	[WHAT_RUN] = {"run a command",                       "Command",   "run"     },
	[WHAT_APPROVAL] = {"ask a person (approval)",             "Question",  "approval"},
	[WHAT_WAIT] = {"wait for a time, such as 10m",        "How long",  "wait"    },
	[WHAT_WORKFLOW] = {"run another flow file",               "File",      "workflow"},
	[WHAT_NOTHING] = {"nothing: only bring others together", "(nothing)",
                      NULL							  },
};

struct add {
	struct form form;
	bool before;
	size_t id, what, value, needs, leave, make;
};

static struct add *
add_of(const struct view *v)
{
	return v->state;
}

static struct prompt *
text_of(struct add *a, size_t field)
{
	return &a->form.fields.at[field].text;
}

static enum what
what_of(const struct add *a)
{
	return (enum what)a->form.fields.at[a->what].value;
}

/* The value is called by what it is. */
static void
name_value(struct add *a)
{
	struct form_field *f = &a->form.fields.at[a->value];

	free(f->label);
	f->label = mem_strdup(whats[what_of(a)].label);
}

/* What was being typed when a designer was killed: fields apart by lines,
 * the command last. */
static void
fill_again(struct add *a, const char *text)
{
	int what = 0, before = 0, skip = 0;
	size_t n;

	sscanf(text, "%d %d%n", &before, &what, &skip);
	text += skip + (text[skip] == '\n');
	a->before = before;
	if (what >= 0 && what < NWHATS)
		a->form.fields.at[a->what].value = what;
	n = strcspn(text, "\n");
	prompt_set(text_of(a, a->id), "");
	strbuf_add(&text_of(a, a->id)->text, text, n);
	text_of(a, a->id)->cursor = n;
	text += n + (text[n] == '\n');
	n = strcspn(text, "\n");
	prompt_set(text_of(a, a->needs), "");
	strbuf_add(&text_of(a, a->needs)->text, text, n);
	text_of(a, a->needs)->cursor = n;
	text += n + (text[n] == '\n');
	prompt_set(text_of(a, a->value), text);
	name_value(a);
}

static enum wf_code
open_add(struct view *v, const char *arg, struct wf_err *err)
{
	struct add *a = add_of(v);
	struct editor *ed = editor_below(v);
	const char *choices[NWHATS], *at = ed ? editor_step_id(ed) : NULL;
	char *title;

	if (!ed)
		return ERR(err, WF_USAGE, "this belongs to the designer");
	a->before = arg && str_eq(arg, "before");
	for (int i = 0; i < NWHATS; i++)
		choices[i] = whats[i].choice;
	title = !at ? mem_strdup("The first step")
		    : mem_printf("A step %s %s",
				 a->before ? "in front of" : "behind", at);
	form_init(&a->form, title);
	free(title);
	a->id = form_text(&a->form, "Id *", "");
	a->what = form_choice(&a->form, "It will", choices, NWHATS, 0);
	a->value = form_text(&a->form, "Command", "");
	a->needs = form_text(&a->form, "After", at && !a->before ? at : "");
	form_note(&a->form, STYLE_FAINT,
		  "            the steps it waits for, apart by commas; "
		  "none: it starts at once");
	a->leave = form_button(&a->form, "Cancel", 0);
	a->make = form_button(&a->form, "Add it", 0);
	form_focus(&a->form, a->id);
	if (arg && !str_eq(arg, "before"))
		fill_again(a, arg);
	return WF_OK;
}

static void
close_add(struct view *v)
{
	form_release(&add_of(v)->form);
}

/* --- the journal ------------------------------------------------------------
 */

static void
keep_typed(struct view *v, bool over)
{
	struct add *a = add_of(v);
	struct editor *ed = editor_below(v);
	char *text;

	text = mem_printf("%d %d\n%s\n%s\n%s", (int)a->before, (int)what_of(a),
			  text_of(a, a->id)->text.at,
			  text_of(a, a->needs)->text.at,
			  text_of(a, a->value)->text.at);
	editor_keep_typed(v, ed, "edit-add", "", over ? NULL : text);
	free(text);
}

/* --- adding -----------------------------------------------------------------
 */

static void
quote(struct strbuf *out, const char *text)
{
	strbuf_addc(out, '"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			strbuf_addc(out, '\\');
		strbuf_addc(out, *text);
	}
	strbuf_addc(out, '"');
}

/* A question and a time become the map the action wants. */
static char *
action_value(struct add *a)
{
	const char *text = text_of(a, a->value)->text.at;
	struct strbuf out = STRBUF_INIT;

	if (what_of(a) == WHAT_APPROVAL) {
		strbuf_adds(&out, "{ prompt: ");
		quote(&out, *text ? text : "Go on?");
		strbuf_adds(&out, " }");
	} else if (what_of(a) == WHAT_WAIT) {
		strbuf_adds(&out, "{ for: ");
		quote(&out, *text ? text : "10m");
		strbuf_adds(&out, " }");
	} else {
		strbuf_adds(&out, text);
	}
	return strbuf_detach(&out);
}

static void
complain(struct add *a, size_t field, const char *text)
{
	struct form_field *f = &a->form.fields.at[field];

	snprintf(f->error, sizeof(f->error), "%.95s", text);
	form_focus(&a->form, field);
}

static enum wf_code
add_step(struct add *a, struct editor *ed, struct wf_err *err)
{
	size_t mark = wf_edit_mark(ed->edit);
	const char *id = text_of(a, a->id)->text.at;
	const char *needs = text_of(a, a->needs)->text.at;
	char *value = action_value(a), *name;
	struct wf_edit_new_step step = {
		.id = id, .action = whats[what_of(a)].action, .value = value};
	enum wf_code code;

	editor_begin_steps(ed);
	code = wf_edit_add(ed->edit, &step, a->before, editor_step_id(ed), err);
	free(value);
	if (!code)
		editor_reread(ed);
	if (!code && *needs)
		code = editor_set(ed, id, "needs", "[id] | id", needs, err);
	if (code) {
		wf_edit_drop(ed->edit, mark);
		editor_reread(ed);
		return code;
	}
	name = mem_printf("add step %s", id);
	wf_edit_join(ed->edit, mark, name);
	free(name);
	return WF_OK;
}

static void
make(struct view *v)
{
	struct add *a = add_of(v);
	struct editor *ed = editor_below(v);
	struct view *below = editor_view(v->views);
	const char *needs = text_of(a, a->needs)->text.at;
	struct wf_err err = {0};
	char *id;

	if (!*text_of(a, a->id)->text.at) {
		complain(a, a->id, "every step has an id, such as build");
		return;
	}
	if (what_of(a) == WHAT_RUN && !*text_of(a, a->value)->text.at) {
		complain(a, a->value,
			 "which command? or choose another kind "
			 "above");
		return;
	}
	if (what_of(a) == WHAT_WORKFLOW && !*text_of(a, a->value)->text.at) {
		complain(a, a->value, "which file?");
		return;
	}
	if (add_step(a, ed, &err)) {
		size_t field = strstr(err.message, " id") ||
					       str_starts(err.message, "there "
								       "is a "
								       "step")
				       ? a->id
			       : *needs ? a->needs
					: a->id;

		if (strstr(err.message, "no step \""))
			field = a->needs;
		complain(a, field, err.message);
		return;
	}
	id = mem_strdup(text_of(a, a->id)->text.at);
	free(ed->selected);
	ed->selected = id;
	views_close(v->views); /* `v` is gone */
	editor_done(below, ed, WF_OK, NULL);
	ed->form.cursor = 0;
	if (ed->tab == EDIT_TAB_FLOW)
		ed->tab = EDIT_TAB_STEPS;
	fields_rebuild(ed);
}

/* The kinds stand below each other: the arrows go through them first. */
static enum form_result
choose_or(struct add *a, uint32_t k)
{
	struct form_field *f = &a->form.fields.at[a->what];
	bool down = k == KEY_DOWN_ARROW, up = k == KEY_UP_ARROW;

	if (a->form.focus != a->what ||
	    !((down && f->value + 1 < NWHATS) || (up && f->value > 0)))
		return form_key(&a->form, k);
	f->value += down ? 1 : -1;
	return FORM_MORE;
}

static bool
key(struct view *v, uint32_t k)
{
	struct add *a = add_of(v);
	enum form_result result = choose_or(a, k);

	name_value(a);
	if (result == FORM_LEFT ||
	    (result == FORM_PRESSED && (size_t)a->form.pressed == a->leave)) {
		keep_typed(v, true);
		views_close(v->views);
	} else if (result == FORM_PRESSED) {
		make(v);
	} else {
		/* From the last field straight to the button that does it. */
		if (k == KEY_RETURN && a->form.focus == a->leave)
			form_focus(&a->form, a->make);
		keep_typed(v, false);
	}
	return true;
}

static void
draw(struct view *v, struct grid *g, struct rect r)
{
	form_draw(&add_of(v)->form, g, r);
}

const struct view_ops screen_edit_add = {
	.size = sizeof(struct add),
	.overlay = true,
	.open = open_add,
	.draw = draw,
	.key = key,
	.contexts = view_all_text,
	.close = close_add,
	.keys = "Enter next field  Up Down choose  Esc cancel",
};
