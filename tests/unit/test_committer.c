/* Commits from a thread and from many processes: each is told once, none is
 * lost, nobody is turned away.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "engine/store/committer.h"

struct fixture {
	char dir[64];
	struct store *store;
	struct st_run run;
	struct wf_err err;
};

static int
set_up(void **state)
{
	struct fixture *f = mem_alloc(sizeof(*f));

	snprintf(f->dir, sizeof(f->dir), "/tmp/wf-commit-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	*state = f;
	return 0;
}

static void
open_store(struct fixture *f)
{
	f->run = (struct st_run){.flow = "f", .definition = "d"};
	assert_int_equal(st_open(f->dir, ST_CREATE, &f->store, &f->err), 0);
	assert_int_equal(st_create_run(f->store, &f->run, "text", &f->err), 0);
}

static int
tear_down(void **state)
{
	static const char *const names[] = {"store.db", "store.db-wal",
					    "store.db-shm", "reserve"};
	struct fixture *f = *state;
	char path[128];

	st_close(f->store);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", f->dir, names[i]);
		unlink(path);
	}
	rmdir(f->dir);
	free(f);
	return 0;
}

static struct st_batch *
next_batch(struct st_run *run)
{
	struct st_batch *b = st_batch_new(run->id);
	struct st_step step = {.ix = (uint32_t)run->revision,
			       .path = "step",
			       .parent = UINT32_MAX};

	run->revision++;
	st_put_step(b, &step);
	st_put_run(b, run);
	return b;
}

static enum st_result
wait_done(struct committer *c, struct wf_err *err)
{
	struct pollfd p = {.fd = committer_fd(c), .events = POLLIN};
	enum st_result result = ST_OK;

	assert_int_equal(poll(&p, 1, 20000), 1);
	assert_true(committer_done(c, &result, err));
	assert_false(committer_done(c, &result, err));
	assert_int_equal(poll(&p, 1, 0), 0);
	return result;
}

static void
a_batch_is_told_once_when_it_is_done(void **state)
{
	struct fixture *f = *state;
	struct committer *c;

	open_store(f);
	c = committer_new(f->store);
	for (int i = 0; i < 20; i++) {
		struct st_batch *b = next_batch(&f->run);

		assert_false(committer_is_busy(c));
		committer_submit(c, b);
		assert_true(committer_is_busy(c));
		assert_int_equal(wait_done(c, &f->err), ST_OK);
		st_batch_free(b);
	}
	committer_free(c);
}

static void
a_failure_is_told_with_its_reason(void **state)
{
	struct fixture *f = *state;
	struct committer *c;
	struct st_batch *b;

	open_store(f);
	c = committer_new(f->store);
	f->run.revision = 7;
	b = next_batch(&f->run);
	committer_submit(c, b);
	assert_int_equal(wait_done(c, &f->err), ST_STALE);
	assert_string_not_equal(f->err.message, "");
	st_batch_free(b);
	committer_free(c);
}

static void
leaving_waits_for_the_batch_under_way(void **state)
{
	struct fixture *f = *state;
	struct arena a = {0};
	struct committer *c;
	struct st_batch *b;
	struct st_run got;

	open_store(f);
	c = committer_new(f->store);
	b = next_batch(&f->run);
	committer_submit(c, b);
	committer_free(c);
	st_batch_free(b);
	assert_int_equal(st_read_run(f->store, f->run.id, &a, &got, &f->err),
			 0);
	assert_int_equal(got.revision, 1);
	arena_release(&a);
}

/* A process that makes a run and commits to it, telling after each commit
 * how far it has come. */
static _Noreturn void
commit_on(const char *dir, int commits, volatile uint64_t *told,
	  char id[ST_RUN_ID])
{
	struct st_run run = {.flow = "f", .definition = "d"};
	struct wf_err err = {0};
	struct store *s;

	if (st_open(dir, ST_CREATE, &s, &err) ||
	    st_create_run(s, &run, "text", &err))
		dprintf(2, "%s; %s\n", err.message, err.hint), _exit(1);
	memcpy(id, run.id, ST_RUN_ID);
	for (int i = 0; i < commits; i++) {
		struct st_batch *b = next_batch(&run);

		if (st_commit(s, b, &err))
			_exit(2);
		*told = run.revision;
		st_batch_free(b);
	}
	st_close(s);
	_exit(0);
}

struct report {
	volatile uint64_t told;
	char id[ST_RUN_ID];
};

static struct report *
share(size_t n)
{
	struct report *r = mmap(NULL, n * sizeof(*r), PROT_READ | PROT_WRITE,
				MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	assert_true(r != MAP_FAILED);
	return r;
}

static void
must_hold(struct fixture *f, const struct report *r)
{
	struct arena a = {0};
	struct st_run run;
	struct st_step *steps;
	size_t n;

	assert_int_equal(st_read_run(f->store, r->id, &a, &run, &f->err), 0);
	assert_int_equal(
		st_read_steps(f->store, r->id, &a, &steps, &n, &f->err), 0);
	assert_true(run.revision == r->told || run.revision == r->told + 1);
	assert_int_equal(n, run.revision);
	arena_release(&a);
}

static void
fifty_engines_commit_to_one_store(void **state)
{
	enum {
		ENGINES = 50,
		COMMITS = 20
	};
	struct fixture *f = *state;
	struct report *reports = share(ENGINES);
	pid_t pids[ENGINES];
	int status;

	for (int i = 0; i < ENGINES; i++) {
		pids[i] = fork();
		if (!pids[i])
			commit_on(f->dir, COMMITS, &reports[i].told,
				  reports[i].id);
	}
	for (int i = 0; i < ENGINES; i++) {
		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		assert_int_equal(status, 0);
	}
	open_store(f);
	for (int i = 0; i < ENGINES; i++) {
		assert_int_equal(reports[i].told, COMMITS);
		must_hold(f, &reports[i]);
	}
	munmap(reports, ENGINES * sizeof(*reports));
}

/* Killed at moments that spread over opening and committing. */
static void
no_kill_loses_what_was_told(void **state)
{
	struct fixture *f = *state;
	struct report *r = share(1);

	for (int round = 0; round < 40; round++) {
		struct strbuf findings = STRBUF_INIT;
		pid_t pid;

		memset(r, 0, sizeof(*r));
		pid = fork();
		if (!pid)
			commit_on(f->dir, 1000000, &r->told, r->id);
		usleep((useconds_t)(round * 397));
		kill(pid, SIGKILL);
		assert_int_equal(waitpid(pid, NULL, 0), pid);
		open_store(f);
		if (r->id[0])
			must_hold(f, r);
		assert_int_equal(st_check(f->store, &findings, &f->err), 0);
		st_close(f->store);
		f->store = NULL;
	}
	munmap(r, sizeof(*r));
}

#define WITH_DIR(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_DIR(a_batch_is_told_once_when_it_is_done),
		WITH_DIR(a_failure_is_told_with_its_reason),
		WITH_DIR(leaving_waits_for_the_batch_under_way),
		WITH_DIR(fifty_engines_commit_to_one_store),
		WITH_DIR(no_kill_loses_what_was_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
