/* A crontab line is refused when cron would not take it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/model/cron.h"

static void
taken(const char *text)
{
	char why[160] = "";

	if (!cron_check(text, why, sizeof(why)))
		fail_msg("%s: %s", text, why);
}

static void
refused(const char *text, const char *part)
{
	char why[160] = "";

	if (cron_check(text, why, sizeof(why)) || !strstr(why, part))
		fail_msg("\"%s\": %s", text, why);
}

static void
what_cron_takes(void **state)
{
	(void)state;
	taken("0 3 * * *");
	taken("*/5 0-23/2 1,15 jan-mar MON-fri");
	taken("59 23 31 12 7");
	taken("  0\t3  * * 0 ");
	taken("@daily");
}

static void
what_it_does_not(void **state)
{
	(void)state;
	refused("", "0 fields");
	refused("0 3 * *", "4 fields");
	refused("0 3 * * * *", "6 fields");
	refused("60 3 * * *", "no minute");
	refused("0 24 * * *", "no hour");
	refused("0 0 0 * *", "no day of the month");
	refused("0 0 * 13 *", "no month");
	refused("0 0 * * 8", "no day of the week");
	refused("0 0 * * mon,", "day of the week");
	refused("5-3 * * * *", "no minute");
	refused("*/0 * * * *", "no minute");
	refused("-1 * * * *", "no minute");
	refused("a * * * *", "no minute");
	refused("99999999999999999999 * * * *", "no minute");
	refused("@sometimes", "no minute");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_cron_takes),
		cmocka_unit_test(what_it_does_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
