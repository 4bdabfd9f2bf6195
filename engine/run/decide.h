/* Decisions: what a step's needs mean for it, what a failure means for the
 * run.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_DECIDE_H
#define WF_DECIDE_H

#include "run.h"

/* A pending instance whose needs have moved: start, skip, or leave it. */
void decide_pending(struct run *r, uint32_t ix);
/* All of r->undecided, and what that brings about. */
void decide_all(struct run *r);

/* The step (no item) has failed for good: carry out its on_failure. */
void decide_failure(struct run *r, uint32_t ix);
/* Nobody decided in time what `ask` asked for: its default. */
void decide_asked(struct run *r, uint32_t ix);
/* A person has decided about a step whose failure was asking. */
void decide_answered(struct run *r, uint32_t ix);
/* Entering a settled state: fallbacks report to the step they stand for;
 * `cancel` lists are carried out; what was held back, since something before
 * it was undone and not yet done again, is looked at once more. */
void decide_settled(struct run *r, uint32_t ix);

/* Nothing new starts in the scope from now on. */
void decide_stop(struct run *r, uint32_t scope, const char *because);

/* Fails for good, without or after an attempt: state, policy, history. */
void
decide_fail(struct run *r, uint32_t ix, enum cause cause, const char *because);

/* Would its failing for good roll back? */
bool decide_rolls_back(const struct run *r, uint32_t ix);

/* Does the item of a group decide by itself whether it runs (its `if` reads
 * the item)? */
bool decide_by_item(const struct step *step);
/* The step's `if`: 1 holds, 0 does not, -1 failed with `why` filled. */
int decide_condition(struct run *r, uint32_t ix, char *why, size_t size);
/* It does not hold: the step, or the item, is skipped. */
void decide_condition_false(struct run *r, uint32_t ix);

#endif
