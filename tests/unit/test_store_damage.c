/* Damaged stores: an error that says so, never a crash, never wrong data.
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

#include "engine/base/fs.h"
#include "engine/store/store.h"

#define STEPS 5

struct fixture {
	char dir[64], path[128];
	char run[ST_RUN_ID];
	struct strbuf file;       /* the store, sound */
	struct strbuf text;       /* all that can be read from it */
	struct strbuf early, log; /* file and log before they were joined */
};

static void
fill(struct store *s, struct st_run *run)
{
	struct st_batch *b;
	struct st_message m = {.key = "k", .verb = "pause", .body = "{}"};
	struct wf_err err = {0};
	uint64_t id;

	assert_int_equal(st_create_run(s, run, pieces_of("name: deploy"), &err),
			 0);
	b = st_batch_new(run->id);
	for (uint32_t i = 0; i < STEPS; i++) {
		struct st_step step = {.ix = i,
				       .path = "build",
				       .parent = UINT32_MAX,
				       .state = STEP_SUCCEEDED,
				       .outputs = "{\"a\":1}"};
		struct st_attempt at = {.id = i, .ix = i, .n = 1, .log = "l"};
		struct st_event e = {.seq = i + 1, .ix = i, .data = "{}"};

		st_put_step(b, &step);
		st_put_attempt(b, &at);
		st_add_event(b, &e);
	}
	run->revision++;
	run->next_event = STEPS + 1;
	st_put_run(b, run);
	assert_int_equal(st_commit(s, b, &err), 0);
	st_batch_free(b);
	memcpy(m.run, run->id, sizeof(run->id));
	assert_int_equal(st_post(s, &m, &id, &err), 0);
}

static enum st_result
print_steps(struct store *s, const char *run, struct strbuf *out,
	    struct arena *a, struct wf_err *err)
{
	struct st_step *steps;
	size_t n = 0;
	enum st_result result = st_read_steps(s, run, a, &steps, &n, err);

	for (size_t i = 0; !result && i < n; i++)
		strbuf_addf(out, "%u %s %d %s\n", steps[i].ix, steps[i].path,
			    steps[i].state, steps[i].outputs);
	return result;
}

static enum st_result
print_attempts(struct store *s, const char *run, struct strbuf *out,
	       struct arena *a, struct wf_err *err)
{
	struct st_attempt *at;
	size_t n = 0;
	enum st_result result =
		st_read_attempts(s, run, UINT32_MAX, false, a, &at, &n, err);

	for (size_t i = 0; !result && i < n; i++)
		strbuf_addf(out, "%d %u %s\n", (int)at[i].id, at[i].ix,
			    at[i].log);
	return result;
}

static enum st_result
print_events(struct store *s, const char *run, struct strbuf *out,
	     struct arena *a, struct wf_err *err)
{
	struct st_event *e;
	size_t n = 0;
	enum st_result result =
		st_read_events(s, run, 0, 0, false, a, &e, &n, err);

	for (size_t i = 0; !result && i < n; i++)
		strbuf_addf(out, "%d %d %s\n", (int)e[i].seq, (int)e[i].ix,
			    e[i].data);
	return result;
}

/* What recovery needs of a run, as text. */
static enum st_result
print_run(struct store *s, const char *id, struct strbuf *out,
	  struct wf_err *err)
{
	struct arena a = {0};
	struct st_run run;
	const char *text = "";
	enum st_result result = st_read_run(s, id, &a, &run, err);

	if (!result)
		result = st_read_definition(s, run.definition, &a, &text, err);
	if (!result)
		strbuf_addf(out, "%s %s %d %s %s\n", run.id, run.flow,
			    (int)run.revision, run.params, text);
	if (!result)
		result = print_steps(s, id, out, &a, err);
	if (!result)
		result = print_attempts(s, id, out, &a, err);
	if (!result)
		result = print_events(s, id, out, &a, err);
	arena_release(&a);
	return result;
}

static int
set_up(void **state)
{
	struct fixture *f = mem_alloc(sizeof(*f));
	struct st_run run = {
		.flow = "deploy", .definition = "d1", .params = "{}"};
	struct wf_err err = {0};
	struct store *s;
	char log[160];

	snprintf(f->dir, sizeof(f->dir), "/tmp/wf-damage-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	snprintf(f->path, sizeof(f->path), "%s/store.db", f->dir);
	f->file = f->text = (struct strbuf)STRBUF_INIT;
	assert_int_equal(st_open(f->dir, ST_CREATE, &s, &err), 0);
	fill(s, &run);
	memcpy(f->run, run.id, sizeof(run.id));
	assert_int_equal(print_run(s, f->run, &f->text, &err), 0);
	f->early = f->log = (struct strbuf)STRBUF_INIT;
	snprintf(log, sizeof(log), "%s-wal", f->path);
	assert_int_equal(fs_read(f->path, 1 << 24, &f->early, &err), 0);
	assert_int_equal(fs_read(log, 1 << 24, &f->log, &err), 0);
	st_close(s);
	assert_int_equal(fs_read(f->path, 1 << 24, &f->file, &err), 0);
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	static const char *const names[] = {"store.db", "store.db-wal",
					    "store.db-shm", "reserve"};
	struct fixture *f = *state;
	char path[128];

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", f->dir, names[i]);
		unlink(path);
	}
	rmdir(f->dir);
	strbuf_release(&f->file);
	strbuf_release(&f->text);
	strbuf_release(&f->early);
	strbuf_release(&f->log);
	free(f);
	return 0;
}

