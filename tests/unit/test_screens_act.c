/* Acting on a run that does not stand still: what was shown is what is hit,
 * or it is refused with a reason.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "screens.h"

#include <poll.h>

static uint64_t
events_of(const struct play *p, const char *what)
{
	struct wf_events events;
	uint64_t n = 0;

	assert_int_equal(wf_events(stage.engine, p->r->row.id, 0, 0, false,
				   &events, NULL),
			 WF_OK);
	for (size_t i = 0; i < events.n; i++)
		n += events.at[i].what && strstr(events.at[i].what, what);
	wf_list_free(&events.list);
	return n;
}

/* Every run but `but` is as it was: remembered by revision. */
struct memory {
	uint64_t revision[STAGE_PLAYS];
};

static struct memory
remember(void)
{
	struct memory m = {0};

	for (size_t i = 0; i < stage.nplays; i++)
		m.revision[i] = stage.plays[i]->r->row.revision;
	return m;
}

static void
expect_others_untouched(const struct memory *m, const struct play *but)
{
	for (size_t i = 0; i < stage.nplays; i++)
		if (stage.plays[i] != but && m->revision[i])
			assert_int_equal(stage.plays[i]->r->row.revision,
					 m->revision[i]);
}

static void
a_list_that_moves_keeps_its_cursor_and_its_dialog(void **state)
{
	struct seat s;
	struct memory m;
	struct play *late;

	(void)state;
	seat_take(&s, NULL, 80, 24);
	seat_press(&s, "j j"); /* backup-db */
	seat_press(&s, "C");
	seat_expect(&s, "Stop run");
	seat_expect(&s, town.backup->r->row.id);
	late = town_play("name: late\nsteps:\n- {id: a, run: ./a}\n", "{}");
	views_refresh(&s.vs);
	m = remember();
	seat_press(&s, "S");
	expect_others_untouched(&m, town.backup);
	play_end_as(town.backup, "dump", 0, WARDEN_KILL_CANCEL);
	expect_run(town.backup, "cancelled");
	expect_run(late, "running");
	seat_press(&s, "Enter");
	seat_expect(&s, "backup-db");
	seat_leave(&s);
}

static void
a_try_that_has_begun_is_not_begun_again(void **state)
{
	struct play *p = town.nightly;
	struct seat s;

	(void)state;
	seat_take(&s, p, 80, 24);
	seat_press(&s, "r");
	seat_expect(&s, "Retry e2e-tests");
	play_pass(p, 20 * SECOND); /* the engine's own retry */
	expect_state(p, "e2e-tests", "running");
	seat_press(&s, "r");
	seat_settle(&s);
	assert_int_equal(events_of(p, "retry "), 3);
	expect_state(p, "e2e-tests", "running");
	seat_leave(&s);
}

static void
a_run_that_was_deleted_closes_its_screen(void **state)
{
	char *id = mem_strdup(town.etl->r->row.id);
	struct memory m;
	struct seat s;

	(void)state;
	seat_take(&s, town.etl, 80, 24);
	seat_press(&s, "b");
	m = remember();
	assert_int_equal(st_delete_run(stage.store, id, NULL), 0);
	views_refresh(&s.vs);
	seat_press(&s, "B");
	seat_settle(&s);
	seat_press(&s, "Esc Esc");
	seat_expect(&s, "wfctl > runs");
	expect_others_untouched(&m, NULL);
	seat_leave(&s);
	free(id);
}

static void
tab_to(struct seat *s, const char *button)
{
	for (int i = 0; i < 12 && !strstr(s->text.at, button); i++)
		seat_press(s, "Tab");
	seat_expect(s, button);
}

static void
two_screens_answer_and_one_is_told(void **state)
{
	struct play *p = town.asks;
	struct seat one, two;

	(void)state;
	seat_take(&one, p, 80, 24);
	seat_take(&two, p, 80, 24);
	seat_press(&one, "a Tab Tab Tab 2 5");
	seat_press(&two, "a Tab Tab Tab 3 0");
	seat_expect(&one, "[25");
	tab_to(&one, "< Approve");
	tab_to(&two, "< Approve");
	seat_press(&one, "A");
	seat_settle(&one);
	expect_state(p, "approve-prod", "succeeded");
	seat_settle(&two);
	seat_press(&two, "A");
	seat_settle(&two);
	seat_draw(&two);
	assert_int_equal(two.vs.messages.n > 0, 1);
	expect_state(p, "deploy", "running");
	assert_int_equal(events_of(p, "approved"), 1);
	seat_press(&one, "Esc");
	seat_press(&two, "Esc");
	views_refresh(&one.vs);
	views_refresh(&two.vs);
	one.vs.said = two.vs.said = 0;
	one.vs.unseen = two.vs.unseen = 0;
	seat_draw(&one);
	seat_draw(&two);
	assert_string_equal(one.text.at, two.text.at);
	seat_leave(&one);
	seat_leave(&two);
}

