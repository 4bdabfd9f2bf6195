/* The queries of the public face, on runs whose rows are written here.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "engine/about.h"
#include "engine/base/fs.h"
#include "engine/face/face_int.h"

static const char child_flow[] = "version: 1\nname: child\n"
				 "steps:\n"
				 "  - id: inner\n"
				 "    run: echo inner\n"
				 "  - id: last\n"
				 "    needs: inner\n"
				 "    run: echo last\n";

static const char root_flow[] = "version: 1\nname: deploy\n"
				"params: {a: {type: int, default: 1}}\n"
				"env: {STAGE: prod}\n"
				"secrets: {KEY: {env: DEPLOY_KEY}}\n"
				"max_parallel: 3\n"
				"steps:\n"
				"  - id: build\n"
				"    name: Build it\n"
				"    run: make\n"
				"    undo: {run: make clean}\n"
				"    retry: {limit: 3}\n"
				"    outputs: {v: int}\n"
				"  - id: test\n"
				"    needs: build\n"
				"    argv: [prove, -r]\n"
				"    env:\n"
				"      STAGE: test\n"
				"      A: ${{ params.a }}\n"
				"      V: ${{ steps.build.outputs.v }}\n"
				"      W: ${{ steps.build.outputs.v }}\n"
				"    secrets: [KEY]\n"
				"    limits: {log: 1MiB}\n"
				"  - id: each\n"
				"    foreach: [a, b, c]\n"
				"    run: echo hello\n"
				"  - id: dep\n"
				"    needs: [build, test]\n"
				"    workflow: child.yaml\n"
				"  - id: ok\n"
				"    needs: dep\n"
				"    approval: {prompt: Ship it?}\n";

struct fixture {
	char dir[64], state[96], run[ST_RUN_ID];
	struct wf_engine *engine;
	struct bundle *bundle;
	struct wf_err err;
};

static void
write_file(struct fixture *f, const char *name, const char *text)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", f->dir, name);
	assert_int_equal(fs_write(path, text, strlen(text), 0600, &f->err), 0);
}

static int
set_up(void **state)
{
	struct fixture *f = mem_alloc(sizeof(*f));
	struct wf_diags diags = {0};
	char path[128];

	snprintf(f->dir, sizeof(f->dir), "/tmp/wf-face-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	snprintf(f->state, sizeof(f->state), "%s/state", f->dir);
	write_file(f, "child.yaml", child_flow);
	write_file(f, "root.yaml", root_flow);
	snprintf(path, sizeof(path), "%s/root.yaml", f->dir);
	if (bundle_load(path, &f->bundle, &diags, &f->err))
		fail_msg("%s", f->err.message);
	wf_diags_release(&diags);
	assert_int_equal(
		wf_engine_open(f->state, WF_OPEN_CREATE, &f->engine, &f->err),
		0);
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	static const char *const names[] = {
		"root.yaml",          "child.yaml",         "state/store.db",
		"state/store.db-wal", "state/store.db-shm", "state/reserve"};
	struct fixture *f = *state;
	char path[160];

	wf_engine_close(f->engine);
	bundle_free(f->bundle);
	if (f->run[0]) {
		snprintf(path, sizeof(path), "%s/runs/%s/lock", f->state,
			 f->run);
		unlink(path);
		snprintf(path, sizeof(path), "%s/runs/%s", f->state, f->run);
		rmdir(path);
		snprintf(path, sizeof(path), "%s/runs", f->state);
		rmdir(path);
	}
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", f->dir, names[i]);
		unlink(path);
	}
	rmdir(f->state);
	rmdir(f->dir);
	free(f);
	return 0;
}

static struct st_run
new_run(struct fixture *f, enum run_state state)
{
	struct st_run run = {.flow = "deploy",
			     .definition = f->bundle->hash,
			     .state = state,
			     .created = 1000,
			     .params = "{\"a\":1}"};

	assert_int_equal(st_create_run(f->engine->store, &run,
				       bundle_pieces(f->bundle), &f->err),
			 0);
	memcpy(f->run, run.id, sizeof(run.id));
	return run;
}

static void
commit(struct fixture *f, struct st_batch *b)
{
	assert_int_equal(st_commit(f->engine->store, b, &f->err), 0);
	st_batch_free(b);
}

static const struct wf_step_info *
step(const struct wf_run_detail *d, const char *path)
{
	for (size_t i = 0; i < d->nsteps; i++)
		if (str_eq(d->steps[i].path, path))
			return &d->steps[i];
	fail_msg("no step %s", path);
	return NULL;
}

static void
what_has_no_row_is_pending(void **state)
{
	struct fixture *f = *state;
	struct st_run run = new_run(f, RUN_RUNNING);
	struct wf_run_detail d;
	const struct wf_step_info *s;

	assert_int_equal(wf_run(f->engine, run.id, &d, &f->err), 0);
	assert_int_equal(d.nsteps, 5);
	assert_string_equal(d.run.params, "{\"a\":1}");
	assert_string_equal(d.run.outputs, "{}");
	s = step(&d, "build");
	assert_int_equal(s->state, STEP_PENDING);
	assert_string_equal(s->name, "Build it");
	assert_string_equal(s->action, "run");
	assert_string_equal(s->command, "make");
	assert_string_equal(s->undo_state, "possible");
	assert_int_equal(s->retry_limit, 3);
	assert_int_equal(s->exit_code, -1);
	assert_int_equal(s->nattempts, 0);
	s = step(&d, "test");
	assert_string_equal(s->command, "prove -r");
	assert_int_equal(s->nblocked_by, 1);
	assert_string_equal(s->blocked_by[0], "build");
	assert_true(step(&d, "each")->is_group);
	assert_true(step(&d, "dep")->is_group);
	s = step(&d, "ok");
	assert_string_equal(s->action, "approval");
	assert_non_null(strstr(s->data, "\"prompt\":\"Ship it?\""));
	wf_list_free(&d.list);
}

static void
rows_attempts_and_decisions_are_shown(void **state)
{
	struct fixture *f = *state;
	struct st_run run = new_run(f, RUN_RUNNING);
	struct st_batch *b = st_batch_new(run.id);
	struct wf_run_detail d;
	const struct wf_step_info *s;
	char log[256];

	st_put_step(b, &(struct st_step){.ix = 0,
					 .path = "build",
					 .parent = UINT32_MAX,
					 .state = STEP_SUCCEEDED,
					 .tries = 2,
					 .order = 1,
					 .outputs = "{\"v\":2}"});
	st_put_attempt(b, &(struct st_attempt){.id = 1,
					       .n = 1,
					       .exit_code = 3,
					       .cause = CAUSE_EXIT,
					       .log = "logs/build.1.log"});
	st_put_attempt(b, &(struct st_attempt){.id = 2, .n = 2});
	st_add_event(b, &(struct st_event){.seq = 1,
					   .kind = EV_RETRY,
					   .because = "exit 3 is worth it"});
	st_add_event(b, &(struct st_event){.seq = 2,
					   .kind = EV_CHOICE,
					   .because = "the first success"});
	commit(f, b);
	assert_int_equal(wf_run(f->engine, run.id, &d, &f->err), 0);
	s = step(&d, "build");
	assert_int_equal(s->state, STEP_SUCCEEDED);
	assert_string_equal(s->outputs, "{\"v\":2}");
	assert_string_equal(s->reason, "the first success");
	assert_int_equal(s->nattempts, 2);
	assert_string_equal(s->attempts[0].state, "failed");
	assert_string_equal(s->attempts[1].state, "succeeded");
	snprintf(log, sizeof(log), "%s/runs/%s/logs/build.1.log", f->state,
		 run.id);
	assert_string_equal(s->attempts[0].log, log);
	assert_null(s->attempts[1].log);
	assert_int_equal(step(&d, "test")->nblocked_by, 0);
	assert_null(step(&d, "test")->reason);
	wf_list_free(&d.list);
}

static void
a_step_looked_at_closely_names_what_it_is_given(void **state)
{
	struct fixture *f = *state;
	struct st_run run = new_run(f, RUN_RUNNING);
	struct wf_run_detail d;
	struct wf_step_about about;

	assert_int_equal(wf_run_slots(f->engine, run.id), 3);
	assert_int_equal(wf_run(f->engine, run.id, &d, &f->err), 0);
	assert_int_equal(
		wf_step_about(f->engine, &d, step(&d, "test"), &about, &f->err),
		0);
	assert_int_equal(about.nenv, 4);
	assert_string_equal(about.env[0], "STAGE");
	assert_string_equal(about.env[1], "A");
	assert_int_equal(about.nsecrets, 1);
	assert_string_equal(about.secrets[0], "KEY");
	assert_int_equal(strlen(about.definition), 16);
	assert_int_equal(about.log_limit, 1 << 20);
	assert_int_equal(about.ninputs, 2);
	assert_string_equal(about.inputs[0].name, "params.a");
	assert_int_equal(strlen(about.inputs[0].hash), 8);
	assert_string_equal(about.inputs[1].name, "steps.build.outputs.v");
	assert_null(about.inputs[1].hash);
	wf_list_free(&about.list);
	wf_list_free(&d.list);
}

/* The same value has the same hash, another one another. */
static void
the_hash_of_an_input_is_that_of_its_value(void **state)
{
	static const char *const values[] = {"{\"v\":2}", "{\"v\":2}",
					     "{\"v\":3}"};
	struct fixture *f = *state;
	struct st_run run = new_run(f, RUN_RUNNING);
	char hashes[3][9];

	for (int i = 0; i < 3; i++) {
		struct st_batch *b = st_batch_new(run.id);
		struct wf_run_detail d;
		struct wf_step_about about;

		st_put_step(b, &(struct st_step){.path = "build",
						 .parent = UINT32_MAX,
						 .state = STEP_SUCCEEDED,
						 .outputs = values[i]});
		commit(f, b);
		wf_run(f->engine, run.id, &d, &f->err);
		wf_step_about(f->engine, &d, step(&d, "test"), &about, &f->err);
		snprintf(hashes[i], sizeof(hashes[i]), "%s",
			 about.inputs[1].hash);
		wf_list_free(&about.list);
		wf_list_free(&d.list);
	}
	assert_string_equal(hashes[0], hashes[1]);
	assert_string_not_equal(hashes[0], hashes[2]);
}

