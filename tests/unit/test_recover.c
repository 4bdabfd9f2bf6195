/* What an engine must not forget when it dies: each test asks for something
 * and looks whether it still comes about.  Played as it is, it describes the
 * live engine; test_recover_late.c and _early.c kill it after each commit.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "play.h"

#include "engine/run/recover.h"

static size_t
flying(const struct play *p, const char *path)
{
	uint32_t ix = run_find(p->r, path);
	size_t n = 0;

	vec_each (&p->r->flights, struct flight, f)
		n += f->ix == ix;
	return n;
}

static void
a_stop_of_one_step_is_not_forgotten(void **state)
{
	struct play *p = play_new("on_failure: continue\nsteps:\n"
				  "- {id: a, run: 'true'}\n"
				  "- {id: b, run: 'true'}\n");

	(void)state;
	play_ask(p, "cancel", "{\"steps\":[\"a\"]}");
	play_end(p, "b", 0);
	play_end_as(p, "a", 143, WARDEN_KILL_CANCEL);
	expect_state(p, "a", "cancelled");
	play_free(p);
}

static void
a_kill_at_once_stays_one(void **state)
{
	struct play *p = play_new("steps:\n- {id: a, run: 'true'}\n");

	(void)state;
	play_ask(p, "cancel", "{\"now\":true}");
	assert_true(play_flight(p, "a")->killed_now);
	play_end_as(p, "a", 137, WARDEN_KILL_CANCEL);
	expect_run(p, "cancelled");
	play_free(p);
}

static void
what_was_to_be_stopped_before_it_began_does_not_begin(void **state)
{
	struct play *p = play_new("steps:\n- {id: a, run: 'true'}\n");
	struct warden_news never = {.kind = WARDEN_NOT_STARTED};

	(void)state;
	play_ask(p, "cancel", "{}");
	never.attempt = play_flight(p, "a")->attempt;
	recover_answer(p->r, &never);
	play_turn(p);
	assert_int_equal(flying(p, "a"), 0);
	expect_state(p, "a", "cancelled");
	expect_run(p, "cancelled");
	play_free(p);
}

static void
a_hook_is_stopped_with_its_run(void **state)
{
	struct play *p = play_new("hooks: {success: x}\n"
				  "steps:\n- {id: a, run: 'true'}\n");
	struct flight *f;

	(void)state;
	play_end(p, "a", 0);
	play_ask(p, "cancel", "{}");
	f = &p->r->flights.at[0];
	assert_int_equal(f->phase, PHASE_HOOK);
	assert_int_equal(f->killed_for, CAUSE_CANCELLED);
	play_free(p);
}

static void
an_item_that_fails_fast_stops_the_others(void **state)
{
	struct play *p = play_new(
		"steps:\n"
		"- {id: a, foreach: {items: '[1, 2]', fail_fast: true}, "
		"run: 'true'}\n");

	(void)state;
	play_end(p, "a[2]", 1);
	play_end_as(p, "a[1]", 143, WARDEN_KILL_CANCEL);
	expect_state(p, "a", "failed");
	expect_run(p, "failed");
	play_free(p);
}

static void
a_rollback_goes_no_further_than_it_was_told(void **state)
{
	struct play *p = play_new(
		"steps:\n"
		"- {id: a, run: 'true', undo: 'true', savepoint: here}\n"
		"- {id: b, needs: [a], run: 'true', undo: 'true'}\n"
		"- {id: c, needs: [b], run: 'true', undo: 'true'}\n");

	(void)state;
	play_end(p, "a", 0);
	play_end(p, "b", 0);
	play_ask(p, "rollback", "{\"target\":\"here\"}");
	play_end_as(p, "c", 143, WARDEN_KILL_CANCEL);
	play_end(p, "c", 0);
	play_end(p, "b", 0);
	expect_run(p, "rolled_back");
	expect_state(p, "a", "succeeded");
	expect_state(p, "b", "undone");
	play_free(p);
}

static void
a_policy_goes_no_further_than_it_says(void **state)
{
	struct play *p = play_new(
		"max_parallel: 2\non_failure: {rollback: start}\nsteps:\n"
		"- {id: a, run: 'true', undo: 'true', savepoint: here}\n"
		"- {id: b, needs: [a], run: 'true', undo: 'true'}\n"
		"- {id: c, needs: [a], run: 'true', undo: 'true'}\n");

	(void)state;
	play_end(p, "a", 0);
	play_end(p, "b", 1);
	play_end(p, "c", 0);
	play_end(p, "c", 0);
	play_end(p, "b", 0);
	expect_state(p, "a", "undoing");
	play_end(p, "a", 0);
	expect_run(p, "rolled_back");
	play_free(p);
}

static void
what_is_sent_back_begins_where_it_was_sent(void **state)
{
	struct play *p = play_new(
		"steps:\n"
		"- {id: a, run: 'true', undo: 'true'}\n"
		"- {id: b, needs: [a], run: 'true', undo: 'true'}\n"
		"- {id: ok, needs: [b], approval: {send_back: [b]}}\n");

	(void)state;
	play_pass(p, 1000);
	play_end(p, "a", 0);
	play_end(p, "b", 0);
	expect_state(p, "ok", "waiting");
	play_ask(p, "send-back", "{\"steps\":[\"ok\"],\"target\":\"b\"}");
	play_end(p, "b", 0);
	expect_state(p, "a", "succeeded");
	expect_state(p, "b", "running");
	play_end(p, "b", 0);
	expect_state(p, "ok", "waiting");
	play_free(p);
}

static void
nobody_decides_in_time_after_a_crash_too(void **state)
{
	struct play *p = play_new(
		"on_failure: {ask: {timeout: 1m, default: stop}}\nsteps:\n"
		"- {id: a, run: 'true'}\n");

	(void)state;
	play_end(p, "a", 1);
	expect_run(p, "waiting");
	assert_false(run_is_over(p->r));
	play_pass(p, 61000);
	expect_run(p, "failed");
	play_free(p);
}

static void
what_a_person_has_decided_is_not_decided_again(void **state)
{
	struct play *p = play_new(
		"on_failure: {ask: {timeout: 1m, default: stop}}\nsteps:\n"
		"- {id: a, run: 'true'}\n");

	(void)state;
	play_end(p, "a", 1);
	play_ask(p, "retry", "{\"steps\":[\"a\"]}");
	expect_state(p, "a", "running");
	play_pass(p, 61000);
	expect_state(p, "a", "running");
	play_end(p, "a", 0);
	expect_run(p, "succeeded");
	play_free(p);
}

/* One whose undo never came to an attempt has nothing else to be noted. */
static void
an_undo_that_is_to_be_tried_again_is_so_after_a_crash(void **state)
{
	struct play *p = play_new("steps:\n"
				  "- {id: a, run: 'true'}\n"
				  "- {id: b, run: 'true'}\n");
	uint32_t a = run_find(p->r, "a");

	(void)state;
	play_end(p, "a", 0);
	inst_more(run_inst(p->r, a))->undo_anew = 1;
	run_save(p->r, a);
	play_turn(p);
	assert_non_null(run_inst(p->r, a)->more);
	assert_int_equal(run_inst(p->r, a)->more->undo_anew, 1);
	play_free(p);
}

