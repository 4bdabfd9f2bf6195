/* Requests about the run as a whole, and about people's tasks.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "request_int.h"

#include <grp.h>
#include <pwd.h>

#include "answer.h"
#include "begin.h"
#include "concur.h"
#include "decide.h"
#include "halt.h"
#include "rollback.h"
#include "signals.h"
#include "undo.h"

enum wf_code
request_resume(struct request *q)
{
	struct run *r = q->r;
	const char *flow = json_string_value(json_object_get(q->body, "flow"));

	if (flow)
		return request_adopt(q, flow);
	if (r->row.state == RUN_ROLLBACK_FAILED)
		return request_refuse(
			q,
			"retry the undo, or accept it as done with wfctl mark",
			"the rollback of run %s failed", r->row.id);
	if (q->dry || r->row.state == RUN_SUCCEEDED)
		return WF_OK;
	if (run_state_is_final(r->row.state) &&
	    json_is_true(json_object_get(q->body, "unfinished")))
		return WF_OK; /* it ended by itself meanwhile */
	if (!run_state_is_final(r->row.state)) {
		if (r->paused)
			request_unpause(q);
		return WF_OK; /* it goes on anyway */
	}
	request_reopen(q);
	begin_over(r, 0);
	begin_scope(r, 0);
	return WF_OK;
}

/* --- rollback
 * --------------------------------------------------------------------- */

static void
roll_back_now(struct request *q, const struct plan *plan)
{
	struct run *r = q->r;

	r->scopes.at[0].undone = r->scopes.at[0].undo_failed = false;
	r->scopes.at[0].stopping = true;
	undo_anew(r, plan);
	undo_begin(r, plan, "request",
		   q->reason ? q->reason : "an operator asked for it");
}

/* What runs is stopped first; the plan is made anew when it has ended. */
static void
roll_back_when_quiet(struct request *q, const struct plan *plan)
{
	struct run *r = q->r;
	struct scope *root = &r->scopes.at[0];

	root->rolling_back = root->asked = true;
	root->forced = q->force;
	text_set(&root->rollback_target, plan->target);
	halt_run(r, CAUSE_NONE, "a rollback was asked for", q->now);
}

bool
request_has_group(struct request *q)
{
	struct run *r = q->r;

	if (r->row.state != RUN_QUEUED && !run_state_is_final(r->row.state))
		return true;
	if (concur_enter(r, false) == CONCUR_GO)
		return true;
	if (run_state_is_final(r->row.state))
		concur_release(r);
	request_refuse(q, "wait until that run has ended",
		       "another run of its concurrency group is at work");
	return false;
}

static bool
is_at_work(const struct run *r)
{
	return r->scopes.at[0].nbusy || r->flights.n > r->hook_flying;
}

/* What somebody agreed to must still be what would happen. */
static enum wf_code
check_number(struct request *q)
{
	const char *wanted =
		json_string_value(json_object_get(q->body, "plan"));
	const char *number =
		json_string_value(json_object_get(q->plan, "number"));

	if (!wanted || str_eq(wanted, number))
		return WF_OK;
	return request_refuse(q, "look at the new plan with -n",
			      "the plan is now %s, not %.40s", number, wanted);
}

static enum wf_code
read_policy(struct request *q, enum undo_policy *out)
{
	const char *text =
		json_string_value(json_object_get(q->body, "on_undo_failure"));

	*out = !text                  ? UNDO_BY_FLOW
	       : str_eq(text, "stop") ? UNDO_STOPS
				      : UNDO_GOES_ON;
	if (!text || str_eq(text, "stop") || str_eq(text, "continue"))
		return WF_OK;
	return ERR(&q->err, WF_USAGE,
		   "after an undo that fails a rollback can stop or continue");
}

