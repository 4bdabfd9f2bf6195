/* The store: what is committed is read back, all of it or nothing.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "engine/store/store.h"

struct fixture {
	char dir[64];
	struct store *store;
	struct arena arena;
	struct wf_err err;
};

static int
set_up(void **state)
{
	struct fixture *f = mem_alloc(sizeof(*f));

	snprintf(f->dir, sizeof(f->dir), "/tmp/wf-store-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	assert_int_equal(st_open(f->dir, ST_CREATE, &f->store, &f->err), 0);
	*state = f;
	return 0;
}

static void
remove_dir(const char *dir)
{
	static const char *const names[] = {"store.db", "store.db-wal",
					    "store.db-shm", "reserve",
					    "copy.db"};
	char path[128];

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		unlink(path);
	}
	rmdir(dir);
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	st_close(f->store);
	arena_release(&f->arena);
	remove_dir(f->dir);
	free(f);
	return 0;
}

static struct st_run
new_run(struct fixture *f, const char *flow, const char *name)
{
	struct st_run run = {.flow = flow,
			     .name = name,
			     .definition = "d1",
			     .state = RUN_RUNNING,
			     .created = 1000,
			     .params = "{}",
			     .actor = "me"};

	assert_int_equal(
		st_create_run(f->store, &run, pieces_of("name: x"), &f->err),
		0);
	return run;
}

/* A batch with a step, its attempt and an event, and the run's next
 * revision. */
static struct st_batch *
step_batch(struct st_run *run, uint32_t ix)
{
	struct st_batch *b = st_batch_new(run->id);
	struct st_step step = {.ix = ix,
			       .path = "build",
			       .parent = UINT32_MAX,
			       .state = STEP_RUNNING,
			       .exit_code = -1,
			       .outputs = "{\"a\":1}"};
	struct st_attempt attempt = {.id = ix + 1,
				     .ix = ix,
				     .n = 1,
				     .open = true,
				     .exit_code = -1,
				     .log = "logs/build.1.log"};
	struct st_event event = {.seq = run->revision + 1,
				 .time = 5,
				 .kind = EV_ATTEMPT_STARTED,
				 .ix = ix,
				 .actor = "engine",
				 .data = "{\"n\":1}"};

	st_put_step(b, &step);
	st_put_attempt(b, &attempt);
	st_add_event(b, &event);
	run->revision++;
	st_put_run(b, run);
	return b;
}

static enum st_result
commit_step(struct fixture *f, struct st_run *run, uint32_t ix)
{
	struct st_batch *b = step_batch(run, ix);
	enum st_result result = st_commit(f->store, b, &f->err);

	st_batch_free(b);
	return result;
}

static void
a_run_is_read_back_as_it_was_written(void **state)
{
	struct fixture *f = *state;
	struct st_run run = new_run(f, "deploy", "monday");
	struct st_run got;

	assert_int_equal(strlen(run.id), 8);
	assert_int_equal(
		st_read_run(f->store, run.id, &f->arena, &got, &f->err), 0);
	assert_string_equal(got.flow, "deploy");
	assert_string_equal(got.name, "monday");
	assert_string_equal(got.definition, "d1");
	assert_int_equal(got.state, RUN_RUNNING);
	assert_int_equal(got.created, 1000);
	assert_string_equal(got.params, "{}");
	assert_null(got.outputs);
	assert_string_equal(got.actor, "me");
}

static void
a_batch_is_read_back_as_it_was_written(void **state)
{
	struct fixture *f = *state;
	struct st_run run = new_run(f, "deploy", NULL);
	struct st_step *steps;
	struct st_attempt *attempts;
	struct st_event *events;
	size_t n;

	assert_int_equal(commit_step(f, &run, 7), 0);
	assert_int_equal(
		st_read_steps(f->store, run.id, &f->arena, &steps, &n, &f->err),
		0);
	assert_int_equal(n, 1);
	assert_int_equal(steps[0].ix, 7);
	assert_int_equal(steps[0].parent, UINT32_MAX);
	assert_string_equal(steps[0].outputs, "{\"a\":1}");
	assert_int_equal(st_read_attempts(f->store, run.id, UINT32_MAX, true,
					  &f->arena, &attempts, &n, &f->err),
			 0);
	assert_int_equal(n, 1);
	assert_int_equal(attempts[0].id, 8);
	assert_true(attempts[0].open);
	assert_string_equal(attempts[0].log, "logs/build.1.log");
	assert_int_equal(st_read_events(f->store, run.id, 0, 0, false,
					&f->arena, &events, &n, &f->err),
			 0);
	assert_int_equal(n, 1);
	assert_string_equal(events[0].path, "build");
	assert_string_equal(events[0].actor, "engine");
	assert_string_equal(events[0].data, "{\"n\":1}");
}

