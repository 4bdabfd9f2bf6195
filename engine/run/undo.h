/* Carrying out a rollback: one undo after the other, in the frozen order.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_UNDO_H
#define WF_UNDO_H

#include "rollback.h"

/* The plan's scope is rolling back from now on.  `cause`, a word: the path of
 * the step that failed, "deadline", or "request". */
void undo_begin(struct run *r, const struct plan *plan, const char *cause,
		const char *because);
/* Before that, when an operator asks: undos of the plan that failed for good
 * have all their tries again. */
void undo_anew(struct run *r, const struct plan *plan);
/* An undo that failed for good is tried again or was done by hand: the
 * rollback that wanted it goes on. */
void undo_retake(struct run *r, uint32_t ix);
/* Start what the order allows next; when nothing is left, the rollback has
 * ended and its scope goes on to its end. */
void undo_next(struct run *r, uint32_t scope);
/* Look in this turn what all rollbacks under way may start. */
void undo_look(struct run *r);
/* The same for all scopes where something has moved. */
void undo_turn(struct run *r);
/* Entering `undoing`: put protected files back, run the undo command. */
void undo_start(struct run *r, uint32_t ix);
/* An undo attempt ended (cause CAUSE_NONE: well). */
void undo_ended(struct run *r, uint32_t ix, enum cause cause, int exit_code,
		const char *why);
/* Its outcome is unknown; the state has been changed already. */
void undo_unknown(struct run *r, uint32_t ix);
/* Entering `undone` or `undo_failed`. */
void undo_settled(struct run *r, uint32_t ix);

#endif