/* Put `bytes` in the store's place and read what can be read. */
static enum st_result
read_back(struct fixture *f, const char *bytes, size_t n, enum st_mode mode,
	  struct strbuf *out, struct wf_err *err)
{
	struct store *s;
	enum st_result result;

	assert_int_equal(fs_write(f->path, bytes, n, 0600, err), 0);
	result = st_open(f->dir, mode, &s, err);
	if (result)
		return result;
	result = print_run(s, f->run, out, err);
	st_close(s);
	return result;
}

static void
must_be_right_or_refused(struct fixture *f, const char *bytes, size_t n,
			 const char *what, size_t at)
{
	struct strbuf out = STRBUF_INIT;
	struct wf_err err = {0};
	enum st_result result = read_back(f, bytes, n, ST_READ, &out, &err);

	if (!result && !str_eq(out.at, f->text.at))
		fail_msg("%s at %zu: read as\n%s", what, at, out.at);
	if (result && (!err.message[0] || !err.hint[0]))
		fail_msg("%s at %zu: no message", what, at);
	strbuf_release(&out);
}

static void
a_flipped_byte_is_noticed_or_does_no_harm(void **state)
{
	struct fixture *f = *state;
	char *copy = mem_strndup(f->file.at, f->file.n);

	for (size_t i = 0; i < f->file.n; i += i < 120 ? 1 : 61) {
		copy[i] ^= (char)0xff;
		must_be_right_or_refused(f, copy, f->file.n, "flip", i);
		copy[i] = f->file.at[i] ^ 1;
		must_be_right_or_refused(f, copy, f->file.n, "bit", i);
		copy[i] = f->file.at[i];
	}
	free(copy);
}

static void
a_store_cut_short_is_noticed(void **state)
{
	struct fixture *f = *state;

	for (size_t n = 0; n < f->file.n; n += n < 600 ? 7 : 997)
		must_be_right_or_refused(f, f->file.at, n, "cut", n);
}

/* A log that is damaged ends where the damage begins, as it does after a
 * power cut: what is read is whole, if older. */
static void
must_be_whole(struct fixture *f, const char *log, size_t n, size_t at)
{
	struct strbuf out = STRBUF_INIT;
	struct wf_err err = {0};
	char path[160];
	enum st_result result;

	snprintf(path, sizeof(path), "%s-shm", f->path);
	unlink(path);
	snprintf(path, sizeof(path), "%s-wal", f->path);
	assert_int_equal(fs_write(path, log, n, 0600, &err), 0);
	result = read_back(f, f->early.at, f->early.n, ST_READ, &out, &err);
	if (!result && !str_eq(out.at, f->text.at) &&
	    !strstr(out.at, "deploy 0 {} name: deploy\n"))
		fail_msg("log at %zu: read as\n%s", at, out.at);
	if (result && !err.message[0])
		fail_msg("log at %zu: no message", at);
	strbuf_release(&out);
}

static void
a_damaged_log_never_shows_a_mixture(void **state)
{
	struct fixture *f = *state;
	char *copy = mem_strndup(f->log.at, f->log.n);

	assert_true(f->log.n > 8192);
	for (size_t i = 0; i < f->log.n; i += i < 64 ? 1 : 211) {
		copy[i] ^= 0x10;
		must_be_whole(f, copy, f->log.n, i);
		copy[i] ^= 0x10;
	}
	for (size_t n = 0; n < f->log.n; n += 1499)
		must_be_whole(f, copy, n, n);
	free(copy);
}

static void
a_page_of_zeros_is_noticed(void **state)
{
	struct fixture *f = *state;
	char *copy = mem_strndup(f->file.at, f->file.n);

	for (size_t i = 0; i < f->file.n; i += 4096) {
		memset(copy + i, 0, 4096);
		must_be_right_or_refused(f, copy, f->file.n, "zeros", i);
		memcpy(copy + i, f->file.at + i, 4096);
	}
	free(copy);
}

static void
garbage_is_not_a_store(void **state)
{
	struct fixture *f = *state;
	struct strbuf out = STRBUF_INIT;
	struct wf_err err = {0};
	char garbage[8192];

	for (size_t i = 0; i < sizeof(garbage); i++)
		garbage[i] = (char)(i * 7919 >> 3);
	assert_int_equal(
		read_back(f, garbage, sizeof(garbage), ST_CREATE, &out, &err),
		ST_CORRUPT);
	assert_int_equal(err.code, WF_STORE);
	assert_string_equal(err.file, f->path);
	assert_non_null(strstr(err.hint, "backup"));
}

#define WITH_STORE(test)                                                       \
	cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_STORE(a_flipped_byte_is_noticed_or_does_no_harm),
		WITH_STORE(a_store_cut_short_is_noticed),
		WITH_STORE(a_page_of_zeros_is_noticed),
		WITH_STORE(a_damaged_log_never_shows_a_mixture),
		WITH_STORE(garbage_is_not_a_store),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
