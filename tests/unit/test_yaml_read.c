/* Every key of the flow language arrives where the engine looks for it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "flows.h"

static void
the_flow_of_the_manual(void **state)
{
	struct workflow *wf = flow_good(
		"version: 1\n"
		"name: release\n"
		"description: Build, migrate, deploy; roll back on trouble\n"
		"params:\n"
		"  env:   { type: string, enum: [staging, prod], default: "
		"staging, help: where to deploy }\n"
		"  count: { type: int, min: 1, max: 10, default: 3 }\n"
		"env: { REGION: eu-west-1, TARGET: \"${{ params.env }}\" }\n"
		"secrets: { DEPLOY_TOKEN: { env: DEPLOY_TOKEN } }\n"
		"order: graph\n"
		"max_parallel: 4\n"
		"on_failure: stop\n"
		"deadline: 2h\n"
		"steps:\n"
		"  - id: build\n"
		"    run: make -j4\n"
		"    outputs: { version: string }\n"
		"  - id: migrate\n"
		"    needs: [build]\n"
		"    check: psql -Atc \"select 1 from schema_version where v "
		"= '$VERSION'\" | grep -q 1\n"
		"    run: psql -f up.sql\n"
		"    undo: psql -f down.sql\n"
		"    env: { VERSION: \"${{ steps.build.outputs.version }}\" "
		"}\n"
		"    retry: { limit: 3, delay: 2s, backoff: exponential, "
		"jitter: 0.2 }\n"
		"  - id: approve\n"
		"    needs: [migrate]\n"
		"    approval: { prompt: \"Deploy ${{ "
		"steps.build.outputs.version }}?\", assignees: [ops], "
		"timeout: 24h }\n"
		"  - id: deploy\n"
		"    needs: [approve]\n"
		"    if: params.env == \"prod\"\n"
		"    secrets: [DEPLOY_TOKEN]\n"
		"    run: ./deploy.sh\n"
		"    undo: ./undeploy.sh\n"
		"    timeout: 10m\n");
	const struct step *migrate = flow_step(wf, "migrate");
	const struct step *deploy = flow_step(wf, "deploy");

	(void)state;
	assert_string_equal(wf->name, "release");
	assert_int_equal(wf->params.n, 2);
	assert_int_equal(wf->params.at[0].nchoices, 2);
	assert_int_equal(wf->params.at[1].def.i, 3);
	assert_int_equal(wf->max_parallel, 4);
	assert_int_equal(wf->deadline, 7200000);
	assert_int_equal(migrate->nneeds, 1);
	assert_string_equal(migrate->more->undo.command.run,
			    "psql -f down.sql");
	assert_int_equal(migrate->more->retry->delay, 2000);
	assert_int_equal(migrate->more->retry->backoff, BACKOFF_EXPONENTIAL);
	assert_int_equal(flow_step(wf, "approve")->more->approval->timeout,
			 86400000);
	assert_int_equal(deploy->more->nsecrets, 1);
	assert_non_null(step_condition(deploy)->program);
	assert_int_equal(deploy->more->timeout, 600000);
	assert_int_equal(deploy->more->kill_after, 10000);
	workflow_free(wf);
}

static void
name_comes_from_the_file(void **state)
{
	const char *text = FLOW("  - { id: a, run: x }\n");
	struct workflow *wf = workflow_parse("dir/nightly.yaml", text,
					     strlen(text), &flow_findings);

	(void)state;
	assert_string_equal(wf->name, "nightly");
	workflow_free(wf);
}

static void
words_are_yaml_1_2(void **state)
{
	struct workflow *wf = flow_good(
		"version: 1\n"
		"params: { a: yes, b: 010, c: 0o17, d: 0x1F, e: on, f: 1e3, "
		"g: true, h: \"true\", i: [1, x], j: -.inf, k: 1_000 }\n"
		"steps:\n"
		"  - { id: s, run: x }\n");
	const struct param *p = wf->params.at;

	(void)state;
	assert_string_equal(p[0].def.string, "yes");
	assert_int_equal(p[1].def.i, 10);
	assert_int_equal(p[2].def.i, 15);
	assert_int_equal(p[3].def.i, 31);
	assert_int_equal(p[4].type, TYPE_STRING);
	assert_true(p[5].def.d == 1000.0);
	assert_int_equal(p[6].type, TYPE_BOOL);
	assert_int_equal(p[7].type, TYPE_STRING);
	assert_int_equal(p[8].type, TYPE_LIST);
	assert_int_equal(p[9].type, TYPE_NUMBER);
	assert_int_equal(p[10].type, TYPE_STRING);
	workflow_free(wf);
}

static void
defaults_reach_all_steps(void **state)
{
	struct workflow *wf = flow_good(
		"version: 1\n"
		"steps:\n"
		"  - { id: a, run: x }\n"
		"  - { id: b, run: x, timeout: 1m, env: { X: own, Z: z } }\n"
		"  - { id: c, run: x }\n"
		"defaults: { timeout: 5m, shell: bash, retry: 2, on_lost: "
		"rerun, env: { X: all, Y: y } }\n");
	const struct step *a = flow_step(wf, "a"), *b = flow_step(wf, "b");

	(void)state;
	assert_int_equal(a->more->timeout, 300000);
	assert_int_equal(b->more->timeout, 60000);
	assert_int_equal(b->more->retry->limit, 2);
	assert_int_equal(a->more->shell.n, 4);
	assert_int_equal(step_on_lost(a), ON_LOST_RERUN);
	assert_int_equal(b->more->env.n, 3);
	assert_string_equal(b->more->env.at[0].value.text, "own");
	/* Who adds nothing shares what all have. */
	assert_ptr_equal(a->more, flow_step(wf, "c")->more);
	workflow_free(wf);
}

