/* Joins, conditions and failure policies.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "decide.h"

#include "../base/clock.h"
#include "behind.h"
#include "halt.h"
#include "names.h"
#include "queue.h"
#include "ready.h"
#include "skip_reason.h"
#include "vars.h"

/* --- conditions
 * ------------------------------------------------------------------ */

struct item_names {
	const struct many *many;
	bool found;
};

static void
look_for_item(void *arg, const char *const *chain, size_t n)
{
	struct item_names *names = arg;

	if (n && (str_eq(chain[0], "index") ||
		  str_eq(chain[0],
			 names->many->is_matrix ? "matrix" : names->many->as)))
		names->found = true;
}

bool
decide_by_item(const struct step *step)
{
	struct item_names names = {.many = step->more->many};

	if (names.many && step_condition(step))
		cel_each_chain(step_condition(step)->program, look_for_item,
			       &names);
	return names.found;
}

int
decide_condition(struct run *r, uint32_t ix, char *why, size_t size)
{
	const struct expr *condition =
		step_condition(run_step(r, run_inst(r, ix)));
	struct vars vars = vars_of_inst(r, ix);
	struct cel_error err = {0};
	bool holds;

	if (!condition)
		return 1;
	if (vars_test(&vars, condition, &holds, &err))
		return holds;
	snprintf(why, size, "if: %s: %s", condition->text, err.message);
	return -1;
}

/* --- joins
 * ------------------------------------------------------------------------- */

static void
skip(struct run *r, uint32_t ix)
{
	struct strbuf why = STRBUF_INIT;

	skip_reason(r, ix, &why);
	run_event(r, EV_SKIP, ix, "skipped", why.at, NULL);
	run_apply(r, ix, EVENT_NEEDS_SKIPPED, GUARD_ALWAYS, CAUSE_NONE, why.at);
	strbuf_release(&why);
}

void
decide_condition_false(struct run *r, uint32_t ix)
{
	const struct step *step = run_step(r, run_inst(r, ix));
	char why[512];

	snprintf(why, sizeof(why), "condition is false: %s",
		 step_condition(step)->text);
	run_event(r, EV_SKIP, ix, "skipped", why, NULL);
	run_apply(r, ix, EVENT_NEEDS_MET, GUARD_COND_FALSE, CAUSE_NONE, why);
}

static void
needs_met(struct run *r, uint32_t ix)
{
	struct inst *i = run_inst(r, ix);
	const struct step *step = run_step(r, i);
	char why[512];
	int holds = decide_by_item(step)
			    ? 1
			    : decide_condition(r, ix, why, sizeof(why));

	if (holds < 0) {
		decide_fail(r, ix, CAUSE_REQUIRE, why);
	} else if (holds) {
		run_apply(r, ix, EVENT_NEEDS_MET, GUARD_COND_TRUE, CAUSE_NONE,
			  NULL);
	} else {
		decide_condition_false(r, ix);
	}
}

/* May it start at all, whatever its needs say?  A stopping scope still runs
 * the steps that wait for failures. */
static bool
may_be_decided(const struct run *r, const struct inst *i)
{
	const struct scope *s = run_scope(r, i);
	const struct step *step = run_step(r, i);

	if (step->finally != (s->phase == SCOPE_FINALLY) ||
	    s->phase == SCOPE_ROLLBACK || s->phase == SCOPE_ENDED)
		return false;
	if (step->is_fallback && !(i->flags & INST_ENABLED))
		return false;
	if (!s->stopping || step->finally || i->flags & INST_ENABLED)
		return true;
	return !r->cancelling &&
	       (step->join == JOIN_FAILED || step->join == JOIN_DONE ||
		s->facts->accepts[i->step]) &&
	       i->nfailed + i->nok > 0;
}

/* Where all needs are waited for, each that says `accept` must be so. */
static enum join_answer
join_with_accepted(const struct run *r, uint32_t ix, enum join_answer answer)
{
	const struct inst *i = run_inst(r, ix);
	enum join_kind join = run_step(r, i)->join;
	enum verdict v = VERDICT_OPEN;

	if (answer == JOIN_RUN && (join == JOIN_ALL || join == JOIN_DONE) &&
	    run_scope(r, i)->facts->accepts[i->step])
		v = run_accepted(r, ix);
	return v == VERDICT_FAILED    ? JOIN_BLOCKED
	       : v == VERDICT_SKIPPED ? JOIN_SKIP
				      : answer;
}

