/* Commands with arguments for the palette, in the words of the command line,
 * without the run: it is the one on the screen.
 *
 *	retry e2e-tests --reset      approve gate -f percent=5 -m "canary fine"
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_PALETTE_COMMAND_H
#define WF_PALETTE_COMMAND_H

#include "../view.h"

/* The i-th command: its name and how it is used; false past the last. */
bool palette_command_at(size_t i, const char **name, const char **usage);
/* Carry out a line about `run`.  False: `err` says what is wrong with it;
 * WF_NOT_FOUND: its first word is no command. */
bool palette_command(struct views *vs, const char *run, const char *line,
		     struct wf_err *err);
/* Complete the last word of a line with the step ids of the run; the caller
 * frees, NULL: nothing fits. */
char *palette_complete(struct views *vs, const char *run, const char *line);

#endif
