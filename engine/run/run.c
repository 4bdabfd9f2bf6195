/* History, counters, and the one function that changes a state.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "run.h"

#include "../base/clock.h"
#include "names.h"
#include "queue.h"
#include "rollback_list.h"
#include "rows.h"

static bool
is_busy(enum step_state state)
{
	return state == STEP_READY || state == STEP_UNDOING ||
	       state == STEP_UNDO_WAIT ||
	       step_states[state].class == CLASS_ACTIVE;
}

static bool
is_lost(enum step_state state)
{
	return state == STEP_LOST || state == STEP_UNDO_FAILED;
}

void
text_set(char **slot, const char *text)
{
	char *copy = text ? mem_strdup(text) : NULL;

	free(*slot);
	*slot = copy;
}

struct inst_more *
inst_more(struct inst *i)
{
	if (!i->more) {
		i->more = mem_alloc(sizeof(*i->more));
		i->more->child = IX_NONE;
	}
	return i->more;
}

void
inst_wake(struct inst *i, int64_t due, int64_t due_boot)
{
	if (!i->more && !due && !due_boot)
		return;
	inst_more(i)->due = due;
	i->more->due_boot = due_boot;
}

/* --- history
 * ------------------------------------------------------------------ */

void
run_save(struct run *r, uint32_t ix)
{
	rows_put_step(r, ix);
	r->dirty = true;
}

void
run_event(struct run *r, enum event_kind kind, uint32_t ix, const char *what,
	  const char *because, const char *data)
{
	struct st_event e = {.seq = r->row.next_event++,
			     .time = clock_wall(),
			     .kind = kind,
			     .ix = ix,
			     .actor = r->actor,
			     .what = what,
			     .because = because,
			     .data = data};

	st_add_event(r->batch, &e);
	r->dirty = true;
}

void
run_effect(struct run *r, enum effect_kind kind, uint64_t attempt,
	   enum warden_kill why)
{
	vec_push(&r->effects, (struct effect){kind, attempt, why});
	r->dirty = true;
}

void
run_set_state(struct run *r, enum run_state state, enum cause cause)
{
	char data[160];

	if (r->row.state == state && r->row.cause == cause)
		return;
	snprintf(data, sizeof(data),
		 "{\"from\":\"%s\",\"to\":\"%s\",\"cause\":\"%s\"}",
		 run_states[r->row.state].name, run_states[state].name,
		 cause_name(cause));
	r->row.state = state;
	r->row.cause = cause;
	if (state == RUN_RUNNING && !r->row.started)
		r->row.started = clock_wall();
	r->row.finished = run_state_is_final(state) ? clock_wall() : 0;
	run_event(r, EV_RUN_STATE, IX_NONE, NULL, NULL, data);
}

struct flight *
run_flight(struct run *r, uint64_t attempt)
{
	vec_each (&r->flights, struct flight, f)
		if (f->attempt == attempt)
			return f;
	return NULL;
}

bool
run_has_claimed(const struct run *r, uint32_t ix)
{
	if (!r->claims.n)
		return false;
	vec_each (&r->flights, struct flight, f)
		if (f->claimed && f->ix == ix)
			return true;
	return false;
}

void
run_recall_claims(struct run *r)
{
	if (r->claims.n && r->claims.recall)
		r->claims.recall(r->claims.arg);
}

void
flight_begun(struct flight *f, const struct warden_news *news)
{
	f->begun = news->begun;
	f->pid = news->pid;
	f->start_time = news->start_time;
}

/* --- the state change
 * ---------------------------------------------------------- */

static void
count_edge(struct inst *i, enum verdict verdict, uint32_t by)
{
	if (verdict == VERDICT_OPEN)
		return;
	if (verdict == VERDICT_OK)
		i->nok += by;
	else if (verdict == VERDICT_SKIPPED)
		i->nskipped += by;
	else
		i->nfailed += by;
}

static enum verdict
verdict_of(enum step_state state, uint16_t flags, uint32_t accept)
{
	if (state == STEP_CANCELLED && flags & INST_UNWANTED &&
	    !(accept & 1u << STEP_CANCELLED))
		state = STEP_SKIPPED; /* the flow itself passed over it */
	return ready_verdict(state, flags & INST_IGNORED, flags & INST_FALLING,
			     accept);
}

static uint32_t
accept_of(const struct step *step, uint32_t need)
{
	for (uint32_t k = 0; k < step->nneeds; k++)
		if (step->needs[k].step == need)
			return need_accept(step->needs[k]);
	return 0;
}

enum verdict
run_accepted(const struct run *r, uint32_t ix)
{
	const struct scope *s = run_scope(r, run_inst(r, ix));
	const struct step *step = run_step(r, run_inst(r, ix));
	enum verdict worst = VERDICT_OPEN;

	for (uint32_t k = 0; k < step->nneeds; k++) {
		uint32_t accept = need_accept(step->needs[k]);
		const struct inst *need =
			run_inst(r, s->first + step->needs[k].step);
		enum verdict v =
			accept ? verdict_of(need->state, need->flags, accept)
			       : VERDICT_OPEN;

		worst = v > worst ? v : worst;
	}
	return worst;
}

void
run_tell_dependents(struct run *r, uint32_t ix, enum step_state was,
		    uint16_t flags_were)
{
	struct inst *i = run_inst(r, ix);
	struct scope *s = run_scope(r, i);
	struct dependents e = workflow_dependents(s->wf, i->step);

	if (i->group != IX_NONE)
		return;
	for (uint32_t k = 0; k < e.n; k++) {
		uint32_t d = e.at[k];
		struct inst *di = run_inst(r, s->first + d);
		uint32_t accept = s->facts->accepts[d]
					  ? accept_of(&s->wf->steps[d], i->step)
					  : 0;
		enum verdict old = verdict_of(was, flags_were, accept);
		enum verdict now = verdict_of(i->state, i->flags, accept);

		if (old == now)
			continue;
		count_edge(di, old, (uint32_t)-1);
		count_edge(di, now, 1);
		if (di->state == STEP_PENDING)
			vec_push(&r->undecided, s->first + d);
	}
}

