/* wfctl tui: the dashboard, on all runs or on one.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../../tui/dashboard.h"
#include "../cmd.h"
#include "../designer.h"

struct args {
	bool read_only, pick, following, accessible, slow;
	const char *keys;
	int screen, glyphs;
};

/* clang-format off */
static const struct option options[] = {
	{0, "screen", OPT_CHOICE, offsetof(struct args, screen), "auto|steps|graph|time|log|events|info|stats", "begin with this tab of a run, or stats"},
	{0, "read-only", OPT_FLAG, offsetof(struct args, read_only), NULL, "show everything, change nothing"},
	{0, "glyphs", OPT_CHOICE, offsetof(struct args, glyphs), "auto|ascii", "ascii: draw with 7-bit characters only"},
	{0, "pick", OPT_FLAG, offsetof(struct args, pick), NULL, "print the id of the run that Enter chooses"},
	{0, "accessible", OPT_FLAG, offsetof(struct args, accessible), NULL, "lines to be read aloud and questions instead of a screen"},
	{0, "slow", OPT_FLAG, offsetof(struct args, slow), NULL, "four paints a second at most, for slow links"},
	{0, "until-success", OPT_FLAG, offsetof(struct args, following), NULL, "close when the run has succeeded"},
	{0, "keys", OPT_TEXT, offsetof(struct args, keys), "FILE", "take keys from FILE instead of a terminal"},
	{0}};
/* clang-format on */

static const char *const screens[] = {NULL,  "steps",  "graph", "time",
				      "log", "events", "info",  "stats"};

static enum wf_code
tui(struct call *call, struct wf_err *err)
{
	const struct args *args = call->args;
	struct dashboard_options o = {
		.screen = screens[args->screen],
		.color = call->globals.color == COLOR_NEVER
				 ? DASHBOARD_COLOR_NEVER
			 : call->globals.color == COLOR_ALWAYS
				 ? DASHBOARD_COLOR_ALWAYS
				 : DASHBOARD_COLOR_AUTO,
		.ascii = args->glyphs == 1,
		.read_only = args->read_only,
		.accessible = args->accessible,
		.slow = args->slow,
		.following = args->following,
		.pick = args->pick,
		.script = args->keys,
	};
	char run[WF_RUN_ID];
	enum wf_code code;

	if (call->nwords == 1) {
		code = call_run(call, 0, run, err);
		if (code)
			return code;
		o.run = run;
	}
	return designer_show(call, &o, err);
}

const struct cmd_entry cmd_tui = {
	.operands = "[RUN]",
	.options = options,
	.size = sizeof(struct args),
	.min = 0,
	.max = 1,
	.about = "Shows all runs, or one.  Runs go on whether it is open or "
		 "not; \"?\" lists the keys.",
	.example = "wfctl tui @latest",
	.complete = "r",
	.run = tui,
};
