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

static void
a_timeout_of_the_step_ends_a_wait_and_an_approval(void **state)
{
	struct play *p = play_new(
		"on_failure: continue\nsteps:\n"
		"- {id: news, wait: {signal: news}, timeout: 1s}\n"
		"- {id: ok, approval: {default: approve}, timeout: 1s}\n"
		"- {id: own, wait: {for: 3s, timeout: 2s}, timeout: 1s}\n");

	(void)state;
	play_pass(p, 1000);
	expect_state(p, "news", "failed");
	assert_int_equal(run_inst(p->r, run_find(p->r, "news"))->cause,
			 CAUSE_TIMEOUT);
	expect_state(p, "ok", "succeeded");
	expect_state(p, "own", "waiting");
	play_pass(p, 1000);
	expect_state(p, "own", "failed");
	play_free(p);
}

static void
a_timeout_of_a_child_flow_is_that_of_all_in_it(void **state)
{
	struct play *p =
		play_with("params: {outer: true}\nsteps:\n"
			  "- {id: c, if: params.outer, workflow: flow.yaml, "
			  "with: {outer: false}, timeout: 1s, retry: 1}\n"
			  "- {id: x, if: '!params.outer', run: 'true'}\n"
			  "- {id: y, if: '!params.outer', approval: {}}\n",
			  "{\"outer\":true}", "{}");

	(void)state;
	for (int n = 0; n < 2; n++) {
		expect_state(p, "c/x", "running");
		expect_state(p, "c/y", "waiting");
		play_pass(p, 999);
		expect_state(p, "c/y", "waiting");
		play_pass(p, 1);
		expect_state(p, "c/y", "cancelled");
		play_end_as(p, "c/x", 0, WARDEN_KILL_CANCEL);
		play_pass(p, 0); /* a retry without delay */
	}
	expect_state(p, "c", "failed");
	expect_run(p, "failed");
	assert_int_equal(p->r->row.cause, CAUSE_TIMEOUT);
	play_free(p);
}

static void
a_child_flow_keeps_its_own_deadline(void **state)
{
	struct play *p = play_with(
		"params: {outer: true}\ndeadline: 9s\non_failure: rollback\n"
		"steps:\n"
		"- {id: c, if: params.outer, workflow: flow.yaml, "
		"with: {outer: false}, timeout: 1h, on_failure: continue}\n"
		"- {id: x, if: '!params.outer', run: 'true', undo: 'true'}\n"
		"- {id: y, needs: [x], wait: {signal: s}}\n",
		"{\"outer\":true}", "{}");

	(void)state;
	p->r->deadline_boot += 3600000; /* that of the run itself is far */
	play_end(p, "c/x", 0);
	play_pass(p, 9000);
	play_end(p, "c/x", 0);
	expect_state(p, "c/x", "undone");
	expect_state(p, "c", "failed");
	assert_int_equal(run_inst(p->r, run_find(p->r, "c"))->cause,
			 CAUSE_DEADLINE);
	play_free(p);
}

static void
a_child_flow_that_ends_in_time_has_no_time_limit_left(void **state)
{
	struct play *p =
		play_with("order: chain\nparams: {outer: true}\nsteps:\n"
			  "- {id: c, if: params.outer, workflow: flow.yaml, "
			  "with: {outer: false}, timeout: 1s}\n"
			  "- {id: x, join: done, run: 'true'}\n",
			  "{\"outer\":true}", "{}");

	(void)state;
	play_end(p, "c/x", 0);
	expect_state(p, "c", "succeeded");
	play_pass(p, 5000);
	play_end(p, "x", 0);
	expect_run(p, "succeeded");
	play_free(p);
}

static void
expect_ensure(struct play *p, const char *path)
{
	expect_state(p, path, "failed");
	assert_int_equal(run_inst(p->r, run_find(p->r, path))->cause,
			 CAUSE_ENSURE);
}

static void
what_runs_no_command_is_held_to_its_promises_too(void **state)
{
	struct play *p = play_with(
		"on_failure: continue\nparams: {outer: true}\n"
		"outputs: {v: '${{ 1 }}'}\nsteps:\n"
		"- {id: c, if: params.outer, workflow: flow.yaml, "
		"with: {outer: false}, ensure: [outputs.v == 2]}\n"
		"- {id: none, if: params.outer, ensure: [1 == 2]}\n"
		"- {id: w, if: params.outer, wait: {for: 1s}, "
		"ensure: [1 == 2]}\n"
		"- {id: ok, if: params.outer, ensure: [outputs.v == 4], "
		"approval: {form: {v: {type: int, default: 3}}}}\n",
		"{\"outer\":true}", "{}");

	(void)state;
	expect_ensure(p, "c");
	expect_ensure(p, "none");
	play_pass(p, 1000);
	expect_ensure(p, "w");
	play_ask(p, "approve", "{\"steps\":[\"ok\"]}");
	expect_ensure(p, "ok");
	play_free(p);
}

static void
approval_by_time_fills_the_form_with_its_defaults(void **state)
{
	struct play *p = play_new(
		"steps:\n"
		"- {id: ok, approval: {timeout: 1s, default: approve, "
		"form: {v: {type: int, default: 3}, w: {required: true}}}}\n"
		"- {id: next, needs: [ok], if: steps.ok.outputs.v == 3}\n");

	(void)state;
	play_pass(p, 1000);
	expect_state(p, "next", "succeeded");
	play_free(p);
}

static void
who_looks_after_an_approval_answers_it(void **state)
{
	struct play *p = play_new(
		"steps:\n"
		"- {id: theirs, assignees: nobody, approval: {}}\n"
		"- {id: mine, assignees: nobody, approval: {assignees: "
		"root}}\n");

	(void)state;
	play_ask(p, "approve", "{\"steps\":[\"theirs\"]}");
	play_ask(p, "approve", "{\"steps\":[\"mine\"]}");
	expect_state(p, "theirs", "waiting");
	expect_state(p, "mine", "succeeded");
	play_free(p);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_child_flow_keeps_its_own_deadline),
		cmocka_unit_test(who_looks_after_an_approval_answers_it),
		cmocka_unit_test(
			what_runs_no_command_is_held_to_its_promises_too),
		cmocka_unit_test(
			approval_by_time_fills_the_form_with_its_defaults),
		cmocka_unit_test(
			a_timeout_of_the_step_ends_a_wait_and_an_approval),
		cmocka_unit_test(
			a_timeout_of_a_child_flow_is_that_of_all_in_it),
		cmocka_unit_test(
			a_child_flow_that_ends_in_time_has_no_time_limit_left),
		cmocka_unit_test(a_moment_comes_when_the_clock_says_so),
		cmocka_unit_test(a_clock_set_forward_makes_it_come_sooner),
		cmocka_unit_test(a_clock_set_back_makes_it_come_later),
		cmocka_unit_test(its_timeout_cares_for_no_clock),
		cmocka_unit_test(a_length_of_time_cares_for_no_clock),
		cmocka_unit_test(a_wait_for_nothing_that_can_be_named_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