static void
chain_needs_the_step_above(void **state)
{
	struct workflow *wf =
		flow_good("version: 1\norder: chain\nsteps:\n"
			  "  - { id: a, run: x }\n"
			  "  - { id: b, run: x, on_failure: { fallback: c } }\n"
			  "  - { id: c, run: x }\n"
			  "  - { id: d, run: x }\n"
			  "  - { id: e, run: x, needs: [a] }\n"
			  "finally:\n"
			  "  - { id: f, run: x }\n"
			  "  - { id: g, run: x }\n");

	(void)state;
	assert_int_equal(flow_step(wf, "a")->nneeds, 0);
	assert_int_equal(flow_step(wf, "c")->nneeds, 0);
	assert_true(flow_step(wf, "c")->is_fallback);
	assert_int_equal(flow_step(wf, "d")->needs[0].step,
			 workflow_step(wf, "b"));
	assert_int_equal(flow_step(wf, "e")->needs[0].step,
			 workflow_step(wf, "a"));
	assert_int_equal(flow_step(wf, "f")->nneeds, 0);
	/* In `finally` a failure does not keep the next one from running. */
	assert_true(need_accept(flow_step(wf, "g")->needs[0]) &
		    1u << STEP_FAILED);
	assert_int_equal(wf->nfinally, 2);
	workflow_free(wf);
}

static void
needs_and_joins(void **state)
{
	struct workflow *wf = flow_good(FLOW(
		"  - { id: a, run: x }\n"
		"  - { id: b, run: x, needs: a }\n"
		"  - { id: c, run: x, needs: [a, { id: b, accept: [succeeded, "
		"skipped] }], join: any }\n"
		"  - { id: d, run: x, needs: [a, b, c], join: 2 }\n"
		"  - { id: e, run: x, needs: [d], join: failed }\n"));
	const struct step *c = flow_step(wf, "c");

	(void)state;
	assert_int_equal(flow_step(wf, "b")->nneeds, 1);
	assert_int_equal(need_accept(c->needs[1]),
			 1u << STEP_SUCCEEDED | 1u << STEP_SKIPPED);
	assert_int_equal(c->join, JOIN_ANY);
	assert_int_equal(flow_step(wf, "d")->join, JOIN_COUNT);
	assert_int_equal(flow_step(wf, "d")->join_count, 2);
	assert_int_equal(flow_step(wf, "e")->join, JOIN_FAILED);
	assert_int_equal(workflow_dependents(wf, 0).n, 3);
	workflow_free(wf);
}

