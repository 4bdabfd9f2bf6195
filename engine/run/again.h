/* Starting over: a step that has run is to run from its beginning, with all
 * that is inside it.
 *
 * Taking up again (group_open, begin_child) keeps what is done inside a
 * group or child flow.  A further round, a step before it that ran again, or
 * a person who names it want all of it anew; that is here.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_AGAIN_H
#define WF_AGAIN_H

#include "run.h"

/* The instance, if it has settled, and all that is inside it is pending and
 * knows of no tries, rounds or outputs. */
void again_from_start(struct run *r, uint32_t ix, const char *because);
/* The same for what is inside it alone. */
void again_inside(struct run *r, uint32_t ix, const char *because);

/* By instance: was something in it undone?  NULL: nothing was.  A step may
 * have been undone alone; then what it is in is no longer done either.  The
 * caller frees. */
bool *again_holders(const struct run *r);

#endif
