/* What a picture need not wait for: it is drawn without, says so, and is the
 * same in the end.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "screens.h"
#include "tui/logfile.h"
#include "tui/screens/run_view.h"
#include "tui/screens/runs_view.h"

static void
draw_once(struct seat *s)
{
	views_draw(&s->vs, &s->g);
	strbuf_clear(&s->text);
	grid_dump(&s->g, &s->text);
}

/* As if every run were a large one. */
static void
take_a_slow_seat(struct seat *s, int w, int h)
{
	struct wf_err err = {0};

	*s = (struct seat){.text = STRBUF_INIT};
	views_init(&s->vs, stage.engine);
	s->vs.at_once = 0;
	grid_init(&s->g, w, h);
	assert_int_equal(views_open(&s->vs, "runs", NULL, &err), 0);
	assert_int_equal(
		views_open(&s->vs, "run", town.nightly->r->row.id, &err), 0);
	draw_once(s);
}

static void
expect_the_whole(struct seat *s)
{
	struct seat other;

	seat_take(&other, town.nightly, s->g.w, s->g.h);
	assert_string_equal(s->text.at, other.text.at);
	seat_leave(&other);
}

static void
a_large_run_is_drawn_before_its_steps_are_read(void **state)
{
	static const int sizes[][2] = {
		{140, 40},
                {80,  24},
                {40,  12},
                {20,  5 }
        };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct seat s;

		take_a_slow_seat(&s, sizes[i][0], sizes[i][1]);
		assert_null(run_view_of(views_top(&s.vs))->d.steps);
		/* Nor is the list that lies under it. */
		assert_null(runs_of(views_below(&s.vs))->all.list.arena);
		seat_expect(&s, town.nightly->r->row.id);
		seat_expect(&s, "5/10");
		seat_expect(&s, "reading the steps");
		assert_true(s.vs.behind);
		assert_false(views_load(&s.vs));
		draw_once(&s);
		assert_false(s.vs.behind);
		expect_the_whole(&s);
		seat_leave(&s);
	}
}

/* A key that comes before the steps is about the step that would have been
 * selected. */
static void
a_key_that_needs_the_steps_reads_them(void **state)
{
	struct seat s;

	(void)state;
	take_a_slow_seat(&s, 80, 24);
	views_act(&s.vs, ACTION_TAB_TIME);
	draw_once(&s);
	seat_expect(&s, "[3 Time]");
	seat_expect(&s, "reading the steps");
	views_act(&s.vs, ACTION_SKIP);
	draw_once(&s);
	seat_expect(&s, "Skip e2e-tests");
	seat_leave(&s);

	take_a_slow_seat(&s, 80, 24);
	views_act(&s.vs, ACTION_QUIT);
	draw_once(&s);
	seat_expect(&s, "wfctl > runs");
	seat_leave(&s);
}

/* Nothing of a large run is read before the list is drawn; of what is kept
 * of it the list says the same. */
static void
large_runs_of_the_list_are_read_after_it_was_drawn(void **state)
{
	static const int sizes[][2] = {
		{140, 40},
                {80,  24}
        };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct seat s = {.text = STRBUF_INIT}, other;
		struct wf_err err = {0};
		int slices = 1;

		views_init(&s.vs, stage.engine);
		s.vs.at_once = 0;
		grid_init(&s.g, sizes[i][0], sizes[i][1]);
		assert_int_equal(views_open(&s.vs, "runs", NULL, &err), 0);
		draw_once(&s);
		seat_expect(&s, town.nightly->r->row.id);
		assert_null(strstr(s.text.at, "e2e-tests"));
		assert_true(s.vs.behind);
		while (views_load(&s.vs))
			slices++;
		assert_true(slices > 1);
		draw_once(&s);
		assert_false(s.vs.behind);
		seat_take(&other, NULL, s.g.w, s.g.h);
		assert_string_equal(s.text.at, other.text.at);
		seat_expect(&s, "e2e-tests");
		seat_leave(&other);
		seat_leave(&s);
	}
}

static struct run_view *
look_at_all_events(struct seat *s)
{
	seat_take(s, town.backup, 80, 24);
	seat_press(s, "5 v");
	return run_view_of(views_top(&s->vs));
}

static void
only_events_that_are_new_are_read(void **state)
{
	struct seat s, other;
	const struct run_view *rv, *fresh;
	size_t before;

	(void)state;
	rv = look_at_all_events(&s);
	before = rv->events.events.n;
	assert_true(before > 3);
	assert_int_equal(rv->events.pieces.n, 1);
	seat_press(&s, "p");
	assert_true(rv->events.events.n > before);
	assert_int_equal(rv->events.pieces.n, 2);

	fresh = look_at_all_events(&other);
	assert_int_equal(rv->events.events.n, fresh->events.events.n);
	for (size_t i = 0; i < fresh->events.events.n; i++) {
		const struct wf_event_info *a = &rv->events.events.at[i];
		const struct wf_event_info *b = &fresh->events.events.at[i];

		assert_int_equal(a->seq, b->seq);
		assert_int_equal(a->kind, b->kind);
		assert_string_equal(a->data ? a->data : "",
				    b->data ? b->data : "");
	}
	seat_leave(&other);
	seat_press(&s, "v");
	assert_int_equal(rv->events.pieces.n, 1);
	seat_leave(&s);
}

/* The last lines come from the end of the file, not of what is indexed. */
static void
the_end_of_a_log_needs_no_index(void **state)
{
	char path[] = "/tmp/wfctl-load-XXXXXX";
	int fd = mkstemp(path);
	struct strbuf text = STRBUF_INIT, line = STRBUF_INIT;
	struct logfile *log;

	(void)state;
	for (int i = 1; i <= 100000; i++)
		strbuf_addf(&text, "line %d\n", i);
	strbuf_adds(&text, "half");
	assert_int_equal(write(fd, text.at, text.n), (ssize_t)text.n);
	log = logfile_open(path);
	assert_true(logfile_poll(log, 1));
	assert_true(logfile_is_behind(log));
	assert_true(logfile_nlines(log) < 10000);
	assert_int_equal(logfile_end(log, 3), 3);
	logfile_end_line(log, 0, &line, 0);
	assert_string_equal(line.at, "line 99999");
	strbuf_clear(&line);
	logfile_end_line(log, 2, &line, 0);
	assert_string_equal(line.at, "half");
	logfile_close(log);
	close(fd);
	unlink(path);
	strbuf_release(&text);
	strbuf_release(&line);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_large_run_is_drawn_before_its_steps_are_read),
		cmocka_unit_test(a_key_that_needs_the_steps_reads_them),
		cmocka_unit_test(
			large_runs_of_the_list_are_read_after_it_was_drawn),
		cmocka_unit_test(only_events_that_are_new_are_read),
		cmocka_unit_test(the_end_of_a_log_needs_no_index),
	};

	return cmocka_run_group_tests(tests, town_set_up, town_tear_down);
}
