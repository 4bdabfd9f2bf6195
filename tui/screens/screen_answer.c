/* A step asks, and is answered: yes, no, or back to an earlier step.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "../jsontext.h"
#include "answer_view.h"

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

static const char *
value_of(const struct ask *a, int field)
{
	const struct form_field *f = &a->form.fields.at[a->field[field]];

	return f->kind == FORM_TEXT
		       ? f->text.text.at
		       : form_chosen(&a->form, (size_t)a->field[field]);
}

/* What is wrong with a field stands below it, and Approve stays off.  An
 * empty one is told only when somebody tries. */
static void
check(struct view *v)
{
	struct ask *a = v->state;
	const char *form = jsontext_member(a->at->data, "form");
	int at = FIELD_FIRST;

	a->blocked = false;
	for (const char *f = jsontext_next(form, NULL);
	     f && at < FIELD_FIRST + FIELDS_MAX; f = jsontext_next(form, f)) {
		char *name = jsontext_copy(jsontext_member(f, "name"));
		struct wf_err err = {0};
		bool wrong = a->flow && *value_of(a, at) &&
			     wf_flow_check_field(a->flow, a->at->id, name,
						 value_of(a, at), &err);

		/* What was said of an empty one stays until it is typed. */
		if (*value_of(a, at))
			ask_error(a, at, "%.90s", wrong ? err.message : "");
		a->blocked |= wrong;
		free(name);
		at++;
	}
}

static void press(struct view *v, int button);

static enum wf_code
open_answer(struct view *v, const char *arg, struct wf_err *err)
{
	struct ask *a = v->state;
	enum wf_code code = ask_open(v, arg, words, err);

	if (!code)
		code = find_asking(a, err);
	if (code)
		return code;
	if (wf_flow_of_run(v->views->engine, a->run, &a->flow, NULL))
		a->flow = NULL;
	a->check = check;
	ask_show(v, answer_build, press);
	return WF_OK;
}

/* The fields of the form as settings; the caller frees the names.  False: a
 * required one is empty, which it now says. */
static bool
collect(struct ask *a, struct wf_setting *settings, size_t *n_out)
{
	const char *form = jsontext_member(a->at->data, "form");
	bool good = true;
	size_t n = 0;
	int at = FIELD_FIRST;

	for (const char *f = jsontext_next(form, NULL);
	     f && at < FIELD_FIRST + FIELDS_MAX; f = jsontext_next(form, f)) {
		const char *value = value_of(a, at);
		bool required =
			jsontext_is(jsontext_member(f, "required"), "true");

		if (*value) {
			settings[n++] = (struct wf_setting){
				jsontext_copy(jsontext_member(f, "name")),
				value};
		} else if (required) {
			ask_error(a, at, "must be filled in");
			form_focus(&a->form, (size_t)a->field[at]);
			good = false;
		}
		at++;
	}
	*n_out = n;
	return good;
}

static void
answer(struct view *v, int button)
{
	struct ask *a = v->state;
	struct wf_setting settings[FIELDS_MAX];
	bool approve = button == a->button[ASK_DO];
	bool back = button == a->button[ASK_THIRD];
	const char *steps[] = {a->step};
	const char *comment = ask_text(a, FIELD_COMMENT);
	struct wf_request request = {
		.verb = approve ? "approve"
			: back  ? "send-back"
				: "reject",
		.steps = steps,
		.nsteps = 1,
		.settings = settings,
		.reason = *comment ? comment : NULL,
		.target = back ? value_of(a, FIELD_BACK) : NULL,
	};
	size_t n = 0;

	if (!approve || collect(a, settings, &n)) {
		request.nsettings = n;
		ask_send(v, &request,
			 approve ? "approved"
			 : back  ? "sent back"
				 : "rejected");
	}
	for (size_t i = 0; i < n; i++)
		free((char *)(uintptr_t)settings[i].name);
}

static void
press(struct view *v, int button)
{
	const struct answer *a = v->state;
	const char *step =
		(size_t)button < a->evidence.n ? a->evidence.at[button] : NULL;

	if (step)
		ask_show_log(v, step);
	else
		answer(v, button);
}

/* The plan of the rollback that a rejection would begin. */
static void
show_plan(struct view *v)
{
	struct ask *a = v->state;
	char *how = jsontext_copy(jsontext_member(a->at->data, "on_reject"));
	char *to = jsontext_copy(jsontext_member(a->at->data, "reject_to"));
	struct wf_request request = {
		.verb = "rollback", .target = to ? to : "start", .dry = true};

	if (how && str_eq(how, "rollback"))
		view_request(v, a->run, &request, "");
	else
		views_complain(v->views, "rejecting rolls nothing back");
	free(how);
	free(to);
}

/* "1  deploy  ./undeploy" */
static void
take_plan(struct view *v, const char *plan)
{
	const char *steps = jsontext_member(plan, "steps");
	struct strbuf text = STRBUF_INIT;

	strbuf_addf(&text, "if you reject: rollback of %s\n",
		    ((struct ask *)v->state)->run);
	for (const char *s = jsontext_next(steps, NULL); s;
	     s = jsontext_next(steps, s)) {
		jsontext_add(&text, jsontext_member(s, "fate"));
		strbuf_addc(&text, '\t');
		jsontext_add(&text, jsontext_member(s, "step"));
		strbuf_addc(&text, '\n');
	}
	views_ask(v->views, "text", text.at);
	strbuf_release(&text);
}

static void
answered(struct view *v, const char *plan, const struct wf_err *err)
{
	if (plan && !err)
		take_plan(v, plan);
	else
		ask_answered(v, plan, err);
}

static bool
key(struct view *v, uint32_t k)
{
	struct ask *a = v->state;
	const struct answer *answer = v->state;
	size_t at = a->form.focus;

	if (ask_is_command(a, k, 'p'))
		show_plan(v);
	else if (ask_is_command(a, k, 'l'))
		ask_show_log(v,
			     at < answer->evidence.n && answer->evidence.at[at]
				     ? answer->evidence.at[at]
			     : a->at->nneeds ? a->at->needs[0]
					     : a->step);
	else
		return ask_key(v, k);
	return true;
}

static void
close_answer(struct view *v)
{
	vec_release(&((struct answer *)v->state)->evidence);
	ask_close(v);
}

/* Somebody else may be first. */
static void
refresh(struct view *v)
{
	struct ask *a = v->state;

	if (a->busy || !ask_look(v))
		return;
	if (a->at && asks(a->at)) {
		ask_rebuild(v);
		return;
	}
	views_say(v->views, "%s was answered meanwhile", a->step);
	views_close(v->views);
}

const struct view_ops screen_answer = {
	.size = sizeof(struct answer),
	.overlay = true,
	.guarded = true,
	.open = open_answer,
	.refresh = refresh,
	.draw = ask_draw,
	.key = key,
	.contexts = view_all_text,
	.form = ask_form,
	.answered = answered,
	.due = ask_due,
	.close = close_answer,
	.keys = "A approve  X reject  Tab next  Space choose  p rollback plan  "
		"l log  Esc later",
};
