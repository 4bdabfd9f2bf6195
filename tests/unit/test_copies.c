/* Redundancy: copies of an attempt, the first success, the last failure.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "play.h"

static const char two[] = "steps:\n"
			  "- id: a\n  run: 'true'\n  idempotent: true\n"
			  "  redundancy: {copies: 2}\n"
			  "- {id: b, needs: [a], run: 'true'}\n";

/* The attempt with this number ends. */
static void
end_copy(struct play *p, uint32_t n, int code, enum warden_kill kill)
{
	struct warden_news news = {
		.kind = WARDEN_ENDED, .status = code << 8, .kill = kill};

	vec_each (&p->r->flights, struct flight, f)
		if (f->ix == 0 && f->n == n)
			news.attempt = f->attempt;
	assert_int_not_equal(news.attempt, 0);
	run_ended(p->r, &news);
	play_turn(p);
}

static void
the_first_success_wins_and_the_other_is_dropped(void **state)
{
	struct play *p = play_new(two);

	(void)state;
	expect_started(p, "a a ");
	end_copy(p, 2, 0, WARDEN_KILL_NONE);
	expect_state(p, "a", "succeeded");
	expect_started(p, "a a b ");
	assert_true(play_flight(p, "a")->dropped);
	end_copy(p, 1, 0, WARDEN_KILL_CANCEL);
	expect_state(p, "a", "succeeded");
	play_end(p, "b", 0);
	expect_run(p, "succeeded");
	play_free(p);
}

static void
copies_count_as_one_try(void **state)
{
	struct play *p = play_new(two);

	(void)state;
	assert_int_equal(run_inst(p->r, 0)->tries, 1);
	assert_int_equal(run_inst(p->r, 0)->nattempts, 2);
	play_free(p);
}

static void
only_the_last_failure_counts(void **state)
{
	struct play *p = play_new(two);

	(void)state;
	end_copy(p, 1, 3, WARDEN_KILL_NONE);
	expect_state(p, "a", "running");
	end_copy(p, 2, 0, WARDEN_KILL_TIMEOUT);
	expect_state(p, "a", "failed");
	assert_int_equal(run_inst(p->r, 0)->cause, CAUSE_TIMEOUT);
	expect_run(p, "failed");
	play_free(p);
}

static void
another_copy_begins_when_the_first_is_slow(void **state)
{
	struct play *p = play_new("steps:\n"
				  "- id: a\n  run: 'true'\n"
				  "  idempotent: true\n"
				  "  redundancy: {after: 30s, copies: 2}\n");

	(void)state;
	play_pass(p, 29000);
	expect_started(p, "a ");
	assert_int_equal(copies_next(p->r), clock_boot() + 1000);
	play_pass(p, 1000);
	expect_started(p, "a a ");
	play_pass(p, 100000);
	expect_started(p, "a a ");
	end_copy(p, 1, 0, WARDEN_KILL_NONE);
	expect_run(p, "succeeded");
	assert_false(run_is_over(p->r));
	end_copy(p, 2, 0, WARDEN_KILL_CANCEL);
	assert_true(run_is_over(p->r));
	play_free(p);
}

static void
a_cancel_stops_all_copies(void **state)
{
	struct play *p = play_new(two);

	(void)state;
	play_ask(p, "cancel", "{}");
	end_copy(p, 1, 0, WARDEN_KILL_CANCEL);
	expect_state(p, "a", "running");
	end_copy(p, 2, 0, WARDEN_KILL_CANCEL);
	expect_state(p, "a", "cancelled");
	expect_run(p, "cancelled");
	play_free(p);
}

static void
a_dropped_copy_does_not_end_the_next_round(void **state)
{
	struct play *p =
		play_new("steps:\n"
			 "- id: a\n  run: 'true'\n"
			 "  idempotent: true\n"
			 "  redundancy: {copies: 2}\n"
			 "  repeat: {until: '1 > 2', limit: 2, every: 0s}\n");

	(void)state;
	end_copy(p, 1, 0, WARDEN_KILL_NONE);
	play_pass(p, 10);
	expect_started(p, "a a a a ");
	end_copy(p, 2, 0, WARDEN_KILL_CANCEL);
	expect_state(p, "a", "running");
	end_copy(p, 3, 0, WARDEN_KILL_NONE);
	expect_run(p, "failed"); /* its two rounds are spent */
	play_free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			the_first_success_wins_and_the_other_is_dropped),
		cmocka_unit_test(copies_count_as_one_try),
		cmocka_unit_test(only_the_last_failure_counts),
		cmocka_unit_test(another_copy_begins_when_the_first_is_slow),
		cmocka_unit_test(a_cancel_stops_all_copies),
		cmocka_unit_test(a_dropped_copy_does_not_end_the_next_round),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
