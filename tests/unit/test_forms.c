/* The dialogs about a run: what they ask of its engine, with what choices.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "screens.h"

static void
a_note_is_typed_and_stands_in_the_history(void **state)
{
	struct seat s;

	(void)state;
	seat_take(&s, town.failed, 80, 24);
	seat_press(&s, "5 N");
	seat_expect(&s, "Note about");
	seat_press(&s, "Enter");
	seat_expect(&s, "write something first");
	seat_type(&s, "staging is down");
	seat_press(&s, "Enter");
	seat_expect(&s, "note: staging is down");
	expect_run(town.failed, "failed");
	seat_leave(&s);
}

static int
set_up(void **state)
{
	(void)state;
	town_open();
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	town_close();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_note_is_typed_and_stands_in_the_history),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
