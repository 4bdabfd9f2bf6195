/* Text with expressions in it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cel_expect.h"

#include "engine/model/template.h"

static const struct cel_vars vars = {cel_given_lookup, NULL};

static void
renders(const char *text, const char *json)
{
	struct arena arena = {0};
	struct cel_error err = {0};
	struct template t;
	struct value v = {0};

	cel_given = "{\"name\": \"x\", \"n\": 3}";
	if (!template_compile(&arena, text, NULL, &t, &err) ||
	    !template_eval(&t, &vars, &arena, &v, &err))
		fail_msg("%s: column %d: %s", text, err.column, err.message);
	assert_string_equal(value_to_json_text(&arena, v), json);
	arena_release(&arena);
}

static void
refuses(const char *text, int column)
{
	struct arena arena = {0};
	struct cel_error err = {0};
	struct template t;

	assert_false(template_compile(&arena, text, NULL, &t, &err));
	assert_int_equal(err.column, column);
	arena_release(&arena);
}

static void
plain_text_stays(void **state)
{
	(void)state;
	renders("", "\"\"");
	renders("a $b ${c} }}", "\"a $b ${c} }}\"");
	assert_false(template_is_dynamic("${ {"));
}

static void
expressions_are_put_in(void **state)
{
	(void)state;
	renders("a-${{ name }}-${{n + 1}}", "\"a-x-4\"");
	renders("${{ name }}${{ n }}", "\"x3\"");
	renders("${{ [n, null] }} ${{ null }}", "\"[3,null] \"");
}

static void
one_expression_keeps_its_kind(void **state)
{
	(void)state;
	renders("${{ n }}", "3");
	renders("${{ {\"a\": {'b': n}}}}", "{\"a\":{\"b\":3}}");
	renders(" ${{ n }}", "\" 3\"");
}

static void
braces_in_strings_do_not_end(void **state)
{
	(void)state;
	renders("${{ '}}' + \"\\\"}}\" }}", "\"}}\\\"}}\"");
	renders("${{ r'\\' + '''it's }}''' }}", "\"\\\\it's }}\"");
	renders("$${{ n }} ${{ n }}", "\"${{ n }} 3\"");
	renders("$${{", "\"${{\"");
}

static void
faults_have_a_place_in_the_text(void **state)
{
	(void)state;
	refuses("ab ${{ 1 + }}", 12);
	refuses("\xc3\xa9 ${{ 'a", 3);
	refuses("${{ }}", 5);
}

static void
rendered_text_is_bare(void **state)
{
	struct arena arena = {0};
	struct cel_error err;
	struct template t;
	const char *out;

	(void)state;
	cel_given = "{\"l\": [1]}";
	assert_true(template_compile(&arena, "${{ l }}", NULL, &t, &err));
	assert_true(template_render(&t, &vars, &arena, &out, &err));
	assert_string_equal(out, "[1]");
	assert_true(template_compile(&arena, "${{ m }}", NULL, &t, &err));
	assert_false(template_render(&t, &vars, &arena, &out, &err));
	arena_release(&arena);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_text_stays),
		cmocka_unit_test(expressions_are_put_in),
		cmocka_unit_test(one_expression_keeps_its_kind),
		cmocka_unit_test(braces_in_strings_do_not_end),
		cmocka_unit_test(faults_have_a_place_in_the_text),
		cmocka_unit_test(rendered_text_is_bare),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
