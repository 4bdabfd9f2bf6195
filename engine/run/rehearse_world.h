/* What a rehearsal has in place of warden and clock: attempts that are on
 * their way, and when each of them ends.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_REHEARSE_WORLD_H
#define WF_REHEARSE_WORLD_H

#include "../model/scenario.h"
#include "run.h"

/* An attempt, from its start until its end was acknowledged. */
struct going {
	uint64_t attempt;
	int64_t ends; /* boot clock */
	int64_t left; /* of it, while frozen; else -1 */
	bool ended;
	const struct stub_result *result;
	enum warden_kill kill; /* NONE: by itself */
	int signal;
};

struct world {
	const struct scenario *scenario;
	VEC(struct going) going;
};

/* What the warden would do. */
void world_start(struct world *w, struct run *r, struct flight *f);
void
world_stop(struct world *w, uint64_t attempt, enum warden_kill why, int signal);
void world_freeze(struct world *w, uint64_t attempt, bool frozen);
void world_forget(struct world *w, uint64_t attempt);
struct going *world_find(const struct world *w, uint64_t attempt);

/* When the next attempt ends; INT64_MAX: none is on its way. */
int64_t world_next(const struct world *w);
/* Tell the run of all that have ended by now. */
void world_land(struct world *w, struct run *r);
/* What is known about an attempt, as the warden answers recovery. */
void world_answer(const struct world *w, struct run *r, uint64_t attempt);

/* The stub of a step by its path, or of all items of its group. */
const struct stub *world_stub(const struct scenario *s, const char *path);
/* The machine restarts: nothing is on its way. */
void world_reboot(struct world *w);
void world_release(struct world *w);

#endif