static void
what_was_committed_is_there_for_the_next_process(void **state)
{
	struct fixture *f = *state;
	struct st_run run = new_run(f, "deploy", NULL);
	struct st_run got;

	assert_int_equal(commit_step(f, &run, 0), 0);
	st_close(f->store);
	assert_int_equal(st_open(f->dir, ST_WRITE, &f->store, &f->err), 0);
	assert_int_equal(
		st_read_run(f->store, run.id, &f->arena, &got, &f->err), 0);
	assert_int_equal(got.revision, 1);
}

static void
a_batch_with_one_bad_change_changes_nothing(void **state)
{
	struct fixture *f = *state;
	struct st_run run = new_run(f, "deploy", NULL);
	struct st_event twice = {.seq = 1, .ix = UINT32_MAX};
	struct st_batch *b;
	struct st_step *steps;
	size_t n;

	assert_int_equal(commit_step(f, &run, 0), 0);
	b = step_batch(&run, 1);
	st_add_event(b, &twice);
	assert_int_equal(st_commit(f->store, b, &f->err), ST_STALE);
	st_batch_free(b);
	assert_int_equal(
		st_read_steps(f->store, run.id, &f->arena, &steps, &n, &f->err),
		0);
	assert_int_equal(n, 1);
}

static void
an_engine_that_lost_its_run_is_fenced(void **state)
{
	struct fixture *f = *state;
	struct st_run run = new_run(f, "deploy", NULL);
	struct store *other;
	uint64_t epoch;

	assert_int_equal(st_take_run(f->store, run.id, &run.epoch, &f->err), 0);
	assert_int_equal(run.epoch, 1);
	assert_int_equal(commit_step(f, &run, 0), 0);
	assert_int_equal(st_open(f->dir, ST_WRITE, &other, &f->err), 0);
	assert_int_equal(st_take_run(other, run.id, &epoch, &f->err), 0);
	assert_int_equal(epoch, 2);
	assert_int_equal(commit_step(f, &run, 1), ST_FENCED);
	st_close(other);
}

static void
a_revision_that_moved_on_is_stale(void **state)
{
	struct fixture *f = *state;
	struct st_run run = new_run(f, "deploy", NULL);

	assert_int_equal(commit_step(f, &run, 0), 0);
	run.revision = 0;
	assert_int_equal(commit_step(f, &run, 1), ST_STALE);
	run.revision = 5;
	assert_int_equal(commit_step(f, &run, 1), ST_STALE);
}

static void
steps_can_be_dropped_and_definitions_changed(void **state)
{
	struct fixture *f = *state;
	struct st_run run = new_run(f, "deploy", NULL);
	struct st_batch *b = st_batch_new(run.id);
	struct st_step *steps;
	const char *text;
	size_t n;

	for (uint32_t i = 0; i < 5; i++)
		assert_int_equal(commit_step(f, &run, i), 0);
	st_drop_steps(b, 1, 3);
	st_put_definition(b, "d2", "name: y");
	run.definition = "d2";
	run.revision++;
	st_put_run(b, &run);
	assert_int_equal(st_commit(f->store, b, &f->err), 0);
	st_batch_free(b);
	assert_int_equal(
		st_read_steps(f->store, run.id, &f->arena, &steps, &n, &f->err),
		0);
	assert_int_equal(n, 2);
	assert_int_equal(steps[1].ix, 4);
	assert_int_equal(
		st_read_definition(f->store, "d2", &f->arena, &text, &f->err),
		0);
	assert_string_equal(text, "name: y");
	assert_int_equal(
		st_read_definition(f->store, "d1", &f->arena, &text, &f->err),
		ST_EMPTY);
}