void
decide_pending(struct run *r, uint32_t ix)
{
	const struct inst *i = run_inst(r, ix);
	const struct step *step = run_step(r, i);
	struct join_counts counts = {
		step->nneeds, (uint32_t)(i->nok + i->nskipped + i->nfailed),
		i->nok, i->nskipped, i->nfailed};
	enum join_answer answer;

	if (i->state != STEP_PENDING || i->group != IX_NONE ||
	    !may_be_decided(r, i))
		return;
	if (i->flags & INST_ENABLED) {
		needs_met(r, ix);
		return;
	}
	answer = ready_join(step->join, step->join_count, counts);
	answer = join_with_accepted(r, ix, answer);
	if ((answer == JOIN_RUN || answer == JOIN_SKIP) && r->nundone &&
	    is_behind_undone(r, ix)) {
		vec_push(&r->held, ix);
		return;
	}
	switch (answer) {
	case JOIN_RUN:
		needs_met(r, ix);
		break;
	case JOIN_SKIP:
		skip(r, ix);
		break;
	case JOIN_WAIT:
	case JOIN_BLOCKED:
		break;
	}
}

void
decide_all(struct run *r)
{
	size_t k = 0;

	while (k < r->undecided.n && !st_batch_is_large(r->batch))
		decide_pending(r, r->undecided.at[k++]);
	r->undecided.n -= k;
	if (r->undecided.n)
		memmove(r->undecided.at, r->undecided.at + k,
			r->undecided.n * sizeof(*r->undecided.at));
}

/* --- failures
 * ------------------------------------------------------------------------ */

void
decide_stop(struct run *r, uint32_t scope, const char *because)
{
	struct scope *s = &r->scopes.at[scope];

	if (s->stopping)
		return;
	run_recall_claims(r);
	s->stopping = true;
	r->dirty = true;
	for (uint32_t ix = 0; ix < r->insts.n; ix++) {
		struct inst *i = run_inst(r, ix);

		if (i->scope != scope || i->group != IX_NONE)
			continue;
		if (i->state == STEP_READY)
			run_apply(r, ix, EVENT_RESET, GUARD_ALWAYS, CAUSE_NONE,
				  because);
		else if (i->state == STEP_RETRY_WAIT)
			run_apply(r, ix, EVENT_EXIT_ERROR, GUARD_ALWAYS,
				  i->cause, because);
	}
	vec_push(&r->quiet, scope);
}

static void
change_flags(struct run *r, uint32_t ix, uint16_t set, uint16_t clear)
{
	struct inst *i = run_inst(r, ix);
	uint16_t flags = i->flags;

	i->flags = (uint16_t)((flags | set) & ~clear);
	run_tell_dependents(r, ix, i->state, flags);
	run_save(r, ix);
}

static void
ask(struct run *r, uint32_t ix, const struct failure_policy *p)
{
	struct inst *i = run_inst(r, ix);

	change_flags(r, ix, INST_ASKING, 0);
	run_scope(r, i)->nlost++;
	if (p->ask_timeout == DURATION_NONE)
		return;
	inst_wake(i, clock_wall() + p->ask_timeout,
		  clock_boot() + p->ask_timeout);
	dues_push(r, inst_due_boot(i), ix);
	run_save(r, ix);
}

static void
fall_back(struct run *r, uint32_t ix, uint32_t fallback)
{
	uint32_t other = run_scope(r, run_inst(r, ix))->first + fallback;

	change_flags(r, ix, INST_FALLING, 0);
	if (run_inst(r, other)->state != STEP_PENDING &&
	    run_may(r, other, EVENT_RESET, GUARD_ALWAYS))
		run_apply(r, other, EVENT_RESET, GUARD_ALWAYS, CAUSE_NONE,
			  NULL);
	run_inst(r, other)->flags |= INST_ENABLED;
	run_save(r, other);
	vec_push(&r->undecided, other);
}

static struct failure_policy
policy_of(const struct run *r, uint32_t ix)
{
	const struct inst *i = run_inst(r, ix);
	const struct failure_policy *own = &run_step(r, i)->more->on_failure;
	struct failure_policy p = own->action != ON_FAILURE_DEFAULT
					  ? *own
					  : run_scope(r, i)->wf->on_failure;

	if (p.action == ON_FAILURE_DEFAULT)
		p.action = ON_FAILURE_STOP;
	/* The flow's policy is about what comes before its last steps. */
	if (own->action == ON_FAILURE_DEFAULT && run_step(r, i)->finally)
		p.action = ON_FAILURE_CONTINUE;
	return p;
}

bool
decide_rolls_back(const struct run *r, uint32_t ix)
{
	return policy_of(r, ix).action == ON_FAILURE_ROLLBACK;
}

