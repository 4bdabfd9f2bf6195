/* Turns on the processor: short ones for those whom others wait for.
 *
 * An engine and a warden work for some microseconds between two waits.  With
 * a short slice they get the processor as soon as there is something to do,
 * before others that are using it up for milliseconds; their share of it
 * stays the same.  Linux 6.12 and later know slices, others ignore them, and
 * a process with a policy of its own (chrt) is left alone.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_SLICE_H
#define WF_SLICE_H

#include <stdbool.h>
#include <sys/types.h>

/* The calling process asks for short slices. */
void slice_shorten(void);
/* ... for the usual ones again.  May be called between vfork and exec, whose
 * child inherits the slices. */
void slice_usual(void);
/* Does this process (0: the calling one) ask for short slices? */
bool slice_is_short(pid_t pid);

#endif
