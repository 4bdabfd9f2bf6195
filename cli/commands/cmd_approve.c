/* wfctl approve: says yes to an approval.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../asking.h"

struct args {
	struct settings fields;
	struct asking asking;
};

/* clang-format off */
static const struct option options[] = {
	{'f', "field", OPT_SETTINGS, offsetof(struct args, fields), "NAME=VALUE", "a field of its form; repeatable"},
	REQUEST_OPTIONS(struct args),
	{0}};
/* clang-format on */

static enum wf_code
approve(struct call *call, struct wf_err *err)
{
	const struct args *args = call->args;
	struct wf_request request = {.verb = "approve",
				     .settings = args->fields.at,
				     .nsettings = args->fields.n};

	asking_steps(call, 1, &request);
	return asking_send(call, &args->asking, &request, err);
}

const struct cmd_entry cmd_approve = {
	.operands = "RUN STEP",
	.options = options,
	.size = sizeof(struct args),
	.min = 2,
	.max = 2,
	.about = "Who answers is the user as the system knows them.",
	.example =
		"wfctl approve @latest ship -f ticket=OPS-7 -m \"looks good\"",
	.complete = "rs",
	.runs = "waiting running",
	.steps = "waiting",
	.run = approve,
};
