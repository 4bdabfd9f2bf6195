/* The live run: joins, retries, policies, groups, rollback, requests.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "play.h"

static void
a_chain_runs_one_step_after_the_other(void **state)
{
	struct play *p = play_new("steps:\n"
				  "- {id: a, run: 'true'}\n"
				  "- {id: b, needs: [a], run: 'true'}\n");

	(void)state;
	expect_started(p, "a ");
	expect_state(p, "b", "pending");
	play_end(p, "a", 0);
	expect_started(p, "a b ");
	play_end(p, "b", 0);
	expect_run(p, "succeeded");
	assert_true(run_is_over(p->r));
	play_free(p);
}

static void
max_parallel_limits_what_runs_at_once(void **state)
{
	struct play *p = play_new("max_parallel: 2\nsteps:\n"
				  "- {id: a, run: 'true'}\n"
				  "- {id: b, run: 'true'}\n"
				  "- {id: c, run: 'true'}\n");

	(void)state;
	expect_started(p, "a b ");
	expect_state(p, "c", "ready");
	play_end(p, "b", 0);
	expect_started(p, "a b c ");
	play_free(p);
}

static void
priority_goes_first_then_the_longest_path(void **state)
{
	struct play *p = play_new("max_parallel: 1\nsteps:\n"
				  "- {id: short, run: 'true'}\n"
				  "- {id: long, run: 'true'}\n"
				  "- {id: after, needs: [long], run: 'true'}\n"
				  "- {id: vip, priority: 5, run: 'true'}\n");

	(void)state;
	play_end(p, "vip", 0);
	play_end(p, "long", 0);
	expect_started(p, "vip long short ");
	play_free(p);
}

static void
a_failure_stops_the_run_and_blocks_what_follows(void **state)
{
	struct play *p = play_new("max_parallel: 1\nsteps:\n"
				  "- {id: a, run: 'true'}\n"
				  "- {id: b, needs: [a], run: 'true'}\n"
				  "- {id: c, run: 'true'}\n");

	(void)state;
	play_end(p, "a", 3);
	expect_state(p, "a", "failed");
	expect_state(p, "b", "pending");
	expect_state(p, "c", "pending");
	expect_run(p, "failed");
	assert_int_equal(p->r->row.cause, CAUSE_EXIT);
	play_free(p);
}

static void
continue_runs_what_does_not_depend_on_the_failure(void **state)
{
	struct play *p = play_new("max_parallel: 1\non_failure: continue\n"
				  "steps:\n"
				  "- {id: a, run: 'true'}\n"
				  "- {id: b, needs: [a], run: 'true'}\n"
				  "- {id: c, run: 'true'}\n");

	(void)state;
	play_end(p, "a", 1);
	play_end(p, "c", 0);
	expect_state(p, "b", "pending");
	expect_run(p, "failed");
	play_free(p);
}

static void
a_retry_waits_for_its_delay_and_counts(void **state)
{
	struct play *p = play_new(
		"steps:\n- id: a\n  run: 'true'\n"
		"  retry: {limit: 2, delay: 10s, backoff: exponential}\n");

	(void)state;
	play_end(p, "a", 1);
	expect_state(p, "a", "retry_wait");
	play_pass(p, 9000);
	expect_state(p, "a", "retry_wait");
	play_pass(p, 1100);
	expect_state(p, "a", "running");
	play_end(p, "a", 1);
	play_pass(p, 19000);
	expect_state(p, "a", "retry_wait");
	play_pass(p, 2000);
	play_end(p, "a", 1);
	expect_state(p, "a", "failed");
	expect_run(p, "failed");
	play_free(p);
}

static void
an_exit_code_outside_retry_only_is_not_repeated(void **state)
{
	struct play *p = play_new("steps:\n- id: a\n  run: 'true'\n"
				  "  retry: {limit: 2, only: [75]}\n");

	(void)state;
	play_end(p, "a", 1);
	expect_state(p, "a", "failed");
	play_free(p);
}

static void
a_false_condition_skips_and_what_needs_only_it_is_skipped(void **state)
{
	struct play *p = play_new("params: {go: {type: bool, default: false}}\n"
				  "steps:\n"
				  "- {id: a, if: '1 > 2', run: 'true'}\n"
				  "- {id: b, needs: [a], run: 'true'}\n"
				  "- {id: c, run: 'true'}\n"
				  "- {id: d, needs: [b, c], run: 'true'}\n");

	(void)state;
	expect_state(p, "a", "skipped");
	expect_state(p, "b", "skipped");
	play_end(p, "c", 0);
	expect_state(p, "d", "running");
	play_end(p, "d", 0);
	expect_run(p, "succeeded");
	play_free(p);
}

static void
any_join_starts_at_the_first_success(void **state)
{
	struct play *p = play_new("steps:\n"
				  "- {id: a, run: 'true'}\n"
				  "- {id: b, run: 'true'}\n"
				  "- {id: c, needs: [a, b], join: any, "
				  "run: 'true'}\n");

	(void)state;
	play_end(p, "b", 0);
	expect_state(p, "c", "running");
	play_end(p, "c", 0);
	play_end(p, "a", 0);
	expect_started(p, "a b c ");
	expect_run(p, "succeeded");
	play_free(p);
}

static void
a_failed_join_runs_only_after_a_failure(void **state)
{
	static const char flow[] = "on_failure: continue\nsteps:\n"
				   "- {id: a, run: 'true'}\n"
				   "- {id: mail, needs: [a], join: failed, "
				   "run: 'true'}\n";
	struct play *p = play_new(flow);

	(void)state;
	play_end(p, "a", 1);
	expect_state(p, "mail", "running");
	play_end(p, "mail", 0);
	expect_run(p, "failed");
	play_free(p);
	p = play_new(flow);
	play_end(p, "a", 0);
	expect_state(p, "mail", "skipped");
	expect_run(p, "succeeded");
	play_free(p);
}

static void
an_ignored_failure_makes_the_run_partial(void **state)
{
	struct play *p = play_new("steps:\n"
				  "- {id: a, run: 'true', on_failure: ignore}\n"
				  "- {id: b, needs: [a], run: 'true'}\n");

	(void)state;
	play_end(p, "a", 1);
	expect_state(p, "b", "running");
	play_end(p, "b", 0);
	expect_run(p, "partial");
	play_free(p);
}

static void
a_fallback_stands_in_for_the_step_that_failed(void **state)
{
	struct play *p = play_new(
		"steps:\n"
		"- {id: a, run: 'true', on_failure: {fallback: plan_b}}\n"
		"- {id: plan_b, run: 'true'}\n"
		"- {id: c, needs: [a], run: 'true'}\n");

	(void)state;
	expect_started(p, "a ");
	play_end(p, "a", 1);
	expect_started(p, "a plan_b ");
	play_end(p, "plan_b", 0);
	expect_state(p, "c", "running");
	play_end(p, "c", 0);
	expect_run(p, "succeeded");
	play_free(p);
}

static void
an_unused_fallback_never_runs(void **state)
{
	struct play *p = play_new(
		"steps:\n"
		"- {id: a, run: 'true', on_failure: {fallback: plan_b}}\n"
		"- {id: plan_b, run: 'true'}\n");

	(void)state;
	play_end(p, "a", 0);
	expect_run(p, "succeeded");
	expect_started(p, "a ");
	play_free(p);
}

static void
foreach_makes_an_instance_for_each_item(void **state)
{
	struct play *p = play_new("max_parallel: 2\nsteps:\n"
				  "- id: each\n  foreach: [x, y, z]\n"
				  "  run: 'true'\n"
				  "- {id: b, needs: [each], run: 'true'}\n");

	(void)state;
	expect_started(p, "each[x] each[y] ");
	play_end(p, "each[x]", 0);
	expect_state(p, "each[z]", "running");
	play_end(p, "each[y]", 0);
	play_end(p, "each[z]", 0);
	expect_state(p, "each", "succeeded");
	expect_state(p, "b", "running");
	play_free(p);
}

static void
a_failed_item_fails_its_group_and_a_retry_runs_just_that(void **state)
{
	struct play *p = play_new("steps:\n- id: each\n  foreach: [x, y]\n"
				  "  run: 'true'\n");

	(void)state;
	play_end(p, "each[x]", 0);
	play_end(p, "each[y]", 1);
	expect_state(p, "each", "failed");
	expect_run(p, "failed");
	strbuf_clear(&p->started);
	play_ask(p, "retry", "{\"steps\":[]}");
	expect_started(p, "each[y] ");
	play_end(p, "each[y]", 0);
	expect_run(p, "succeeded");
	play_free(p);
}

static void
an_empty_foreach_succeeds_at_once(void **state)
{
	struct play *p = play_new("steps:\n- id: each\n  foreach: []\n"
				  "  run: 'true'\n");

	(void)state;
	expect_run(p, "succeeded");
	play_free(p);
}

static void
items_that_settle_at_once_do_not_pile_up(void **state)
{
	struct strbuf text = STRBUF_INIT;
	struct play *p;

	(void)state;
	strbuf_adds(&text, "steps:\n- id: each\n  if: item < 0\n"
			   "  run: 'true'\n  foreach: [0");
	for (int k = 1; k < 100000; k++)
		strbuf_addf(&text, ",%d", k);
	strbuf_adds(&text, "]\n");
	p = play_new(text.at);
	expect_state(p, "each[99999]", "skipped");
	expect_run(p, "succeeded");
	/* Nor do their rows, in one commit. */
	assert_true(p->r->row.revision > 20);
	play_free(p);
	strbuf_release(&text);
}

