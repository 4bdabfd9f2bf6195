/* wfctl rerun: starts a new run with an old one's params.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../asking.h"
#include "../planning.h"

struct args {
	const char *from, *flow, *name;
	struct settings params;
	bool dry;
	struct follow follow;
};

/* clang-format off */
static const struct option options[] = {
	{0,   "from",  OPT_TEXT, offsetof(struct args, from), "STEP", "reuse all results but those of this step and of what follows"},
	{0,   "flow",  OPT_TEXT, offsetof(struct args, flow), "FILE", "with this definition; what has not changed is reused"},
	{'p', "param", OPT_SETTINGS, offsetof(struct args, params), "NAME=VALUE", "change a param; repeatable"},
	{0,   "name",  OPT_TEXT, offsetof(struct args, name), "NAME", "a name for the new run"},
	FOLLOW_OPTIONS(struct args),
	{'n', "dry-run", OPT_FLAG, offsetof(struct args, dry), NULL, "check everything, show what would run, start nothing"},
	{0}};
/* clang-format on */

/* Without --from all is run, or with another definition what has changed, and
 * that is known when both are compared. */
static enum wf_code
rehearse(struct call *call, const char *old, const struct wf_flow *flow,
	 struct wf_err *err)
{
	const struct args *args = call->args;
	struct wf_plan_query query = {.run = args->from ? old : NULL,
				      .flow = flow,
				      .from = args->from};

	return planning_rehearse(
		call, args->flow && !args->from ? NULL : &query, err);
}

static enum wf_code
rerun(struct call *call, struct wf_err *err)
{
	const struct args *args = call->args;
	struct wf_flow *flow = NULL;
	char old[WF_RUN_ID], id[WF_RUN_ID];
	struct wf_start start = {.rerun_of = old,
				 .from = args->from,
				 .name = args->name,
				 .params = args->params.at,
				 .nparams = args->params.n,
				 .dry = args->dry};
	enum wf_code code = call_run(call, 0, old, err);

	if (!code && args->flow)
		code = asking_flow(call, args->flow, &flow, err);
	else if (!code)
		code = wf_flow_of_run(call->engine, old, &flow, err);
	if (!code && !args->dry && !args->follow.detach)
		follow_arm();
	if (!code)
		code = wf_run_start(call->engine, flow, &start, id, err);
	if (!code && args->dry)
		code = rehearse(call, old, flow, err);
	wf_flow_free(flow);
	if (code || args->dry)
		return code;
	return follow_run(call, &args->follow, id, 0, err);
}

const struct cmd_entry cmd_rerun = {
	.operands = "RUN",
	.options = options,
	.size = sizeof(struct args),
	.min = 1,
	.max = 1,
	.example = "wfctl rerun @failed --from deploy",
	.complete = "r",
	.run = rerun,
};
