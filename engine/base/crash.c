/* The process kills itself at a named point, in test builds only.
 *
 * Also called between vfork and exec: nothing here allocates or locks.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "crash.h"

#ifdef WF_CRASH_POINTS

#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool
names(const char *pattern, size_t n, const char *name)
{
	return (n == 1 && *pattern == '*') ||
	       (strlen(name) == n && memcmp(pattern, name, n) == 0);
}

void
crash_point(const char *name)
{
	static long seen;
	const char *wish = getenv("WFCTL_CRASH");
	const char *colon = wish ? strchr(wish, ':') : NULL;
	char *end;
	long at;

	if (!colon || !names(wish, (size_t)(colon - wish), name))
		return;
	at = strtol(colon + 1, &end, 10);
	if (++seen != at || (*end == ':' && unlink(end + 1) < 0))
		return;
	kill(getpid(), SIGKILL);
	for (;;)
		pause();
}

void
crash_delay(void)
{
	const char *ms = getenv("WFCTL_DELAY");

	if (ms)
		usleep((useconds_t)atoi(ms) * 1000);
}

#else
/* ISO C wants something in every file. */
extern int crash_points_are_off;
#endif
