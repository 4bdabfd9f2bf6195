/* wfctl assign: hands an approval to somebody else.
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
assign(struct call *call, struct wf_err *err)
{
	const struct args *args = call->args;
	struct wf_request request = {.verb = "assign",
				     .target = call->words[2]};

	asking_steps(call, 1, &request);
	request.nsteps = 1;
	return asking_send(call, &args->asking, &request, err);
}

const struct cmd_entry cmd_assign = {
	.operands = "RUN STEP USER|GROUP",
	.options = options,
	.size = sizeof(struct args),
	.min = 3,
	.max = 3,
	.example = "wfctl assign @latest review alice",
	.complete = "rs-",
	.runs = "waiting running",
	.steps = "waiting",
	.run = assign,
};