static void
many_of_one(void **state)
{
	struct workflow *wf = flow_good(FLOW(
		"  - { id: a, run: x, foreach: [p, q], as: it, max_parallel: "
		"3, tolerate: 10%, env: { X: \"${{ it }}\" } }\n"
		"  - { id: b, run: x, foreach: { items: '[1, 2]', fail_fast: "
		"true } }\n"
		"  - { id: c, run: x, matrix: { os: [l, b], cc: [gcc, clang], "
		"exclude: [{ os: b, cc: gcc }], include: [{ os: w, cc: msvc "
		"}] }, env: { O: \"${{ matrix.os }}-${{ index }}\" } }\n"
		"  - { id: d, run: x, repeat: { until: outputs.ok, limit: 3, "
		"every: 5s }, outputs: { ok: bool } }\n"));
	const struct many *a = flow_step(wf, "a")->more->many;
	const struct many *c = flow_step(wf, "c")->more->many;
	struct arena scratch = {0};
	struct value os;

	(void)state;
	assert_int_equal(a->nitems, 2);
	assert_string_equal(a->as, "it");
	assert_int_equal(a->max_parallel, 3);
	assert_true(a->tolerate_percent && a->tolerate == 10);
	assert_non_null(flow_step(wf, "b")->more->many->list.program);
	assert_true(flow_step(wf, "b")->more->many->fail_fast);
	assert_true(c->is_matrix);
	assert_int_equal(c->nitems, 4);
	assert_true(value_get(c->items[3], "os", &scratch, &os));
	assert_string_equal(os.string, "w");
	assert_int_equal(flow_step(wf, "d")->more->repeat->every, 5000);
	arena_release(&scratch);
	workflow_free(wf);
}

static void
trouble(void **state)
{
	struct workflow *wf = flow_good(FLOW(
		"  - id: a\n"
		"    run: x\n"
		"    retry: { limit: 2, only: [75, 64-78, timeout, /busy/], "
		"except: 1, max_delay: 1m, factor: 3 }\n"
		"    undo: { argv: [rm, x], if: steps.a.state == "
		"\"succeeded\", timeout: 1m, retry: 1, on: succeeded }\n"
		"    on_failure: { ask: { timeout: 30m, default: rollback } }\n"
		"    savepoint: here\n"
		"    protect: [conf, \"${{ run.id }}\"]\n"
		"    limits: { memory: 2GiB, cpu_time: 1m, open_files: 64 }\n"
		"    warn: { after: 5m, slower_than: p95 * 1.5, log: /bad/, "
		"retries: 2, memory: 1GiB, silence: 60s }\n"
		"  - { id: b, run: x, needs: [a], on_failure: { rollback: here "
		"} }\n"
		"  - { id: c, run: x, idempotent: true, redundancy: { after: "
		"30s } }\n"
		"  - { id: d, run: x, check: [test, -e, y], on_lost: check "
		"}\n"));
	const struct step_more *a = flow_step(wf, "a")->more;
	const struct step_more *c = flow_step(wf, "c")->more;

	(void)state;
	assert_int_equal(a->retry->nonly, 4);
	assert_int_equal(a->retry->only[1].last, 78);
	assert_int_equal(a->retry->only[2].cause, CAUSE_TIMEOUT);
	assert_non_null(a->retry->only[3].regex);
	assert_int_equal(a->retry->nexcept, 1);
	assert_int_equal(a->undo.command.nargv, 2);
	assert_int_equal(a->undo.on, UNDO_SUCCEEDED);
	assert_int_equal(a->undo.retry->limit, 1);
	assert_non_null(a->undo.condition.program);
	assert_int_equal(a->on_failure.action, ON_FAILURE_ASK);
	assert_int_equal(a->on_failure.ask_default, ON_FAILURE_ROLLBACK);
	assert_string_equal(a->savepoint, "here");
	assert_int_equal(a->nprotect, 2);
	assert_int_equal(a->limits.memory, (int64_t)2 << 30);
	assert_int_equal(a->limits.log, -1);
	assert_true(a->has_warn && a->warn.retries == 2);
	assert_string_equal(flow_step(wf, "b")->more->on_failure.target,
			    "here");
	assert_int_equal(c->redundancy.copies, 2);
	assert_int_equal(c->redundancy.after, 30000);
	assert_int_equal(step_on_lost(flow_step(wf, "c")), ON_LOST_RERUN);
	assert_int_equal(step_on_lost(flow_step(wf, "d")), ON_LOST_CHECK);
	assert_int_equal(step_on_lost(flow_step(wf, "b")), ON_LOST_ASK);
	workflow_free(wf);
}

