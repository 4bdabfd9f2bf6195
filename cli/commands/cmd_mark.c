/* wfctl mark: settles a step's fate by hand.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../asking.h"

struct args {
	struct settings outputs;
	struct asking asking;
};

/* clang-format off */
static const struct option options[] = {
	{0, "output", OPT_SETTINGS, offsetof(struct args, outputs), "NAME=VALUE", "an output of the step; repeatable"},
	REQUEST_OPTIONS(struct args),
	{0}};
/* clang-format on */

static enum wf_code
check_fate(const char *fate, struct wf_err *err)
{
	if (str_eq(fate, "succeeded") || str_eq(fate, "failed") ||
	    str_eq(fate, "skipped"))
		return WF_OK;
	ERR(err, WF_USAGE, "a step cannot be marked \"%.100s\"", fate);
	wf_err_hint(err, "use succeeded, failed or skipped");
	return WF_USAGE;
}

static enum wf_code
mark(struct call *call, struct wf_err *err)
{
	const struct args *args = call->args;
	struct wf_request request = {.verb = "mark",
				     .target = call->words[2],
				     .settings = args->outputs.at,
				     .nsettings = args->outputs.n};
	enum wf_code code = check_fate(call->words[2], err);

	if (!code)
		code = asking_why(&args->asking, &request, err);
	asking_steps(call, 1, &request);
	request.nsteps = 1;
	return code ? code : asking_send(call, &args->asking, &request, err);
}

const struct cmd_entry cmd_mark = {
	.operands = "RUN STEP succeeded|failed|skipped",
	.options = options,
	.size = sizeof(struct args),
	.min = 3,
	.max = 3,
	.about = "For steps whose outcome only a person can know.  -m is "
		 "required.",
	.example = "wfctl mark @latest pay succeeded -m \"bank confirmed\"",
	.complete = "rso",
	.steps = "succeeded reused skipped failed cancelled lost undone "
		 "undo_failed",
	.choices = "succeeded|failed|skipped",
	.run = mark,
};
