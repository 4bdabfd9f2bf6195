/* Lines of a crontab: what they hold at, and the same for systemd.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/model/cron.h"

static struct cron
parsed(const char *text)
{
	struct cron c;
	char why[200];

	if (!cron_parse(text, &c, why, sizeof(why)))
		fail_msg("%s: %s", text, why);
	return c;
}

static void
expect_calendar(const char *text, const char *zone, const char *wanted)
{
	struct strbuf out = STRBUF_INIT;
	struct cron c = parsed(text);

	cron_calendar(&c, zone, &out);
	assert_string_equal(out.at, wanted);
	strbuf_release(&out);
}

static void
fields_hold_numbers_ranges_steps_and_names(void **state)
{
	struct cron c = parsed("*/20 8-10,23 1 jan-mar 0");

	(void)state;
	assert_int_equal(c.minutes, 1 | 1 << 20 | UINT64_C(1) << 40);
	assert_int_equal(c.hours, 1 << 8 | 1 << 9 | 1 << 10 | 1 << 23);
	assert_int_equal(c.days, 1 << 1);
	assert_int_equal(c.months, 1 << 1 | 1 << 2 | 1 << 3);
	assert_int_equal(c.weekdays, 1);
}

static void
sunday_is_nought_and_seven(void **state)
{
	(void)state;
	assert_int_equal(parsed("0 0 * * 7").weekdays, 1);
	assert_int_equal(parsed("0 0 * * 5-7").weekdays, 1 | 1 << 5 | 1 << 6);
	assert_int_equal(parsed("0 0 * * sun,mon").weekdays, 3);
}

static void
two_restricted_days_are_either(void **state)
{
	struct cron both = parsed("0 0 13 * fri");
	struct cron day = parsed("0 0 13 * *");

	(void)state;
	assert_true(cron_holds_day(&both, 13, 5, 2));
	assert_true(cron_holds_day(&both, 14, 5, 5));
	assert_false(cron_holds_day(&both, 14, 5, 2));
	assert_true(cron_holds_day(&day, 13, 5, 2));
	assert_false(cron_holds_day(&day, 14, 5, 5));
}

static void
words_stand_for_lines(void **state)
{
	struct cron c = parsed("@weekly");

	(void)state;
	assert_true(cron_holds(&c, 0, 0, 9, 9, 0));
	assert_false(cron_holds(&c, 0, 0, 9, 9, 1));
	assert_false(cron_holds(&c, 1, 0, 9, 9, 0));
	assert_true(parsed("@reboot").at_boot);
}

static void
systemd_says_the_same(void **state)
{
	(void)state;
	expect_calendar("0 3 * * *", NULL, "*-*-* 03:00:00\n");
	expect_calendar("*/30 * 1 2 *", NULL, "*-02-01 *:00,30:00\n");
	expect_calendar("5 4 * * mon", "Asia/Tokyo",
			"Mon *-*-* 04:05:00 Asia/Tokyo\n");
	expect_calendar("0 0 1 * mon", NULL,
			"Mon *-*-* 00:00:00\n*-*-01 00:00:00\n");
	expect_calendar("@reboot", NULL, "");
}

static void
what_cron_would_not_take_is_refused(void **state)
{
	static const char *const bad[] = {"",
					  "* * * *",
					  "* * * * * *",
					  "60 * * * *",
					  "* 24 * * *",
					  "* * 0 * *",
					  "* * * 13 *",
					  "* * * * 8",
					  "5-3 * * * *",
					  "*/0 * * * *",
					  "x * * * *",
					  "1,, * * * *",
					  "@never",
					  "*/99999999999999999999 * * * * *"};
	struct cron c;
	char why[200];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		if (cron_parse(bad[i], &c, why, sizeof(why)))
			fail_msg("\"%s\" was taken", bad[i]);
}

/* A step beyond the range leaves the first value; a number too large for an
 * int is no value. */
static void
large_numbers_do_no_harm(void **state)
{
	struct cron c;
	char why[200];

	(void)state;
	assert_int_equal(parsed("*/4000000000 * * * *").minutes, 1);
	assert_false(cron_parse("4294967296 * * * *", &c, why, sizeof(why)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_hold_numbers_ranges_steps_and_names),
		cmocka_unit_test(sunday_is_nought_and_seven),
		cmocka_unit_test(two_restricted_days_are_either),
		cmocka_unit_test(words_stand_for_lines),
		cmocka_unit_test(systemd_says_the_same),
		cmocka_unit_test(what_cron_would_not_take_is_refused),
		cmocka_unit_test(large_numbers_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