static void
steps_of_child_flows_are_looked_at_in_their_flow(void **state)
{
	struct fixture *f = *state;
	struct st_run run = new_run(f, RUN_RUNNING);
	struct wf_run_detail d;
	struct wf_step_about about;
	struct wf_step_info inner = {.id = "dep/inner", .path = "dep/inner"};
	struct wf_step_info none = {.id = "dep/outer", .path = "dep/outer"};

	wf_run(f->engine, run.id, &d, &f->err);
	assert_int_equal(wf_step_about(f->engine, &d, &inner, &about, &f->err),
			 0);
	assert_int_equal(about.nenv, 0);
	assert_int_equal(about.log_limit, 64 << 20);
	wf_list_free(&about.list);
	assert_int_equal(wf_step_about(f->engine, &d, &none, &about, &f->err),
			 WF_NOT_FOUND);
	wf_list_free(&d.list);
}

static void
items_and_child_flows_are_steps_too(void **state)
{
	struct fixture *f = *state;
	struct st_run run = new_run(f, RUN_RUNNING);
	struct st_batch *b = st_batch_new(run.id);
	struct wf_run_detail d;
	const struct wf_step_info *s;

	st_put_step(b, &(struct st_step){
			       .ix = 2,
			       .path = "each",
			       .parent = UINT32_MAX,
			       .state = STEP_RUNNING,
			       .data = "{\"flags\":1,\"item\":\"[\\\"a\\\","
				       "\\\"b\\\",\\\"c\\\"]\",\"first\":5,"
				       "\"n\":3}"});
	st_put_step(b, &(struct st_step){.ix = 6,
					 .path = "each[b]",
					 .parent = 2,
					 .state = STEP_RUNNING,
					 .data = "{\"key\":\"b\","
						 "\"item\":\"\\\"b\\\"\"}"});
	st_put_step(b, &(struct st_step){.ix = 3,
					 .path = "dep",
					 .parent = UINT32_MAX,
					 .state = STEP_RUNNING,
					 .data = "{\"child\":8}"});
	st_put_step(b, &(struct st_step){.ix = 8,
					 .path = "dep/inner",
					 .parent = 3,
					 .state = STEP_SUCCEEDED});
	commit(f, b);
	assert_int_equal(wf_run(f->engine, run.id, &d, &f->err), 0);
	assert_int_equal(d.nsteps, 10);
	s = step(&d, "each[b]");
	assert_int_equal(s->state, STEP_RUNNING);
	assert_string_equal(s->instance, "b");
	assert_string_equal(s->id, "each");
	assert_string_equal(s->data, "{\"key\":\"b\",\"item\":\"b\"}");
	assert_false(s->is_group);
	assert_int_equal(step(&d, "each[a]")->state, STEP_PENDING);
	assert_int_equal(step(&d, "each[c]")->state, STEP_PENDING);
	s = step(&d, "dep/inner");
	assert_int_equal(s->state, STEP_SUCCEEDED);
	assert_string_equal(s->id, "dep/inner");
	s = step(&d, "dep/last");
	assert_int_equal(s->nneeds, 1);
	assert_string_equal(s->needs[0], "dep/inner");
	assert_int_equal(s->nblocked_by, 0);
	wf_list_free(&d.list);
}

