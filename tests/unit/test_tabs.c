/* What the keys of the tabs and of the list do to the picture.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "screens.h"

static void
boxes_of_the_graph_say_more_or_less(void **state)
{
	struct seat s;

	(void)state;
	seat_take(&s, town.nightly, 80, 24);
	seat_press(&s, "2");
	seat_expect(&s, "checkout 3s]");
	seat_press(&s, "+");
	seat_expect(&s, "checkout OK 3s]");
	seat_expect(&s, "build-api OK 2/3 1m59s]");
	seat_press(&s, "- -");
	seat_expect(&s, "checkout]");
	seat_press(&s, "- +");
	seat_expect(&s, "checkout 3s]");
	seat_leave(&s);
}

static void
the_timeline_says_what_tries_and_waits_took(void **state)
{
	struct seat s;

	(void)state;
	seat_take(&s, town.nightly, 80, 24);
	seat_press(&s, "3");
	seat_expect(&s, "of its time was failed tries");
	seat_expect(&s, "try 1 03:13:41-03:18:25 exit 1");
	seat_press(&s, "g");
	assert_null(strstr(s.text.at, "of its time was failed tries"));
	seat_leave(&s);
}

static void
n_goes_from_trouble_to_trouble(void **state)
{
	struct seat s;

	(void)state;
	seat_take(&s, NULL, 80, 24);
	seat_press(&s, "g n");
	seat_expect(&s, "─── f739ea55 deploy-eu");
	seat_press(&s, "n");
	seat_expect(&s, "─── 36ec8a8d convert");
	seat_leave(&s);
}

/* While typing the cursor is on the first step that fits. */
static void
a_step_is_found_by_what_its_name_holds(void **state)
{
	struct seat s;

	(void)state;
	seat_take(&s, town.nightly, 80, 24);
	seat_press(&s, "g / b u i l d");
	seat_expect(&s, "find: build");
	seat_expect(&s, ">● │    ✓ build-api");
	seat_press(&s, "- w");
	seat_expect(&s, ">│ ● │  ✓ build-web");
	seat_press(&s, "Backspace Backspace Enter");
	seat_expect(&s, ">● │    ✓ build-api");
	seat_press(&s, "n");
	seat_expect(&s, ">│ ● │  ✓ build-web");
	seat_press(&s, "N n");
	seat_press(&s, "2 / Esc"); /* as in the picture; Esc goes back */
	seat_expect(&s, "build-web: OK");
	seat_press(&s, "/ z z Enter");
	seat_expect(&s, "no step is called so: zz");
	seat_press(&s, "Esc n"); /* no text: to what needs somebody */
	seat_expect(&s, "e2e-tests: RETRY");
	seat_press(&s, "n");
	seat_expect(&s, "no other step needs attention");
	seat_leave(&s);
}

/* The dashboard would run it; here it is taken away. */
static void
expect_program(struct seat *s, const char *file)
{
	char **argv = s->vs.run_program;

	assert_non_null(argv);
	assert_non_null(strstr(argv[1], file));
	free(argv[0]);
	free(argv[1]);
	free(argv);
	s->vs.run_program = NULL;
}

static void
o_opens_the_log_and_the_record(void **state)
{
	struct seat s;

	(void)state;
	seat_take(&s, town.failed, 80, 24);
	seat_press(&s, "o");
	expect_program(&s, "deploy.1.log");
	seat_press(&s, "6 o");
	expect_program(&s, "record");
	seat_leave(&s);
}

static void
pass(struct seat *s, int64_t ms)
{
	town_pass(ms);
	views_refresh(&s->vs);
	seat_draw(s);
}

