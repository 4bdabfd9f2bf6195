/* Values: equality, lookup, JSON and text, typed reading.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "engine/model/civil.h"
#include "engine/model/value.h"

static struct arena arena;

static int
release(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

static struct value
json(const char *text)
{
	struct value v;

	assert_true(value_from_json_text(&arena, text, strlen(text), &v));
	return v;
}

static const char *
text_of(struct value v)
{
	struct strbuf out = STRBUF_INIT;
	const char *copy;

	value_to_text(v, &out);
	copy = arena_strndup(&arena, out.at, out.n);
	strbuf_release(&out);
	return copy;
}

static void
numbers_are_equal_across_kinds(void **state)
{
	struct value u = {.kind = VALUE_UINT, .u = 1};

	(void)state;
	assert_true(value_equal(value_int(1), value_double(1.0)));
	assert_true(value_equal(u, value_int(1)));
	assert_false(value_equal(value_int(1), value_bool(true)));
	assert_false(value_equal(value_double(NAN), value_double(NAN)));
}

static void
large_integers_compare_with_doubles_exactly(void **state)
{
	struct value big = value_int(INT64_MAX);
	struct value u = {.kind = VALUE_UINT, .u = UINT64_MAX};

	(void)state;
	assert_int_equal(value_compare_numbers(big, value_double(0x1p63)), -1);
	assert_int_equal(value_compare_numbers(value_double(0x1p63), big), 1);
	assert_int_equal(value_compare_numbers(u, value_double(0x1p64)), -1);
	assert_int_equal(value_compare_numbers(u, value_int(-1)), 1);
	assert_int_equal(value_compare_numbers(value_int(INT64_MIN),
					       value_double(-0x1p63)),
			 0);
	assert_int_equal(
		value_compare_numbers(value_int(-3), value_double(-3.5)), 1);
	assert_int_equal(value_compare_numbers(value_int(0), value_double(NAN)),
			 VALUE_UNORDERED);
}

static void
maps_are_equal_in_any_order(void **state)
{
	(void)state;
	assert_true(value_equal(json("{\"a\":1,\"b\":[2]}"),
				json("{\"b\":[2.0],\"a\":1}")));
	assert_false(value_equal(json("{\"a\":1}"), json("{\"b\":1}")));
	assert_false(value_equal(json("{\"a\":1}"), json("[1]")));
}

static void
entries_are_found_by_key(void **state)
{
	struct value out;

	(void)state;
	assert_true(value_get(json("{\"a\":1,\"ab\":2}"), "ab", &arena, &out));
	assert_int_equal(out.i, 2);
	assert_false(value_get(json("{\"a\":1}"), "b", &arena, &out));
	assert_false(value_get(value_int(3), "b", &arena, &out));
}

static void
json_text_survives_both_ways(void **state)
{
	static const char *const same[] = {
		"null", "true", "-9223372036854775808",
		"0.1",  "1.0",  "\"a\\\"\\u0000\\n\xc3\xa9\"",
		"[]",   "{}",   "{\"a\":[1,{\"b\":null}]}"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(same); i++)
		assert_string_equal(value_to_json_text(&arena, json(same[i])),
				    same[i]);
}

static void
bad_json_is_refused(void **state)
{
	static const char *const bad[] = {"",     "{",   "nul",
					  "[1,]", "1 2", "1e999"};
	struct value v;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_false(value_from_json_text(&arena, bad[i],
						  strlen(bad[i]), &v));
}

static void
what_json_lacks_becomes_text(void **state)
{
	struct value time = {
		.kind = VALUE_TIMESTAMP, .time = {1, 500000000}
        };
	struct value gone = value_double(NAN);
	struct value u = {.kind = VALUE_UINT, .u = UINT64_MAX};

	(void)state;
	assert_string_equal(value_to_json_text(&arena, time),
			    "\"1970-01-01T00:00:01.5Z\"");
	assert_string_equal(value_to_json_text(&arena, gone), "\"NaN\"");
	assert_string_equal(value_to_json_text(&arena, u),
			    "18446744073709551615");
	assert_string_equal(
		value_to_json_text(&arena, value_string_borrowed("a\xff")),
		"\"a\xef\xbf\xbd\"");
}

static void
jansson_values_carry_the_same(void **state)
{
	json_t *tree = value_to_json(json("{\"a\":[1,2.5,\"x\\u0000y\"]}"));
	struct value back = value_from_json(&arena, tree);

	(void)state;
	json_decref(tree);
	assert_string_equal(value_to_json_text(&arena, back),
			    "{\"a\":[1,2.5,\"x\\u0000y\"]}");
}

static void
text_is_bare(void **state)
{
	struct value span = {
		.kind = VALUE_DURATION, .time = {-1, -500000000}
        };

	(void)state;
	assert_string_equal(text_of(value_null()), "");
	assert_string_equal(text_of(value_string_borrowed("a b")), "a b");
	assert_string_equal(text_of(value_bool(true)), "true");
	assert_string_equal(text_of(value_double(0.1)), "0.1");
	assert_string_equal(text_of(json("[1,\"a\"]")), "[1,\"a\"]");
	assert_string_equal(text_of(span), "-1.5s");
}

static void
typed_text_is_read(void **state)
{
	struct value v;
	const char *why = NULL;

	(void)state;
	assert_true(value_from_text(&arena, TYPE_INT, "-3", &v, &why));
	assert_int_equal(v.i, -3);
	assert_true(value_from_text(&arena, TYPE_NUMBER, "2.5", &v, &why));
	assert_true(v.kind == VALUE_DOUBLE);
	assert_true(value_from_text(&arena, TYPE_LIST, "a, b", &v, &why));
	assert_string_equal(value_to_json_text(&arena, v), "[\"a\",\"b\"]");
	assert_true(value_from_text(&arena, TYPE_LIST, "[1,2]", &v, &why));
	assert_int_equal(v.n, 2);
	assert_true(value_from_text(&arena, TYPE_LIST, "", &v, &why));
	assert_int_equal(v.n, 0);
	assert_true(value_from_text(&arena, TYPE_ANY, "x{", &v, &why));
	assert_true(v.kind == VALUE_STRING);
}

static void
wrong_text_says_what_was_wanted(void **state)
{
	struct value v;
	const char *why = NULL;

	(void)state;
	assert_false(value_from_text(&arena, TYPE_INT, "3.5", &v, &why));
	assert_string_equal(why, "a whole number");
	assert_false(value_from_text(&arena, TYPE_NUMBER, "inf", &v, &why));
	assert_false(value_from_text(&arena, TYPE_NUMBER, " 1", &v, &why));
	assert_false(value_from_text(&arena, TYPE_BOOL, "yes", &v, &why));
	assert_string_equal(why, "true or false");
	assert_false(value_from_text(&arena, TYPE_LIST, "[1", &v, &why));
	assert_false(value_from_text(&arena, TYPE_PATH, "", &v, &why));
}

static void
types_have_names(void **state)
{
	enum value_type type;

	(void)state;
	assert_true(value_type_from_name("number", &type));
	assert_string_equal(value_type_name(type), "number");
	assert_false(value_type_from_name("float", &type));
	assert_true(value_has_type(value_int(1), TYPE_NUMBER));
	assert_false(value_has_type(value_double(1), TYPE_INT));
}

static void
dates_are_read_and_written(void **state)
{
	static const char *const same[] = {
		"0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z",
		"2024-02-29T23:59:59.000000001Z",
		"9999-12-31T23:59:59.999999999Z", "1969-12-31T23:59:59Z"};
	char text[CIVIL_TEXT];
	int64_t seconds;
	int32_t nanos;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(same); i++) {
		assert_true(civil_parse(same[i], strlen(same[i]), &seconds,
					&nanos));
		assert_string_equal(civil_format(seconds, nanos, text),
				    same[i]);
	}
	assert_true(
		civil_parse("1970-01-01T02:00:00+02:00", 25, &seconds, &nanos));
	assert_int_equal(seconds, 0);
}

static void
impossible_dates_are_refused(void **state)
{
	static const char *const bad[] = {"",
					  "2023-02-29T00:00:00Z",
					  "2023-13-01T00:00:00Z",
					  "2023-01-01T24:00:00Z",
					  "2023-01-01T00:00:00",
					  "2023-01-01T00:00:00.Z",
					  "2023-01-01T00:00:00Zx",
					  "0000-01-01T00:00:00Z",
					  "0001-01-01T00:00:00+00:01",
					  "9999-12-31T23:59:59-00:01"};
	int64_t seconds;
	int32_t nanos;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_false(
			civil_parse(bad[i], strlen(bad[i]), &seconds, &nanos));
}

#define TEST(f) cmocka_unit_test_teardown(f, release)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(numbers_are_equal_across_kinds),
		TEST(large_integers_compare_with_doubles_exactly),
		TEST(maps_are_equal_in_any_order),
		TEST(entries_are_found_by_key),
		TEST(json_text_survives_both_ways),
		TEST(bad_json_is_refused),
		TEST(what_json_lacks_becomes_text),
		TEST(jansson_values_carry_the_same),
		TEST(text_is_bare),
		TEST(typed_text_is_read),
		TEST(wrong_text_says_what_was_wanted),
		TEST(types_have_names),
		TEST(dates_are_read_and_written),
		TEST(impossible_dates_are_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
