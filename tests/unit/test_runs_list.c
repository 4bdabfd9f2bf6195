/* The list of runs: what its filter finds, in what order it stands.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "screens.h"

static void
expect_absent(const struct seat *s, const char *text)
{
	if (strstr(s->text.at, text))
		fail_msg("\"%s\" is on the screen:\n%s", text, s->text.at);
}

/* Does the first stand above the second? */
static void
expect_above(const struct seat *s, const char *first, const char *second)
{
	const char *a = strstr(s->text.at, first);
	const char *b = strstr(s->text.at, second);

	if (!a || !b || a > b)
		fail_msg("\"%s\" is not above \"%s\":\n%s", first, second,
			 s->text.at);
}

static void
filter(struct seat *s, const char *text)
{
	seat_press(s, "Esc /");
	seat_type(s, text);
	seat_press(s, "Enter");
}

static void
words_are_looked_for_in_id_flow_name_and_state(void **state)
{
	struct seat s;

	(void)state;
	seat_take(&s, NULL, 80, 24);
	filter(&s, "etl");
	seat_expect(&s, "3 of 12 runs");
	filter(&s, "ETL undo!");
	seat_expect(&s, "1 of 12 runs");
	seat_expect(&s, town.stuck->r->row.id);
	filter(&s, "etl !ok");
	seat_expect(&s, "2 of 12 runs");
	expect_absent(&s, town.etl->r->row.id);
	filter(&s, "%");
	seat_expect(&s, "0 of 12 runs");
	filter(&s, "!ok !fail !canc !undo");
	expect_absent(&s, "etl-hourly");
	expect_absent(&s, "reindex");
	seat_expect(&s, "backup-db");
	seat_leave(&s);
}

static void
a_key_tells_where_to_look(void **state)
{
	struct seat s;

	(void)state;
	seat_take(&s, NULL, 80, 24);
	filter(&s, "state:failed");
	seat_expect(&s, "1 of 12 runs");
	seat_expect(&s, town.failed->r->row.id);
	filter(&s, "flow:nightly state:fail");
	seat_expect(&s, "1 of 12 runs");
	filter(&s, "flow:fail");
	seat_expect(&s, "0 of 12 runs");
	filter(&s, "state:nightly");
	seat_expect(&s, "0 of 12 runs");
	filter(&s, "!flow:etl !state:undone");
	seat_expect(&s, "9 of 12 runs");
	filter(&s, "!state:ok flow:etl");
	seat_expect(&s, "2 of 12 runs");
	filter(&s, "state:");
	seat_expect(&s, "12 of 12 runs");
	seat_leave(&s);
}

static void
a_moment_tells_since_when_or_before(void **state)
{
	struct seat s;

	(void)state;
	seat_take(&s, NULL, 80, 24);
	filter(&s, "since:1h");
	seat_expect(&s, "7 of 12 runs");
	expect_absent(&s, town.failed->r->row.id);
	filter(&s, "!since:1h");
	seat_expect(&s, "5 of 12 runs");
	seat_expect(&s, town.failed->r->row.id);
	filter(&s, "since:2025-11-21 flow:nightly");
	seat_expect(&s, "1 of 12 runs");
	filter(&s, "since:3d since:15m");
	seat_expect(&s, "2 of 12 runs");
	filter(&s, "!since:15m since:1h");
	seat_expect(&s, "5 of 12 runs");
	filter(&s, "since:2"); /* still being typed */
	seat_expect(&s, "12 of 12 runs");
	seat_leave(&s);
}

/* What was looked for anywhere is found again by Up, anywhere. */
static void
up_brings_back_what_was_looked_for(void **state)
{
	struct seat s;

	(void)state;
	seat_take(&s, town.failed, 80, 24);
	seat_press(&s, "4 / h o s t Enter");
	seat_press(&s, "5 / r e t r y Enter q");
	filter(&s, "etl");
	seat_press(&s, "Esc / Up Up");
	seat_expect(&s, "filter: retry");
	seat_press(&s, "Up");
	seat_expect(&s, "filter: host");
	seat_press(&s, "Down Down");
	seat_expect(&s, "filter: etl");
	seat_expect(&s, "3 of 12 runs");
	seat_press(&s, "Down Enter");
	seat_expect(&s, "12 of 12 runs");
	seat_leave(&s);
}

/* RETRY and WAIT are states of steps: the run itself is running, or waits. */
static void
what_goes_on_is_found_by_what_its_row_says(void **state)
{
	struct seat s;

	(void)state;
	seat_take(&s, NULL, 80, 24);
	filter(&s, "state:retry");
	seat_expect(&s, "1 of 12 runs");
	seat_expect(&s, town.nightly->r->row.id);
	filter(&s, "state:lost");
	seat_expect(&s, "1 of 12 runs");
	seat_expect(&s, town.lost->r->row.id);
	filter(&s, "!state:retry flow:nightly");
	seat_expect(&s, "1 of 12 runs");
	seat_expect(&s, town.failed->r->row.id);
	seat_leave(&s);
}

