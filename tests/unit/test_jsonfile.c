/* Reading a JSON object from a file, value by value.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/base/jsonfile.h"

static const char *const names[] = {"a", "b", "none"};

static struct jsonfile
file_of(const char *text)
{
	FILE *file = tmpfile();

	assert_non_null(file);
	fputs(text, file);
	return (struct jsonfile){.file = file, .text = STRBUF_INIT};
}

static void
done(struct jsonfile *f)
{
	fclose(f->file);
	jsonfile_release(f);
}

static bool
is_object(const char *text)
{
	struct jsonfile f = file_of(text);
	off_t at[3];
	bool found = jsonfile_find(&f, names, at, 3);

	done(&f);
	return found;
}

static void
members_are_found_in_any_order(void **state)
{
	struct jsonfile f = file_of(
		" {\"x\": [{\"a\": \"]}\"}], \"b\" :\"q\\\"}\", \"a\":12 }\n");
	off_t at[3];
	json_t *a, *b;

	(void)state;
	assert_true(jsonfile_find(&f, names, at, 3));
	a = jsonfile_value(&f, at[0]);
	b = jsonfile_value(&f, at[1]);
	assert_int_equal(json_integer_value(a), 12);
	assert_string_equal(json_string_value(b), "q\"}");
	assert_null(jsonfile_value(&f, at[2]));
	json_decref(a);
	json_decref(b);
	done(&f);
}

static void
items_and_members_come_one_by_one(void **state)
{
	struct jsonfile f = file_of(
		"{\"a\": [1, [2], true], \"b\": {\"x\": 1, \"y\": {}}}");
	off_t at[3];
	json_t *value;
	int n = 0;

	(void)state;
	assert_true(jsonfile_find(&f, names, at, 3));
	for (jsonfile_enter(&f, at[0]); jsonfile_next(&f, &value); n++)
		json_decref(value);
	assert_int_equal(n, 3);
	for (jsonfile_enter(&f, at[1]); jsonfile_next(&f, &value); n++) {
		assert_string_equal(jsonfile_name(&f), n == 3 ? "x" : "y");
		json_decref(value);
	}
	assert_int_equal(n, 5);
	jsonfile_enter(&f, at[2]);
	assert_false(jsonfile_next(&f, &value));
	assert_false(f.bad);
	done(&f);
}

static void
a_list_that_is_none_is_bad(void **state)
{
	static const char *const texts[] = {"{\"a\": [1,]}", "{\"a\": [1 2]}",
					    "{\"a\": [nul]}", "{\"a\": 7}",
					    "{\"a\": {1: 2}}"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct jsonfile f = file_of(texts[i]);
		off_t at[3];
		json_t *value;

		assert_true(jsonfile_find(&f, names, at, 3));
		jsonfile_enter(&f, at[0]);
		while (jsonfile_next(&f, &value))
			json_decref(value);
		assert_true(f.bad);
		done(&f);
	}
}

static void
what_is_no_object_is_found_out(void **state)
{
	static const char *const texts[] = {
		"",          "x",          "[]",         "{",         "{\"a\"",
		"{\"a\":",   "{\"a\":1",   "{\"a\":1,}", "{\"a\":[}", "{a:1}",
		"{\"a\" 1}", "{\"a\":1}x", "{\"a\":\"",  "{,}"};

	(void)state;
	assert_true(is_object("{}"));
	assert_true(is_object(" { \"a\" : null } \n"));
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		if (is_object(texts[i]))
			fail_msg("%s is taken for an object", texts[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_are_found_in_any_order),
		cmocka_unit_test(items_and_members_come_one_by_one),
		cmocka_unit_test(a_list_that_is_none_is_bad),
		cmocka_unit_test(what_is_no_object_is_found_out)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
