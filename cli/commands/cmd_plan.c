/* wfctl plan: what would run, and why.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../asking.h"
#include "../planning.h"

struct args {
	const char *flow, *from;
};

/* clang-format off */
static const struct option options[] = {
	{0, "flow", OPT_TEXT, offsetof(struct args, flow), "FILE", "a run: as it would go on with this definition"},
	{0, "from", OPT_TEXT, offsetof(struct args, from), "STEP", "begin with this step"},
	{0}};
/* clang-format on */

static enum wf_code
plan(struct call *call, struct wf_err *err)
{
	const struct args *args = call->args;
	struct wf_plan_query query = {.from = args->from};
	bool is_file = call_is_file(call->words[0]);
	const char *path = is_file ? call->words[0] : args->flow;
	struct wf_flow *flow = NULL;
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
		code = planning_print(call, &query, err);
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
