/* Phases of a scope, and outcomes.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "scope.h"

#include "begin.h"
#include "decide.h"
#include "ensure.h"
#include "hook.h"
#include "outcome.h"
#include "rollback.h"
#include "undo.h"
#include "vars.h"

/* --- outcome
 * -------------------------------------------------------------------- */

struct tally {
	uint32_t failed, cancelled, blocked;
	uint32_t ended;    /* cancelled by hand, and nothing follows */
	enum cause cause;  /* of the first failure */
	const char *first; /* its step */
};

static bool
counts_as_failure(const struct inst *i)
{
	return i->state == STEP_FAILED && !(i->flags & INST_IGNORED);
}

static struct tally
count(const struct run *r, const struct scope *s)
{
	struct tally t = {0};
	const struct inst *first = NULL;

	for (uint32_t k = 0; k < s->wf->nsteps; k++) {
		const struct step *step = &s->wf->steps[k];
		const struct inst *i = run_inst(r, s->first + k);

		if (counts_as_failure(i)) {
			t.failed++;
			if (!first || inst_failed_before(i, first)) {
				first = i;
				t.cause = i->cause;
				t.first = step->id;
			}
		}
		if (i->state == STEP_CANCELLED) {
			t.cancelled++;
			t.ended += !(i->flags & INST_UNWANTED) &&
				   !workflow_dependents(s->wf, k).n;
		}
		t.blocked += i->state == STEP_PENDING && !step->is_fallback;
	}
	return t;
}

static enum run_state
outcome(const struct run *r, const struct scope *s, const struct tally *t)
{
	if (s->undone)
		return s->undo_failed ? RUN_ROLLBACK_FAILED : RUN_ROLLED_BACK;
	if (r->cancelling)
		return RUN_CANCELLED;
	if (t->failed || s->cause)
		return RUN_FAILED;
	if (t->blocked)
		return t->cancelled ? RUN_CANCELLED : RUN_FAILED;
	if (t->ended)
		return RUN_CANCELLED;
	return s->partial ? RUN_PARTIAL : RUN_SUCCEEDED;
}

/* The flow's `outputs` as JSON text in `a`; NULL with `why` when one of them
 * fails. */
static const char *
flow_outputs(struct run *r, uint32_t scope, struct arena *a, char *why,
	     size_t size)
{
	const struct workflow *wf = r->scopes.at[scope].wf;
	struct vars vars = vars_of_scope(r, scope);
	struct cel_vars lookup = vars_lookup(&vars);
	json_t *o = json_object();
	const char *text = NULL;
	char *json;
	uint32_t k = 0;

	for (; k < wf->noutputs; k++) {
		struct cel_error err = {0};
		struct value v;

		if (!template_eval(&wf->outputs[k].value, &lookup, a, &v,
				   &err)) {
			snprintf(why, size, "outputs.%s: %s",
				 wf->outputs[k].name, err.message);
			break;
		}
		json_object_set_new(o, wf->outputs[k].name, value_to_json(v));
	}
	if (k == wf->noutputs) {
		json = json_dumps(o, JSON_COMPACT);
		text = arena_strdup(a, json);
		free(json);
	}
	json_decref(o);
	return text;
}

static void
end_child(struct run *r, uint32_t scope, enum run_state state,
	  const struct tally *t)
{
	uint32_t ix = r->scopes.at[scope].parent;
	enum cause cause = r->scopes.at[scope].cause;
	struct arena a = {0};
	const char *outputs;
	char why[300];

	if (cause)
		snprintf(why, sizeof(why), "%s",
			 cause == CAUSE_TIMEOUT
				 ? "its flow took too long"
				 : "the deadline of its flow has passed");
	else
		snprintf(why, sizeof(why), "its flow ended %s%s%s",
			 run_states[state].name, t->first ? ": " : "",
			 t->first ? t->first : "");
	cause = cause ? cause : t->cause;
	if (run_inst(r, ix)->state != STEP_RUNNING) {
		return;
	} else if (state == RUN_CANCELLED) {
		run_apply(r, ix, EVENT_CANCEL, GUARD_ALWAYS, CAUSE_CANCELLED,
			  why);
	} else if (state != RUN_SUCCEEDED && state != RUN_PARTIAL) {
		outcome_failed(r, ix, cause ? cause : CAUSE_EXIT, why);
	} else {
		outputs = flow_outputs(r, scope, &a, why, sizeof(why));
		if (state == RUN_PARTIAL)
			r->scopes.at[r->scopes.at[scope].up].partial = true;
		if (!outputs)
			outcome_failed(r, ix, CAUSE_OUTPUT, why);
		else if (!ensure_holds(r, ix, outputs, why, sizeof(why)))
			outcome_failed(r, ix, CAUSE_ENSURE, why);
		else
			outcome_succeeded(r, ix, outputs);
	}
	arena_release(&a);
}

