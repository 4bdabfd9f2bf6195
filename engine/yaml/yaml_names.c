/* Resolves every name that an expression uses.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "yaml_names.h"

#include <stdio.h>
#include <stdlib.h>

bool
name_refused(struct cel_error *err, const char *hint, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(err->message, sizeof(err->message), fmt, ap);
	va_end(ap);
	snprintf(err->hint, sizeof(err->hint), "%s", hint);
	return false;
}

static bool
no_such(struct cel_error *err, const char *what, const char *name,
	const char *const *names, size_t n, const char *otherwise)
{
	const char *near = str_nearest(name, names, n);
	char hint[160];

	if (near)
		snprintf(hint, sizeof(hint), "did you mean \"%.80s\"?", near);
	return name_refused(err, near ? hint : otherwise,
			    "there is no %s \"%.80s\"", what, name);
}

static bool
no_such_in(struct cel_error *err, const char *what, const char *name,
	   const struct map *names, const char *otherwise)
{
	const char **words = mem_alloc((names->n + 1) * sizeof(*words));

	for (size_t i = 0; i < names->n && i < 10000; i++)
		words[i] = names->at[i].key;
	no_such(err, what, name, words, names->n < 10000 ? names->n : 10000,
		otherwise);
	free(words);
	return false;
}

static enum value_kind
kind_of(enum value_type type)
{
	switch (type) {
	case TYPE_STRING:
	case TYPE_PATH:
		return VALUE_STRING;
	case TYPE_INT:
		return VALUE_INT;
	case TYPE_BOOL:
		return VALUE_BOOL;
	case TYPE_LIST:
		return VALUE_LIST;
	case TYPE_NUMBER:
	case TYPE_JSON:
	case TYPE_ANY:
		break;
	}
	return VALUE_OBJECT;
}

/* The chain ended at a value of this kind, `used` names long. */
static bool
answer(const char *const *chain, size_t n, size_t used, enum value_kind kind,
       enum value_kind *out, struct cel_error *err)
{
	if (n == used) {
		*out = kind;
		return true;
	}
	*out = VALUE_OBJECT;
	if (kind == VALUE_STRING || kind == VALUE_INT || kind == VALUE_BOOL ||
	    kind == VALUE_DOUBLE || kind == VALUE_LIST)
		return name_refused(
			err, "remove what follows",
			"%s.%s is %s %s, which has no field \"%.60s\"",
			chain[0], chain[used - 1],
			kind == VALUE_INT ? "an" : "a", value_kind_name(kind),
			chain[used]);
	return true;
}

/* --- params, env, run ---------------------------------------------------- */

static bool
resolve_params(struct question *q, const char *const *chain, size_t n,
	       enum value_kind *out, struct cel_error *err)
{
	const struct param *p;

	if (n == 1)
		return answer(chain, n, 1, VALUE_MAP, out, err);
	p = map_get(&q->r->param_index, chain[1]);
	if (!p)
		return no_such_in(err, "param", chain[1], &q->r->param_index,
				  "declare it under `params`");
	return answer(chain, n, 2, kind_of(p->type), out, err);
}

/* Variables of the step, then those of the flow. */
static bool
env_has(const struct question *q, const char *name)
{
	const struct env *env = q->step ? &q->step->more->env : NULL;

	if (q->pending->scope & SCOPE_FLOW_ENV)
		env = NULL;
	for (uint32_t i = 0; env && i < env->n; i++)
		if (str_eq(env->at[i].name, name))
			return true;
	return map_find(&q->r->env_index, name) != NULL;
}

static bool
resolve_env(struct question *q, const char *const *chain, size_t n,
	    enum value_kind *out, struct cel_error *err)
{
	if (q->pending->scope & SCOPE_NO_ENV)
		return name_refused(
			err, "use params, or write the value out",
			"variables of the flow cannot be read by each "
			"other");
	if (n == 1)
		return answer(chain, n, 1, VALUE_MAP, out, err);
	if (!env_has(q, chain[1]))
		return no_such_in(err, "variable", chain[1], &q->r->env_index,
				  q->pending->scope & SCOPE_FLOW_ENV
					  ? "declare it under `env` of the "
					    "flow: variables of a step cannot "
					    "be read by each other"
					  : "declare it under `env`");
	return answer(chain, n, 2, VALUE_STRING, out, err);
}

static bool
resolve_run(const char *const *chain, size_t n, enum value_kind *out,
	    struct cel_error *err)
{
	static const char *const names[] = {"id", "name", "started", "attempt"};
	static const enum value_kind kinds[] = {VALUE_STRING, VALUE_STRING,
						VALUE_OBJECT, VALUE_INT};

	if (n == 1)
		return answer(chain, n, 1, VALUE_MAP, out, err);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (str_eq(chain[1], names[i]))
			return answer(chain, n, 2, kinds[i], out, err);
	return no_such(err, "field run.", chain[1], names, ARRAY_SIZE(names),
		       "run.id, run.name, run.started, run.attempt");
}

