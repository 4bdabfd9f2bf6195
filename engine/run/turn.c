/* News in, one turn's decisions out.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "turn.h"

#include "../base/clock.h"
#include "../base/crash.h"
#include "begin.h"
#include "claim.h"
#include "concur.h"
#include "copies.h"
#include "decide.h"
#include "dispatch.h"
#include "group.h"
#include "halt.h"
#include "hook.h"
#include "names.h"
#include "outcome.h"
#include "queue.h"
#include "rerun.h"
#include "rows.h"
#include "scope.h"
#include "slots.h"
#include "undo.h"
#include "wait.h"

/* --- borders of states
 * ------------------------------------------------------------ */

static void
settled(struct run *r, uint32_t ix)
{
	const struct inst *i = run_inst(r, ix);

	if (i->group != IX_NONE)
		group_item_settled(r, ix);
	decide_settled(r, ix);
}

/* Lost, or an undo that failed: the undo may be part of a rollback. */
static void
alert(struct run *r, uint32_t ix)
{
	if (run_inst(r, ix)->state == STEP_UNDO_FAILED)
		undo_settled(r, ix);
}

const struct run_borders turn_borders = {
	.enter =
		{
			[DO_ENQUEUE] = dispatch_enqueue,
			[DO_START_ATTEMPT] = dispatch_start,
			[DO_SETTLE] = settled,
			[DO_ALERT] = alert,
			[DO_START_UNDO] = undo_start,
			[DO_UNDO_NEXT] = undo_settled,
			},
	.leave =
		{
			[DO_STOP_ATTEMPT] = slots_give,
			[DO_DISARM] = wait_disarm,
			},
};

static const struct dispatch_kinds kinds = {
	.begun = copies_begin,
	.group = group_open,
	.child = begin_child,
	.park = wait_park,
	.ended = outcome_ended,
	.failed = decide_fail,
};

/* --- news
 * ------------------------------------------------------------------------- */

/* --only and --from: the steps not chosen count as done. */
static bool
is_chosen(const struct run *r, const struct workflow *wf, uint32_t step)
{
	const struct options *o = &r->options;
	uint32_t from;

	if (wf->steps[step].finally)
		return true;
	for (uint32_t k = 0; k < o->only.n; k++)
		if (str_eq(o->only.at[k], wf->steps[step].id))
			return true;
	if (o->only.n || !o->from)
		return !o->only.n;
	from = workflow_step(wf, o->from);
	return from == STEP_NONE || from == step ||
	       workflow_needs(wf, step, from);
}

static void
leave_out(struct run *r)
{
	const struct workflow *wf = r->scopes.at[0].wf;
	const char *why = r->options.only.n
				  ? "not among the steps given with --only"
				  : "not after the step given with --from";

	if (r->options.rerun_of)
		rerun_reuse(r);
	if (!r->options.only.n && (!r->options.from || r->options.rerun_of))
		return;
	for (uint32_t s = 0; s < wf->nsteps; s++) {
		struct inst *i = run_inst(r, s);

		if (i->state != STEP_PENDING || is_chosen(r, wf, s))
			continue;
		i->flags |= INST_OUTSIDE | INST_IGNORED;
		run_event(r, EV_SKIP, s, "skipped", why, NULL);
		run_apply(r, s, EVENT_NEEDS_SKIPPED, GUARD_ALWAYS, CAUSE_NONE,
			  why);
	}
}

static void
arm_deadline(struct run *r)
{
	int64_t deadline = r->scopes.at[0].wf->deadline;
	int64_t left;

	if (deadline == DURATION_NONE || run_state_is_final(r->row.state))
		return;
	if (r->deadline_boot)
		left = r->deadline_boot - clock_boot();
	else
		left = (r->deadline_from ? r->deadline_from : r->row.started) +
		       deadline - clock_wall();
	if (left > deadline)
		left = deadline;
	r->deadline_boot = clock_boot() + (left > 0 ? left : 0);
	dues_push(r, r->deadline_boot, IX_NONE);
}

