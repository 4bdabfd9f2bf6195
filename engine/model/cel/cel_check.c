/* Binding names and functions, and finding errors before anything runs.
 *
 * Without a resolver only shape and macros are checked: unknown names and
 * functions then fail when, and if, they are evaluated.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../../base/vec.h"
#include "cel_int.h"

enum {
	MAX_DOTTED = 8
}; /* words in the name of a variable */

struct checker {
	struct arena *arena;
	struct cel_error *err;
	const struct cel_scope *scope;
	struct cel_program *program;
	VEC(const char *) locals; /* by slot */
	const struct chain **tail;
	bool strict;
};

static bool bind(struct checker *c, struct node *node);

static bool
bind_args(struct checker *c, struct node *node)
{
	for (uint32_t i = 0; i < node->nargs; i++)
		if (!bind(c, node->args[i]))
			return false;
	return true;
}

/* --- names --- */

static bool
is_literal_index(const struct node *node)
{
	return node->kind == NODE_CALL && node->style == CALL_OPERATOR &&
	       str_eq(node->name, "[]") &&
	       node->args[1]->kind == NODE_LITERAL &&
	       node->args[1]->literal.kind == VALUE_STRING &&
	       strlen(node->args[1]->literal.string) ==
		       node->args[1]->literal.n;
}

/* The name at the bottom of a.b["c"], or NULL when there is none. */
static const struct node *
path_base(const struct node *node)
{
	while (node->kind == NODE_SELECT || is_literal_index(node))
		node = node->args[0];
	return node->kind == NODE_NAME ? node : NULL;
}

static bool
find_local(const struct checker *c, const char *name, uint32_t *slot)
{
	for (size_t i = c->locals.n; i-- > 0;)
		if (str_eq(c->locals.at[i], name)) {
			*slot = (uint32_t)i;
			return true;
		}
	return false;
}

/* Filled from the last name to the first, so that `nroots` ends up as the
 * number of leading names joined by plain dots. */
static void
fill_chain(const struct node *node, struct chain *chain, int *columns)
{
	chain->columns = columns;
	chain->nroots = chain->n;
	for (uint32_t i = chain->n - 1; i > 0; i--, node = node->args[0]) {
		bool index = node->kind == NODE_CALL;

		chain->names[i] =
			index ? node->args[1]->literal.string : node->name;
		columns[i] = index ? node->args[1]->column : node->column;
		if (index || node->apart)
			chain->nroots = i;
	}
	chain->names[0] = node->name;
	columns[0] = node->column;
	if (chain->nroots > MAX_DOTTED)
		chain->nroots = MAX_DOTTED;
}

static struct chain *
make_chain(struct arena *a, const struct node *node)
{
	struct chain *chain = arena_new(a, struct chain);

	chain->n = 1;
	for (const struct node *at = node; at->kind != NODE_NAME;
	     at = at->args[0])
		chain->n++;
	chain->names = arena_array(a, const char *, chain->n);
	fill_chain(node, chain, arena_array(a, int, chain->n));
	chain->roots = arena_array(a, const char *, chain->nroots);
	chain->roots[0] = chain->names[0];
	for (uint32_t i = 1; i < chain->nroots; i++)
		chain->roots[i] = arena_printf(a, "%s.%s", chain->roots[i - 1],
					       chain->names[i]);
	return chain;
}

/* Names of types are values: type(1) == int. */
static struct value
type_value(const char *name)
{
	static const enum value_kind kinds[] = {
		VALUE_NULL,      VALUE_BOOL,     VALUE_INT,  VALUE_UINT,
		VALUE_DOUBLE,    VALUE_STRING,   VALUE_LIST, VALUE_MAP,
		VALUE_TIMESTAMP, VALUE_DURATION, VALUE_TYPE};

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (str_eq(value_kind_name(kinds[i]), name)) {
			struct value v = value_string_borrowed(
				value_kind_name(kinds[i]));

			v.kind = VALUE_TYPE;
			return v;
		}
	return value_null();
}