static void
people_and_waiting(void **state)
{
	struct workflow *wf = flow_good(FLOW(
		"  - { id: a, run: x }\n"
		"  - id: ok\n"
		"    needs: [a]\n"
		"    approval:\n"
		"      prompt: Go?\n"
		"      form: { ticket: { pattern: '^T-', required: true }, n: "
		"1 }\n"
		"      default: reject\n"
		"      on_reject: { rollback: a }\n"
		"      send_back: [a]\n"
		"  - { id: w1, wait: { for: 10m } }\n"
		"  - { id: w2, wait: { until: \"2026-01-31T08:00:00Z\" } }\n"
		"  - { id: w3, wait: { signal: go, match: signal.data.v == "
		"\"2\", timeout: 1h, default: succeed } }\n"
		"  - { id: w4, wait: { file: /tmp/x } }\n"
		"  - { id: z, needs: [ok], env: { T: \"${{ "
		"steps.ok.outputs.ticket }} ${{ steps.ok.outputs.approved_by "
		"}}\" }, run: x }\n"));
	const struct approval *ok = flow_step(wf, "ok")->more->approval;
	const struct wait *w3 = flow_step(wf, "w3")->more->wait;

	(void)state;
	assert_int_equal(ok->form.n, 2);
	assert_int_equal(ok->on_timeout, APPROVAL_REJECT);
	assert_int_equal(ok->on_reject, ON_REJECT_ROLLBACK);
	assert_string_equal(ok->reject_target, "a");
	assert_int_equal(ok->nsend_back, 1);
	assert_int_equal(flow_step(wf, "w1")->more->wait->duration, 600000);
	assert_int_equal(flow_step(wf, "w2")->more->wait->kind, WAIT_UNTIL);
	assert_string_equal(w3->signal, "go");
	assert_true(w3->succeed_on_timeout);
	assert_non_null(w3->match.program);
	assert_int_equal(flow_step(wf, "w4")->more->wait->kind, WAIT_FILE);
	workflow_free(wf);
}

static void
outputs_and_standard_output(void **state)
{
	struct workflow *wf = flow_good(FLOW(
		"  - { id: a, run: x, outputs: { n: int, stdout: text } }\n"
		"  - { id: b, run: x, stdout: n, outputs: { n: list } }\n"
		"  - { id: c, run: x, stdout: all, ensure: size(all) > 0 }\n"));
	const struct step_more *a = flow_step(wf, "a")->more;
	const struct step_more *b = flow_step(wf, "b")->more;

	(void)state;
	assert_int_equal(a->noutputs, 2);
	assert_false(a->outputs[0].from_stdout);
	assert_string_equal(a->outputs[1].name, "text");
	assert_true(a->outputs[1].from_stdout);
	assert_int_equal(b->noutputs, 1);
	assert_true(b->outputs[0].from_stdout);
	assert_int_equal(b->outputs[0].type, TYPE_LIST);
	assert_int_equal(flow_step(wf, "c")->more->noutputs, 1);
	workflow_free(wf);
}

static void
places_and_pools(void **state)
{
	struct workflow *wf = flow_good(
		"version: 1\n"
		"pools: { gpu: 2, net: { slots: 3, scope: host } }\n"
		"concurrency: { group: \"g-${{ params.e }}\", policy: cancel "
		"}\n"
		"params: { e: x }\n"
		"rollback: { max_parallel: 3, on_undo_failure: continue }\n"
		"hooks: { failure: ./page, exit: [echo, \"${{ run.id }}\"] }\n"
		"schedule: { cron: \"0 3 * * *\", overlap: queue, catch_up: "
		"true }\n"
		"warn: { after: 30m, deadline_risk: true }\n"
		"outputs: { o: \"${{ steps.a.outputs.v }}\" }\n"
		"labels: { team: web }\n"
		"steps:\n"
		"  - { id: a, run: x, pool: gpu, locks: [db], priority: 5, "
		"outputs: { v: string }, nice: 3 }\n"
		"  - { id: b, run: x, pool: { gpu: 2, net: 1 }, executor: "
		"local }\n");
	const struct step_more *b = flow_step(wf, "b")->more;

	(void)state;
	assert_true(wf->pools[1].host && wf->pools[1].slots == 3);
	assert_int_equal(wf->concurrency_policy, CONCURRENCY_CANCEL);
	assert_int_equal(wf->concurrency_group.nparts, 2);
	assert_true(wf->continue_on_undo_failure);
	assert_int_equal(wf->hooks[HOOK_EXIT].nargv, 2);
	assert_int_equal(wf->schedule.overlap, OVERLAP_QUEUE);
	assert_true(wf->has_warn && wf->warn.deadline_risk);
	assert_int_equal(wf->noutputs, 1);
	assert_int_equal(b->npools, 2);
	assert_null(b->executor);
	assert_int_equal(flow_step(wf, "a")->more->priority, 5);
	workflow_free(wf);
}

