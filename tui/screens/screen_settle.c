/* A lost step, or an undo that failed: a person says how it ended.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "ask.h"

enum {
	FIELD_HOW,
	FIELD_REASON
};
enum how {
	HOW_SUCCEEDED,
	HOW_FAILED,
	HOW_SKIPPED,
	HOW_AGAIN
};

static const char *const names[] = {
	"it was done: go on as if it had succeeded",
	"it failed: what follows from a failure follows",
	"it does not matter: skip it",
	"run it again",
};
static const char *const targets[] = {"succeeded", "failed", "skipped"};

static enum wf_code
open_settle(struct view *v, const char *arg, struct wf_err *err)
{
	struct ask *a = v->state;
	enum wf_code code = ask_open(v, arg, NULL, err);
	char *title;

	if (code)
		return code;
	for (size_t i = 0; !a->at && i < a->d.nsteps; i++)
		if (a->d.steps[i].state == STEP_LOST)
			a->at = &a->d.steps[i];
	if (!a->at)
		return ERR(err, WF_REFUSED, "run %s has no lost step", a->run);
	if (!a->step)
		a->step = mem_strdup(a->at->path);
	title = mem_printf("How did %s end?", a->at->path);
	form_init(&a->form, title);
	free(title);
	form_note(&a->form, STYLE_NORMAL,
		  "Its process died with nobody left to tell. Look at the "
		  "log and the world.");
	a->field[FIELD_HOW] = (int)form_choice(&a->form, "It", names,
					       ARRAY_SIZE(names), HOW_AGAIN);
	a->field[FIELD_REASON] = (int)form_text(&a->form, "Reason *", "");
	a->button[ASK_LEAVE] = (int)form_button(&a->form, "Later", 0);
	a->button[ASK_DO] = (int)form_button(&a->form, "Settle it (S)", 'S');
	form_focus(&a->form, (size_t)a->field[FIELD_HOW]);
	return WF_OK;
}

static void
press(struct view *v, int button)
{
	struct ask *a = v->state;
	int how = ask_value(a, FIELD_HOW);
	const char *steps[] = {a->step};
	struct wf_request request = {
		.verb = how == HOW_AGAIN ? "retry" : "mark",
		.steps = steps,
		.nsteps = 1,
		.target = how == HOW_AGAIN ? NULL : targets[how],
		.reason = ask_text(a, FIELD_REASON),
		.revision = a->revision,
	};

	(void)button;
	if (!*request.reason)
		snprintf(a->form.fields.at[a->field[FIELD_REASON]].error, 96,
			 "say why; it is kept in the event log");
	else if (views_request(v->views, a->run, &request, "settled"))
		views_close(v->views);
}

static bool
key(struct view *v, uint32_t k)
{
	return ask_key(v, k, press);
}

const struct view_ops screen_settle = {
	.size = sizeof(struct ask),
	.overlay = true,
	.guarded = true,
	.open = open_settle,
	.draw = ask_draw,
	.key = key,
	.contexts = ask_contexts,
	.close = ask_close,
	.keys = "S settle  Tab next field  Space choose  Esc later",
};
