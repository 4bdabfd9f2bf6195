/* What tests of expressions say: gives("1 + 1", "2"), fails("1 +", 4, "ends").
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_CEL_EXPECT_H
#define WF_CEL_EXPECT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/model/cel/cel.h"

/* Variables for the expressions, as JSON. */
static const char *cel_given = "{}";

static bool
cel_given_lookup(void *arg, const char *name, struct arena *a,
		 struct value *out)
{
	struct value all;

	(void)arg;
	return value_from_json_text(a, cel_given, strlen(cel_given), &all) &&
	       value_get(all, name, a, out);
}

static bool
cel_try(struct arena *a, const char *text, struct value *out,
	struct cel_error *err)
{
	const struct cel_vars vars = {cel_given_lookup, NULL};
	struct cel_program *program = cel_compile(a, text, NULL, err);

	return program && cel_eval(program, &vars, a, out, err);
}

static inline void
gives(const char *text, const char *json)
{
	struct arena arena = {0};
	struct cel_error err;
	struct value v;
	const char *got;

	if (!cel_try(&arena, text, &v, &err))
		fail_msg("%s: column %d: %s", text, err.column, err.message);
	got = value_to_json_text(&arena, v);
	if (!str_eq(got, json))
		fail_msg("%s gives %s and not %s", text, got, json);
	arena_release(&arena);
}

/* Fails at that column, with `part` in the message or hint. */
static inline void
fails(const char *text, int column, const char *part)
{
	struct arena arena = {0};
	struct cel_error err;
	struct value v;

	if (cel_try(&arena, text, &v, &err))
		fail_msg("%s gives %s", text, value_to_json_text(&arena, v));
	if (err.column != column ||
	    (!strstr(err.message, part) && !strstr(err.hint, part)))
		fail_msg("%s fails at column %d: %s; %s", text, err.column,
			 err.message, err.hint);
	arena_release(&arena);
}

#endif