static void
countdowns_show_the_stored_time_whatever_the_clock_does(void **state)
{
	struct play *p =
		town_play("name: again\nsteps:\n"
			  "- {id: a, run: ./a, retry: {limit: 3, delay: 1m,"
			  " jitter: 0}}\n",
			  "{}");
	struct seat s;

	(void)state;
	town_pass(SECOND);
	play_end(p, "a", 1);
	seat_take(&s, p, 80, 24);
	seat_expect(&s, "next try in 01:00");
	play_skew = HOUR;
	seat_draw(&s);
	seat_expect(&s, "next try in 00:00 (starting)");
	play_skew = -HOUR;
	seat_draw(&s);
	seat_expect(&s, "next try in 1:01:00");
	play_skew = 0;
	town_pass(15 * SECOND); /* while suspended */
	seat_draw(&s);
	seat_expect(&s, "next try in 00:45");
	seat_leave(&s);
}

static const char once_more[] = "name: again\nsteps:\n"
				"- {id: b, run: ./b}\n"
				"- {id: a, run: ./a, retry: {limit: 1,"
				" delay: 1m, jitter: 0}}\n";

/* In the list it is about the step that waits, as nothing has failed yet. */
static void
r_in_the_list_cuts_the_wait_of_a_retry_short(void **state)
{
	struct play *p = town_play(once_more, "{}");
	struct seat s;

	(void)state;
	town_pass(SECOND);
	play_end(p, "a", 1);
	expect_state(p, "a", "retry_wait");
	seat_take(&s, NULL, 80, 24);
	seat_press(&s, "g r");
	seat_expect(&s, "Retry a");
	seat_expect(&s, "automatic try in 01:00");
	seat_press(&s, "r");
	expect_state(p, "a", "running");
	seat_leave(&s);
}

static void
a_try_past_the_limit_cannot_be_taken_for_one_within(void **state)
{
	struct play *p = town_play(once_more, "{}");
	struct seat s;

	(void)state;
	town_pass(SECOND);
	play_end(p, "b", 0);
	play_end(p, "a", 1);
	play_pass(p, MINUTE);
	play_end(p, "a", 1);
	expect_run(p, "failed");
	seat_take(&s, p, 80, 24);
	seat_expect(&s, "a             FAIL   2/2");
	seat_press(&s, "r");
	seat_expect(&s, "counts as try 3, past the limit of 2");
	seat_press(&s, "r");
	expect_state(p, "a", "running");
	seat_expect(&s, "RUN    2+1");
	seat_expect(&s, "try 3, past the limit of 2");
	seat_leave(&s);
}

/* How long somebody has been waited for ticks like other clocks, by the
 * minute when seconds are not shown any more. */
static void
a_wait_for_a_person_goes_on_counting(void **state)
{
	struct play *p =
		town_play("name: gate\nsteps:\n"
			  "  - { id: ok, approval: { prompt: Go? } }\n",
			  "{}");
	struct seat s;

	(void)state;
	play_pass(p, 5 * SECOND);
	seat_take(&s, p, 80, 24);
	seat_expect(&s, "WAIT   -         5s");
	assert_int_equal(views_due(&s.vs), play_wall() + SECOND);
	play_pass(p, 2 * 60 * MINUTE);
	seat_draw(&s);
	assert_int_equal(views_due(&s.vs), (play_wall() / MINUTE + 1) * MINUTE);
	seat_leave(&s);
}

/* What runs or fails comes under the cursor; where a person put it, it
 * stays. */
static void
the_cursor_goes_where_something_happens_until_it_is_moved(void **state)
{
	struct play *p = town_play("name: line\nmax_parallel: 1\nsteps:\n"
				   "- {id: a, run: ./a}\n"
				   "- {id: b, needs: [a], run: ./b}\n"
				   "- {id: c, needs: [b], run: ./c}\n",
				   "{}");
	struct seat s;

	(void)state;
	seat_take(&s, p, 80, 24);
	seat_expect(&s, " log a ");
	play_end(p, "a", 0);
	views_refresh(&s.vs);
	seat_draw(&s);
	seat_expect(&s, " log b ");
	seat_press(&s, "k");
	seat_expect(&s, " log a ");
	play_end(p, "b", 0);
	views_refresh(&s.vs);
	seat_draw(&s);
	seat_expect(&s, " log a ");
	seat_leave(&s);
}