/* Rows that do not fit the definition must not lead astray. */
static void
strange_rows_do_no_harm(void **state)
{
	static const char *const strange[] = {"{\"first\":0,\"n\":1000000}",
					      "{\"first\":2,\"n\":3}",
					      "{\"first\":9,\"n\":-3}",
					      "{\"first\":\"x\",\"n\":[]}",
					      "{\"child\":3}",
					      "{\"child\":-1}",
					      "[1,2]",
					      "not json"};
	struct fixture *f = *state;
	struct st_run run = new_run(f, RUN_RUNNING);

	for (size_t i = 0; i < ARRAY_SIZE(strange); i++) {
		struct st_batch *b = st_batch_new(run.id);
		struct wf_run_detail d;

		for (uint32_t ix = 0; ix < 5; ix++)
			st_put_step(b, &(struct st_step){.ix = ix,
							 .path = "x",
							 .data = strange[i]});
		commit(f, b);
		assert_int_equal(wf_run(f->engine, run.id, &d, &f->err), 0);
		assert_int_equal(d.nsteps, 5);
		wf_list_free(&d.list);
	}
}

static void
runs_without_an_engine_are_interrupted(void **state)
{
	struct fixture *f = *state;
	struct st_run run;
	struct wf_run_filter filter = {.interrupted = true};
	struct wf_runs runs;
	char id[WF_RUN_ID];

	new_run(f, RUN_WAITING);
	run = new_run(f, RUN_RUNNING);
	new_run(f, RUN_SUCCEEDED);
	assert_int_equal(wf_runs(f->engine, &filter, &runs, &f->err), 0);
	assert_int_equal(runs.n, 1);
	assert_string_equal(runs.at[0].id, run.id);
	assert_string_equal(wf_run_state_text(&runs.at[0]), "interrupted");
	assert_int_equal(wf_run_code(&runs.at[0]), WF_SIGTERM);
	wf_list_free(&runs.list);
	assert_int_equal(wf_run_find(f->engine, "@interrupted", id, &f->err),
			 0);
	assert_string_equal(id, run.id);

	/* Asked for beside a state, they come beside its runs ... */
	filter.states = 1u << RUN_SUCCEEDED;
	assert_int_equal(wf_runs(f->engine, &filter, &runs, &f->err), 0);
	assert_int_equal(runs.n, 2);
	wf_list_free(&runs.list);
	/* ... and are not running, whatever the store holds. */
	filter = (struct wf_run_filter){.states = 1u << RUN_RUNNING};
	assert_int_equal(wf_runs(f->engine, &filter, &runs, &f->err), 0);
	assert_int_equal(runs.n, 0);
	wf_list_free(&runs.list);
}

