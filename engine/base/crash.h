/* Named points at which a test build kills itself.
 *
 *	CRASH_POINT("commit-before");
 *
 * In a build with -DWF_CRASH_POINTS, WFCTL_CRASH="commit-before:3" makes the
 * process die by SIGKILL when it comes to that point for the third time;
 * "name:3:file" also needs and removes `file`, so that only one process of a
 * test dies; the name "*" is any point.  CRASH_DELAY()
 * waits as many ms as WFCTL_DELAY says, so that somebody hasty may overtake.
 * In other builds the macros are nothing.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_CRASH_H
#define WF_CRASH_H

#ifdef WF_CRASH_POINTS
void crash_point(const char *name);
void crash_delay(void);
#define CRASH_POINT(name) crash_point(name)
#define CRASH_DELAY()     crash_delay()
#else
#define CRASH_POINT(name) ((void)0)
#define CRASH_DELAY()     ((void)0)
#endif

#endif
