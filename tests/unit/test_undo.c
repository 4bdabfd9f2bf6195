/* Rolling back: what is undone, in which order, and what comes in between.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "play.h"

#include "engine/run/outcome.h"

static void
ask_step(struct play *p, const char *verb, const char *path, const char *target)
{
	char body[200];

	snprintf(body, sizeof(body),
		 "{\"steps\":[\"%s\"],\"target\":\"%s\",\"reason\":\"why\"}",
		 path, target);
	play_ask(p, verb, body);
}

static void
a_lost_step_tried_again_changes_no_policy(void **state)
{
	struct play *p =
		play_new("max_parallel: 2\non_failure: rollback\nsteps:\n"
			 "- {id: a, run: 'true', undo: 'true'}\n"
			 "- {id: b, run: 'true', undo: 'true'}\n");

	(void)state;
	outcome_unknown(p->r, play_flight(p, "a")->attempt, "both were gone");
	play_turn(p);
	play_end(p, "b", 1);
	expect_run(p, "waiting");
	ask_step(p, "retry", "a", "");
	expect_state(p, "a", "running");
	play_end(p, "a", 0);
	expect_run(p, "rolling_back");
	play_end(p, "a", 0);
	play_end(p, "b", 0);
	expect_run(p, "rolled_back");
	play_free(p);
}

static void
back_to_a_step_is_a_matter_of_order_and_not_of_time(void **state)
{
	struct play *p = play_new("order: chain\nsteps:\n"
				  "- {id: a, run: 'true', undo: 'true'}\n"
				  "- {id: b, run: 'true', undo: 'true'}\n"
				  "- {id: c, run: 'true', undo: 'true'}\n");

	(void)state;
	/* All within one millisecond, and then back an hour. */
	play_end(p, "a", 0);
	play_skew = -3600000;
	play_end(p, "b", 0);
	play_end(p, "c", 0);
	expect_run(p, "succeeded");
	strbuf_clear(&p->started);
	play_ask(p, "rollback", "{\"target\":\"b\"}");
	play_end(p, "c", 0);
	play_end(p, "b", 0);
	expect_started(p, "c!undo b!undo ");
	expect_state(p, "a", "succeeded");
	expect_run(p, "rolled_back");
	play_skew = 0;
	play_free(p);
}

static void
what_waited_to_be_tried_again_ended_before_what_failed_since(void **state)
{
	struct play *p = play_new(
		"max_parallel: 1\non_failure: rollback\nsteps:\n"
		"- {id: a, run: 'true', undo: 'true', retry: {limit: 1, delay: "
		"1h}}\n"
		"- {id: b, run: 'true', undo: 'true'}\n");

	(void)state;
	play_end(p, "a", 3);
	expect_state(p, "a", "retry_wait");
	strbuf_clear(&p->started);
	play_end_as(p, "b", 0, WARDEN_KILL_TIMEOUT);
	play_end(p, "b", 0);
	play_end(p, "a", 0);
	expect_started(p, "b!undo a!undo ");
	expect_run(p, "rolled_back");
	play_free(p);
}

static void
a_run_fails_of_what_failed_and_not_of_what_waited(void **state)
{
	struct play *p = play_new(
		"max_parallel: 1\nsteps:\n"
		"- {id: a, run: 'true', retry: {limit: 1, delay: 1h}}\n"
		"- {id: b, run: 'true'}\n");

	(void)state;
	play_end(p, "a", 3);
	play_end_as(p, "b", 0, WARDEN_KILL_TIMEOUT);
	expect_state(p, "a", "failed");
	expect_run(p, "failed");
	assert_int_equal(p->r->row.cause, CAUSE_TIMEOUT);
	play_free(p);
}

