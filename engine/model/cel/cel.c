/* The door of the expression language: compile, evaluate, errors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cel.h"

#include <stdio.h>

#include "cel_int.h"

bool
cel_error_at(struct cel_error *err, int column, const char *fmt, ...)
{
	va_list ap;

	err->column = column;
	err->hint[0] = '\0';
	va_start(ap, fmt);
	vsnprintf(err->message, sizeof(err->message), fmt, ap);
	va_end(ap);
	return false;
}

void
cel_error_hint(struct cel_error *err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(err->hint, sizeof(err->hint), fmt, ap);
	va_end(ap);
}

struct cel_program *
cel_compile(struct arena *a, const char *text, const struct cel_scope *scope,
	    struct cel_error *err)
{
	struct cel_error ignored;
	struct cel_program *program = arena_new(a, struct cel_program);
	struct node *root;

	if (!err)
		err = &ignored;
	*err = (struct cel_error){0};
	root = cel_parse(a, text, err);
	if (!root || !cel_check(a, root, scope, program, err))
		return NULL;
	return program;
}

enum value_kind
cel_result_kind(const struct cel_program *p)
{
	return p->root->type;
}

bool
cel_eval(const struct cel_program *p, const struct cel_vars *vars,
	 struct arena *a, struct value *out, struct cel_error *err)
{
	struct cel_error ignored;
	struct evaluation e = {.vars = vars,
			       .arena = a,
			       .err = err ? err : &ignored,
			       .steps = CEL_MAX_STEPS,
			       .used_limit = a->used + CEL_MAX_RESULT};

	*e.err = (struct cel_error){0};
	e.locals = arena_array(a, struct value, p->nslots);
	return cel_eval_node(&e, p->root, out) && cel_measure(&e, *out);
}

void
cel_each_chain(const struct cel_program *p,
	       void (*visit)(void *arg, const char *const *chain, size_t n),
	       void *arg)
{
	for (const struct chain *c = p->chains; c; c = c->next)
		visit(arg, c->names, c->n);
}
