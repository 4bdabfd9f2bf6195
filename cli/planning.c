/* What would become of each step, as a table or JSON.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "planning.h"

#include <stdio.h>
#include <stdlib.h>

#include "output.h"

/* clang-format off */
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

enum wf_code
planning_print(struct call *call, const struct wf_plan_query *query,
	       struct wf_err *err)
{
	struct wf_plan plan;
	enum wf_code code = wf_plan(call->engine, query, &plan, err);

	if (code)
		return code;
	if (!query->run)
		print_flow(call, query->flow, &plan);
	else if (query->flow && !query->from)
		print_changes(call, &plan);
	else
		print_run(call, &plan);
	wf_list_free(&plan.list);
	return WF_OK;
}

enum wf_code
planning_rehearse(struct call *call, const struct wf_plan_query *query,
		  struct wf_err *err)
{
	enum wf_code code = WF_OK;

	if (call->globals.quiet)
		return WF_OK;
	if (query)
		code = planning_print(call, query, err);
	fflush(stdout);
	if (!code)
		fputs("wfctl: all checks passed; nothing was started\n",
		      stderr);
	return code;
}
