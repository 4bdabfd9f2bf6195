/* The end of a flow: when everything is quiet, what then?
 *
 * Main steps, then a rollback if one is wanted, then `finally`, then the
 * outcome: of the run itself, or of the step whose child flow it is.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_SCOPE_H
#define WF_SCOPE_H

#include "run.h"

/* Look at a scope in which nothing is busy; does nothing when it is. */
void scope_check(struct run *r, uint32_t scope);

#endif