static void
go(struct run *r)
{
	bool fresh = !r->row.started;

	if (fresh)
		leave_out(r);
	else
		r->deadline_from = clock_wall();
	run_set_state(r, RUN_RUNNING, CAUSE_NONE);
	if (fresh)
		hook_ask(r, HOOK_START, IX_NONE, NULL);
	arm_deadline(r);
}

void
run_enter(struct run *r)
{
	switch (concur_enter(r, !r->row.started)) {
	case CONCUR_GO:
		go(r);
		break;
	case CONCUR_WAIT:
		run_set_state(r, RUN_QUEUED, CAUSE_NONE);
		break;
	case CONCUR_LEAVE:
		r->scopes.at[0].phase = SCOPE_ENDED;
		hook_end_run(r, RUN_CANCELLED, CAUSE_NONE);
		break;
	}
}

void
run_begin(struct run *r)
{
	dispatch_kinds = &kinds;
	if (run_state_is_final(r->row.state))
		return;
	if (r->row.state == RUN_QUEUED && !r->ending)
		run_enter(r);
	else
		arm_deadline(r);
	for (uint32_t n = 0; n < r->scopes.n; n++)
		begin_scope(r, n);
	undo_look(r);
}

void
run_ended(struct run *r, const struct warden_news *news)
{
	outcome_ended(r, news);
}

/* May the deadline still change anything? */
static bool
deadline_counts(const struct run *r)
{
	const struct scope *root = &r->scopes.at[0];

	return root->phase == SCOPE_MAIN && !root->cause;
}

static void
deadline_passed(struct run *r)
{
	struct scope *root = &r->scopes.at[0];

	if (!deadline_counts(r) || clock_boot() < r->deadline_boot)
		return;
	root->cause = CAUSE_DEADLINE;
	run_event(r, EV_FAILURE_POLICY, IX_NONE,
		  failure_action_name(root->wf->on_failure.action),
		  "the deadline of the run has passed", NULL);
	if (root->wf->on_failure.action == ON_FAILURE_ROLLBACK) {
		root->rolling_back = true;
		text_set(&root->rollback_target, root->wf->on_failure.target);
	}
	halt_run(r, CAUSE_DEADLINE, "the deadline of the run has passed",
		 false);
	if (root->wf->on_failure.action == ON_FAILURE_ASK)
		return;
	/* Nobody is asked any more. */
	for (uint32_t ix = 0; ix < r->insts.n; ix++)
		decide_answered(r, ix);
}

/* The run's own due: its place in the line, else its deadline. */
static void
run_due(struct run *r)
{
	if (r->row.state != RUN_QUEUED)
		deadline_passed(r);
	else if (!r->ending)
		run_enter(r);
}

static void
due(struct run *r, uint32_t ix)
{
	const struct inst *i = run_inst(r, ix);

	switch (i->state) {
	case STEP_RETRY_WAIT:
	case STEP_UNDO_WAIT:
		run_apply(r, ix, EVENT_WAKE, GUARD_ALWAYS, CAUSE_NONE, NULL);
		break;
	case STEP_WAITING:
		wait_due(r, ix);
		break;
	case STEP_RUNNING:
		halt_late_child(r, ix);
		break;
	case STEP_READY: /* a slot that another run may have given back */
		dispatch_enqueue(r, ix);
		break;
	default:
		if (i->flags & INST_ASKING && inst_due(i))
			decide_asked(r, ix);
		break;
	}
}

/* A file is looked for between its dues; all else is due just once. */
static bool
is_current(const struct run *r, const struct due_entry *e)
{
	const struct inst *i = run_inst(r, e->ix);

	return i->state == STEP_WAITING || inst_due_boot(i) == e->due;
}

