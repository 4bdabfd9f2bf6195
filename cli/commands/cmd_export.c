/* wfctl export: a run for other programs.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>

#include "../../engine/base/scratch.h"
#include "../cmd.h"
#include "../output.h"
#include "../record.h"
#include "../trace.h"

enum export_format {
	EXPORT_JSON,
	EXPORT_TRACE,
	EXPORT_BUNDLE
};

struct args {
	int format;
};

/* clang-format off */
static const struct option options[] = {
	{0, "format", OPT_CHOICE, offsetof(struct args, format), "json|trace|bundle", "what to write"},
	{0}};
/* clang-format on */

struct events {
	struct writer w;
	const char *run;
};

static void
write_event(void *arg, const struct wf_event_info *event)
{
	struct events *events = arg;

	writer_item(&events->w, record_event(events->run, event));
}

/* What `show` prints, and every event. */
static enum wf_code
export_json(struct call *call, const struct wf_run_detail *detail,
	    const struct wf_events *decisions, struct wf_err *err)
{
	struct events events = {
		{.file = stdout, .indent = true},
                detail->run.id
        };
	uint64_t after = 0;
	enum wf_code code;

	writer_begin(&events.w);
	record_detail(&events.w, detail, decisions);
	writer_list(&events.w, "events");
	code = call_events(call, detail->run.id, &after, false, write_event,
			   &events, err);
	writer_list_end(&events.w);
	writer_end(&events.w);
	return code;
}

/* Nothing is printed before all of it could be read. */
static enum wf_code
export_bundle(struct call *call, const char *run, struct wf_err *err)
{
	FILE *scratch = scratch_open(err);
	enum wf_code code = WF_USAGE;

	if (!scratch)
		return code;
	code = wf_bundle_export(call->engine, run, scratch, err);
	if (!code)
		code = scratch_pour(scratch, stdout, err);
	fclose(scratch);
	return code;
}

static enum wf_code
export_run(struct call *call, struct wf_err *err)
{
	const struct args *args = call->args;
	struct wf_run_detail detail = {0};
	struct wf_events decisions = {0};
	char run[WF_RUN_ID];
	enum wf_code code = call_run(call, 0, run, err);

	if (!code && args->format == EXPORT_BUNDLE)
		return export_bundle(call, run, err);
	if (!code)
		code = wf_run(call->engine, run, &detail, err);
	if (code)
		return code;
	code = wf_events(call->engine, run, 0, 0, true, &decisions, err);
	if (!code && args->format == EXPORT_TRACE)
		trace_write(stdout, &detail, &decisions);
	else if (!code)
		code = export_json(call, &detail, &decisions, err);
	if (decisions.list.arena)
		wf_list_free(&decisions.list);
	wf_list_free(&detail.list);
	return code;
}

const struct cmd_entry cmd_export = {
	.operands = "RUN",
	.options = options,
	.size = sizeof(struct args),
	.min = 1,
	.max = 1,
	.about = "trace is the Chrome trace format, which Perfetto opens as a "
		 "timeline;\nbundle is all there is, for \"wfctl import\".",
	.example = "wfctl export @latest --format trace > trace.json",
	.complete = "r",
	.run = export_run,
};
