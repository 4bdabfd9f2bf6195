/* Attempts handed over ahead of their time: they begin, are recalled, and
 * are found again, without a step running twice or being forgotten.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "claim_fixture.h"

static const char wide[] = "max_parallel: 1\n"
			   "steps:\n"
			   "  - { id: a, run: x }\n"
			   "  - { id: b, run: x }\n"
			   "  - { id: c, run: x }\n"
			   "  - { id: d, run: x }\n"
			   "  - { id: e, run: x }\n"
			   "  - { id: f, run: x }\n"
			   "  - { id: after, needs: [a], run: x }\n";

/* `a` is on its way. */
static struct play *
short_steps(void)
{
	return play_lasting(wide, "{}", 0);
}

static void
short_steps_are_claimed_but_not_begun(void **state)
{
	struct play *p = short_steps();

	(void)state;
	assert_true(is_claimed(p, "b"));
	/* As many as there are places: one. */
	assert_false(is_claimed(p, "f"));
	assert_string_equal(play_state(p, "b"), "ready");
	assert_string_equal(play_state(p, "after"), "pending");
	assert_false(is_claimed(p, "after"));
	play_free(p);
}

static void
long_steps_are_not(void **state)
{
	struct play *p = play_lasting(wide, "{}", 1000);

	(void)state;
	assert_false(is_claimed(p, "b"));
	play_free(p);
}

static void
a_claim_that_begins_is_an_attempt_like_others(void **state)
{
	struct play *p = short_steps();

	(void)state;
	play_end(p, "a", 0);
	begins(p, "b");
	assert_string_equal(play_state(p, "b"), "running");
	assert_int_equal(run_inst(p->r, run_find(p->r, "b"))->nattempts, 1);
	play_end(p, "b", 0);
	assert_string_equal(play_state(p, "b"), "succeeded");
	play_free(p);
}

static void
one_withdrawn_is_ready_and_starts_later(void **state)
{
	struct play *p = short_steps();

	(void)state;
	run_recall_claims(p->r);
	assert_int_equal(p->r->claims.n, 0);
	assert_string_equal(play_state(p, "b"), "ready");
	p->r->claims.recall = NULL; /* from now on without claims */
	play_end(p, "a", 0);
	assert_string_equal(play_state(p, "b"), "running");
	assert_int_equal(run_inst(p->r, run_find(p->r, "b"))->nattempts, 1);
	play_free(p);
}

static void
a_failure_recalls_them_first(void **state)
{
	struct play *p = short_steps();

	(void)state;
	play_end(p, "a", 1);
	assert_int_equal(p->r->claims.n, 0);
	assert_string_equal(play_state(p, "a"), "failed");
	assert_string_equal(play_state(p, "b"), "pending");
	assert_true(run_is_over(p->r));
	play_free(p);
}

/* What the warden says while it is asked to give them back. */
static void
begin_b_and_recall(void *arg)
{
	struct play *p = arg;
	struct warden_news news = {.kind = WARDEN_BEGUN,
				   .attempt = play_flight(p, "b")->attempt,
				   .begun = play_boot()};

	claim_begun(p->r, news.attempt, &news);
	recall_all(p);
}

static void
one_that_began_meanwhile_runs_to_its_end(void **state)
{
	struct play *p = short_steps();

	(void)state;
	p->r->claims.recall = begin_b_and_recall;
	play_end(p, "a", 1);
	assert_string_equal(play_state(p, "b"), "running");
	assert_string_equal(play_state(p, "c"), "pending");
	play_end(p, "b", 0);
	assert_string_equal(play_state(p, "b"), "succeeded");
	assert_string_equal(run_states[p->r->row.state].name, "failed");
	play_free(p);
}

static void
an_ending_says_that_it_began(void **state)
{
	struct play *p = short_steps();

	(void)state;
	play_end(p, "a", 0);
	play_end(p, "b", 0);
	assert_string_equal(play_state(p, "b"), "succeeded");
	play_free(p);
}

static void
a_cancel_leaves_none(void **state)
{
	struct play *p = short_steps();
	struct st_message m = {.id = 1,
			       .key = "k",
			       .verb = "cancel",
			       .body = "{}",
			       .actor = "me"};

	(void)state;
	request_apply(p->r, &m);
	play_turn(p);
	assert_int_equal(p->r->claims.n, 0);
	assert_string_equal(play_state(p, "b"), "cancelled");
	play_free(p);
}

/* An engine that has died recalled nothing: the next one hears of both. */
static void
what_began_after_a_failure_goes_on(void **state)
{
	struct play *p = short_steps();
	struct warden_news failed = {.kind = WARDEN_ENDED,
				     .attempt = play_flight(p, "a")->attempt,
				     .status = 1 << 8};

	(void)state;
	p->r->claims.recall = NULL;
	run_ended(p->r, &failed);
	begins(p, "b");
	assert_string_equal(play_state(p, "b"), "running");
	play_end(p, "b", 0);
	assert_string_equal(play_state(p, "b"), "succeeded");
	expect_run(p, "failed");
	play_free(p);
}

static void
what_began_after_it_was_cancelled_is_stopped(void **state)
{
	struct play *p = play_lasting("max_parallel: 1\n"
				      "steps:\n"
				      "  - { id: a, run: x, cancel: [b] }\n"
				      "  - { id: b, run: x, undo: y }\n",
				      "{}", 0);
	struct warden_news ended = {.kind = WARDEN_ENDED,
				    .attempt = play_flight(p, "a")->attempt};

	(void)state;
	p->r->claims.recall = NULL;
	run_ended(p->r, &ended);
	begins(p, "b");
	assert_string_equal(play_state(p, "b"), "cancelled");
	assert_true(play_flight(p, "b")->killed_for == CAUSE_CANCELLED);
	play_end(p, "b", 0);
	expect_run(p, "succeeded");
	/* Half its work may be done. */
	play_ask(p, "rollback", "{}");
	assert_string_equal(play_state(p, "b"), "undoing");
	play_free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(short_steps_are_claimed_but_not_begun),
		cmocka_unit_test(long_steps_are_not),
		cmocka_unit_test(what_began_after_a_failure_goes_on),
		cmocka_unit_test(what_began_after_it_was_cancelled_is_stopped),
		cmocka_unit_test(a_claim_that_begins_is_an_attempt_like_others),
		cmocka_unit_test(one_withdrawn_is_ready_and_starts_later),
		cmocka_unit_test(a_failure_recalls_them_first),
		cmocka_unit_test(one_that_began_meanwhile_runs_to_its_end),
		cmocka_unit_test(an_ending_says_that_it_began),
		cmocka_unit_test(a_cancel_leaves_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