static bool
resolve_chain(struct checker *c, struct node *node, const struct chain *chain)
{
	struct cel_error *err = c->err;
	int wrong;

	*err = (struct cel_error){0};
	if (c->scope->resolve(c->scope->arg, chain->names, chain->n,
			      &node->type, err))
		return true;
	wrong = err->column;
	if (wrong < 1 || wrong > (int)chain->n)
		wrong = 1;
	err->column = chain->columns[wrong - 1];
	if (!err->message[0])
		cel_error_at(err, err->column, "unknown name \"%s\"",
			     chain->names[wrong - 1]);
	return false;
}

static bool
bind_chain(struct checker *c, struct node *node)
{
	struct chain *chain = make_chain(c->arena, node);

	node->kind = NODE_CHAIN;
	node->type = VALUE_OBJECT;
	node->chain = chain;
	node->literal = chain->nroots == chain->n
				? type_value(chain->roots[chain->n - 1])
				: value_null();
	if (node->literal.kind == VALUE_TYPE)
		return true;
	*c->tail = chain;
	c->tail = &chain->next;
	return !c->strict || resolve_chain(c, node, chain);
}

static bool
bind_name(struct checker *c, struct node *node)
{
	const struct node *base = path_base(node);
	uint32_t slot;

	if (!base)
		return bind_args(c, node);
	if (base->apart || !find_local(c, base->name, &slot))
		return bind_chain(c, node);
	if (node != base)
		return bind(c, node->args[0]);
	node->kind = NODE_LOCAL;
	node->slot = slot;
	return true;
}

/* --- calls --- */

/* strings.quote(x) looks like a method of a variable `strings`. */
static void
drop_namespace(struct checker *c, struct node *node)
{
	const struct node *space = node->args[0];
	uint32_t ignored;
	const char *name;

	if (node->style != CALL_METHOD || space->kind != NODE_NAME ||
	    find_local(c, space->name, &ignored))
		return;
	name = arena_printf(c->arena, "%s.%s", space->name, node->name);
	if (!cel_function_find(name, CALL_GLOBAL, &ignored))
		return;
	node->rows = cel_function_find(name, CALL_GLOBAL, &node->nrows);
	node->name = name;
	node->style = CALL_GLOBAL;
	node->args++;
	node->nargs--;
}

static bool
is_number(enum value_kind kind)
{
	return kind == VALUE_INT || kind == VALUE_UINT || kind == VALUE_DOUBLE;
}

/* Values of different kinds are never equal: 3 == "3" is a slip. */
static bool
may_be_equal(struct checker *c, const struct node *node)
{
	enum value_kind a, b;

	if (!c->strict || node->style != CALL_OPERATOR ||
	    !(str_eq(node->name, "==") || str_eq(node->name, "!=")))
		return true;
	a = node->args[0]->type;
	b = node->args[1]->type;
	if (a == b || a == VALUE_OBJECT || b == VALUE_OBJECT ||
	    a == VALUE_NULL || b == VALUE_NULL ||
	    (is_number(a) && is_number(b)))
		return true;
	cel_error_at(c->err, node->column, "%s and %s are never equal",
		     value_kind_name(a), value_kind_name(b));
	if (is_number(a) && b == VALUE_STRING)
		cel_error_hint(c->err, "write the number without quotes, or "
				       "compare string(...)");
	else if (a == VALUE_BOOL || b == VALUE_BOOL)
		cel_error_hint(c->err, "true and false stand without quotes");
	else
		cel_error_hint(c->err, "convert one side");
	return false;
}

static bool
kinds_fit(struct checker *c, struct node *node)
{
	const struct cel_function *first;
	enum value_kind *kinds =
		arena_array(c->arena, enum value_kind, node->nargs);

	for (uint32_t i = 0; i < node->nargs; i++)
		kinds[i] = node->args[i]->type;
	first = cel_function_match(node, kinds, true);
	if (!first && c->strict) {
		c->err->column = node->column;
		cel_no_overload(c->err, node, kinds);
		return false;
	}
	node->type = first ? first->result : VALUE_OBJECT;
	if (first != cel_function_match(node, kinds, false))
		for (uint32_t i = 0; i < node->nrows; i++)
			if (node->rows[i].result != node->type)
				node->type = VALUE_OBJECT;
	return true;
}