static void
end_run(struct run *r, enum run_state state, const struct tally *t)
{
	struct arena a = {0};
	enum cause cause = r->scopes.at[0].cause;
	const char *outputs;
	char why[300];

	if (state == RUN_SUCCEEDED || state == RUN_PARTIAL) {
		outputs = flow_outputs(r, 0, &a, why, sizeof(why));
		if (outputs) {
			r->row.outputs = arena_strdup(&r->arena, outputs);
		} else {
			state = RUN_FAILED;
			cause = CAUSE_OUTPUT;
			run_event(r, EV_FAILURE_POLICY, IX_NONE, "failed", why,
				  NULL);
		}
	} else if (state != RUN_CANCELLED && !cause) {
		cause = t->cause;
	}
	hook_end_run(r, state, cause);
	arena_release(&a);
}

/* A step waits for a slot it will not get any more, its retry will not
 * come: what is left when a scope ends goes back to pending. */
static void
end_scope(struct run *r, uint32_t scope)
{
	struct scope *s = &r->scopes.at[scope];
	struct tally t = count(r, s);
	enum run_state state = outcome(r, s, &t);

	s->phase = SCOPE_ENDED;
	r->dirty = true;
	if (scope == 0)
		end_run(r, state, &t);
	else
		end_child(r, scope, state, &t);
}

/* --- phases
 * --------------------------------------------------------------------- */

/* Past what is irreversible only an operator may go, who says so. */
static void
refuse_rollback(struct run *r, uint32_t scope, const struct plan *plan)
{
	struct strbuf why = STRBUF_INIT;
	uint32_t named = 0;

	vec_each (&plan->entries, struct plan_entry, e) {
		char *path;

		if (e->fate != FATE_IRREVERSIBLE || ++named > 4)
			continue;
		path = run_path(r, e->ix);
		strbuf_addf(&why, "%s%s", named > 1 ? ", " : "", path);
		free(path);
	}
	if (named > 4)
		strbuf_addf(&why, " and %u more", named - 4);
	strbuf_adds(&why, named > 1 ? " are" : " is");
	strbuf_adds(&why, " irreversible: nothing is rolled back");
	run_event(r, EV_FAILURE_POLICY, IX_NONE, "no rollback", why.at, NULL);
	strbuf_release(&why);
	r->scopes.at[scope].rolling_back = false;
	begin_finally(r, scope, false);
}

static void
rollback_reason(const struct scope *s, const struct tally *t, char *why,
		size_t size)
{
	if (s->cause)
		snprintf(why, size,
			 "the deadline has passed, on_failure: rollback");
	else if (t->failed)
		snprintf(why, size, "%s failed (%s), on_failure: rollback",
			 t->first, cause_name(t->cause));
	else
		snprintf(why, size,
			 "it was asked for, and what ran has stopped");
}

static const char *
rollback_cause(const struct scope *s, const struct tally *t)
{
	return s->cause ? "deadline" : t->failed ? t->first : "request";
}

static void
begin_rollback(struct run *r, uint32_t scope)
{
	struct scope *s = &r->scopes.at[scope];
	struct tally t = count(r, s);
	struct plan plan;
	struct wf_err err = {0};
	char why[200];

	if (rollback_plan(r, scope, s->rollback_target, NULL, &plan, &err)) {
		/* The savepoint named by the policy was never reached: all
		 * the way back. */
		run_event(r, EV_ROLLBACK, IX_NONE, "start", err.message, NULL);
		plan_release(&plan);
		if (rollback_plan(r, scope, "start", NULL, &plan, &err))
			BUG("no plan back to the start: %s", err.message);
	}
	if (plan.nirreversible && !s->forced) {
		refuse_rollback(r, scope, &plan);
		plan_release(&plan);
		return;
	}
	if (scope == 0 && (t.failed || s->cause))
		hook_ask(r, HOOK_FAILURE, IX_NONE,
			 cause_name(s->cause ? s->cause : t.cause));
	rollback_reason(s, &t, why, sizeof(why));
	if (s->asked)
		undo_anew(r, &plan);
	undo_begin(r, &plan, rollback_cause(s, &t), why);
	plan_release(&plan);
}

/* Past its deadline a run does not wait for people, unless it is to. */
static bool
is_out_of_time(const struct scope *s)
{
	return s->cause == CAUSE_TIMEOUT ||
	       (s->cause == CAUSE_DEADLINE &&
		s->wf->on_failure.action != ON_FAILURE_ASK);
}

/* Until they say so, it does not end. */
static bool
waits_for_people(const struct run *r, const struct scope *s)
{
	return s->nlost && !r->cancelling && !r->scopes.at[0].asked &&
	       !is_out_of_time(s);
}

void
scope_check(struct run *r, uint32_t scope)
{
	struct scope *s = &r->scopes.at[scope];

	if (s->nbusy || (s->parent != IX_NONE &&
			 run_inst(r, s->parent)->state != STEP_RUNNING))
		return;
	switch (s->phase) {
	case SCOPE_MAIN:
		if (waits_for_people(r, s))
			return;
		if (s->rolling_back && !r->cancelling)
			begin_rollback(r, scope);
		else
			begin_finally(r, scope, false);
		break;
	case SCOPE_ROLLBACK:
		vec_push(&r->undo_moved, scope);
		break;
	case SCOPE_FINALLY:
		end_scope(r, scope);
		break;
	case SCOPE_ENDED:
		break;
	}
}
