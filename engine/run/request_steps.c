/* Requests about steps: retry, and the freezing and cancelling of one.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "request_int.h"

#include "again.h"
#include "begin.h"
#include "decide.h"
#include "halt.h"
#include "undo.h"

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
wants_undo(const struct run *r, uint32_t ix)
{
	return run_inst(r, ix)->state == STEP_UNDO_FAILED &&
	       rollback_has_undo(r, ix);
}

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

/* When none is named: the undos that failed, which come before anything else;
 * else all that failed; where nothing has failed for good, what waits for its
 * next try. */
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
	choose_where(q, wants_undo, true);
	if (!q->steps.n)
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
	if (r->row.state == RUN_ROLLING_BACK)
		return request_refuse(q, "wait until the rollback has ended",
				      "run %s is rolling back", r->row.id);
	code = choose_retries(q);

	for (size_t k = 0; k < q->steps.n; k++) {
		bool undone_in_vain =
			run_inst(r, q->steps.at[k])->state == STEP_UNDO_FAILED;

		request_plan_step(q, q->steps.at[k],
				  undone_in_vain ? "undo again"
				  : q->later     ? "run again in time"
						 : "run again");
		undo |= undone_in_vain;
		reopens |= has_ended(r, q->steps.at[k]);
	}
	if (code || q->dry)
		return code;
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

/* --- pause, continue, cancel: of one step
 * -------------------------------------------------- */

static enum wf_code
refuse_held(struct request *q, uint32_t ix)
{
	char *path = run_path(q->r, ix);

	request_refuse(q, "wfctl continue lets it go on",
		       "step \"%s\" is paused already", path);
	free(path);
	return WF_REFUSED;
}

static enum wf_code
freeze(struct request *q, bool frozen)
{
	struct run *r = q->r;

	for (size_t k = 0; k < q->steps.n; k++) {
		uint32_t ix = q->steps.at[k];
		struct inst *i = run_inst(r, ix);
		bool held = i->flags & INST_HELD;

		if (frozen && held && i->state == STEP_RUNNING)
			return refuse_held(q, ix);
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
		request_plan_step(q, ix, frozen ? "pause" : "continue");
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
		return request_refuse(q,
				      run_state_is_final(r->row.state)
					      ? "wfctl resume takes it up again"
					      : "it goes on by itself",
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
		request_plan_step(q, ix, "cancel");
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
