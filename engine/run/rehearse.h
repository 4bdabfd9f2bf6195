/* Carrying a run out without processes or time: stubs say how each attempt
 * ends, and the clock jumps to where something happens next.
 *
 * All else is the engine's own: the same state machine, turns, batches,
 * store and recovery.  Nothing outside the state directory is touched: no
 * command runs, no secret is read, no file is protected or waited for.  When
 * the engine "dies", the run is thrown away and made anew from its rows.
 *
 *	rehearse(&plan, &result, &err);
 *	... the store in plan.dir holds the run result.id: look at it ...
 *
 * The process-wide clock is replaced meanwhile.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_REHEARSE_H
#define WF_REHEARSE_H

#include "../base/vec.h"
#include "../model/scenario.h"
#include "../store/store.h"

struct rehearsal {
	const struct scenario *scenario;
	const char *dir;          /* a state directory, for this run alone */
	const char *flow;         /* its name */
	struct pieces definition; /* of the bundle */
	const char *hash;
	const char *params, *options; /* JSON objects */
};

/* An event that did not come to pass as it should have. */
struct rehearsal_miss {
	struct mark mark;
	char text[400];
};

struct rehearsal_result {
	char id[ST_RUN_ID];
	int64_t took; /* simulated, until the run came to rest */
	uint32_t ncrashes;
	VEC(struct rehearsal_miss) misses;
};

/* WF_FAILED: it does not come to an end, or cannot begin. */
enum wf_code rehearse(const struct rehearsal *plan,
		      struct rehearsal_result *out, struct wf_err *err);
void rehearsal_release(struct rehearsal_result *result);

#endif
