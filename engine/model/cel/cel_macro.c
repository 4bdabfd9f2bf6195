/* Macros: has(), all(), map() and the like, recognised by name and shape.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cel_int.h"

/* Arguments are counted with the receiver as number 0; 0 means none. */
struct macro {
	const char *name;
	enum fold_kind kind;
	uint32_t nargs, nvariables, condition, step;
	const char *usage;
};

/* clang-format off */
static const struct macro macros[] = {
	{"all",        FOLD_ALL,        3, 1, 0, 2, "all(x, condition)"},
	{"all",        FOLD_ALL,        4, 2, 0, 3, "all(i, x, condition)"},
	{"exists",     FOLD_EXISTS,     3, 1, 0, 2, "exists(x, condition)"},
	{"exists",     FOLD_EXISTS,     4, 2, 0, 3, "exists(i, x, condition)"},
	{"exists_one", FOLD_EXISTS_ONE, 3, 1, 0, 2, "exists_one(x, condition)"},
	{"exists_one", FOLD_EXISTS_ONE, 4, 2, 0, 3, "exists_one(i, x, condition)"},
	{"existsOne",  FOLD_EXISTS_ONE, 3, 1, 0, 2, "existsOne(x, condition)"},
	{"existsOne",  FOLD_EXISTS_ONE, 4, 2, 0, 3, "existsOne(i, x, condition)"},
	{"filter",     FOLD_LIST,       3, 1, 2, 0, "filter(x, condition)"},
	{"map",        FOLD_LIST,       3, 1, 0, 2, "map(x, value)"},
	{"map",        FOLD_LIST,       4, 1, 2, 3, "map(x, condition, value)"},
	{"transformList", FOLD_LIST, 4, 2, 0, 3, "transformList(i, x, value)"},
	{"transformList", FOLD_LIST, 5, 2, 3, 4, "transformList(i, x, condition, value)"},
	{"transformMap",  FOLD_MAP,  4, 2, 0, 3, "transformMap(k, v, value)"},
	{"transformMap",  FOLD_MAP,  5, 2, 3, 4, "transformMap(k, v, condition, value)"},
	{"transformMapEntry", FOLD_MAP_ENTRY, 4, 2, 0, 3, "transformMapEntry(k, v, {key: value})"},
	{"transformMapEntry", FOLD_MAP_ENTRY, 5, 2, 3, 4, "transformMapEntry(k, v, condition, {key: value})"},
};
/* clang-format on */

static bool
open_has(struct node *node, struct cel_error *err)
{
	struct node *field = node->nargs == 1 ? node->args[0] : NULL;

	if (!field || field->kind != NODE_SELECT) {
		cel_error_at(err, node->column, "has() asks for one field");
		cel_error_hint(err, "write has(a.b)");
		return false;
	}
	node->kind = NODE_HAS;
	node->type = VALUE_BOOL;
	node->name = field->name;
	node->args = field->args;
	return true;
}

static enum value_kind
fold_type(enum fold_kind kind)
{
	switch (kind) {
	case FOLD_LIST:
		return VALUE_LIST;
	case FOLD_MAP:
	case FOLD_MAP_ENTRY:
		return VALUE_MAP;
	case FOLD_ALL:
	case FOLD_EXISTS:
	case FOLD_EXISTS_ONE:
		break;
	}
	return VALUE_BOOL;
}

static bool
take_variable(const struct macro *macro, const struct node *arg,
	      const char **name, struct cel_error *err)
{
	*name = arg->name;
	if (arg->kind == NODE_NAME && !arg->apart)
		return true;
	cel_error_at(err, arg->column, "%s() wants the name of a variable here",
		     macro->name);
	cel_error_hint(err, "write %s", macro->usage);
	return false;
}

static bool
open_fold(struct arena *a, struct node *node, const struct macro *macro,
	  const char *variables[2], struct cel_error *err)
{
	struct fold *fold = arena_new(a, struct fold);

	for (uint32_t i = 0; i < macro->nvariables; i++)
		if (!take_variable(macro, node->args[1 + i], &variables[i],
				   err))
			return false;
	if (macro->nvariables == 2 && str_eq(variables[0], variables[1]))
		return cel_error_at(err, node->args[2]->column,
				    "both variables are named \"%s\"",
				    variables[0]);
	fold->kind = macro->kind;
	fold->two = macro->nvariables == 2;
	if (macro->condition)
		fold->condition = node->args[macro->condition];
	if (macro->step)
		fold->step = node->args[macro->step];
	node->kind = NODE_FOLD;
	node->type = fold_type(macro->kind);
	node->fold = fold;
	node->nargs = 1;
	return true;
}

bool
cel_macro_open(struct arena *a, struct node *node, const char *variables[2],
	       bool *found, struct cel_error *err)
{
	const struct macro *near = NULL;

	*found = true;
	if (node->style == CALL_GLOBAL && str_eq(node->name, "has"))
		return open_has(node, err);
	for (size_t i = 0; i < ARRAY_SIZE(macros); i++) {
		if (node->style != CALL_METHOD ||
		    !str_eq(macros[i].name, node->name))
			continue;
		if (macros[i].nargs == node->nargs)
			return open_fold(a, node, &macros[i], variables, err);
		near = &macros[i];
	}
	*found = near;
	if (!near)
		return true;
	cel_error_at(err, node->column, "%s() has the wrong number of parts",
		     near->name);
	cel_error_hint(err, "write %s", near->usage);
	return false;
}
