/* How a scope begins: for the first time, over again, for a child flow.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "begin.h"

#include "../base/clock.h"
#include "again.h"
#include "decide.h"
#include "halt.h"
#include "queue.h"
#include "rollback_list.h"
#include "vars.h"

void
begin_scope(struct run *r, uint32_t scope)
{
	const struct scope *s = &r->scopes.at[scope];

	for (uint32_t k = 0; k < s->wf->nsteps; k++)
		if (run_inst(r, s->first + k)->state == STEP_PENDING)
			vec_push(&r->undecided, s->first + k);
	vec_push(&r->quiet, scope);
}

void
begin_finally(struct run *r, uint32_t scope, bool again)
{
	struct scope *s = &r->scopes.at[scope];

	s->phase = SCOPE_FINALLY;
	r->dirty = true;
	for (uint32_t k = 0; k < s->wf->nsteps; k++) {
		if (!s->wf->steps[k].finally)
			continue;
		if (again &&
		    run_inst(r, s->first + k)->state != STEP_UNDO_FAILED)
			again_from_start(r, s->first + k,
					 "everything else has ended");
		vec_push(&r->undecided, s->first + k);
	}
	vec_push(&r->quiet, scope);
}

void
begin_over(struct run *r, uint32_t scope)
{
	struct scope *s = &r->scopes.at[scope];
	bool *holds = again_holders(r);

	s->phase = SCOPE_MAIN;
	s->stopping = s->partial = false;
	s->rolling_back = s->forced = s->asked = false;
	s->undone = s->undo_failed = s->goes_on = false;
	s->cause = CAUSE_NONE;
	undo_list_drop(r, scope);
	r->dirty = true;
	for (uint32_t k = 0; k < s->wf->nsteps; k++) {
		const struct inst *i = run_inst(r, s->first + k);
		bool done =
			step_state_is_good(i->state) ||
			i->state == STEP_SKIPPED ||
			(i->state == STEP_FAILED && i->flags & INST_IGNORED);

		if (holds && holds[s->first + k])
			done = false;
		if (step_state_is_settled(i->state) &&
		    (!done || s->wf->steps[k].finally))
			run_apply(r, s->first + k, EVENT_RESET, GUARD_ALWAYS,
				  CAUSE_NONE, NULL);
	}
	free(holds);
}

static bool
child_params(struct run *r, uint32_t ix, const struct workflow *wf, json_t *out,
	     struct wf_err *err)
{
	const struct child_flow *c = run_step(r, run_inst(r, ix))->more->child;
	struct vars vars = vars_of_inst(r, ix);
	struct cel_vars lookup = vars_lookup(&vars);
	struct arena a = {0};
	bool ok = true;

	for (uint32_t k = 0; ok && k < c->nwith; k++) {
		const struct param *p =
			params_find(&wf->params, c->with[k].name);
		struct cel_error e = {0};
		struct value v, checked;

		ok = p && template_eval(&c->with[k].value, &lookup, &a, &v, &e);
		if (!ok) {
			ERR(err, WF_FAILED, "with.%s: %s", c->with[k].name,
			    p ? e.message : "the flow has no such param");
			break;
		}
		ok = v.kind == VALUE_STRING
			     ? param_from_text(p, &a, v.string, &checked, err)
			     : param_check(p, &a, v, &checked, err);
		if (ok)
			json_object_set_new(out, p->name,
					    value_to_json(checked));
	}
	for (uint32_t k = 0; ok && k < wf->params.n; k++) {
		const struct param *p = &wf->params.at[k];

		if (!p->required || json_object_get(out, p->name))
			continue;
		ERR(err, WF_FAILED, "the child flow needs the param \"%s\"",
		    p->name);
		ok = false;
	}
	arena_release(&a);
	return ok;
}

static uint32_t
depth_of(const struct run *r, uint32_t scope)
{
	uint32_t depth = 0;

	for (; scope != IX_NONE; scope = r->scopes.at[scope].up)
		depth++;
	return depth;
}

static struct workflow *
child_flow(const struct run *r, uint32_t ix)
{
	const struct child_flow *c = run_step(r, run_inst(r, ix))->more->child;

	return c ? map_get(&r->bundle->files, c->file) : NULL;
}

static struct value
stored_params(struct run *r, uint32_t ix)
{
	const char *text = run_inst(r, ix)->more->params;
	struct value params = {0};

	value_from_json_text(&r->arena, text, strlen(text), &params);
	return params;
}

static void
add_child(struct run *r, uint32_t ix, struct workflow *wf)
{
	uint32_t scope = run_add_scope(r, wf, ix, stored_params(r, ix));

	inst_more(run_inst(r, ix))->child = scope;
}

/* The first time, or again: then what is done in it stays done. */
static void
enter_child(struct run *r, uint32_t ix, struct workflow *wf)
{
	uint32_t child = run_inst(r, ix)->more->child;

	if (child == IX_NONE) {
		add_child(r, ix, wf);
		return;
	}
	r->scopes.at[child].params = stored_params(r, ix);
	begin_over(r, child);
}

static void
arm_child(struct run *r, uint32_t ix)
{
	struct inst *i = run_inst(r, ix);
	enum cause cause;
	int64_t limit = halt_child_limit(r, ix, &cause);

	if (!limit)
		return;
	inst_wake(i, clock_wall() + limit, clock_boot() + limit);
	dues_push(r, inst_due_boot(i), ix);
}

void
begin_child(struct run *r, uint32_t ix)
{
	struct workflow *wf = child_flow(r, ix);
	struct inst_more *m = inst_more(run_inst(r, ix));
	struct wf_err err = {0};
	json_t *params;

	if (run_inst(r, ix)->flags & INST_STOPPING)
		return;
	run_inst(r, ix)->nattempts++;
	run_inst(r, ix)->tries++;
	run_inst(r, ix)->flags |= INST_ATTEMPTED;
	params = wf ? params_defaults(&wf->params) : json_object();
	if (!wf)
		ERR(&err, WF_FAILED, "the child flow is not stored");
	else if (depth_of(r, run_inst(r, ix)->scope) > WORKFLOW_MAX_DEPTH)
		ERR(&err, WF_FAILED, "child flows nest deeper than %d",
		    WORKFLOW_MAX_DEPTH);
	else
		child_params(r, ix, wf, params, &err);
	if (err.code) {
		decide_fail(r, ix, CAUSE_SPAWN, err.message);
	} else {
		char *text = json_dumps(params, JSON_COMPACT);

		text_set(&m->params, text);
		free(text);
		enter_child(r, ix, wf);
		arm_child(r, ix);
		run_save(r, ix);
		begin_scope(r, run_inst(r, ix)->more->child);
	}
	json_decref(params);
}

bool
begin_restored_child(struct run *r, uint32_t ix)
{
	struct workflow *wf = child_flow(r, ix);

	if (!run_inst(r, ix)->more->params || !wf)
		return false;
	add_child(r, ix, wf);
	return true;
}
