/* The store on a disk that fails: what was acknowledged is there, whatever
 * write or sync fails and whenever the power goes.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "engine/store/store.h"
#include "engine/store/store_fault.h"

#define COMMITS 6

static void
temp_dir(char dir[64])
{
	snprintf(dir, 64, "/tmp/wf-fault-XXXXXX");
	assert_non_null(mkdtemp(dir));
}

static void
remove_dir(const char *dir)
{
	static const char *const names[] = {"store.db", "store.db-wal",
					    "store.db-shm", "store.db-journal",
					    "reserve"};
	char path[128];

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		unlink(path);
	}
	rmdir(dir);
}

/* What a client knows: how far it was told that things are on the disk. */
struct told {
	char run[ST_RUN_ID];
	bool created;
	uint64_t revision;
	enum st_result last; /* the first failure, or ST_OK */
};

static enum st_result
commit_next(struct store *s, struct st_run *run, struct wf_err *err)
{
	struct st_batch *b = st_batch_new(run->id);
	struct st_step step = {.ix = (uint32_t)run->revision,
			       .path = "step",
			       .parent = UINT32_MAX,
			       .outputs = "{\"some\":\"output\"}"};
	enum st_result result;

	run->revision++;
	st_put_step(b, &step);
	st_put_run(b, run);
	result = st_commit(s, b, err);
	st_batch_free(b);
	return result;
}

/* A life of a store up to its first failure. */
static struct told
work(const char *dir, int commits)
{
	struct told told = {.last = ST_OK};
	struct st_run run = {.flow = "f", .definition = "d", .params = "{}"};
	struct wf_err err = {0};
	struct store *s;

	told.last = st_open(dir, ST_CREATE, &s, &err);
	if (told.last) {
		assert_string_not_equal(err.message, "");
		assert_string_not_equal(err.hint, "");
		return told;
	}
	told.last = st_create_run(s, &run, pieces_of("text"), &err);
	if (!told.last) {
		told.created = true;
		memcpy(told.run, run.id, sizeof(run.id));
	}
	for (int i = 0; !told.last && i < commits; i++) {
		told.last = commit_next(s, &run, &err);
		if (!told.last)
			told.revision = run.revision;
	}
	if (told.last)
		assert_int_equal(err.code, WF_STORE);
	st_close(s);
	return told;
}

/* The store opens, is sound, and holds what was told, or one more. */
static void
check(const char *dir, const struct told *told, const char *when)
{
	struct wf_err err = {0};
	struct strbuf findings = STRBUF_INIT;
	struct arena a = {0};
	struct st_run run = {0};
	struct st_step *steps = NULL;
	struct store *s;
	size_t n = 0;

	if (st_open(dir, ST_CREATE, &s, &err))
		fail_msg("%s: %s", when, err.message);
	if (st_check(s, &findings, &err))
		fail_msg("%s: %s %s", when, err.message, findings.at);
	if (told->created &&
	    (st_read_run(s, told->run, &a, &run, &err) ||
	     st_read_steps(s, told->run, &a, &steps, &n, &err)))
		fail_msg("%s: %s", when, err.message);
	if (run.revision < told->revision || n < told->revision)
		fail_msg("%s: told %d, found %d and %zu", when,
			 (int)told->revision, (int)run.revision, n);
	if (run.revision > told->revision + 1 || n > told->revision + 1)
		fail_msg("%s: too much is there", when);
	strbuf_release(&findings);
	arena_release(&a);
	st_close(s);
}

static void
fail_each(enum fault_kind kind, bool sticky)
{
	static const char *const names[] = {"eio", "torn", "full", "fsync"};
	uint64_t seen;
	struct fault f = {.kind = kind, .at = 1, .sticky = sticky};

	do {
		char dir[64], when[64];
		struct told told;

		temp_dir(dir);
		snprintf(when, sizeof(when), "%s at %d%s", names[kind],
			 (int)f.at, sticky ? " and on" : "");
		fault_arm(&f);
		told = work(dir, COMMITS);
		seen = fault_count();
		fault_arm(NULL);
		check(dir, &told, when);
		fault_forget();
		remove_dir(dir);
	} while (seen >= f.at++);
	assert_true(f.at > COMMITS);
}

static void
no_write_that_fails_loses_what_was_told(void **state)
{
	(void)state;
	fail_each(FAULT_EIO, false);
	fail_each(FAULT_EIO, true);
}

static void
no_write_that_is_torn_loses_what_was_told(void **state)
{
	(void)state;
	fail_each(FAULT_TORN, false);
	fail_each(FAULT_TORN, true);
}

static void
no_full_disk_loses_what_was_told(void **state)
{
	(void)state;
	fail_each(FAULT_FULL, false);
	fail_each(FAULT_FULL, true);
}

static void
no_sync_that_fails_loses_what_was_told(void **state)
{
	(void)state;
	fail_each(FAULT_FSYNC, false);
	fail_each(FAULT_FSYNC, true);
}

