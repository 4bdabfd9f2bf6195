/* Walking the tree: one function per kind of node, limits, lookups.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>

#include "cel_int.h"

enum {
	MAX_ARGS = 8
};

bool
cel_fail(struct evaluation *e, const char *fmt, ...)
{
	va_list ap;

	*e->err = (struct cel_error){0};
	va_start(ap, fmt);
	vsnprintf(e->err->message, sizeof(e->err->message), fmt, ap);
	va_end(ap);
	return false;
}

bool
cel_spend(struct evaluation *e, uint64_t steps)
{
	if (steps < (uint64_t)CEL_MAX_STEPS && e->steps > (int64_t)steps) {
		e->steps -= (int64_t)steps;
		return true;
	}
	e->steps = 0;
	e->spent = true;
	return cel_fail(e, "the expression takes more than %d steps",
			CEL_MAX_STEPS);
}

bool
cel_room(struct evaluation *e, uint64_t bytes)
{
	size_t used = e->arena->used;

	if (used <= e->used_limit && bytes <= e->used_limit - used)
		return true;
	e->spent = true;
	return cel_fail(e, "the expression takes more than %d MiB of memory",
			CEL_MAX_RESULT >> 20);
}

bool
cel_take(struct evaluation *e, struct strbuf *text, struct value *out)
{
	bool ok = cel_room(e, text->n + 1);

	if (ok)
		*out = value_string_n(
			arena_strndup(e->arena, text->at, text->n), text->n);
	strbuf_release(text);
	return ok;
}

static bool
eval_args(struct evaluation *e, const struct node *node, struct value *args)
{
	for (uint32_t i = 0; i < node->nargs; i++)
		if (!cel_eval_node(e, node->args[i], &args[i]))
			return false;
	return true;
}

/* --- names --- */

static bool
no_key(struct evaluation *e, struct value map, const char *name)
{
	const char *keys[64];
	const char *near;
	size_t n = 0;

	cel_fail(e, "no such key: \"%.80s\"", name);
	if (map.kind != VALUE_MAP)
		return false;
	for (uint32_t i = 0; i < map.n && n < ARRAY_SIZE(keys); i++)
		if (map.items[2 * (size_t)i].kind == VALUE_STRING)
			keys[n++] = map.items[2 * (size_t)i].string;
	near = str_nearest(name, keys, n);
	if (near)
		cel_error_hint(e->err, "did you mean \"%.80s\"?", near);
	return false;
}

static bool
find_field(struct evaluation *e, struct value map, const char *name,
	   bool *found, struct value *out)
{
	if (map.kind != VALUE_MAP && map.kind != VALUE_OBJECT)
		return cel_fail(e, "a value of type %s has no field \"%.80s\"",
				value_kind_name(map.kind), name);
	if (map.kind == VALUE_MAP && !cel_spend(e, map.n / 16))
		return false;
	*found = value_get(map, name, e->arena, out);
	return true;
}

bool
cel_select(struct evaluation *e, struct value map, const char *name,
	   struct value *out)
{
	bool found = false;

	if (!find_field(e, map, name, &found, out))
		return false;
	return found || no_key(e, map, name);
}

static bool
select_fields(struct evaluation *e, const struct chain *chain, uint32_t from,
	      struct value *out)
{
	for (uint32_t i = from; i < chain->n; i++) {
		struct value map = *out;

		if (!cel_select(e, map, chain->names[i], out)) {
			e->err->column = chain->columns[i];
			return false;
		}
	}
	return true;
}

static bool
eval_chain(struct evaluation *e, const struct node *node, struct value *out)
{
	const struct chain *chain = node->chain;
	const struct cel_vars *vars = e->vars;

	for (uint32_t i = chain->nroots; vars && i-- > 0;)
		if (vars->lookup(vars->arg, chain->roots[i], e->arena, out))
			return select_fields(e, chain, i + 1, out);
	*out = node->literal;
	if (out->kind == VALUE_TYPE)
		return true;
	cel_fail(e, "nothing is named \"%.80s\"", chain->names[0]);
	e->err->column = chain->columns[0];
	return false;
}

static bool
eval_select(struct evaluation *e, const struct node *node, struct value *out)
{
	struct value map;

	return cel_eval_node(e, node->args[0], &map) &&
	       cel_select(e, map, node->name, out);
}

static bool
eval_has(struct evaluation *e, const struct node *node, struct value *out)
{
	struct value map, field;
	bool found = false;

	if (!cel_eval_node(e, node->args[0], &map) ||
	    !find_field(e, map, node->name, &found, &field))
		return false;
	*out = value_bool(found);
	return true;
}

/* --- composites --- */

static bool
eval_list(struct evaluation *e, const struct node *node, struct value *out)
{
	struct value *items = arena_array(e->arena, struct value, node->nargs);

	*out = (struct value){
		.kind = VALUE_LIST, .n = node->nargs, .items = items};
	return eval_args(e, node, items);
}

