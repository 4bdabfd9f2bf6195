/* The face's door to the expression language, for trying one out.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../engine.h"
#include "../model/cel/cel.h"

static bool
lookup(void *arg, const char *name, struct arena *a, struct value *out)
{
	return value_get(*(struct value *)arg, name, a, out);
}

static enum wf_code
expression_error(struct wf_err *err, enum wf_code code,
		 const struct cel_error *fault)
{
	ERR(err, code, "%s", fault->message);
	wf_err_place(err, "expression", 1, fault->column);
	if (fault->hint[0])
		wf_err_hint(err, "%s", fault->hint);
	return code;
}

static enum wf_code
evaluate(struct arena *arena, const char *expression, struct value *given,
	 char **json_out, struct wf_err *err)
{
	struct cel_vars vars = {lookup, given};
	struct cel_program *program;
	struct cel_error fault;
	struct value result;

	program = cel_compile(arena, expression, NULL, &fault);
	if (!program)
		return expression_error(err, WF_INVALID, &fault);
	if (!cel_eval(program, &vars, arena, &result, &fault))
		return expression_error(err, WF_FAILED, &fault);
	*json_out = mem_strdup(value_to_json_text(arena, result));
	return WF_OK;
}

enum wf_code
wf_eval(const char *expression, const char *vars_json, char **json_out,
	struct wf_err *err)
{
	struct value given = {.kind = VALUE_MAP};
	struct arena arena = {0};
	enum wf_code code;

	if (vars_json && (!value_from_json_text(&arena, vars_json,
						strlen(vars_json), &given) ||
			  given.kind != VALUE_MAP)) {
		code = ERR(err, WF_USAGE, "the variables are no JSON object");
		wf_err_hint(err, "write {\"name\": value}");
	} else {
		code = evaluate(&arena, expression, &given, json_out, err);
	}
	arena_release(&arena);
	return code;
}