static void
runs_are_found_by_id_then_name_then_prefix(void **state)
{
	struct fixture *f = *state;
	struct st_run first = new_run(f, "deploy", NULL);
	struct st_run second = new_run(f, "deploy", "monday");
	struct st_run third = new_run(f, second.id, NULL);
	char id[ST_RUN_ID], prefix[ST_RUN_ID];

	assert_int_equal(st_find_run(f->store, "deploy", id, &f->err), 0);
	assert_string_equal(id, second.id);
	assert_int_equal(st_find_run(f->store, "monday", id, &f->err), 0);
	assert_string_equal(id, second.id);
	/* A flow may be named like an id: the id goes first. */
	assert_int_equal(st_find_run(f->store, third.flow, id, &f->err), 0);
	assert_string_equal(id, second.id);
	snprintf(prefix, sizeof(prefix), "%.7s", first.id);
	assert_int_equal(st_find_run(f->store, prefix, id, &f->err), 0);
	assert_string_equal(id, first.id);
	assert_int_equal(st_find_run(f->store, "nosuch", id, &f->err),
			 ST_EMPTY);
	assert_int_equal(f->err.code, WF_NOT_FOUND);
	assert_int_equal(st_find_run(f->store, "", id, &f->err), ST_EMPTY);
}

static void
an_ambiguous_prefix_lists_some(void **state)
{
	struct fixture *f = *state;
	char id[ST_RUN_ID];

	for (int i = 0; i < 17; i++)
		new_run(f, "deploy", NULL);
	for (const char *c = "0123456789abcdef"; *c; c++) {
		char prefix[2] = {*c};

		if (st_find_run(f->store, prefix, id, &f->err) != ST_AGAIN)
			continue;
		assert_non_null(strstr(f->err.message, ", "));
		return;
	}
	fail_msg("17 ids with 16 digits: two must begin alike");
}

static void
lists_come_newest_first_in_pages(void **state)
{
	struct fixture *f = *state;
	char ids[5][ST_RUN_ID];
	struct st_run_filter filter = {.limit = 2};
	struct st_run *runs;
	int64_t next;
	size_t n;

	for (int i = 0; i < 5; i++) {
		struct st_run run = new_run(f, "deploy", NULL);

		memcpy(ids[i], run.id, sizeof(run.id));
	}
	for (int i = 4; i > 0; i -= 2) {
		assert_int_equal(st_list_runs(f->store, &filter, &f->arena,
					      &runs, &n, &next, &f->err),
				 0);
		assert_int_equal(n, 2);
		assert_string_equal(runs[0].id, ids[i]);
		assert_string_equal(runs[1].id, ids[i - 1]);
		assert_int_not_equal(next, 0);
		filter.before = next;
	}
	assert_int_equal(st_list_runs(f->store, &filter, &f->arena, &runs, &n,
				      &next, &f->err),
			 0);
	assert_int_equal(n, 1);
	assert_string_equal(runs[0].id, ids[0]);
	assert_int_equal(next, 0);
}

static void
set_state(struct fixture *f, struct st_run *run, enum run_state to)
{
	struct st_batch *b = st_batch_new(run->id);

	run->state = to;
	run->revision++;
	st_put_run(b, run);
	assert_int_equal(st_commit(f->store, b, &f->err), 0);
	st_batch_free(b);
}

static void
lists_are_narrowed_by_state_and_flow(void **state)
{
	struct fixture *f = *state;
	struct st_run a = new_run(f, "deploy", "monday");
	struct st_run b = new_run(f, "backup", NULL);
	struct st_run_filter filter = {.states = 1u << RUN_FAILED};
	uint32_t counts[RUN_NSTATES];
	struct st_run *runs;
	int64_t next;
	size_t n;

	set_state(f, &b, RUN_FAILED);
	assert_int_equal(st_list_runs(f->store, &filter, &f->arena, &runs, &n,
				      &next, &f->err),
			 0);
	assert_int_equal(n, 1);
	assert_string_equal(runs[0].id, b.id);
	filter = (struct st_run_filter){.flow = "deploy"};
	assert_int_equal(st_list_runs(f->store, &filter, &f->arena, &runs, &n,
				      &next, &f->err),
			 0);
	assert_int_equal(n, 1);
	assert_string_equal(runs[0].id, a.id);
	assert_int_equal(st_count_runs(f->store, counts, &f->err), 0);
	for (int i = 0; i < RUN_NSTATES; i++)
		assert_int_equal(counts[i],
				 i == RUN_FAILED || i == RUN_RUNNING);
	set_state(f, &a, RUN_SUCCEEDED);
	assert_int_equal(st_count_runs(f->store, counts, &f->err), 0);
	for (int i = 0; i < RUN_NSTATES; i++)
		assert_int_equal(counts[i],
				 i == RUN_FAILED || i == RUN_SUCCEEDED);
}

