/* wfctl cancel: stops a run or one of its steps.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../asking.h"

struct args {
	bool now;
	struct asking asking;
};

/* clang-format off */
static const struct option options[] = {
	{0, "now", OPT_FLAG, offsetof(struct args, now), NULL, "kill, do not wait for a graceful end"},
	REQUEST_OPTIONS(struct args),
	{0}};
/* clang-format on */

static enum wf_code
cancel(struct call *call, struct wf_err *err)
{
	const struct args *args = call->args;
	struct wf_request request = {.verb = "cancel", .now = args->now};

	asking_steps(call, 1, &request);
	return asking_send(call, &args->asking, &request, err);
}

const struct cmd_entry cmd_cancel = {
	.operands = "RUN [STEP]",
	.options = options,
	.size = sizeof(struct args),
	.min = 1,
	.max = 2,
	.about = "Processes get SIGTERM, and SIGKILL when they are still "
		 "there after kill_after.",
	.example = "wfctl cancel @latest --now",
	.complete = "rs",
	.runs = "queued running waiting paused rolling_back interrupted",
	.steps = "pending ready running retry_wait waiting",
	.run = cancel,
};
