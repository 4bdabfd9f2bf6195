/* Hooks: commands of the flow that run when something happens to the run.
 *
 * They run one after the other, beside the steps, as attempts of the warden
 * that belong to no step (their flight's ix is IX_NONE).  A hook that was
 * asked for stands in the run's row until it has ended, so that it runs at
 * least once whatever dies; when nobody can tell whether it ran, it runs
 * again and an event says so.  How it ends changes nothing else.
 *
 * A run becomes final only when its hooks have ended: whoever waits for the
 * run has waited for them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_HOOK_H
#define WF_HOOK_H

#include "run.h"

/* Ask for a hook; nothing when the flow has none for this event.  `ix` is the
 * step it is about; IX_NONE: the first that failed, if any.  `reason` may be
 * NULL. */
void hook_ask(struct run *r, enum hook hook, uint32_t ix, const char *reason);
/* The run's work is done: ask for the hooks of its end.  It becomes `state`
 * when they have ended. */
void hook_end_run(struct run *r, enum run_state state, enum cause cause);
/* End of a turn: start the next one, or let the run become final. */
void hook_turn(struct run *r);

/* Its attempt ended; `cause` CAUSE_NONE: well. */
void hook_ended(struct run *r, const struct flight *f, enum cause cause,
		int exit_code, const char *why);
void hook_unknown(struct run *r, const struct flight *f, const char *why);

#endif
