/* Carrying out the undo list.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "undo.h"

#include "../base/clock.h"
#include "../model/retry.h"
#include "again.h"
#include "begin.h"
#include "compare.h"
#include "dispatch.h"
#include "outputs.h"
#include "protect.h"
#include "queue.h"
#include "rollback.h"
#include "rollback_list.h"
#include "rollback_order.h"
#include "vars.h"

void
undo_anew(struct run *r, const struct plan *plan)
{
	vec_each (&plan->entries, struct plan_entry, e) {
		struct inst *i = run_inst(r, e->ix);

		if (i->state != STEP_UNDO_FAILED)
			continue;
		inst_more(i)->undo_anew = 1;
		inst_more(i)->undo_tries = 0;
		run_save(r, e->ix);
	}
}

void
undo_begin(struct run *r, const struct plan *plan, const char *cause,
	   const char *because)
{
	uint32_t scope = plan->scope;
	struct scope *s = &r->scopes.at[scope];
	char *data = rollback_story(r, plan, cause);

	rollback_adopt(r, plan);
	s->phase = SCOPE_ROLLBACK;
	s->rolling_back = s->forced = s->asked = false;
	text_set(&s->undo->because, because);
	run_event(r, EV_ROLLBACK, IX_NONE, s->undo->target, because, data);
	free(data);
	if (scope == 0)
		run_set_state(r, RUN_ROLLING_BACK, r->row.cause);
	undo_next(r, scope);
}

void
undo_retake(struct run *r, uint32_t ix)
{
	uint32_t scope = undo_list_of(r, ix);
	struct undo_list *list;
	struct scope *s;

	if (scope == IX_NONE) {
		list = undo_list_new(r, 0, 1, "step");
		list->at[list->n++] = ix;
		list->apart = true;
		list->returns = r->scopes.at[0].phase == SCOPE_MAIN;
		scope = 0;
	}
	s = &r->scopes.at[scope];
	s->phase = SCOPE_ROLLBACK;
	undo_order_free(s->undo->order);
	s->undo->order = NULL;
	s->undo->first = 0;
	s->undo->busy.n = 0;
	if (!s->undo->apart)
		s->undone = s->undo_failed = false;
	r->ending = false;
	r->dirty = true;
	vec_push(&r->undo_moved, scope);
	if (scope == 0)
		run_set_state(r, RUN_ROLLING_BACK, CAUSE_NONE);
}

/* --- the end of a rollback ------------------------------------------------ */

/* Sent back: run again from there. */
static void
go_on(struct run *r, uint32_t scope)
{
	struct scope *s = &r->scopes.at[scope];
	bool *after = compare_after(s->wf, s->go_on_from);

	s->goes_on = false;
	s->phase = SCOPE_MAIN;
	s->stopping = false;
	for (uint32_t k = 0; k < s->wf->nsteps; k++)
		if (after[k] &&
		    step_state_is_settled(run_inst(r, s->first + k)->state))
			again_from_start(r, s->first + k, "it was sent back");
	free(after);
	begin_scope(r, scope);
}

/* The child flow it is in may be on its way once more: so is it then. */
static void
begin_undone(struct run *r, uint32_t ix)
{
	const struct inst *i = run_inst(r, ix);

	if (i->state != STEP_UNDONE || !i->scope ||
	    run_scope(r, i)->phase != SCOPE_MAIN)
		return;
	run_apply(r, ix, EVENT_RESET, GUARD_ALWAYS, CAUSE_NONE, NULL);
	vec_push(&r->undecided, ix);
}

static void
finish(struct run *r, uint32_t scope, bool failed)
{
	struct scope *s = &r->scopes.at[scope];
	bool apart = s->undo->apart, returns = s->undo->returns;

	run_event(r, EV_ROLLBACK, IX_NONE, failed ? "failed" : "done",
		  failed ? "an undo failed for good"
			 : "every step of the plan is undone",
		  NULL);
	r->dirty = true;
	for (size_t k = 0; apart && k < s->undo->n; k++)
		begin_undone(r, s->undo->at[k]);
	if (!failed)
		undo_list_drop(r, scope);
	if (returns) {
		s->phase = SCOPE_MAIN;
		vec_push(&r->quiet, scope);
		return;
	}
	if (!failed && s->goes_on) {
		go_on(r, scope);
		return;
	}
	if (!apart) {
		s->undo_failed = failed;
		s->undone = true;
	}
	begin_finally(r, scope, true);
}

/* --- what comes next ------------------------------------------------------ */

static bool
is_side_by_side(const struct scope *s)
{
	return s->wf->rollback_max_parallel > 1;
}

/* Those that are no longer under way make room. */
static void
look_at_busy(struct run *r, struct undo_list *list)
{
	size_t n = 0;

	for (size_t k = 0; k < list->busy.n; k++) {
		uint32_t ix = list->busy.at[k];

		if (undo_is_under_way(run_inst(r, ix)->state))
			list->busy.at[n++] = ix;
		else if (list->order)
			undo_order_done(list->order, r, ix);
	}
	list->busy.n = n;
}

