/* wfctl lint: checks flow files and gives advice.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../check.h"

static enum wf_code
lint(struct call *call, struct wf_err *err)
{
	(void)err;
	return check_files(call, true);
}

const struct cmd_entry cmd_lint = {
	.operands = "FILE...",
	.min = 1,
	.max = -1,
	.about = "Advice is printed as warnings, each with the name of its "
		 "rule; only errors\nchange the exit status.",
	.example = "wfctl lint deploy.yaml",
	.complete = "f",
	.run = lint,
};