enum wf_code
request_rollback(struct request *q)
{
	struct run *r = q->r;
	struct plan plan = {0};
	const struct ixs *only = q->steps.n ? &q->steps : NULL;
	enum undo_policy policy;
	enum wf_code code = read_policy(q, &policy);

	if (code)
		return code;

	if (r->row.state == RUN_ROLLING_BACK)
		return request_refuse(q, "wait until it has ended",
				      "run %s is rolling back already",
				      r->row.id);
	code = rollback_plan(r, 0, q->target ? q->target : "start", only, &plan,
			     &q->err);
	if (!code) {
		q->plan = rollback_plan_json(r, &plan);
		code = check_number(q);
		if (!code && plan.nirreversible && !q->force)
			code = request_refuse(
				q, "force it by typing the run's id",
				"%zu step%s in the way cannot be undone "
				"(irreversible)",
				plan.nirreversible,
				plan.nirreversible == 1 ? "" : "s");
	}
	if (code || q->dry) {
		plan_release(&plan);
		/* What is refused can still be looked at, if there is a plan.
		 */
		return q->dry && q->plan && code == WF_REFUSED ? WF_OK : code;
	}
	if (only && is_at_work(r)) {
		plan_release(&plan);
		return request_refuse(q,
				      "cancel the run or wait for its end; "
				      "without --step what runs is stopped "
				      "first",
				      "other steps of run %s are at work",
				      r->row.id);
	}
	if (!request_has_group(q)) {
		plan_release(&plan);
		return WF_REFUSED;
	}
	r->paused = r->cancelling = r->ending = false;
	r->scopes.at[0].undo_policy = (uint8_t)policy;
	if (is_at_work(r))
		roll_back_when_quiet(q, &plan);
	else
		roll_back_now(q, &plan);
	plan_release(&plan);
	return WF_OK;
}

/* --- people
 * ------------------------------------------------------------------------- */

static bool
in_group(const char *user, const char *name)
{
	const struct group *g = getgrnam(name);
	const struct passwd *p = getpwnam(user);

	if (!g)
		return false;
	for (char **m = g->gr_mem; *m; m++)
		if (str_eq(*m, user))
			return true;
	return p && p->pw_gid == g->gr_gid;
}

static bool
is_assigned(const struct request *q, uint32_t ix)
{
	const struct inst *i = run_inst(q->r, ix);
	struct words names = run_step(q->r, i)->more->approval->assignees;
	const char *user = q->m->actor;

	if (i->more && i->more->assigned)
		return str_eq(i->more->assigned, user) ||
		       in_group(user, i->more->assigned);
	for (uint32_t k = 0; k < names.n; k++)
		if (str_eq(names.at[k], user) || in_group(user, names.at[k]))
			return true;
	return !names.n;
}

static enum wf_code
find_approval(struct request *q, uint32_t *ix)
{
	struct run *r = q->r;

	if (q->steps.n != 1)
		return ERR(&q->err, WF_USAGE, "name one step");
	*ix = q->steps.at[0];
	if (run_step(r, run_inst(r, *ix))->action != ACTION_APPROVAL ||
	    run_inst(r, *ix)->state != STEP_WAITING)
		return request_refuse_step(
			q, *ix,
			"only an approval that is waiting can be "
			"answered");
	if (!is_assigned(q, *ix))
		return request_refuse(
			q, "ask one of them, or hand it over with wfctl assign",
			"%s is no assignee of step \"%s\"", q->m->actor,
			run_step(r, run_inst(r, *ix))->id);
	return WF_OK;
}

static void
unknown_field(struct request *q, const struct params *form, const char *name)
{
	ERR(&q->err, WF_USAGE, "the form has no field \"%s\"", name);
	params_hint(form, name, &q->err);
}

static void
missing_field(struct request *q, const char *name)
{
	ERR(&q->err, WF_USAGE, "the form's field \"%s\" is missing", name);
	wf_err_hint(&q->err, "give it with -f %s=VALUE", name);
}

/* The form's fields, checked like params. */
static enum wf_code
check_fields(struct request *q, uint32_t ix, json_t *out)
{
	const struct params *form =
		&run_step(q->r, run_inst(q->r, ix))->more->approval->form;
	json_t *given = request_settings(q), *value;
	struct arena a = {0};
	const char *name;

	json_object_foreach(given, name, value)
	{
		const struct param *p = params_find(form, name);
		struct value v;

		if (!p)
			unknown_field(q, form, name);
		else if (param_from_text(p, &a, json_string_value(value), &v,
					 &q->err))
			json_object_set_new(out, name, value_to_json(v));
	}
	for (uint32_t k = 0; !q->err.code && k < form->n; k++) {
		const struct param *p = &form->at[k];

		if (json_object_get(out, p->name))
			continue;
		if (p->has_default)
			json_object_set_new(out, p->name,
					    value_to_json(p->def));
		else if (p->required)
			missing_field(q, p->name);
	}
	arena_release(&a);
	return q->err.code;
}