static void
esc_keeps_nothing_of_a_form(void **state)
{
	struct play *p =
		town_play("name: fails\nsteps:\n- {id: a, run: ./a}\n", "{}");
	struct seat s;

	(void)state;
	town_pass(SECOND);
	play_end(p, "a", 1);
	seat_take(&s, p, 80, 24);
	seat_press(&s, "s");
	seat_press(&s, "Tab Tab");
	for (int i = 0; i < 8 && !strstr(s.text.at, "[zz"); i++)
		seat_press(&s, strstr(s.text.at, "z") ? "Tab" : "z z");
	seat_press(&s, "Esc");
	expect_state(p, "a", "failed");
	seat_press(&s, "s");
	assert_null(strstr(s.text.at, "[zz"));
	seat_leave(&s);
}

static void
a_screen_for_looking_changes_nothing(void **state)
{
	static const char *const keys[] = {"r r", "b B", "s S", "p",  "c S",
					   "C S", "a A", "x X", "L S"};
	struct memory m = remember();
	struct seat s;

	(void)state;
	for (size_t k = 0; k < stage.nplays; k++) {
		if (stage.plays[k] == town.etl)
			continue; /* deleted */
		seat_take(&s, stage.plays[k], 80, 24);
		s.vs.read_only = true;
		for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
			seat_press(&s, keys[i]);
			seat_press(&s, "Esc");
		}
		seat_leave(&s);
	}
	expect_others_untouched(&m, NULL);
}

/* Help comes from the table: every action of the context, with its key. */
static void
help_shows_every_action_of_the_table(void **state)
{
	struct seat s;

	(void)state;
	seat_take(&s, town.nightly, 200, 120);
	seat_press(&s, "?");
	for (int i = 1; i < NACTIONS; i++) {
		enum context c = actions[i].context;

		if (c != CONTEXT_ANY && c != CONTEXT_ACTS && c != CONTEXT_RUN)
			continue;
		seat_expect(&s, actions[i].help);
	}
	seat_leave(&s);
}

/* Counted in looks, not in seconds: one commit wakes both at once, and one look
 * shows it. */
static void
two_screens_agree_after_one_look_at_the_news(void **state)
{
	struct play *p = town_play("name: twice\nsteps:\n"
				   "- {id: a, run: ./a}\n"
				   "- {id: b, needs: [a], run: ./b}\n",
				   "{}");
	struct wf_watch *watches[2];
	struct seat seats[2];

	(void)state;
	for (int i = 0; i < 2; i++) {
		seat_take(&seats[i], p, 80, 24);
		assert_int_equal(wf_watch_open(stage.engine, p->r->row.id,
					       &watches[i], NULL),
				 WF_OK);
		wf_watch_wait(watches[i], 0);
	}
	play_end(p, "a", 0);
	for (int i = 0; i < 2; i++) {
		struct pollfd fd = {.fd = wf_watch_fd(watches[i]),
				    .events = POLLIN};

		assert_int_equal(poll(&fd, 1, 0), 1);
		assert_true(wf_watch_wait(watches[i], 0));
		views_refresh(&seats[i].vs);
		seat_draw(&seats[i]);
		seat_expect(&seats[i], "a             OK ");
		seat_expect(&seats[i], "b             RUN");
	}
	assert_string_equal(seats[0].text.at, seats[1].text.at);
	for (int i = 0; i < 2; i++) {
		wf_watch_close(watches[i]);
		seat_leave(&seats[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_list_that_moves_keeps_its_cursor_and_its_dialog),
		cmocka_unit_test(a_try_that_has_begun_is_not_begun_again),
		cmocka_unit_test(a_run_that_was_deleted_closes_its_screen),
		cmocka_unit_test(two_screens_answer_and_one_is_told),
		cmocka_unit_test(
			countdowns_show_the_stored_time_whatever_the_clock_does),
		cmocka_unit_test(r_in_the_list_cuts_the_wait_of_a_retry_short),
		cmocka_unit_test(
			a_try_past_the_limit_cannot_be_taken_for_one_within),
		cmocka_unit_test(a_wait_for_a_person_goes_on_counting),
		cmocka_unit_test(
			the_cursor_goes_where_something_happens_until_it_is_moved),
		cmocka_unit_test(esc_keeps_nothing_of_a_form),
		cmocka_unit_test(a_screen_for_looking_changes_nothing),
		cmocka_unit_test(help_shows_every_action_of_the_table),
		cmocka_unit_test(two_screens_agree_after_one_look_at_the_news),
	};

	return cmocka_run_group_tests(tests, town_set_up, town_tear_down);
}