static void
a_retry_comes_in_its_time_whatever_the_wall_says(void **state)
{
	struct play *p = play_new("steps:\n"
				  "- {id: a, retry: {limit: 1, delay: 60s}, "
				  "run: 'true'}\n");

	(void)state;
	play_skew = 0;
	play_end(p, "a", 1);
	play_skew = 3600000;
	play_ask(p, "pause", "{}");
	play_ask(p, "continue", "{}");
	play_pass(p, 59000);
	expect_state(p, "a", "retry_wait");
	play_skew = -3600000;
	play_ask(p, "pause", "{}");
	play_ask(p, "continue", "{}");
	play_pass(p, 1000);
	expect_state(p, "a", "running");
	play_skew = 0;
	play_free(p);
}

static void
the_deadline_comes_in_its_time_whatever_the_wall_says(void **state)
{
	struct play *p = play_new("deadline: 60s\nsteps:\n"
				  "- {id: a, run: 'true'}\n");

	(void)state;
	play_skew = 3600000;
	play_ask(p, "pause", "{}");
	play_ask(p, "continue", "{}");
	play_pass(p, 59000);
	assert_int_equal(play_flight(p, "a")->killed_for, CAUSE_NONE);
	play_skew = -3600000;
	play_ask(p, "pause", "{}");
	play_ask(p, "continue", "{}");
	play_pass(p, 1000);
	assert_int_equal(play_flight(p, "a")->killed_for, CAUSE_DEADLINE);
	play_skew = 0;
	play_free(p);
}

