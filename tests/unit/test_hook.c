/* Hooks: when they run, how the run waits for them, what their ends mean.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "play.h"

#include "engine/run/outcome.h"

/* The hook under way ends. */
static void
end_hook(struct play *p, int code)
{
	struct warden_news news = {.kind = WARDEN_ENDED, .status = code << 8};

	vec_each (&p->r->flights, struct flight, f)
		if (f->ix == IX_NONE)
			news.attempt = f->attempt;
	if (!news.attempt)
		fail_msg("no hook is running");
	run_ended(p->r, &news);
	play_turn(p);
}

static void
the_run_ends_when_its_hooks_have_ended(void **state)
{
	struct play *p = play_new("hooks: {success: a, exit: b, failure: c}\n"
				  "steps:\n- {id: a, run: 'true'}\n");

	(void)state;
	play_end(p, "a", 0);
	expect_started(p, "a success!hook ");
	expect_run(p, "running");
	end_hook(p, 0);
	expect_started(p, "a success!hook exit!hook ");
	end_hook(p, 0);
	expect_run(p, "succeeded");
	assert_true(run_is_over(p->r));
	play_free(p);
}

static void
a_start_hook_runs_beside_the_steps(void **state)
{
	struct play *p = play_new("hooks: {start: x}\n"
				  "steps:\n- {id: a, run: 'true'}\n");

	(void)state;
	expect_started(p, "a start!hook ");
	play_end(p, "a", 0);
	expect_run(p, "running");
	end_hook(p, 0);
	expect_run(p, "succeeded");
	play_free(p);
}

static void
a_failing_hook_changes_nothing(void **state)
{
	struct play *p = play_new("hooks: {failure: x, exit: y}\n"
				  "steps:\n- {id: a, run: 'true'}\n");

	(void)state;
	play_end(p, "a", 3);
	expect_started(p, "a failure!hook ");
	end_hook(p, 7);
	end_hook(p, 1);
	expect_run(p, "failed");
	assert_int_equal(p->r->row.cause, CAUSE_EXIT);
	play_free(p);
}

static void
a_hook_that_cannot_start_is_passed_over(void **state)
{
	struct play *p = play_new("params: {n: {type: int, default: 0}}\n"
				  "hooks: {success: [a, '${{ 1/params.n }}']}\n"
				  "steps:\n- {id: a, run: 'true'}\n");

	(void)state;
	play_end(p, "a", 0);
	expect_run(p, "succeeded");
	play_free(p);
}

static void
waiting_for_a_person_runs_its_hook_once(void **state)
{
	struct play *p = play_new("hooks: {waiting: x}\nsteps:\n"
				  "- {id: ok, approval: {prompt: Go}}\n");

	(void)state;
	expect_started(p, "waiting!hook ");
	assert_false(run_is_over(p->r));
	end_hook(p, 0);
	expect_run(p, "waiting");
	expect_started(p, "waiting!hook ");
	assert_true(run_is_over(p->r));
	play_free(p);
}

static void
a_rollback_runs_the_hooks_of_failure_and_of_rollback(void **state)
{
	struct play *p = play_new("on_failure: rollback\n"
				  "hooks: {failure: x, rollback: y}\nsteps:\n"
				  "- {id: a, run: 'true', undo: 'true'}\n");

	(void)state;
	play_end(p, "a", 1);
	end_hook(p, 0);
	play_end(p, "a", 0);
	expect_run(p, "rolling_back");
	end_hook(p, 0);
	expect_run(p, "rolled_back");
	expect_started(p, "a a!undo failure!hook rollback!hook ");
	play_free(p);
}

static void
a_hook_whose_end_nobody_knows_runs_again(void **state)
{
	struct play *p = play_new("hooks: {start: x}\n"
				  "steps:\n- {id: a, run: 'true'}\n");
	uint64_t attempt = 0;

	(void)state;
	vec_each (&p->r->flights, struct flight, each)
		if (each->ix == IX_NONE)
			attempt = each->attempt;
	outcome_unknown(p->r, attempt, "engine and warden were both gone");
	play_turn(p);
	expect_started(p, "a start!hook start!hook ");
	play_free(p);
}

static void
a_retry_while_the_hooks_run_takes_the_run_up_again(void **state)
{
	struct play *p = play_new("hooks: {failure: x}\n"
				  "steps:\n- {id: a, run: 'true'}\n");

	(void)state;
	play_end(p, "a", 1);
	play_ask(p, "retry", "{\"steps\":[\"a\"]}");
	expect_started(p, "a failure!hook a ");
	end_hook(p, 0);
	expect_run(p, "running");
	play_end(p, "a", 0);
	expect_run(p, "succeeded");
	play_free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_run_ends_when_its_hooks_have_ended),
		cmocka_unit_test(a_start_hook_runs_beside_the_steps),
		cmocka_unit_test(a_failing_hook_changes_nothing),
		cmocka_unit_test(a_hook_that_cannot_start_is_passed_over),
		cmocka_unit_test(waiting_for_a_person_runs_its_hook_once),
		cmocka_unit_test(
			a_rollback_runs_the_hooks_of_failure_and_of_rollback),
		cmocka_unit_test(a_hook_whose_end_nobody_knows_runs_again),
		cmocka_unit_test(
			a_retry_while_the_hooks_run_takes_the_run_up_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
