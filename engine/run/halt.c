/* Cancelling and killing.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "halt.h"

#include "dispatch.h"
#include "hook.h"
#include "rollback_list.h"

enum warden_kill
halt_kill_for(enum cause cause)
{
	return cause == CAUSE_DEADLINE ? WARDEN_KILL_DEADLINE
	       : cause == CAUSE_SILENT ? WARDEN_KILL_SILENT
				       : WARDEN_KILL_CANCEL;
}

void
halt_again(struct run *r, const struct flight *f)
{
	if (f->killed_for)
		run_effect(r, f->killed_now ? EFFECT_KILL_NOW : EFFECT_KILL,
			   f->attempt, halt_kill_for(f->killed_for));
}

/* The wish is stored with the attempt: whoever takes the run up asks for it
 * again. */
void
halt_flight(struct run *r, struct flight *f, enum cause cause, bool now)
{
	if (!f->killed_for)
		f->killed_for = cause;
	f->killed_now |= now;
	if (f->ix != IX_NONE) {
		run_inst(r, f->ix)->flags |= INST_STOPPING;
		run_save(r, f->ix);
	}
	dispatch_save(r, f);
	halt_again(r, f);
}

void
halt_attempts(struct run *r, uint32_t ix, enum cause cause, bool now)
{
	vec_each (&r->flights, struct flight, f)
		if (f->ix == ix)
			halt_flight(r, f, cause, now);
}

/* Items and child flows go first; what carries them settles when they
 * have. */
static bool
halt_inner(struct run *r, uint32_t ix, const char *because, bool now)
{
	const struct inst_more *m = run_inst(r, ix)->more;
	bool any = false;

	for (uint32_t k = 0; m && k < m->n; k++) {
		halt_step(r, m->first + k, because, now);
		m = run_inst(r, ix)->more;
		any = true;
	}
	if (!m || m->child == IX_NONE)
		return any;
	r->scopes.at[m->child].stopping = true;
	for (uint32_t k = 0; k < r->insts.n; k++) {
		const struct inst *i = run_inst(r, k);

		if (i->group == IX_NONE && i->state != STEP_PENDING &&
		    run_is_within(r, i->scope, m->child))
			halt_step(r, k, because, now);
	}
	vec_push(&r->quiet, m->child);
	return true;
}

void
halt_step(struct run *r, uint32_t ix, const char *because, bool now)
{
	struct inst *i = run_inst(r, ix);

	if (run_has_claimed(r, ix))
		run_recall_claims(r);
	if (i->state == STEP_RUNNING || i->state == STEP_UNDOING) {
		bool again = i->flags & INST_STOPPING;

		i->flags |= INST_STOPPING;
		if (!again)
			run_event(r, EV_CANCEL, ix, "stopping", because, NULL);
		run_save(r, ix);
		if (i->flags & INST_GROUP ||
		    (i->more && i->more->child != IX_NONE))
			halt_inner(r, ix, because, now);
		halt_attempts(r, ix, CAUSE_CANCELLED, now);
		return;
	}
	if (!run_may(r, ix, EVENT_CANCEL, GUARD_ALWAYS) ||
	    i->state == STEP_LOST)
		return;
	run_event(r, EV_CANCEL, ix, "cancelled", because, NULL);
	run_apply(r, ix, EVENT_CANCEL, GUARD_ALWAYS, CAUSE_CANCELLED, because);
}

int64_t
halt_child_limit(const struct run *r, uint32_t ix, enum cause *cause)
{
	const struct inst *i = run_inst(r, ix);
	int64_t timeout, deadline;

	*cause = CAUSE_TIMEOUT;
	if (!i->more || i->more->child == IX_NONE)
		return 0;
	timeout = run_step(r, i)->more->child->timeout;
	deadline = r->scopes.at[i->more->child].wf->deadline;
	if (deadline == DURATION_NONE || (timeout && timeout <= deadline))
		return timeout;
	*cause = CAUSE_DEADLINE;
	return deadline;
}

void
halt_late_child(struct run *r, uint32_t ix)
{
	enum cause cause;
	const char *why = "its flow takes too long";
	struct scope *s;

	if (!halt_child_limit(r, ix, &cause))
		return;
	s = &r->scopes.at[run_inst(r, ix)->more->child];
	if (s->phase != SCOPE_MAIN) /* it is at its end anyway */
		return;
	s->cause = cause;
	r->dirty = true;
	if (cause == CAUSE_DEADLINE) {
		why = "the deadline of its flow has passed";
		s->rolling_back =
			s->wf->on_failure.action == ON_FAILURE_ROLLBACK;
		text_set(&s->rollback_target, s->wf->on_failure.target);
	}
	run_event(r, EV_CANCEL, ix, "stopping", why, NULL);
	halt_inner(r, ix, why, false);
}

/* A cancel while the last hooks run ends those. */
static void
stop_hooks(struct run *r, bool now)
{
	if (!r->ending)
		return;
	vec_each (&r->flights, struct flight, f)
		if (f->phase == PHASE_HOOK)
			halt_flight(r, f, CAUSE_CANCELLED, now);
}

void
halt_run(struct run *r, enum cause cause, const char *because, bool now)
{
	run_recall_claims(r);
	if (cause == CAUSE_CANCELLED)
		r->cancelling = true;
	r->dirty = true;
	stop_hooks(r, now);
	if (r->row.state == RUN_QUEUED && !r->ending) {
		r->scopes.at[0].phase = SCOPE_ENDED;
		hook_end_run(r, RUN_CANCELLED, CAUSE_NONE);
		return;
	}
	vec_each (&r->scopes, struct scope, s)
		if (s->phase == SCOPE_MAIN)
			s->stopping = true;
	for (uint32_t ix = 0; ix < r->insts.n; ix++) {
		const struct inst *i = run_inst(r, ix);

		if (run_step(r, i)->finally &&
		    run_scope(r, i)->phase != SCOPE_FINALLY)
			continue;
		if (i->state == STEP_PENDING)
			continue;
		/* A rollback lets the undos end that are under way. */
		if (cause == CAUSE_NONE && undo_is_under_way(i->state))
			continue;
		if (cause == CAUSE_DEADLINE && i->state == STEP_RUNNING) {
			halt_attempts(r, ix, cause, now);
			continue;
		}
		halt_step(r, ix, because, now);
	}
	vec_push(&r->quiet, 0);
}
