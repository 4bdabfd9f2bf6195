/* Lookups behind expressions: nothing is copied before it is asked for.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "vars.h"

#include "../base/clock.h"
#include "items.h"

struct inst_view {
	const struct run *r;
	uint32_t ix;
	const char *outputs; /* JSON: what it has just written, or NULL */
};

struct steps_view {
	const struct run *r;
	uint32_t scope;
	uint32_t own; /* the instance that asks, or IX_NONE */
	const char *outputs;
};

struct vars
vars_of_inst(const struct run *r, uint32_t ix)
{
	return (struct vars){.r = r, .scope = run_inst(r, ix)->scope, .ix = ix};
}

struct vars
vars_of_scope(const struct run *r, uint32_t scope)
{
	return (struct vars){.r = r, .scope = scope, .ix = IX_NONE};
}

static struct value
parse(struct arena *a, const char *json)
{
	struct value v = {0};

	if (json)
		value_from_json_text(a, json, strlen(json), &v);
	return v;
}

static struct value
make_map(struct arena *a, const struct value *pairs, uint32_t n)
{
	return (struct value){
		.kind = VALUE_MAP,
		.n = n,
		.items = arena_copy(a, pairs, 2 * n * sizeof(*pairs))};
}

/* --- steps.*
 * -------------------------------------------------------------------- */

/* The list of one output over all items, in their order. */
static struct value
collect(const struct run *r, const struct inst_more *m, const char *name,
	struct arena *a)
{
	struct value *items = arena_array(a, struct value, m->n);
	uint32_t n = 0;

	for (uint32_t k = 0; k < m->n; k++) {
		const struct inst *i = run_inst(r, m->first + k);
		struct value outputs, v;

		if (!step_state_is_good(i->state))
			continue;
		outputs = parse(a, i->more ? i->more->outputs : NULL);
		items[n++] = outputs.kind == VALUE_MAP &&
					     value_get(outputs, name, a, &v)
				     ? v
				     : value_null();
	}
	return (struct value){.kind = VALUE_LIST, .n = n, .items = items};
}

static uint32_t
output_count(const struct step *step, const struct workflow *child)
{
	return child ? child->noutputs : step->more->noutputs;
}

/* Of the items, by name; the names of a child flow's are the flow's. */
static struct value
group_outputs(const struct run *r, uint32_t ix, struct arena *a)
{
	const struct inst *i = run_inst(r, ix);
	const struct step *step = run_step(r, i);
	const struct child_flow *c = step->more->child;
	const struct workflow *child =
		c ? map_get(&r->bundle->files, c->file) : NULL;
	uint32_t n = output_count(step, child);
	struct value *pairs = arena_array(a, struct value, 2 * n);

	for (uint32_t k = 0; k < n; k++) {
		const char *name = child ? child->outputs[k].name
					 : step->more->outputs[k].name;

		pairs[2 * k] = value_string_borrowed(name);
		pairs[2 * k + 1] = collect(r, i->more, name, a);
	}
	return (struct value){.kind = VALUE_MAP, .n = n, .items = pairs};
}

struct value
vars_outputs(const struct run *r, uint32_t ix, struct arena *a)
{
	const struct inst *i = run_inst(r, ix);
	struct value v;

	/* A reused group has no items, but what they gave. */
	if (i->flags & INST_GROUP && i->more &&
	    (i->more->n || !i->more->outputs))
		return group_outputs(r, ix, a);
	v = parse(a, i->more ? i->more->outputs : NULL);
	return v.kind == VALUE_MAP ? v : make_map(a, NULL, 0);
}

static bool
inst_get(const void *self, const char *field, struct arena *a,
	 struct value *out)
{
	const struct inst_view *v = self;
	const struct inst *i = run_inst(v->r, v->ix);

	if (str_eq(field, "state"))
		*out = value_string_borrowed(step_states[i->state].name);
	else if (str_eq(field, "cause"))
		*out = value_string_borrowed(cause_name(i->cause));
	else if (str_eq(field, "attempts"))
		*out = value_int(i->nattempts);
	else if (str_eq(field, "exit_code"))
		*out = i->exit_code < 0 ? value_null()
					: value_int(i->exit_code);
	else if (str_eq(field, "outputs"))
		*out = v->outputs ? parse(a, v->outputs)
				  : vars_outputs(v->r, v->ix, a);
	else
		return false;
	return true;
}

