/* Requests about steps: retry, skip, mark, and the freezing of one.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "request_int.h"

#include "again.h"
#include "begin.h"
#include "decide.h"
#include "halt.h"
#include "rollback_list.h"
#include "undo.h"

/* A list of what a dry run would touch. */
static void
plan_step(struct request *q, uint32_t ix, const char *what)
{
	char *path = run_path(q->r, ix);

	if (!q->plan)
		q->plan = json_pack("{s:s, s:[]}", "verb", q->m->verb, "steps");
	json_array_append_new(
		json_object_get(q->plan, "steps"),
		json_pack("{s:s, s:s, s:s}", "step", path, "state",
			  step_states[run_inst(q->r, ix)->state].name, "what",
			  what));
	free(path);
}

/* Settled containers take up their inner work again when they run again. */
static void
reopen_containers(struct run *r, uint32_t ix)
{
	for (uint32_t c = run_container(r, ix); c != IX_NONE;
	     c = run_container(r, c)) {
		const struct inst *i = run_inst(r, c);

		run_scope(r, i)->stopping = false;
		if (step_state_is_settled(i->state))
			run_apply(r, c, EVENT_RESET, GUARD_ALWAYS, CAUSE_NONE,
				  "something in it is to run again");
		vec_push(&r->undecided, c);
	}
}

/* --- retry
 * -------------------------------------------------------------------------- */

static bool
wants_retry(const struct run *r, uint32_t ix)
{
	const struct inst *i = run_inst(r, ix);

	return (i->state == STEP_FAILED && !(i->flags & INST_IGNORED)) ||
	       i->state == STEP_CANCELLED || i->state == STEP_UNDO_FAILED;
}

static enum wf_code
check_retry(struct request *q, uint32_t ix)
{
	switch ((enum step_state)run_inst(q->r, ix)->state) {
	case STEP_RUNNING:
	case STEP_UNDOING:
	case STEP_UNDO_WAIT:
	case STEP_WAITING:
		return request_refuse_step(q, ix, "cancel the step first");
	case STEP_PENDING:
	case STEP_READY:
		return request_refuse_step(
			q, ix, "retry, skip or mark what it waits for");
	case STEP_RETRY_WAIT:
	case STEP_SUCCEEDED:
	case STEP_REUSED:
	case STEP_SKIPPED:
	case STEP_FAILED:
	case STEP_CANCELLED:
	case STEP_LOST:
	case STEP_UNDONE:
	case STEP_UNDO_FAILED:
	case STEP_NSTATES:
		break;
	}
	return WF_OK;
}

/* A step whose attempt was lost, or waits for its next, is still in its run:
 * what the run has made up its mind to do stands. */
static bool
has_ended(const struct run *r, uint32_t ix)
{
	return step_state_is_settled(run_inst(r, ix)->state);
}

static bool
waits_to_retry(const struct run *r, uint32_t ix)
{
	return run_inst(r, ix)->state == STEP_RETRY_WAIT;
}

static void
choose_where(struct request *q,
	     bool (*wanted)(const struct run *r, uint32_t ix), bool inside)
{
	for (uint32_t ix = 0; ix < q->r->insts.n; ix++)
		if (wanted(q->r, ix) &&
		    (inside || run_container(q->r, ix) == IX_NONE))
			vec_push(&q->steps, ix);
}

/* When none is named: all that failed; where nothing has failed for good, what
 * waits for its next try. */
static enum wf_code
choose_retries(struct request *q)
{
	struct run *r = q->r;
	enum wf_code code = WF_OK;

	for (size_t k = 0; !code && k < q->steps.n; k++)
		code = check_retry(q, q->steps.at[k]);
	for (size_t k = 0; !code && q->later && k < q->steps.n; k++)
		if (run_inst(r, q->steps.at[k])->state != STEP_RETRY_WAIT)
			code = request_refuse_step(q, q->steps.at[k],
						   "only what waits for its "
						   "next try has a timer");
	if (!code && q->later && (!q->steps.n || q->downstream))
		code = request_refuse(q, "name one step that waits",
				      "only the timer of a step can be kept");
	if (code || json_array_size(json_object_get(q->body, "steps")))
		return code;
	choose_where(q, wants_retry, false);
	if (!q->steps.n)
		choose_where(q, waits_to_retry, true);
	if (!q->steps.n)
		return request_refuse(q, "name the steps to run again",
				      "run %s has no failed step", r->row.id);
	return WF_OK;
}

