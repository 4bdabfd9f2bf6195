/* wfctl resume: goes on with a run from its checkpoints.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../adopting.h"
#include "../planning.h"

struct args {
	const char *flow;
	bool undo;
	struct asking asking;
	struct follow follow;
};

/* clang-format off */
static const struct option options[] = {
	ADOPTING_OPTIONS(struct args),
	FOLLOW_OPTIONS(struct args),
	REQUEST_OPTIONS(struct args),
	{0}};
/* clang-format on */

static enum wf_code
rehearse(struct call *call, struct wf_err *err)
{
	char run[WF_RUN_ID];
	struct wf_plan_query query = {.run = run};
	enum wf_code code = call_run(call, 0, run, err);

	return code ? code : planning_rehearse(call, &query, err);
}

static enum wf_code
resume(struct call *call, struct wf_err *err)
{
	const struct args *args = call->args;
	struct wf_request request = {.verb = "resume"};

	if (args->asking.dry && !args->flow)
		return rehearse(call, err);
	return adopting_follow(call, &args->asking, &args->follow, &request,
			       args->flow, args->undo, err);
}

const struct cmd_entry cmd_resume = {
	.operands = "RUN",
	.options = options,
	.size = sizeof(struct args),
	.min = 1,
	.max = 1,
	.about = "For runs that were interrupted, paused, cancelled, rolled "
		 "back or that failed.",
	.example = "wfctl resume @interrupted",
	.complete = "r",
	.runs = "interrupted paused cancelled rolled_back failed",
	.run = resume,
};
