/* Stopping work: a step, a scope, the whole run.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_HALT_H
#define WF_HALT_H

#include "run.h"

/* Stop the unfinished work of an instance, of its items and of its child
 * flow.  What runs is killed and settles when it has ended; what has not
 * begun is cancelled at once. */
void halt_step(struct run *r, uint32_t ix, const char *because, bool now);
/* How long the child flow of an instance may take, and what it fails with past
 * that: the step's `timeout` or the flow's own `deadline`.  0: no limit. */
int64_t halt_child_limit(const struct run *r, uint32_t ix, enum cause *cause);
/* That time is over: the flow ends when all that is in it has stopped. */
void halt_late_child(struct run *r, uint32_t ix);
/* All of the run: nothing new starts.  `cause` is cancelled or deadline. */
void halt_run(struct run *r, enum cause cause, const char *because, bool now);
/* Kill the attempts of an instance. */
void halt_attempts(struct run *r, uint32_t ix, enum cause cause, bool now);
/* Kill one attempt, in a way that the next engine knows of. */
void halt_flight(struct run *r, struct flight *f, enum cause cause, bool now);
/* Recovery: ask once more for what may never have reached the warden. */
void halt_again(struct run *r, const struct flight *f);
enum warden_kill halt_kill_for(enum cause cause);

#endif
