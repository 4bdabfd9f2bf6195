/* Following a run in the dashboard; the way down into tui/.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../tui/dashboard.h"
#include "designer.h"
#include "follow.h"
#include "output.h"
#include "progress.h"

bool
follow_tui_is_possible(void)
{
	return dashboard_is_possible();
}

/* A person who leaves a run that goes on has started it: that is success. */
static enum wf_code
code_of(const struct wf_run_info *run)
{
	if (run_state_is_final(run->state) || run->state == RUN_WAITING ||
	    run->state == RUN_PAUSED)
		return wf_run_code(run);
	return WF_OK;
}

enum wf_code
follow_tui(struct call *call, const char *run, struct wf_err *err)
{
	struct dashboard_options options = {
		.run = run,
		.color = (enum dashboard_color)call->globals.color,
		.ascii = !output_utf8(),
		.following = true};
	struct wf_run_detail detail = {0};
	enum wf_code code;

	code = designer_show(call, &options, err);
	if (!code)
		code = wf_run(call->engine, run, &detail, err);
	if (code)
		return code;
	code = code_of(&detail.run);
	if (run_state_is_final(detail.run.state))
		progress_record(call, &detail);
	wf_list_free(&detail.list);
	return code;
}
