/* What is told of runs by ear, and what was said already.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_LINEAR_INT_H
#define WF_LINEAR_INT_H

#include "../engine/base/map.h"
#include "../engine/base/vec.h"
#include "linear.h"

/* A run that is followed: what was said of it last. */
struct linear {
	struct views *vs;
	struct wf_watch *watch;
	char run[WF_RUN_ID]; /* "": the list */
	VEC(char *) ids;     /* by their numbers, as listed */
	VEC(char *) paths;   /* of steps, as listed; later ones behind */
	struct map numbers;  /* from 1 of each path, in that order */
	VEC(int) said;       /* enum shown of each step, as said */
	int run_said;
	uint64_t heard; /* the event that was looked at last */
	int64_t spoke;
};

/* linear_tell.c: what was said is another run's. */
void linear_forget(struct linear *l);
/* The latest runs, numbered. */
void linear_list(struct linear *l);
/* Of the open run what happened since, one thing after the other; all of it as
 * it is with `whole`. */
void linear_tell(struct linear *l, bool whole);
/* A step looked at closely. */
void linear_tell_step(struct linear *l, const char *path);
/* That it still goes on, when nothing was said for a while. */
void linear_beat(struct linear *l);

#endif