static size_t
count_found(struct fixture *f, struct search_word word)
{
	struct st_run_filter filter = {.words = &word, .nwords = 1};
	struct st_run *runs;
	int64_t next;
	size_t n;

	assert_int_equal(st_list_runs(f->store, &filter, &f->arena, &runs, &n,
				      &next, &f->err),
			 0);
	return n;
}

static void
words_are_found_anywhere_in_any_case(void **state)
{
	static const struct {
		struct search_word word;
		size_t n;
	} cases[] = {
		{{.text = "eplo", .places = SEARCH_FLOW},                1},
		{{.text = "DEPLOY", .places = SEARCH_FLOW},              1},
		{{.text = "deploys", .places = SEARCH_FLOW},             0},
		{{.text = "y", .places = SEARCH_FLOW | SEARCH_NAME},     1},
		{{.text = "Ü", .places = SEARCH_NAME},                  1},
		{{.text = "ü", .places = SEARCH_NAME},                  0},
		{{.text = "%", .places = SEARCH_FLOW | SEARCH_NAME},     0},
		{{.text = "backup", .places = SEARCH_NAME},              0},
		{{.text = "backup", .places = SEARCH_FLOW, .not = true}, 1},
		{{.text = "x", .places = 0},                             0},
		{{.text = "x", .states = 1u << RUN_FAILED},              1},
		{{.text = "x", .states = 1u << RUN_FAILED, .not = true}, 1},
	};
	struct fixture *f = *state;
	struct st_run b = new_run(f, "backup", NULL);

	new_run(f, "deploy", "mondaÜ");
	set_state(f, &b, RUN_FAILED);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_int_equal(count_found(f, cases[i].word), cases[i].n);
}

static void
events_come_in_pages_and_decisions_alone(void **state)
{
	struct fixture *f = *state;
	struct st_run run = new_run(f, "deploy", NULL);
	struct st_batch *b = st_batch_new(run.id);
	struct st_event *events;
	size_t n;

	for (uint64_t i = 1; i <= 10; i++) {
		struct st_event e = {.seq = i,
				     .kind = i == 7 ? EV_RETRY : EV_SIGNAL,
				     .ix = UINT32_MAX,
				     .actor = "me",
				     .because = "so"};

		st_add_event(b, &e);
	}
	assert_int_equal(st_commit(f->store, b, &f->err), 0);
	st_batch_free(b);
	assert_int_equal(st_read_events(f->store, run.id, 4, 3, false,
					&f->arena, &events, &n, &f->err),
			 0);
	assert_int_equal(n, 3);
	assert_int_equal(events[0].seq, 5);
	assert_null(events[0].path);
	assert_int_equal(st_read_events(f->store, run.id, 0, 0, true, &f->arena,
					&events, &n, &f->err),
			 0);
	assert_int_equal(n, 1);
	assert_int_equal(events[0].seq, 7);
	assert_string_equal(events[0].because, "so");
}

static void
a_request_posted_twice_is_one(void **state)
{
	struct fixture *f = *state;
	struct st_run run = new_run(f, "deploy", NULL);
	struct st_message m = {.key = "k1", .verb = "pause", .body = "{}"};
	struct st_message *inbox;
	uint64_t first, again;
	size_t n;

	memcpy(m.run, run.id, sizeof(run.id));
	assert_int_equal(st_post(f->store, &m, &first, &f->err), 0);
	assert_int_equal(st_post(f->store, &m, &again, &f->err), 0);
	assert_int_equal(first, again);
	assert_int_equal(
		st_read_inbox(f->store, run.id, &f->arena, &inbox, &n, &f->err),
		0);
	assert_int_equal(n, 1);
	assert_string_equal(inbox[0].verb, "pause");
	assert_string_equal(inbox[0].run, run.id);
}

