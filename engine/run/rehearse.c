/* A rehearsal: the play on its stage, and time that jumps.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "rehearse.h"

#include <stdio.h>
#include <stdlib.h>

#include "../base/clock.h"
#include "../base/fs.h"
#include "copies.h"
#include "queue.h"
#include "rehearse_stage.h"
#include "turn.h"
#include "warn.h"

/* --- time ----------------------------------------------------------------- */

static int64_t now_wall, begun_wall;

static int64_t
stage_wall(void)
{
	return now_wall;
}

/* The machine has been up for a day. */
static int64_t
stage_boot(void)
{
	return now_wall - begun_wall + INT64_C(86400000);
}

static const struct clock stage_clock = {stage_wall, stage_boot};

/* --- the play ------------------------------------------------------------- */

/* The engine looks for an awaited file again and again; there is none. */
static int64_t
due_next(struct stage *s)
{
	struct due_entry e;

	while (dues_first(s->r, &e)) {
		const struct inst *i =
			e.ix == IX_NONE ? NULL : run_inst(s->r, e.ix);

		if (!i || inst_due_boot(i) == e.due)
			return e.due;
		dues_pop(s->r);
	}
	return INT64_MAX;
}

static int64_t
sooner(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* The deadline of a run that only waits for people does not pass while we
 * look; all else moves the clock. */
static bool
advance(struct stage *s)
{
	int64_t next = sooner(world_next(&s->world), stage_promise_next(s));

	next = sooner(next, stage_event_time(s));
	if (!run_is_over(s->r)) {
		next = sooner(next, due_next(s));
		next = sooner(next, copies_next(s->r));
		if (world_next(&s->world) != INT64_MAX)
			next = sooner(next, warn_next(s->r));
	}
	if (next == INT64_MAX)
		return false;
	if (next > clock_boot())
		now_wall += next - clock_boot();
	world_land(&s->world, s->r);
	warn_look(s->r);
	copies_look(s->r);
	run_tick(s->r, clock_boot());
	stage_keep_promises(s);
	return true;
}

static void
play(struct stage *s)
{
	int64_t busy = clock_wall();
	bool rests = false;

	do {
		do {
			stage_turn(s);
		} while (!s->code && stage_next_event(s));
		if (s->code)
			return;
		stage_make_promises(s);
		if (!rests || !run_is_over(s->r))
			busy = clock_wall();
		rests = run_is_over(s->r);
	} while (advance(s));
	s->out->took = busy - s->start;
	stage_miss_events(s);
}

static enum wf_code
make_run(struct stage *s)
{
	static const char *const names[] = {"logs", "work"};
	struct st_run row = {.flow = s->plan->flow,
			     .definition = s->plan->hash,
			     .state = RUN_QUEUED,
			     .next_event = 1,
			     .created = clock_wall(),
			     .params = s->plan->params,
			     .options = s->plan->options,
			     .actor = "operator"};
	enum wf_code code = WF_OK;

	if (st_open(s->plan->dir, ST_CREATE, &s->store, s->err))
		return WF_STORE;
	st_relax(s->store);
	if (st_create_run(s->store, &row, s->plan->definition, s->err))
		return WF_STORE;
	snprintf(s->out->id, sizeof(s->out->id), "%s", row.id);
	s->dir = mem_printf("%s/runs/%s", s->plan->dir, row.id);
	for (size_t k = 0; !code && k < ARRAY_SIZE(names); k++) {
		char *path = mem_printf("%s/%s", s->dir, names[k]);

		code = fs_mkdirs(path, s->err);
		free(path);
	}
	return code;
}

enum wf_code
rehearse(const struct rehearsal *plan, struct rehearsal_result *out,
	 struct wf_err *err)
{
	struct stage s = {.plan = plan,
			  .out = out,
			  .err = err,
			  .start = plan->scenario->begins,
			  .world = {.scenario = plan->scenario}};

	*out = (struct rehearsal_result){.took = 0};
	now_wall = begun_wall = plan->scenario->begins;
	clock_use(&stage_clock);
	srandom(1);
	s.code = make_run(&s);
	if (!s.code)
		stage_take_up(&s, false);
	if (!s.code)
		play(&s);
	stage_drop_run(&s);
	if (s.store)
		st_close(s.store);
	vec_each (&s.promises, struct promise, p)
		free(p->path);
	vec_release(&s.promises);
	world_release(&s.world);
	free(s.dir);
	clock_use(NULL);
	return s.code;
}

void
rehearsal_release(struct rehearsal_result *result)
{
	vec_release(&result->misses);
}
