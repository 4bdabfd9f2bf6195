/* Planning a rollback.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "rollback.h"

#include "names.h"
#include "rollback_list.h"

static const char *const fates[] = {"undo",         "undo_inside", "no_undo",
				    "irreversible", "running",     "never_ran"};

const char *
undo_fate_name(enum undo_fate fate)
{
	return fates[fate];
}

bool
rollback_has_undo(const struct run *r, uint32_t ix)
{
	const struct inst *i = run_inst(r, ix);
	const struct step *step = run_step(r, i);

	if (i->flags & INST_GROUP || !workflow_has_undo(step))
		return false;
	return step->more->undo.on != UNDO_SUCCEEDED ||
	       i->state == STEP_SUCCEEDED || i->state == STEP_UNDO_FAILED;
}

static bool
is_container(const struct inst *i)
{
	return i->more && (i->flags & INST_GROUP || i->more->child != IX_NONE);
}

/* It, or the step whose part it is. */
static bool
is_irreversible(const struct run *r, uint32_t ix)
{
	for (; ix != IX_NONE; ix = run_container(r, ix))
		if (run_step(r, run_inst(r, ix))->more->irreversible)
			return true;
	return false;
}

/* Also what is to run again has run. */
static bool
has_run(const struct run *r, const struct inst *i)
{
	const struct step *step = run_step(r, i);

	if (i->state == STEP_UNDONE || i->state == STEP_READY)
		return false;
	if (is_container(i))
		return i->started && i->state != STEP_PENDING;
	if (step_runs_command(step) || step->action == ACTION_WORKFLOW)
		return i->flags & INST_ATTEMPTED;
	return i->started && i->state != STEP_SKIPPED &&
	       i->state != STEP_REUSED;
}

static enum undo_fate
fate_of(const struct run *r, uint32_t ix)
{
	const struct inst *i = run_inst(r, ix);

	if (i->state == STEP_RUNNING || i->state == STEP_RETRY_WAIT ||
	    i->state == STEP_WAITING)
		return FATE_RUNNING;
	if (!has_run(r, i))
		return FATE_NEVER_RAN;
	if (is_irreversible(r, ix))
		return FATE_IRREVERSIBLE;
	if (rollback_has_undo(r, ix))
		return FATE_UNDO;
	return is_container(i) ? FATE_CONTAINER : FATE_NO_UNDO;
}

/* --- the moment
 * ----------------------------------------------------------------- */

/* What had finished by then stays: a count of endings, not a time, since
 * clocks are set. */
struct moment {
	uint64_t order;
};

static uint32_t
last_savepoint(const struct run *r, uint32_t scope)
{
	const struct scope *s = &r->scopes.at[scope];
	uint32_t best = IX_NONE;

	for (uint32_t k = 0; k < s->wf->nsteps; k++) {
		const struct inst *i = run_inst(r, s->first + k);

		if (s->wf->steps[k].more->savepoint &&
		    step_state_is_good(i->state) &&
		    (best == IX_NONE || i->order > run_inst(r, best)->order))
			best = s->first + k;
	}
	return best;
}

static uint32_t
savepoint_named(const struct run *r, uint32_t scope, const char *name)
{
	const struct scope *s = &r->scopes.at[scope];

	for (uint32_t k = 0; k < s->wf->nsteps; k++) {
		const char *own = s->wf->steps[k].more->savepoint;

		if (own && str_eq(own, name))
			return s->first + k;
	}
	return IX_NONE;
}

static enum wf_code
find_moment(const struct run *r, uint32_t scope, const char **target,
	    struct moment *m, struct wf_err *err)
{
	uint32_t ix;

	*m = (struct moment){0};
	if (!*target) {
		ix = last_savepoint(r, scope);
		*target =
			ix == IX_NONE
				? "start"
				: run_step(r, run_inst(r, ix))->more->savepoint;
	}
	if (str_eq(*target, "start"))
		return WF_OK;
	ix = savepoint_named(r, scope, *target);
	if (ix != IX_NONE && step_state_is_good(run_inst(r, ix)->state)) {
		m->order = run_inst(r, ix)->order;
		return WF_OK;
	}
	if (ix != IX_NONE) {
		ERR(err, WF_REFUSED,
		    "the savepoint \"%s\" has not been reached", *target);
		wf_err_hint(err, "name start, or a step that ran");
		return WF_REFUSED;
	}
	ix = scope == 0
		     ? run_find(r, *target)
		     : r->scopes.at[scope].first +
			       workflow_step(r->scopes.at[scope].wf, *target);
	if (ix >= r->insts.n) {
		ERR(err, WF_NOT_FOUND,
		    "there is no savepoint and no step \"%s\"", *target);
		wf_err_hint(err, "name start, a savepoint or a step");
		return WF_NOT_FOUND;
	}
	if (!run_inst(r, ix)->started) {
		ERR(err, WF_REFUSED, "step \"%s\" never ran", *target);
		wf_err_hint(err, "name start, or a step that ran");
		return WF_REFUSED;
	}
	m->order = run_inst(r, ix)->began;
	return WF_OK;
}

