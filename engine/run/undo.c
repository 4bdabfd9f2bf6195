/* Carrying out the undo list.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "undo.h"

#include "../base/clock.h"
#include "../model/retry.h"
#include "again.h"
#include "dispatch.h"
#include "group.h"
#include "protect.h"
#include "queue.h"
#include "rollback.h"
#include "vars.h"

void
undo_begin(struct run *r, const char *because)
{
	struct scope *s = &r->scopes.at[r->undo.scope];

	s->phase = SCOPE_ROLLBACK;
	s->rolling_back = false;
	run_event(r, EV_ROLLBACK, IX_NONE, r->undo.target, because, NULL);
	if (r->undo.scope == 0)
		run_set_state(r, RUN_ROLLING_BACK, r->row.cause);
	undo_next(r);
}

static bool
is_left(const struct run *r, uint32_t ix)
{
	enum step_state state = run_inst(r, ix)->state;

	return state != STEP_UNDONE && state != STEP_UNDO_FAILED;
}

static bool
is_under_way(const struct run *r, uint32_t ix)
{
	enum step_state state = run_inst(r, ix)->state;

	return state == STEP_UNDOING || state == STEP_UNDO_WAIT;
}

/* Side by side only what does not depend on each other: nothing before it
 * in the list that is still to be undone may need it. */
static bool
may_go(const struct run *r, size_t k)
{
	const struct inst *i = run_inst(r, r->undo.at[k]);

	for (size_t j = 0; j < k; j++) {
		const struct inst *other = run_inst(r, r->undo.at[j]);

		if (!is_left(r, r->undo.at[j]))
			continue;
		if (other->scope != i->scope || other->step == i->step ||
		    workflow_needs(run_scope(r, i)->wf, other->step, i->step))
			return false;
	}
	return true;
}

static void
undo_one(struct run *r, uint32_t ix)
{
	run_apply(r, ix, EVENT_ROLL_BACK,
		  rollback_has_undo(r, ix) ? GUARD_HAS_UNDO : GUARD_NO_UNDO,
		  CAUSE_NONE, NULL);
}

/* Sent back: run again from there. */
static void
go_on(struct run *r, struct scope *s)
{
	uint32_t scope = (uint32_t)(s - r->scopes.at);

	s->goes_on = false;
	s->phase = SCOPE_MAIN;
	s->stopping = false;
	for (uint32_t k = 0; k < s->wf->nsteps; k++) {
		bool again = k == s->go_on_from ||
			     workflow_needs(s->wf, k, s->go_on_from);

		if (again &&
		    step_state_is_settled(run_inst(r, s->first + k)->state))
			again_from_start(r, s->first + k, "it was sent back");
	}
	group_begin_scope(r, scope);
}

static void
finish(struct run *r, bool failed)
{
	struct scope *s = &r->scopes.at[r->undo.scope];

	run_event(r, EV_ROLLBACK, IX_NONE, failed ? "failed" : "done",
		  failed ? "an undo failed for good"
			 : "every step of the plan is undone",
		  NULL);
	r->dirty = true;
	if (!failed) {
		free(r->undo.at);
		r->undo.at = NULL;
		r->undo.n = 0;
	}
	if (!failed && s->goes_on) {
		go_on(r, s);
		return;
	}
	s->undo_failed = failed;
	s->undone = true;
	s->phase = SCOPE_FINALLY;
	for (uint32_t k = 0; k < s->wf->nsteps; k++)
		if (s->wf->steps[k].finally)
			vec_push(&r->undecided, s->first + k);
	vec_push(&r->quiet, r->undo.scope);
}