static void
inst_all(const void *self, struct arena *a, struct value *out)
{
	static const char *const fields[] = {"state", "cause", "attempts",
					     "exit_code", "outputs"};
	struct value pairs[2 * ARRAY_SIZE(fields)];

	for (size_t k = 0; k < ARRAY_SIZE(fields); k++) {
		pairs[2 * k] = value_string_borrowed(fields[k]);
		inst_get(self, fields[k], a, &pairs[2 * k + 1]);
	}
	*out = make_map(a, pairs, ARRAY_SIZE(fields));
}

static const struct value_object_ops inst_ops = {inst_get, inst_all};

static bool
steps_get(const void *self, const char *field, struct arena *a,
	  struct value *out)
{
	const struct steps_view *v = self;
	const struct scope *s = &v->r->scopes.at[v->scope];
	uint32_t step = workflow_step(s->wf, field);
	struct inst_view *view;

	if (step == STEP_NONE)
		return false;
	view = arena_new(a, struct inst_view);
	*view = (struct inst_view){v->r, s->first + step, NULL};
	/* Its own attempt has not been taken over yet. */
	if (v->outputs && run_inst(v->r, v->own)->step == step)
		*view = (struct inst_view){v->r, v->own, v->outputs};
	*out = (struct value){
		.kind = VALUE_OBJECT, .object = {&inst_ops, view}
        };
	return true;
}

static void
steps_all(const void *self, struct arena *a, struct value *out)
{
	const struct steps_view *v = self;
	const struct workflow *wf = v->r->scopes.at[v->scope].wf;
	struct value *pairs = arena_array(a, struct value, 2 * wf->nsteps);

	for (uint32_t k = 0; k < wf->nsteps; k++) {
		pairs[2 * k] = value_string_borrowed(wf->steps[k].id);
		steps_get(self, wf->steps[k].id, a, &pairs[2 * k + 1]);
	}
	*out = (struct value){
		.kind = VALUE_MAP, .n = wf->nsteps, .items = pairs};
}

static const struct value_object_ops steps_ops = {steps_get, steps_all};

static struct value
steps_value(const struct vars *v, struct arena *a)
{
	struct steps_view *view = arena_new(a, struct steps_view);

	*view = (struct steps_view){v->r, v->scope, v->ix, v->outputs};
	return (struct value){
		.kind = VALUE_OBJECT, .object = {&steps_ops, view}
        };
}

/* --- the other roots
 * ------------------------------------------------------------- */

static struct value
run_value(const struct run *r, struct arena *a)
{
	struct value pairs[] = {
		value_string_borrowed("id"),
		value_string_borrowed(r->row.id),
		value_string_borrowed("name"),
		value_string_borrowed(r->row.name ? r->row.name : r->row.flow),
		value_string_borrowed("started"),
		value_null(),
		value_string_borrowed("attempt"),
		value_int((int64_t)r->row.epoch),
	};

	pairs[5].kind = VALUE_TIMESTAMP;
	pairs[5].time.seconds = r->row.created / 1000;
	pairs[5].time.nanos = (int32_t)(r->row.created % 1000) * 1000000;
	return make_map(a, pairs, ARRAY_SIZE(pairs) / 2);
}

static void
env_pairs(struct vars *v, const struct env *env, struct value *pairs,
	  struct arena *a)
{
	struct cel_vars lookup = vars_lookup(v);

	for (uint32_t k = 0; k < env->n; k++) {
		const char *text = "";
		struct cel_error err;

		template_render(&env->at[k].value, &lookup, a, &text, &err);
		pairs[2 * k] = value_string_borrowed(env->at[k].name);
		pairs[2 * k + 1] = value_string_borrowed(text);
	}
}

/* `env.*` of the flow and of the step; inside env itself it is the
 * environment of the flow alone, so that nothing refers to itself. */
