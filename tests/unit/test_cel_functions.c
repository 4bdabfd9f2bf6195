/* Functions of expressions: strings, conversions, format, macros.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cel_expect.h"

static void
positions_count_characters(void **state)
{
	(void)state;
	gives("'h\xc3\xa9llo'.charAt(2)", "\"l\"");
	gives("'ab'.charAt(2)", "\"\"");
	gives("'\xc3\xa9\xc3\xa9x'.indexOf('x')", "2");
	gives("'abcabc'.indexOf('c', 3)", "5");
	gives("'abcabc'.lastIndexOf('b', 3)", "1");
	gives("'aaa'.lastIndexOf('aa')", "1");
	gives("'abc'.lastIndexOf('')", "3");
	gives("''.indexOf('a')", "-1");
	gives("'\xf0\x9f\x98\x80yz'.substring(1, 2)", "\"y\"");
	fails("'ab'.charAt(3)", 6, "range");
	fails("'ab'.substring(-1)", 6, "range");
	fails("'ab'.substring(2, 1)", 6, "before");
}

static void
strings_are_rebuilt(void **state)
{
	(void)state;
	gives("'aXc'.lowerAscii() + '\xc3\x84q'.upperAscii()",
	      "\"axc\xc3\x84Q\"");
	gives("'\\u00a0 x\\t'.trim() + '|' + ' '.trim()", "\"x|\"");
	gives("'a-b-c'.replace('-', '+', 1)", "\"a+b-c\"");
	gives("'ab'.replace('', '.')", "\".a.b.\"");
	gives("'ab'.replace('', '.', 2)", "\".a.b\"");
	gives("'a,b,,c'.split(',')", "[\"a\",\"b\",\"\",\"c\"]");
	gives("'a,b,c'.split(',', 2)", "[\"a\",\"b,c\"]");
	gives("['abc'.split(''), ''.split(''), 'a'.split('b', 0)]",
	      "[[\"a\",\"b\",\"c\"],[],[]]");
	gives("['a', 'b'].join('-') + [].join()", "\"a-b\"");
	gives("'ab\xc3\xa9'.reverse()", "\"\xc3\xa9"
					"ba\"");
	gives("strings.quote('a\"\\n')", "\"\\\"a\\\\\\\"\\\\n\\\"\"");
	fails("['a', 1].join()", 10, "int");
}

static void
strings_are_searched(void **state)
{
	(void)state;
	gives("'abc'.contains('bc') && 'abc'.startsWith('a')", "true");
	gives("'abc'.endsWith('abcd') || 'abc'.matches('^b')", "false");
	gives("matches('x1', '[a-z]\\\\d$')", "true");
	gives("size('\xc3\xa9') + [1].size() + size({})", "2");
	fails("'a'.matches('(')", 5, "pattern");
	fails("'a'.matches('(' + '')", 5, "pattern");
}

static void
values_are_converted(void **state)
{
	(void)state;
	gives("int('-7') + int(1.9) + int(2u)", "-4");
	gives("[uint('3'), double('1.5'), double(1)]", "[3,1.5,1.0]");
	gives("string(1.5) + string(true) + string(7u)", "\"1.5true7\"");
	gives("bool('True') && !bool('0')", "true");
	gives("type(1.0) == double && type('') != int", "true");
	fails("int('1x')", 1, "1x");
	fails("int(1e19)", 1, "range");
	fails("int(0.0 / 0.0)", 1, "range");
	fails("uint(-1)", 1, "range");
	fails("double(' 1')", 1, "double");
	fails("bool('yes')", 1, "yes");
	fails("int(true)", 1, "(bool)");
}

static void
format_fills_in(void **state)
{
	(void)state;
	gives("'%s is %d, %.2f%%'.format(['x', 3, 0.5])", "\"x is 3, 0.50%\"");
	gives("'%x %X %o %b'.format([-255, 'az', 8, true])",
	      "\"-ff 617A 10 1\"");
	gives("'%s'.format([{'b': [1, null], 'a': 1e21}])",
	      "\"{a: 1000000000000000000000, b: [1, null]}\"");
	gives("'%e'.format([1234.5])", "\"1.234500e+03\"");
	fails("'%d'.format(['x'])", 6, "string");
	fails("'%s %s'.format(['x'])", 9, "only 1");
	fails("'%q'.format(['x'])", 6, "%q");
	fails("'%'.format(['x'])", 5, "ends");
	fails("'%.9999f'.format([1.0])", 11, "precision");
}

static void
macros_go_over_items(void **state)
{
	(void)state;
	gives("[1, 2, 3].filter(x, x > 1).map(x, x * x)", "[4,9]");
	gives("[1, 2, 3].map(x, x != 2, -x)", "[-1,-3]");
	gives("{'a': 1, 'b': 2}.all(k, k < 'c')", "true");
	gives("[1, 2].exists_one(x, x == 2)", "true");
	gives("[0, 1].exists(x, 1 / x == 1)", "true");
	gives("[[1, 2], [3]].map(x, x.map(y, x.size() + y))", "[[3,4],[4]]");
	fails("[0].all(x, 1 / x > 0)", 14, "zero");
	fails("1.all(x, true)", 3, "list");
	fails("[1].all(x, 1)", 12, "bool");
	fails("[1].all(x + 1, true)", 11, "variable");
	fails("[1].all(x)", 5, "write all(");
}

static void
macros_take_two_variables(void **state)
{
	(void)state;
	gives("[7, 8].transformList(i, x, i * x)", "[0,8]");
	gives("{'a': 1, 'b': 2}.transformMap(k, v, v > 1, k)", "{\"b\":\"b\"}");
	gives("{'a': 'x'}.transformMapEntry(k, v, {v: k})", "{\"x\":\"a\"}");
	gives("[1, 2].exists(i, x, i == 1 && x == 2)", "true");
	fails("[1, 1].transformMapEntry(i, x, {x: i})", 8, "repeated");
	fails("[1].all(x, x, true)", 12, "both");
}

static void
has_asks_for_one_field(void **state)
{
	(void)state;
	gives("has({'a': null}.a)", "true");
	gives("[{'a': 1}, {}].map(x, has(x.a))", "[true,false]");
	fails("has('a')", 1, "has(a.b)");
	fails("has(1.a)", 1, "no field");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(positions_count_characters),
		cmocka_unit_test(strings_are_rebuilt),
		cmocka_unit_test(strings_are_searched),
		cmocka_unit_test(values_are_converted),
		cmocka_unit_test(format_fills_in),
		cmocka_unit_test(macros_go_over_items),
		cmocka_unit_test(macros_take_two_variables),
		cmocka_unit_test(has_asks_for_one_field),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
