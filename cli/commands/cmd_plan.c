/* wfctl plan: what would run, and why.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "../asking.h"
#include "../chart.h"
#include "../cmd.h"
#include "../output.h"
#include "../record.h"

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
static const struct column run_columns[] = {
	{"step", 0}, {"state", COLUMN_STATE}, {"what", 0}, {"because", COLUMN_FLEX}};
/* clang-format on */

/* Which steps would run with --from: that one and what follows from it. */
static enum wf_code
mark_from(const struct wf_flow *flow, const char *from, bool *runs,
	  struct wf_err *err)
{
	size_t n = wf_flow_nsteps(flow);
	bool moved = true, found = false;

	for (size_t i = 0; i < n; i++) {
		runs[i] = !from || str_eq(wf_flow_step(flow, i).id, from);
		found = found || runs[i];
	}
	if (!found)
		return ERR(err, WF_NOT_FOUND, "the flow has no step \"%.100s\"",
			   from);
	while (moved) {
		moved = false;
		for (size_t i = 0; i < n; i++) {
			struct wf_node node = wf_flow_step(flow, i);

			for (size_t k = 0; k < node.nneeds && !runs[i]; k++)
				moved = runs[i] = runs[node.needs[k]];
		}
	}
	return WF_OK;
}

/* Why a step of a flow that never ran would run. */
static char *
because(const struct wf_flow *flow, const struct wf_node *node)
{
	struct strbuf why = STRBUF_INIT;

	if (node->finally)
		strbuf_adds(&why, "after everything else, whatever happens");
	else if (node->is_fallback)
		strbuf_adds(&why, "only when the step it stands in for fails");
	else if (!node->nneeds)
		strbuf_adds(&why, "needs nothing");
	for (size_t i = 0; !node->finally && i < node->nneeds; i++)
		strbuf_addf(&why, "%s%s", i ? ", " : "after ",
			    wf_flow_step(flow, node->needs[i]).id);
	if (node->nneeds > 1 && !str_eq(node->join, "all"))
		strbuf_addf(&why, " (join: %s)", node->join);
	if (node->condition)
		strbuf_addf(&why, ", if %s", node->condition);
	return strbuf_detach(&why);
}

static void
print_step(struct records *records, const struct wf_flow *flow, size_t i,
	   size_t wave, bool runs)
{
	struct wf_node node = wf_flow_step(flow, i);
	char number[24];
	char *why =
		runs ? because(flow, &node) : mem_strdup("comes before --from");
	const char *what = !runs ? "skip" : node.condition ? "maybe" : "run";
	const char *cells[ARRAY_SIZE(columns)] = {number, node.id, what, why};

	snprintf(number, sizeof(number), "%zu", wave + 1);
	if (records_json(records))
		records_object(records,
			       json_pack("{s:I,s:o,s:s,s:o}", "wave",
					 (json_int_t)wave + 1, "step",
					 json_text(node.id), "what", what,
					 "because", json_text(why)));
	else
		records_row(records, cells);
	free(why);
}

/* In waves: all steps of one could run side by side. */
static enum wf_code
plan_flow(struct call *call, const struct wf_flow *flow, struct wf_err *err)
{
	const struct args *args = call->args;
	struct chart chart = {flow, NULL};
	struct records records;
	size_t nwaves, n = wf_flow_nsteps(flow);
	size_t *waves = chart_layers(&chart, &nwaves);
	bool *runs = mem_alloc((n + 1) * sizeof(*runs));
	enum wf_code code = mark_from(flow, args->from, runs, err);

	if (!code) {
		records_begin(&records, call, columns, ARRAY_SIZE(columns));
		for (size_t wave = 0; wave < nwaves; wave++)
			for (size_t i = 0; i < n; i++)
				if (waves[i] == wave)
					print_step(&records, flow, i, wave,
						   runs[i]);
		records_end(&records);
	}
	free(waves);
	free(runs);
	return code;
}

