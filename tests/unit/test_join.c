/* What a step's needs mean to it when it says which ends it accepts, and what
 * the last steps of a flow mean to each other.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "play.h"

static void
a_need_that_is_not_as_accepted_decides_by_itself(void **state)
{
	struct play *p = play_new(
		"on_failure: continue\nmax_parallel: 9\nsteps:\n"
		"- {id: good, run: 'true'}\n"
		"- {id: bad, run: 'true', on_failure: ignore}\n"
		"- {id: off, if: 'false'}\n"
		"- {id: handler, needs: [{id: good, accept: failed}]}\n"
		"- {id: both, needs: [good, {id: off, accept: succeeded}]}\n"
		"- {id: last, join: done, needs: [good, {id: off, accept: "
		"succeeded}]}\n"
		"- {id: any, join: any, needs: [off, {id: good, accept: "
		"failed}]}\n"
		"- {id: ignored, needs: [{id: bad, accept: succeeded}]}\n");

	(void)state;
	play_end(p, "good", 0);
	play_end(p, "bad", 1);
	expect_state(p, "handler", "skipped");
	expect_state(p, "both", "skipped");
	expect_state(p, "last", "skipped");
	expect_state(p, "any", "skipped");
	expect_state(p, "ignored", "succeeded");
	expect_run(p, "partial");
	play_free(p);
}

static void
a_need_that_failed_unaccepted_blocks_every_join(void **state)
{
	struct play *p =
		play_new("on_failure: continue\nmax_parallel: 9\nsteps:\n"
			 "- {id: a, run: 'true', check: 'true'}\n"
			 "- {id: b, run: 'true'}\n"
			 "- {id: ok, needs: [{id: a, accept: succeeded}]}\n"
			 "- {id: done, join: done, needs: [a, {id: b, accept: "
			 "succeeded}]}\n");

	(void)state;
	play_end(p, "a", 0);
	play_end(p, "b", 1);
	expect_state(p, "a", "reused");
	expect_state(p, "ok", "succeeded");
	expect_state(p, "done", "pending");
	expect_run(p, "failed");
	play_ask(p, "retry", "{}");
	play_end(p, "b", 0);
	expect_state(p, "done", "succeeded");
	expect_run(p, "succeeded");
	play_free(p);
}

static void
no_last_step_keeps_another_from_running(void **state)
{
	struct play *p = play_new("max_parallel: 1\nfinally:\n"
				  "- {id: f, run: 'true'}\n"
				  "- {id: g, run: 'true'}\n"
				  "steps:\n- {id: a, run: 'true'}\n");

	(void)state;
	play_end(p, "a", 0);
	play_end(p, "f", 1);
	play_end(p, "g", 0);
	expect_run(p, "failed");
	play_free(p);
}

static void
a_last_step_is_tried_again_although_the_run_has_failed(void **state)
{
	struct play *p = play_new("finally: [{id: f, run: 'true', retry: 1}]\n"
				  "steps: [{id: a, run: 'true'}]\n");

	(void)state;
	play_end(p, "a", 1);
	play_end(p, "f", 1);
	play_pass(p, 0);
	play_end(p, "f", 0);
	expect_state(p, "f", "succeeded");
	expect_run(p, "failed");
	play_free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_last_step_keeps_another_from_running),
		cmocka_unit_test(
			a_last_step_is_tried_again_although_the_run_has_failed),
		cmocka_unit_test(
			a_need_that_is_not_as_accepted_decides_by_itself),
		cmocka_unit_test(
			a_need_that_failed_unaccepted_blocks_every_join),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