/* The engine of a run in whose place the test answers. */
static void
the_header_tells_when_the_engine_gave_no_sign_of_life(void **state)
{
	const struct timespec long_ago[2] = {
		{1, 0},
                {1, 0}
        };
	char *dir = wf_run_dir(stage.engine, town.nightly->r->row.id);
	int lock = stage.doors[stage.ndoors - 1], socket = door_listen(dir);
	int64_t before = play_now;
	struct seat s;

	(void)state;
	assert_true(socket >= 0);
	assert_int_equal(futimens(lock, long_ago), 0);
	seat_take(&s, town.nightly, 140, 40);
	seat_expect(&s, "engine 4711 alive, last beat 0s");
	pass(&s, 3 * SECOND);
	seat_expect(&s, "engine 4711 alive, last beat 3s");
	pass(&s, 3 * SECOND);
	seat_expect(&s, "engine: no beat for 6s");
	assert_false(door_hear(socket, lock)); /* nobody posted a request */
	seat_draw(&s);
	seat_expect(&s, "engine 4711 alive, last beat 0s");
	play_now = before;
	door_close(dir, socket);
	free(dir);
	seat_leave(&s);
}

/* Whoever comes back to a screen that stood still has not asked meanwhile. */
static void
a_screen_that_did_not_ask_calls_no_engine_late(void **state)
{
	int64_t before = play_now;
	struct seat s;

	(void)state;
	seat_take(&s, town.nightly, 140, 40);
	town_pass(10 * MINUTE);
	seat_draw(&s);
	seat_expect(&s, "engine 4711 alive  ");
	play_now = before;
	seat_leave(&s);
}

static void
the_footer_tells_what_the_run_takes(void **state)
{
	struct seat s;

	(void)state;
	seat_take(&s, town.fan, 140, 40);
	seat_expect(&s, "2 slots of 2 busy");
	seat_leave(&s);
	seat_take(&s, town.backup, 140, 40);
	seat_expect(&s, "log 0% of quota   1 slot of 2 busy");
	seat_press(&s, "4");
	seat_expect(&s, "32 bytes of 64 MiB");
	seat_leave(&s);
}

static void
the_record_names_what_the_step_is_given(void **state)
{
	struct seat s;

	(void)state;
	seat_take(&s, town.etl, 80, 40);
	seat_press(&s, "G 6");
	seat_expect(&s, "environment  STAGE, DAY");
	seat_expect(&s, "inputs       params.day  86b34f86");
	seat_expect(&s, "hash         ");
	seat_leave(&s);
}

static void
a_rollback_names_what_it_undoes_keeps_and_never_reached(void **state)
{
	struct seat s;

	(void)state;
	seat_take(&s, town.undone, 80, 24);
	seat_press(&s, "5");
	seat_expect(&s, "ROLLBACK to start, plan ");
	seat_expect(&s, "because load failed (exit), on_failure: rollback");
	seat_expect(&s, "undo    load extract");
	seat_expect(&s, "never   report");
	seat_expect(&s, "follow ON");
	seat_expect(&s, "decisions, 2"); /* 2x events */
	seat_press(&s, "g");
	seat_expect(&s, "follow is OFF: ");
	seat_leave(&s);
}

/* Rows are of several heights; the cursor's is always whole. */
static void
the_cursor_stays_in_sight_among_events_of_any_height(void **state)
{
	struct seat s;

	(void)state;
	seat_take(&s, town.undone, 60, 10);
	seat_press(&s, "5 v g");
	for (int i = 0; i < 40; i++) {
		if (!strstr(s.text.at, "\n>"))
			fail_msg("no cursor after %d rows:\n%s", i, s.text.at);
		seat_press(&s, i < 20 ? "j" : "k");
	}
	seat_leave(&s);
}

static void
the_timeline_says_who_waited_and_when_places_were_taken(void **state)
{
	struct seat s;

	(void)state;
	seat_take(&s, town.nightly, 80, 24);
	seat_press(&s, "3");
	seat_expect(&s,
		    "queue wait 0s   slots 3/4 busy 14s   longest silence: ");
	seat_leave(&s);
	/* Four items and two places: each[c] and each[d] waited. */
	seat_take(&s, town.fan, 80, 24);
	seat_press(&s, "Enter 3");
	seat_expect(&s, "each[c]   | .>>>");
	seat_expect(&s, "queue wait 20s (each[c])   slots 2/2 busy ");
	seat_leave(&s);
	/* What is held is not queued. */
	seat_take(&s, town.held, 80, 24);
	seat_press(&s, "3");
	seat_expect(&s, "queue wait 0s");
	seat_leave(&s);
}