void
run_tick(struct run *r, int64_t boot_now)
{
	struct due_entry e;

	while (dues_first(r, &e) && e.due <= boot_now) {
		dues_pop(r);
		if (e.ix == IX_NONE)
			run_due(r);
		else if (is_current(r, &e))
			due(r, e.ix);
	}
}

/* --- the end of a turn
 * -------------------------------------------------------------- */

static bool
settle_down(struct run *r)
{
	bool any = r->undecided.n || r->slotless.n || r->quiet.n ||
		   r->undo_moved.n || r->unfed.n;

	group_turn(r);
	decide_all(r);
	dispatch_turn(r);
	claim_turn(r);
	undo_turn(r);
	if (!r->undecided.n && !r->unfed.n && (!r->slotless.n || r->paused)) {
		struct ixs quiet = r->quiet;

		r->quiet = (struct ixs){0};
		for (size_t k = 0; k < quiet.n; k++) {
			if (r->undecided.n) /* it may be busy again */
				vec_push(&r->quiet, quiet.at[k]);
			else
				scope_check(r, quiet.at[k]);
		}
		vec_release(&quiet);
	}
	return any && !(r->paused && !r->undecided.n && !r->quiet.n &&
			!r->undo_moved.n && !r->unfed.n);
}

/* Is anything going on that needs no person? */
static bool
is_active(const struct run *r)
{
	return r->flights.n > r->hook_flying || r->ready.n ||
	       r->counts[STEP_READY] || r->counts[STEP_RETRY_WAIT] ||
	       r->counts[STEP_UNDO_WAIT] ||
	       r->counts[STEP_WAITING] > r->npersons;
}

static void
begin_waiting(struct run *r)
{
	uint32_t ix = 0;

	while (ix < r->insts.n && !(run_inst(r, ix)->flags & INST_PERSON))
		ix++;
	run_set_state(r, RUN_WAITING, CAUSE_NONE);
	hook_ask(r, HOOK_WAITING, ix < r->insts.n ? ix : IX_NONE, NULL);
}

static void
update_state(struct run *r)
{
	const struct scope *root = &r->scopes.at[0];

	if (run_state_is_final(r->row.state) || r->row.state == RUN_QUEUED ||
	    r->ending)
		return;
	if (r->paused)
		run_set_state(r, RUN_PAUSED, CAUSE_NONE);
	else if (root->phase == SCOPE_ROLLBACK)
		run_set_state(r, RUN_ROLLING_BACK, r->row.cause);
	else if (is_active(r))
		run_set_state(r, RUN_RUNNING, CAUSE_NONE);
	else if (r->row.state != RUN_WAITING)
		begin_waiting(r);
}

bool
run_decide(struct run *r)
{
	while (r->row.state != RUN_QUEUED && settle_down(r) &&
	       !st_batch_is_large(r->batch))
		;
	if (!r->undecided.n && !r->unfed.n) /* else the next batch decides */
		update_state(r);
	hook_turn(r);
	return r->dirty || !st_batch_is_empty(r->batch);
}

void
run_complete(struct run *r)
{
	rows_put_run(r);
	r->dirty = false;
	CRASH_POINT("turn-decided");
}

bool
run_turn(struct run *r)
{
	if (!run_decide(r))
		return false;
	run_complete(r);
	return true;
}

static bool
has_dues(const struct run *r)
{
	vec_each (&r->dues, struct due_entry, e) {
		if (e->ix == IX_NONE
			    ? e->due == r->deadline_boot && deadline_counts(r)
			    : inst_due_boot(run_inst(r, e->ix)) == e->due)
			return true;
	}
	return false;
}

bool
run_is_over(const struct run *r)
{
	if (r->flights.n || r->effects.n || r->hooks.n)
		return false;
	if (run_state_is_final(r->row.state))
		return true;
	return (r->row.state == RUN_WAITING || r->row.state == RUN_PAUSED) &&
	       !has_dues(r);
}
