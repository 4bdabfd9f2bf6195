/* Expressions: literals, operators, logic, names, limits.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cel_expect.h"

static void
numbers_are_read(void **state)
{
	(void)state;
	gives("1 + 0x10", "17");
	gives("-9223372036854775808", "-9223372036854775808");
	gives("18446744073709551615u", "18446744073709551615");
	gives("1e3 + .5", "1000.5");
	fails("9223372036854775808", 1, "out of range");
	fails("1e999", 1, "out of range");
	fails("0x", 1, "digits");
}

static void
strings_are_read(void **state)
{
	(void)state;
	gives("'a\\tb' + \"\\u00e9\\x41\\101\"", "\"a\\tb\xc3\xa9"
						 "AA\"");
	gives("r'\\d' + '''it's'''", "\"\\\\dit's\"");
	gives("'a\\000b'.size()", "3");
	fails("'abc", 1, "not closed");
	fails("'a\\q'", 3, "escape");
	fails("'\\ud800'", 2, "no character");
	fails("'\xff'", 2, "UTF-8");
	fails("b'x'", 1, "bytes");
}

static void
operators_bind_as_in_the_language(void **state)
{
	(void)state;
	gives("1 + 2 * 3 - 4 / 2", "5");
	gives("1 < 2 == true && !false || 1/0 > 0", "true");
	gives("false ? 1 : true ? 2 : 3", "2");
	gives("-2 * -(3)", "6");
	gives("3 in [1, 2] + [3]", "true");
}

static void
integers_do_not_wrap(void **state)
{
	(void)state;
	fails("9223372036854775807 + 1", 21, "out of range");
	fails("-(-9223372036854775808)", 1, "out of range");
	fails("-9223372036854775808 / -1", 22, "out of range");
	fails("-9223372036854775808 % -1", 22, "out of range");
	fails("1u - 2u", 4, "out of range");
	fails("1 % 0", 3, "zero");
	gives("1.0 / 0.0", "\"Infinity\"");
}

static void
kinds_do_not_mix_in_arithmetic(void **state)
{
	(void)state;
	fails("1 + 1.0", 3, "double()");
	fails("'a' + 1", 5, "string()");
	fails("47.5 % 5.5", 6, "double");
	gives("1 < 1.5 && 2u > 1", "true");
}

static void
logic_absorbs_errors(void **state)
{
	(void)state;
	gives("1/0 > 0 || true", "true");
	gives("false && 'x'", "false");
	fails("1/0 > 0 || false", 2, "zero");
	fails("'x' && true", 1, "bool");
	fails("1 ? 2 : 3", 1, "bool");
}

static void
maps_and_lists_are_indexed(void **state)
{
	(void)state;
	gives("[1, 2, 3][1]", "2");
	gives("[1, 2, 3][1.0]", "2");
	gives("{'a': {'b': 1}}.a['b']", "1");
	gives("{1: 'x', true: 'y'}[1u]", "\"x\"");
	gives("{'a-b': 1}.`a-b`", "1");
	fails("[1][1]", 4, "outside");
	fails("[1][-1]", 4, "outside");
	fails("{'name': 1}.nme", 13, "did you mean \"name\"");
	fails("{1: 2, 1u: 3}", 8, "repeated");
	fails("{1.5: 2}", 2, "key");
}

static void
names_are_looked_up(void **state)
{
	(void)state;
	cel_given = "{\"a\": {\"b\": [5]}, \"x.y\": 7, \"int\": 3}";
	gives("a.b[0] + x.y", "12");
	gives("has(a.b) && !has(a.c)", "true");
	gives("[1].map(a, a + 1)", "[2]");
	gives("[1].map(a, .a.b[0])", "[5]");
	gives("int + 1", "4");
	fails("a.c.d", 3, "no such key");
	fails("nobody.c", 1, "nobody");
	cel_given = "{}";
	gives("type(1) == int && type(int) == type", "true");
}

static void
faults_of_syntax_have_a_column(void **state)
{
	(void)state;
	fails("1 +", 4, "ends");
	fails("(1", 3, "\")\"");
	fails("a b", 3, "operator");
	fails("\xc3\xa9", 1, "unexpected");
	fails("'\xc3\xa9' + ]", 7, "]");
	fails("a = 1", 3, "==");
	fails("if", 1, "reserved");
	fails("f(1,)", 5, "argument");
	fails("", 1, "ends");
}

static void
unknown_functions_fail_when_called(void **state)
{
	(void)state;
	gives("true || sizee('a')", "true");
	fails("sizee('a')", 1, "\"size\"");
}

static void
depth_is_limited(void **state)
{
	char text[2001] = {0};

	(void)state;
	memset(text, '(', 1000);
	fails(text, 251, "less deeply");
	memset(text, '-', 2000);
	fails(text, 251, "less deeply");
	memset(text, '[', 2000);
	fails(text, 251, "less deeply");
	for (int i = 0; i < 1000; i++)
		memcpy(text + 2 * i, i < 999 ? "1+" : "1", 2);
	fails(text, 500, "deeper");
}

#define TEN(x) "[0,1,2,3,4,5,6,7,8,9]." x

static void
time_and_memory_are_limited(void **state)
{
	static const char slow[] = TEN("all(a, ") TEN("all(b, ") TEN("all(c, ")
		TEN("all(d, ") TEN("all(e, ") TEN("all(f, f >= 0))))))");
	static const char large[] =
		"[''].map(a, 'a text of sixteen bytes'.replace('', 'x' + "
		"'0123456789abcdef')).map(b, b.replace('', b))"
		".map(c, c.replace('', c)).map(d, d.replace('', d))";
	struct arena arena = {0};
	struct cel_error err;
	struct value v;

	(void)state;
	assert_false(cel_try(&arena, slow, &v, &err));
	assert_non_null(strstr(err.message, "steps"));
	assert_false(cel_try(&arena, large, &v, &err));
	assert_non_null(strstr(err.message, "MiB"));
	arena_release(&arena);
}

static void
shared_parts_cannot_blow_up(void **state)
{
	struct strbuf text = STRBUF_INIT;
	struct arena arena = {0};
	struct cel_error err;
	struct value v;

	(void)state;
	strbuf_adds(&text, "[0]");
	for (int i = 0; i < 40; i++)
		strbuf_adds(&text, ".map(x, [x, x])");
	assert_false(cel_try(&arena, text.at, &v, &err));
	assert_non_null(strstr(err.message, "larger"));
	arena_release(&arena);
	strbuf_release(&text);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_read),
		cmocka_unit_test(strings_are_read),
		cmocka_unit_test(operators_bind_as_in_the_language),
		cmocka_unit_test(integers_do_not_wrap),
		cmocka_unit_test(kinds_do_not_mix_in_arithmetic),
		cmocka_unit_test(logic_absorbs_errors),
		cmocka_unit_test(maps_and_lists_are_indexed),
		cmocka_unit_test(names_are_looked_up),
		cmocka_unit_test(faults_of_syntax_have_a_column),
		cmocka_unit_test(unknown_functions_fail_when_called),
		cmocka_unit_test(depth_is_limited),
		cmocka_unit_test(time_and_memory_are_limited),
		cmocka_unit_test(shared_parts_cannot_blow_up),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
