/* Going on with another definition: `resume` and `retry` with --flow.
 *
 * Instances are numbered for good, since events and attempts name them so.
 * The steps of the new definition therefore get new numbers, from `base` on;
 * those below are *dead*: rows that only old events still mean.  What is
 * kept of a step (its state, outputs, tries and key) moves to its new
 * number.  Inner steps of groups and child flows do not move: such a step
 * keeps its result, or starts over as a whole.
 *
 * The change is one batch, after which the driver reads the run anew: so
 * that the live path is the recovery path.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "request_int.h"

#include "compare.h"
#include "names.h"
#include "rollback.h"
#include "rollback_list.h"
#include "rows.h"
#include "vars.h"

struct adoption {
	struct request *q;
	struct run *r;
	struct bundle *now;
	const char *text; /* its own */
	bool *keep;       /* by step of the new root */
	uint32_t base;
	uint32_t counts[CHANGE_ADDED + 1], nremoved;
};

static struct inst *
old_inst(const struct run *r, uint32_t was)
{
	return run_inst(r, r->scopes.at[0].first + was);
}

/* --- may it be?
 * ------------------------------------------------------------------------ */

static enum wf_code
check_quiet(struct request *q)
{
	struct run *r = q->r;

	for (uint32_t ix = 0; ix < r->insts.n; ix++) {
		enum step_state state = run_inst(r, ix)->state;

		if (state == STEP_RUNNING || state == STEP_UNDOING)
			return request_refuse_step(
				q, ix,
				"wait until it has ended, or cancel it "
				"first");
	}
	if (r->flights.n || undo_list_any(r))
		return request_refuse(q, "repeat it when they have ended",
				      "hooks or undos of run %s are at work",
				      r->row.id);
	return WF_OK;
}

/* The run's params under the new rules, with defaults for those that are
 * new. */
static enum wf_code
check_params(struct adoption *a)
{
	const struct params *ps = &a->now->root->params;
	json_t *o = json_loads(a->r->row.params, 0, NULL);
	enum wf_code code = WF_OK;
	char *text;

	for (uint32_t k = 0; !code && k < ps->n; k++) {
		const struct param *p = &ps->at[k];

		if (json_object_get(o, p->name))
			continue;
		if (p->required)
			code = request_refuse(
				a->q, "wfctl rerun --flow takes new params",
				"the new definition needs the param \"%s\"",
				p->name);
		json_object_set_new(o, p->name,
				    p->has_default ? value_to_json(p->def)
						   : json_null());
	}
	if (!code && !a->q->dry) {
		text = json_dumps(o, JSON_COMPACT);
		a->r->row.params = arena_strdup(&a->r->arena, text);
		free(text);
	}
	json_decref(o);
	return code;
}

/* --- what becomes of each step
 * ------------------------------------------------------------- */

static bool
is_named(const struct request *q, uint32_t ix)
{
	for (size_t k = 0; k < q->steps.n; k++)
		if (q->steps.at[k] == ix)
			return true;
	return false;
}

static void
find_kept(struct adoption *a)
{
	const struct workflow *wf = a->r->bundle->root;
	bool *done = mem_alloc((wf->nsteps + 1) * sizeof(*done));

	for (uint32_t k = 0; k < wf->nsteps; k++) {
		const struct inst *i = old_inst(a->r, k);

		done[k] = (step_state_is_good(i->state) ||
			   i->state == STEP_SKIPPED) &&
			  !wf->steps[k].finally &&
			  !is_named(a->q, a->r->scopes.at[0].first + k);
	}
	a->keep = compare_keep(a->r->bundle, a->now, done);
	free(done);
}

static bool
has_inside(const struct inst *i)
{
	return i->more && (i->more->n || i->more->child != IX_NONE);
}

/* `undo`: what it did by its old definition can be undone first. */
static void
add_row(struct adoption *a, const char *step, const char *state,
	const char *what, const char *change, bool undo, const char *because)
{
	json_array_append_new(json_object_get(a->q->plan, "steps"),
			      json_pack("{s:s, s:s, s:s, s:s, s:b, s:s}",
					"step", step, "state", state, "what",
					what, "change", change, "undo",
					(int)undo, "because", because));
}

