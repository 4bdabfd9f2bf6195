/* Compiles expressions and templates once all names are known.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "yaml_names.h"

static void
report(struct reader *r, const struct pending *p, const struct cel_error *err)
{
	struct node place = p->node;
	int line, column;

	node_place(&r->tree, &p->node,
		   err->column > 0 ? (size_t)err->column - 1 : 0, &line,
		   &column);
	place.line = (uint32_t)line & 0xffffff;
	place.column = (uint32_t)column;
	reader_error(r, &place,
		     err->hint[0] ? err->hint
				  : "wfctl-flow(5) explains expressions",
		     "%s", err->message);
}

/* What the key is for, if the checker could tell what it gives. */
static bool
gives_wanted(const struct pending *p, const struct cel_program *program,
	     struct cel_error *err)
{
	enum value_kind kind = cel_result_kind(program);
	const char *name = p->key->name;
	const char *wanted = "true or false";
	const char *hint = "compare it with something, for example `== 1`";
	bool fits = kind == VALUE_BOOL;

	if (str_eq(name, "slower_than")) {
		wanted = "a number of milliseconds";
		hint = "for example `p95 * 1.5`";
		fits = kind == VALUE_INT || kind == VALUE_DOUBLE;
	} else if (str_eq(name, "foreach") || str_eq(name, "items")) {
		wanted = "a list";
		hint = "write [a, b], or name a param or output that is a "
		       "list";
		fits = kind == VALUE_LIST;
	}
	if (fits || kind == VALUE_OBJECT || str_eq(name, "key"))
		return true;
	err->column = 1;
	return name_refused(
		err, hint, "\"%s\" must give %s, and this gives %s %s", name,
		wanted, kind == VALUE_INT ? "an" : "a", value_kind_name(kind));
}

void
reader_compile(struct reader *r)
{
	struct question q = {.r = r};
	struct cel_scope scope = {names_resolve, &q};

	for (uint32_t i = 0; i < r->wf->params.n; i++)
		map_set(&r->param_index, r->wf->params.at[i].name,
			&r->wf->params.at[i]);
	for (uint32_t i = 0; i < r->wf->env.n; i++)
		map_set(&r->env_index, r->wf->env.at[i].name,
			&r->wf->env.at[i]);
	for (size_t i = 0; i < r->pending.n; i++) {
		const struct pending *p = &r->pending.at[i];
		struct cel_error err = {0};
		struct expr *e = p->target;
		struct template *t = p->target;

		q.pending = p;
		q.step = p->step == STEP_NONE ? NULL : &r->wf->steps[p->step];
		node_place(&r->tree, &p->node, 0, &q.line, &q.column);
		if (p->kind == PENDING_EXPR) {
			e->program =
				cel_compile(r->arena, e->text, &scope, &err);
			if (!e->program || !gives_wanted(p, e->program, &err))
				report(r, p, &err);
		} else if (!template_compile(r->arena, t->text, &scope, t,
					     &err)) {
			report(r, p, &err);
		}
	}
}
