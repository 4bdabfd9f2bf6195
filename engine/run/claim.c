/* Which steps may be claimed, how many, and how a claim ends.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "claim.h"

#include "../base/clock.h"
#include "chain.h"
#include "decide.h"
#include "dispatch.h"
#include "halt.h"
#include "names.h"
#include "queue.h"
#include "slots.h"
#include "spec.h"

#define LONG_MS   50 /* steps that last longer get no claims */
#define SHORT_US  500
#define WEIGHT    8 /* of the past, against the newest */
#define BEGIN_ALL 4 /* attempts to learn from at first */

void
claim_learn(struct run *r, const struct warden_news *news)
{
	int64_t us = (news->ended - news->begun) * 1000;
	struct claims *c = &r->claims;

	if (news->kind != WARDEN_ENDED || !news->begun || !news->ended)
		return;
	us = us < SHORT_US ? SHORT_US : us;
	c->mean_us = c->seen ? (c->mean_us * (WEIGHT - 1) + us) / WEIGHT : us;
	c->seen += c->seen < BEGIN_ALL;
}

/* How many attempts last CLAIM_HOLD, with `places` for them; 0: there are to
 * be no claims now. */
static uint32_t
lasting(const struct run *r, uint32_t places)
{
	const struct scope *root = &r->scopes.at[0];
	const struct claims *c = &r->claims;

	if (!c->recall || c->seen < BEGIN_ALL || c->mean_us > LONG_MS * 1000 ||
	    r->paused || r->cancelling || r->ending || r->hooks.n ||
	    root->undo || root->phase != SCOPE_MAIN || root->stopping ||
	    root->rolling_back || r->row.state != RUN_RUNNING)
		return 0;
	return (uint32_t)(CLAIM_HOLD * 1000 * (int64_t)places / c->mean_us) + 1;
}

/* How many there may be of those that wait for a place. */
static uint32_t
limit(const struct run *r)
{
	uint32_t places = r->scopes.at[0].slots.capacity;
	uint32_t n = lasting(r, places);

	return n > places ? places : n;
}

static uint32_t
follow_limit(const struct run *r)
{
	return r->options.relaxed ? lasting(r, 1) : 0;
}

static uint32_t
count(const struct run *r, bool following, bool at_warden)
{
	uint32_t n = 0;

	vec_each (&r->flights, struct flight, f)
		n += f->claimed && following == (f->after > 0) &&
		     !(at_warden && f->spec);
	return n;
}

/* Of a kind that there is none of, there need not be enough. */
static bool
lasts(const struct run *r, bool following, uint32_t most)
{
	return !count(r, following, false) ||
	       count(r, following, true) > most / 3;
}

bool
claim_lasts(const struct run *r)
{
	return lasts(r, false, limit(r)) && lasts(r, true, follow_limit(r));
}

bool
claim_is_followed(const struct run *r, uint64_t attempt)
{
	vec_each (&r->flights, struct flight, f)
		if (f->claimed && f->after == attempt)
			return true;
	return false;
}

/* Only what needs nothing but a place and cannot fail before it begins. */
static bool
may_claim(const struct run *r, uint32_t ix)
{
	const struct inst *i = run_inst(r, ix);
	const struct step *step = run_step(r, i);
	const struct step_more *more = step->more;

	return i->scope == 0 && !i->nattempts && step_runs_command(step) &&
	       !more->check.run && !more->check.nargv && !more->npools &&
	       !more->locks.n && !more->require.n && !more->nprotect &&
	       !more->nsecrets && more->redundancy.copies < 2;
}

static void
set_after(const struct run *r, struct spec *spec, const struct flight *before)
{
	char *outputs = spec_file(r, before, ".set");

	spec->w.after = before->attempt;
	spec->w.unless = arena_strdup(&spec->arena, outputs);
	free(outputs);
}

