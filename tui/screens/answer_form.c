/* What a step asks: its message, what follows from the answer, its form.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../engine/base/clock.h"
#include "../jsontext.h"
#include "answer_view.h"

static void
add_prompt(struct ask *a)
{
	char *prompt = jsontext_copy(jsontext_member(a->at->data, "prompt"));
	char *save = NULL;

	for (char *line = prompt ? strtok_r(prompt, "\n", &save) : NULL; line;
	     line = strtok_r(NULL, "\n", &save))
		form_note(&a->form, STYLE_TITLE, "%s", line);
	free(prompt);
}

/* "asked 10:42:30   in 23:14:05: reject   allowed: ana, group ops" */
static void
add_circumstances(struct ask *a)
{
	char *then = jsontext_copy(jsontext_member(a->at->data, "on_timeout"));
	const char *who = jsontext_member(a->at->data, "assignees");
	struct strbuf allowed = STRBUF_INIT;
	char asked[SPAN_TEXT], left[SPAN_TEXT];

	for (const char *w = jsontext_next(who, NULL); w;
	     w = jsontext_next(who, w)) {
		strbuf_adds(&allowed, allowed.n ? ", " : "   allowed: ");
		jsontext_add(&allowed, w);
	}
	form_note(&a->form, STYLE_NORMAL, "asked %s%s",
		  clock_text(a->at->started, asked), allowed.at);
	if (a->at->due)
		form_live(&a->form, STYLE_NORMAL, "timeout in %s, then: %s",
			  countdown_text(a->at->due - clock_wall(), left),
			  then ? then : "end");
	strbuf_release(&allowed);
	free(then);
}

static bool
needs(const struct wf_step_info *s, const char *path)
{
	for (size_t k = 0; k < s->nneeds; k++)
		if (str_eq(s->needs[k], path))
			return true;
	return false;
}

/* What follows, the nearest first: steps come before those that need them. */
static void
add_followers(const struct ask *a, struct strbuf *out)
{
	bool *follows = mem_alloc(a->d.nsteps + 1);

	for (size_t i = 0; i < a->d.nsteps; i++) {
		const struct wf_step_info *s = &a->d.steps[i];

		follows[i] = needs(s, a->at->path);
		for (size_t k = 0; k < i && !follows[i]; k++)
			follows[i] = follows[k] && needs(s, a->d.steps[k].path);
		if (follows[i])
			strbuf_addf(out, "%s%s%s", out->n ? " > " : "", s->path,
				    s->has_undo ? " (undo defined)" : "");
	}
	free(follows);
}

static void
add_consequences(struct ask *a)
{
	char *how = jsontext_copy(jsontext_member(a->at->data, "on_reject"));
	char *to = jsontext_copy(jsontext_member(a->at->data, "reject_to"));
	struct strbuf next = STRBUF_INIT;

	add_followers(a, &next);
	form_note(&a->form, STYLE_NORMAL, "If you approve:  %s",
		  next.n ? next.at : "nothing waits for it");
	if (how && str_eq(how, "rollback"))
		form_note(&a->form, STYLE_NORMAL,
			  "If you reject:   the run is rolled back to %s "
			  "(p shows the plan)",
			  to ? to : "start");
	else if (how && str_eq(how, "skip"))
		form_note(&a->form, STYLE_NORMAL,
			  "If you reject:   it is skipped, the run goes on");
	else
		form_note(&a->form, STYLE_NORMAL,
			  "If you reject:   it fails, and what follows from a "
			  "failure follows");
	strbuf_release(&next);
	free(how);
	free(to);
}

/* What was done before it, with what it put out; Enter opens its log. */
static void
add_evidence(struct answer *answer)
{
	struct ask *a = &answer->ask;
	const char *label = "Evidence:";
	char at[SPAN_TEXT];

	answer->evidence.n = 0;
	for (size_t i = 0; i < a->d.nsteps; i++) {
		const struct wf_step_info *s = &a->d.steps[i];
		struct strbuf outputs = STRBUF_INIT;
		size_t field;

		if (!needs(a->at, s->path))
			continue;
		json_pairs(s->outputs, &outputs);
		field = form_row(
			&a->form, STYLE_NORMAL, "%-10s  %s  %s %s  %s%s", label,
			s->path, shown_states[step_shown(s)].word,
			s->finished ? clock_text(s->finished, at) : "",
			outputs.at, s->nattempts ? "  (Enter: log)" : "");
		while (answer->evidence.n <= field)
			vec_push(&answer->evidence, NULL);
		answer->evidence.at[field] = s->path;
		strbuf_release(&outputs);
		label = "";
	}
}