static void
carry_out(struct run *r, uint32_t ix, const struct failure_policy *p)
{
	uint32_t scope = run_inst(r, ix)->scope;
	struct scope *s = &r->scopes.at[scope];

	switch (p->action) {
	case ON_FAILURE_DEFAULT:
	case ON_FAILURE_STOP:
		decide_stop(r, scope, "a step failed and on_failure is stop");
		break;
	case ON_FAILURE_CONTINUE:
		break;
	case ON_FAILURE_ASK:
		ask(r, ix, p);
		break;
	case ON_FAILURE_ROLLBACK:
		s->rolling_back = true;
		text_set(&s->rollback_target, p->target);
		decide_stop(r, scope,
			    "a step failed and on_failure is rollback");
		break;
	case ON_FAILURE_IGNORE:
		s->partial = true;
		change_flags(r, ix, INST_IGNORED, 0);
		break;
	case ON_FAILURE_FALLBACK:
		fall_back(r, ix, p->fallback);
		break;
	}
}

void
decide_failure(struct run *r, uint32_t ix)
{
	struct failure_policy p = policy_of(r, ix);
	char because[160];
	const struct inst *i = run_inst(r, ix);

	snprintf(because, sizeof(because), "it failed for good (%s)",
		 cause_name(i->cause));
	run_event(r, EV_FAILURE_POLICY, ix, failure_action_name(p.action),
		  because, NULL);
	carry_out(r, ix, &p);
}

void
decide_answered(struct run *r, uint32_t ix)
{
	if (!(run_inst(r, ix)->flags & INST_ASKING))
		return;
	run_scope(r, run_inst(r, ix))->nlost--;
	inst_wake(run_inst(r, ix), 0, 0);
	change_flags(r, ix, 0, INST_ASKING);
	vec_push(&r->quiet, run_inst(r, ix)->scope);
}

void
decide_asked(struct run *r, uint32_t ix)
{
	struct failure_policy p = policy_of(r, ix);

	p.action = p.ask_default == ON_FAILURE_DEFAULT ? ON_FAILURE_STOP
						       : p.ask_default;
	decide_answered(r, ix);
	run_event(r, EV_FAILURE_POLICY, ix, failure_action_name(p.action),
		  "nobody decided in time", NULL);
	carry_out(r, ix, &p);
}

void
decide_fail(struct run *r, uint32_t ix, enum cause cause, const char *because)
{
	struct inst *i = run_inst(r, ix);

	run_event(r, EV_NO_RETRY, ix, "failed", because, NULL);
	run_apply(r, ix, EVENT_EXIT_ERROR, GUARD_SPENT, cause, because);
	if (i->group == IX_NONE)
		decide_failure(r, ix);
}

/* --- settled
 * -------------------------------------------------------------------------- */

/* The step that this fallback stands for, or IX_NONE. */
static uint32_t
stands_for(const struct run *r, uint32_t ix)
{
	const struct inst *i = run_inst(r, ix);
	const struct scope *s = run_scope(r, i);

	for (uint32_t k = 0; k < s->wf->nsteps; k++) {
		const struct failure_policy *p =
			&s->wf->steps[k].more->on_failure;

		if (p->action == ON_FAILURE_FALLBACK &&
		    p->fallback == i->step &&
		    run_inst(r, s->first + k)->flags & INST_FALLING)
			return s->first + k;
	}
	return IX_NONE;
}

static void
fallback_settled(struct run *r, uint32_t ix)
{
	uint32_t other = stands_for(r, ix);
	struct inst *i = run_inst(r, ix);

	if (other == IX_NONE)
		return;
	if (!step_state_is_good(i->state)) {
		change_flags(r, other, 0, INST_FALLING);
		return;
	}
	if (i->more && i->more->outputs)
		text_set(&inst_more(run_inst(r, other))->outputs,
			 i->more->outputs);
	change_flags(r, other, INST_IGNORED, INST_FALLING);
	run_event(r, EV_CHOICE, other, "its fallback stands in",
		  "the fallback succeeded", NULL);
}

static void
cancel_listed(struct run *r, uint32_t ix)
{
	const struct inst *i = run_inst(r, ix);
	const struct step_more *more = run_step(r, i)->more;
	uint32_t first = run_scope(r, i)->first;

	for (uint32_t k = 0; k < more->ncancel; k++) {
		struct inst *other = run_inst(r, first + more->cancel[k]);

		if (step_state_is_settled(other->state))
			continue;
		other->flags |= INST_UNWANTED;
		halt_step(r, first + more->cancel[k],
			  "cancelled by a step that succeeded", false);
	}
}

void
decide_settled(struct run *r, uint32_t ix)
{
	struct inst *i = run_inst(r, ix);
	const struct step *step = run_step(r, i);

	vec_each (&r->held, uint32_t, held)
		vec_push(&r->undecided, *held);
	r->held.n = 0;
	if (step->is_fallback && i->group == IX_NONE)
		fallback_settled(r, ix);
	if (step_state_is_good(i->state) && step->more->ncancel)
		cancel_listed(r, ix);
}
