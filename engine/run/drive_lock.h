/* One engine a run: the lock, and the socket on which it is woken.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_DRIVE_LOCK_H
#define WF_DRIVE_LOCK_H

#include "../base/err.h"

/* Take the run's lock, waiting at most `wait` ms; the descriptor holds it
 * until it is closed.  -1 when somebody else has it. */
int lock_take(const char *run_dir, int wait);
/* A datagram socket bound as RUN_DIR/engine.sock; -1 with errno. */
int lock_listen(const char *run_dir);

#endif