static void
an_answered_request_leaves_the_inbox(void **state)
{
	struct fixture *f = *state;
	struct st_run run = new_run(f, "deploy", NULL);
	struct st_message m = {.key = "k1", .verb = "pause", .body = "{}"};
	struct st_batch *b = st_batch_new(run.id);
	struct st_message *inbox, got;
	uint64_t id;
	size_t n;

	memcpy(m.run, run.id, sizeof(run.id));
	assert_int_equal(st_post(f->store, &m, &id, &f->err), 0);
	st_answer(b, id, WF_REFUSED, "{\"message\":\"no\"}");
	assert_int_equal(st_commit(f->store, b, &f->err), 0);
	st_batch_free(b);
	assert_int_equal(
		st_read_inbox(f->store, run.id, &f->arena, &inbox, &n, &f->err),
		0);
	assert_int_equal(n, 0);
	assert_int_equal(
		st_read_message(f->store, id, &f->arena, &got, &f->err), 0);
	assert_true(got.answered);
	assert_int_equal(got.code, WF_REFUSED);
	assert_string_equal(got.answer, "{\"message\":\"no\"}");
}

static void
slots_are_shared_up_to_their_capacity(void **state)
{
	struct fixture *f = *state;
	struct st_run a = new_run(f, "deploy", NULL);
	struct st_run b = new_run(f, "deploy", NULL);
	const char **holders;
	size_t n;

	assert_int_equal(st_claim(f->store, "gpu", 2, 3, a.id, 1, &f->err), 0);
	assert_int_equal(st_claim(f->store, "gpu", 2, 3, a.id, 1, &f->err), 0);
	assert_int_equal(st_claim(f->store, "gpu", 2, 3, b.id, 1, &f->err),
			 ST_AGAIN);
	assert_int_equal(st_claim(f->store, "gpu", 1, 3, b.id, 1, &f->err), 0);
	assert_int_equal(
		st_holders(f->store, "gpu", &f->arena, &holders, &n, &f->err),
		0);
	assert_int_equal(n, 2);
	assert_string_equal(holders[0], a.id);
	assert_int_equal(st_release(f->store, "gpu", a.id, 1, &f->err), 0);
	assert_int_equal(st_claim(f->store, "gpu", 2, 3, b.id, 2, &f->err), 0);
}

static void
history_tells_the_last_durations(void **state)
{
	struct fixture *f = *state;
	int64_t ms[4];
	size_t n;

	for (int i = 1; i <= 3; i++) {
		struct st_run run = new_run(f, "deploy", NULL);
		struct st_batch *b = st_batch_new(run.id);
		struct st_step step = {.path = "build",
				       .state = STEP_SUCCEEDED,
				       .started = 100,
				       .finished = 100 + i};

		st_put_step(b, &step);
		assert_int_equal(st_commit(f->store, b, &f->err), 0);
		st_batch_free(b);
	}
	assert_int_equal(
		st_history(f->store, "deploy", "build", ms, 2, &n, &f->err), 0);
	assert_int_equal(n, 2);
	assert_int_equal(ms[0], 3);
	assert_int_equal(ms[1], 2);
	assert_int_equal(
		st_history(f->store, "deploy", "test", ms, 2, &n, &f->err), 0);
	assert_int_equal(n, 0);
}

static void
only_ended_runs_are_deleted_and_whole(void **state)
{
	struct fixture *f = *state;
	struct st_run run = new_run(f, "deploy", NULL);
	struct st_run got;
	const char *text;

	assert_int_equal(commit_step(f, &run, 0), 0);
	assert_int_equal(st_delete_run(f->store, run.id, &f->err), ST_STALE);
	set_state(f, &run, RUN_SUCCEEDED);
	assert_int_equal(st_delete_run(f->store, run.id, &f->err), 0);
	assert_int_equal(
		st_read_run(f->store, run.id, &f->arena, &got, &f->err),
		ST_EMPTY);
	assert_int_equal(
		st_read_definition(f->store, "d1", &f->arena, &text, &f->err),
		ST_EMPTY);
}

