/* Chains: the step that is bound to come next.
 *
 * Pure questions about definition and states; nothing is changed.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_CHAIN_H
#define WF_CHAIN_H

#include "run.h"

/* The pending step that becomes ready as soon as the attempt under way of
 * `ix` exits with 0 and leaves no outputs, whatever else goes on: it alone
 * needs `ix`, all else that it needs is done, and nothing it is given depends
 * on how `ix` went.  IX_NONE when there is none. */
uint32_t chain_next(const struct run *r, uint32_t ix);

#endif
