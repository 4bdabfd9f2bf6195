/* Rollback: the whole plan first, step by step, then the question.
 *
 * The plan comes from the engine and carries the revision it was made for:
 * when the run has moved on the engine refuses, and the plan is made anew.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "../jsontext.h"
#include "ask.h"

enum {
	FIELD_TARGET,
	FIELD_REASON,
	FIELD_TYPED
};
enum {
	MANY_UNDOS = 20
};

/* clang-format off */
static const struct fate {
	const char *name;
	char glyph;
	const char *words;
	uint8_t style;
} fates[] = {
	{"undo",         '<', "run undo",                STYLE_RETRYING},
	{"undo_inside",  '<', "its parts are undone",    STYLE_RETRYING},
	{"no_undo",      '=', "stays: it has no undo",   STYLE_NORMAL},
	{"irreversible", '!', "CANNOT BE UNDONE",        STYLE_ERROR},
	{"running",      'C', "is stopped first",        STYLE_NOTICE},
	{"never_ran",    '.', "never ran",               STYLE_FAINT},
	{NULL,           '?', "unknown",                 STYLE_NORMAL},
};
/* clang-format on */

static const struct fate *
fate_of(const char *name)
{
	const struct fate *f = fates;

	while (f->name && !str_eq(f->name, name))
		f++;
	return f;
}

struct plan {
	size_t undos, irreversible;
};

static void
add_step(struct form *f, const char *entry, struct plan *plan)
{
	char *step = jsontext_copy(jsontext_member(entry, "step"));
	char *fate = jsontext_copy(jsontext_member(entry, "fate"));
	const char *raw = jsontext_member(entry, "command");
	const struct fate *shown = fate_of(fate ? fate : "");
	bool has = raw && !jsontext_is(raw, "null") && shown == fates;
	char *command = has ? jsontext_copy(raw) : mem_strdup("");

	command[strcspn(command, "\n")] = '\0';
	plan->undos += shown == fates;
	plan->irreversible += shown->glyph == '!';
	form_note(f, shown->style, "  %c  %-20s %s%s%s", shown->glyph,
		  step ? step : "?", shown->words, *command ? ": " : "",
		  command);
	free(step);
	free(fate);
	free(command);
}

static void
add_savepoints(struct ask *a)
{
	for (size_t i = 0; i < a->d.nsteps; i++)
		if (a->d.steps[i].savepoint)
			form_note(&a->form, STYLE_FAINT,
				  "savepoint %s after %s",
				  a->d.steps[i].savepoint, a->d.steps[i].path);
}

/* Ask the engine what it would do. */
static enum wf_code
read_plan(struct view *v, const char *target, char **plan_out,
	  struct wf_err *err)
{
	struct ask *a = v->state;
	struct wf_request request = {
		.verb = "rollback", .target = target, .dry = true};

	return wf_request(v->views->engine, a->run, &request, plan_out, err);
}

static void
build(struct view *v, const char *target, const char *json)
{
	struct ask *a = v->state;
	const char *steps = jsontext_member(json, "steps");
	const char *revision = jsontext_member(json, "revision");
	struct plan plan = {0};
	char *title = mem_printf("Roll back run %s to %s", a->run, target);

	form_release(&a->form);
	form_init(&a->form, title);
	a->revision = revision ? strtoull(revision, NULL, 10) : 0;
	form_note(&a->form, STYLE_NORMAL,
		  "Computed from revision %llu. Nothing has been changed yet.",
		  (unsigned long long)a->revision);
	for (const char *s = jsontext_next(steps, NULL); s;
	     s = jsontext_next(steps, s))
		add_step(&a->form, s, &plan);
	if (!jsontext_next(steps, NULL))
		form_note(&a->form, STYLE_NOTICE, "  no step is undone");
	add_savepoints(a);
	a->field[FIELD_TARGET] = (int)form_text(&a->form, "To", target);
	form_note(&a->form, STYLE_FAINT,
		  "            start, a savepoint or a step; Enter shows that "
		  "plan");
	a->field[FIELD_REASON] = (int)form_text(&a->form, "Reason", "");
	a->field[FIELD_TYPED] = -1;
	if (plan.irreversible || plan.undos > MANY_UNDOS) {
		form_note(&a->form, STYLE_ERROR,
			  "%zu step%s cannot be undone. Type the run's id to "
			  "go on.",
			  plan.irreversible, plan.irreversible == 1 ? "" : "s");
		a->field[FIELD_TYPED] =
			(int)form_text(&a->form, "Run id *", "");
	}
	free(title);
	title = mem_printf("Roll back %zu step%s (B)", plan.undos,
			   plan.undos == 1 ? "" : "s");
	a->button[ASK_LEAVE] = (int)form_button(&a->form, "Cancel", 0);
	a->button[ASK_DO] = (int)form_button(&a->form, title, 'B');
	form_focus(&a->form, (size_t)a->button[ASK_LEAVE]);
	free(title);
}

static enum wf_code
open_rollback(struct view *v, const char *arg, struct wf_err *err)
{
	struct ask *a = v->state;
	enum wf_code code = ask_open(v, arg, NULL, err);
	const char *target;
	char *plan = NULL;

	if (code)
		return code;
	/* Before the selected step when that has run, else to the start. */
	target = a->at && a->at->started && step_state_is_settled(a->at->state)
			 ? a->step
			 : "start";
	if (v->views->read_only)
		return ERR(err, WF_REFUSED, "this screen is read-only");
	code = read_plan(v, target, &plan, err);
	if (!code)
		build(v, target, plan);
	free(plan);
	return code;
}

/* Another target: its plan, or why there is none. */
static void
change_target(struct view *v)
{
	struct ask *a = v->state;
	char *target = mem_strdup(ask_text(a, FIELD_TARGET)), *plan = NULL;
	struct wf_err err = {0};

	if (read_plan(v, target, &plan, &err) == WF_OK) {
		build(v, target, plan);
	} else {
		struct form_field *f =
			&a->form.fields.at[a->field[FIELD_TARGET]];

		snprintf(f->error, sizeof(f->error), "%.90s", err.message);
	}
	free(plan);
	free(target);
}

static void
press(struct view *v, int button)
{
	struct ask *a = v->state;
	const char *reason = ask_text(a, FIELD_REASON);
	struct wf_request request = {
		.verb = "rollback",
		.target = ask_text(a, FIELD_TARGET),
		.reason = *reason ? reason : NULL,
		.force = a->field[FIELD_TYPED] >= 0,
		.revision = a->revision,
	};

	(void)button;
	if (request.force && !str_eq(ask_text(a, FIELD_TYPED), a->run)) {
		snprintf(a->form.fields.at[a->field[FIELD_TYPED]].error, 96,
			 "type %s", a->run);
		form_focus(&a->form, (size_t)a->field[FIELD_TYPED]);
	} else if (views_request(v->views, a->run, &request, "rolling back")) {
		views_close(v->views);
	} else {
		change_target(v); /* the run may have moved on */
	}
}

static bool
key(struct view *v, uint32_t k)
{
	struct ask *a = v->state;

	if (k == KEY_RETURN && (int)a->form.focus == a->field[FIELD_TARGET]) {
		change_target(v);
		return true;
	}
	return ask_key(v, k, press);
}

const struct view_ops screen_rollback = {
	.size = sizeof(struct ask),
	.overlay = true,
	.guarded = true,
	.open = open_rollback,
	.draw = ask_draw,
	.key = key,
	.contexts = ask_contexts,
	.close = ask_close,
	.keys = "B roll back  Tab next field  Enter press  Esc cancel",
};
