/* Rollback: the whole plan first, step by step, then the question.
 *
 * The plan comes from the engine and carries the revision it was made for:
 * when the run moves on beneath, it is asked for anew, the lines that differ
 * are marked and the button rests.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "../../engine/base/clock.h"
#include "../../engine/base/fs.h"
#include "../jsontext.h"
#include "ask.h"

enum {
	FIELD_TARGET,
	FIELD_REASON,
	FIELD_TYPED
};

struct rollback {
	struct ask ask;
	char *target;
	char *wanted; /* another target whose plan was asked for, or NULL */
	size_t undos, irreversible;
	bool asking; /* for a plan */
	bool again;  /* go on when the new plan is like the old one */
};

/* clang-format off */
static const struct fate {
	const char *name;
	char glyph;
	const char *words;
	uint8_t style;
} fates[] = {
	{"undo",         '<', "run undo",               STYLE_RETRYING},
	{"undo_inside",  '<', "its parts are undone",   STYLE_RETRYING},
	{"no_undo",      '=', "kept (it has no undo)",  STYLE_NORMAL},
	{"irreversible", '!', "CANNOT BE UNDONE",       STYLE_ERROR},
	{"running",      'C', "is stopped first",       STYLE_NOTICE},
	{"never_ran",    '.', "never ran",              STYLE_FAINT},
	{NULL,           '?', "unknown",                STYLE_NORMAL},
};
/* clang-format on */

static struct rollback *
rollback_of(const struct view *v)
{
	return v->state;
}

static const struct fate *
fate_of(const char *name)
{
	const struct fate *f = fates;

	while (f->name && !str_eq(f->name, name))
		f++;
	return f;
}

/* --- the plan
 * ----------------------------------------------------------------- */

static const char *
state_word(const struct ask *a, const char *path)
{
	for (size_t i = 0; i < a->d.nsteps; i++)
		if (str_eq(a->d.steps[i].path, path))
			return shown_states[step_shown(&a->d.steps[i])].word;
	return "";
}

/* "  1  deploy       FAIL    run undo: ./undeploy.sh          5m" */
static void
add_step(struct rollback *rb, const char *entry, size_t *nth)
{
	struct form *form = &rb->ask.form;
	char *step = jsontext_copy(jsontext_member(entry, "step"));
	char *fate = jsontext_copy(jsontext_member(entry, "fate"));
	char *limit = jsontext_copy(jsontext_member(entry, "timeout_ms"));
	const char *raw = jsontext_member(entry, "command");
	const struct fate *shown = fate_of(fate ? fate : "");
	bool undo = shown == fates;
	bool has = undo && raw && !jsontext_is(raw, "null");
	char *command = has ? jsontext_copy(raw) : mem_strdup("");
	char number[8] = {shown->glyph}, what[64], span[SPAN_TEXT] = "";
	int64_t ms;

	command[strcspn(command, "\n")] = '\0';
	if (undo && limit && str_to_int(limit, 1, INT64_MAX, &ms))
		span_text(ms, span);
	if (undo)
		snprintf(number, sizeof(number), "%zu", ++*nth % 100000);
	snprintf(what, sizeof(what), "%s%s%s", shown->words,
		 *command ? ": " : "", command);
	form_note(form, shown->style, "%3s  %-16s %-7s %-38.38s %5s", number,
		  step ? step : "?", state_word(&rb->ask, step ? step : ""),
		  what, span);
	rb->undos += undo;
	rb->irreversible += shown->glyph == '!';
	free(step);
	free(fate);
	free(limit);
	free(command);
}

static void
add_steps(struct rollback *rb)
{
	const char *steps = jsontext_member(rb->ask.plan, "steps");
	size_t nth = 0;

	rb->undos = rb->irreversible = 0;
	form_note(&rb->ask.form, STYLE_FAINT, "%3s  %-16s %-7s %-38s %5s", "#",
		  "STEP", "STATE", "WHAT WILL HAPPEN", "LIMIT");
	for (const char *s = jsontext_next(steps, NULL); s;
	     s = jsontext_next(steps, s))
		add_step(rb, s, &nth);
	if (!jsontext_next(steps, NULL))
		form_note(&rb->ask.form, STYLE_NOTICE, "  no step is undone");
}

