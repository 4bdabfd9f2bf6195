/* The engine process: drives one run until it settles or waits for nothing
 * but people.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_DRIVE_H
#define WF_DRIVE_H

#include "../base/err.h"

/* Start an engine process for the run (posix_spawn of this binary); returns
 * at once.  Harmless when one is alive: the loser leaves. */
enum wf_code
drive_spawn(const char *state_dir, const char *run, struct wf_err *err);

/* Is somebody driving it?  The engine's process id, else 0. */
int drive_owner(const char *run_dir);

/* Tell a live engine to look into its inbox; false when there is none. */
bool drive_wake(const char *run_dir);

/* main() of that process: `argv` as drive_spawn made it. */
bool drive_is_me(int argc, char **argv);
int drive_main(int argc, char **argv);

#endif
