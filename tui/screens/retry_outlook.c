/* The lower rows of the form of a retry.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>

#include "retry_view.h"

enum {
	INPUTS_NAMED = 2
};

/* What it starts from: the steps before it. */
static void
add_needs(struct ask *a)
{
	struct strbuf text = STRBUF_INIT;

	for (size_t k = 0; k < a->at->nneeds; k++)
		for (size_t i = 0; i < a->d.nsteps; i++)
			if (str_eq(a->d.steps[i].path, a->at->needs[k]))
				strbuf_addf(
					&text, "%s%s (%s)", text.n ? ", " : "",
					a->at->needs[k],
					shown_states[step_shown(&a->d.steps[i])]
						.word);
	if (text.n)
		form_note(&a->form, STYLE_NORMAL, "After:      %s", text.at);
	strbuf_release(&text);
}

/* "steps.build.outputs.image" is shown as "build.image". */
static void
add_name(struct strbuf *out, const char *name)
{
	const char *outputs = strstr(name, ".outputs.");

	if (str_starts(name, "steps.") && outputs)
		strbuf_addf(out, "%.*s.%s",
			    (int)(outputs - name - (int)strlen("steps.")),
			    name + strlen("steps."),
			    outputs + strlen(".outputs."));
	else
		strbuf_adds(out, name);
}

/* A step whose outputs it reads and that ended after its last try began. */
static const struct wf_step_info *
made_since(const struct ask *a, const struct wf_attempt_info *last)
{
	for (size_t k = 0; k < a->at->nneeds; k++)
		for (size_t i = 0; i < a->d.nsteps; i++)
			if (str_eq(a->d.steps[i].path, a->at->needs[k]) &&
			    a->d.steps[i].finished > last->started)
				return &a->d.steps[i];
	return NULL;
}

static void
add_inputs(struct ask *a, const struct wf_step_about *about)
{
	const struct wf_attempt_info *last = step_latest(a->at);
	const struct wf_step_info *made = last ? made_since(a, last) : NULL;
	struct strbuf text = STRBUF_INIT;

	for (size_t i = 0; i < about->ninputs && i < INPUTS_NAMED; i++) {
		strbuf_adds(&text, i ? ", " : "");
		add_name(&text, about->inputs[i].name);
		if (about->inputs[i].hash)
			strbuf_addf(&text, " (%s)", about->inputs[i].hash);
	}
	if (about->ninputs > INPUTS_NAMED)
		strbuf_addf(&text, " and %zu more",
			    about->ninputs - INPUTS_NAMED);
	if (made)
		strbuf_addf(&text, "; %s ran since try %u", made->path,
			    last->n);
	else if (last)
		strbuf_addf(&text, " unchanged since try %u", last->n);
	form_note(&a->form, made ? STYLE_NOTICE : STYLE_NORMAL,
		  "Inputs:     %s", text.at);
	strbuf_release(&text);
}

void
retry_add_outlook(struct view *v)
{
	struct ask *a = v->state;
	struct wf_step_about about = {0};
	char command[56];

	form_note(&a->form, STYLE_NORMAL, " ");
	if (a->at->command) {
		snprintf(command, sizeof(command), "%s", a->at->command);
		command[strcspn(command, "\n")] = '\0';
		form_note(&a->form, STYLE_NORMAL, "Will run:   %s", command);
	}
	add_needs(a);
	if (wf_step_about(v->views->engine, &a->d, a->at, &about, NULL) ==
	    WF_OK) {
		if (about.ninputs)
			add_inputs(a, &about);
		wf_list_free(&about.list);
	}
	if (!a->at->idempotent)
		form_note(&a->form, STYLE_NOTICE,
			  "Note:       this step is not marked idempotent");
}