static struct value
env_value(const struct vars *v, struct arena *a)
{
	const struct workflow *wf = v->r->scopes.at[v->scope].wf;
	struct vars inner = *v;
	const struct env *own =
		v->ix == IX_NONE || v->in_env
			? NULL
			: &run_step(v->r, run_inst(v->r, v->ix))->more->env;
	uint32_t n = wf->env.n + (own ? own->n : 0);
	struct value *pairs = arena_array(a, struct value, 2 * n);

	inner.in_env = true;
	/* The step's own come first: the first of a name is found. */
	if (own)
		env_pairs(&inner, own, pairs, a);
	inner.ix = IX_NONE;
	env_pairs(&inner, &wf->env, pairs + 2 * (own ? own->n : 0), a);
	return (struct value){.kind = VALUE_MAP, .n = n, .items = pairs};
}

static struct value
parse_item(const struct run *r, uint32_t ix, struct arena *a)
{
	struct value v = {0};
	size_t n;
	const char *json = item_json(r, ix, &n);

	if (json)
		value_from_json_text(a, json, n, &v);
	return v;
}

static bool
item_value(const struct vars *v, const char *name, struct arena *a,
	   struct value *out)
{
	const struct inst *i;
	const struct many *many;

	if (v->ix == IX_NONE)
		return false;
	i = run_inst(v->r, v->ix);
	many = run_step(v->r, i)->more->many;
	if (!many || i->group == IX_NONE)
		return false;
	if (str_eq(name, "index"))
		*out = value_int(item_index(v->r, v->ix));
	else if (str_eq(name, many->is_matrix ? "matrix" : many->as))
		*out = parse_item(v->r, v->ix, a);
	else
		return false;
	return true;
}

/* Its name and data; what it carries can also be read as signal.KEY. */
static struct value
signal_value(const char *json, struct arena *a)
{
	struct value all = parse(a, json), data, *pairs;

	if (!value_get(all, "data", a, &data) || data.kind != VALUE_MAP)
		return all;
	/* The first of a name is found. */
	pairs = arena_array(a, struct value, 2 * (all.n + data.n));
	memcpy(pairs, all.items, 2 * all.n * sizeof(*pairs));
	memcpy(pairs + 2 * all.n, data.items, 2 * data.n * sizeof(*pairs));
	return (struct value){
		.kind = VALUE_MAP, .n = all.n + data.n, .items = pairs};
}

static bool
lookup(void *arg, const char *name, struct arena *a, struct value *out)
{
	struct vars *v = arg;

	if (str_eq(name, "params"))
		*out = v->r->scopes.at[v->scope].params;
	else if (str_eq(name, "steps"))
		*out = steps_value(v, a);
	else if (str_eq(name, "run"))
		*out = run_value(v->r, a);
	else if (str_eq(name, "env") && v->in_env && v->ix == IX_NONE)
		return false;
	else if (str_eq(name, "env"))
		*out = env_value(v, a);
	else if (str_eq(name, "signal") && v->signal)
		*out = signal_value(v->signal, a);
	else if (str_eq(name, "outputs") && v->outputs)
		*out = parse(a, v->outputs);
	else if (item_value(v, name, a, out))
		return true;
	else if (v->extra && value_get(*v->extra, name, a, out))
		return true;
	else
		return v->outputs &&
		       value_get(parse(a, v->outputs), name, a, out);
	return true;
}

struct cel_vars
vars_lookup(struct vars *v)
{
	return (struct cel_vars){lookup, v};
}

bool
vars_test(struct vars *v, const struct expr *e, bool *out,
	  struct cel_error *err)
{
	struct arena a = {0};
	struct cel_vars vars = vars_lookup(v);
	struct value result;
	bool ok = cel_eval(e->program, &vars, &a, &result, err);

	if (ok && result.kind != VALUE_BOOL) {
		snprintf(err->message, sizeof(err->message),
			 "the result is %s, not a boolean",
			 value_kind_name(result.kind));
		ok = false;
	}
	*out = ok && result.boolean;
	arena_release(&a);
	return ok;
}

bool
vars_hold(struct vars *v, const struct exprs *exprs, const char *word,
	  char *why, size_t size)
{
	for (uint32_t k = 0; k < exprs->n; k++) {
		struct cel_error err = {0};
		bool holds;

		if (vars_test(v, &exprs->at[k], &holds, &err) && holds)
			continue;
		snprintf(why, size, "%s: %s%s%s", word, exprs->at[k].text,
			 err.message[0] ? ": " : " is false", err.message);
		return false;
	}
	return true;
}
