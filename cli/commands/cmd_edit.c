/* wfctl edit: designs a flow in the terminal.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../../tui/dashboard.h"
#include "../cmd.h"
#include "../designer.h"
#include "../output.h"

struct args {
	bool read_only;
	const char *keys;
	int glyphs;
};

/* clang-format off */
static const struct option options[] = {
	{0, "read-only", OPT_FLAG, offsetof(struct args, read_only), NULL, "show everything, change nothing"},
	{0, "glyphs", OPT_CHOICE, offsetof(struct args, glyphs), "auto|ascii", "ascii: draw with 7-bit characters only"},
	{0, "keys", OPT_TEXT, offsetof(struct args, keys), "FILE", "take keys from FILE instead of a terminal"},
	{0}};
/* clang-format on */

static enum wf_code
edit(struct call *call, struct wf_err *err)
{
	const struct args *args = call->args;
	struct dashboard_options o = {
		.edit = call->words[0],
		.color = (enum dashboard_color)call->globals.color,
		.ascii = args->glyphs == 1,
		.read_only = args->read_only,
		.script = args->keys,
	};

	if (str_eq(o.edit, "-"))
		return ERR(err, WF_USAGE,
			   "standard input cannot be changed in place");
	return designer_show(call, &o, err);
}

const struct cmd_entry cmd_edit = {
	.operands = "FILE",
	.options = options,
	.size = sizeof(struct args),
	.min = 1,
	.max = 1,
	.about = "FILE need not be there yet.  What is not changed keeps every "
		 "byte; \"?\" lists the\nkeys, and \"u\" undoes without end.",
	.example = "wfctl edit deploy.yaml",
	.complete = "f",
	.run = edit,
};
