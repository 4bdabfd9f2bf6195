/* The engine process: drives one run until it settles or waits for nothing
 * but people.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_DRIVE_H
#define WF_DRIVE_H

#include "../base/err.h"

/* main() of the process that door_spawn starts. */
bool drive_is_me(int argc, char **argv);
int drive_main(int argc, char **argv);

#endif
