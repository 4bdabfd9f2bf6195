/* The door to a run's engine: who holds it, waking it, starting one.
 *
 * One engine a run.  The lock is an open-file-description lock on
 * RUN_DIR/lock and ends with the process that holds it, however that ends.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_DOOR_H
#define WF_DOOR_H

#include <stdbool.h>

#include "../base/err.h"

/* argv[1] of an engine process; then the state directory and the run. */
#define DOOR_ARGUMENT "--engine"

/* Start an engine process for the run (posix_spawn of this binary); returns
 * at once.  Harmless when one is alive: the loser leaves. */
enum wf_code
door_spawn(const char *state_dir, const char *run, struct wf_err *err);
/* Is somebody driving it?  The engine's process id, else 0. */
int door_owner(const char *run_dir);
/* Tell a live engine to look into its inbox; false when there is none. */
bool door_wake(const char *run_dir);

/* For the engine itself.  Take the run's lock, waiting at most `wait` ms; the
 * descriptor holds it until it is closed.  -1 when somebody else has it. */
int door_take(const char *run_dir, int wait);
/* The socket on which it is woken, RUN_DIR/engine.sock; -1 with errno. */
int door_listen(const char *run_dir);

#endif
