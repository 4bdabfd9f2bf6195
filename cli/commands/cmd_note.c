/* wfctl note: writes something down in the history of a run.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../asking.h"

struct args {
	struct asking asking;
};

/* clang-format off */
static const struct option options[] = {
	{'m', "message", OPT_TEXT, offsetof(struct args, asking.why), "TEXT", "what to write down"},
	{'n', "dry-run", OPT_FLAG, offsetof(struct args, asking.dry), NULL, "check, write nothing"},
	{0}};
/* clang-format on */

static enum wf_code
note(struct call *call, struct wf_err *err)
{
	const struct args *args = call->args;
	struct wf_request request = {.verb = "note"};
	enum wf_code code = asking_why(&args->asking, &request, err);

	if (code)
		return code;
	asking_steps(call, 1, &request);
	return asking_send(call, &args->asking, &request, err);
}

const struct cmd_entry cmd_note = {
	.operands = "RUN [STEP]",
	.options = options,
	.size = sizeof(struct args),
	.min = 1,
	.max = 2,
	.about = "It stands among the decisions of the run with who wrote it "
		 "and when, and changes nothing else.",
	.example = "wfctl note @latest -m \"staging is down, ops-118\"",
	.complete = "rs",
	.run = note,
};