static void
a_frozen_step_is_thawed_once_it_may_go_on(void **state)
{
	struct play *p = play_new("steps:\n- {id: a, run: 'true'}\n");

	(void)state;
	play_ask(p, "pause", "{\"steps\":[\"a\"]}");
	expect_arrived(p, "a", EFFECT_FREEZE);
	play_ask(p, "continue", "{\"steps\":[\"a\"]}");
	expect_arrived(p, "a", EFFECT_THAW);
	play_end(p, "a", 0);
	expect_run(p, "succeeded");
	play_free(p);
}

static void
an_undo_that_is_tried_again_is_tried_as_often_as_it_may(void **state)
{
	struct play *p =
		play_new("on_failure: rollback\nsteps:\n"
			 "- {id: a, run: 'true', "
			 "undo: {run: 'false', retry: {limit: 2, delay: 1s}}}\n"
			 "- {id: b, needs: [a], run: 'false'}\n");

	(void)state;
	play_end(p, "a", 0);
	play_end(p, "b", 1);
	for (int n = 0; n < 2; n++) {
		play_end(p, "a", 1);
		expect_state(p, "a", "undo_wait");
		play_pass(p, 2000);
		expect_state(p, "a", "undoing");
	}
	play_end(p, "a", 1);
	expect_state(p, "a", "undo_failed");
	expect_run(p, "rollback_failed");
	play_free(p);
}

static void
rounds_and_checks_are_counted_on(void **state)
{
	struct play *p =
		play_new("steps:\n"
			 "- {id: a, check: 'false', run: 'true', "
			 "repeat: {until: '1 > 2', every: 1s, limit: 3}}\n");

	(void)state;
	for (int n = 0; n < 3; n++) {
		play_end(p, "a", 1);
		play_end(p, "a", 0);
		play_pass(p, 1000);
	}
	expect_state(p, "a", "failed");
	expect_started(p, "a!check a a!check a a!check a ");
	play_free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stop_of_one_step_is_not_forgotten),
		cmocka_unit_test(a_kill_at_once_stays_one),
		cmocka_unit_test(
			what_was_to_be_stopped_before_it_began_does_not_begin),
		cmocka_unit_test(a_hook_is_stopped_with_its_run),
		cmocka_unit_test(an_item_that_fails_fast_stops_the_others),
		cmocka_unit_test(a_rollback_goes_no_further_than_it_was_told),
		cmocka_unit_test(a_policy_goes_no_further_than_it_says),
		cmocka_unit_test(what_is_sent_back_begins_where_it_was_sent),
		cmocka_unit_test(nobody_decides_in_time_after_a_crash_too),
		cmocka_unit_test(
			what_a_person_has_decided_is_not_decided_again),
		cmocka_unit_test(
			an_undo_that_is_to_be_tried_again_is_so_after_a_crash),
		cmocka_unit_test(
			a_retry_comes_in_its_time_whatever_the_wall_says),
		cmocka_unit_test(
			the_deadline_comes_in_its_time_whatever_the_wall_says),
		cmocka_unit_test(a_frozen_step_is_thawed_once_it_may_go_on),
		cmocka_unit_test(
			an_undo_that_is_tried_again_is_tried_as_often_as_it_may),
		cmocka_unit_test(rounds_and_checks_are_counted_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
