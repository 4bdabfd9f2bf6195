/* Durations and sizes: what is read, what is refused, how they are shown.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/base/duration.h"
#include "engine/base/err.h"

static void
durations_are_read(void **state)
{
	/* clang-format off */
	static const struct {
		const char *text;
		int64_t ms;
	} rows[] = {
	        {"0", 0}, {"0s", 0}, {"500ms", 500}, {"1.5s", 1500},
	        {"1h30m", 5400000}, {"1d2h3m4s5ms", 93784005}, {"007s", 7000},
	        {"0.25h", 900000}, {"36525d", INT64_C(3155760000000)},
	};
	/* clang-format on */
	int64_t ms;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_true(duration_parse(rows[i].text, &ms));
		assert_int_equal(ms, rows[i].ms);
	}
}

static void
no_durations_are_refused(void **state)
{
	static const char *const bad[] = {"",
					  "1",
					  "s",
					  "-1s",
					  "+1s",
					  "1x",
					  "1 s",
					  "1s1h",
					  "1s1s",
					  "1.s",
					  ".5s",
					  "0.5ms",
					  "1e3s",
					  "36526d",
					  "1h\n",
					  "1s ",
					  "1.0000000001s",
					  "99999999999999999999d",
					  "36525d1ms"};
	int64_t ms;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		if (duration_parse(bad[i], &ms))
			fail_msg("\"%s\" was read", bad[i]);
}

static void
formatted_durations_are_read_back(void **state)
{
	static const char *const same[] = {
		"500ms", "1s", "1m", "1h30m", "1d2h3m4s5ms", "0s", "1s500ms"};
	char text[DURATION_TEXT];
	int64_t ms;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(same); i++) {
		assert_true(duration_parse(same[i], &ms));
		assert_string_equal(duration_format(ms, text), same[i]);
	}
}

static void
people_see_two_units(void **state)
{
	/* clang-format off */
	static const struct {
		int64_t ms;
		const char *text;
	} rows[] = {
	        {0, "0s"}, {30, "0.1s"}, {3000, "3s"}, {3100, "3.1s"},
	        {9999, "9.9s"}, {59999, "59s"}, {72000, "1m12s"},
	        {7500000, "2h05m"}, {93600000, "1d02h"}, {-5, "0s"},
	};
	/* clang-format on */
	char text[DURATION_TEXT];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_string_equal(duration_human(rows[i].ms, text),
				    rows[i].text);
}

static void
sizes_are_read(void **state)
{
	int64_t bytes;

	(void)state;
	assert_true(size_parse("4096", &bytes));
	assert_int_equal(bytes, 4096);
	assert_true(size_parse("64KiB", &bytes));
	assert_int_equal(bytes, 65536);
	assert_true(size_parse("1.5GiB", &bytes));
	assert_int_equal(bytes, INT64_C(1610612736));
	assert_true(size_parse("10MB", &bytes));
	assert_int_equal(bytes, 10000000);
	assert_false(size_parse("", &bytes));
	assert_false(size_parse("-1", &bytes));
	assert_false(size_parse("1XB", &bytes));
	assert_false(size_parse("9223372036854775807KiB", &bytes));
	assert_false(size_parse("0.5", &bytes));
}

static void
sizes_are_shown(void **state)
{
	char text[DURATION_TEXT];

	(void)state;
	assert_string_equal(size_human(0, text), "0B");
	assert_string_equal(size_human(1023, text), "1023B");
	assert_string_equal(size_human(1536, text), "1.5KiB");
	assert_string_equal(size_human(INT64_C(20) << 30, text), "20GiB");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(durations_are_read),
		cmocka_unit_test(no_durations_are_refused),
		cmocka_unit_test(formatted_durations_are_read_back),
		cmocka_unit_test(people_see_two_units),
		cmocka_unit_test(sizes_are_read),
		cmocka_unit_test(sizes_are_shown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