static void
a_check_that_succeeds_makes_the_step_reused(void **state)
{
	struct play *p = play_new("steps:\n"
				  "- {id: a, check: 'true', run: 'true'}\n"
				  "- {id: b, check: 'true', run: 'true'}\n");

	(void)state;
	expect_started(p, "a!check b!check ");
	play_end(p, "a", 0);
	expect_state(p, "a", "reused");
	play_end(p, "b", 1);
	expect_started(p, "a!check b!check b ");
	play_end(p, "b", 0);
	expect_run(p, "succeeded");
	play_free(p);
}

static void
locks_keep_two_steps_apart(void **state)
{
	struct play *p = play_new("max_parallel: 4\nsteps:\n"
				  "- {id: a, locks: [db], run: 'true'}\n"
				  "- {id: b, locks: [db], run: 'true'}\n"
				  "- {id: c, run: 'true'}\n");

	(void)state;
	expect_started(p, "a c ");
	play_end(p, "a", 0);
	expect_started(p, "a c b ");
	play_free(p);
}

static void
an_approval_waits_for_a_person(void **state)
{
	struct play *p = play_new("steps:\n"
				  "- {id: ok, approval: {prompt: 'Go?'}}\n"
				  "- {id: b, needs: [ok], run: 'true'}\n");

	(void)state;
	expect_state(p, "ok", "waiting");
	expect_run(p, "waiting");
	assert_true(run_is_over(p->r));
	play_ask(p, "approve", "{\"steps\":[\"ok\"]}");
	expect_state(p, "ok", "succeeded");
	expect_state(p, "b", "running");
	play_free(p);
}

