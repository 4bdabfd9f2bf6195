/* wfctl retry: runs failed steps again and goes on.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../adopting.h"

struct args {
	bool downstream, reset, later, undo;
	struct settings env;
	const char *flow;
	struct asking asking;
	struct follow follow;
};

/* clang-format off */
static const struct option options[] = {
	{0, "downstream", OPT_FLAG, offsetof(struct args, downstream), NULL, "run again what follows from these steps, too"},
	{0, "reset",      OPT_FLAG, offsetof(struct args, reset), NULL, "count tries from one again"},
	{0, "later",      OPT_FLAG, offsetof(struct args, later), NULL, "leave a waiting try to its timer: only --env and --reset"},
	{0, "env",        OPT_SETTINGS, offsetof(struct args, env), "NAME=VALUE", "set a variable for the new tries; repeatable"},
	ADOPTING_OPTIONS(struct args),
	FOLLOW_OPTIONS(struct args),
	REQUEST_OPTIONS(struct args),
	{0}};
/* clang-format on */

static enum wf_code
retry(struct call *call, struct wf_err *err)
{
	const struct args *args = call->args;
	struct wf_request request = {.verb = "retry",
				     .downstream = args->downstream,
				     .reset = args->reset,
				     .later = args->later,
				     .settings = args->env.at,
				     .nsettings = args->env.n};

	asking_steps(call, 1, &request);
	return adopting_follow(call, &args->asking, &args->follow, &request,
			       args->flow, args->undo, err);
}

const struct cmd_entry cmd_retry = {
	.operands = "RUN [STEP]...",
	.options = options,
	.size = sizeof(struct args),
	.min = 1,
	.max = -1,
	.about = "Without STEP: all that failed.  A step that succeeded is "
		 "run again only when it is named.",
	.example = "wfctl retry @failed deploy --env DEBUG=1",
	.complete = "rs",
	.runs = "failed partial rollback_failed cancelled waiting running "
		"interrupted",
	.steps = "failed lost cancelled undo_failed retry_wait",
	.run = retry,
};
