/* The carrier: the process that stands here for work done elsewhere.
 *
 * SIGTERM asks it to end that work, and after `kill_after` it does so by
 * force; SIGQUIT asks for force at once.  Both reach the file of the executor
 * as a call of `stop`.  It ends when the work over there has.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_CARRIER_H
#define WF_CARRIER_H

#include "../base/map.h"
#include "executor.h"
#include "report.h"

#define CARRIER_NAME "stepcarrier" /* nothing of "wfctl": see warden.h */

enum carrier_wish {
	WISH_GO_ON,
	WISH_STOP, /* politely */
	WISH_KILL
};

struct client;

struct carrier {
	struct arena arena;
	struct job job;
	const struct executor *executor;
	struct map env;    /* our own environment: NAME -> "NAME=value" */
	struct map values; /* of the step: NAME -> value */
	int signals;       /* descriptor: SIGTERM, SIGQUIT, SIGCHLD */
	enum carrier_wish wish, told; /* asked for; passed on */
	int64_t kill_at;              /* on clock_boot() */
	/* End the work over there.  Called while a client runs. */
	void (*stop)(struct carrier *c, bool now);
	struct client *client; /* that runs now; the outermost */
	void *own;             /* of the executor's file */
	bool done;             /* there is a report */
	struct report report;
};

bool carrier_is_me(int argc, char **argv);
int carrier_main(int argc, char **argv);

/* How it ended; the first word counts.  Always true, to return with. */
bool carrier_report(struct carrier *c, enum report_kind kind, int code,
		    const char *fmt, ...) PRINTF_LIKE(4, 5);

/* Whose variables a client finds. */
enum carrier_env {
	ENV_OURS,    /* those of this machine */
	ENV_BY_NAME, /* and those of the step that it is to hand on by name */
	ENV_ALL      /* and all others of the step, over ours */
};
const char *const *carrier_env(struct carrier *c, enum carrier_env which);
/* May the step's variable stand in the environment of a client?  One that
 * hides one of ours (PATH, HOME) would change the client itself. */
bool carrier_by_name(const struct carrier *c, const char *name);

/* Read what signals have come; act on them unless a client within a client
 * is only being asked something. */
void carrier_hear(struct carrier *c);
void carrier_obey(struct carrier *c);

#endif
