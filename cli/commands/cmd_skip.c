/* wfctl skip: passes over steps.
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
skip(struct call *call, struct wf_err *err)
{
	const struct args *args = call->args;
	struct wf_request request = {.verb = "skip"};
	enum wf_code code = asking_why(&args->asking, &request, err);

	asking_steps(call, 1, &request);
	return code ? code : asking_send(call, &args->asking, &request, err);
}

const struct cmd_entry cmd_skip = {
	.operands = "RUN STEP...",
	.options = options,
	.size = sizeof(struct args),
	.min = 2,
	.max = -1,
	.about = "What follows runs as if they had been skipped by a "
		 "condition.  -m is required.",
	.example = "wfctl skip @failed notify -m \"mail is down\"",
	.complete = "rs",
	.runs = "running waiting paused partial failed cancelled interrupted",
	.steps = "pending failed cancelled lost",
	.run = skip,
};
