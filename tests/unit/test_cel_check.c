/* What is found while an expression is compiled against a resolver.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>

#include "cel_expect.h"

/* Knows `steps.build.outputs.*`, `params.n` (an int) and `params.s`. */
static bool
resolve(void *arg, const char *const *chain, size_t n,
	enum value_kind *kind_out, struct cel_error *err)
{
	int *asked = arg;

	*asked += 1;
	if (str_eq(chain[0], "steps") && n > 1 && !str_eq(chain[1], "build")) {
		err->column = 2;
		snprintf(err->message, sizeof(err->message), "no step \"%s\"",
			 chain[1]);
		snprintf(err->hint, sizeof(err->hint),
			 "did you mean \"build\"?");
		return false;
	}
	if (str_eq(chain[0], "params") && n == 2)
		*kind_out = *chain[1] == 'n' ? VALUE_INT : VALUE_STRING;
	return str_eq(chain[0], "steps") || str_eq(chain[0], "params");
}

static int
compiles(const char *text, struct cel_error *err, enum value_kind *kind)
{
	struct arena arena = {0};
	int asked = 0;
	struct cel_scope scope = {resolve, &asked};
	struct cel_program *p = cel_compile(&arena, text, &scope, err);

	if (p && kind)
		*kind = cel_result_kind(p);
	arena_release(&arena);
	return p ? asked : -1;
}

static void
refused(const char *text, int column, const char *part)
{
	struct cel_error err;

	if (compiles(text, &err, NULL) >= 0)
		fail_msg("%s compiles", text);
	if (err.column != column ||
	    (!strstr(err.message, part) && !strstr(err.hint, part)))
		fail_msg("%s: column %d: %s; %s", text, err.column, err.message,
			 err.hint);
}

static void
chains_are_asked_for_whole(void **state)
{
	struct cel_error err;

	(void)state;
	assert_int_equal(
		compiles("steps.build.outputs['a b'].c[0] == 1", &err, NULL),
		1);
	assert_int_equal(compiles("has(params.x) && params.n > 1", &err, NULL),
			 2);
	assert_int_equal(compiles("[1].map(x, x)", &err, NULL), 0);
}

static void
wrong_names_have_a_place_and_a_hint(void **state)
{
	(void)state;
	refused("1 + steps.buld.outputs.x", 11, "did you mean \"build\"");
	refused("nobody == 1", 1, "nobody");
	refused("[1].map(x, y)", 12, "y");
	refused("sizee(params.s)", 1, "did you mean \"size\"");
	refused("size2()", 1, "size2");
	refused("contains('a', 'b')", 1, "VALUE.contains");
}

static void
wrong_kinds_are_refused(void **state)
{
	(void)state;
	refused("params.n + 'x'", 10, "string()");
	refused("params.s && true", 8, "bool");
	refused("!params.n", 1, "(int)");
	refused("params.s.size() + 1.5", 17, "double()");
	refused("params.n ? 1 : 2", 8, "bool");
	refused("[1].filter(x, 'a')", 15, "bool");
	refused("params.s.matches('a(')", 18, "pattern");
	refused("'a'.substring()", 5, "(string)");
}

static void
kinds_of_results_are_known(void **state)
{
	struct cel_error err;
	enum value_kind kind;

	(void)state;
	compiles("params.n > 1 || has(params.s)", &err, &kind);
	assert_int_equal(kind, VALUE_BOOL);
	compiles("params.s + 'x'", &err, &kind);
	assert_int_equal(kind, VALUE_STRING);
	compiles("steps.build.outputs.x", &err, &kind);
	assert_int_equal(kind, VALUE_OBJECT);
	compiles("[1, 2].filter(x, x > 1)", &err, &kind);
	assert_int_equal(kind, VALUE_LIST);
}

static void
count(void *arg, const char *const *chain, size_t n)
{
	(void)chain;
	*(size_t *)arg += n;
}

static void
chains_can_be_visited(void **state)
{
	struct arena arena = {0};
	struct cel_error err;
	size_t names = 0;
	struct cel_program *p =
		cel_compile(&arena, "a.b.c + [1].map(x, x + d)[0]", NULL, &err);

	(void)state;
	cel_each_chain(p, count, &names);
	assert_int_equal(names, 4);
	arena_release(&arena);
}

static bool
field(const void *self, const char *name, struct arena *a, struct value *out)
{
	(void)a;
	*out = value_int(*(const int *)self);
	return str_eq(name, "x");
}

static void
all(const void *self, struct arena *a, struct value *out)
{
	struct value *pair = arena_array(a, struct value, 2);

	pair[0] = value_string_borrowed("x");
	pair[1] = value_int(*(const int *)self);
	*out = (struct value){.kind = VALUE_MAP, .n = 1, .items = pair};
}

static bool
lookup(void *arg, const char *name, struct arena *a, struct value *out)
{
	static const struct value_object_ops ops = {field, all};

	(void)a;
	*out = (struct value){
		.kind = VALUE_OBJECT, .object = {&ops, arg}
        };
	return str_eq(name, "o");
}

static void
objects_are_maps_on_demand(void **state)
{
	int five = 5;
	struct cel_vars vars = {lookup, &five};
	struct arena arena = {0};
	struct cel_error err;
	struct value v;
	struct cel_program *p = cel_compile(
		&arena,
		"o.x == 5 && o['x'] == 5 && !has(o.y) && 'x' in o && "
		"o.size() == 1 && o.all(k, k == 'x') && o == {'x': 5}",
		NULL, &err);

	(void)state;
	assert_non_null(p);
	assert_true(cel_eval(p, &vars, &arena, &v, &err));
	assert_true(v.boolean);
	arena_release(&arena);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(chains_are_asked_for_whole),
		cmocka_unit_test(wrong_names_have_a_place_and_a_hint),
		cmocka_unit_test(wrong_kinds_are_refused),
		cmocka_unit_test(kinds_of_results_are_known),
		cmocka_unit_test(chains_can_be_visited),
		cmocka_unit_test(objects_are_maps_on_demand),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
