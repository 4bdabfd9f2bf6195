/* A run and a step looked at closely: what their snapshot does not hold.
 *
 * Part of the public face, see engine.h; asked for one run or one step at a
 * time, when somebody looks at it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_ABOUT_H
#define WF_ABOUT_H

#include "engine.h"

/* Ask the run's engine for a sign of life; it gives one as soon as it has
 * nothing else to do.  Nobody is waited for. */
void wf_run_ask_beat(struct wf_engine *e, const char *run);
/* When it gave the last one, by its wall clock; 0: never. */
int64_t wf_run_beat(struct wf_engine *e, const char *run);

#define WF_TRIES 24
/* Tries of those that `retry_limit` allows: "2/4"; "4+1" when somebody asked
 * for one more than these. */
const char *wf_tries(uint32_t tries, uint32_t retry_limit, char text[WF_TRIES]);

/* How many processes the run may have at once, its engine permitting. */
uint32_t wf_run_slots(struct wf_engine *e, const char *run);

/* For each step of the snapshot its turn among those that are ready and have
 * no place to work in yet, from 1; 0: it is none of them.  How many there
 * are. */
size_t wf_run_queue(struct wf_engine *e, const struct wf_run_detail *run,
		    uint32_t *queue_out);

/* A value that the step's definition reads: "params.tag",
 * "steps.build.outputs.image". */
struct wf_input {
	const char *name;
	const char *hash; /* of the value as it is, 8 hex digits; NULL: there
			   * is none yet, or it is not known here */
};

struct wf_step_about {
	struct wf_list list;
	const char *definition; /* hash of what it does, 16 hex digits */
	const char *const *env; /* names of the variables the flow gives it */
	size_t nenv;
	const char *const *secrets; /* names */
	size_t nsecrets;
	const struct wf_input *inputs; /* in the order of the file, each once */
	size_t ninputs;
	int64_t log_limit; /* bytes of an attempt's log; 0: no limit */
};
/* A step of the snapshot; WF_NOT_FOUND when its definition has gone. */
enum wf_code wf_step_about(struct wf_engine *e, const struct wf_run_detail *run,
			   const struct wf_step_info *step,
			   struct wf_step_about *about_out, struct wf_err *err);

#endif