static void
a_rejected_approval_fails(void **state)
{
	struct play *p = play_new("steps:\n"
				  "- {id: ok, approval: {prompt: 'Go?'}}\n");

	(void)state;
	play_ask(p, "reject", "{\"steps\":[\"ok\"]}");
	expect_state(p, "ok", "failed");
	assert_int_equal(run_inst(p->r, 0)->cause, CAUSE_REJECTED);
	expect_run(p, "failed");
	play_free(p);
}

static void
a_wait_ends_with_its_time(void **state)
{
	struct play *p = play_new("steps:\n- {id: nap, wait: {for: 10m}}\n");

	(void)state;
	expect_run(p, "running");
	assert_false(run_is_over(p->r));
	play_pass(p, 599000);
	expect_state(p, "nap", "waiting");
	play_pass(p, 2000);
	expect_run(p, "succeeded");
	play_free(p);
}

static void
a_signal_that_came_early_is_kept(void **state)
{
	struct play *p = play_new("steps:\n- {id: a, run: 'true'}\n"
				  "- {id: s, needs: [a], "
				  "wait: {signal: go}}\n");

	(void)state;
	play_ask(p, "signal", "{\"target\":\"go\",\"settings\":{\"n\":\"1\"}}");
	play_end(p, "a", 0);
	expect_state(p, "s", "succeeded");
	expect_run(p, "succeeded");
	play_free(p);
}

static const char undo_flow[] =
	"max_parallel: 1\non_failure: rollback\nsteps:\n"
	"- {id: a, run: 'true', undo: 'true'}\n"
	"- {id: b, needs: [a], run: 'true', undo: 'true'}\n"
	"- {id: c, needs: [b], run: 'true'}\n";

static void
a_failure_rolls_back_in_reverse_order(void **state)
{
	struct play *p = play_new(undo_flow);

	(void)state;
	play_end(p, "a", 0);
	play_end(p, "b", 0);
	play_end(p, "c", 1);
	expect_run(p, "rolling_back");
	expect_started(p, "a b c b!undo ");
	play_end(p, "b", 0);
	play_end(p, "a", 0);
	expect_started(p, "a b c b!undo a!undo ");
	expect_state(p, "a", "undone");
	expect_state(p, "c", "failed");
	expect_run(p, "rolled_back");
	play_free(p);
}

