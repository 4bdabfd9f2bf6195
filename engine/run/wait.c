/* Parking and waking.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "wait.h"

#include <unistd.h>

#include "../base/clock.h"
#include "../base/fs.h"
#include "answer.h"
#include "decide.h"
#include "ensure.h"
#include "queue.h"
#include "signals.h"
#include "vars.h"

enum {
	FILE_POLL = 250,    /* how often to look for an awaited file */
	CLOCK_POLL = 60000, /* and whether somebody has set the clock */
};

static void
wake_at(struct run *r, uint32_t ix, int64_t wall)
{
	struct inst *i = run_inst(r, ix);
	int64_t left = wall - clock_wall();

	inst_wake(i, wall, clock_boot() + (left > 0 ? left : 0));
	dues_push(r, inst_due_boot(i), ix);
	run_save(r, ix);
}

static void
fails_now(struct run *r, uint32_t ix, const char *why)
{
	decide_fail(r, ix, CAUSE_REQUIRE, why);
}

/* `until`: a timestamp, or text of one.  -1 when it is neither. */
static int64_t
until_of(struct run *r, uint32_t ix, char *why, size_t size)
{
	const struct wait *w = run_step(r, run_inst(r, ix))->more->wait;
	struct vars vars = vars_of_inst(r, ix);
	struct cel_vars lookup = vars_lookup(&vars);
	struct cel_error err = {0};
	struct arena a = {0};
	struct value v;
	int64_t ms = -1;

	if (!template_eval(&w->until, &lookup, &a, &v, &err)) {
		snprintf(why, size, "wait.until: %s", err.message);
	} else if (v.kind == VALUE_TIMESTAMP) {
		ms = v.time.seconds * 1000 + v.time.nanos / 1000000;
	} else if (v.kind != VALUE_STRING || !clock_parse(v.string, &ms)) {
		snprintf(why, size, "wait.until is no RFC 3339 time");
		ms = -1;
	}
	arena_release(&a);
	return ms;
}

static void
park_on_person(struct run *r, uint32_t ix)
{
	struct inst *i = run_inst(r, ix);

	i->flags |= INST_PERSON;
	r->npersons++;
}

/* The path of an awaited file, in `a`; NULL when its template fails. */
static const char *
file_of(struct run *r, uint32_t ix, struct arena *a, struct cel_error *err)
{
	const struct inst *i = run_inst(r, ix);
	struct vars vars = vars_of_inst(r, ix);
	struct cel_vars lookup = vars_lookup(&vars);
	const char *path;
	char *joined;

	if (!template_render(&run_step(r, i)->more->wait->file, &lookup, a,
			     &path, err))
		return NULL;
	joined = fs_join(run_scope(r, i)->wf->dir, path);
	path = arena_strdup(a, joined);
	free(joined);
	return path;
}

static bool
file_is_there(struct run *r, uint32_t ix)
{
	struct cel_error err = {0};
	struct arena a = {0};
	const char *path = file_of(r, ix, &a, &err);
	bool there = path && access(path, F_OK) == 0;

	arena_release(&a);
	return there;
}

static void
look_again(struct run *r, uint32_t ix)
{
	bool file = run_step(r, run_inst(r, ix))->more->wait->kind == WAIT_FILE;

	dues_push(r, clock_boot() + (file ? FILE_POLL : CLOCK_POLL), ix);
}

static int64_t
sooner(int64_t time, int64_t timeout)
{
	return timeout != DURATION_NONE && timeout < time ? timeout : time;
}

static void
arm_until(struct run *r, uint32_t ix)
{
	const struct wait *w = run_step(r, run_inst(r, ix))->more->wait;
	char why[300];
	int64_t until = until_of(r, ix, why, sizeof(why)), wall = clock_wall();

	if (until < 0)
		fails_now(r, ix, why);
	else
		wake_at(r, ix, wall + sooner(until - wall, w->timeout));
}

static void
arm_file(struct run *r, uint32_t ix)
{
	struct cel_error err = {0};
	struct arena a = {0};
	char why[300];

	if (file_of(r, ix, &a, &err)) {
		wait_due(r, ix);
	} else {
		snprintf(why, sizeof(why), "wait.file: %s", err.message);
		fails_now(r, ix, why);
	}
	arena_release(&a);
}

static void
arm_wait(struct run *r, uint32_t ix, const struct wait *w)
{
	bool news = w->kind == WAIT_SIGNAL || w->kind == WAIT_FILE;

	if (news && w->timeout != DURATION_NONE)
		wake_at(r, ix, clock_wall() + w->timeout);
	switch (w->kind) {
	case WAIT_FOR:
		wake_at(r, ix, clock_wall() + sooner(w->duration, w->timeout));
		break;
	case WAIT_UNTIL:
		arm_until(r, ix);
		look_again(r, ix);
		break;
	case WAIT_SIGNAL:
		park_on_person(r, ix);
		signals_take(r, ix);
		break;
	case WAIT_FILE:
		arm_file(r, ix);
		break;
	}
}

