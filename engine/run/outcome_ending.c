/* Endings of attempts: what the news says, and the row.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "outcome_ending.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "../base/clock.h"
#include "../base/crash.h"
#include "far.h"
#include "spec.h"

/* --- what the news says
 * ------------------------------------------------------------- */

static enum cause
cause_of_kill(enum warden_kill kill)
{
	switch (kill) {
	case WARDEN_KILL_TIMEOUT:
		return CAUSE_TIMEOUT;
	case WARDEN_KILL_SILENT:
		return CAUSE_SILENT;
	case WARDEN_KILL_MEMORY:
		return CAUSE_MEMORY;
	case WARDEN_KILL_CANCEL:
		return CAUSE_CANCELLED;
	case WARDEN_KILL_DEADLINE:
		return CAUSE_DEADLINE;
	case WARDEN_KILL_STDOUT:
		return CAUSE_OUTPUT;
	case WARDEN_KILL_PROCESSES:
		return CAUSE_SIGNAL;
	case WARDEN_KILL_NONE:
		break;
	}
	return CAUSE_NONE;
}

static void
describe(struct ending *e, const struct warden_news *news)
{
	if (e->cause == CAUSE_SPAWN)
		snprintf(e->why, sizeof(e->why), "could not be started: %s",
			 news->detail[0] ? news->detail
					 : strerror(news->error));
	else if (e->cause == CAUSE_OUTPUT)
		snprintf(e->why, sizeof(e->why),
			 "its standard output is larger than 1 MiB");
	else if (e->cause == CAUSE_EXIT)
		snprintf(e->why, sizeof(e->why), "exit %d", e->exit_code);
	else if (e->cause == CAUSE_SIGNAL)
		snprintf(e->why, sizeof(e->why), "signal %d (%s)", e->signal,
			 strsignal(e->signal));
	else
		snprintf(e->why, sizeof(e->why), "%s", cause_name(e->cause));
}

struct ending
ending_read(const struct warden_news *news)
{
	struct ending e = {.exit_code = -1};

	if (news->kind == WARDEN_NOT_STARTED) {
		e.cause = CAUSE_SPAWN;
	} else if (WIFSIGNALED(news->status)) {
		e.signal = WTERMSIG(news->status);
		e.cause = CAUSE_SIGNAL;
	} else {
		e.exit_code = WEXITSTATUS(news->status);
		e.cause = e.exit_code ? CAUSE_EXIT : CAUSE_NONE;
	}
	if (news->kind == WARDEN_ENDED && news->kill != WARDEN_KILL_NONE)
		e.cause = cause_of_kill(news->kill);
	describe(&e, news);
	if (news->kill == WARDEN_KILL_PROCESSES)
		snprintf(e.why, sizeof(e.why),
			 "killed: more processes than limits.processes");
	return e;
}

/* --- closing the attempt
 * -------------------------------------------------------------- */

static void
record_ending(struct run *r, const struct flight *f, const struct ending *e,
	      int64_t now)
{
	char data[256];
	int n = snprintf(data, sizeof(data),
			 "{\"n\":%u,\"phase\":\"%s\",\"ms\":%lld", f->n,
			 phase_name(f->phase), (long long)(now - f->started));

	if (e->exit_code >= 0)
		n += snprintf(data + n, sizeof(data) - (size_t)n,
			      ",\"exit_code\":%d", e->exit_code);
	if (e->signal)
		n += snprintf(data + n, sizeof(data) - (size_t)n,
			      ",\"signal\":%d", e->signal);
	if (e->cause)
		n += snprintf(data + n, sizeof(data) - (size_t)n,
			      ",\"cause\":\"%s\"", cause_name(e->cause));
	snprintf(data + n, sizeof(data) - (size_t)n, "}");
	run_event(r, EV_ATTEMPT_ENDED, f->ix, NULL, NULL, data);
}

/* Should the ending not become durable, they are read once more; and what is
 * still to be found elsewhere writes on. */
static void
doom_outputs(struct run *r, const struct flight *f, const struct ending *e)
{
	struct arena a = {0};
	struct far_sought sought;

	if (e->cause == CAUSE_LOST && far_can_be_found(r, f))
		return;
	vec_push(&r->doomed, spec_file(r, f, ".set"));
	if (far_seeks(r, f, &a, &sought))
		vec_push(&r->doomed, mem_printf("%s.set", sought.log));
	arena_release(&a);
}

void
ending_close(struct run *r, const struct flight *f, const struct ending *e)
{
	int64_t now = clock_wall();
	struct st_attempt row = {.id = f->attempt,
				 .ix = f->ix,
				 .n = f->n,
				 .phase = f->phase,
				 .started = f->started,
				 .finished = now,
				 .exit_code = e->exit_code,
				 .signal = e->signal,
				 .cause = e->cause,
				 .log = f->log};

	st_put_attempt(r->batch, &row);
	if (f->phase != PHASE_HOOK)
		record_ending(r, f, e, now);
	run_effect(r, EFFECT_ACK, f->attempt, WARDEN_KILL_NONE);
	if (f->ix != IX_NONE && run_step(r, run_inst(r, f->ix))->more->nsecrets)
		doom_outputs(r, f, e);
	CRASH_POINT("attempt-ended");
}

bool
ending_take(struct run *r, uint64_t attempt, struct flight *out)
{
	struct flight *f = run_flight(r, attempt);

	if (!f)
		return false;
	*out = *f;
	*f = vec_last(&r->flights);
	r->flights.n--;
	return true;
}

void
ending_drop(struct flight *f)
{
	spec_free(f->spec);
	free(f->log);
}