static enum wf_code
answer(struct request *q, bool approve)
{
	json_t *fields = json_object();
	uint32_t ix;
	enum wf_code code = find_approval(q, &ix);
	char *text;

	if (!code && approve)
		code = check_fields(q, ix, fields);
	if (!code && !q->dry) {
		text = json_dumps(fields, JSON_COMPACT);
		answer_give(q->r, ix, approve, text, q->reason);
		free(text);
	}
	json_decref(fields);
	return code;
}

enum wf_code
request_approve(struct request *q)
{
	return answer(q, true);
}

enum wf_code
request_reject(struct request *q)
{
	return answer(q, false);
}

static bool
may_send_back(const struct request *q, uint32_t ix, uint32_t step)
{
	const struct approval *a =
		run_step(q->r, run_inst(q->r, ix))->more->approval;

	for (uint32_t k = 0; k < a->nsend_back; k++)
		if (a->send_back[k] == step)
			return true;
	return false;
}

/* Where it is to go: what the operator says, else the only choice. */
static uint32_t
send_back_target(const struct request *q, uint32_t ix)
{
	const struct inst *i = run_inst(q->r, ix);
	const struct approval *a = run_step(q->r, i)->more->approval;

	if (q->target)
		return workflow_step(run_scope(q->r, i)->wf, q->target);
	return a->nsend_back == 1 ? a->send_back[0] : STEP_NONE;
}

enum wf_code
request_send_back(struct request *q)
{
	struct run *r = q->r;
	struct plan plan = {0};
	uint32_t ix, step;
	struct scope *s;
	enum wf_code code = find_approval(q, &ix);

	if (code)
		return code;
	s = run_scope(r, run_inst(r, ix));
	step = send_back_target(q, ix);
	if (step == STEP_NONE && !q->target)
		return request_refuse(q, "name one of its send_back steps",
				      "it is not said where to");
	if (step == STEP_NONE || !may_send_back(q, ix, step))
		return request_refuse(q, "name one of its send_back steps",
				      "it cannot be sent back to \"%s\"",
				      q->target);
	if (s->nbusy > 1)
		return request_refuse(q,
				      "wait until only the approval is "
				      "left",
				      "other steps are running");
	code = rollback_plan(r, run_inst(r, ix)->scope, s->wf->steps[step].id,
			     NULL, &plan, &q->err);
	if (!code && plan.nirreversible)
		code = request_refuse(q, "answer it, or roll back with --force",
				      "what comes after \"%s\" is "
				      "irreversible",
				      s->wf->steps[step].id);
	if (!code && !q->dry) {
		run_apply(r, ix, EVENT_RESET, GUARD_ALWAYS, CAUSE_NONE,
			  q->reason);
		s->go_on_from = step;
		s->goes_on = true;
		undo_begin(r, &plan, "request",
			   q->reason ? q->reason : "it was sent back");
	}
	plan_release(&plan);
	return code;
}

enum wf_code
request_assign(struct request *q)
{
	struct run *r = q->r;

	if (q->steps.n != 1 || !q->target)
		return ERR(&q->err, WF_USAGE, "name one step and a user");
	if (run_step(r, run_inst(r, q->steps.at[0]))->action !=
		    ACTION_APPROVAL ||
	    step_state_is_settled(run_inst(r, q->steps.at[0])->state))
		return request_refuse_step(q, q->steps.at[0],
					   "only an open approval can be "
					   "assigned");
	if (!getpwnam(q->target) && !getgrnam(q->target))
		return request_refuse(q, "name one of this machine",
				      "there is no user or group \"%s\"",
				      q->target);
	if (!q->dry) {
		text_set(&inst_more(run_inst(r, q->steps.at[0]))->assigned,
			 q->target);
		run_save(r, q->steps.at[0]);
	}
	return WF_OK;
}

enum wf_code
request_signal(struct request *q)
{
	json_t *data = request_settings(q);
	char *text;

	if (!q->target)
		return ERR(&q->err, WF_USAGE, "name the signal");
	if (run_state_is_final(q->r->row.state))
		return request_refuse(q, "wfctl ls lists the runs",
				      "run %s has ended: %s", q->r->row.id,
				      run_states[q->r->row.state].name);
	if (q->dry)
		return WF_OK;
	text = data ? json_dumps(data, JSON_COMPACT) : mem_strdup("{}");
	signals_send(q->r, q->target, text);
	free(text);
	return WF_OK;
}
