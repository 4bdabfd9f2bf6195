/* wfctl export: a run for other programs.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

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

static enum wf_code
read_events(struct call *call, const char *run, bool decisions,
	    struct wf_events *events, struct wf_err *err)
{
	return wf_events(call->engine, run, 0, 0, decisions, events, err);
}

/* What `show` prints, and every event. */
static enum wf_code
export_json(struct call *call, const struct wf_run_detail *detail,
	    const struct wf_events *decisions, struct wf_err *err)
{
	struct wf_events events = {0};
	struct writer w = {.file = stdout, .indent = true};
	enum wf_code code =
		read_events(call, detail->run.id, false, &events, err);

	if (code)
		return code;
	writer_begin(&w);
	record_detail(&w, detail, decisions);
	writer_list(&w, "events");
	for (size_t i = 0; i < events.n; i++)
		writer_item(&w, record_event(detail->run.id, &events.at[i]));
	writer_list_end(&w);
	writer_end(&w);
	wf_list_free(&events.list);
	return WF_OK;
}

static void
export_trace(const struct wf_run_detail *detail,
	     const struct wf_events *decisions)
{
	json_t *trace = trace_json(detail, decisions);

	json_dumpf(trace, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(trace);
}

static enum wf_code
export_bundle(struct call *call, const char *run, struct wf_err *err)
{
	char *text;
	enum wf_code code = wf_bundle_export(call->engine, run, &text, err);

	if (!code)
		puts(text);
	free(code ? NULL : text);
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
	code = read_events(call, run, true, &decisions, err);
	if (!code && args->format == EXPORT_TRACE)
		export_trace(&detail, &decisions);
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