static bool
is_after(const struct inst *i, const struct moment *m)
{
	return !i->order || i->order > m->order;
}

/* --- the plan
 * -------------------------------------------------------------------- */

static const struct run *sorted_run;

/* Later finished first; an instance before what contains it is of no
 * matter.  Those without an order (lost) count as finished last. */
static int
later_first(const void *pa, const void *pb)
{
	const struct plan_entry *a = pa, *b = pb;
	uint64_t oa = run_inst(sorted_run, a->ix)->order;
	uint64_t ob = run_inst(sorted_run, b->ix)->order;

	if (!oa != !ob)
		return oa ? 1 : -1;
	if (oa != ob)
		return oa > ob ? -1 : 1;
	return a->ix > b->ix ? -1 : 1;
}

static bool
is_undone_by(enum undo_fate fate)
{
	return fate == FATE_UNDO || fate == FATE_CONTAINER;
}

static void
count(struct plan *p, enum undo_fate fate)
{
	p->nundo += fate == FATE_UNDO;
	p->nirreversible += fate == FATE_IRREVERSIBLE;
	p->nrunning += fate == FATE_RUNNING;
}

/* Is it one of these, or in one of them? */
static bool
is_among(const struct run *r, uint32_t ix, const struct ixs *only)
{
	for (; ix != IX_NONE; ix = run_container(r, ix))
		vec_each (only, uint32_t, at)
			if (*at == ix)
				return true;
	return false;
}

bool
rollback_would_undo(const struct run *r, uint32_t ix)
{
	const struct ixs only = {&ix, 1, 1};

	for (uint32_t k = ix; k < r->insts.n; k++)
		if (fate_of(r, k) == FATE_UNDO && is_among(r, k, &only))
			return true;
	return false;
}

/* What the plan is about: a scope, from a moment on, perhaps only these. */
struct extent {
	uint32_t scope;
	struct moment moment;
	const struct ixs *only;
};

static bool
is_within_extent(const struct run *r, uint32_t ix, enum undo_fate fate,
		 const struct extent *x)
{
	const struct inst *i = run_inst(r, ix);

	if (!run_is_within(r, i->scope, x->scope) ||
	    (x->only && !is_among(r, ix, x->only)))
		return false;
	return x->only || fate == FATE_NEVER_RAN || is_after(i, &x->moment);
}

/* By instance, whether any part of it is to be undone; caller frees. */
static bool *
find_containers(const struct run *r, const struct extent *x)
{
	bool *holds = mem_alloc(r->insts.n + 1);

	for (uint32_t ix = 0; ix < r->insts.n; ix++) {
		uint32_t up = ix;

		if (fate_of(r, ix) != FATE_UNDO ||
		    !is_within_extent(r, ix, FATE_UNDO, x))
			continue;
		while ((up = run_container(r, up)) != IX_NONE && !holds[up])
			holds[up] = true;
	}
	return holds;
}

static void
collect(const struct run *r, struct plan *p, const struct extent *x,
	const bool *holds, bool undone)
{
	for (uint32_t ix = 0; ix < r->insts.n; ix++) {
		enum undo_fate fate = fate_of(r, ix);

		if (fate == FATE_CONTAINER && !holds[ix])
			fate = FATE_NO_UNDO;
		if (is_undone_by(fate) != undone ||
		    !is_within_extent(r, ix, fate, x))
			continue;
		vec_push(&p->entries, (struct plan_entry){ix, fate});
		count(p, fate);
	}
}

enum wf_code
rollback_plan(const struct run *r, uint32_t scope, const char *target,
	      const struct ixs *only, struct plan *out, struct wf_err *err)
{
	struct extent x = {.scope = scope, .only = only};
	enum wf_code code = find_moment(r, scope, &target, &x.moment, err);
	bool *holds;

	*out = (struct plan){.scope = scope, .revision = r->row.revision};
	if (code)
		return code;
	out->target = mem_strdup(target);
	holds = find_containers(r, &x);
	collect(r, out, &x, holds, true);
	sorted_run = r;
	if (out->entries.n)
		qsort(out->entries.at, out->entries.n, sizeof(*out->entries.at),
		      later_first);
	collect(r, out, &x, holds, false);
	free(holds);
	return WF_OK;
}