/* `before`: it follows that attempt; NULL: it only waits for a place. */
static bool
claim(struct run *r, uint32_t ix, const struct flight *before)
{
	struct wf_err err = {0};
	struct strbuf log = STRBUF_INIT;
	struct flight f = {.attempt = r->row.next_attempt + 1,
			   .ix = ix,
			   .n = 1,
			   .phase = PHASE_DO,
			   .claimed = true,
			   .after = before ? before->attempt : 0};

	names_log(r, ix, f.phase, f.n, &log);
	f.log = log.at;
	f.spec = spec_new(r, &f, &err);
	if (!f.spec) { /* why, is found out when it starts */
		strbuf_release(&log);
		return false;
	}
	f.spec->w.room = r->scopes.at[0].slots.capacity;
	if (before)
		set_after(r, f.spec, before);
	r->row.next_attempt++;
	dispatch_save(r, &f);
	f.log = strbuf_detach(&log);
	vec_push(&r->flights, f);
	r->claims.n++;
	run_effect(r, EFFECT_START, f.attempt, WARDEN_KILL_NONE);
	return true;
}

/* One claim more: a step that follows one under way or claimed. */
static bool
claim_follower(struct run *r)
{
	for (size_t k = 0; k < r->flights.n; k++) {
		struct flight f = r->flights.at[k]; /* it may move */
		uint32_t next;

		if (f.phase != PHASE_DO || f.killed_for ||
		    run_inst(r, f.ix)->scope || claim_is_followed(r, f.attempt))
			continue;
		next = chain_next(r, f.ix);
		if (next != IX_NONE && may_claim(r, next) && claim(r, next, &f))
			return true;
	}
	return false;
}

/* One claim more: the next that is ready.  Steps that are something else by
 * now leave the queue on the way. */
static bool
claim_ready(struct run *r)
{
	while (r->ready.n && !slots_free(r)) {
		uint32_t ix = r->ready.at[0];
		bool idle = run_inst(r, ix)->state == STEP_READY &&
			    !run_has_claimed(r, ix);

		if (idle && !may_claim(r, ix))
			return false;
		queue_pop(r, &r->ready);
		if (!idle)
			continue;
		if (claim(r, ix, NULL))
			return true;
		queue_push(r, &r->ready, ix);
		return false;
	}
	return false;
}

static void
top_up(struct run *r, bool following, uint32_t most,
       bool (*one_more)(struct run *r))
{
	uint32_t n = most ? count(r, following, false) : 0;

	while (n < most && one_more(r))
		n++;
}

void
claim_turn(struct run *r)
{
	top_up(r, false, limit(r), claim_ready);
	top_up(r, true, follow_limit(r), claim_follower);
}

void
claim_restore(struct run *r, struct flight *f)
{
	f->claimed = true;
	r->claims.n++;
}

void
claim_begun(struct run *r, uint64_t attempt, const struct warden_news *news)
{
	struct flight *f = run_flight(r, attempt);
	uint32_t ix = f->ix;
	int64_t now = clock_wall();

	f->claimed = false;
	f->after = 0;
	f->started = news->begun ? now - (clock_boot() - news->begun) : now;
	if (f->started > now || !f->started)
		f->started = now;
	r->claims.n--;
	if (run_inst(r, ix)->state == STEP_PENDING)
		decide_pending(r, ix); /* what it follows has ended well */
	/* An engine that died could recall nothing: whatever is decided of the
	 * others when the next one hears of them, this one has begun. */
	if (run_inst(r, ix)->state == STEP_PENDING)
		run_apply(r, ix, EVENT_NEEDS_MET, GUARD_COND_TRUE, CAUSE_NONE,
			  NULL);
	r->claims.begun = attempt;
	if (run_may(r, ix, EVENT_DISPATCH, GUARD_ALWAYS)) {
		slots_hold(r, ix);
		run_apply(r, ix, EVENT_DISPATCH, GUARD_ALWAYS, CAUSE_NONE,
			  NULL);
	} else { /* it was cancelled then */
		dispatch_adopt(r, ix);
		halt_attempts(r, ix, CAUSE_CANCELLED, false);
	}
	r->claims.begun = 0;
}

void
claim_withdrawn(struct run *r, uint64_t attempt)
{
	struct flight *f = run_flight(r, attempt);
	uint32_t ix = f->ix;

	st_drop_attempt(r->batch, attempt);
	spec_free(f->spec);
	free(f->log);
	*f = vec_last(&r->flights);
	r->flights.n--;
	r->claims.n--;
	r->dirty = true;
	if (run_inst(r, ix)->state == STEP_READY)
		dispatch_enqueue(r, ix);
}
