/* The processes of this machine, and which of them belong to an attempt.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_WARDEN_TREE_H
#define WF_WARDEN_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "../base/vec.h"

struct tree_process {
	int pid, parent, group, session;
	char state;
	uint64_t start_time;
	int64_t rss; /* bytes */
	char name[17];
	bool is_main; /* of some attempt */
	bool mine;    /* of the one asked for */
};

struct tree { /* sorted by pid */
	VEC(struct tree_process) at;
};

/* What to look for. */
struct tree_query {
	int warden; /* its descendants only; 0: anywhere */
	int main;   /* the attempt's own process */
	uint64_t start_time;
	const char *key; /* WFCTL_KEY=..., or NULL */
};

/* Read /proc; slow (some microseconds a process). */
void tree_scan(struct tree *t);
struct tree_process *tree_find(const struct tree *t, int pid);
/* Set `mine` for each living process that belongs to the attempt: its own,
 * its descendants, its session and group, and orphans that carry the key.
 * Returns how many. */
size_t tree_mark(struct tree *t, const struct tree_query *q);
/* Signal all that are marked.  Each is looked at again through a pidfd, so
 * that a reused number is spared. */
void tree_signal(const struct tree *t, int signo);
void tree_release(struct tree *t);

/* Parse the text of /proc/PID/stat; false when it is none. */
bool tree_parse_stat(char *text, struct tree_process *p);
/* Does the process carry this `NAME=value` in its environment? */
bool tree_has_key(int pid, const char *key);
/* A pidfd of that very process (zombies included), or -1. */
int tree_open(int pid, uint64_t start_time);

#endif
