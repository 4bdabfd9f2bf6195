/* What the parts of a rehearsal share: the stage with its run.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_REHEARSE_STAGE_H
#define WF_REHEARSE_STAGE_H

#include "rehearse.h"
#include "rehearse_world.h"

/* An answer on its way to a step that waits. */
struct promise {
	char *path;
	const struct stub_answer *answer;
	int64_t due; /* boot clock */
	bool given;  /* to the engine, whatever that made of it */
	bool over;   /* it waits no more: the next time it gets the next one */
};

struct stage {
	const struct rehearsal *plan;
	struct rehearsal_result *out;
	struct store *store;
	struct run *r;
	char *dir; /* of the run */
	struct world world;
	VEC(struct promise) promises;
	uint32_t next_event;
	uint32_t nturns;
	uint64_t nmessages;
	int64_t start;
	bool dying;
	struct wf_err *err;
	enum wf_code code;
};

/* Notes the first failure; true when there is one. */
bool stage_fails(struct stage *s, enum wf_code code);
/* An engine begins, as after a crash or when it is asked something. */
void stage_take_up(struct stage *s, bool rebooted);
/* The run is not looked at any more, for now or for good. */
void stage_drop_run(struct stage *s);
void stage_crash(struct stage *s, bool machine);
void stage_read_inbox(struct stage *s);
/* Until nothing moves by itself. */
void stage_turn(struct stage *s);

/* Answers that were promised to steps when they began to wait. */
void stage_make_promises(struct stage *s);
int64_t stage_promise_next(const struct stage *s);
void stage_keep_promises(struct stage *s);
/* Events, in their order.  True: one came to pass. */
bool stage_next_event(struct stage *s);
/* When the next one may come by the clock alone. */
int64_t stage_event_time(const struct stage *s);
void stage_miss_events(struct stage *s);

#endif