/* What `resume` would make of a step, and why. */
static const char *
fate(const struct wf_step_info *step, struct strbuf *why)
{
	char cause[64];

	if (step->reason && *step->reason)
		strbuf_adds(why, step->reason);
	switch (step->state) {
	case STEP_SUCCEEDED:
	case STEP_REUSED:
		strbuf_clear(why);
		strbuf_adds(why, "its result is recorded");
		return "keep";
	case STEP_SKIPPED:
		return "skip";
	case STEP_LOST:
		strbuf_clear(why);
		strbuf_adds(why, "nobody knows how it ended: mark or retry it");
		return "ask";
	case STEP_UNDO_FAILED:
		strbuf_clear(why);
		strbuf_adds(why, "its undo failed: a person must look");
		return "ask";
	case STEP_FAILED:
	case STEP_CANCELLED:
		strbuf_clear(why);
		strbuf_addf(why, "it %s", step_states[step->state].name);
		if (*record_cause(step, cause))
			strbuf_addf(why, " (%s)", cause);
		return "run";
	case STEP_UNDONE:
		strbuf_clear(why);
		strbuf_adds(why, "it was undone");
		return "run";
	case STEP_PENDING:
		strbuf_clear(why);
		for (size_t i = 0; i < step->nneeds; i++)
			strbuf_addf(why, "%s%s", i ? ", " : "after ",
				    step->needs[i]);
		return "run";
	case STEP_READY:
	case STEP_RUNNING:
	case STEP_RETRY_WAIT:
	case STEP_WAITING:
	case STEP_UNDOING:
	case STEP_UNDO_WAIT:
	case STEP_NSTATES:
		break;
	}
	strbuf_clear(why);
	strbuf_addf(why, "it is %s", step_states[step->state].name);
	return "go on";
}

static void
print_fates(struct call *call, const struct wf_run_detail *detail)
{
	struct records records;

	records_begin(&records, call, run_columns, ARRAY_SIZE(run_columns));
	for (size_t i = 0; i < detail->nsteps; i++) {
		const struct wf_step_info *step = &detail->steps[i];
		struct strbuf why = STRBUF_INIT;
		const char *what = fate(step, &why);

		if (records_json(&records))
			records_object(&records,
				       json_pack("{s:o,s:s,s:s,s:o}", "step",
						 json_text(step->path), "state",
						 step_states[step->state].name,
						 "what", what, "because",
						 json_text(why.at)));
		else
			records_row(
				&records,
				(const char *[]){step->path,
						 step_states[step->state].name,
						 what, why.at});
		strbuf_release(&why);
	}
	records_end(&records);
}

/* The engine says whether it would take the request, and with another
 * definition whether that fits; the steps themselves say the rest. */
static enum wf_code
plan_run(struct call *call, struct wf_err *err)
{
	const struct args *args = call->args;
	struct wf_request request = {.verb = "resume", .dry = true};
	struct wf_run_detail detail = {0};
	struct wf_flow *flow = NULL;
	char run[WF_RUN_ID], *plan = NULL;
	enum wf_code code = call_open(call, WF_OPEN_WRITE, err);

	if (!code)
		code = call_run(call, 0, run, err);
	if (!code && args->flow)
		code = asking_flow(call, args->flow, &flow, err);
	request.flow = flow;
	if (!code)
		code = wf_request(call->engine, run, &request, &plan, err);
	wf_flow_free(flow);
	if (!code && args->flow && plan) {
		asking_print_plan(call, plan);
		free(plan);
		return WF_OK;
	}
	free(plan);
	if (!code)
		code = wf_run(call->engine, run, &detail, err);
	if (code)
		return code;
	print_fates(call, &detail);
	wf_list_free(&detail.list);
	return WF_OK;
}

static enum wf_code
plan(struct call *call, struct wf_err *err)
{
	struct wf_flow *flow = NULL;
	enum wf_code code;

	if (!call_is_file(call->words[0]))
		return plan_run(call, err);
	code = asking_flow(call, call->words[0], &flow, err);
	if (!code)
		code = plan_flow(call, flow, err);
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
		 "to run side by side.\nOf a run: what \"resume\" would do.  "
		 "\"rollback -n\" shows what would be undone.",
	.example = "wfctl plan deploy.yaml --from migrate",
	.complete = "x",
	.run = plan,
};