static void
set_env(struct request *q, uint32_t ix)
{
	json_t *settings = request_settings(q);
	char *text;

	if (!json_object_size(settings))
		return;
	text = json_dumps(settings, JSON_COMPACT);
	text_set(&inst_more(run_inst(q->r, ix))->env, text);
	free(text);
}

static void
retry_undo(struct request *q, uint32_t ix)
{
	struct run *r = q->r;

	inst_more(run_inst(r, ix))->undo_tries = 0;
	undo_retake(r, ix);
	run_apply(r, ix, EVENT_OPERATOR_RETRY, GUARD_ALWAYS, CAUSE_NONE,
		  q->reason);
}

static void
retry_one(struct request *q, uint32_t ix)
{
	struct run *r = q->r;
	struct inst *i = run_inst(r, ix);

	set_env(q, ix);
	if (q->reset)
		i->tries = 0;
	if (q->later) {
		run_save(r, ix);
		return;
	}
	decide_answered(r, ix);
	if (i->state == STEP_UNDO_FAILED) {
		retry_undo(q, ix);
		return;
	}
	if (i->state == STEP_RETRY_WAIT || i->state == STEP_LOST) {
		run_apply(r, ix, EVENT_OPERATOR_RETRY, GUARD_ALWAYS, CAUSE_NONE,
			  q->reason);
		return;
	}
	if (i->more)
		i->more->repeats = 0;
	if (step_state_is_good(i->state))
		again_from_start(r, ix, "an operator wants it run again");
	else
		run_apply(r, ix, EVENT_RESET, GUARD_ALWAYS, CAUSE_NONE,
			  "an operator wants it run again");
	reopen_containers(r, ix);
}

/* Everything that comes after the step, too. */
static void
retry_downstream(struct request *q, uint32_t ix)
{
	struct run *r = q->r;
	const struct inst *i = run_inst(r, ix);
	const struct scope *s = run_scope(r, i);

	for (uint32_t k = 0; k < s->wf->nsteps; k++) {
		uint32_t other = s->first + k;

		if (workflow_needs(s->wf, k, i->step) &&
		    step_state_is_settled(run_inst(r, other)->state))
			again_from_start(r, other,
					 "it comes after a step that is "
					 "to run again");
	}
}

enum wf_code
request_retry(struct request *q)
{
	struct run *r = q->r;
	const char *flow = json_string_value(json_object_get(q->body, "flow"));
	bool undo = false, reopens = false;
	enum wf_code code;

	if (flow)
		return request_adopt(q, flow);
	code = choose_retries(q);

	for (size_t k = 0; k < q->steps.n; k++) {
		plan_step(q, q->steps.at[k],
			  q->later ? "run again in time" : "run again");
		undo |= run_inst(r, q->steps.at[k])->state == STEP_UNDO_FAILED;
		reopens |= has_ended(r, q->steps.at[k]);
	}
	if (code || q->dry)
		return code;
	if (r->row.state == RUN_ROLLING_BACK)
		return request_refuse(q, "wait until the rollback has ended",
				      "run %s is rolling back", r->row.id);
	if (undo && !request_has_group(q))
		return WF_REFUSED;
	if (!undo && (reopens || run_state_is_final(r->row.state)))
		request_reopen(q);
	for (size_t k = 0; k < q->steps.n; k++) {
		if (q->downstream)
			retry_downstream(q, q->steps.at[k]);
		if (!check_retry(q, q->steps.at[k]))
			retry_one(q, q->steps.at[k]);
	}
	q->err = (struct wf_err){0};
	if (!undo)
		begin_scope(r, 0);
	return WF_OK;
}

/* --- skip and mark
 * ----------------------------------------------------------------------- */

static void
by_hand(struct request *q, uint32_t ix, enum step_event event,
	enum step_guard guard, enum cause cause)
{
	struct run *r = q->r;
	uint16_t flags;