/* A list that was read back, or taken up again. */
static void
find_busy(struct run *r, struct undo_list *list)
{
	if (list->first || list->busy.n)
		return;
	for (size_t k = 0; k < list->n; k++)
		if (undo_is_under_way(run_inst(r, list->at[k])->state))
			vec_push(&list->busy, list->at[k]);
}

static bool
any_failed(const struct run *r, const struct undo_list *list)
{
	for (size_t k = 0; r->counts[STEP_UNDO_FAILED] && k < list->n; k++) {
		const struct inst *i = run_inst(r, list->at[k]);

		if (i->state == STEP_UNDO_FAILED && !undo_is_left(i))
			return true;
	}
	return false;
}

static bool
may_begin(const struct run *r, uint32_t ix)
{
	const struct inst *i = run_inst(r, ix);

	return undo_is_left(i) && !undo_is_under_way(i->state);
}

/* The next to be undone, or IX_NONE: none, or none for now. */
static uint32_t
next_of(struct run *r, uint32_t scope)
{
	struct undo_list *list = r->scopes.at[scope].undo;
	uint32_t ix = IX_NONE;

	if (is_side_by_side(&r->scopes.at[scope])) {
		if (!list->order)
			list->order = undo_order_new(r, scope);
		while ((ix = undo_order_next(list->order)) != IX_NONE)
			if (may_begin(r, ix))
				return ix;
	}
	if (list->busy.n)
		return IX_NONE;
	while (list->first < list->n && !may_begin(r, list->at[list->first]))
		list->first++;
	return list->first < list->n ? list->at[list->first] : IX_NONE;
}

static void
undo_one(struct run *r, struct undo_list *list, uint32_t ix)
{
	if (run_inst(r, ix)->more)
		run_inst(r, ix)->more->undo_anew = 0;
	run_apply(r, ix, EVENT_ROLL_BACK,
		  rollback_has_undo(r, ix) ? GUARD_HAS_UNDO : GUARD_NO_UNDO,
		  CAUSE_NONE, NULL);
	if (undo_is_under_way(run_inst(r, ix)->state))
		vec_push(&list->busy, ix);
	else if (list->order)
		undo_order_done(list->order, r, ix);
}

void
undo_next(struct run *r, uint32_t scope)
{
	struct scope *s = &r->scopes.at[scope];
	struct undo_list *list = s->undo;
	uint32_t room = s->wf->rollback_max_parallel, ix = IX_NONE;
	bool stops = s->undo_policy == UNDO_BY_FLOW
			     ? !s->wf->continue_on_undo_failure
			     : s->undo_policy == UNDO_STOPS;

	if (s->phase != SCOPE_ROLLBACK || !list || r->paused)
		return;
	find_busy(r, list);
	look_at_busy(r, list);
	room = room ? room : 1;
	while (list->busy.n < room && !(stops && any_failed(r, list)) &&
	       (ix = next_of(r, scope)) != IX_NONE)
		undo_one(r, list, ix);
	if (!list->busy.n)
		finish(r, scope, any_failed(r, list));
}

void
undo_look(struct run *r)
{
	for (uint32_t n = 0; n < r->scopes.n; n++)
		if (r->scopes.at[n].undo)
			vec_push(&r->undo_moved, n);
}

void
undo_turn(struct run *r)
{
	struct ixs moved = r->undo_moved;

	r->undo_moved = (struct ixs){0};
	for (size_t k = 0; k < moved.n; k++)
		undo_next(r, moved.at[k]);
	vec_release(&moved);
}

/* --- one undo ------------------------------------------------------------- */

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

/* An attempt that failed may have said what it had made by then. */
static void
take_outputs_left(struct run *r, uint32_t ix)
{
	const struct inst *i = run_inst(r, ix);
	struct arena a = {0};

	if (run_step(r, i)->more->noutputs && !(i->more && i->more->outputs) &&
	    !r->pretends)
		text_set(&inst_more(run_inst(r, ix))->outputs,
			 outputs_left(r, ix, &a));
	arena_release(&a);
}

void
undo_start(struct run *r, uint32_t ix)
{
	const struct undo *undo = &run_step(r, run_inst(r, ix))->more->undo;
	struct wf_err err = {0};

	take_outputs_left(r, ix);
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

	inst_wake(i, clock_wall() + delay, clock_boot() + delay);
	dues_push(r, inst_due_boot(i), ix);
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
	retry_because(because, sizeof(because), why, answer.rule);
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
	uint32_t scope = undo_list_of(r, ix);

	if (scope != IX_NONE)
		vec_push(&r->undo_moved, scope);
	if (i->state != STEP_UNDONE)
		return;
	/* What it does from now on is new, and its undo too. */
	i->tries = 0;
	i->flags &= (uint16_t)~INST_ATTEMPTED;
	inst_more(i)->undo_tries = 0;
	r->nundone += !i->more->undone;
	i->more->undone = 1;
	r->was_undone = true;
	run_save(r, ix);
	if (scope == IX_NONE)
		begin_undone(r, ix);
}
