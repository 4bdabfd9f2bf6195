/* A step asks: its message, its form, and yes or no.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "../../engine/base/clock.h"
#include "../jsontext.h"
#include "ask.h"

enum {
	FIELD_COMMENT = 0,
	FIELD_FIRST = 1,
	FIELDS_MAX = 12
};

static const char *const words[] = {"!", NULL};

static bool
asks(const struct wf_step_info *s)
{
	return s->state == STEP_WAITING && str_eq(s->action, "approval");
}

/* The step meant: the one named when it asks, else the first that does. */
static enum wf_code
find_asking(struct ask *a, struct wf_err *err)
{
	enum wf_code code;

	if (!a->at || !asks(a->at)) {
		a->at = NULL;
		for (size_t i = 0; !a->at && i < a->d.nsteps; i++)
			if (asks(&a->d.steps[i]))
				a->at = &a->d.steps[i];
	}
	if (!a->at) {
		code = ERR(err, WF_REFUSED, "no step of run %s asks anything",
			   a->run);
		wf_err_hint(err, "a step that waits for a person is shown "
				 "as WAIT");
		return code;
	}
	free(a->step);
	a->step = mem_strdup(a->at->path);
	return WF_OK;
}

static void
add_prompt(struct ask *a)
{
	char *prompt = jsontext_copy(jsontext_member(a->at->data, "prompt"));
	char text[SPAN_TEXT];
	char *save = NULL;

	for (char *line = prompt ? strtok_r(prompt, "\n", &save) : NULL; line;
	     line = strtok_r(NULL, "\n", &save))
		form_note(&a->form, STYLE_TITLE, "%s", line);
	free(prompt);
	form_note(&a->form, STYLE_NORMAL, "asked %s",
		  clock_text(a->at->started, text));
	if (a->at->due)
		form_note(&a->form, STYLE_NORMAL,
			  "answered by itself in %s when nobody does",
			  countdown_text(a->at->due - clock_wall(), text));
}

static void
add_field(struct ask *a, const char *json, int at)
{
	char *name = jsontext_copy(jsontext_member(json, "name"));
	char *type = jsontext_copy(jsontext_member(json, "type"));
	char *def = jsontext_copy(jsontext_member(json, "default"));
	char *help = jsontext_copy(jsontext_member(json, "help"));
	const char *choices = jsontext_member(json, "enum");
	bool required = jsontext_is(jsontext_member(json, "required"), "true");
	char *label =
		mem_printf("%s%s", name ? name : "?", required ? " *" : "");
	struct strbuf note = STRBUF_INIT;

	a->field[at] = (int)form_text(&a->form, label, def ? def : "");
	strbuf_addf(&note, "            %s", type ? type : "");
	for (const char *c = jsontext_next(choices, NULL); c;
	     c = jsontext_next(choices, c)) {
		strbuf_adds(&note, " | ");
		jsontext_add(&note, c);
	}
	if (help)
		strbuf_addf(&note, "  %s", help);
	form_note(&a->form, STYLE_FAINT, "%s", note.at);
	strbuf_release(&note);
	free(label);
	free(name);
	free(type);
	free(def);
	free(help);
}

static void
add_fields(struct ask *a)
{
	const char *form = jsontext_member(a->at->data, "form");
	int at = FIELD_FIRST;

	for (const char *f = jsontext_next(form, NULL);
	     f && at < FIELD_FIRST + FIELDS_MAX; f = jsontext_next(form, f))
		add_field(a, f, at++);
	a->field[FIELD_COMMENT] = (int)form_text(&a->form, "Comment", "");
}

static enum wf_code
open_answer(struct view *v, const char *arg, struct wf_err *err)
{
	struct ask *a = v->state;
	enum wf_code code = ask_open(v, arg, words, err);
	char *title;

	if (!code)
		code = find_asking(a, err);
	if (code)
		return code;
	title = mem_printf("%s asks for a decision", a->at->path);
	form_init(&a->form, title);
	free(title);
	add_prompt(a);
	add_fields(a);
	a->button[ASK_LEAVE] = (int)form_button(&a->form, "Later", 0);
	a->button[ASK_DO] = (int)form_button(&a->form, "Approve (A)", 'A');
	a->button[ASK_OTHER] = (int)form_button(&a->form, "Reject (X)", 'X');
	form_focus(&a->form,
		   (size_t)a->button[*a->word ? ASK_OTHER : ASK_LEAVE]);
	return WF_OK;
}

/* The fields of the form as settings; the caller frees the names. */
static size_t
collect(const struct ask *a, struct wf_setting *settings)
{
	const char *form = jsontext_member(a->at->data, "form");
	size_t n = 0;

	for (const char *f = jsontext_next(form, NULL); f && n < FIELDS_MAX;
	     f = jsontext_next(form, f)) {
		const char *value = ask_text(a, FIELD_FIRST + (int)n);
		char *name = jsontext_copy(jsontext_member(f, "name"));

		settings[n++] = (struct wf_setting){name, value};
	}
	return n;
}

static void
press(struct view *v, int button)
{
	struct ask *a = v->state;
	struct wf_setting settings[FIELDS_MAX], given[FIELDS_MAX];
	bool approve = button == a->button[ASK_DO];
	const char *steps[] = {a->step};
	const char *comment = ask_text(a, FIELD_COMMENT);
	size_t n = collect(a, settings), ngiven = 0;
	struct wf_request request = {
		.verb = approve ? "approve" : "reject",
		.steps = steps,
		.nsteps = 1,
		.settings = given,
		.reason = *comment ? comment : NULL,
	};

	for (size_t i = 0; i < n && approve; i++)
		if (*settings[i].value)
			given[ngiven++] = settings[i];
	request.nsettings = ngiven;
	if (views_request(v->views, a->run, &request,
			  approve ? "approved" : "rejected"))
		views_close(v->views);
	for (size_t i = 0; i < n; i++)
		free((char *)(uintptr_t)settings[i].name);
}

static bool
key(struct view *v, uint32_t k)
{
	return ask_key(v, k, press);
}

/* Somebody else may be first. */
static void
refresh(struct view *v)
{
	struct ask *a = v->state;

	ask_reload(v);
	if (a->at && asks(a->at))
		return;
	views_say(v->views, "%s was answered meanwhile", a->step);
	views_close(v->views);
}

const struct view_ops screen_answer = {
	.size = sizeof(struct ask),
	.overlay = true,
	.guarded = true,
	.open = open_answer,
	.refresh = refresh,
	.draw = ask_draw,
	.key = key,
	.contexts = ask_contexts,
	.close = ask_close,
	.keys = "A approve  X reject  Tab next field  Esc later",
};
