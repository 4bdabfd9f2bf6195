/* Starting steps.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "dispatch.h"

#include <signal.h>

#include "../base/clock.h"
#include "names.h"
#include "protect.h"
#include "queue.h"
#include "slots.h"
#include "spec.h"
#include "vars.h"

const struct dispatch_kinds *dispatch_kinds;

void
dispatch_enqueue(struct run *r, uint32_t ix)
{
	if (slots_needed(r, ix))
		queue_push(r, &r->ready, ix);
	else
		vec_push(&r->slotless, ix);
}

static bool
may_start(const struct run *r, uint32_t ix)
{
	return run_inst(r, ix)->state == STEP_READY && !run_has_claimed(r, ix);
}

void
dispatch_turn(struct run *r)
{
	if (r->paused)
		return;
	for (size_t k = 0; k < r->slotless.n; k++)
		if (may_start(r, r->slotless.at[k]))
			run_apply(r, r->slotless.at[k], EVENT_DISPATCH,
				  GUARD_ALWAYS, CAUSE_NONE, NULL);
	r->slotless.n = 0;
	while (r->ready.n && slots_free(r)) {
		uint32_t ix = queue_pop(r, &r->ready);

		if (may_start(r, ix) && slots_take(r, ix))
			run_apply(r, ix, EVENT_DISPATCH, GUARD_ALWAYS,
				  CAUSE_NONE, NULL);
	}
}

static uint32_t
next_number(struct inst *i, enum phase phase)
{
	switch (phase) {
	case PHASE_CHECK:
		return ++inst_more(i)->nchecks;
	case PHASE_UNDO:
		return ++inst_more(i)->nundos;
	case PHASE_DO:
	case PHASE_HOOK:
		break;
	}
	i->flags |= INST_ATTEMPTED;
	return ++i->nattempts;
}

void
dispatch_save(struct run *r, const struct flight *f)
{
	struct st_attempt row = {.id = f->attempt,
				 .ix = f->ix,
				 .n = f->n,
				 .phase = f->phase,
				 .open = true,
				 .started = f->started,
				 .exit_code = -1,
				 .signal = f->killed_now ? SIGKILL : 0,
				 .cause = f->killed_for,
				 .log = f->log};

	st_put_attempt(r->batch, &row);
}

static void
put_intent(struct run *r, const struct flight *f)
{
	char data[64];

	dispatch_save(r, f);
	if (f->phase == PHASE_HOOK)
		return;
	snprintf(data, sizeof(data), "{\"n\":%u,\"phase\":\"%s\"}", f->n,
		 phase_name(f->phase));
	run_event(r, EV_ATTEMPT_STARTED, f->ix, NULL, NULL, data);
}

static void
never_started(struct run *r, uint64_t attempt, const char *why)
{
	struct warden_news news = {.kind = WARDEN_NOT_STARTED,
				   .attempt = attempt};

	snprintf(news.detail, sizeof(news.detail), "%.250s", why);
	dispatch_kinds->ended(r, &news);
}

void
dispatch_flight(struct run *r, struct flight *f)
{
	struct wf_err err = {0};

	f->spec = spec_new(r, f, &err);
	put_intent(r, f);
	vec_push(&r->flights, *f);
	if (f->spec)
		run_effect(r, EFFECT_START, f->attempt, WARDEN_KILL_NONE);
	else
		never_started(r, f->attempt, err.message);
}

void
dispatch_adopt(struct run *r, uint32_t ix)
{
	struct inst *i = run_inst(r, ix);

	next_number(i, PHASE_DO);
	i->tries++;
	run_save(r, ix);
	put_intent(r, run_flight(r, r->claims.begun));
}

static void
begin_attempt(struct run *r, uint32_t ix, enum phase phase, bool is_copy)
{
	struct inst *i = run_inst(r, ix);
	struct flight f = {.attempt = ++r->row.next_attempt,
			   .ix = ix,
			   .n = next_number(i, phase),
			   .phase = phase,
			   .is_copy = is_copy,
			   .started = clock_wall()};
	struct strbuf log = STRBUF_INIT;

	names_log(r, ix, phase, f.n, &log);
	f.log = strbuf_detach(&log);
	if (phase == PHASE_DO && !is_copy)
		i->tries++;
	run_save(r, ix);
	dispatch_flight(r, &f);
}

void
dispatch_attempt(struct run *r, uint32_t ix, enum phase phase)
{
	begin_attempt(r, ix, phase, false);
}

void
dispatch_copy(struct run *r, uint32_t ix)
{
	begin_attempt(r, ix, PHASE_DO, true);
}

/* Do all of these hold?  Otherwise the step has failed. */
static bool
all_hold(struct run *r, uint32_t ix, const struct exprs *exprs,
	 const char *word, enum cause cause)
{
	struct vars vars = vars_of_inst(r, ix);
	char why[400];

	if (vars_hold(&vars, exprs, word, why, sizeof(why)))
		return true;
	dispatch_kinds->failed(r, ix, cause, why);
	return false;
}

void
dispatch_action(struct run *r, uint32_t ix)
{
	struct inst *i = run_inst(r, ix);
	const struct step_more *more = run_step(r, i)->more;
	struct wf_err err = {0};

	if (!i->nattempts &&
	    !all_hold(r, ix, &more->require, "require", CAUSE_REQUIRE))
		return;
	if (!protect_save(r, ix, &err)) {
		dispatch_kinds->failed(r, ix, CAUSE_SPAWN, err.message);
		return;
	}
	switch (run_step(r, i)->action) {
	case ACTION_RUN:
	case ACTION_ARGV:
		dispatch_attempt(r, ix, PHASE_DO);
		dispatch_kinds->begun(r, ix);
		break;
	case ACTION_WORKFLOW:
		dispatch_kinds->child(r, ix);
		break;
	case ACTION_APPROVAL:
	case ACTION_WAIT:
		dispatch_kinds->park(r, ix);
		break;
	case ACTION_NONE:
		if (all_hold(r, ix, &more->ensure, "ensure", CAUSE_ENSURE))
			run_apply(r, ix, EVENT_EXIT_OK, GUARD_ALWAYS,
				  CAUSE_NONE, NULL);
		break;
	}
}

void
dispatch_start(struct run *r, uint32_t ix)
{
	struct inst *i = run_inst(r, ix);
	const struct command *check = &run_step(r, i)->more->check;

	if (r->claims.begun)
		dispatch_adopt(r, ix);
	else if (i->flags & INST_GROUP)
		dispatch_kinds->group(r, ix);
	else if ((check->run || check->nargv) && !(i->flags & INST_CHECKED))
		dispatch_attempt(r, ix, PHASE_CHECK);
	else
		dispatch_action(r, ix);
}
