/* Places to work in: max_parallel of each scope, pools, locks.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_SLOTS_H
#define WF_SLOTS_H

#include "run.h"

/* Does the instance's work need a place at all? */
bool slots_needed(const struct run *r, uint32_t ix);
/* All it needs, or nothing: false when something is taken; it is then in
 * that one's waiting list and comes back to the ready queue by itself. */
bool slots_take(struct run *r, uint32_t ix);
/* What it took; nothing when it took nothing. */
void slots_give(struct run *r, uint32_t ix);
/* Is there any place left in the root's max_parallel? */
bool slots_free(const struct run *r);
/* The root's max_parallel has changed; or, after recovery, an instance
 * holds its places without asking. */
void slots_hold(struct run *r, uint32_t ix);

#endif
