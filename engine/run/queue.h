/* The ready queue: a heap of instances, best first.
 *
 * Order: priority (higher first), then the longest path to an end of the
 * flow (rank.h), then the order of the file (items in the order of their
 * list).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_QUEUE_H
#define WF_QUEUE_H

#include "run.h"

/* `q` is the run's ready queue, or the waiting list of a pool. */
void queue_push(struct run *r, struct ixs *q, uint32_t ix);
uint32_t queue_pop(struct run *r, struct ixs *q); /* not empty */

/* Due times, soonest first. */
void dues_push(struct run *r, int64_t due_boot, uint32_t ix);
/* The soonest entry; false when there is none. */
bool dues_first(const struct run *r, struct due_entry *out);
void dues_pop(struct run *r);

#endif