/* The lock is held by a description of its own, as an engine's would be. */
static void
a_lock_tells_of_an_engine(void **state)
{
	struct fixture *f = *state;
	struct st_run run = new_run(f, RUN_RUNNING);
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	char *dir = wf_run_dir(f->engine, run.id), *path;
	struct wf_runs runs;
	int fd;

	assert_int_equal(fs_mkdirs(dir, &f->err), 0);
	path = mem_printf("%s/lock", dir);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	assert_int_equal(write(fd, "4711\n", 5), 5);
	assert_int_equal(fcntl(fd, F_OFD_SETLK, &whole), 0);
	assert_int_equal(wf_run_brief(f->engine, run.id, &runs, &f->err), 0);
	assert_true(runs.at[0].engine_alive);
	assert_int_equal(runs.at[0].engine_pid, 4711);
	assert_false(runs.at[0].interrupted);
	wf_list_free(&runs.list);
	close(fd);
	assert_int_equal(wf_run_brief(f->engine, run.id, &runs, &f->err), 0);
	assert_false(runs.at[0].engine_alive);
	assert_true(runs.at[0].interrupted);
	wf_list_free(&runs.list);
	free(path);
	free(dir);
}

static void
runs_are_found_by_words(void **state)
{
	struct fixture *f = *state;
	struct st_run failed = new_run(f, RUN_FAILED);
	struct st_run last = new_run(f, RUN_SUCCEEDED);
	char id[WF_RUN_ID];

	assert_int_equal(wf_run_find(f->engine, "@latest", id, &f->err), 0);
	assert_string_equal(id, last.id);
	assert_int_equal(wf_run_find(f->engine, "@failed", id, &f->err), 0);
	assert_string_equal(id, failed.id);
	assert_int_equal(wf_run_find(f->engine, "deploy", id, &f->err), 0);
	assert_string_equal(id, last.id);
	assert_int_equal(wf_run_find(f->engine, "@interrupted", id, &f->err),
			 WF_NOT_FOUND);
	assert_int_equal(wf_run_find(f->engine, "@nonsense", id, &f->err),
			 WF_USAGE);
	assert_int_equal(wf_run_find(f->engine, "nosuch", id, &f->err),
			 WF_NOT_FOUND);
}

