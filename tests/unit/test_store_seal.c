/* The seal of a run fits its rows, however often they were written over: a
 * store that read them back with one that does not fit would refuse them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "engine/base/fs.h"
#include "engine/store/store.h"

struct fixture {
	char dir[64];
	struct store *store;
	struct st_run run, other;
	struct wf_err err;
};

static struct st_run
taken_run(struct store *s, const char *flow)
{
	struct st_run run = {.flow = flow,
			     .definition = "d1",
			     .state = RUN_RUNNING,
			     .created = 1000,
			     .actor = "me"};

	assert_int_equal(st_create_run(s, &run, pieces_of("name: x"), NULL),
			 ST_OK);
	assert_int_equal(st_take_run(s, run.id, &run.epoch, NULL), ST_OK);
	return run;
}

static int
set_up(void **state)
{
	struct fixture *f = mem_alloc(sizeof(*f));

	snprintf(f->dir, sizeof(f->dir), "/tmp/wf-seal-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	assert_int_equal(st_open(f->dir, ST_CREATE, &f->store, &f->err), 0);
	f->other = taken_run(f->store, "other");
	f->run = taken_run(f->store, "one");
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	st_close(f->store);
	assert_int_equal(fs_remove_tree(f->dir, &f->err), WF_OK);
	free(f);
	return 0;
}

/* --- writing and reading back ------------------------------------------- */

static void
put(struct st_batch *b, uint32_t ix, enum step_state state)
{
	struct st_step step = {.ix = ix, .path = "s", .state = state};
	struct st_attempt attempt = {
		.id = ix + 1, .ix = ix, .n = (uint32_t)state};

	st_put_step(b, &step);
	st_put_attempt(b, &attempt);
}

static void
commit(struct store *s, struct st_run *run, struct st_batch *b)
{
	run->revision++;
	st_put_run(b, run);
	assert_int_equal(st_commit(s, b, NULL), ST_OK);
	st_batch_free(b);
}

static void
write_steps(struct store *s, struct st_run *run, uint32_t from, uint32_t to,
	    enum step_state state)
{
	struct st_batch *b = st_batch_new(run->id);

	for (uint32_t ix = from; ix < to; ix++)
		put(b, ix, state);
	commit(s, run, b);
}

static void
assert_reads(struct store *s, const struct st_run *run, size_t expected)
{
	struct arena a = {0};
	struct st_step *steps;
	struct st_attempt *attempts;
	size_t n;

	assert_int_equal(st_read_steps(s, run->id, &a, &steps, &n, NULL),
			 ST_OK);
	assert_int_equal(n, expected);
	assert_int_equal(st_read_attempts(s, run->id, UINT32_MAX, false, &a,
					  &attempts, &n, NULL),
			 ST_OK);
	assert_int_equal(n, expected);
	arena_release(&a);
}

/* --- tests -------------------------------------------------------------- */

static void
rows_written_over_fit(void **state)
{
	struct fixture *f = *state;

	for (uint32_t ix = 0; ix < 5; ix++)
		write_steps(f->store, &f->run, ix, ix + 1, STEP_READY);
	for (uint32_t ix = 0; ix < 5; ix++)
		write_steps(f->store, &f->run, ix, ix + 1, STEP_RUNNING);
	assert_reads(f->store, &f->run, 5);
}

static void
more_rows_than_are_remembered_fit(void **state)
{
	struct fixture *f = *state;

	write_steps(f->store, &f->run, 0, 1000, STEP_READY);
	for (uint32_t ix = 0; ix < 1000; ix += 100)
		write_steps(f->store, &f->run, ix, ix + 100, STEP_RUNNING);
	assert_reads(f->store, &f->run, 1000);
}

static void
runs_written_by_turns_fit(void **state)
{
	struct fixture *f = *state;

	write_steps(f->store, &f->run, 0, 3, STEP_READY);
	write_steps(f->store, &f->other, 0, 3, STEP_FAILED);
	write_steps(f->store, &f->run, 0, 3, STEP_RUNNING);
	write_steps(f->store, &f->other, 0, 3, STEP_SKIPPED);
	assert_reads(f->store, &f->run, 3);
	assert_reads(f->store, &f->other, 3);
}

static void
steps_dropped_and_written_anew_fit(void **state)
{
	struct fixture *f = *state;
	struct st_batch *b = st_batch_new(f->run.id);

	write_steps(f->store, &f->run, 0, 4, STEP_READY);
	st_drop_steps(b, 1, 2);
	commit(f->store, &f->run, b);
	write_steps(f->store, &f->run, 0, 4, STEP_RUNNING);
	assert_reads(f->store, &f->run, 4);
}

static void
attempts_dropped_and_written_anew_fit(void **state)
{
	struct fixture *f = *state;
	struct st_batch *b = st_batch_new(f->run.id);

	write_steps(f->store, &f->run, 0, 4, STEP_READY);
	st_drop_attempt(b, 2);
	commit(f->store, &f->run, b);
	write_steps(f->store, &f->run, 0, 4, STEP_RUNNING);
	assert_reads(f->store, &f->run, 4);
}

static void
rows_that_another_engine_wrote_meanwhile_fit(void **state)
{
	struct fixture *f = *state;
	struct store *second;

	write_steps(f->store, &f->run, 0, 3, STEP_READY);
	assert_int_equal(st_open(f->dir, ST_WRITE, &second, NULL), ST_OK);
	assert_int_equal(st_take_run(second, f->run.id, &f->run.epoch, NULL),
			 ST_OK);
	write_steps(second, &f->run, 0, 3, STEP_RUNNING);
	st_close(second);
	assert_int_equal(st_take_run(f->store, f->run.id, &f->run.epoch, NULL),
			 ST_OK);
	write_steps(f->store, &f->run, 0, 3, STEP_FAILED);
	assert_reads(f->store, &f->run, 3);
}

/* They go several at a time. */
static void
any_number_of_events_is_read_back_in_order(void **state)
{
	struct fixture *f = *state;
	struct arena a = {0};
	struct st_event *events;
	uint64_t total = 0;
	size_t n;

	for (uint64_t count = 1; count <= 23; count++) {
		struct st_batch *b = st_batch_new(f->run.id);

		for (uint64_t k = 0; k < count; k++) {
			struct st_event e = {.seq = total + 1,
					     .kind = EV_STEP_STATE,
					     .ix = (uint32_t)total + 1,
					     .actor = "engine"};

			st_add_event(b, &e);
			total++;
		}
		commit(f->store, &f->run, b);
	}
	assert_int_equal(st_read_events(f->store, f->run.id, 0, 1000, false, &a,
					&events, &n, NULL),
			 ST_OK);
	assert_int_equal(n, total);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(events[i].ix, i + 1);
	arena_release(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
		TEST(rows_written_over_fit),
		TEST(more_rows_than_are_remembered_fit),
		TEST(runs_written_by_turns_fit),
		TEST(steps_dropped_and_written_anew_fit),
		TEST(attempts_dropped_and_written_anew_fit),
		TEST(rows_that_another_engine_wrote_meanwhile_fit),
		TEST(any_number_of_events_is_read_back_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
