/* The stage: the run is taken up, turns and commits, and its engine dies.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "rehearse_stage.h"

#include <signal.h>
#include <stdlib.h>

#include "../base/clock.h"
#include "concur.h"
#include "outcome.h"
#include "recover.h"
#include "request.h"
#include "spec.h"
#include "turn.h"

/* A flow that repeats for ever must not keep us for ever. */
#define MAX_TURNS 1000000

/* --- taking the run up ---------------------------------------------------- */

/* Nothing outside is asked: secrets are not read, and the file a step waits
 * for never comes by itself. */
static void
disarm(struct workflow *wf, struct arena *a)
{
	for (uint32_t k = 0; k < wf->nsteps; k++) {
		struct step *s = &wf->steps[k];
		struct step_more *more;
		struct wait *wait;

		if (!s->more->nsecrets && !s->more->wait)
			continue;
		more = arena_copy(a, s->more, sizeof(*more));
		more->nsecrets = 0;
		if (more->wait && more->wait->kind == WAIT_FILE) {
			wait = arena_copy(a, more->wait, sizeof(*wait));
			wait->file = (struct template){
				.text = "/dev/null/no-such-file"};
			more->wait = wait;
		}
		s->more = more;
	}
}

bool
stage_fails(struct stage *s, enum wf_code code)
{
	if (code && !s->code)
		s->code = code;
	return s->code != WF_OK;
}

static struct run *
load(struct stage *s)
{
	struct arena a = {0};
	struct st_run row;
	struct bundle *bundle = NULL;
	const char *text;
	uint64_t epoch;
	struct run *r = NULL;

	if (st_take_run(s->store, s->out->id, &epoch, s->err) ||
	    st_read_run(s->store, s->out->id, &a, &row, s->err) ||
	    st_read_definition(s->store, row.definition, &a, &text, s->err) ||
	    bundle_parse(text, strlen(text), &bundle, s->err)) {
		stage_fails(s, WF_FAILED);
		arena_release(&a);
		return NULL;
	}
	map_each (&bundle->files, e)
		disarm(e->value, &bundle->arena);
	r = run_new(&row, bundle, s->dir, &turn_borders);
	r->row.boot = clock_boot_id();
	r->store = s->store;
	r->pretends = true;
	stage_fails(s, recover_load(r, s->store, s->err));
	arena_release(&a);
	return r;
}

void
stage_drop_run(struct stage *s)
{
	if (!s->r)
		return;
	vec_each (&s->r->flights, struct flight, f)
		spec_free(f->spec);
	run_free(s->r);
	s->r = NULL;
}

/* Attempts may be answered, and so vanish, while we ask. */
static void
ask_about_flights(struct stage *s, bool rebooted)
{
	VEC(uint64_t) attempts = {0};

	vec_each (&s->r->flights, struct flight, f)
		vec_push(&attempts, f->attempt);
	vec_each (&attempts, uint64_t, id) {
		if (rebooted)
			outcome_unknown(s->r, *id,
					"the machine was restarted while it "
					"was in flight");
		else
			world_answer(&s->world, s->r, *id);
	}
	vec_release(&attempts);
}

void
stage_take_up(struct stage *s, bool rebooted)
{
	stage_drop_run(s);
	s->r = load(s);
	if (s->code)
		return;
	ask_about_flights(s, rebooted);
	run_begin(s->r);
}

void
stage_crash(struct stage *s, bool machine)
{
	s->out->ncrashes++;
	if (machine)
		world_reboot(&s->world);
	stage_take_up(s, machine);
}

/* --- turns ---------------------------------------------------------------- */

static void
carry_out(struct stage *s, const struct effect *e)
{
	struct flight *f;

	switch (e->kind) {
	case EFFECT_START:
		f = run_flight(s->r, e->attempt);
		if (!f || !f->spec)
			return;
		world_start(&s->world, s->r, f);
		spec_free(f->spec);
		f->spec = NULL;
		break;
	case EFFECT_KILL:
		world_stop(&s->world, e->attempt, e->why, SIGTERM);
		break;
	case EFFECT_KILL_NOW:
		world_stop(&s->world, e->attempt, e->why, SIGKILL);
		break;
	case EFFECT_ACK:
		world_forget(&s->world, e->attempt);
		break;
	case EFFECT_FREEZE:
	case EFFECT_THAW:
		world_freeze(&s->world, e->attempt, e->kind == EFFECT_FREEZE);
		break;
	case EFFECT_RELEASE:
		concur_release(s->r);
		break;
	}
}

/* Effects that a new engine only asks for again are no reason to die. */
static bool
is_new(const struct stage *s, const struct effect *e)
{
	const struct going *g = world_find(&s->world, e->attempt);

	switch (e->kind) {
	case EFFECT_START:
		return !g;
	case EFFECT_KILL:
	case EFFECT_KILL_NOW:
		return g && !g->ended && g->kill != e->why;
	case EFFECT_ACK:
		return g != NULL;
	case EFFECT_FREEZE:
	case EFFECT_THAW:
	case EFFECT_RELEASE:
		return false;
	}
	return false;
}

/* Each commit is died at once: what the next engine finds to do anew, it may
 * do. */
static bool
is_to_die(struct stage *s, enum scenario_crash when)
{
	return s->plan->scenario->crash == when && !s->dying;
}

static void
act(struct stage *s)
{
	struct run *r = s->r;
	bool news = false;

	for (size_t k = 0; k < r->effects.n; k++)
		news |= is_new(s, &r->effects.at[k]);
	if (news && is_to_die(s, SCENARIO_CRASH_BEFORE)) {
		s->dying = true;
		stage_crash(s, false);
		return;
	}
	s->dying = false;
	for (size_t k = 0; k < r->effects.n; k++)
		carry_out(s, &r->effects.at[k]);
	r->effects.n = 0;
	if (news && is_to_die(s, SCENARIO_CRASH_AFTER))
		stage_crash(s, false);
	else if (r->reborn)
		stage_take_up(s, false);
}

void
stage_read_inbox(struct stage *s)
{
	struct arena a = {0};
	struct st_message *messages;
	size_t n = 0;

	if (st_read_inbox(s->store, s->out->id, &a, &messages, &n, s->err) >
	    ST_EMPTY)
		stage_fails(s, WF_STORE);
	for (size_t k = 0; !s->code && k < n; k++)
		request_apply(s->r, &messages[k]);
	arena_release(&a);
}

void
stage_turn(struct stage *s)
{
	while (!s->code && run_turn(s->r)) {
		struct run *r = s->r;

		if (++s->nturns > MAX_TURNS) {
			stage_fails(
				s, ERR(s->err, WF_FAILED,
				       "the run does not come to an end within "
				       "%d turns",
				       MAX_TURNS));
			return;
		}
		if (st_commit(s->store, r->batch, s->err)) {
			stage_fails(s, WF_STORE);
			return;
		}
		st_batch_free(r->batch);
		r->batch = st_batch_new(r->row.id);
		act(s);
	}
}