/* What has to run again afterwards. */
static void
add_afterwards(struct rollback *rb)
{
	const char *steps = jsontext_member(rb->ask.plan, "steps");
	struct strbuf list = STRBUF_INIT;

	for (const char *s = jsontext_next(steps, NULL); s;
	     s = jsontext_next(steps, s)) {
		const char *fate = jsontext_member(s, "fate");

		if (jsontext_is(fate, "\"no_undo\"") ||
		    jsontext_is(fate, "\"irreversible\""))
			continue;
		strbuf_adds(&list, list.n ? " > " : "");
		jsontext_add(&list, jsontext_member(s, "step"));
	}
	form_note(&rb->ask.form, STYLE_NORMAL,
		  "After it the run stands still; `resume` runs again what was "
		  "undone.");
	if (list.n)
		form_note(&rb->ask.form, STYLE_NORMAL, "  %s", list.at);
	strbuf_release(&list);
}

static void
add_savepoints(struct ask *a)
{
	for (size_t i = 0; i < a->d.nsteps; i++)
		if (a->d.steps[i].savepoint)
			form_note(&a->form, STYLE_FAINT,
				  "\tsavepoint %s: after %s",
				  a->d.steps[i].savepoint, a->d.steps[i].path);
}

static void
add_guard(struct rollback *rb, size_t most)
{
	struct ask *a = &rb->ask;

	if (!rb->irreversible && rb->undos <= most)
		return;
	if (rb->irreversible)
		form_note(&a->form, STYLE_ERROR,
			  "%zu step%s cannot be undone. Type the run's id to "
			  "go on.",
			  rb->irreversible, rb->irreversible == 1 ? "" : "s");
	else
		form_note(&a->form, STYLE_ERROR,
			  "%zu steps are undone. Type the run's id to go on.",
			  rb->undos);
	a->field[FIELD_TYPED] = (int)form_text(&a->form, "Run id *", "");
}

static void
build(struct view *v)
{
	struct rollback *rb = rollback_of(v);
	struct ask *a = &rb->ask;
	char *title = mem_printf("Roll back run %s to %s", a->run, rb->target);
	char *label;

	form_init(&a->form, title);
	free(title);
	if (!a->plan) {
		form_note(&a->form, STYLE_NOTICE,
			  "asking the engine what it would undo ...");
		ask_add_button(a, ASK_LEAVE, "Cancel", 0);
		return;
	}
	form_note(&a->form, STYLE_NORMAL,
		  "The plan for this run as it is. Nothing has been changed "
		  "yet.");
	add_steps(rb);
	add_afterwards(rb);
	a->field[FIELD_TARGET] = (int)form_text(&a->form, "To", rb->target);
	form_note(&a->form, STYLE_FAINT,
		  "\tstart, a savepoint or a step; Enter shows that plan");
	add_savepoints(a);
	a->field[FIELD_REASON] = (int)form_text(&a->form, "Reason", "");
	add_guard(rb, (size_t)v->views->config.value[SETTING_CONFIRM_TYPED]);
	label = mem_printf("Roll back %zu step%s (B)", rb->undos,
			   rb->undos == 1 ? "" : "s");
	ask_add_button(a, ASK_LEAVE, "Cancel", 0);
	ask_add_button(a, ASK_DO, label, 'B');
	ask_add_button(a, ASK_OTHER, "Export plan", 'E');
	form_focus(&a->form, (size_t)a->button[ASK_LEAVE]);
	free(label);
}

/* --- asking
 * ----------------------------------------------------------------- */

static void
ask_for_plan(struct view *v, const char *target)
{
	struct rollback *rb = rollback_of(v);
	struct wf_request request = {
		.verb = "rollback", .target = target, .dry = true};

	if (rb->asking)
		return;
	if (!rb->wanted)
		rb->wanted = mem_strdup(target);
	rb->asking = view_request(v, rb->ask.run, &request, "");
}

static void
take_plan(struct view *v, const char *plan)
{
	struct rollback *rb = rollback_of(v);
	const char *revision = jsontext_member(plan, "revision");
	bool moved = !str_eq(rb->wanted, rb->target), first = !rb->ask.plan;
	bool again = rb->again, changed;

	free(rb->ask.plan);
	rb->ask.plan = mem_strdup(plan);
	free(rb->target);
	rb->target = rb->wanted;
	rb->wanted = NULL;
	rb->again = false;
	ask_reload(v);
	rb->ask.revision = revision ? strtoull(revision, NULL, 10) : 0;
	changed = ask_rebuild(v);
	if (moved || first) { /* it was asked for */
		rb->ask.armed = 0;
		vec_each (&rb->ask.form.fields, struct form_field, field)
			field->changed = false;
	}
	if (again && !changed)
		rb->ask.press(v, rb->ask.pressed);
}