static void
who_holds_a_run_and_who_is_silent_stands_in_its_row(void **state)
{
	const int64_t at = play_now / 1000 - 6 * 60;
	const struct timespec then[2] = {
		{at, 0},
                {at, 0}
        };
	char *dir = wf_run_dir(stage.engine, town.backup->r->row.id);
	char *log = mem_printf("%s/logs/dump.1.log", dir);
	struct seat s;

	(void)state;
	assert_int_equal(utimensat(AT_FDCWD, log, then, 0), 0);
	seat_take(&s, NULL, 140, 40);
	seat_expect(&s, "dump: silent for 6m00s (!)");
	seat_expect(&s, "held by root: disk swap");
	seat_expect(&s, "stopped by root");
	seat_expect(&s, "undo of load failed: exit 1  ");
	seat_expect(&s, "rolled back  "); /* by its policy, not by anybody */
	seat_leave(&s);
	free(log);
	free(dir);
}

static void
the_menu_sorts_and_turns_round(void **state)
{
	struct seat s;

	(void)state;
	seat_take(&s, NULL, 80, 40);
	seat_expect(&s, "sort: started v");
	seat_press(&s, "s");
	seat_expect(&s, "Sort runs");
	seat_press(&s, "f");
	seat_expect(&s, "sort: flow v");
	expect_above(&s, "backup-db", "reindex");
	seat_press(&s, "s f");
	seat_expect(&s, "sort: flow ^");
	expect_above(&s, "reindex", "backup-db");
	seat_press(&s, "s t");
	expect_above(&s, "UNDO!", "backup-db");
	seat_press(&s, "s Up Enter");
	seat_expect(&s, "sort: ended v");
	seat_press(&s, "s Esc");
	seat_expect(&s, "sort: ended v");
	seat_leave(&s);
}

static void
add_runs(size_t n)
{
	st_relax(stage.store);
	for (size_t i = 0; i < n; i++) {
		struct st_run run = {.flow = "many",
				     .definition = "d",
				     .state = RUN_SUCCEEDED,
				     .created = play_now,
				     .started = play_now,
				     .finished = play_now,
				     .params = "{}",
				     .options = "{}",
				     .actor = "cron"};

		assert_int_equal(
			st_create_run(stage.store, &run, pieces_of("{}"), NULL),
			0);
	}
}

/* The twelve of the town are older than 2,100 others. */
static void
the_oldest_is_found_and_reached(void **state)
{
	struct seat s;

	(void)state;
	add_runs(2100);
	seat_take(&s, NULL, 80, 24);
	seat_expect(&s, "2000+ of 2112 runs");
	filter(&s, "etl");
	seat_expect(&s, "3 of 2112 runs");
	seat_expect(&s, town.etl->r->row.id);
	filter(&s, "by:cron");
	seat_expect(&s, "2000+ of 2112 runs");
	seat_press(&s, "Esc G");
	seat_expect(&s, "2112 of 2112 runs");
	seat_press(&s, "G");
	seat_expect(&s, town.etl->r->row.id);
	seat_leave(&s);
}

/* For five seconds after the cursor was moved. */
static void
rows_stay_where_they_are_while_the_cursor_moves(void **state)
{
	int64_t before = play_now;
	struct seat s;

	(void)state;
	seat_take(&s, NULL, 80, 24);
	filter(&s, "!many");
	seat_press(&s, "g j");
	town_play("name: newest\nsteps:\n- {id: a, run: ./a}\n", "{}");
	views_refresh(&s.vs);
	seat_draw(&s);
	expect_above(&s, "reindex", "newest");
	town_pass(5 * SECOND);
	seat_draw(&s);
	expect_above(&s, "newest", "deploy-eu");
	seat_expect(&s, ">?  ");
	play_now = before;
	seat_leave(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			words_are_looked_for_in_id_flow_name_and_state),
		cmocka_unit_test(a_key_tells_where_to_look),
		cmocka_unit_test(a_moment_tells_since_when_or_before),
		cmocka_unit_test(
			who_holds_a_run_and_who_is_silent_stands_in_its_row),
		cmocka_unit_test(up_brings_back_what_was_looked_for),
		cmocka_unit_test(what_goes_on_is_found_by_what_its_row_says),
		cmocka_unit_test(the_menu_sorts_and_turns_round),
		cmocka_unit_test(the_oldest_is_found_and_reached),
		cmocka_unit_test(
			rows_stay_where_they_are_while_the_cursor_moves),
	};

	return cmocka_run_group_tests(tests, town_set_up, town_tear_down);
}
