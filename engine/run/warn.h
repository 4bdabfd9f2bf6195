/* Early warnings: attempts that take longer, write less or eat more than
 * usual, a deadline that will not be met, a disk that fills up.
 *
 * A warning is an event with its rule and its numbers, raised once for each
 * attempt and rule, and asks for the `warning` hook; it changes nothing
 * else.  Looking costs time, so it is done by the clock, never by the turn,
 * and not before an attempt has run for a second.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_WARN_H
#define WF_WARN_H

#include "run.h"

/* Look at what is due. */
void warn_look(struct run *r);
/* When to look next (boot clock); INT64_MAX: never. */
int64_t warn_next(struct run *r);
/* A last look at the log of an attempt that has ended. */
void warn_ended(struct run *r, struct flight *f);

/* What was raised, to and from the run's row. */
json_t *warn_json(const struct run *r);
void warn_restore(struct run *r);

#endif
