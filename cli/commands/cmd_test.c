/* wfctl test: plays scenarios of a flow without running anything.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>

#include "../cmd.h"
#include "../output.h"
#include "../when.h"

struct args {
	const char *keep, *only;
};

/* clang-format off */
static const struct option options[] = {
	{0, "only", OPT_TEXT, offsetof(struct args, only), "TEXT", "only scenarios whose name holds this"},
	{0, "keep", OPT_TEXT, offsetof(struct args, keep), "DIR", "leave the runs in this state directory, to look at them with --state DIR"},
	{0}};
static const struct column columns[] = {
	{"result", 0}, {"scenario", COLUMN_FLEX}, {"state", COLUMN_STATE},
	{"took_ms", COLUMN_RIGHT}, {"attempts", COLUMN_RIGHT},
	{"crashes", COLUMN_RIGHT}, {"run", 0}};
/* clang-format on */

struct tester {
	struct call *call;
	struct records records;
	size_t npassed, nfailed;
};

static json_t *
verdict_json(const char *file, const struct wf_verdict *v)
{
	json_t *o = json_object(), *misses = json_array();

	for (size_t i = 0; i < v->misses.n; i++)
		json_array_append_new(misses, finding_json(&v->misses.at[i]));
	json_object_set_new(o, "file", json_text(file));
	json_object_set_new(o, "scenario", json_text(v->name));
	json_object_set_new(o, "passed", json_boolean(v->passed));
	json_object_set_new(o, "state", json_text(run_states[v->state].name));
	json_object_set_new(o, "took_ms", json_integer(v->took));
	json_object_set_new(o, "attempts",
			    json_integer((json_int_t)v->nattempts));
	json_object_set_new(o, "crashes",
			    json_integer((json_int_t)v->ncrashes));
	json_object_set_new(o, "run", json_text(v->run));
	json_object_set_new(o, "misses", misses);
	return o;
}

static void
print_verdict(const struct tester *t, const struct wf_verdict *v)
{
	char took[WHEN_TEXT];

	if (v->passed && t->call->globals.quiet)
		return;
	fputs(v->passed ? "ok    " : "FAIL  ", stdout);
	output_text(stdout, v->name);
	when_duration(v->took, took);
	printf("  (%s in %s, %u attempt%s", run_states[v->state].name, took,
	       v->nattempts, v->nattempts == 1 ? "" : "s");
	if (v->ncrashes)
		printf(", %u crash%s", v->ncrashes,
		       v->ncrashes == 1 ? "" : "es");
	fputs(")\n", stdout);
	fflush(stdout);
	for (size_t i = 0; i < v->misses.n; i++)
		output_finding(stderr, &v->misses.at[i]);
}

static void
print_row(struct tester *t, const struct wf_verdict *v)
{
	char took[24], attempts[24], crashes[24];
	const char *cells[ARRAY_SIZE(columns)] = {v->passed ? "ok" : "FAIL",
						  v->name,
						  run_states[v->state].name,
						  took,
						  attempts,
						  crashes,
						  v->run};

	snprintf(took, sizeof(took), "%lld", (long long)v->took);
	snprintf(attempts, sizeof(attempts), "%u", v->nattempts);
	snprintf(crashes, sizeof(crashes), "%u", v->ncrashes);
	records_row(&t->records, cells);
}

static enum wf_code
play(struct tester *t, const char *file, const struct wf_scenarios *s, size_t i,
     struct wf_err *err)
{
	const struct args *args = t->call->args;
	struct wf_verdict v;
	enum wf_code code = wf_scenario_play(s, i, args->keep, &v, err);

	if (!code) {
		*(v.passed ? &t->npassed : &t->nfailed) += 1;
		if (records_json(&t->records))
			records_object(&t->records, verdict_json(file, &v));
		else if (t->call->globals.format == FORMAT_CSV)
			print_row(t, &v);
		else
			print_verdict(t, &v);
	}
	wf_verdict_release(&v);
	return code;
}

static enum wf_code
test_file(struct tester *t, const char *file, struct wf_err *err)
{
	const struct args *args = t->call->args;
	struct wf_scenarios *s = NULL;
	struct wf_diags findings = {0};
	enum wf_code code = wf_scenarios_load(file, &s, &findings, err);

	if (code == WF_INVALID && findings.n) {
		output_error(&t->call->globals, err, &findings);
		err->message[0] = '\0';
	}
	for (size_t i = 0; !code && i < wf_scenarios_n(s); i++) {
		const char *name = wf_scenario_name(s, i);

		if (!args->only || strstr(name, args->only))
			code = play(t, file, s, i, err);
	}
	wf_scenarios_free(s);
	wf_diags_release(&findings);
	return code;
}

static enum wf_code
judge(const struct tester *t, struct wf_err *err)
{
	const struct args *args = t->call->args;

	if (!t->npassed && !t->nfailed) {
		ERR(err, WF_USAGE, "no scenario has \"%.100s\" in its name",
		    args->only ? args->only : "");
		wf_err_hint(err, "without --only all are played");
		return WF_USAGE;
	}
	if (t->call->globals.format == FORMAT_TABLE &&
	    (!t->call->globals.quiet || t->nfailed))
		printf("%zu passed, %zu failed\n", t->npassed, t->nfailed);
	return t->nfailed ? WF_FAILED : WF_OK;
}

static enum wf_code
test(struct call *call, struct wf_err *err)
{
	struct tester t = {.call = call};
	enum wf_code code = WF_OK;

	records_begin(&t.records, call, columns, ARRAY_SIZE(columns));
	for (size_t i = 0; !code && i < call->nwords; i++)
		code = test_file(&t, call->words[i], err);
	if (call->globals.format != FORMAT_TABLE)
		records_end(&t.records);
	return code ? code : judge(&t, err);
}

const struct cmd_entry cmd_test = {
	.operands = "FILE...",
	.options = options,
	.size = sizeof(struct args),
	.min = 1,
	.max = -1,
	.about = "FILE holds scenarios of a flow: results of its steps, "
		 "failures, crashes, answers of\npeople, and what must be true "
		 "in the end.  Nothing is run, and time is simulated.",
	.example = "wfctl test release.test.yaml",
	.complete = "f",
	.run = test,
};