static const char *
why_kept(const struct inst *i)
{
	return i->state == STEP_SKIPPED ? "it was skipped, and nothing changed"
	       : has_inside(i) ? "unchanged: its result is kept; what is "
				 "inside can no longer be undone"
			       : "unchanged: its result is kept";
}

static const char *
why_run(const struct inst *i, enum change change)
{
	bool had = step_state_is_good(i->state);

	if (change == CHANGE_CHANGED)
		return had ? "its definition changed since it succeeded"
			   : "its definition changed";
	return had ? "something that it needs runs again"
	       : step_state_is_settled(i->state) ? "it has not succeeded yet"
						 : "it has not run yet";
}

static bool
may_undo(const struct adoption *a, uint32_t was)
{
	return rollback_would_undo(a->r, a->r->scopes.at[0].first + was);
}

static void
plan_steps(struct adoption *a)
{
	const struct workflow *wf = a->now->root, *old = a->r->bundle->root;

	a->q->plan = json_pack("{s:s, s:[]}", "verb", a->q->m->verb, "steps");
	for (uint32_t k = 0; k < wf->nsteps; k++) {
		uint32_t was;
		enum change c = compare_step(a->r->bundle, a->now, k, &was);
		const struct inst *i =
			was == STEP_NONE ? NULL : old_inst(a->r, was);

		a->counts[c]++;
		if (!i)
			add_row(a, wf->steps[k].id, "none", "run",
				change_name(c), false, "it is new");
		else
			add_row(a, wf->steps[k].id, step_states[i->state].name,
				a->keep[k] ? "reuse" : "run", change_name(c),
				!a->keep[k] && may_undo(a, was),
				a->keep[k] ? why_kept(i) : why_run(i, c));
	}
	for (uint32_t k = 0; k < old->nsteps; k++) {
		if (workflow_step(wf, old->steps[k].id) != STEP_NONE)
			continue;
		a->nremoved++;
		add_row(a, old->steps[k].id,
			step_states[old_inst(a->r, k)->state].name, "drop",
			"removed", may_undo(a, k),
			"the new definition does not have it");
	}
}

/* --- carrying it out
 * -------------------------------------------------------------------- */

/* The outputs of a group are those of its items, which do not move. */
static const char *
outputs_of(struct adoption *a, uint32_t ix, struct arena *arena)
{
	const struct inst *i = run_inst(a->r, ix);

	if (i->flags & INST_GROUP && run_step(a->r, i)->more->noutputs)
		return value_to_json_text(arena, vars_outputs(a->r, ix, arena));
	return i->more ? i->more->outputs : NULL;
}

/* The environment an operator has given a step that runs again: now, if it
 * is meant, or before.  Caller frees; NULL: none. */
static char *
moved_env(const struct adoption *a, uint32_t ix, bool same)
{
	const struct request *q = a->q;
	const struct inst *i = run_inst(a->r, ix);
	json_t *settings = request_settings(q);
	bool meant =
		json_array_size(json_object_get(q->body, "steps"))
			? is_named(q, ix)
			: i->state == STEP_FAILED || i->state == STEP_CANCELLED;

	if (meant && json_object_size(settings))
		return json_dumps(settings, JSON_COMPACT);
	return same && i->more && i->more->env ? mem_strdup(i->more->env)
					       : NULL;
}

static char *
moved_data(const struct adoption *a, uint32_t ix, bool kept, bool same)
{
	const struct inst *i = run_inst(a->r, ix);
	unsigned flags =
		i->flags &
		(unsigned)(kept   ? INST_BY_HAND | INST_IGNORED | INST_ATTEMPTED
			   : same ? INST_ATTEMPTED
				  : 0);
	char *env = kept ? NULL : moved_env(a, ix, same), *text;
	json_t *o = json_object();

	if (i->flags & INST_GROUP)
		flags &= ~(unsigned)INST_GROUP; /* the new definition says */
	if (flags)
		json_object_set_new(o, "flags", json_integer(flags));
	if (env)
		json_object_set_new(o, "env", json_string(env));
	free(env);
	json_object_set_new(o, "attempts", json_integer(i->nattempts));
	json_object_set_new(o, "number",
			    json_integer(names_number(a->r, ix) + 1));
	if (i->more && i->more->nchecks)
		json_object_set_new(o, "nchecks",
				    json_integer(i->more->nchecks));
	if (i->more && i->more->nundos)
		json_object_set_new(o, "nundos", json_integer(i->more->nundos));
	text = json_dumps(o, JSON_COMPACT);
	json_decref(o);
	return text;
}

