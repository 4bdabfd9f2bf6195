/* Rollback: the whole plan first, step by step, then the question.
 *
 * The plan comes from the engine and has a number, which goes along with the
 * request: another plan is refused.  When steps move on beneath, the plan is
 * asked for anew, the lines that differ are marked and the button rests.  The
 * revision alone does not tell: an engine that starts only to make a plan
 * moves it, too.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "../../engine/base/fs.h"
#include "../jsontext.h"
#include "rollback_view.h"

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

/* What a plan is made of. */
static uint64_t
figure_of(const struct wf_run_detail *d)
{
	uint64_t figure = d->run.state + 1;

	for (size_t i = 0; i < d->nsteps; i++) {
		const struct wf_step_info *s = &d->steps[i];

		figure = figure * 1099511628211U + ((uint64_t)s->state << 48 |
						    s->nattempts << 32 |
						    (uint32_t)s->order);
	}
	return figure;
}

static void
take_plan(struct view *v, const char *plan)
{
	struct rollback *rb = rollback_of(v);
	bool moved = !str_eq(rb->wanted, rb->target), first = !rb->ask.plan;

	free(rb->ask.plan);
	rb->ask.plan = mem_strdup(plan);
	free(rb->target);
	rb->target = rb->wanted;
	rb->wanted = NULL;
	free(rb->number);
	rb->number = jsontext_copy(jsontext_member(plan, "number"));
	ask_reload(v);
	rb->looked = rb->ask.d.run.revision;
	rb->figure = figure_of(&rb->ask.d);
	ask_rebuild(v);
	if (moved || first) { /* it was asked for */
		rb->ask.armed = 0;
		vec_each (&rb->ask.form.fields, struct form_field, field)
			field->changed = false;
	}
}

static void
refuse_plan(struct view *v, const struct wf_err *err)
{
	struct rollback *rb = rollback_of(v);

	free(rb->wanted);
	rb->wanted = NULL;
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
	else if (err && strstr(err->message, "the plan is now")) {
		rb->ask.busy = false;
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

/* The entry of the plan that the focus is on, or NULL. */
static const char *
entry_at(const struct rollback *rb, size_t field)
{
	return field < rb->rows.n ? rb->rows.at[field] : NULL;
}

static void
add_script(struct strbuf *out, const char *entry)
{
	const char *command = jsontext_member(entry, "command");

	if (!command || jsontext_is(command, "null"))
		return;
	strbuf_adds(out, "# ");
	jsontext_add(out, jsontext_member(entry, "step"));
	strbuf_addc(out, '\n');
	jsontext_add(out, command);
	strbuf_adds(out, "\n\n");
}

/* What undoes the step at the focus; elsewhere: all of them, in order. */
static void
show_scripts(struct view *v)
{
	struct rollback *rb = rollback_of(v);
	const char *steps = jsontext_member(rb->ask.plan, "steps");
	const char *only = entry_at(rb, rb->ask.form.focus);
	struct strbuf text = STRBUF_INIT;

	strbuf_adds(&text, "undo, in order\n");
	for (const char *s = jsontext_next(steps, NULL); s;
	     s = jsontext_next(steps, s))
		if (!only || s == only)
			add_script(&text, s);
	views_ask(v->views, "text", text.at);
	strbuf_release(&text);
}

static void
show_plan(struct view *v)
{
	struct rollback *rb = rollback_of(v);
	struct strbuf text = STRBUF_INIT;

	strbuf_addf(&text, "dry run: nothing was changed\n%s\n",
		    rb->ask.form.title);
	vec_each (&rb->ask.form.fields, struct form_field, field)
		if (field->kind == FORM_NOTE)
			strbuf_addf(&text, "%s\n",
				    field->label + (*field->label == '\t'));
	views_ask(v->views, "text", text.at);
	strbuf_release(&text);
}

static void
show_log(struct view *v)
{
	struct rollback *rb = rollback_of(v);
	const char *entry = entry_at(rb, rb->ask.form.focus);
	char *step =
		entry ? jsontext_copy(jsontext_member(entry, "step")) : NULL;

	if (step)
		ask_show_log(v, step);
	else
		views_complain(v->views, "go to a step of the plan first");
	free(step);
}

static void
roll_back(struct view *v)
{
	struct ask *a = v->state;
	const char *reason = ask_text(a, FIELD_REASON);
	struct wf_request request = {
		.verb = "rollback",
		.target = rollback_of(v)->target,
		.plan = rollback_of(v)->number,
		.reason = *reason ? reason : NULL,
		.on_undo_failure =
			ask_value(a, FIELD_POLICY) ? "continue" : "stop",
		.force = a->field[FIELD_TYPED] >= 0,
	};

	if (request.force && !str_eq(ask_text(a, FIELD_TYPED), a->run)) {
		ask_error(a, FIELD_TYPED, "type %s", a->run);
		form_focus(&a->form, (size_t)a->field[FIELD_TYPED]);
	} else {
		a->revision = 0; /* the plan's number says more */
		ask_send(v, &request, "rolling back");
	}
}

static void
press(struct view *v, int button)
{
	struct ask *a = v->state;

	if (entry_at(rollback_of(v), (size_t)button))
		show_scripts(v);
	else if (button == a->button[ASK_OTHER])
		export_plan(v);
	else if (ask_value(a, FIELD_DRY))
		show_plan(v);
	else
		roll_back(v);
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
	/* Before the selected step when that has begun, else to the start. */
	rb->target = mem_strdup(a->at && a->at->started ? a->step : "start");
	ask_show(v, rollback_build, press);
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
	free(rollback_of(v)->number);
	vec_release(&rollback_of(v)->rows);
	ask_close(v);
}

/* A plan is for the run as it was. */
static void
refresh(struct view *v)
{
	struct rollback *rb = rollback_of(v);
	struct wf_runs brief = {0};

	if (rb->ask.busy || rb->asking || !rb->ask.plan)
		return;
	if (wf_run_brief(v->views->engine, rb->ask.run, &brief, NULL)) {
		ask_look(v);
	} else if (brief.at[0].revision != rb->looked && ask_reload(v)) {
		rb->looked = rb->ask.d.run.revision;
		if (figure_of(&rb->ask.d) != rb->figure)
			ask_for_plan(v, rb->target);
	}
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
	if (a->plan && ask_is_command(a, k, 'd')) {
		show_scripts(v);
		return true;
	}
	if (a->plan && ask_is_command(a, k, 'l')) {
		show_log(v);
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
	.keys = "B roll back  Tab next  d undo script  l last log  E export  "
		"Esc cancel",
};
