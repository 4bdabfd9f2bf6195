/* Slices by sched_setattr, for which libc has no function.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "slice.h"

#include <linux/sched.h>
#include <linux/sched/types.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SHORT_NS 100000 /* the shortest that there is */

static bool
get(pid_t pid, struct sched_attr *attr)
{
	return syscall(SYS_sched_getattr, pid, attr, sizeof(*attr), 0) == 0 &&
	       attr->sched_policy == SCHED_NORMAL;
}

/* All else is set to what it is. */
static void
set(unsigned long long ns)
{
	struct sched_attr attr = {.size = sizeof(attr)};

	if (!get(0, &attr))
		return;
	attr.sched_runtime = ns;
	syscall(SYS_sched_setattr, 0, &attr, 0);
}

void
slice_shorten(void)
{
	set(SHORT_NS);
}

void
slice_usual(void)
{
	set(0);
}

bool
slice_is_short(pid_t pid)
{
	struct sched_attr attr = {.size = sizeof(attr)};

	return get(pid, &attr) && attr.sched_runtime == SHORT_NS;
}