/* --- its form
 * ------------------------------------------------------------------------- */

static void
add_choices(struct ask *a, int at, const char *label, const char *list,
	    const char *def)
{
	const char *names[32];
	char *texts[32];
	size_t n = 0;
	int value = 0;

	for (const char *c = jsontext_next(list, NULL);
	     c && n < ARRAY_SIZE(names); c = jsontext_next(list, c)) {
		names[n] = texts[n] = jsontext_copy(c);
		if (def && str_eq(texts[n], def))
			value = (int)n;
		n++;
	}
	a->field[at] = (int)form_choice_row(&a->form, label, names, n, value);
	for (size_t i = 0; i < n; i++)
		free(texts[i]);
}

/* "one of now, tonight", "whole number" */
static void
add_kind(const char *type, const char *choices, struct strbuf *out)
{
	const char *between = "one of ";

	for (const char *c = jsontext_next(choices, NULL); c;
	     c = jsontext_next(choices, c), between = ", ") {
		strbuf_adds(out, between);
		jsontext_add(out, c);
	}
	if (!choices && type)
		strbuf_adds(out, str_eq(type, "int") ? "whole number" : type);
}

/* "  1..100", "  at least 1" */
static void
add_bounds(const char *json, struct strbuf *out)
{
	const char *min = jsontext_member(json, "min");
	const char *max = jsontext_member(json, "max");

	if (min && max)
		strbuf_adds(out, "  ");
	else if (min || max)
		strbuf_adds(out, min ? "  at least " : "  at most ");
	if (min)
		jsontext_add(out, min);
	if (min && max)
		strbuf_adds(out, "..");
	if (max)
		jsontext_add(out, max);
}

static void
add_field(struct ask *a, const char *json, int at)
{
	static const char yes_no[] = "[\"true\",\"false\"]";
	char *name = jsontext_copy(jsontext_member(json, "name"));
	char *type = jsontext_copy(jsontext_member(json, "type"));
	char *def = jsontext_copy(jsontext_member(json, "default"));
	char *help = jsontext_copy(jsontext_member(json, "help"));
	const char *choices = jsontext_member(json, "enum");
	bool required = jsontext_is(jsontext_member(json, "required"), "true");
	struct strbuf kind = STRBUF_INIT;
	char *label =
		mem_printf("%s%s", name ? name : "?", required ? " *" : "");

	if (type && str_eq(type, "bool") && (required || def))
		choices = yes_no;
	if (choices && (required || def)) {
		add_choices(a, at, label, choices, def);
		if (help)
			form_note(&a->form, STYLE_FAINT, "\t%s", help);
	} else {
		a->field[at] = (int)form_text(&a->form, label, def ? def : "");
		add_kind(type, choices, &kind);
		add_bounds(json, &kind);
		form_note(&a->form, STYLE_FAINT, "\t%s%s%s", kind.at,
			  help ? "  " : "", help ? help : "");
	}
	strbuf_release(&kind);
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
	a->field[FIELD_COMMENT] = (int)form_text(&a->form, "comment", "");
}

static void
add_way_back(struct ask *a)
{
	const char *steps = jsontext_member(a->at->data, "send_back");

	if (jsontext_next(steps, NULL))
		add_choices(a, FIELD_BACK, "send back to", steps, NULL);
}

void
answer_build(struct view *v)
{
	struct ask *a = v->state;
	const struct passwd *me = getpwuid(getuid());
	char *title = mem_printf("%s asks for a decision", a->at->path);

	form_init(&a->form, title);
	free(title);
	add_prompt(a);
	add_circumstances(a);
	add_consequences(a);
	add_evidence(v->state);
	form_note(&a->form, STYLE_NORMAL, " ");
	add_fields(a);
	add_way_back(a);
	form_note(&a->form, STYLE_FAINT,
		  "recorded as: %s (uid %u), with the values above",
		  me ? me->pw_name : "?", (unsigned)getuid());
	ask_add_button(a, ASK_LEAVE, "Later", 0);
	ask_add_button(a, ASK_DO, "Approve (A)", 'A');
	ask_add_button(a, ASK_OTHER, "Reject (X)", 'X');
	if (a->field[FIELD_BACK] >= 0)
		ask_add_button(a, ASK_THIRD, "Send back (B)", 'B');
	form_focus(&a->form,
		   (size_t)a->button[*a->word ? ASK_OTHER : ASK_LEAVE]);
}
