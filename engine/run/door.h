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
#include <stdint.h>

#include "../base/err.h"

/* argv[1] of an engine process; then the state directory and the run. */
#define DOOR_ARGUMENT "--engine"

/* What an engine has to say of its leaving, in RUN_DIR; empty while all is
 * well. */
#define DOOR_LOG "engine.log"

/* Start an engine process for the run (posix_spawn of this binary); returns
 * at once.  Harmless when one is alive: the loser leaves.  `pid_out` may be
 * NULL. */
enum wf_code door_spawn(const char *state_dir, const char *run, int *pid_out,
			struct wf_err *err);
/* Why the last engine left, in its own words; NULL when it did not say,
 * because it was done or because it was killed.  Caller frees. */
char *door_left(const char *run_dir);
/* Is somebody driving it?  The engine's process id, else 0. */
int door_owner(const char *run_dir);
/* Tell a live engine to look into its inbox; false when there is none. */
bool door_wake(const char *run_dir);
/* Ask it for a sign of life, and when it gave the last one (wall clock; 0:
 * never).  It costs an engine nothing while nobody asks. */
void door_ask_beat(const char *run_dir);
int64_t door_beat(const char *run_dir);

/* For the engine itself.  The run's directories where they are missing:
 * whoever made the run may have died before.  A state directory that is gone
 * is not made anew. */
void door_furnish(const char *state_dir, const char *run_dir);
/* Take the run's lock, waiting at most `wait` ms; the descriptor holds it
 * until it is closed.  -1 with errno; EWOULDBLOCK: somebody else has it. */
int door_take(const char *run_dir, int wait);
/* The socket on which it is woken, RUN_DIR/engine.sock; -1 with errno. */
int door_listen(const char *run_dir);
/* Take what has come on it and give the signs of life that were asked for;
 * true: somebody wants the inbox looked into. */
bool door_hear(int socket, int lock);
/* Nobody is to wake it any more; those who watch see it leave. */
void door_close(const char *run_dir, int fd);

#endif