static void
a_find_in_the_log_tells_its_place_among_all(void **state)
{
	struct seat s;

	(void)state;
	seat_take(&s, town.nightly, 80, 24);
	seat_press(&s, "4 / o k Enter");
	seat_expect(&s, "find: ok 1/2");
	seat_expect(&s, ">   2 login flow ........ ok");
	seat_press(&s, "n");
	seat_expect(&s, "find: ok 2/2");
	seat_press(&s, "n"); /* once around */
	seat_expect(&s, "find: ok 1/2");
	seat_press(&s, "& f l o w Enter n n");
	seat_expect(&s, "find: ok 2/2");
	seat_expect(&s, "filter: flow");
	seat_press(&s, "/ Backspace Backspace F A I L Enter");
	seat_expect(&s, "find: FAIL 1/1");
	seat_press(&s, "/ z Enter");
	seat_expect(&s, "find: FAILz, none");
	seat_leave(&s);
}

static void
grow_log(struct play *p, const char *path, const char *text)
{
	char *dir = wf_run_dir(stage.engine, p->r->row.id);
	char *file = mem_printf("%s/%s", dir, play_flight(p, path)->log);
	FILE *f = fopen(file, "a");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
	free(file);
	free(dir);
}

/* The last line may have been half of one. */
static void
lines_that_come_are_counted_too(void **state)
{
	struct seat s;

	(void)state;
	grow_log(town.backup, "dump", "dumping tab");
	seat_take(&s, town.backup, 80, 24);
	seat_press(&s, "4 / t a b l e Enter");
	seat_expect(&s, "find: table 1/2");
	grow_log(town.backup, "dump", "le 3\n");
	pass(&s, SECOND);
	seat_expect(&s, "find: table 1/3");
	seat_leave(&s);
}

static void
what_a_rollback_did_and_left_stands_beside_the_steps(void **state)
{
	struct seat s;

	(void)state;
	seat_take(&s, town.stuck, 80, 24);
	seat_expect(&s, "exit 1; left to undo: load, extract");
	seat_expect(&s, "still to be undone");
	seat_leave(&s);
	seat_take(&s, town.undone, 80, 24);
	seat_press(&s, "5");
	seat_expect(&s, "ROLLBACK to start, plan 48eb1b4b");
	seat_press(&s, "1");
	seat_expect(&s, "UNDONE -      3m05s   plan 48eb1b4b");
	seat_leave(&s);
}

/* Priority first, then the longest path, then the order of the file. */
static void
a_ready_step_has_its_place_in_the_queue(void **state)
{
	static const char *const turns[] = {"first", "urgent", "long", "short",
					    NULL};
	struct play *p = town_play("name: busy\nmax_parallel: 1\nsteps:\n"
				   "- {id: first, run: ./a, priority: 9}\n"
				   "- {id: short, run: ./b}\n"
				   "- {id: each, run: ./c, foreach: [x, y]}\n"
				   "- {id: long, run: ./d}\n"
				   "- {id: urgent, run: ./e, priority: 5}\n"
				   "- {id: end, needs: [long], run: ./f}\n",
				   "{}");
	struct seat s;

	(void)state;
	seat_take(&s, p, 80, 24);
	seat_press(&s, "g Down Down Enter");
	seat_expect(&s,
		    "urgent        QUEUE  -          -   1 of 5 in the queue");
	seat_expect(&s,
		    "long          QUEUE  -          -   2 of 5 in the queue");
	seat_expect(&s,
		    "short         QUEUE  -          -   3 of 5 in the queue");
	seat_expect(&s,
		    "each[y]     QUEUE  -          -   5 of 5 in the queue");
	for (const char *const *step = turns; *step; step++)
		play_end(p, *step, 0);
	expect_started(p, "first urgent long short end ");
	seat_leave(&s);
}