/* Cut the power after each commit, with all, none and some of what was not
 * synced: the store is sound and holds each acknowledged commit. */
static void
no_power_cut_loses_what_was_told(void **state)
{
	char dir[64], after[64];
	struct st_run run = {.flow = "f", .definition = "d"};
	struct told told = {.created = true};
	struct wf_err err = {0};
	struct store *s;

	(void)state;
	fault_arm(NULL);
	temp_dir(dir);
	assert_int_equal(st_open(dir, ST_CREATE, &s, &err), 0);
	assert_int_equal(st_create_run(s, &run, pieces_of("text"), &err), 0);
	memcpy(told.run, run.id, sizeof(run.id));
	for (uint64_t i = 0; i < 30; i++) {
		assert_int_equal(commit_next(s, &run, &err), 0);
		told.revision = run.revision;
		for (uint64_t seed = 0; seed < 3; seed++) {
			temp_dir(after);
			assert_true(
				fault_power_cut(dir, after, seed * (i + 7)));
			check(after, &told, "after a power cut");
			remove_dir(after);
		}
	}
	st_close(s);
	fault_forget();
	remove_dir(dir);
}

/* The layer itself can tell: without syncs, a power cut does lose. */
static void
a_relaxed_store_may_lose_the_last_but_stays_sound(void **state)
{
	char dir[64], after[64];
	struct st_run run = {.flow = "f", .definition = "d"};
	struct wf_err err = {0};
	struct arena a = {0};
	struct store *s, *t;
	struct st_run got;

	(void)state;
	fault_arm(NULL);
	temp_dir(dir);
	temp_dir(after);
	assert_int_equal(st_open(dir, ST_CREATE, &s, &err), 0);
	assert_int_equal(st_create_run(s, &run, pieces_of("text"), &err), 0);
	st_relax(s);
	for (int i = 0; i < 5; i++)
		assert_int_equal(commit_next(s, &run, &err), 0);
	assert_true(fault_power_cut(dir, after, 0));
	assert_int_equal(st_open(after, ST_WRITE, &t, &err), 0);
	assert_int_equal(st_read_run(t, run.id, &a, &got, &err), 0);
	assert_int_equal(got.revision, 0);
	arena_release(&a);
	st_close(t);
	st_close(s);
	fault_forget();
	remove_dir(after);
	remove_dir(dir);
}

static void
after_an_unsure_commit_nothing_more_is_written(void **state)
{
	char dir[64];
	struct st_run run = {.flow = "f", .definition = "d"};
	struct fault f = {.kind = FAULT_FSYNC, .at = 1};
	struct wf_err err = {0};
	struct store *s;

	(void)state;
	fault_arm(NULL);
	temp_dir(dir);
	assert_int_equal(st_open(dir, ST_CREATE, &s, &err), 0);
	assert_int_equal(st_create_run(s, &run, pieces_of("text"), &err), 0);
	fault_arm(&f);
	assert_int_equal(commit_next(s, &run, &err), ST_UNSURE);
	fault_arm(NULL);
	assert_int_equal(commit_next(s, &run, &err), ST_UNSURE);
	st_close(s);
	fault_forget();
	remove_dir(dir);
}

static void
a_full_disk_gets_the_reserve_back(void **state)
{
	char dir[64], reserve[128];
	struct st_run run = {.flow = "f", .definition = "d"};
	struct fault f = {.kind = FAULT_FULL, .at = 1};
	struct wf_err err = {0};
	struct store *s;

	(void)state;
	fault_arm(NULL);
	temp_dir(dir);
	snprintf(reserve, sizeof(reserve), "%s/reserve", dir);
	assert_int_equal(st_open(dir, ST_CREATE, &s, &err), 0);
	assert_int_equal(st_create_run(s, &run, pieces_of("text"), &err), 0);
	assert_int_equal(access(reserve, F_OK), 0);
	fault_arm(&f);
	assert_int_equal(commit_next(s, &run, &err), ST_UNSURE);
	assert_int_equal(access(reserve, F_OK), -1);
	assert_non_null(strstr(err.hint, "free some space"));
	st_close(s);
	fault_arm(NULL);
	fault_forget();
	remove_dir(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_write_that_fails_loses_what_was_told),
		cmocka_unit_test(no_write_that_is_torn_loses_what_was_told),
		cmocka_unit_test(no_full_disk_loses_what_was_told),
		cmocka_unit_test(no_sync_that_fails_loses_what_was_told),
		cmocka_unit_test(no_power_cut_loses_what_was_told),
		cmocka_unit_test(
			a_relaxed_store_may_lose_the_last_but_stays_sound),
		cmocka_unit_test(
			after_an_unsure_commit_nothing_more_is_written),
		cmocka_unit_test(a_full_disk_gets_the_reserve_back),
	};

	fault_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
