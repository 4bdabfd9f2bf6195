/* wfctl send-back: sends an approval back to an earlier step.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../asking.h"

struct args {
	const char *to;
	struct settings fields;
	struct asking asking;
};

/* clang-format off */
static const struct option options[] = {
	{0,   "to",    OPT_TEXT, offsetof(struct args, to), "STEP", "the step to go back to (default: the only one listed)"},
	{'f', "field", OPT_SETTINGS, offsetof(struct args, fields), "NAME=VALUE", "a field of its form; repeatable"},
	REQUEST_OPTIONS(struct args),
	{0}};
/* clang-format on */

static enum wf_code
send_back(struct call *call, struct wf_err *err)
{
	const struct args *args = call->args;
	struct wf_request request = {.verb = "send-back",
				     .target = args->to,
				     .settings = args->fields.at,
				     .nsettings = args->fields.n};

	asking_steps(call, 1, &request);
	return asking_send(call, &args->asking, &request, err);
}

const struct cmd_entry cmd_send_back = {
	.operands = "RUN STEP",
	.options = options,
	.size = sizeof(struct args),
	.min = 2,
	.max = 2,
	.about = "What was done since that step is undone, then the run goes "
		 "on from there.",
	.example = "wfctl send-back @latest review --to build -m \"typo\"",
	.complete = "rs",
	.runs = "waiting running",
	.steps = "waiting",
	.run = send_back,
};