/* --- steps --------------------------------------------------------------- */

static size_t
output_names(const struct step *s, const char **names, size_t max)
{
	const struct step_more *m = s->more;
	size_t n = 0;

	for (uint32_t i = 0; i < m->noutputs && n < max; i++)
		names[n++] = m->outputs[i].name;
	if (!m->approval)
		return n;
	for (uint32_t i = 0; i < m->approval->form.n && n + 3 < max; i++)
		names[n++] = m->approval->form.at[i].name;
	names[n++] = "approved_by";
	names[n++] = "approved_at";
	names[n++] = "comment";
	return n;
}

static bool
output_kind(const struct step *s, const char *name, enum value_kind *kind)
{
	const struct step_more *m = s->more;

	for (uint32_t i = 0; i < m->noutputs; i++) {
		if (str_eq(m->outputs[i].name, name)) {
			*kind = kind_of(m->outputs[i].type);
			return true;
		}
	}
	*kind = VALUE_STRING;
	if (m->approval) {
		const struct param *p = params_find(&m->approval->form, name);

		if (p)
			*kind = kind_of(p->type);
		return p || str_eq(name, "approved_by") ||
		       str_eq(name, "approved_at") || str_eq(name, "comment");
	}
	/* Known when the child is read, or the signal comes. */
	*kind = VALUE_OBJECT;
	return s->action == ACTION_WORKFLOW ||
	       (s->action == ACTION_WAIT && m->wait &&
		m->wait->kind == WAIT_SIGNAL);
}

static bool
no_output(const struct step *s, const char *name, struct cel_error *err)
{
	const char *names[256];
	char hint[160], what[100];
	size_t n = output_names(s, names, ARRAY_SIZE(names));

	snprintf(what, sizeof(what), "output of step \"%s\" named", s->id);
	snprintf(hint, sizeof(hint),
		 "declare it there: `outputs: { %.60s: string }`", name);
	return no_such(err, what, name, names, n, hint);
}

static bool
resolve_output(struct question *q, const struct step *s,
	       const char *const *chain, size_t n, size_t at, bool gathered,
	       enum value_kind *out, struct cel_error *err)
{
	enum value_kind kind;

	if (n == at)
		return answer(chain, n, at, VALUE_MAP, out, err);
	if (!output_kind(s, chain[at], &kind))
		return no_output(s, chain[at], err);
	if (s->action == ACTION_WORKFLOW)
		vec_push(&q->r->child_reads,
			 (struct child_read){
				 (uint32_t)(s - q->r->wf->steps),
				 arena_strdup(q->r->arena, chain[at]), q->line,
				 q->column});
	if (gathered && s->more->many)
		kind = VALUE_LIST;
	return answer(chain, n, at + 1, kind, out, err);
}

/* May this step be read?  What only the whole graph can tell is noted. */
static bool
may_read(struct question *q, const struct step *s, struct cel_error *err)
{
	unsigned scope = q->pending->scope;
	uint32_t target = (uint32_t)(s - q->r->wf->steps);

	if (s == q->step)
		return scope & SCOPE_SELF ||
		       name_refused(err, "name another step",
				    "a step cannot read itself before it ran");
	if (scope & SCOPE_ALL_STEPS && !(q->step && s->finally))
		return true;
	if (!(scope & SCOPE_NEEDED))
		return name_refused(
			err, "move it into the `env` of a step",
			"steps cannot be read here, before any has run");
	for (uint32_t i = 0; i < q->step->nneeds; i++)
		if (q->step->needs[i].step == target)
			return true;
	vec_push(&q->r->references,
		 (struct reference){q->pending->step, target, q->line,
				    q->column, false});
	return true;
}

static bool
no_such_step(struct question *q, const char *id, struct cel_error *err)
{
	struct map names = {0};

	reader_step_names(q->r, &names);
	no_such_in(err, "step", id, &names, "name a step of this flow");
	map_release(&names);
	return false;
}

static bool
resolve_steps(struct question *q, const char *const *chain, size_t n,
	      enum value_kind *out, struct cel_error *err)
{
	static const char *const fields[] = {"state", "outputs", "attempts",
					     "exit_code", "cause"};
	const struct step *s;
	uint32_t step;

	if (n == 1)
		return name_refused(err, "write steps.ID",
				    "\"steps\" needs a name");
	step = workflow_step(q->r->wf, chain[1]);
	if (step == STEP_NONE)
		return no_such_step(q, chain[1], err);
	s = &q->r->wf->steps[step];
	if (!may_read(q, s, err))
		return false;
	if (n == 2)
		return answer(chain, n, 2, VALUE_OBJECT, out, err);
	if (str_eq(chain[2], "outputs"))
		return resolve_output(q, s, chain, n, 3, s != q->step, out,
				      err);
	if (str_eq(chain[2], "attempts"))
		return answer(chain, n, 3, VALUE_INT, out, err);
	/* Null when there was no exit. */
	if (str_eq(chain[2], "exit_code"))
		return answer(chain, n, 3, VALUE_OBJECT, out, err);
	if (str_eq(chain[2], "state") || str_eq(chain[2], "cause"))
		return answer(chain, n, 3, VALUE_STRING, out, err);
	return no_such(err, "field of a step named", chain[2], fields,
		       ARRAY_SIZE(fields),
		       "state, outputs, attempts, exit_code, cause");
}

