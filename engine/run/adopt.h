/* Going on with another definition: `resume` and `retry` with --flow.
 *
 * Instances are numbered for good, since events and attempts name them so.
 * The steps of the new definition therefore get new numbers, from `base` on;
 * those below are *dead*: rows that only old events still mean.  What is
 * kept of a step (its state, outputs, tries and key) moves to its new
 * number.  Inner steps of groups and child flows do not move: such a step
 * keeps its result, or starts over as a whole.
 *
 * The change is one batch, after which the driver reads the run anew: so
 * that the live path is the recovery path.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_ADOPT_H
#define WF_ADOPT_H

#include "request_int.h"

/* Carry out a request that brings a definition; a plan for a dry run. */
enum wf_code adopt_request(struct request *q, const char *text);

/* Below this number instances are dead; from the run's data. */
uint32_t adopt_base(const char *data);

#endif