static void
anchors_and_merge_keys(void **state)
{
	struct workflow *wf = flow_good(FLOW(
		"  - &base { id: a, run: x, timeout: 1m, env: &e { X: one } }\n"
		"  - { <<: *base, id: b, env: *e }\n"
		"  - { id: c, run: y, env: { <<: [*e], X: two, Y: z } }\n"));

	(void)state;
	assert_string_equal(flow_step(wf, "b")->does.run, "x");
	assert_int_equal(flow_step(wf, "b")->more->timeout, 60000);
	assert_string_equal(flow_step(wf, "b")->more->env.at[0].value.text,
			    "one");
	assert_int_equal(flow_step(wf, "c")->more->env.n, 2);
	workflow_free(wf);
}

static void
hash_follows_what_a_step_does(void **state)
{
	static const char same[] =
		FLOW("  - id: a\n    name: Title\n    env: { B: \"2\", A: 1 "
		     "}\n    run: x\n    timeout: 5m\n");
	static const char *const other[] = {
		FLOW("  - { id: a, run: y, env: { A: 1, B: 2 } }\n"),
		FLOW("  - { id: a, run: x, env: { A: 1, B: 3 } }\n"),
		FLOW("  - { id: z, run: x }\n  - { id: a, run: x, env: { A: "
		     "1, B: 2 }, needs: [z] }\n"),
		("version: 1\nenv: { C: 1 }\nsteps:\n  - { id: a, run: x, "
		 "env: { A: 1, B: 2 } }\n"),
	};
	struct workflow *wf = flow_good(
		FLOW("  - { id: a, run: x, env: { A: 1, B: '2' } }\n"));
	uint64_t hash = flow_step(wf, "a")->hash;

	(void)state;
	workflow_free(wf);
	wf = flow_good(same);
	assert_true(flow_step(wf, "a")->hash == hash);
	workflow_free(wf);
	for (size_t i = 0; i < ARRAY_SIZE(other); i++) {
		wf = flow_good(other[i]);
		assert_false(flow_step(wf, "a")->hash == hash);
		workflow_free(wf);
	}
}

static void
expressions_know_their_place(void **state)
{
	struct workflow *wf = flow_good(FLOW("  - id: a\n"
					     "    if: 1 < 2\n"
					     "    run: x\n"));

	(void)state;
	assert_int_equal(step_condition(flow_step(wf, "a"))->line, 4);
	assert_int_equal(step_condition(flow_step(wf, "a"))->column, 9);
	workflow_free(wf);
}

static void
text_in_utf_16_and_with_marks(void **state)
{
	static const char bom[] = "\xef\xbb\xbfversion: 1\r\nsteps:\r\n- id: "
				  "a\r\n  run: x\r\n";
	char wide[200] = "\xff\xfe";
	const char *text = FLOW("- {id: a, run: x}\n");
	struct workflow *wf = flow_good(bom);

	(void)state;
	workflow_free(wf);
	for (size_t i = 0; text[i]; i++)
		wide[2 + 2 * i] = text[i];
	wf = workflow_parse("t.yaml", wide, 2 + 2 * strlen(text),
			    &flow_findings);
	assert_non_null(wf);
	assert_string_equal(wf->text, text);
	workflow_free(wf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_flow_of_the_manual),
		cmocka_unit_test(name_comes_from_the_file),
		cmocka_unit_test(words_are_yaml_1_2),
		cmocka_unit_test(defaults_reach_all_steps),
		cmocka_unit_test(chain_needs_the_step_above),
		cmocka_unit_test(needs_and_joins),
		cmocka_unit_test(many_of_one),
		cmocka_unit_test(trouble),
		cmocka_unit_test(people_and_waiting),
		cmocka_unit_test(outputs_and_standard_output),
		cmocka_unit_test(places_and_pools),
		cmocka_unit_test(anchors_and_merge_keys),
		cmocka_unit_test(hash_follows_what_a_step_does),
		cmocka_unit_test(expressions_know_their_place),
		cmocka_unit_test(text_in_utf_16_and_with_marks),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	wf_diags_release(&flow_findings);
	return failed;
}