static void
an_undo_that_fails_stops_the_rollback_until_it_is_accepted(void **state)
{
	struct play *p = play_new(undo_flow);

	(void)state;
	play_end(p, "a", 0);
	play_end(p, "b", 0);
	play_end(p, "c", 1);
	play_end(p, "b", 1);
	expect_state(p, "b", "undo_failed");
	expect_run(p, "rollback_failed");
	play_ask(p, "mark", "{\"steps\":[\"b\"],\"target\":\"succeeded\"}");
	expect_state(p, "b", "undone");
	play_end(p, "a", 0);
	expect_run(p, "rolled_back");
	play_free(p);
}

static void
resume_after_a_rollback_runs_again(void **state)
{
	struct play *p = play_new(undo_flow);

	(void)state;
	play_end(p, "a", 0);
	play_end(p, "b", 1);
	play_end(p, "b", 0);
	play_end(p, "a", 0);
	expect_run(p, "rolled_back");
	strbuf_clear(&p->started);
	play_ask(p, "resume", "{}");
	play_end(p, "a", 0);
	play_end(p, "b", 0);
	play_end(p, "c", 0);
	expect_started(p, "a b c ");
	expect_run(p, "succeeded");
	play_free(p);
}

static void
a_skip_lets_the_followers_run(void **state)
{
	struct play *p = play_new("steps:\n- {id: a, run: 'true'}\n"
				  "- {id: b, needs: [a], run: 'true'}\n");

	(void)state;
	play_end(p, "a", 1);
	expect_run(p, "failed");
	play_ask(p, "skip", "{\"steps\":[\"a\"]}");
	play_ask(p, "resume", "{}");
	expect_state(p, "a", "skipped");
	expect_state(p, "b", "running");
	play_free(p);
}

static void
cancel_kills_and_ends_cancelled(void **state)
{
	struct play *p = play_new("max_parallel: 1\nsteps:\n"
				  "- {id: a, run: 'true'}\n"
				  "- {id: b, run: 'true'}\n");

	(void)state;
	play_ask(p, "cancel", "{}");
	expect_state(p, "b", "cancelled");
	play_end_as(p, "a", 0, WARDEN_KILL_CANCEL);
	expect_state(p, "a", "cancelled");
	expect_run(p, "cancelled");
	play_free(p);
}

static void
pause_starts_nothing_new(void **state)
{
	struct play *p = play_new("steps:\n- {id: a, run: 'true'}\n"
				  "- {id: b, needs: [a], run: 'true'}\n");

	(void)state;
	play_ask(p, "pause", "{}");
	play_end(p, "a", 0);
	expect_started(p, "a ");
	expect_run(p, "paused");
	assert_true(run_is_over(p->r));
	play_ask(p, "continue", "{}");
	expect_started(p, "a b ");
	play_free(p);
}

static void
finally_runs_whatever_happened(void **state)
{
	struct play *p = play_new("steps:\n- {id: a, run: 'true'}\n"
				  "finally:\n- {id: tidy, run: 'true'}\n");

	(void)state;
	play_end(p, "a", 1);
	expect_state(p, "tidy", "running");
	play_end(p, "tidy", 0);
	expect_run(p, "failed");
	play_free(p);
}

static void
only_runs_the_chosen_step_whatever_it_needs(void **state)
{
	struct play *p = play_with("steps:\n- {id: a, run: 'true'}\n"
				   "- {id: b, needs: [a], run: 'true'}\n"
				   "- {id: c, needs: [b], run: 'true'}\n",
				   "{}", "{\"only\":[\"b\"]}");

	(void)state;
	expect_started(p, "b ");
	play_end(p, "b", 0);
	expect_run(p, "succeeded");
	play_free(p);
}

static void
a_timeout_is_a_cause_of_its_own(void **state)
{
	struct play *p = play_new("steps:\n- {id: a, run: 'true'}\n");

	(void)state;
	play_end_as(p, "a", 0, WARDEN_KILL_TIMEOUT);
	expect_state(p, "a", "failed");
	assert_int_equal(run_inst(p->r, 0)->cause, CAUSE_TIMEOUT);
	play_free(p);
}