	decide_answered(r, ix);
	run_apply(r, ix, event, guard, cause,
		  q->reason ? q->reason : "settled by an operator");
	flags = run_inst(r, ix)->flags;
	run_inst(r, ix)->flags |= INST_BY_HAND;
	if (run_inst(r, ix)->state == STEP_SKIPPED)
		run_inst(r, ix)->flags |= INST_IGNORED;
	run_tell_dependents(r, ix, run_inst(r, ix)->state, flags);
	run_save(r, ix);
}

enum wf_code
request_skip(struct request *q)
{
	struct run *r = q->r;

	if (!q->steps.n)
		return ERR(&q->err, WF_USAGE, "name the step to skip");
	for (size_t k = 0; k < q->steps.n; k++) {
		uint32_t ix = q->steps.at[k];

		if (run_inst(r, ix)->state == STEP_RUNNING)
			return request_refuse_step(
				q, ix, "cancel the step first, then skip it");
		if (!run_may(r, ix, EVENT_OPERATOR_SKIP, GUARD_ALWAYS))
			return request_refuse_step(
				q, ix,
				"only a step that has not succeeded "
				"can be skipped");
		plan_step(q, ix, "skip");
	}
	for (size_t k = 0; !q->dry && k < q->steps.n; k++) {
		run_event(r, EV_SKIP, q->steps.at[k], "skipped",
			  q->reason ? q->reason : "by an operator", NULL);
		by_hand(q, q->steps.at[k], EVENT_OPERATOR_SKIP, GUARD_ALWAYS,
			CAUSE_NONE);
	}
	return WF_OK;
}

static enum wf_code
mark_guard(struct request *q, enum step_guard *guard)
{
	if (q->target && str_eq(q->target, "succeeded"))
		*guard = GUARD_TO_SUCCEED;
	else if (q->target && str_eq(q->target, "failed"))
		*guard = GUARD_TO_FAIL;
	else if (q->target && str_eq(q->target, "skipped"))
		*guard = GUARD_TO_SKIP;
	else
		return ERR(&q->err, WF_USAGE,
			   "a step can be marked succeeded, failed or "
			   "skipped");
	return WF_OK;
}

/* Outputs given by hand keep the step's contract like its own. */
static enum wf_code
mark_outputs(struct request *q, uint32_t ix, char **out)
{
	const struct step *step = run_step(q->r, run_inst(q->r, ix));
	json_t *given = request_settings(q), *o = json_object();
	struct arena a = {0};
	const char *name;
	json_t *value;

	*out = NULL;
	json_object_foreach(given, name, value)
	{
		const struct output_spec *spec = NULL;
		const char *why = "";
		struct value v;

		for (uint32_t k = 0; k < step->more->noutputs; k++)
			if (str_eq(step->more->outputs[k].name, name))
				spec = &step->more->outputs[k];
		if (!spec)
			ERR(&q->err, WF_USAGE,
			    "step \"%s\" has no output \"%s\"", step->id, name);
		else if (!value_from_text(&a, spec->type,
					  json_string_value(value), &v, &why))
			ERR(&q->err, WF_USAGE, "output \"%s\" wants %s", name,
			    why);
		else
			json_object_set_new(o, name, value_to_json(v));
	}
	if (!q->err.code && json_object_size(o))
		*out = json_dumps(o, JSON_COMPACT);
	json_decref(o);
	arena_release(&a);
	return q->err.code;
}

static void
accept_undo(struct request *q, uint32_t ix)
{
	struct run *r = q->r;

	run_apply(r, ix, EVENT_OPERATOR_ACCEPT, GUARD_ALWAYS, CAUSE_NONE,
		  q->reason);
	run_event(r, EV_UNDO, ix, "accepted as undone",
		  q->reason ? q->reason : "by an operator", NULL);
	if (undo_list_of(r, ix) != IX_NONE)
		undo_retake(r, ix);
}

