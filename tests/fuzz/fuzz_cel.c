/* Any expression and any template evaluates or says why not, in bounded time.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdint.h>
#include <stdlib.h>

#include "engine/model/template.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Every name is a map, so that field selection and macros find something. */
static bool
lookup(void *arg, const char *name, struct arena *a, struct value *out)
{
	(void)arg;
	(void)name;
	return value_from_json_text(a, "{\"a\":[1,2.5,\"x\",null],\"b\":true}",
				    34, out);
}

static bool
resolve(void *arg, const char *const *chain, size_t n,
	enum value_kind *kind_out, struct cel_error *err)
{
	(void)arg;
	(void)err;
	*kind_out = n > 1 ? VALUE_INT : VALUE_OBJECT;
	return chain[0][0] != 'z';
}

static void
try_expression(struct arena *a, const char *text, const struct cel_scope *scope,
	       const struct cel_vars *vars)
{
	struct cel_error err = {0};
	struct cel_program *p = cel_compile(a, text, scope, &err);
	struct value v;

	if (p && cel_eval(p, vars, a, &v, &err))
		value_to_json_text(a, v);
	else if (!err.message[0])
		abort();
}

static void
try_template(struct arena *a, const char *text, const struct cel_vars *vars)
{
	struct cel_error err = {0};
	struct template t;
	const char *out;

	if (template_compile(a, text, NULL, &t, &err) &&
	    template_render(&t, vars, a, &out, &err))
		return;
	if (!err.message[0])
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct cel_vars vars = {lookup, NULL};
	const struct cel_scope scope = {resolve, NULL};
	struct arena a = {0};
	char *text = arena_strndup(&a, (const char *)data, size);

	try_expression(&a, text, NULL, &vars);
	try_expression(&a, text, &scope, &vars);
	try_template(&a, text, &vars);
	arena_release(&a);
	return 0;
}