static void
the_same_ending_told_twice_counts_once(void **state)
{
	struct play *p = play_new("steps:\n- {id: a, run: 'true'}\n"
				  "- {id: b, run: 'true'}\n");
	struct warden_news news = {.kind = WARDEN_ENDED,
				   .attempt = play_flight(p, "a")->attempt};

	(void)state;
	run_ended(p->r, &news);
	run_ended(p->r, &news);
	play_turn(p);
	expect_run(p, "running");
	play_end(p, "b", 0);
	expect_run(p, "succeeded");
	play_free(p);
}

static void
the_deadline_kills_and_fails_the_run(void **state)
{
	struct play *p = play_new("deadline: 1m\nsteps:\n"
				  "- {id: a, run: 'true'}\n"
				  "- {id: b, needs: [a], run: 'true'}\n");

	(void)state;
	play_pass(p, 61000);
	play_end_as(p, "a", 0, WARDEN_KILL_DEADLINE);
	expect_state(p, "a", "failed");
	expect_run(p, "failed");
	assert_int_equal(p->r->row.cause, CAUSE_DEADLINE);
	play_free(p);
}

static void
repeat_goes_on_until_its_rounds_are_spent(void **state)
{
	struct play *p = play_new("steps:\n- id: poll\n  run: 'true'\n"
				  "  repeat: {until: '1 > 2', limit: 3, "
				  "every: 5s}\n");

	(void)state;
	play_end(p, "poll", 0);
	expect_state(p, "poll", "retry_wait");
	play_pass(p, 5000);
	play_end(p, "poll", 0);
	play_pass(p, 5000);
	play_end(p, "poll", 0);
	expect_state(p, "poll", "failed");
	assert_int_equal(run_inst(p->r, 0)->cause, CAUSE_ENSURE);
	expect_started(p, "poll poll poll ");
	play_free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_chain_runs_one_step_after_the_other),
		cmocka_unit_test(max_parallel_limits_what_runs_at_once),
		cmocka_unit_test(priority_goes_first_then_the_longest_path),
		cmocka_unit_test(
			a_failure_stops_the_run_and_blocks_what_follows),
		cmocka_unit_test(
			continue_runs_what_does_not_depend_on_the_failure),
		cmocka_unit_test(a_retry_waits_for_its_delay_and_counts),
		cmocka_unit_test(
			an_exit_code_outside_retry_only_is_not_repeated),
		cmocka_unit_test(
			a_false_condition_skips_and_what_needs_only_it_is_skipped),
		cmocka_unit_test(any_join_starts_at_the_first_success),
		cmocka_unit_test(a_failed_join_runs_only_after_a_failure),
		cmocka_unit_test(an_ignored_failure_makes_the_run_partial),
		cmocka_unit_test(a_fallback_stands_in_for_the_step_that_failed),
		cmocka_unit_test(an_unused_fallback_never_runs),
		cmocka_unit_test(foreach_makes_an_instance_for_each_item),
		cmocka_unit_test(
			a_failed_item_fails_its_group_and_a_retry_runs_just_that),
		cmocka_unit_test(an_empty_foreach_succeeds_at_once),
		cmocka_unit_test(items_that_settle_at_once_do_not_pile_up),
		cmocka_unit_test(a_check_that_succeeds_makes_the_step_reused),
		cmocka_unit_test(locks_keep_two_steps_apart),
		cmocka_unit_test(an_approval_waits_for_a_person),
		cmocka_unit_test(a_rejected_approval_fails),
		cmocka_unit_test(a_wait_ends_with_its_time),
		cmocka_unit_test(a_signal_that_came_early_is_kept),
		cmocka_unit_test(a_failure_rolls_back_in_reverse_order),
		cmocka_unit_test(
			an_undo_that_fails_stops_the_rollback_until_it_is_accepted),
		cmocka_unit_test(resume_after_a_rollback_runs_again),
		cmocka_unit_test(a_skip_lets_the_followers_run),
		cmocka_unit_test(cancel_kills_and_ends_cancelled),
		cmocka_unit_test(pause_starts_nothing_new),
		cmocka_unit_test(finally_runs_whatever_happened),
		cmocka_unit_test(only_runs_the_chosen_step_whatever_it_needs),
		cmocka_unit_test(a_timeout_is_a_cause_of_its_own),
		cmocka_unit_test(the_same_ending_told_twice_counts_once),
		cmocka_unit_test(the_deadline_kills_and_fails_the_run),
		cmocka_unit_test(repeat_goes_on_until_its_rounds_are_spent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
