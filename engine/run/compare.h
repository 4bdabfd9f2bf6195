/* Two definitions of a flow, step by step.
 *
 * Steps are the same when their ids are and what decides what they do has
 * not changed; of a step with a child flow, the child's steps as well.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_COMPARE_H
#define WF_COMPARE_H

#include "run.h"

enum change {
	CHANGE_SAME,
	CHANGE_CHANGED,
	CHANGE_ADDED
};
const char *change_name(enum change change);

/* A step of the root flow of `now`, and the one of `before` that has its id
 * (STEP_NONE when it was added). */
enum change compare_step(const struct bundle *before, const struct bundle *now,
			 uint32_t step, uint32_t *was);

/* Which steps of the root flow of `now` may stand as they are: those that
 * were `done` (by their old index), are the same, and need only such.  One
 * flag a step; the caller frees. */
bool *compare_keep(const struct bundle *before, const struct bundle *now,
		   const bool *done);
/* Which steps come after `step`, itself included; the caller frees. */
bool *compare_after(const struct workflow *wf, uint32_t step);

#endif