static void
events_are_read_in_pages(void **state)
{
	struct fixture *f = *state;
	struct st_run run = new_run(f, RUN_RUNNING);
	struct st_batch *b = st_batch_new(run.id);
	struct wf_events events;

	for (uint64_t i = 1; i <= 5; i++)
		st_add_event(b, &(struct st_event){.seq = i,
						   .kind = EV_SIGNAL,
						   .ix = UINT32_MAX});
	commit(f, b);
	assert_int_equal(
		wf_events(f->engine, run.id, 2, 2, false, &events, &f->err), 0);
	assert_int_equal(events.n, 2);
	assert_int_equal(events.at[0].seq, 3);
	assert_null(events.at[0].step);
	wf_list_free(&events.list);
	assert_int_equal(
		wf_events(f->engine, "nosuch", 0, 0, false, &events, &f->err),
		WF_NOT_FOUND);
}

static void
without_a_store_there_are_no_runs(void **state)
{
	struct fixture *f = *state;
	struct wf_engine *e;
	struct wf_runs runs;
	struct wf_run_detail d;
	uint32_t counts[RUN_NSTATES];
	char id[WF_RUN_ID];

	assert_int_equal(wf_engine_open("/tmp/wf-nosuch/state", WF_OPEN_READ,
					&e, &f->err),
			 0);
	assert_int_equal(wf_runs(e, NULL, &runs, &f->err), 0);
	assert_int_equal(runs.n, 0);
	wf_list_free(&runs.list);
	assert_int_equal(wf_run_counts(e, counts, &f->err), 0);
	assert_int_equal(wf_run(e, "x", &d, &f->err), WF_NOT_FOUND);
	assert_int_equal(wf_run_find(e, "@latest", id, &f->err), WF_NOT_FOUND);
	wf_engine_close(e);
	assert_int_equal(wf_engine_open("/dev/null", WF_OPEN_READ, &e, &f->err),
			 WF_STORE);
}

#define WITH_FACE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_FACE(what_has_no_row_is_pending),
		WITH_FACE(rows_attempts_and_decisions_are_shown),
		WITH_FACE(a_step_looked_at_closely_names_what_it_is_given),
		WITH_FACE(the_hash_of_an_input_is_that_of_its_value),
		WITH_FACE(steps_of_child_flows_are_looked_at_in_their_flow),
		WITH_FACE(items_and_child_flows_are_steps_too),
		WITH_FACE(strange_rows_do_no_harm),
		WITH_FACE(runs_without_an_engine_are_interrupted),
		WITH_FACE(a_lock_tells_of_an_engine),
		WITH_FACE(runs_are_found_by_words),
		WITH_FACE(events_are_read_in_pages),
		WITH_FACE(without_a_store_there_are_no_runs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
