/* The dialogs about a run: what they ask of its engine, with what choices.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "screens.h"

static void
a_note_is_typed_and_stands_in_the_history(void **state)
{
	struct seat s;

	(void)state;
	seat_take(&s, town.failed, 80, 24);
	seat_press(&s, "5 N");
	seat_expect(&s, "Note about");
	seat_press(&s, "Enter");
	seat_expect(&s, "write something first");
	seat_type(&s, "staging is down");
	seat_press(&s, "Enter");
	seat_expect(&s, "note: staging is down");
	expect_run(town.failed, "failed");
	seat_leave(&s);
}

static void
a_rollback_goes_on_after_a_failed_undo_if_so_chosen(void **state)
{
	struct play *p;
	struct seat s;

	(void)state;
	p = town_play("name: two\nsteps:\n"
		      "- {id: a, run: ./a, undo: ./ua}\n"
		      "- {id: b, needs: [a], run: ./b, undo: ./ub}\n",
		      "{}");
	town_pass(SECOND);
	play_end(p, "a", 0);
	town_pass(SECOND);
	play_end(p, "b", 0);
	expect_run(p, "succeeded");
	seat_take(&s, p, 80, 24);
	seat_press(&s, "g b");
	seat_expect(&s, "the point before a");
	seat_expect(&s, "(o) stop there");
	seat_press(&s, "Up Up Up Right"); /* from Cancel to the policy */
	seat_expect(&s, "(o) undo the others");
	seat_press(&s, "B");
	expect_run(p, "rolling_back");
	play_end(p, "b", 1);
	expect_state(p, "b", "undo_failed");
	expect_state(p, "a", "undoing");
	play_end(p, "a", 0);
	expect_state(p, "a", "undone");
	expect_run(p, "rollback_failed");
	seat_leave(&s);
}

static void
a_plan_shows_what_undoes_a_step_and_its_log(void **state)
{
	struct seat s;

	(void)state;
	seat_take(&s, town.failed, 80, 24);
	seat_press(&s, "b d");
	seat_expect(&s, "# deploy");
	seat_expect(&s, "./undeploy");
	seat_press(&s, "Esc l");
	seat_expect(&s, "go to a step of the plan first");
	seat_press(&s,
		   "Down Down Down l"); /* past the buttons to the first row */
	seat_expect(&s, "log of deploy");
	seat_expect(&s, "no such host: eu-west");
	seat_press(&s, "Esc Esc");
	expect_run(town.failed, "failed");
	seat_leave(&s);
}

/* A request for a plan moves the revision of the run, and nothing else. */
static void
a_plan_is_asked_for_once_while_nothing_moves(void **state)
{
	uint64_t revision;
	struct seat s;

	(void)state;
	seat_take(&s, town.stopped, 80, 24);
	seat_press(&s, "b");
	seat_expect(&s, "Nothing has been changed yet");
	revision = town.stopped->r->row.revision;
	for (int i = 0; i < 5; i++) {
		views_refresh(&s.vs);
		seat_settle(&s);
	}
	assert_int_equal(town.stopped->r->row.revision, revision);
	seat_leave(&s);
}

static void
a_dry_run_of_a_rollback_changes_nothing(void **state)
{
	struct seat s;

	(void)state;
	seat_take(&s, town.failed, 80, 24);
	seat_press(&s, "b Up Up Space");
	seat_expect(&s, "[x] dry run");
	seat_press(&s, "B");
	seat_expect(&s, "dry run: nothing was changed");
	seat_expect(&s, "run undo: ./undeploy");
	expect_run(town.failed, "failed");
	seat_leave(&s);
}

static void
an_approval_shows_evidence_bounds_and_what_follows(void **state)
{
	struct play *p = town_play(
		"name: ship\nsteps:\n"
		"- {id: check, run: ./c}\n"
		"- {id: ask, needs: [check], approval: {prompt: Ship it?,"
		" on_reject: {rollback: start},"
		" form: {percent: {type: int, min: 1, max: 100}}}}\n"
		"- {id: deploy, needs: [ask], run: ./d, undo: ./u}\n"
		"- {id: smoke, needs: [deploy], run: ./s}\n",
		"{}");
	struct seat s;

	(void)state;
	town_pass(SECOND);
	stage_log(p, "check", "error rate 0.02%\n");
	play_end(p, "check", 0);
	seat_take(&s, p, 80, 24);
	seat_press(&s, "a");
	seat_expect(&s, "deploy (undo defined) > smoke");
	seat_expect(&s, "whole number  1..100");
	seat_press(&s, "l");
	seat_expect(&s, "error rate 0.02%");
	seat_press(&s, "Esc p");
	seat_expect(&s, "if you reject: rollback");
	seat_press(&s, "Esc Down Down Down Enter");
	seat_expect(&s, "error rate 0.02%");
	seat_press(&s, "Esc A");
	expect_state(p, "ask", "succeeded");
	seat_leave(&s);
}

static struct play *
a_step_that_waits_for_its_next_try(void)
{
	struct play *p =
		town_play("name: again\nsteps:\n"
			  "- {id: a, run: ./a, retry: {limit: 3, delay: 1m,"
			  " jitter: 0}}\n",
			  "{}");

	town_pass(SECOND);
	play_end(p, "a", 1);
	expect_state(p, "a", "retry_wait");
	return p;
}

