/* Every rule of lint.def: one flow that earns it, one that does not.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/yaml/lint.h"
#include "engine/yaml/shell_scan.h"
#include "flows.h"

/* Is `rule` among the findings about the flow? */
static bool
advises(const char *text, const char *rule)
{
	struct workflow *wf = flow_good(text);
	struct wf_diags diags = {0};
	bool found = false;

	workflow_lint(wf, &diags);
	for (size_t i = 0; i < diags.n; i++) {
		assert_int_equal(diags.at[i].severity, WF_SEV_WARNING);
		assert_non_null(diags.at[i].hint);
		found |= strcmp(diags.at[i].rule, rule) == 0;
	}
	wf_diags_release(&diags);
	workflow_free(wf);
	return found;
}

#define STEP(keys)     FLOW("- { id: a, " keys " }\n")
#define TOP(keys, s)   "version: 1\n" keys "\nsteps:\n" s
#define SCRIPT(script) STEP("run: '" script "'")

/* clang-format off */
static const struct {
	const char *rule, *bad, *good;
} rows[] = {
        {"unquoted-variable", SCRIPT("echo $X"), SCRIPT("echo \"$X\"")},
        {"curl-without-fail", SCRIPT("curl http://x"),
         SCRIPT("curl -sSf http://x")},
        {"pipe-hides-failure", SCRIPT("pg_dump x | gzip"),
         STEP("shell: bash, run: 'pg_dump x | gzip'")},
        {"rm-empty-variable", SCRIPT("rm -rf \"$D\"/*"),
         SCRIPT("rm -rf \"${D:?}\"/*")},
        {"errors-ignored", SCRIPT("make || true"),
         SCRIPT("make || true; ls")},
        {"background-process", SCRIPT("serve & ls"),
         SCRIPT("serve & p=1; wait")},
        {"sudo-asks", SCRIPT("sudo ls"), SCRIPT("sudo -n ls")},
        {"long-sleep", SCRIPT("sleep 10m"), SCRIPT("sleep 10")},
        {"secret-on-command-line",
         TOP("secrets: { T: { env: T } }",
             "- { id: a, secrets: [T], run: 'curl -f -u \"$T\" x' }\n"),
         TOP("secrets: { T: { env: T } }",
             "- { id: a, secrets: [T], run: 'echo \"$T\" | login' }\n")},
        {"undo-missing",
         TOP("on_failure: rollback",
             "- { id: a, run: x }\n- { id: b, needs: [a], run: x }\n"),
         TOP("on_failure: rollback",
             "- { id: a, run: x, undo: y }\n- { id: b, needs: [a], run: x "
             "}\n")},
        {"irreversible-in-the-middle",
         TOP("on_failure: rollback",
             "- { id: a, run: x, irreversible: true }\n- { id: b, needs: "
             "[a], run: x }\n"),
         TOP("on_failure: rollback",
             "- { id: a, run: x, irreversible: true }\n")},
        {"irreversible-undo", STEP("run: x, undo: y, irreversible: true"),
         STEP("run: x, irreversible: true")},
        {"undo-not-retried", STEP("run: x, retry: 2, undo: y"),
         STEP("run: x, retry: 2, undo: { run: y, retry: 2 }")},
        {"retry-unsafe", STEP("run: x, retry: 2"),
         STEP("run: x, retry: 2, check: y")},
        {"retry-without-delay",
         STEP("run: x, retry: { limit: 2, backoff: exponential }"),
         STEP("run: x, retry: { limit: 2, delay: 1s, backoff: exponential "
              "}")},
        {"timeout-past-deadline",
         TOP("deadline: 1h", "- { id: a, run: x, timeout: 2h }\n"),
         TOP("deadline: 2h", "- { id: a, run: x, timeout: 1h }\n")},
        {"retries-past-deadline",
         TOP("deadline: 1h",
             "- { id: a, run: x, timeout: 30m, retry: 2 }\n"),
         TOP("deadline: 2h",
             "- { id: a, run: x, timeout: 30m, retry: 2 }\n")},
        {"approval-without-timeout", STEP("approval: { prompt: x }"),
         STEP("approval: { prompt: x, timeout: 1h }")},
        {"wait-without-timeout", STEP("wait: { signal: x }"),
         STEP("wait: { signal: x, timeout: 1h }")},
        {"repeat-without-limit", STEP("run: x, repeat: { until: 'true' }"),
         STEP("run: x, repeat: { until: 'true', limit: 5 }")},
        {"output-unread", STEP("run: x, outputs: { v: int }"),
         STEP("run: x, outputs: { v: int }, ensure: v > 1")},
        {"unreachable", STEP("run: x, if: 'false'"),
         STEP("run: x, if: 'true'")},
        {"ignored-outputs-read",
         FLOW("- { id: a, run: x, on_failure: ignore, outputs: { v: int } "
              "}\n- { id: b, needs: [a], run: x, if: steps.a.outputs.v > 1 "
              "}\n"),
         FLOW("- { id: a, run: x, outputs: { v: int } }\n- { id: b, needs: "
              "[a], run: x, if: steps.a.outputs.v > 1 }\n")},
        {"no-time-limit", STEP("run: x"), STEP("run: x, timeout: 1m")},
        {"param-unread", TOP("params: { p: 1 }", "- { id: a, run: x }\n"),
         TOP("params: { p: 1 }",
             "- { id: a, run: 'echo \"$WFCTL_PARAM_p\"' }\n")},
        {"secret-unused",
         TOP("secrets: { T: { env: T } }", "- { id: a, run: x }\n"),
         TOP("secrets: { T: { env: T } }",
             "- { id: a, run: x, secrets: [T] }\n")},
        {"pool-unused", TOP("pools: { p: 1 }", "- { id: a, run: x }\n"),
         TOP("pools: { p: 1 }", "- { id: a, run: x, pool: p }\n")},
};
/* clang-format on */

