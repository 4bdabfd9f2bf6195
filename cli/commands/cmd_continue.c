/* wfctl continue: lets a paused run or step go on.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../asking.h"

struct args {
	struct asking asking;
	struct follow follow;
};

/* clang-format off */
static const struct option options[] = {
	FOLLOW_OPTIONS(struct args),
	REQUEST_OPTIONS(struct args),
	{0}};
/* clang-format on */

static enum wf_code
go_on(struct call *call, struct wf_err *err)
{
	const struct args *args = call->args;
	struct wf_request request = {.verb = "continue"};

	asking_steps(call, 1, &request);
	return asking_follow(call, &args->asking, &args->follow, &request, err);
}

const struct cmd_entry cmd_continue = {
	.operands = "RUN [STEP]",
	.options = options,
	.size = sizeof(struct args),
	.min = 1,
	.max = 2,
	.example = "wfctl continue nightly -d",
	.complete = "rs",
	.runs = "paused running",
	.steps = "running",
	.run = go_on,
};