static void
arm(struct run *r, uint32_t ix)
{
	const struct step_more *m = run_step(r, run_inst(r, ix))->more;

	if (!m->approval) {
		arm_wait(r, ix, m->wait);
		return;
	}
	park_on_person(r, ix);
	if (m->approval->timeout != DURATION_NONE)
		wake_at(r, ix, clock_wall() + m->approval->timeout);
}

void
wait_park(struct run *r, uint32_t ix)
{
	const struct step *step = run_step(r, run_inst(r, ix));
	struct vars vars = vars_of_inst(r, ix);
	struct cel_vars lookup = vars_lookup(&vars);
	struct cel_error err = {0};
	struct arena a = {0};
	const char *prompt = NULL;

	if (step->action == ACTION_APPROVAL &&
	    step->more->approval->prompt.text &&
	    !template_render(&step->more->approval->prompt, &lookup, &a,
			     &prompt, &err)) {
		fails_now(r, ix, err.message);
		arena_release(&a);
		return;
	}
	if (prompt)
		text_set(&inst_more(run_inst(r, ix))->prompt, prompt);
	run_apply(r, ix, EVENT_PARK, GUARD_ALWAYS, CAUSE_NONE, NULL);
	arena_release(&a);
	arm(r, ix);
}

void
wait_disarm(struct run *r, uint32_t ix)
{
	struct inst *i = run_inst(r, ix);

	if (!(i->flags & INST_PERSON))
		return;
	i->flags &= (uint16_t)~INST_PERSON;
	r->npersons--;
}

void
wait_restore(struct run *r, uint32_t ix)
{
	const struct inst *i = run_inst(r, ix);
	const struct step *step = run_step(r, i);

	if (i->state == STEP_WAITING &&
	    (step->action == ACTION_APPROVAL ||
	     (step->action == ACTION_WAIT &&
	      step->more->wait->kind == WAIT_SIGNAL)))
		park_on_person(r, ix);
	if (i->state == STEP_WAITING && step->action == ACTION_WAIT &&
	    (step->more->wait->kind == WAIT_FILE ||
	     step->more->wait->kind == WAIT_UNTIL))
		look_again(r, ix);
}

static void
wake(struct run *r, uint32_t ix, const char *because)
{
	run_event(r, EV_CHOICE, ix, "woken", because, NULL);
	ensure_wake(r, ix, because);
}

/* Nobody came in time. */
static void
wait_timed_out(struct run *r, uint32_t ix, const struct wait *w)
{
	if (w->succeed_on_timeout) {
		run_event(r, EV_CHOICE, ix, "succeeded",
			  "its timeout passed and the default is succeed",
			  NULL);
		run_apply(r, ix, EVENT_DECLINED, GUARD_TO_SUCCEED, CAUSE_NONE,
			  NULL);
	} else {
		decide_fail(r, ix, CAUSE_TIMEOUT,
			    "what it waited for did not come in time");
	}
}

/* `until` is a moment of the wall clock, which may be set while we wait; a
 * timeout is a length of time and cares for no clock. */
static void
until_due(struct run *r, uint32_t ix, bool late)
{
	const struct inst *i = run_inst(r, ix);
	char why[300];
	int64_t until = until_of(r, ix, why, sizeof(why));

	if (until <= clock_wall())
		wake(r, ix, "its time has come");
	else if (!late)
		look_again(r, ix);
	else if (inst_due(i) < until)
		wait_timed_out(r, ix, run_step(r, i)->more->wait);
	else
		arm_until(r, ix);
}

static void
for_due(struct run *r, uint32_t ix)
{
	const struct wait *w = run_step(r, run_inst(r, ix))->more->wait;

	if (sooner(w->duration, w->timeout) == w->duration)
		wake(r, ix, "its time has come");
	else
		wait_timed_out(r, ix, w);
}

void
wait_due(struct run *r, uint32_t ix)
{
	const struct inst *i = run_inst(r, ix);
	const struct step *step = run_step(r, i);
	bool late = inst_due(i) && inst_due_boot(i) <= clock_boot();

	if (i->state != STEP_WAITING)
		return;
	if (step->action == ACTION_APPROVAL) {
		if (late)
			answer_timed_out(r, ix);
		return;
	}
	switch (step->more->wait->kind) {
	case WAIT_FOR:
		if (late)
			for_due(r, ix);
		break;
	case WAIT_UNTIL:
		until_due(r, ix, late);
		break;
	case WAIT_SIGNAL:
		if (late)
			wait_timed_out(r, ix, step->more->wait);
		break;
	case WAIT_FILE:
		if (file_is_there(r, ix))
			wake(r, ix, "the file is there");
		else if (late)
			wait_timed_out(r, ix, step->more->wait);
		else
			look_again(r, ix);
		break;
	}
}