static void
side_by_side_goes_what_does_not_depend_on_each_other(void **state)
{
	struct play *p = play_new(
		"max_parallel: 9\nrollback: {max_parallel: 3}\nsteps:\n"
		"- {id: a, run: 'true', undo: 'true'}\n"
		"- {id: each, needs: [a], foreach: [x, y], run: 'true', "
		"undo: 'true'}\n"
		"- {id: b, needs: [a], run: 'true', undo: 'true'}\n"
		"- {id: c, needs: [b], run: 'true', undo: 'true'}\n");

	(void)state;
	play_end(p, "a", 0);
	play_end(p, "b", 0);
	play_end(p, "each[x]", 0);
	play_end(p, "each[y]", 0);
	play_end(p, "c", 0);
	strbuf_clear(&p->started);
	play_ask(p, "rollback", "{}");
	expect_started(p, "c!undo each[y]!undo each[x]!undo ");
	play_end(p, "each[x]", 0);
	play_end(p, "c", 0);
	expect_state(p, "b", "undoing");
	play_end(p, "b", 0);
	expect_state(p, "a", "succeeded");
	play_end(p, "each[y]", 0);
	expect_state(p, "a", "undoing");
	play_end(p, "a", 0);
	expect_run(p, "rolled_back");
	play_free(p);
}

static void
one_undo_after_the_other_is_the_default(void **state)
{
	struct play *p = play_new("max_parallel: 9\nsteps:\n"
				  "- {id: a, run: 'true', undo: 'true'}\n"
				  "- {id: b, run: 'true', undo: 'true'}\n");

	(void)state;
	play_end(p, "b", 0);
	play_end(p, "a", 0);
	strbuf_clear(&p->started);
	play_ask(p, "rollback", "{}");
	expect_started(p, "a!undo ");
	play_end(p, "a", 0);
	expect_started(p, "a!undo b!undo ");
	play_end(p, "b", 0);
	expect_run(p, "rolled_back");
	play_free(p);
}

static void
a_failed_undo_can_be_retried_or_accepted_and_the_rest_follows(void **state)
{
	struct play *p = play_new("order: chain\nsteps:\n"
				  "- {id: a, run: 'true', undo: 'true'}\n"
				  "- {id: b, run: 'true', undo: 'true'}\n"
				  "- {id: c, run: 'true', undo: 'true'}\n");

	(void)state;
	play_end(p, "a", 0);
	play_end(p, "b", 0);
	play_end(p, "c", 0);
	play_ask(p, "rollback", "{}");
	play_end(p, "c", 1);
	expect_run(p, "rollback_failed");
	expect_state(p, "b", "succeeded");
	ask_step(p, "retry", "c", "");
	play_end(p, "c", 0);
	play_end(p, "b", 1);
	expect_run(p, "rollback_failed");
	ask_step(p, "mark", "b", "succeeded");
	expect_state(p, "b", "undone");
	play_end(p, "a", 0);
	expect_run(p, "rolled_back");
	play_free(p);
}

static void
undos_that_fail_may_be_left_behind(void **state)
{
	struct play *p =
		play_new("order: chain\n"
			 "rollback: {on_undo_failure: continue}\nsteps:\n"
			 "- {id: a, run: 'true', undo: 'true'}\n"
			 "- {id: b, run: 'true', undo: 'true'}\n");

	(void)state;
	play_end(p, "a", 0);
	play_end(p, "b", 0);
	play_ask(p, "rollback", "{}");
	play_end(p, "b", 1);
	expect_state(p, "a", "undoing");
	play_end(p, "a", 0);
	expect_run(p, "rollback_failed");
	ask_step(p, "mark", "b", "succeeded");
	expect_run(p, "rolled_back");
	play_free(p);
}

static void
a_busy_run_is_rolled_back_past_an_undo_that_failed(void **state)
{
	struct play *p = play_new("max_parallel: 2\nsteps:\n"
				  "- {id: a, run: 'true', undo: 'true'}\n"
				  "- {id: b, run: 'true'}\n");

	(void)state;
	play_end(p, "a", 0);
	play_end(p, "b", 1);
	play_ask(p, "rollback", "{}");
	play_end(p, "a", 1);
	expect_run(p, "rollback_failed");
	ask_step(p, "retry", "b", "");
	expect_state(p, "b", "running");
	play_ask(p, "rollback", "{}");
	play_end(p, "b", 1);
	expect_state(p, "a", "undoing");
	play_end(p, "a", 0);
	expect_run(p, "rolled_back");
	play_free(p);
}