static void
others_see_a_change_once(void **state)
{
	struct fixture *f = *state;
	struct store *other;

	assert_int_equal(st_open(f->dir, ST_READ, &other, &f->err), 0);
	assert_false(st_changed(other));
	new_run(f, "deploy", NULL);
	assert_true(st_changed(other));
	assert_false(st_changed(other));
	st_close(other);
}

static void
a_backup_is_a_store(void **state)
{
	struct fixture *f = *state;
	struct st_run run = new_run(f, "deploy", NULL);
	struct strbuf findings = STRBUF_INIT;
	char path[128], store[128];

	snprintf(path, sizeof(path), "%s/copy.db", f->dir);
	snprintf(store, sizeof(store), "%s/store.db", f->dir);
	assert_int_equal(st_backup(f->store, path, &f->err), 0);
	set_state(f, &run, RUN_FAILED);
	st_close(f->store);
	assert_int_equal(rename(path, store), 0);
	snprintf(path, sizeof(path), "%s/store.db-wal", f->dir);
	unlink(path);
	assert_int_equal(st_open(f->dir, ST_WRITE, &f->store, &f->err), 0);
	assert_int_equal(
		st_read_run(f->store, run.id, &f->arena, &run, &f->err), 0);
	assert_int_equal(run.state, RUN_RUNNING);
	assert_int_equal(st_check(f->store, &findings, &f->err), 0);
	assert_string_equal(findings.at, "");
}

#define WITH_STORE(test)                                                       \
	cmocka_unit_test_setup_teardown(test, set_up, tear_down)

static void
room_in_the_log_changes_nothing_that_is_read(void **state)
{
	struct fixture *f = *state;
	struct st_run run = new_run(f, "demo", NULL);
	struct st_batch *b = step_batch(&run, 0);
	struct st_step *rows;
	struct store *other;
	struct stat st;
	char path[128];
	size_t n;

	assert_int_equal(st_commit(f->store, b, &f->err), ST_OK);
	st_batch_free(b);
	st_grow_log(f->store);
	b = step_batch(&run, 1);
	assert_int_equal(st_commit(f->store, b, &f->err), ST_OK);
	st_batch_free(b);
	snprintf(path, sizeof(path), "%s/store.db-wal", f->dir);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_size, 4 << 20);
	assert_int_equal(st_open(f->dir, ST_READ, &other, &f->err), ST_OK);
	assert_int_equal(
		st_read_steps(other, run.id, &f->arena, &rows, &n, &f->err),
		ST_OK);
	assert_int_equal(n, 2);
	st_close(other);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_STORE(a_run_is_read_back_as_it_was_written),
		WITH_STORE(a_batch_is_read_back_as_it_was_written),
		WITH_STORE(what_was_committed_is_there_for_the_next_process),
		WITH_STORE(a_batch_with_one_bad_change_changes_nothing),
		WITH_STORE(an_engine_that_lost_its_run_is_fenced),
		WITH_STORE(a_revision_that_moved_on_is_stale),
		WITH_STORE(steps_can_be_dropped_and_definitions_changed),
		WITH_STORE(runs_are_found_by_id_then_name_then_prefix),
		WITH_STORE(an_ambiguous_prefix_lists_some),
		WITH_STORE(lists_come_newest_first_in_pages),
		WITH_STORE(lists_are_narrowed_by_state_and_flow),
		WITH_STORE(words_are_found_anywhere_in_any_case),
		WITH_STORE(events_come_in_pages_and_decisions_alone),
		WITH_STORE(a_request_posted_twice_is_one),
		WITH_STORE(an_answered_request_leaves_the_inbox),
		WITH_STORE(slots_are_shared_up_to_their_capacity),
		WITH_STORE(history_tells_the_last_durations),
		WITH_STORE(only_ended_runs_are_deleted_and_whole),
		WITH_STORE(others_see_a_change_once),
		WITH_STORE(a_backup_is_a_store),
		WITH_STORE(room_in_the_log_changes_nothing_that_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