static void
refuse_plan(struct view *v, const struct wf_err *err)
{
	struct rollback *rb = rollback_of(v);

	free(rb->wanted);
	rb->wanted = NULL;
	rb->again = false;
	if (rb->ask.plan) {
		ask_error(&rb->ask, FIELD_TARGET, "%.90s", err->message);
		return;
	}
	views_report(v->views, err);
	if (views_top(v->views) == v)
		views_close(v->views);
}

static void
answered(struct view *v, const char *plan, const struct wf_err *err)
{
	struct rollback *rb = rollback_of(v);
	bool asked = rb->asking;

	rb->asking = false;
	if (asked && err)
		refuse_plan(v, err);
	else if (asked)
		take_plan(v, plan ? plan : "{}");
	else if (err && strstr(err->message, "the run has moved on")) {
		rb->ask.busy = false;
		rb->again = rb->ask.repeats++ < 5;
		ask_for_plan(v, rb->target);
	} else {
		ask_answered(v, plan, err);
	}
}

/* In the folder the person is in, where they look for it. */
static void
export_plan(struct view *v)
{
	struct ask *a = v->state;
	char *path = mem_printf("rollback-%s.json", a->run);
	struct wf_err err = {0};

	if (fs_write(path, a->plan, strlen(a->plan), 0600, &err))
		views_report(v->views, &err);
	else
		views_say(v->views, "the plan was written to %s", path);
	free(path);
}

static void
press(struct view *v, int button)
{
	struct ask *a = v->state;
	const char *reason = ask_text(a, FIELD_REASON);
	struct wf_request request = {
		.verb = "rollback",
		.target = rollback_of(v)->target,
		.reason = *reason ? reason : NULL,
		.force = a->field[FIELD_TYPED] >= 0,
	};

	if (button == a->button[ASK_OTHER]) {
		export_plan(v);
	} else if (request.force && !str_eq(ask_text(a, FIELD_TYPED), a->run)) {
		ask_error(a, FIELD_TYPED, "type %s", a->run);
		form_focus(&a->form, (size_t)a->field[FIELD_TYPED]);
	} else {
		ask_send(v, &request, "rolling back");
	}
}

static enum wf_code
open_rollback(struct view *v, const char *arg, struct wf_err *err)
{
	struct rollback *rb = rollback_of(v);
	struct ask *a = &rb->ask;
	enum wf_code code = ask_open(v, arg, NULL, err);

	if (code)
		return code;
	if (v->views->read_only)
		return ERR(err, WF_REFUSED, "this screen is read-only");
	/* Before the selected step when that has run, else to the start. */
	rb->target = mem_strdup(
		a->at && a->at->started && step_state_is_settled(a->at->state)
			? a->step
			: "start");
	ask_show(v, build, press);
	ask_for_plan(v, rb->target);
	if (!rb->asking)
		return ERR(err, WF_REFUSED, "there is no plan");
	return WF_OK;
}

static void
close_rollback(struct view *v)
{
	free(rollback_of(v)->target);
	free(rollback_of(v)->wanted);
	ask_close(v);
}

/* A plan is for one revision of the run. */
static void
refresh(struct view *v)
{
	struct rollback *rb = rollback_of(v);
	struct wf_runs brief = {0};

	if (rb->ask.busy || rb->asking || !rb->ask.plan)
		return;
	if (wf_run_brief(v->views->engine, rb->ask.run, &brief, NULL))
		ask_look(v);
	else if (brief.at[0].revision != rb->ask.revision)
		ask_for_plan(v, rb->target);
	wf_list_free(&brief.list);
}

static bool
key(struct view *v, uint32_t k)
{
	struct ask *a = v->state;

	if (k == KEY_RETURN && a->form.fields.n &&
	    (int)a->form.focus == a->field[FIELD_TARGET]) {
		ask_for_plan(v, ask_text(a, FIELD_TARGET));
		return true;
	}
	return ask_key(v, k);
}

const struct view_ops screen_rollback = {
	.size = sizeof(struct rollback),
	.overlay = true,
	.guarded = true,
	.open = open_rollback,
	.refresh = refresh,
	.draw = ask_draw,
	.key = key,
	.contexts = view_all_text,
	.form = ask_form,
	.answered = answered,
	.due = ask_due,
	.close = close_rollback,
	.keys = "B roll back  Tab next field  E export plan  Esc cancel",
};
