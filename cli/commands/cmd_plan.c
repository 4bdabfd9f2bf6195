/* wfctl plan: what would run, and why.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "../asking.h"
#include "../cmd.h"
#include "../output.h"

struct args {
	const char *flow, *from;
};

/* clang-format off */
static const struct option options[] = {
	{0, "flow", OPT_TEXT, offsetof(struct args, flow), "FILE", "a run: as it would go on with this definition"},
	{0, "from", OPT_TEXT, offsetof(struct args, from), "STEP", "begin with this step"},
	{0}};
static const struct column columns[] = {
	{"wave", COLUMN_RIGHT}, {"step", 0}, {"what", 0}, {"because", COLUMN_FLEX}};
static const struct column changed_columns[] = {
	{"step", 0}, {"state", COLUMN_STATE}, {"what", 0}, {"change", 0},
	{"undo", 0}, {"because", COLUMN_FLEX}};
static const struct column run_columns[] = {
	{"step", 0}, {"state", COLUMN_STATE}, {"what", 0}, {"because", COLUMN_FLEX}};
/* clang-format on */

static void
print_row(struct records *records, const struct wf_plan_row *row, size_t wave)
{
	char number[24];

	snprintf(number, sizeof(number), "%zu", wave + 1);
	if (records_json(records))
		records_object(records, json_pack("{s:I,s:o,s:s,s:o}", "wave",
						  (json_int_t)wave + 1, "step",
						  json_text(row->step), "what",
						  row->what, "because",
						  json_text(row->because)));
	else
		records_row(records, (const char *[]){number, row->step,
						      row->what, row->because});
}

/* The steps wave by wave, in their order within each. */
static size_t *
by_wave(const size_t *waves, size_t nwaves, size_t n)
{
	size_t *order = mem_alloc((n + 1) * sizeof(*order));
	size_t *at = mem_alloc((nwaves + 1) * sizeof(*at));

	for (size_t i = 0; i < n; i++)
		at[waves[i] + 1]++;
	for (size_t wave = 1; wave < nwaves; wave++)
		at[wave] += at[wave - 1];
	for (size_t i = 0; i < n; i++)
		order[at[waves[i]]++] = i;
	free(at);
	return order;
}

/* In waves: all steps of one could run side by side. */
static void
print_flow(struct call *call, const struct wf_flow *flow,
	   const struct wf_plan *plan)
{
	struct records records;
	size_t nwaves, *waves = wf_flow_waves(flow, &nwaves);
	size_t *order = by_wave(waves, nwaves, plan->n);

	records_begin(&records, call, columns, ARRAY_SIZE(columns));
	for (size_t k = 0; k < plan->n; k++)
		print_row(&records, &plan->at[order[k]], waves[order[k]]);
	records_end(&records);
	free(order);
	free(waves);
}

static void
print_run_row(struct records *records, const struct wf_plan_row *row)
{
	json_t *o;

	if (!records_json(records)) {
		records_row(records,
			    (const char *[]){row->step,
					     row->state ? row->state : "none",
					     row->what, row->because});
		return;
	}
	o = json_pack("{s:o,s:s?,s:s,s:o}", "step", json_text(row->step),
		      "state", row->state, "what", row->what, "because",
		      json_text(row->because));
	records_object(records, o);
}

static void
print_run(struct call *call, const struct wf_plan *plan)
{
	struct records records;

	records_begin(&records, call, run_columns, ARRAY_SIZE(run_columns));
	for (size_t i = 0; i < plan->n; i++)
		print_run_row(&records, &plan->at[i]);
	records_end(&records);
}

/* As `resume --flow` itself would show it. */
static json_t *
changes_json(const struct wf_plan *plan)
{
	json_t *steps = json_array();

	for (size_t i = 0; i < plan->n; i++) {
		const struct wf_plan_row *row = &plan->at[i];

		json_array_append_new(
			steps,
			json_pack("{s:s,s:s,s:s,s:s,s:b,s:s}", "step",
				  row->step, "state", row->state, "what",
				  row->what, "change", row->change, "undo",
				  (int)row->undo, "because", row->because));
	}
	return json_pack("{s:s,s:o}", "verb", "resume", "steps", steps);
}

static void
print_changes(struct call *call, const struct wf_plan *plan)
{
	struct records records;

	if (output_is_json(call)) {
		output_object(call, changes_json(plan));
		return;
	}
	records_begin(&records, call, changed_columns,
		      ARRAY_SIZE(changed_columns));
	for (size_t i = 0; i < plan->n; i++) {
		const struct wf_plan_row *row = &plan->at[i];

		records_row(&records,
			    (const char *[]){row->step, row->state, row->what,
					     row->change,
					     row->undo ? "offered" : "",
					     row->because});
	}
	records_end(&records);
}

static enum wf_code
plan(struct call *call, struct wf_err *err)
{
	const struct args *args = call->args;
	struct wf_plan_query query = {.from = args->from};
	bool is_file = call_is_file(call->words[0]);
	const char *path = is_file ? call->words[0] : args->flow;
	struct wf_flow *flow = NULL;
	struct wf_plan result;
	char run[WF_RUN_ID];
	enum wf_code code = WF_OK;

	if (!is_file)
		code = call_open(call, WF_OPEN_WRITE, err);
	if (!code && !is_file)
		code = call_run(call, 0, run, err);
	if (!code && path)
		code = asking_flow(call, path, &flow, err);
	query.run = is_file ? NULL : run;
	query.flow = flow;
	if (!code)
		code = wf_plan(call->engine, &query, &result, err);
	if (!code) {
		if (is_file)
			print_flow(call, flow, &result);
		else if (flow && !args->from)
			print_changes(call, &result);
		else
			print_run(call, &result);
		wf_list_free(&result.list);
	}
	wf_flow_free(flow);
	return code;
}

const struct cmd_entry cmd_plan = {
	.operands = "FILE|RUN",
	.options = options,
	.size = sizeof(struct args),
	.min = 1,
	.max = 1,
	.about = "Of a flow: all steps in waves, steps of one wave being able "
		 "to run side by side.\nOf a run: what \"resume\" would do; "
		 "with --from, what \"rerun --from\" would.\n\"rollback -n\" "
		 "shows what would be undone.",
	.example = "wfctl plan deploy.yaml --from migrate",
	.complete = "x",
	.run = plan,
};