static void
a_try_that_was_the_last_counts_from_its_end(void **state)
{
	struct play *p =
		play_new("max_parallel: 1\non_failure: rollback\nsteps:\n"
			 "- {id: a, run: 'true', undo: 'true', retry: 1}\n"
			 "- {id: b, run: 'true', undo: 'true', priority: -1}\n"
			 "- {id: c, needs: [b], run: 'true', undo: 'true'}\n");

	(void)state;
	play_end(p, "a", 1);
	expect_state(p, "b", "running");
	play_pass(p, 3600000);
	expect_state(p, "a", "ready");
	strbuf_clear(&p->started);
	play_end(p, "b", 1);
	play_end(p, "b", 0);
	play_end(p, "a", 0);
	expect_started(p, "b!undo a!undo ");
	expect_run(p, "rolled_back");
	play_free(p);
}

static void
a_pause_holds_the_next_undo(void **state)
{
	struct play *p = play_new("order: chain\nsteps:\n"
				  "- {id: a, run: 'true', undo: 'true'}\n"
				  "- {id: b, run: 'true', undo: 'true'}\n");

	(void)state;
	play_end(p, "a", 0);
	play_end(p, "b", 0);
	play_ask(p, "rollback", "{}");
	play_ask(p, "pause", "{}");
	play_end(p, "b", 0);
	expect_run(p, "paused");
	expect_state(p, "a", "succeeded");
	play_ask(p, "continue", "{}");
	play_end(p, "a", 0);
	expect_run(p, "rolled_back");
	play_free(p);
}

static void
what_has_nothing_to_undo_stays_as_it_is(void **state)
{
	struct play *p = play_new("order: chain\nsteps:\n"
				  "- {id: a, run: 'true', undo: 'true'}\n"
				  "- {id: none, foreach: [x], run: 'true'}\n"
				  "- {id: each, foreach: [x], run: 'true', "
				  "undo: 'true'}\n");

	(void)state;
	play_end(p, "a", 0);
	play_end(p, "none[x]", 0);
	play_end(p, "each[x]", 0);
	play_ask(p, "rollback", "{}");
	play_end(p, "each[x]", 0);
	play_end(p, "a", 0);
	expect_run(p, "rolled_back");
	expect_state(p, "a", "undone");
	expect_state(p, "none", "succeeded");
	expect_state(p, "none[x]", "succeeded");
	expect_state(p, "each", "undone");
	play_free(p);
}

static void
what_runs_no_command_is_undone_too(void **state)
{
	struct play *p = play_new(
		"order: chain\nsteps:\n"
		"- {id: off, if: 'false', undo: 'true'}\n"
		"- {id: done, join: done, undo: 'true'}\n"
		"- {id: ok, approval: {prompt: 'Go?'}, undo: 'true'}\n");

	(void)state;
	play_ask(p, "approve", "{\"steps\":[\"ok\"]}");
	expect_run(p, "succeeded");
	play_ask(p, "rollback", "{}");
	play_end(p, "ok", 0);
	play_end(p, "done", 0);
	expect_started(p, "ok!undo done!undo ");
	expect_state(p, "off", "skipped");
	expect_run(p, "rolled_back");
	play_free(p);
}

static void
no_rollback_passes_an_irreversible_milestone(void **state)
{
	struct play *p = play_new("order: chain\nsteps:\n"
				  "- {id: a, run: 'true', undo: 'true'}\n"
				  "- {id: public, irreversible: true}\n");

	(void)state;
	play_end(p, "a", 0);
	expect_run(p, "succeeded");
	play_ask(p, "rollback", "{}");
	expect_run(p, "succeeded");
	play_free(p);
}

static void
finally_runs_after_each_rollback(void **state)
{
	struct play *p = play_new("finally: [{id: fin, run: 'true'}]\nsteps:\n"
				  "- {id: a, run: 'true', undo: 'true'}\n");

	(void)state;
	play_end(p, "a", 0);
	play_end(p, "fin", 0);
	expect_run(p, "succeeded");
	strbuf_clear(&p->started);
	play_ask(p, "rollback", "{}");
	play_end(p, "a", 0);
	play_end(p, "fin", 0);
	expect_started(p, "a!undo fin ");
	expect_run(p, "rolled_back");
	play_free(p);
}