/* What is settled need not have been done: it may have failed. */
static bool
is_done(enum step_state state)
{
	return step_state_is_good(state) || state == STEP_SKIPPED;
}

static void
count_state(struct run *r, struct inst *i, enum step_state was,
	    enum step_state now)
{
	struct scope *s = run_scope(r, i);

	r->counts[was]--;
	r->counts[now]++;
	s->nlost += (uint32_t)is_lost(now) - (uint32_t)is_lost(was);
	if (i->more && i->more->undone)
		r->nundone += (uint32_t)is_done(was) - (uint32_t)is_done(now);
	if (i->group == IX_NONE)
		s->nbusy += (uint32_t)is_busy(now) - (uint32_t)is_busy(was);
	if (!s->nbusy)
		vec_push(&r->quiet, i->scope);
}

static void
count_for_lists(struct run *r, struct inst *i, enum step_state was,
		enum step_state now)
{
	if (i->scope != 0 || i->group != IX_NONE)
		return;
	r->row.ndone += (uint32_t)is_done(now) - (uint32_t)is_done(was);
	r->row.nfailed +=
		(uint32_t)(now == STEP_FAILED) - (uint32_t)(was == STEP_FAILED);
}

static void
note_times(struct run *r, struct inst *i, enum step_state was)
{
	if (i->state == STEP_RUNNING && !i->started) {
		i->started = clock_wall();
		i->began = (uint32_t)r->row.next_order;
	}
	i->given_up = was == STEP_RETRY_WAIT && i->state == STEP_FAILED;
	if (was == STEP_RETRY_WAIT && step_state_is_settled(i->state)) {
		i->finished = clock_wall(); /* its last attempt has its place */
	} else if (step_state_is_settled(i->state) &&
		   !step_state_is_settled(was)) {
		i->finished = clock_wall();
		i->order = (uint32_t)++r->row.next_order;
	} else if (i->state == STEP_RETRY_WAIT) {
		/* It may be the last of it before a rollback. */
		i->order = (uint32_t)++r->row.next_order;
		i->finished = 0;
	} else if (!step_state_is_settled(i->state)) {
		i->finished = 0;
	}
	if (i->state == STEP_PENDING)
		i->started = 0;
}

static void
record(struct run *r, uint32_t ix, const struct transition *t,
       const char *because)
{
	struct inst *i = run_inst(r, ix);
	char *data = mem_join(
		"{\"from\":\"", step_states[t->from].name, "\",\"to\":\"",
		step_states[t->to].name, i->cause ? "\",\"cause\":\"" : "",
		i->cause ? cause_name(i->cause) : "", "\"}", NULL);

	run_event(r, EV_STEP_STATE, ix, NULL, because, data);
	free(data);
	run_save(r, ix);
}

void
run_restore_state(struct run *r, uint32_t ix, enum step_state state)
{
	struct inst *i = run_inst(r, ix);

	count_state(r, i, STEP_PENDING, state);
	count_for_lists(r, i, STEP_PENDING, state);
	i->state = state;
	run_tell_dependents(r, ix, STEP_PENDING, 0);
}

bool
run_may(const struct run *r, uint32_t ix, enum step_event event,
	enum step_guard guard)
{
	return lifecycle_next(run_inst(r, ix)->state, event, guard) != NULL;
}

void
run_apply(struct run *r, uint32_t ix, enum step_event event,
	  enum step_guard guard, enum cause cause, const char *because)
{
	struct inst *i = run_inst(r, ix);
	const struct transition *t = lifecycle_next(i->state, event, guard);
	enum state_class class;
	uint16_t flags = i->flags;

	if (event != EVENT_DISPATCH && event != EVENT_NEEDS_MET &&
	    run_has_claimed(r, ix)) {
		enum step_state was = (enum step_state)i->state;

		run_recall_claims(r);
		if (run_inst(r, ix)->state != was)
			return; /* it has just begun */
	}
	if (!t)
		BUG("step %s (%u): %s%s%s does not occur in state %s",
		    run_step(r, i)->id, ix, step_event_names[event],
		    guard ? " with " : "", step_guard_names[guard],
		    step_states[i->state].name);
	class = step_states[t->to].class;
	count_state(r, i, t->from, t->to);
	count_for_lists(r, i, t->from, t->to);
	i->state = t->to;
	i->cause = class == CLASS_BAD || t->to == STEP_CANCELLED ||
				   t->to == STEP_RETRY_WAIT
			   ? cause
			   : CAUSE_NONE;
	if (step_states[t->from].leave == DO_DISARM || t->from == STEP_RUNNING)
		inst_wake(i, 0, 0);
	if (r->borders->leave[step_states[t->from].leave])
		r->borders->leave[step_states[t->from].leave](r, ix);
	if (t->to == STEP_READY || t->to == STEP_PENDING)
		i->flags &= (uint16_t) ~(
			INST_IGNORED | INST_FALLING | INST_BY_HAND |
			INST_STOPPING | INST_HELD | INST_FROZE | INST_UNWANTED);
	note_times(r, i, t->from);
	record(r, ix, t, because);
	run_tell_dependents(r, ix, t->from, flags);
	if (r->borders->enter[step_states[t->to].enter])
		r->borders->enter[step_states[t->to].enter](r, ix);
}
