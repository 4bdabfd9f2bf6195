/* `redundancy`: several attempts of one instance side by side.
 *
 * The copies share the instance's slot and count as one try.  The first
 * success is the instance's; the others are *dropped*: killed, and their
 * endings mean nothing any more.  A failure counts only when it is the last
 * of them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_COPIES_H
#define WF_COPIES_H

#include "run.h"

/* The instance's first attempt of this try was begun. */
void copies_begin(struct run *r, uint32_t ix);
/* Attempts of the instance that are on their way and count. */
uint32_t copies_left(const struct run *r, uint32_t ix);
/* `f`, taken out of the list, has succeeded: drop the others. */
void copies_won(struct run *r, const struct flight *f);
/* Recovery: what was dropped; it is killed again with all that is to be
 * stopped. */
void copies_restore(struct run *r);

/* Begin those that were to come `after` some time; when to look next. */
void copies_look(struct run *r);
int64_t copies_next(const struct run *r);

/* Attempts that were dropped, for the run's row; NULL: none. */
json_t *copies_json(const struct run *r);

#endif