/* A literal pattern is compiled once, and its faults are found here. */
static bool
compile_pattern(struct checker *c, struct node *node)
{
	const struct node *pattern = node->nargs == 2 ? node->args[1] : NULL;
	const char *why;

	if (!str_eq(node->name, "matches") || !pattern ||
	    pattern->kind != NODE_LITERAL ||
	    pattern->literal.kind != VALUE_STRING)
		return true;
	node->regex = regex_compile(c->arena, pattern->literal.string, &why);
	if (node->regex || !c->strict)
		return true;
	return cel_error_at(c->err, pattern->column, "bad pattern: %s", why);
}

static bool
bind_call(struct checker *c, struct node *node)
{
	if (is_literal_index(node) && path_base(node))
		return bind_name(c, node) &&
		       (node->kind != NODE_CALL || kinds_fit(c, node));
	if (node->nargs)
		drop_namespace(c, node);
	if (!bind_args(c, node))
		return false;
	node->type = VALUE_OBJECT;
	if (!node->rows)
		return !c->strict || cel_function_unknown(c->err, node);
	return may_be_equal(c, node) && kinds_fit(c, node) &&
	       compile_pattern(c, node);
}

/* --- macros --- */

static bool
must_be_bool(struct checker *c, const struct node *node, const char *what)
{
	if (!c->strict || node->type == VALUE_OBJECT ||
	    node->type == VALUE_BOOL)
		return true;
	return cel_error_at(c->err, node->column, "%s wants a bool, not %s",
			    what, value_kind_name(node->type));
}

static bool
bind_fold(struct checker *c, struct node *node, const char *const *variables)
{
	struct fold *fold = (struct fold *)node->fold;
	bool logic = node->type == VALUE_BOOL;

	if (!bind(c, node->args[0]))
		return false;
	fold->slot = (uint32_t)c->locals.n;
	vec_push(&c->locals, variables[0]);
	if (fold->two)
		vec_push(&c->locals, variables[1]);
	if (c->locals.n > c->program->nslots)
		c->program->nslots = (uint32_t)c->locals.n;
	if ((fold->condition &&
	     (!bind(c, fold->condition) ||
	      !must_be_bool(c, fold->condition, node->name))) ||
	    (fold->step &&
	     (!bind(c, fold->step) ||
	      (logic && !must_be_bool(c, fold->step, node->name)))))
		return false;
	c->locals.n = fold->slot;
	return true;
}

static bool
bind_macro_or_call(struct checker *c, struct node *node)
{
	const char *variables[2] = {NULL, NULL};
	bool found = false;

	if (!cel_macro_open(c->arena, node, variables, &found, c->err))
		return false;
	if (node->kind == NODE_HAS)
		return bind(c, node->args[0]);
	return found ? bind_fold(c, node, variables) : bind_call(c, node);
}

static bool
bind_logic(struct checker *c, struct node *node, uint32_t nconditions,
	   const char *what)
{
	if (!bind_args(c, node))
		return false;
	for (uint32_t i = 0; i < nconditions; i++)
		if (!must_be_bool(c, node->args[i], what))
			return false;
	if (node->kind == NODE_COND &&
	    node->args[1]->type == node->args[2]->type)
		node->type = node->args[1]->type;
	return true;
}

static bool
bind(struct checker *c, struct node *node)
{
	switch (node->kind) {
	case NODE_NAME:
	case NODE_SELECT:
		return bind_name(c, node);
	case NODE_CALL:
		node->rows = cel_function_find(node->name, node->style,
					       &node->nrows);
		return bind_macro_or_call(c, node);
	case NODE_LIST:
	case NODE_MAP:
		return bind_args(c, node);
	case NODE_AND:
		return bind_logic(c, node, node->nargs, "&&");
	case NODE_OR:
		return bind_logic(c, node, node->nargs, "||");
	case NODE_COND:
		return bind_logic(c, node, 1, "?:");
	case NODE_LITERAL:
	case NODE_LOCAL:
	case NODE_CHAIN:
	case NODE_HAS:
	case NODE_FOLD:
		break;
	}
	return true;
}

bool
cel_check(struct arena *a, struct node *root, const struct cel_scope *scope,
	  struct cel_program *program, struct cel_error *err)
{
	struct checker c = {.arena = a,
			    .err = err,
			    .scope = scope,
			    .program = program,
			    .tail = &program->chains,
			    .strict = scope && scope->resolve};
	bool ok = bind(&c, root);

	vec_release(&c.locals);
	program->root = root;
	return ok;
}
