/* wfctl backup: a whole copy of the store.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>

#include "../cmd.h"
#include "../output.h"

struct args {
	bool dry;
};

/* clang-format off */
static const struct option options[] = {
	{'n', "dry-run", OPT_FLAG, offsetof(struct args, dry), NULL, "say what would be written, write nothing"},
	{0}};
/* clang-format on */

static enum wf_code
backup(struct call *call, struct wf_err *err)
{
	const struct args *args = call->args;
	enum wf_code code = WF_OK;

	if (!args->dry)
		code = wf_backup(call->engine, call->words[0], err);
	if (code || call->globals.quiet)
		return code;
	output_text(stdout, wf_engine_dir(call->engine));
	fputs(args->dry ? " would be copied to " : " copied to ", stdout);
	output_text(stdout, call->words[0]);
	putchar('\n');
	return WF_OK;
}

const struct cmd_entry cmd_backup = {
	.operands = "FILE",
	.options = options,
	.size = sizeof(struct args),
	.min = 1,
	.max = 1,
	.about =
		"The copy is consistent, also while engines are at work.  Logs "
		"are not in it.",
	.example = "wfctl backup /backup/wfctl.db",
	.complete = "F",
	.run = backup,
};
