/* wfctl validate: checks flow files and reports everything at once.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../check.h"

static enum wf_code
validate(struct call *call, struct wf_err *err)
{
	(void)err;
	return check_files(call, false);
}

const struct cmd_entry cmd_validate = {
	.operands = "FILE...",
	.min = 1,
	.max = -1,
	.about = "\"-\" is standard input.  All findings are reported, not "
		 "only the first.",
	.example = "wfctl validate deploy.yaml nightly.yaml",
	.complete = "f",
	.run = validate,
};