static void
move_step(struct adoption *a, uint32_t step, uint32_t was, bool same)
{
	uint32_t ix = a->r->scopes.at[0].first + was;
	const struct inst *i = run_inst(a->r, ix);
	struct arena arena = {0};
	char *data = moved_data(a, ix, a->keep[step], same);
	struct st_step row = {.ix = a->base + step,
			      .path = a->now->root->steps[step].id,
			      .parent = UINT32_MAX,
			      .state = STEP_PENDING,
			      .exit_code = -1,
			      .data = data};

	if (a->keep[step]) {
		row.state = i->state;
		row.tries = i->tries;
		row.began = i->began;
		row.order = i->order;
		row.started = i->started;
		row.finished = i->finished;
		row.exit_code = i->exit_code;
		row.outputs = outputs_of(a, ix, &arena);
	}
	st_put_step(a->r->batch, &row);
	free(data);
	arena_release(&arena);
}

static enum wf_code
move_attempts(struct adoption *a)
{
	const struct scope *s = &a->r->scopes.at[0];
	struct arena arena = {0};
	struct st_attempt *rows = NULL;
	size_t n = 0;
	enum wf_code code = WF_OK;

	if (a->r->store &&
	    st_read_attempts(a->r->store, a->r->row.id, UINT32_MAX, false,
			     &arena, &rows, &n, &a->q->err) > ST_EMPTY)
		code = WF_STORE;
	for (size_t k = 0; !code && k < n; k++) {
		uint32_t was = rows[k].ix - s->first, step;

		if (rows[k].ix < s->first || was >= s->wf->nsteps)
			continue;
		step = workflow_step(a->now->root, s->wf->steps[was].id);
		if (step == STEP_NONE)
			continue;
		rows[k].ix = a->base + step;
		st_put_attempt(a->r->batch, &rows[k]);
	}
	arena_release(&arena);
	return code;
}

static void
tell(struct adoption *a)
{
	struct run *r = a->r;
	json_t *data = json_pack("{s:s, s:s, s:O}", "from", r->row.definition,
				 "to", a->now->hash, "steps",
				 json_object_get(a->q->plan, "steps"));
	char *text = json_dumps(data, JSON_COMPACT), because[120];

	snprintf(because, sizeof(because),
		 "%u steps the same, %u changed, %u added, %u removed",
		 a->counts[CHANGE_SAME], a->counts[CHANGE_CHANGED],
		 a->counts[CHANGE_ADDED], a->nremoved);
	run_event(r, EV_DEFINITION, IX_NONE, "another definition", because,
		  text);
	free(text);
	json_decref(data);
}

/* From here on the run in memory is of the past: the driver reads it anew. */
static enum wf_code
carry_out(struct adoption *a)
{
	struct run *r = a->r;
	enum wf_code code = move_attempts(a);

	if (code)
		return code;
	for (uint32_t k = 0; k < a->now->root->nsteps; k++) {
		uint32_t was;
		enum change c = compare_step(r->bundle, a->now, k, &was);

		if (was != STEP_NONE)
			move_step(a, k, was, c == CHANGE_SAME);
	}
	st_put_definition(r->batch, a->now->hash, a->text);
	tell(a);
	r->row.definition = arena_strdup(&r->arena, a->now->hash);
	r->row.nsteps = a->now->root->nsteps;
	r->reborn = a->base;
	vec_each (&r->hooks, struct hook_due, h) {
		free(h->reason);
		free(h->step);
	}
	r->hooks.n = 0;
	r->ending = false;
	run_set_state(r, RUN_QUEUED, CAUSE_NONE);
	return WF_OK;
}

enum wf_code
request_adopt(struct request *q, const char *text)
{
	struct adoption a = {.q = q,
			     .r = q->r,
			     .text = text,
			     .base = (uint32_t)q->r->insts.n};
	enum wf_code code = check_quiet(q);

	if (!code)
		code = bundle_parse(text, strlen(text), &a.now, &q->err);
	if (!code)
		code = check_params(&a);
	if (!code) {
		find_kept(&a);
		plan_steps(&a);
	}
	if (!code && !q->dry)
		code = carry_out(&a);
	free(a.keep);
	if (a.now)
		bundle_free(a.now);
	return code;
}