/* --- instances, signals, own outputs ------------------------------------- */

static bool
resolve_matrix(const struct many *many, const char *const *chain, size_t n,
	       enum value_kind *out, struct cel_error *err)
{
	const char *names[64];
	size_t nnames = 0;

	if (n == 1)
		return answer(chain, n, 1, VALUE_MAP, out, err);
	for (uint32_t i = 0; i < many->nitems; i++) {
		struct value item = many->items[i];

		for (uint32_t k = 0; k < item.n; k++) {
			if (str_eq(item.items[2 * k].string, chain[1]))
				return answer(chain, n, 2, VALUE_OBJECT, out,
					      err);
			if (!i && nnames < ARRAY_SIZE(names))
				names[nnames++] = item.items[2 * k].string;
		}
	}
	return no_such(err, "axis", chain[1], names, nnames,
		       "name an axis of the matrix");
}

static bool
resolve_item(struct question *q, const char *const *chain, size_t n,
	     enum value_kind *out, struct cel_error *err, bool *known)
{
	const struct many *many = q->step ? q->step->more->many : NULL;

	*known = true;
	if (many && q->pending->scope & SCOPE_ITEM) {
		if (!many->is_matrix && str_eq(chain[0], many->as))
			return answer(chain, n, 1, VALUE_OBJECT, out, err);
		if (str_eq(chain[0], "index"))
			return answer(chain, n, 1, VALUE_INT, out, err);
		if (many->is_matrix && str_eq(chain[0], "matrix"))
			return resolve_matrix(many, chain, n, out, err);
	}
	*known = false;
	return false;
}

static bool
resolve_local(struct question *q, const char *const *chain, size_t n,
	      enum value_kind *out, struct cel_error *err, bool *known)
{
	unsigned scope = q->pending->scope;
	enum value_kind kind;

	*known = true;
	if (scope & SCOPE_OUTPUTS && str_eq(chain[0], "outputs"))
		return resolve_output(q, q->step, chain, n, 1, false, out, err);
	if (scope & SCOPE_OUTPUTS && output_kind(q->step, chain[0], &kind) &&
	    q->step->more->noutputs)
		return answer(chain, n, 1, kind, out, err);
	if (scope & SCOPE_PERCENTILES &&
	    (str_eq(chain[0], "p50") || str_eq(chain[0], "p95") ||
	     str_eq(chain[0], "p99")))
		return answer(chain, n, 1, VALUE_DOUBLE, out, err);
	/* What it carries is known when it comes. */
	if (scope & SCOPE_SIGNAL && str_eq(chain[0], "signal"))
		return answer(chain, n, 1, VALUE_OBJECT, out, err);
	return resolve_item(q, chain, n, out, err, known);
}

static bool
unknown_name(struct question *q, const char *name, struct cel_error *err)
{
	static const char *const always[] = {
		"params", "env", "run", "steps", "item", "index", "matrix"};
	char hint[160];

	if (str_eq(name, "secrets"))
		return name_refused(err,
				    "list it under the step's `secrets`; the "
				    "command finds it in its environment",
				    "secrets cannot be read by expressions");
	if (str_eq(name, "item") || str_eq(name, "index") ||
	    str_eq(name, "matrix"))
		return name_refused(
			err, "only steps with `foreach` or `matrix` have it",
			"there is no \"%s\" here", name);
	if (map_get(&q->r->param_index, name))
		snprintf(hint, sizeof(hint), "write params.%.80s", name);
	else if (workflow_step(q->r->wf, name) != STEP_NONE)
		snprintf(hint, sizeof(hint), "write steps.%.80s", name);
	else
		snprintf(hint, sizeof(hint),
			 "quote it if it is text; names are params.*, env.*, "
			 "run.*, steps.ID.*");
	return no_such(err, "name", name, always, 4, hint);
}

bool
names_resolve(void *arg, const char *const *chain, size_t n,
	      enum value_kind *kind_out, struct cel_error *err)
{
	struct question *q = arg;
	bool known;
	bool fine;

	*kind_out = VALUE_OBJECT;
	if (str_eq(chain[0], "params"))
		return resolve_params(q, chain, n, kind_out, err);
	if (str_eq(chain[0], "env"))
		return resolve_env(q, chain, n, kind_out, err);
	if (str_eq(chain[0], "run"))
		return resolve_run(chain, n, kind_out, err);
	if (str_eq(chain[0], "steps"))
		return resolve_steps(q, chain, n, kind_out, err);
	fine = resolve_local(q, chain, n, kind_out, err, &known);
	return known ? fine : unknown_name(q, chain[0], err);
}
