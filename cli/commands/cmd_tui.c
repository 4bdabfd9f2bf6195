/* wfctl tui: the dashboard.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../../tui/dashboard.h"
#include "../cmd.h"
#include "../output.h"

struct args {
	bool read_only, pick, ascii;
	const char *screen, *script;
};

/* clang-format off */
static const struct option options[] = {
	{0, "read-only", OPT_FLAG, offsetof(struct args, read_only), NULL, "look only; actions are refused"},
	{0, "screen",    OPT_TEXT, offsetof(struct args, screen), "NAME", "begin with this screen or tab: steps, graph, time, log, events, info"},
	{0, "pick",      OPT_FLAG, offsetof(struct args, pick), NULL, "Enter prints the id of a run and leaves"},
	{0, "ascii",     OPT_FLAG, offsetof(struct args, ascii), NULL, "7-bit glyphs"},
	{0, "script",    OPT_TEXT, offsetof(struct args, script), "FILE", "keys from a file in place of a terminal"},
	{0}};
/* clang-format on */

static enum wf_code
tui(struct call *call, struct wf_err *err)
{
	const struct args *args = call->args;
	char run[WF_RUN_ID];
	struct dashboard_options how = {
		.screen = args->screen,
		.color = (enum dashboard_color)call->globals.color,
		.ascii = args->ascii || !output_utf8(),
		.read_only = args->read_only,
		.pick = args->pick,
		.script = args->script};
	enum wf_code code = call_open(
		call, args->read_only ? WF_OPEN_READ : WF_OPEN_CREATE, err);

	if (!code && call->nwords) {
		code = call_run(call, 0, run, err);
		how.run = run;
	}
	return code ? code : dashboard_run(call->engine, &how, err);
}

const struct cmd_entry cmd_tui = {
	.operands = "[RUN]",
	.options = options,
	.size = sizeof(struct args),
	.max = 1,
	.about = "Closing it never changes a run.",
	.example = "wfctl tui @latest --screen log",
	.complete = "r",
	.run = tui,
};