void
undo_next(struct run *r)
{
	const struct workflow *wf = r->scopes.at[r->undo.scope].wf;
	uint32_t room =
		wf->rollback_max_parallel ? wf->rollback_max_parallel : 1;
	bool failed = false, busy = false, left = false;

	if (r->scopes.at[r->undo.scope].phase != SCOPE_ROLLBACK || !r->undo.at)
		return;
	for (size_t k = 0; k < r->undo.n; k++) {
		failed |= run_inst(r, r->undo.at[k])->state == STEP_UNDO_FAILED;
		if (is_under_way(r, r->undo.at[k])) {
			busy = true;
			room -= room > 0;
		}
	}
	if (failed && !wf->continue_on_undo_failure) {
		if (!busy)
			finish(r, true);
		return;
	}
	for (size_t k = 0; room && k < r->undo.n && r->undo.at; k++) {
		uint32_t ix = r->undo.at[k];

		if (!is_left(r, ix) || is_under_way(r, ix))
			continue;
		left = true;
		if (wf->rollback_max_parallel > 1 ? !may_go(r, k) : busy)
			continue;
		undo_one(r, ix);
		if (!r->undo.at)
			return;
		if (is_under_way(r, ix)) {
			busy = true;
			room--;
		}
	}
	for (size_t k = 0; !left && k < r->undo.n; k++)
		left = is_left(r, r->undo.at[k]);
	if (!busy && !left)
		finish(r, failed);
}

/* The undo's own `if`. */
static bool
wanted(struct run *r, uint32_t ix)
{
	const struct undo *undo = &run_step(r, run_inst(r, ix))->more->undo;
	struct vars vars = vars_of_inst(r, ix);
	struct cel_error err;
	bool holds = true;

	if (undo->condition.text &&
	    !vars_test(&vars, &undo->condition, &holds, &err))
		return true;
	return holds;
}

void
undo_start(struct run *r, uint32_t ix)
{
	const struct undo *undo = &run_step(r, run_inst(r, ix))->more->undo;
	struct wf_err err = {0};

	if (!protect_restore(r, ix, &err)) {
		run_event(r, EV_UNDO, ix, "undo failed", err.message, NULL);
		run_apply(r, ix, EVENT_EXIT_ERROR, GUARD_SPENT, CAUSE_SPAWN,
			  err.message);
	} else if ((undo->command.run || undo->command.nargv) &&
		   wanted(r, ix)) {
		dispatch_attempt(r, ix, PHASE_UNDO);
	} else {
		run_apply(r, ix, EVENT_EXIT_OK, GUARD_ALWAYS, CAUSE_NONE, NULL);
	}
}

static void
again_later(struct run *r, uint32_t ix, int64_t delay)
{
	struct inst *i = run_inst(r, ix);

	i->due = clock_wall() + delay;
	i->due_boot = clock_boot() + delay;
	dues_push(r, i->due_boot, ix);
	run_save(r, ix);
}

void
undo_ended(struct run *r, uint32_t ix, enum cause cause, int exit_code,
	   const char *why)
{
	struct inst_more *m = inst_more(run_inst(r, ix));
	const struct undo *undo = &run_step(r, run_inst(r, ix))->more->undo;
	struct retry_ending ending = {.cause = cause, .exit_code = exit_code};
	struct retry_answer answer;
	char because[600];

	if (run_inst(r, ix)->state != STEP_UNDOING)
		return;
	if (!cause) {
		run_apply(r, ix, EVENT_EXIT_OK, GUARD_ALWAYS, CAUSE_NONE, NULL);
		return;
	}
	answer = retry_decide(undo->retry, ++m->undo_tries, &ending,
			      (double)random() / ((double)RAND_MAX + 1));
	snprintf(because, sizeof(because), "%s; %s", why, answer.rule);
	run_event(r, EV_UNDO, ix, answer.again ? "undo again" : "undo failed",
		  because, NULL);
	run_apply(r, ix, EVENT_EXIT_ERROR,
		  answer.again ? GUARD_MAY_RETRY : GUARD_SPENT, cause, because);
	if (answer.again)
		again_later(r, ix, answer.delay);
}

void
undo_unknown(struct run *r, uint32_t ix)
{
	if (run_inst(r, ix)->state == STEP_UNDO_WAIT)
		again_later(r, ix, 0);
}

void
undo_settled(struct run *r, uint32_t ix)
{
	struct inst *i = run_inst(r, ix);

	r->undo.moved = true;
	if (i->state != STEP_UNDONE)
		return;
	/* What it does from now on is new, and its undo too. */
	i->tries = 0;
	i->flags &= (uint16_t)~INST_ATTEMPTED;
	if (i->more)
		i->more->undo_tries = 0;
	run_save(r, ix);
}