enum wf_code
request_mark(struct request *q)
{
	struct run *r = q->r;
	enum step_guard guard = GUARD_ALWAYS;
	enum wf_code code = mark_guard(q, &guard);
	char *outputs;
	uint32_t ix;

	if (!code && q->steps.n != 1)
		code = ERR(&q->err, WF_USAGE, "name one step to mark");
	if (code)
		return code;
	ix = q->steps.at[0];
	plan_step(q, ix, q->target);
	if (run_inst(r, ix)->state == STEP_UNDO_FAILED) {
		if (!q->dry && undo_list_of(r, ix) != IX_NONE &&
		    !request_has_group(q))
			return WF_REFUSED;
		if (!q->dry)
			accept_undo(q, ix);
		return WF_OK;
	}
	if (!run_may(r, ix, EVENT_OPERATOR_MARK, guard))
		return request_refuse_step(q, ix, "cancel the step first");
	code = mark_outputs(q, ix, &outputs);
	if (code || q->dry) {
		free(outputs);
		return code;
	}
	if (outputs)
		text_set(&inst_more(run_inst(r, ix))->outputs, outputs);
	free(outputs);
	by_hand(q, ix, EVENT_OPERATOR_MARK, guard,
		guard == GUARD_TO_FAIL ? CAUSE_CANCELLED : CAUSE_NONE);
	return WF_OK;
}

/* --- pause, continue, cancel: of one step
 * -------------------------------------------------- */

static enum wf_code
freeze(struct request *q, bool frozen)
{
	struct run *r = q->r;

	for (size_t k = 0; k < q->steps.n; k++) {
		uint32_t ix = q->steps.at[k];
		struct inst *i = run_inst(r, ix);
		bool held = i->flags & INST_HELD;

		if (i->state != STEP_RUNNING || held == frozen)
			return request_refuse_step(
				q, ix,
				frozen ? "only a running step can be "
					 "paused"
				       : "only a paused step can go "
					 "on");
		if (run_step(r, i)->more->executor)
			return request_refuse_step(
				q, ix,
				"its processes run elsewhere and cannot be "
				"paused");
		plan_step(q, ix, frozen ? "pause" : "continue");
		if (q->dry)
			continue;
		i->flags ^= INST_HELD;
		i->flags |= INST_FROZE;
		vec_each (&r->flights, struct flight, f)
			if (f->ix == ix)
				run_effect(r,
					   frozen ? EFFECT_FREEZE : EFFECT_THAW,
					   f->attempt, WARDEN_KILL_NONE);
		run_save(r, ix);
	}
	return WF_OK;
}

enum wf_code
request_pause(struct request *q)
{
	struct run *r = q->r;

	if (q->steps.n)
		return freeze(q, true);
	if (run_state_is_final(r->row.state))
		return request_refuse(q, "there is nothing to pause",
				      "run %s has ended: %s", r->row.id,
				      run_states[r->row.state].name);
	if (!q->dry) {
		r->paused = true;
		r->dirty = true;
	}
	return WF_OK;
}

enum wf_code
request_continue(struct request *q)
{
	struct run *r = q->r;

	if (q->steps.n)
		return freeze(q, false);
	if (!r->paused)
		return request_refuse(q, "wfctl resume takes it up again",
				      "run %s is not paused but %s", r->row.id,
				      run_states[r->row.state].name);
	if (!q->dry)
		request_unpause(q);
	return WF_OK;
}

enum wf_code
request_cancel(struct request *q)
{
	struct run *r = q->r;
	const char *because =
		q->reason ? q->reason : "an operator cancelled it";

	if (run_state_is_final(r->row.state))
		return request_refuse(q, "there is nothing to cancel",
				      "run %s has ended: %s", r->row.id,
				      run_states[r->row.state].name);
	for (size_t k = 0; k < q->steps.n; k++) {
		uint32_t ix = q->steps.at[k];

		if (step_state_is_settled(run_inst(r, ix)->state))
			return request_refuse_step(q, ix,
						   "it has ended already");
		plan_step(q, ix, "cancel");
	}
	if (q->dry)
		return WF_OK;
	for (size_t k = 0; k < q->steps.n; k++)
		halt_step(r, q->steps.at[k], because, q->now);
	if (!q->steps.n) {
		r->paused = false;
		halt_run(r, CAUSE_CANCELLED, because, q->now);
	}
	return WF_OK;
}
