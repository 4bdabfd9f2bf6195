/* A control group for processes that are to die together.
 *
 * Killing one process after the other loses against one that forks faster.
 * Once they are in a group of their own, what they fork is born in it, and
 * cgroup.kill ends them all at once.  Works where there is a cgroup v2
 * hierarchy in which this process may make a group below its own; elsewhere
 * nothing happens.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_WARDEN_CGROUP_H
#define WF_WARDEN_CGROUP_H

#include <stdint.h>

#include "warden_tree.h"

/* Move the marked processes into the group of this number and kill all that
 * is in it. */
void cgroup_kill(const struct tree *t, uint64_t number);
/* Remove the group when it is empty. */
void cgroup_forget(uint64_t number);

#endif