static void
a_retry_may_keep_the_timer_and_change_the_rest(void **state)
{
	struct play *p = a_step_that_waits_for_its_next_try();
	struct seat s;

	(void)state;
	seat_take(&s, p, 80, 24);
	seat_press(&s, "r");
	seat_expect(&s, "( ) keep the timer");
	/* Past the buttons and Scope to When, then Count. */
	seat_press(&s, "Tab Tab Tab Left Tab Right");
	seat_expect(&s, "(o) keep the timer");
	seat_expect(&s, "(o) reset the counter");
	seat_press(&s, "r");
	expect_state(p, "a", "retry_wait");
	play_pass(p, MINUTE);
	expect_state(p, "a", "running");
	seat_press(&s, "Esc");
	seat_expect(&s, "1/4"); /* counted anew */
	seat_leave(&s);
}

static void
a_step_without_a_timer_has_none_to_keep(void **state)
{
	struct seat s;

	(void)state;
	seat_take(&s, town.failed, 80, 24);
	seat_press(&s, "r");
	seat_expect(&s, "after a change to flow");
	assert_null(strstr(s.text.at, "keep the timer"));
	seat_press(&s, "l");
	seat_expect(&s, "no such host: eu-west");
	seat_leave(&s);
}

/* What can be taken back says how. */
static void
p_holds_a_run_and_lets_it_go_on(void **state)
{
	struct play *p = town_play("name: held\nsteps:\n"
				   "- {id: a, run: ./a}\n",
				   "{}");
	struct seat s;

	(void)state;
	seat_take(&s, p, 80, 24);
	seat_press(&s, "p");
	expect_run(p, "paused");
	seat_expect(&s, "no new one starts; p lets it go on");
	seat_press(&s, "p");
	expect_run(p, "running");
	seat_expect(&s, "the run goes on; p holds it");
	seat_leave(&s);
}

/* What it reads, by hash, and whether that is what the last try read. */
static void
a_retry_shows_the_inputs_and_what_became_of_them(void **state)
{
	struct play *p = town_play(
		"name: reads\nparams: {day: {type: string, default: mon}}\n"
		"steps:\n"
		"- {id: make, run: ./make}\n"
		"- {id: ship, needs: [make], run: ./ship,"
		" env: {DAY: \"${{ params.day }}\"}}\n",
		"{\"day\":\"fri\"}");
	struct seat s;

	(void)state;
	town_pass(SECOND);
	play_end(p, "make", 0);
	town_pass(SECOND);
	play_end(p, "ship", 1);
	expect_run(p, "failed");
	seat_take(&s, p, 80, 24);
	seat_press(&s, "r");
	seat_expect(&s, "Inputs:     params.day (86b34f86) unchanged since try "
			"1");
	play_ask(p, "retry", "{\"steps\":[\"make\"]}");
	expect_state(p, "make", "running");
	town_pass(SECOND);
	play_end(p, "make", 0);
	seat_press(&s, "Esc r");
	seat_expect(&s, "params.day (86b34f86); make ran since try 1");
	seat_leave(&s);
}

/* As a rollback of one that cannot be undone whole. */
static void
a_rollback_of_several_runs_asks_for_the_id_of_one(void **state)
{
	struct seat s;

	(void)state;
	seat_take(&s, NULL, 80, 24);
	seat_press(&s, "/");
	seat_type(&s, "state:succeeded");
	seat_press(&s, "Enter * b");
	seat_expect(&s, "Type the id of one of the runs.");
	seat_press(&s, "B");
	seat_expect(&s, "the id of one of these runs, as it stands above");
	seat_type(&s, "2");
	seat_press(&s, "Tab Tab Enter"); /* the button */
	expect_run(town.etl, "succeeded");
	seat_press(&s, "Backspace");
	seat_type(&s, town.etl->r->row.id);
	seat_press(&s, "Tab B");
	expect_run(town.etl, "rolling_back");
	seat_leave(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_note_is_typed_and_stands_in_the_history),
		cmocka_unit_test(
			a_rollback_goes_on_after_a_failed_undo_if_so_chosen),
		cmocka_unit_test(a_plan_shows_what_undoes_a_step_and_its_log),
		cmocka_unit_test(a_plan_is_asked_for_once_while_nothing_moves),
		cmocka_unit_test(a_dry_run_of_a_rollback_changes_nothing),
		cmocka_unit_test(
			an_approval_shows_evidence_bounds_and_what_follows),
		cmocka_unit_test(
			a_retry_may_keep_the_timer_and_change_the_rest),
		cmocka_unit_test(a_step_without_a_timer_has_none_to_keep),
		cmocka_unit_test(p_holds_a_run_and_lets_it_go_on),
		cmocka_unit_test(
			a_retry_shows_the_inputs_and_what_became_of_them),
		cmocka_unit_test(
			a_rollback_of_several_runs_asks_for_the_id_of_one),
	};

	return cmocka_run_group_tests(tests, town_set_up, town_tear_down);
}
