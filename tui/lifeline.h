/* What leaves the user's terminal as it was found, whatever happens.
 *
 * Handlers do what is safe in a handler and nothing else.  For fatal signals
 * they write a fixed string, reset the line discipline and let the signal
 * act again, so that core dumps and exit statuses are as ever; SIGCONT only
 * sets a flag.  There is one terminal, hence one lifeline.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_LIFELINE_H
#define WF_LIFELINE_H

#include <stdbool.h>
#include <stddef.h>

/* Remember the line discipline and who handles signals; before anything
 * changes them. */
void lifeline_save(int fd);
/* From now on, restore on exit, BUG and fatal signals by writing this. */
void lifeline_arm(const char *restore, size_t n);
/* True: the terminal is in order for now (another program has it). */
void lifeline_pause(bool paused);
/* Handlers as they were; nothing will be restored any more. */
void lifeline_release(void);
/* SIGCONT came since the last question. */
bool lifeline_was_continued(void);
/* Stop the process group as Ctrl+Z would; returns after `fg`. */
void lifeline_stop(void);

#endif