bool
cel_check_key(struct evaluation *e, const struct value *pairs, uint32_t n,
	      struct value key)
{
	if (key.kind != VALUE_BOOL && key.kind != VALUE_INT &&
	    key.kind != VALUE_UINT && key.kind != VALUE_STRING)
		return cel_fail(e, "a %s cannot be the key of a map",
				value_kind_name(key.kind));
	for (uint32_t i = 0; i < n; i++)
		if (value_equal(pairs[2 * (size_t)i], key))
			return cel_fail(e, "a key of the map is repeated");
	return cel_spend(e, n / 16);
}

static bool
eval_map(struct evaluation *e, const struct node *node, struct value *out)
{
	struct value *pairs = arena_array(e->arena, struct value, node->nargs);

	for (uint32_t i = 0; i < node->nargs; i++) {
		if (!cel_eval_node(e, node->args[i], &pairs[i]))
			return false;
		if (i % 2 == 0 && !cel_check_key(e, pairs, i / 2, pairs[i])) {
			e->err->column = node->args[i]->column;
			return false;
		}
	}
	*out = (struct value){
		.kind = VALUE_MAP, .n = node->nargs / 2, .items = pairs};
	return true;
}

/* --- logic --- */

bool
cel_eval_bool(struct evaluation *e, const struct node *node, const char *what,
	      bool *out)
{
	struct value v;

	if (!cel_eval_node(e, node, &v))
		return false;
	if (v.kind == VALUE_BOOL) {
		*out = v.boolean;
		return true;
	}
	cel_fail(e, "%s wants a bool, not %s", what, value_kind_name(v.kind));
	e->err->column = node->column;
	return false;
}

/* One operand may decide although another fails: false && (1/0 > 0) is
 * false on either side.  The first error counts when none decides. */
static bool
eval_logic(struct evaluation *e, const struct node *node, struct value *out)
{
	bool decisive = node->kind == NODE_OR, failed = false, b;
	struct cel_error first = {0};

	for (uint32_t i = 0; i < node->nargs; i++) {
		if (cel_eval_bool(e, node->args[i], decisive ? "||" : "&&",
				  &b)) {
			if (b != decisive)
				continue;
			*out = value_bool(decisive);
			return true;
		}
		if (e->spent)
			return false;
		if (!failed)
			first = *e->err;
		failed = true;
	}
	*out = value_bool(!decisive);
	if (failed)
		*e->err = first;
	return !failed;
}

static bool
eval_condition(struct evaluation *e, const struct node *node, struct value *out)
{
	bool yes;

	return cel_eval_bool(e, node->args[0], "?:", &yes) &&
	       cel_eval_node(e, node->args[yes ? 1 : 2], out);
}

/* --- calls --- */

static bool
eval_call(struct evaluation *e, const struct node *node, struct value *out)
{
	struct value args[MAX_ARGS];
	enum value_kind kinds[MAX_ARGS];
	const struct cel_function *row;

	if (!node->rows)
		return cel_function_unknown(e->err, node);
	if (node->nargs > MAX_ARGS)
		return cel_fail(e, "%.60s takes no %u arguments", node->name,
				node->nargs);
	if (!eval_args(e, node, args))
		return false;
	for (uint32_t i = 0; i < node->nargs; i++)
		kinds[i] = args[i].kind;
	row = cel_function_match(node, kinds, false);
	if (!row) {
		*e->err = (struct cel_error){0};
		cel_no_overload(e->err, node, kinds);
		return false;
	}
	e->call = node;
	return row->call(e, args, out);
}

static bool
eval_kind(struct evaluation *e, const struct node *node, struct value *out)
{
	switch (node->kind) {
	case NODE_LITERAL:
		*out = node->literal;
		return true;
	case NODE_LOCAL:
		*out = e->locals[node->slot];
		return true;
	case NODE_CHAIN:
		return eval_chain(e, node, out);
	case NODE_SELECT:
		return eval_select(e, node, out);
	case NODE_HAS:
		return eval_has(e, node, out);
	case NODE_CALL:
		return eval_call(e, node, out);
	case NODE_LIST:
		return eval_list(e, node, out);
	case NODE_MAP:
		return eval_map(e, node, out);
	case NODE_AND:
	case NODE_OR:
		return eval_logic(e, node, out);
	case NODE_COND:
		return eval_condition(e, node, out);
	case NODE_FOLD:
		return cel_eval_fold(e, node, out);
	case NODE_NAME:
		break;
	}
	BUG("a name was not bound");
}

bool
cel_eval_node(struct evaluation *e, const struct node *node, struct value *out)
{
	if (cel_spend(e, 1) && cel_room(e, 0) && eval_kind(e, node, out))
		return true;
	if (!e->err->column)
		e->err->column = node->column;
	return false;
}