static void
a_step_that_was_stopped_says_by_whom_or_by_which_limit(void **state)
{
	struct play *p = town_play("name: late\nsteps:\n"
				   "- {id: slow, run: ./a, timeout: 90s}\n",
				   "{}");
	struct seat s;

	(void)state;
	town_pass(90 * SECOND);
	play_end_as(p, "slow", 0, WARDEN_KILL_TIMEOUT);
	seat_take(&s, p, 80, 24);
	seat_expect(&s, "TIME   1/1    1m30s   over its limit of 1m30s");
	seat_leave(&s);
	seat_take(&s, town.stopped, 80, 24);
	seat_expect(&s, "CANC   1/1   10m00s   by root\n");
	seat_expect(&s, "last decision 01:46:04 root: cancel");
	seat_leave(&s);
}

static void
the_timeline_tells_a_timer_from_a_person(void **state)
{
	struct seat s;

	(void)state;
	seat_take(&s, town.fan, 80, 24);
	seat_press(&s, "3");
	seat_expect(&s, "sleep     | zzzz");
	seat_expect(&s, "? a person  z asleep");
	seat_leave(&s);
	seat_take(&s, town.asks, 80, 24);
	seat_press(&s, "3");
	seat_expect(&s, "???");
	seat_leave(&s);
}

/* What a sentence has no room for is said in five words. */
static void
a_small_window_says_briefly_when_the_next_try_is(void **state)
{
	struct seat s;

	(void)state;
	seat_take(&s, town.nightly, 40, 12);
	seat_expect(&s, "\n 2/4 tries, exit 1, next 00:1");
	seat_leave(&s);
}

/* The bottom line goes with the row. */
static void
hints_begin_with_what_the_row_calls_for(void **state)
{
	static const struct {
		struct play **run;
		const char *hints;
	} rows[] = {
		{&town.lost,   "\n L settle  r retry  l log  b roll back"},
		{&town.asks,   "\n a approve  x reject  s skip"          },
		{&town.backup, "\n c stop step  l log  p hold"           },
		{&town.gone,   "\n R resume  C stop run  b roll back"    },
		{&town.held,   "\n s skip  p hold"                       },
		{&town.failed, "\n r retry  b roll back  s skip  l log"  },
		{&town.etl,    "\n b roll back  l log  i info"           },
	};
	struct seat s;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		seat_take(&s, *rows[i].run, 80, 24);
		seat_expect(&s, rows[i].hints);
		seat_leave(&s);
	}
	seat_take(&s, NULL, 80, 24);
	seat_expect(&s, "\n Enter open  r retry  b roll back");
	seat_press(&s, "j");
	seat_expect(&s, "\n Enter open  a approve  x reject  C stop run");
	seat_leave(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_find_in_the_log_tells_its_place_among_all),
		cmocka_unit_test(boxes_of_the_graph_say_more_or_less),
		cmocka_unit_test(the_timeline_says_what_tries_and_waits_took),
		cmocka_unit_test(n_goes_from_trouble_to_trouble),
		cmocka_unit_test(a_step_is_found_by_what_its_name_holds),
		cmocka_unit_test(o_opens_the_log_and_the_record),
		cmocka_unit_test(
			the_header_tells_when_the_engine_gave_no_sign_of_life),
		cmocka_unit_test(
			a_screen_that_did_not_ask_calls_no_engine_late),
		cmocka_unit_test(the_footer_tells_what_the_run_takes),
		cmocka_unit_test(the_record_names_what_the_step_is_given),
		cmocka_unit_test(
			the_timeline_says_who_waited_and_when_places_were_taken),
		cmocka_unit_test(
			a_rollback_names_what_it_undoes_keeps_and_never_reached),
		cmocka_unit_test(
			the_cursor_stays_in_sight_among_events_of_any_height),
		cmocka_unit_test(lines_that_come_are_counted_too),
		cmocka_unit_test(hints_begin_with_what_the_row_calls_for),
		cmocka_unit_test(the_timeline_tells_a_timer_from_a_person),
		cmocka_unit_test(
			a_small_window_says_briefly_when_the_next_try_is),
		cmocka_unit_test(a_ready_step_has_its_place_in_the_queue),
		cmocka_unit_test(
			a_step_that_was_stopped_says_by_whom_or_by_which_limit),
		cmocka_unit_test(
			what_a_rollback_did_and_left_stands_beside_the_steps),
	};

	return cmocka_run_group_tests(tests, town_set_up, town_tear_down);
}
