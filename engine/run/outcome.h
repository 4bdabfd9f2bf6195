/* What the end of an attempt means: outputs, contracts, retry, failure.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_OUTCOME_H
#define WF_OUTCOME_H

#include "outcome_ending.h"

/* An attempt ended, or is known never to have begun.  News of an attempt
 * that is not on its way is only acknowledged: the same ending may be told
 * any number of times. */
void outcome_ended(struct run *r, const struct warden_news *news);

/* The same when it is known how it ended. */
void
outcome_settle(struct run *r, uint64_t attempt, const struct ending *ending);

/* Nobody can tell how the attempt ended: on_lost decides. */
void outcome_unknown(struct run *r, uint64_t attempt, const char *because);

/* A step without a process came to its end: a child flow, a wait. */
void outcome_succeeded(struct run *r, uint32_t ix, const char *outputs_json);
void
outcome_failed(struct run *r, uint32_t ix, enum cause cause, const char *why);

#endif
