/* How much work hangs on a step: the longest path from it to an end of its
 * flow, in time as far as the history knows, else in steps.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_RANK_H
#define WF_RANK_H

#include "run.h"

/* The more, the earlier it should start.  Worked out when it is first asked
 * for, which most runs of a chain never do. */
uint32_t rank_of(struct run *r, const struct inst *i);

/* The same of all steps of a flow, by the history of `flow`; `store` NULL:
 * that of a child flow is not looked at. */
void rank_steps(struct store *store, const char *flow,
		const struct workflow *wf, uint32_t *rank);

#endif
