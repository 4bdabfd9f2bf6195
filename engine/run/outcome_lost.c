/* Attempts of which nobody can tell how they ended: on_lost decides.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "claim.h"
#include "copies.h"
#include "decide.h"
#include "far.h"
#include "hook.h"
#include "outcome.h"
#include "outcome_ending.h"
#include "undo.h"

static enum step_guard
lost_guard(const struct step *step, enum phase phase)
{
	enum on_lost policy = step->more->on_lost;
	bool check = step->more->check.run || step->more->check.nargv;

	/* Asking again whether it is done does no harm. */
	if (phase == PHASE_CHECK)
		return GUARD_LOST_RERUN;
	if (phase == PHASE_UNDO)
		return step->more->idempotent ? GUARD_LOST_RERUN
					      : GUARD_LOST_ASK;
	if (policy == ON_LOST_DEFAULT)
		policy = check                    ? ON_LOST_CHECK
			 : step->more->idempotent ? ON_LOST_RERUN
						  : ON_LOST_ASK;
	return policy == ON_LOST_ASK    ? GUARD_LOST_ASK
	       : policy == ON_LOST_FAIL ? GUARD_LOST_FAIL
					: GUARD_LOST_RERUN;
}

void
outcome_unknown(struct run *r, uint64_t attempt, const char *because)
{
	struct ending e = {.cause = CAUSE_LOST, .exit_code = -1};
	struct flight f;
	struct inst *i;
	enum step_guard guard;
	bool seeks;

	if (run_flight(r, attempt) && run_flight(r, attempt)->claimed)
		claim_begun(r, attempt, &(struct warden_news){0});
	if (run_flight(r, attempt) &&
	    ending_reported(r, run_flight(r, attempt), &e)) {
		outcome_settle(r, attempt, &e);
		return;
	}
	if (!ending_take(r, attempt, &f))
		return;
	ending_close(r, &f, &e);
	if (f.phase == PHASE_HOOK) {
		hook_unknown(r, &f, because);
		ending_drop(&f);
		return;
	}
	if (f.phase == PHASE_DO && (f.dropped || copies_left(r, f.ix))) {
		ending_drop(&f);
		return;
	}
	i = run_inst(r, f.ix);
	seeks = far_seek(r, &f);
	guard = seeks ? GUARD_LOST_RERUN : lost_guard(run_step(r, i), f.phase);
	/* An unknown attempt does not use up a retry. */
	if (f.phase == PHASE_DO && i->tries)
		i->tries--;
	if (!seeks)
		i->flags &= (uint16_t)~INST_CHECKED;
	run_event(r, EV_LOST, f.ix,
		  seeks                      ? "look for it"
		  : guard == GUARD_LOST_ASK  ? "lost"
		  : guard == GUARD_LOST_FAIL ? "failed"
					     : "run again",
		  because, NULL);
	if (run_may(r, f.ix, EVENT_OUTCOME_UNKNOWN, guard))
		run_apply(r, f.ix, EVENT_OUTCOME_UNKNOWN, guard, CAUSE_LOST,
			  because);
	if (f.phase == PHASE_UNDO)
		undo_unknown(r, f.ix);
	else if (run_inst(r, f.ix)->state == STEP_FAILED &&
		 run_inst(r, f.ix)->group == IX_NONE)
		decide_failure(r, f.ix);
	ending_drop(&f);
}
