/* Waits end when they should, whatever clocks do.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "play.h"

#define AN_HOUR_LATER "until: \"${{ run.started + duration('1h') }}\""

static void
a_moment_comes_when_the_clock_says_so(void **state)
{
	struct play *p =
		play_new("steps:\n- {id: w, wait: {" AN_HOUR_LATER "}}\n");

	(void)state;
	play_pass(p, 3599000);
	expect_state(p, "w", "waiting");
	play_pass(p, 2000);
	expect_run(p, "succeeded");
	play_free(p);
}

static void
a_clock_set_forward_makes_it_come_sooner(void **state)
{
	struct play *p =
		play_new("steps:\n- {id: w, wait: {" AN_HOUR_LATER "}}\n");

	(void)state;
	play_pass(p, 600000);
	play_skew = 3000000;
	play_pass(p, 61000);
	expect_run(p, "succeeded");
	play_skew = 0;
	play_free(p);
}

static void
a_clock_set_back_makes_it_come_later(void **state)
{
	struct play *p =
		play_new("steps:\n- {id: w, wait: {" AN_HOUR_LATER "}}\n");

	(void)state;
	play_skew = -1800000;
	play_pass(p, 3601000);
	expect_state(p, "w", "waiting");
	play_pass(p, 1801000);
	expect_run(p, "succeeded");
	play_skew = 0;
	play_free(p);
}

static void
its_timeout_cares_for_no_clock(void **state)
{
	struct play *p = play_new("steps:\n- {id: w, wait: {" AN_HOUR_LATER
				  ", timeout: 30m}}\n");

	(void)state;
	play_skew = -1800000;
	play_pass(p, 1799000);
	expect_state(p, "w", "waiting");
	play_pass(p, 2000);
	expect_state(p, "w", "failed");
	play_skew = 0;
	play_free(p);
}

static void
a_length_of_time_cares_for_no_clock(void **state)
{
	struct play *p = play_new("steps:\n- {id: w, wait: {for: 1h}}\n");

	(void)state;
	play_skew = 7200000;
	play_pass(p, 3599000);
	expect_state(p, "w", "waiting");
	play_skew = -7200000;
	play_pass(p, 2000);
	expect_run(p, "succeeded");
	play_skew = 0;
	play_free(p);
}

static void
a_wait_for_nothing_that_can_be_named_fails(void **state)
{
	struct play *p =
		play_new("params: {j: {type: json, default: {}}}\n"
			 "on_failure: continue\nsteps:\n"
			 "- {id: f, wait: {file: \"${{ params.j.path }}\"}}\n"
			 "- {id: u, wait: {until: \"${{ params.j.time }}\"}}\n"
			 "- {id: n, wait: {until: \"${{ 'soon' }}\"}}\n");

	(void)state;
	expect_state(p, "f", "failed");
	expect_state(p, "u", "failed");
	expect_state(p, "n", "failed");
	expect_run(p, "failed");
	play_free(p);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_moment_comes_when_the_clock_says_so),
		cmocka_unit_test(a_clock_set_forward_makes_it_come_sooner),
		cmocka_unit_test(a_clock_set_back_makes_it_come_later),
		cmocka_unit_test(its_timeout_cares_for_no_clock),
		cmocka_unit_test(a_length_of_time_cares_for_no_clock),
		cmocka_unit_test(a_wait_for_nothing_that_can_be_named_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
