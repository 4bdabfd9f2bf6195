/* Longest paths through the steps of a flow.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_PATHS_H
#define WF_PATHS_H

#include "../model/workflow.h"

/* From each step, the weights along the heaviest path to an end, its own
 * among them.  Both arrays are as long as the flow; sums stay at UINT32_MAX. */
void paths_heaviest(const struct workflow *wf, const uint32_t *weight,
		    uint32_t *path);

#endif
