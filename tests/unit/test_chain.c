/* Chains with `durability: process`: the next step is handed over before the
 * one it follows has ended, and only where nothing else could decide.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "claim_fixture.h"

static const char chain[] = "max_parallel: 2\n"
			    "steps:\n"
			    "  - { id: a, run: x }\n"
			    "  - { id: b, needs: [a], run: x }\n"
			    "  - { id: c, needs: [b], run: x }\n"
			    "  - { id: beside, run: x }\n";

static struct play *
relaxed(const char *flow)
{
	return play_lasting(flow, "{\"durability\":\"process\"}", 0);
}

/* Is b claimed, when a has these keys besides, and b needs that (and has
 * these)? */
static bool
follows(const char *first, const char *next)
{
	char *flow = mem_printf("steps:\n"
				"  - { id: a, run: x%s }\n"
				"  - { id: b, run: x, needs: %s }\n",
				first, next);
	struct play *p = relaxed(flow);
	bool claimed = is_claimed(p, "b");

	play_free(p);
	free(flow);
	return claimed;
}

static void
a_chain_is_handed_over_where_only_processes_die(void **state)
{
	struct play *p = relaxed(chain);

	(void)state;
	assert_true(is_claimed(p, "b"));
	assert_true(is_claimed(p, "c"));
	expect_state(p, "b", "pending");
	assert_true(play_flight(p, "b")->after == play_flight(p, "a")->attempt);
	assert_true(play_flight(p, "c")->after == play_flight(p, "b")->attempt);
	play_free(p);
}

static void
it_is_not_where_power_may_fail(void **state)
{
	struct play *p = play_lasting(chain, "{}", 0);

	(void)state;
	assert_false(is_claimed(p, "b"));
	play_free(p);
}

static void
only_what_cannot_be_decided_otherwise_follows(void **state)
{
	(void)state;
	assert_true(follows("", "[a]"));
	assert_true(
		follows(", retry: 2, undo: y", "[a], undo: y, timeout: 1m"));
	assert_true(follows("", "[a], env: { V: '${{ run.id }}' }"));
	/* What the first may do besides exiting with 0. */
	assert_false(follows(", outputs: { o: string }", "[a]"));
	assert_false(follows(", ensure: ['true']", "[a]"));
	assert_false(follows(", repeat: { until: 'true', limit: 2 }", "[a]"));
	assert_false(follows(", idempotent: true, redundancy: { copies: 2 }",
			     "[a]"));
	assert_false(follows(" }\n  - { id: c, needs: [a], run: x", "[a]"));
	/* What the next asks first. */
	assert_false(follows("", "[a], if: 'run.id == \"v\"'"));
	assert_false(follows("", "[a], require: ['true']"));
	assert_false(follows("", "[a], check: y"));
	assert_false(follows("", "[a], join: done"));
	assert_false(follows("", "[a], locks: [l]"));
	assert_false(follows("", "[a], foreach: [1, 2]"));
	assert_false(follows("", "[a], env: { V: '${{ steps.a.state }}' }"));
	assert_false(follows(" }\n  - { id: c, run: x", "[a, c]"));
}

static void
one_that_begins_makes_ready_what_it_is(void **state)
{
	struct play *p = relaxed(chain);

	(void)state;
	play_end(p, "a", 0);
	expect_state(p, "b", "ready");
	begins(p, "b");
	expect_state(p, "b", "running");
	assert_int_equal(run_inst(p->r, run_find(p->r, "b"))->nattempts, 1);
	play_free(p);
}

/* All three are told at one go, before anything is decided. */
static void
beginnings_and_endings_may_come_together(void **state)
{
	struct play *p = relaxed(chain);
	struct warden_news ended = {.kind = WARDEN_ENDED,
				    .attempt = play_flight(p, "a")->attempt};

	(void)state;
	run_ended(p->r, &ended);
	begins(p, "b");
	play_end(p, "b", 0);
	play_end(p, "c", 0);
	expect_state(p, "c", "succeeded");
	play_free(p);
}

static void
a_failure_leaves_them_as_they_were(void **state)
{
	struct play *p = relaxed(chain);

	(void)state;
	play_end(p, "a", 3);
	assert_int_equal(p->r->claims.n, 0);
	expect_state(p, "b", "pending");
	expect_state(p, "c", "pending");
	play_free(p);
}

static void
a_withdrawn_one_begins_in_its_turn(void **state)
{
	struct play *p = relaxed(chain);

	(void)state;
	run_recall_claims(p->r);
	p->r->claims.recall = NULL; /* from now on without claims */
	expect_state(p, "b", "pending");
	play_end(p, "a", 0);
	expect_state(p, "b", "running");
	play_free(p);
}

static void
a_cancelled_run_lets_none_follow(void **state)
{
	struct play *p = relaxed(chain);

	(void)state;
	play_ask(p, "cancel", "{}");
	assert_int_equal(p->r->claims.n, 0);
	play_end(p, "a", 0);
	expect_state(p, "b", "pending");
	play_free(p);
}

static void
what_waits_for_an_undone_step_follows_nothing_else(void **state)
{
	struct play *p = relaxed("on_failure: rollback\n"
				 "steps:\n"
				 "  - { id: a, run: x, undo: y }\n"
				 "  - { id: kept, needs: [a], run: x }\n"
				 "  - { id: b, run: x, undo: y }\n"
				 "  - { id: c, needs: [kept, b], run: x }\n");

	(void)state;
	play_end(p, "a", 0);
	play_end(p, "kept", 0);
	play_end(p, "b", 1);
	play_end(p, "b", 0);
	play_end(p, "a", 0);
	expect_run(p, "rolled_back");
	play_ask(p, "resume", "{}");
	expect_state(p, "a", "running");
	expect_state(p, "b", "running");
	assert_false(is_claimed(p, "c"));
	play_free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_chain_is_handed_over_where_only_processes_die),
		cmocka_unit_test(it_is_not_where_power_may_fail),
		cmocka_unit_test(only_what_cannot_be_decided_otherwise_follows),
		cmocka_unit_test(one_that_begins_makes_ready_what_it_is),
		cmocka_unit_test(beginnings_and_endings_may_come_together),
		cmocka_unit_test(a_failure_leaves_them_as_they_were),
		cmocka_unit_test(a_withdrawn_one_begins_in_its_turn),
		cmocka_unit_test(a_cancelled_run_lets_none_follow),
		cmocka_unit_test(
			what_waits_for_an_undone_step_follows_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
