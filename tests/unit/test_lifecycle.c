/* The life-cycle tables: complete, without overlap, every state reached.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/base/err.h"
#include "engine/model/lifecycle.h"

/* Guards come in families; a pair of state and event uses one whole family. */
static const enum step_guard families[][4] = {
	{GUARD_ALWAYS     },
	{		GUARD_COND_TRUE, GUARD_COND_FALSE},
	{		GUARD_MAY_RETRY,      GUARD_SPENT},
	{		GUARD_LOST_RERUN,   GUARD_LOST_ASK, GUARD_LOST_FAIL},
	{ GUARD_TO_SUCCEED,  GUARD_TO_FAIL, GUARD_TO_SKIP},
	{  GUARD_HAS_UNDO,                 GUARD_NO_UNDO},
};

static unsigned
family_mask(size_t family)
{
	unsigned mask = 0;

	for (size_t i = 0; i < 4; i++)
		mask |= 1u << families[family][i];
	return family ? mask & ~1u : 1u;
}

static unsigned
guards_of(enum step_state state, enum step_event event)
{
	unsigned seen = 0;

	for (size_t i = 0; i < nstep_transitions; i++) {
		const struct transition *t = &step_transitions[i];

		if (t->from != state || t->event != event)
			continue;
		assert_false(seen & 1u << t->guard);
		seen |= 1u << t->guard;
	}
	return seen;
}

static void
guards_are_complete_and_do_not_overlap(void **state)
{
	(void)state;
	for (int s = 0; s < STEP_NSTATES; s++) {
		for (int e = 0; e < STEP_NEVENTS; e++) {
			unsigned seen = guards_of(s, e);
			bool whole = seen == 0;

			for (size_t f = 0; f < ARRAY_SIZE(families); f++)
				whole |= seen == family_mask(f);
			if (!whole)
				fail_msg("%s + %s: guards %x",
					 step_states[s].name,
					 step_event_names[e], seen);
		}
	}
}

static void
lookup_finds_every_row(void **state)
{
	(void)state;
	for (size_t i = 0; i < nstep_transitions; i++) {
		const struct transition *t = &step_transitions[i];

		assert_ptr_equal(lifecycle_next(t->from, t->event, t->guard),
				 t);
	}
}

static void
pairs_without_rows_do_not_occur(void **state)
{
	(void)state;
	assert_null(lifecycle_next(STEP_PENDING, EVENT_EXIT_OK, GUARD_ALWAYS));
	assert_null(
		lifecycle_next(STEP_SUCCEEDED, EVENT_DISPATCH, GUARD_ALWAYS));
	assert_null(
		lifecycle_next(STEP_RUNNING, EVENT_EXIT_ERROR, GUARD_ALWAYS));
}

static void
every_state_is_reached_from_pending(void **state)
{
	bool reached[STEP_NSTATES] = {[STEP_PENDING] = true};
	bool more = true;

	(void)state;
	while (more) {
		more = false;
		for (size_t i = 0; i < nstep_transitions; i++) {
			const struct transition *t = &step_transitions[i];

			if (reached[t->from] && !reached[t->to])
				reached[t->to] = more = true;
		}
	}
	for (int s = 0; s < STEP_NSTATES; s++)
		assert_true(reached[s]);
}

static void
no_event_and_no_guard_is_unused(void **state)
{
	unsigned events = 0, guards = 0;

	(void)state;
	for (size_t i = 0; i < nstep_transitions; i++) {
		events |= 1u << step_transitions[i].event;
		guards |= 1u << step_transitions[i].guard;
	}
	assert_int_equal(events, (1u << STEP_NEVENTS) - 1);
	assert_int_equal(guards, (1u << STEP_NGUARDS) - 1);
}

static void
a_success_leaves_only_by_hand_rollback_or_reset(void **state)
{
	(void)state;
	for (size_t i = 0; i < nstep_transitions; i++) {
		const struct transition *t = &step_transitions[i];

		if (t->from != STEP_SUCCEEDED)
			continue;
		assert_true(t->event == EVENT_OPERATOR_RETRY ||
			    t->event == EVENT_OPERATOR_MARK ||
			    t->event == EVENT_ROLL_BACK ||
			    t->event == EVENT_RESET);
	}
}

static void
names_read_back(void **state)
{
	enum step_state step;
	enum run_state run;
	enum cause cause;

	(void)state;
	for (int s = 0; s < STEP_NSTATES; s++) {
		assert_true(step_state_from_name(step_states[s].name, &step));
		assert_int_equal(step, s);
	}
	for (int s = 0; s < RUN_NSTATES; s++) {
		assert_true(run_state_from_name(run_states[s].name, &run));
		assert_int_equal(run, s);
	}
	for (int c = 1; c < NCAUSES; c++) {
		assert_true(cause_from_name(cause_name(c), &cause));
		assert_int_equal(cause, c);
	}
	assert_false(step_state_from_name("done", &step));
	assert_false(run_state_from_name("", &run));
	assert_false(cause_from_name("", &cause));
}

static void
settled_and_final_states_are_those_of_the_manual(void **state)
{
	static const enum step_state settled[] = {STEP_SUCCEEDED, STEP_REUSED,
						  STEP_SKIPPED,   STEP_FAILED,
						  STEP_CANCELLED, STEP_UNDONE};
	size_t n = 0;

	(void)state;
	for (int s = 0; s < STEP_NSTATES; s++)
		n += step_state_is_settled(s);
	assert_int_equal(n, ARRAY_SIZE(settled));
	for (size_t i = 0; i < n; i++)
		assert_true(step_state_is_settled(settled[i]));
	assert_false(run_state_is_final(RUN_ROLLING_BACK));
	assert_false(run_state_is_final(RUN_WAITING));
	assert_false(run_state_is_final(RUN_QUEUED));
	assert_true(run_state_is_final(RUN_ROLLED_BACK));
	assert_true(run_state_is_final(RUN_FAILED));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(guards_are_complete_and_do_not_overlap),
		cmocka_unit_test(lookup_finds_every_row),
		cmocka_unit_test(pairs_without_rows_do_not_occur),
		cmocka_unit_test(every_state_is_reached_from_pending),
		cmocka_unit_test(no_event_and_no_guard_is_unused),
		cmocka_unit_test(
			a_success_leaves_only_by_hand_rollback_or_reset),
		cmocka_unit_test(names_read_back),
		cmocka_unit_test(
			settled_and_final_states_are_those_of_the_manual),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
