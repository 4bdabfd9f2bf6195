/* A run directory and a warden for each test, and words to say what is asked
 * of it and what is awaited.
 *
 * A program that includes this is also the warden: its main hands over.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_TEST_WARDEN_FIXTURE_H
#define WF_TEST_WARDEN_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/clock.h"
#include "engine/base/fs.h"
#include "engine/base/loghole.h"
#include "engine/base/slice.h"
#include "engine/base/str.h"
#include "engine/warden/journal.h"
#include "engine/warden/warden.h"

#define WAIT_MS 20000 /* never waited for when all is well */

static char dir[64], log_path[96], out_path[96];
static struct warden *w;

/* --- a run directory and a warden for each test ------------------------- */

static inline void
attach(void)
{
	struct wf_err err = {0};

	if (warden_attach(dir, &w, &err) != WF_OK)
		fail_msg("attach: %s", err.message);
}

static inline int
set_up(void **state)
{
	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/warden-test-XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(log_path, sizeof(log_path), "%s/log", dir);
	snprintf(out_path, sizeof(out_path), "%s/out", dir);
	attach();
	return 0;
}

static inline int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	return remove(path);
}

static inline int
tear_down(void **state)
{
	(void)state;
	warden_detach(w);
	w = NULL;
	nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	return 0;
}

/* --- words -------------------------------------------------------------- */

/* A key of this test's own: a foreign attempt's kill finds all that carry it,
 * and other tests run at the same time. */
static char test_key[128];
static const char *const plain_env[] = {"PATH=/usr/bin:/bin", test_key, NULL};

static inline struct warden_spec
shell(uint64_t attempt, const char *script)
{
	static const char *argv[] = {"sh", "-c", NULL, NULL};

	snprintf(test_key, sizeof(test_key), "WFCTL_KEY=%s", dir);
	argv[2] = script;
	return (struct warden_spec){.attempt = attempt,
				    .argv = argv,
				    .envp = plain_env,
				    .key = test_key,
				    .workdir = dir,
				    .log = log_path,
				    .kill_after = 100};
}

static inline void
start(uint64_t attempt, const char *script)
{
	struct warden_spec spec = shell(attempt, script);

	assert_true(warden_start(w, &spec));
}

/* The next piece of news of this kind; others are passed over. */
static inline struct warden_news
await(enum warden_news_kind kind, uint64_t attempt)
{
	int64_t until = clock_boot() + WAIT_MS;
	struct warden_news news;

	while (clock_boot() < until) {
		struct pollfd p = {warden_fd(w), POLLIN, 0};

		while (warden_receive(w, &news)) {
			if (news.kind == kind &&
			    (kind == WARDEN_GONE || news.attempt == attempt))
				return news;
			if (news.kind == WARDEN_GONE)
				fail_msg("the warden is gone");
		}
		poll(&p, 1, WAIT_MS);
	}
	fail_msg("no news of kind %d for attempt %d", (int)kind, (int)attempt);
	return news;
}

static inline void
assert_file(const char *path, const char *text, size_t n)
{
	struct strbuf b = STRBUF_INIT;

	assert_int_equal(fs_read(path, 1 << 24, &b, NULL), WF_OK);
	assert_int_equal(b.n, n);
	assert_memory_equal(b.at, text, n);
	strbuf_release(&b);
}

static inline void
assert_log(const char *text)
{
	assert_file(log_path, text, strlen(text));
}

static inline void
await_file(const char *name)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	for (int i = 0; access(path, F_OK) < 0; i++) {
		assert_true(i < WAIT_MS);
		poll(NULL, 0, 1);
	}
}

static inline int
pid_in(const char *name)
{
	struct strbuf b = STRBUF_INIT;
	char path[160];
	int pid;

	await_file(name);
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	do
		strbuf_clear(&b);
	while (fs_read(path, 4096, &b, NULL) != WF_OK || !strchr(b.at, '\n'));
	pid = atoi(b.at);
	strbuf_release(&b);
	return pid;
}

static inline bool
runs(int pid)
{
	struct strbuf b = STRBUF_INIT;
	char path[64];
	bool alive;

	/* What we inherited from a dead warden is ours to reap. */
	waitpid(pid, NULL, WNOHANG);
	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	alive = fs_read(path, 4096, &b, NULL) == WF_OK &&
		!strstr(b.at, ") Z ") && !strstr(b.at, ") X ");
	strbuf_release(&b);
	return alive;
}

static inline void
kill_warden(void)
{
	kill(warden_pid(w), SIGKILL);
	await(WARDEN_GONE, 0);
	warden_detach(w);
	w = NULL;
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

#endif
