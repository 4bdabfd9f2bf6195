/* JSON text read in place: what is there, and garbage without harm.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tui/jsontext.h"
#include "tui/runtext.h"

static void
expect_copy(const char *value, const char *want)
{
	char *copy = jsontext_copy(value);

	assert_string_equal(copy, want);
	free(copy);
}

static void
members_are_found_by_key(void **state)
{
	const char *json = "{\"a\":{\"b\":[1,\"}\"]},\"b\":\"x\\\"y\","
			   "\"c\":true,\"d\":-1.5e3}";

	(void)state;
	expect_copy(jsontext_member(json, "a"), "{\"b\":[1,\"}\"]}");
	expect_copy(jsontext_member(json, "b"), "x\"y");
	expect_copy(jsontext_member(json, "d"), "-1.5e3");
	assert_true(jsontext_is(jsontext_member(json, "c"), "true"));
	assert_false(jsontext_is(jsontext_member(json, "d"), "true"));
	assert_null(jsontext_member(json, "e"));
	assert_null(jsontext_member("[1]", "a"));
	assert_null(jsontext_member(NULL, "a"));
}

static void
items_come_one_after_the_other(void **state)
{
	const char *list = " [ {\"a\":1} , [2,3], \"x,y\", null ]";
	const char *want[] = {"{\"a\":1}", "[2,3]", "x,y", "null"};
	const char *item = NULL;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		item = jsontext_next(list, item);
		assert_non_null(item);
		expect_copy(item, want[i]);
	}
	assert_null(jsontext_next(list, item));
	assert_null(jsontext_next("[]", NULL));
	assert_null(jsontext_next("{}", NULL));
	assert_null(jsontext_next("5", NULL));
}

static void
escapes_become_characters(void **state)
{
	(void)state;
	expect_copy("\"a\\n\\t\\u00e9\\ud83d\\ude00\\\\\"",
		    "a\n\t\xc3\xa9\xf0\x9f\x98\x80\\");
	expect_copy("\"\"", "");
}

static void
pairs_read_like_a_command_line(void **state)
{
	struct strbuf out = STRBUF_INIT;

	(void)state;
	json_pairs("{\"env\":\"prod\",\"n\":3,\"l\":[1,2]}", &out);
	assert_string_equal(out.at, "env=prod n=3 l=[1,2]");
	strbuf_clear(&out);
	json_pairs(NULL, &out);
	json_pairs("{}", &out);
	assert_string_equal(out.at, "");
	strbuf_release(&out);
}

static void
garbage_ends_early_and_harmlessly(void **state)
{
	static const char alphabet[] = "{}[]\",:\\u1a tnf";
	uint32_t seed = 7;

	(void)state;
	for (int round = 0; round < 50000; round++) {
		struct strbuf out = STRBUF_INIT;
		char text[24];
		const char *item = NULL;
		int items = 0;

		for (size_t i = 0; i + 1 < sizeof(text); i++) {
			seed = seed * 1664525u + 1013904223u;
			text[i] =
				alphabet[(seed >> 16) % (sizeof(alphabet) - 1)];
		}
		text[sizeof(text) - 1] = '\0';
		while ((item = jsontext_next(text, item)) && items++ < 30)
			jsontext_add(&out, item);
		assert_true(items < 30);
		jsontext_member(text, "u");
		json_pairs(text, &out);
		strbuf_release(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_are_found_by_key),
		cmocka_unit_test(items_come_one_after_the_other),
		cmocka_unit_test(escapes_become_characters),
		cmocka_unit_test(pairs_read_like_a_command_line),
		cmocka_unit_test(garbage_ends_early_and_harmlessly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
