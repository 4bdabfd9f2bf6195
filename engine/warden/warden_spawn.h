/* Starting an attempt: the work between vfork and exec.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_WARDEN_SPAWN_H
#define WF_WARDEN_SPAWN_H

#include <limits.h>
#include <time.h>

#include "journal.h"
#include "warden.h"

/* What failed; the number goes into the journal, so only append. */
enum spawn_call {
	SPAWN_NONE,
	SPAWN_FORK,
	SPAWN_SESSION,
	SPAWN_LOG,
	SPAWN_OUTPUT,
	SPAWN_INPUT,
	SPAWN_LIMIT,
	SPAWN_NICE,
	SPAWN_WORKDIR,
	SPAWN_JOURNAL,
	SPAWN_EXEC,
	SPAWN_FILTER,
	SPAWN_KILLED, /* by somebody, before it began */
	SPAWN_NCALLS
};

/* What start times are counted in; 0: not to be told from the clock. */
struct spawn_ticks {
	long ns;
	bool agree; /* with the kernel's own account, as was seen */
};
struct spawn_ticks spawn_ticks(void);

struct spawn {
	const struct warden_spec *spec;
	struct journal *journal;
	const unsigned char *boot_id;
	int null;           /* open on /dev/null */
	int output, errors; /* a filter's pipes, or -1: open the files */
	struct spawn_ticks *ticks;
	struct timespec forked; /* not later than the fork, on the boot clock */
	/* Written by the child, whose memory is ours. */
	int pid;
	int error; /* 0: runs, or ran */
	enum spawn_call call;
	struct journal_record begun; /* kind is set once it is written */
	uint64_t begun_at;
	bool failed; /* after it began: the journal says so */
};

/* Returns when the child has become its command, or has ended before. */
void spawn_run(struct spawn *s);
/* "exec make: No such file or directory", for a person. */
void spawn_explain(enum spawn_call call, int error,
		   const struct warden_spec *spec, char *text, size_t n);

#endif