void
plan_release(struct plan *p)
{
	vec_release(&p->entries);
	free(p->target);
	p->target = NULL;
}

void
rollback_adopt(struct run *r, const struct plan *p)
{
	struct undo_list *list =
		undo_list_new(r, p->scope, p->entries.n, p->target);

	for (size_t k = 0; k < p->entries.n; k++)
		if (is_undone_by(p->entries.at[k].fate))
			list->at[list->n++] = p->entries.at[k].ix;
	r->dirty = true;
}

static json_t *
entry_json(const struct run *r, const struct plan_entry *e)
{
	const struct inst *i = run_inst(r, e->ix);
	const struct undo *undo = &run_step(r, i)->more->undo;
	const struct command *c = &undo->command;
	char *path = run_path(r, e->ix);
	json_t *o = json_object();

	json_object_set_new(o, "step", json_string(path));
	json_object_set_new(o, "state",
			    json_string(step_states[i->state].name));
	json_object_set_new(o, "fate", json_string(undo_fate_name(e->fate)));
	json_object_set_new(o, "command",
			    c->run     ? json_string(c->run)
			    : c->nargv ? json_string(c->argv[0].text)
				       : json_null());
	free(path);
	return o;
}

/* The same plan has the same number, whatever else has moved meanwhile. */
static void
number_plan(json_t *plan)
{
	char *text = json_dumps(plan, JSON_COMPACT | JSON_SORT_KEYS);
	uint32_t hash = 2166136261u;
	char number[16];

	for (const char *c = text; c && *c; c++)
		hash = (hash ^ (unsigned char)*c) * 16777619u;
	snprintf(number, sizeof(number), "%08x", hash);
	json_object_set_new(plan, "number", json_string(number));
	free(text);
}

json_t *
rollback_plan_json(const struct run *r, const struct plan *p)
{
	json_t *o = json_object(), *steps = json_array();

	for (size_t k = 0; k < p->entries.n; k++)
		json_array_append_new(steps, entry_json(r, &p->entries.at[k]));
	json_object_set_new(o, "target", json_string(p->target));
	json_object_set_new(o, "steps", steps);
	number_plan(o);
	json_object_set_new(
		o, "on_undo_failure",
		json_string(r->scopes.at[0].wf->continue_on_undo_failure
				    ? "continue"
				    : "stop"));
	json_object_set_new(o, "revision",
			    json_integer((json_int_t)p->revision));
	return o;
}

/* --- the plan as it is carried out ---------------------------------------- */

/* Of the flow's own steps, those that the plan leaves alone. */
static void
add_left_alone(const struct run *r, const struct plan *p, bool ran,
	       const char *name, const char *count, json_t *o)
{
	const struct scope *s = &r->scopes.at[p->scope];
	json_t *names = json_array();
	bool *undone = mem_alloc(s->wf->nsteps + 1);
	json_int_t n = 0;

	vec_each (&p->entries, struct plan_entry, e)
		if (is_undone_by(e->fate) && e->ix >= s->first &&
		    e->ix - s->first < s->wf->nsteps)
			undone[e->ix - s->first] = true;
	for (uint32_t k = 0; k < s->wf->nsteps; k++) {
		bool good =
			step_state_is_good(run_inst(r, s->first + k)->state);
		bool never = fate_of(r, s->first + k) == FATE_NEVER_RAN;

		if (undone[k] || s->wf->steps[k].finally ||
		    run_inst(r, s->first + k)->state == STEP_UNDONE ||
		    !(ran ? good && !never : never))
			continue;
		if (n++ < ROLLBACK_NAMES) {
			char *path = run_path(r, s->first + k);

			json_array_append_new(names, json_string(path));
			free(path);
		}
	}
	free(undone);
	json_object_set_new(o, name, names);
	json_object_set_new(o, count, json_integer(n));
}

char *
rollback_story(const struct run *r, const struct plan *p, const char *cause)
{
	json_t *o = json_object(), *steps = json_array();
	json_t *plan = rollback_plan_json(r, p);
	char *text;

	vec_each (&p->entries, struct plan_entry, e) {
		char *path = is_undone_by(e->fate) ? run_path(r, e->ix) : NULL;

		if (path)
			json_array_append_new(steps, json_string(path));
		free(path);
	}
	json_object_set_new(o, "target", json_string(p->target));
	json_object_set(o, "number", json_object_get(plan, "number"));
	json_object_set_new(o, "cause", json_string(cause));
	json_object_set_new(o, "steps", steps);
	add_left_alone(r, p, true, "keep", "nkeep", o);
	add_left_alone(r, p, false, "never", "nnever", o);
	text = json_dumps(o, JSON_COMPACT);
	json_decref(plan);
	json_decref(o);
	return text;
}