static void
each_rule_finds_what_it_is_for(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (!advises(rows[i].bad, rows[i].rule) ||
		    advises(rows[i].good, rows[i].rule)) {
			print_error("rule %s\n", rows[i].rule);
			fail();
		}
	}
}

/* The audit: what earns advice, what nearly does, and that each piece can be
 * silenced for the whole flow, by a comment and by a label. */
static const struct {
	const char *rule;
	bool advises;
	const char *flow;
} cases[] = {
#define A(rule, advises, flow) {rule, advises, "version: 1\n" flow},
#include "lint_cases.h"
};

static bool
is_silenced(const char *head, const char *rule, const char *tail,
	    const char *flow)
{
	char *text = mem_printf("%s%s%s\n%s", head, rule, tail, flow);
	bool silent = !advises(text, rule);

	free(text);
	return silent;
}

static void
each_case_is_judged_and_can_be_silenced(void **state)
{
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *rule = cases[i].rule, *flow = cases[i].flow;

		if (advises(flow, rule) == cases[i].advises &&
		    is_silenced("# wfctl: allow ", rule, "", flow) &&
		    is_silenced("labels: { lint-allow: ", rule, " }", flow))
			continue;
		print_error("%s: %s\n", rule, flow);
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

static void
each_rule_is_tested(void **state)
{
	(void)state;
	for (size_t i = 0; i < lint_nrules; i++) {
		bool found = false, fires = false, misses = false;

		for (size_t k = 0; k < ARRAY_SIZE(rows); k++)
			found |= strcmp(rows[k].rule, lint_rules[i].name) == 0;
		for (size_t k = 0; k < ARRAY_SIZE(cases); k++) {
			bool same = str_eq(cases[k].rule, lint_rules[i].name);

			fires |= same && cases[k].advises;
			misses |= same && !cases[k].advises;
		}
		found = (found || fires) && fires && misses;
		if (!found)
			print_error("rule %s\n", lint_rules[i].name);
		assert_true(found);
	}
}

static void
rules_can_be_silenced(void **state)
{
	(void)state;
	assert_false(advises(FLOW("- id: a\n"
				  "  run: echo $X # wfctl: allow "
				  "unquoted-variable\n"),
			     "unquoted-variable"));
	assert_false(advises("# wfctl: allow curl-without-fail, "
			     "unquoted-variable\n" SCRIPT("echo $X"),
			     "unquoted-variable"));
	assert_false(
		advises(STEP("run: 'echo $X', labels: { lint-allow: all }"),
			"unquoted-variable"));
	assert_false(advises(
		"labels: { lint-allow: no-time-limit }\n" STEP("run: x"),
		"no-time-limit"));
	/* A comment of another step, or for another rule, does not count. */
	assert_true(advises(FLOW("- id: a\n"
				 "  run: echo $X\n"
				 "- id: b\n"
				 "  run: y # wfctl: allow unquoted-variable\n"),
			    "unquoted-variable"));
	assert_true(advises(FLOW("- id: a\n"
				 "  run: echo $X # wfctl: allow sudo-asks\n"),
			    "unquoted-variable"));
}

static void
a_finding_points_into_the_script(void **state)
{
	struct workflow *wf = flow_good(FLOW("- id: a\n"
					     "  timeout: 1m\n"
					     "  run: |\n"
					     "    echo one\n"
					     "    echo $TWO\n"));
	struct wf_diags diags = {0};

	(void)state;
	workflow_lint(wf, &diags);
	assert_int_equal(diags.n, 1);
	assert_int_equal(diags.at[0].line, 7);
	assert_int_equal(diags.at[0].column, 10);
	wf_diags_release(&diags);
	workflow_free(wf);
}

static void
shell_quoting_is_understood(void **state)
{
	static const char *const fine[] = {
		"X=$Y cmd",
		"echo '$X'",
		"echo \\$X",
		"echo \"a $X b\"",
		"for i in $LIST; do :; done",
		"case $X in a) ;; esac",
		"[[ $X == y ]]",
		"echo $((X + 1)) $# $? $$",
		"cat <<EOF\n$X\nEOF\n",
		"echo # $X",
		"echo ${#X}",
		"export A=$B",
		"echo \"$(cat \"$X\")\"",
	};
	static const char *const split[] = {
		"echo $X",
		"echo ${X}",
		"echo a$X",
		"echo \"$(cat $X)\"",
		"echo \"a\" $X",
		"cat <<'E'\nx\nE\necho $X",
		"for i in a; do echo $i; done",
		"echo $1",
		"echo $@",
	};
	size_t n;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(fine); i++) {
		if (shell_unquoted(fine[i], &n))
			print_error("%s\n", fine[i]);
		assert_null(shell_unquoted(fine[i], &n));
	}
	for (size_t i = 0; i < ARRAY_SIZE(split); i++) {
		if (!shell_unquoted(split[i], &n))
			print_error("%s\n", split[i]);
		assert_non_null(shell_unquoted(split[i], &n));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rule_finds_what_it_is_for),
		cmocka_unit_test(each_case_is_judged_and_can_be_silenced),
		cmocka_unit_test(each_rule_is_tested),
		cmocka_unit_test(rules_can_be_silenced),
		cmocka_unit_test(a_finding_points_into_the_script),
		cmocka_unit_test(shell_quoting_is_understood),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	wf_diags_release(&flow_findings);
	return failed;
}
