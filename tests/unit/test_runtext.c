/* Runs and steps in words: spans, notes, what a run is doing now.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tui/runtext.h"

static const int64_t NOW = 1700000000000;

static void
spans_take_two_units(void **state)
{
	char text[SPAN_TEXT];

	(void)state;
	assert_string_equal(span_text(3999, text), "3s");
	assert_string_equal(span_text(72000, text), "1m12s");
	assert_string_equal(span_text(3840000, text), "1h04m");
	assert_string_equal(span_text(118800000, text), "1d09h");
	assert_string_equal(span_text(-1, text), "-");
	span_text(INT64_MAX, text);
}

static void
countdowns_never_go_below_zero(void **state)
{
	char text[SPAN_TEXT];

	(void)state;
	assert_string_equal(countdown_text(15001, text), "00:16");
	assert_string_equal(countdown_text(-5, text), "00:00");
	assert_string_equal(countdown_text(4200000, text), "1:10:00");
}

static const struct wf_attempt_info failed = {.n = 1,
					      .phase = PHASE_DO,
					      .state = "failed",
					      .exit_code = 137,
					      .cause = CAUSE_EXIT};

static void
expect_note(const struct wf_step_info *s, const char *want)
{
	struct strbuf out = STRBUF_INIT;

	step_note(s, NOW, &out);
	assert_string_equal(out.at, want);
	strbuf_release(&out);
}

static void
notes_say_what_is_worth_knowing(void **state)
{
	static const char *const blocked[] = {"unit-tests", "e2e-tests"};

	/* clang-format off */
	const struct wf_step_info pending = {
		.state = STEP_PENDING, .blocked_by = blocked, .nblocked_by = 2};
	const struct wf_step_info soon = {
		.state = STEP_RETRY_WAIT, .due = NOW + 16000};
	const struct wf_step_info late = {
		.state = STEP_RETRY_WAIT, .due = NOW - 16000};
	const struct wf_attempt_info two[] = {failed, failed};
	const struct wf_step_info done = {
		.state = STEP_SUCCEEDED, .attempts = two, .nattempts = 2,
		.has_undo = true};
	const struct wf_step_info over = {
		.state = STEP_FAILED, .attempts = &failed, .nattempts = 1,
		.cause = CAUSE_EXIT};
	/* clang-format on */

	(void)state;
	expect_note(&pending, "needs unit-tests, e2e-tests");
	expect_note(&soon, "next try in 00:16  (r = now)");
	expect_note(&late, "next try in 00:00 (starting)  (r = now)");
	expect_note(&done, "1st try: exit 137; can be undone");
	expect_note(&over, "exit 137");
}

static void
notes_of_what_waits_for_people_and_of_undos(void **state)
{
	struct wf_attempt_info undo = {.n = 2, .phase = PHASE_UNDO};
	struct wf_step_info asks = {.state = STEP_WAITING,
				    .action = "approval",
				    .due = NOW + 90000,
				    .data = "{\"on_timeout\":\"reject\"}"};
	struct wf_step_info patient = {.state = STEP_WAITING,
				       .action = "approval"};
	struct wf_step_info undoing = {.state = STEP_UNDOING,
				       .action = "run",
				       .tries = 3,
				       .retry_limit = 3,
				       .attempts = &undo,
				       .nattempts = 1};

	(void)state;
	expect_note(&asks, "asks for you  (a = answer); else reject in 01:30");
	expect_note(&patient, "asks for you  (a = answer)");
	expect_note(&undoing, "its undo runs, try 2");
	undo.n = 1;
	expect_note(&undoing, "its undo runs");
}

static void
the_worst_step_speaks_for_its_run(void **state)
{
	/* clang-format off */
	struct wf_step_info steps[] = {
		{.path = "a", .state = STEP_RUNNING, .action = "run"},
		{.path = "b", .state = STEP_WAITING, .action = "approval"},
		{.path = "c", .state = STEP_RETRY_WAIT, .action = "run",
		 .tries = 2, .retry_limit = 3, .due = NOW + 16000},
	};
	/* clang-format on */
	struct wf_run_detail d = {
		.run = {.state = RUN_RUNNING}, .steps = steps, .nsteps = 3};
	struct strbuf out = STRBUF_INIT;

	(void)state;
	assert_int_equal(run_shown(&d.run, steps, 3), SHOWN_WAIT);
	run_now(&d, NOW, &out);
	assert_string_equal(out.at, "b: asks for you");
	steps[1].state = STEP_SUCCEEDED;
	assert_int_equal(run_shown(&d.run, steps, 3), SHOWN_RETRY);
	strbuf_clear(&out);
	run_now(&d, NOW, &out);
	assert_string_equal(out.at, "c: try 3/4 in 00:16");
	steps[0].state = STEP_LOST;
	assert_int_equal(run_shown(&d.run, steps, 3), SHOWN_LOST);
	d.run.state = RUN_SUCCEEDED;
	assert_int_equal(run_shown(&d.run, steps, 3), SHOWN_OK);
	d.run.interrupted = true;
	assert_int_equal(run_shown(&d.run, steps, 3), SHOWN_INTR);
	strbuf_release(&out);
}

static void
only_clocks_in_sight_tick(void **state)
{
	struct wf_step_info steps[] = {{.state = STEP_WAITING}};
	struct wf_run_detail d = {.steps = steps, .nsteps = 1};

	(void)state;
	assert_false(run_ticks(&d));
	steps[0].due = NOW;
	assert_true(run_ticks(&d));
	steps[0].state = STEP_SUCCEEDED;
	assert_false(run_ticks(&d));
}

static void
every_state_has_a_note_without_data(void **state)
{
	(void)state;
	for (enum step_state s = 0; s < STEP_NSTATES; s++) {
		struct wf_step_info step = {
			.path = "x", .state = s, .action = "run"};
		struct strbuf out = STRBUF_INIT;

		step_note(&step, NOW, &out);
		assert_true(step_shown(&step) < NSHOWN);
		strbuf_release(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spans_take_two_units),
		cmocka_unit_test(countdowns_never_go_below_zero),
		cmocka_unit_test(notes_say_what_is_worth_knowing),
		cmocka_unit_test(the_worst_step_speaks_for_its_run),
		cmocka_unit_test(only_clocks_in_sight_tick),
		cmocka_unit_test(every_state_has_a_note_without_data),
		cmocka_unit_test(notes_of_what_waits_for_people_and_of_undos),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
