/* A file so large that its steps are read while it is parsed gives the same
 * flow, and the same findings, as one whose tree is whole.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/base/str.h"
#include "flows.h"

#define STEPS 6000 /* some 700 kB */

/* An anchor wants the whole tree; otherwise the two are the same. */
#define PIECEWISE "labels: { team: web }\n"
#define WHOLE     "labels: { team: &t w }\n"

static char *
large(const char *head, const char *tail)
{
	struct strbuf text = STRBUF_INIT;

	strbuf_addf(&text,
		    "version: 1\n%sparams: { n: 3 }\nenv: { A: b }\n"
		    "defaults: { retry: 2 }\nsteps:\n"
		    "  - { id: s0, run: 'true', outputs: { x: int } }\n",
		    head);
	for (int k = 1; k < STEPS; k++) {
		strbuf_addf(&text, "  - id: s%d\n    needs: [s%d%s]\n", k,
			    k - 1, k > 1 && k % 3 == 0 ? ", s0" : "");
		if (k % 5 == 0)
			strbuf_adds(&text, "    if: params.n > 2\n"
					   "    join: any\n");
		if (k % 7 == 0)
			strbuf_adds(&text, "    argv: [echo, '${{ env.A }}']\n"
					   "    timeout: 5m\n");
		else if (k % 11 == 0)
			strbuf_adds(&text,
				    "    foreach: [a, b]\n    run: |\n"
				    "      echo $I\n      exit 0\n"
				    "    env: { I: '${{ item }}', "
				    "X: '${{ steps.s0.outputs.x }}' }\n");
		else
			strbuf_adds(&text, "    run: make all # as always, "
					   "whatever it may be that is made\n"
					   "    undo: make clean\n");
	}
	strbuf_adds(&text, tail);
	assert_true(text.n > 600 * 1024);
	return strbuf_detach(&text);
}

static void
expect_same_step(const struct step *a, const struct step *b)
{
	const struct expr *ca = step_condition(a), *cb = step_condition(b);

	assert_string_equal(a->id, b->id);
	assert_int_equal(a->action, b->action);
	assert_int_equal(a->join, b->join);
	assert_int_equal(a->line, b->line);
	assert_int_equal(a->column, b->column);
	assert_true(a->hash == b->hash);
	assert_int_equal(a->nneeds, b->nneeds);
	for (uint32_t k = 0; k < a->nneeds; k++)
		assert_int_equal(a->needs[k].step, b->needs[k].step);
	assert_string_equal(step_name(a), step_name(b));
	assert_int_equal(!ca, !cb);
	if (ca && cb) {
		assert_string_equal(ca->text, cb->text);
		assert_int_equal(ca->line, cb->line);
		assert_non_null(ca->program);
	}
	assert_int_equal(a->more->timeout, b->more->timeout);
	assert_int_equal(a->more->retry->limit, b->more->retry->limit);
	assert_int_equal(a->more->env.n, b->more->env.n);
	assert_int_equal(workflow_has_undo(a), workflow_has_undo(b));
	assert_int_equal(!a->more->many, !b->more->many);
	if (step_command(a).run)
		assert_string_equal(step_command(a).run, step_command(b).run);
	assert_int_equal(step_command(a).nargv, step_command(b).nargv);
}

static void
a_large_file_reads_like_a_small_one(void **state)
{
	char *text = large(PIECEWISE, ""), *other = large(WHOLE, "");
	struct workflow *a = flow_good(text), *b = flow_good(other);

	(void)state;
	assert_int_equal(a->nsteps, STEPS);
	assert_int_equal(b->nsteps, STEPS);
	for (uint32_t k = 0; k < STEPS; k++) {
		expect_same_step(&a->steps[k], &b->steps[k]);
		assert_int_equal(workflow_step(a, b->steps[k].id), k);
	}
	assert_int_equal(workflow_dependents(a, 0).n,
			 workflow_dependents(b, 0).n);
	assert_string_equal(a->text, text);
	workflow_free(a);
	workflow_free(b);
	free(text);
	free(other);
}

static void
order_chain_chains_a_large_file(void **state)
{
	char *text = large("order: chain\n", "  - { id: last, run: x }\n"
					     "  - { id: free, needs: [], "
					     "run: x }\n");
	struct workflow *wf = flow_good(text);

	(void)state;
	assert_int_equal(flow_step(wf, "last")->nneeds, 1);
	assert_int_equal(flow_step(wf, "last")->needs[0].step, STEPS - 1);
	assert_int_equal(flow_step(wf, "free")->nneeds, 0);
	workflow_free(wf);
	free(text);
}

/* What cannot be read piece by piece is read whole. */
static void
a_large_file_may_be_in_any_order(void **state)
{
	static const char *const tails[] = {
		"  - { id: early, needs: [late], run: x }\n"
		"  - { id: late, run: x }\n",
		"  - { id: late, run: x }\nfinally:\n"
		"  - { id: early, run: x }\n",
		"  - { id: late, run: x }\n  - { id: early, run: x }\n"
		"hooks: { exit: 'true' }\n"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(tails); i++) {
		char *text = large(PIECEWISE, tails[i]);
		struct workflow *wf = flow_good(text);

		assert_int_equal(wf->nsteps, STEPS + 2);
		assert_non_null(flow_step(wf, "early"));
		workflow_free(wf);
		free(text);
	}
}

static void
findings_in_a_large_file_have_their_places(void **state)
{
	static const struct {
		const char *tail, *part;
	} cases[] = {
		{"  - { id: z, needs: [nobody], run: x }\n",
		 "there is no step \"nobody\""                                     },
		{"  - { id: s5, run: x }\n",                 "a second step \"s5\""},
		{"  - { id: z, run: x, tomeout: 3 }\n",      "tomeout"             },
		{"  - { id: z, run: x, if: params.m }\n",    "no param"            },
		{"  - { id: z, needs: [s1], run: x\n",       "expected"            },
		{"  - z\n",				  "a step is a map"     },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *text = large(PIECEWISE, cases[i].tail);
		struct workflow *wf = flow_read(text);
		int lines = 0;

		assert_null(wf);
		for (const char *p = text; *p; p++)
			lines += *p == '\n';
		assert_int_equal(flow_findings.n, 1);
		assert_non_null(
			strstr(flow_findings.at[0].message, cases[i].part));
		assert_in_range(flow_findings.at[0].line, lines, lines + 1);
		free(text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_large_file_reads_like_a_small_one),
		cmocka_unit_test(order_chain_chains_a_large_file),
		cmocka_unit_test(a_large_file_may_be_in_any_order),
		cmocka_unit_test(findings_in_a_large_file_have_their_places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