static void
what_was_undone_is_done_again_before_what_follows_what_stayed(void **state)
{
	struct play *p =
		play_new("order: chain\nsteps:\n"
			 "- {id: a, foreach: [x], run: 'true', undo: 'true'}\n"
			 "- {id: b, run: 'true'}\n"
			 "- {id: c, run: 'true', undo: 'true'}\n");

	(void)state;
	play_end(p, "a[x]", 0);
	play_end(p, "b", 0);
	play_end(p, "c", 1);
	play_ask(p, "rollback", "{}");
	play_end(p, "c", 0);
	play_end(p, "a[x]", 0);
	expect_run(p, "rolled_back");
	strbuf_clear(&p->started);
	play_ask(p, "resume", "{}");
	expect_started(p, "a[x] ");
	assert_int_equal(p->r->nundone, 3);
	play_end(p, "a[x]", 0);
	expect_started(p, "a[x] c ");
	play_end(p, "c", 0);
	expect_run(p, "succeeded");
	assert_int_equal(p->r->nundone, 0);
	play_free(p);
}

/* Is c run once more when a, which was undone, fails? */
static bool
goes_on_without(const char *key, const char *needs)
{
	char *flow = mem_printf("on_failure: continue\nsteps:\n"
				"- {id: a, run: 'true', undo: 'true'%s}\n"
				"- {id: b, needs: %s, run: 'true'}\n"
				"- {id: c, needs: [b], run: 'true', "
				"undo: 'true'}\n",
				key, needs);
	struct play *p = play_new(flow);
	bool runs;

	play_end(p, "a", 1);
	play_end(p, "b", 0);
	play_end(p, "c", 0);
	play_ask(p, "rollback", "{}");
	play_end(p, "c", 0);
	play_end(p, "a", 0);
	expect_run(p, "rolled_back");
	play_ask(p, "resume", "{}");
	expect_state(p, "c", "pending");
	play_end(p, "a", 1);
	runs = str_eq(play_state(p, "c"), "running");
	play_free(p);
	free(flow);
	return runs;
}

static void
a_failure_that_was_accepted_holds_nothing_back(void **state)
{
	(void)state;
	assert_true(goes_on_without(", on_failure: ignore", "[a]"));
	assert_true(goes_on_without("", "[{id: a, accept: [failed]}]"));
	assert_true(goes_on_without("", "[a], join: failed"));
	assert_true(goes_on_without("", "[a], join: done"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_lost_step_tried_again_changes_no_policy),
		cmocka_unit_test(
			back_to_a_step_is_a_matter_of_order_and_not_of_time),
		cmocka_unit_test(
			what_waited_to_be_tried_again_ended_before_what_failed_since),
		cmocka_unit_test(
			a_run_fails_of_what_failed_and_not_of_what_waited),
		cmocka_unit_test(
			side_by_side_goes_what_does_not_depend_on_each_other),
		cmocka_unit_test(one_undo_after_the_other_is_the_default),
		cmocka_unit_test(
			a_failed_undo_can_be_retried_or_accepted_and_the_rest_follows),
		cmocka_unit_test(undos_that_fail_may_be_left_behind),
		cmocka_unit_test(
			a_busy_run_is_rolled_back_past_an_undo_that_failed),
		cmocka_unit_test(a_try_that_was_the_last_counts_from_its_end),
		cmocka_unit_test(a_pause_holds_the_next_undo),
		cmocka_unit_test(what_has_nothing_to_undo_stays_as_it_is),
		cmocka_unit_test(finally_runs_after_each_rollback),
		cmocka_unit_test(
			what_was_undone_is_done_again_before_what_follows_what_stayed),
		cmocka_unit_test(
			a_failure_that_was_accepted_holds_nothing_back),
		cmocka_unit_test(what_runs_no_command_is_undone_too),
		cmocka_unit_test(no_rollback_passes_an_irreversible_milestone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
