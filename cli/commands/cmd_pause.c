/* wfctl pause: starts no new steps, or freezes one that runs.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../asking.h"

struct args {
	struct asking asking;
};

/* clang-format off */
static const struct option options[] = {
	REQUEST_OPTIONS(struct args),
	{0}};
/* clang-format on */

static enum wf_code
hold(struct call *call, struct wf_err *err)
{
	const struct args *args = call->args;
	struct wf_request request = {.verb = "pause"};

	asking_steps(call, 1, &request);
	return asking_send(call, &args->asking, &request, err);
}

const struct cmd_entry cmd_pause = {
	.operands = "RUN [STEP]",
	.options = options,
	.size = sizeof(struct args),
	.min = 1,
	.max = 2,
	.about = "A run: what runs may finish, nothing new starts.  A step: "
		 "its processes are stopped.",
	.example = "wfctl pause nightly -m \"disk is filling up\"",
	.complete = "rs",
	.runs = "queued running waiting rolling_back",
	.steps = "running",
	.run = hold,
};
