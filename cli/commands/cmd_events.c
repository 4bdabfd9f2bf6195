/* wfctl events: what happened in a run, and why.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>

#include "../../engine/base/clock.h"
#include "../cmd.h"
#include "../output.h"
#include "../record.h"

struct args {
	bool follow, decisions;
	int64_t since, after;
};

/* clang-format off */
static const struct option options[] = {
	{'f', "follow",    OPT_FLAG, offsetof(struct args, follow), NULL, "go on until the run settles"},
	{0,   "decisions", OPT_FLAG, offsetof(struct args, decisions), NULL, "only decisions"},
	{0,   "since",     OPT_WHEN, offsetof(struct args, since), "WHEN", "only events since then (\"10m\", a date)"},
	{0,   "after",     OPT_NUMBER, offsetof(struct args, after), "SEQ", "only events with a greater number"},
	{0}};
static const struct column columns[] = {
	{"seq", COLUMN_RIGHT}, {"time", 0}, {"step", 0}, {"kind", 0},
	{"actor", 0}, {"what", 0}, {"because", COLUMN_FLEX}};
/* clang-format on */

static void
print_event(struct records *records, const char *run,
	    const struct wf_event_info *event)
{
	char seq[24], when[CLOCK_TEXT];
	const char *cells[ARRAY_SIZE(columns)] = {
		seq,          when,        event->step,   NULL,
		event->actor, event->what, event->because};

	if (records_json(records)) {
		records_object(records, record_event(run, event));
		return;
	}
	snprintf(seq, sizeof(seq), "%llu", (unsigned long long)event->seq);
	clock_format(event->time, when);
	cells[3] = event_kinds[event->kind].name;
	records_row(records, cells);
}

/* What came after `*after`; moves it on. */
static enum wf_code
print_news(struct call *call, struct records *records, const char *run,
	   uint64_t *after, struct wf_err *err)
{
	enum {
		page = 1000
	};
	const struct args *args = call->args;
	struct wf_events events = {0};
	enum wf_code code;
	size_t n;

	do {
		code = wf_events(call->engine, run, *after, page,
				 args->decisions, &events, err);
		if (code)
			return code;
		n = events.n;
		for (size_t i = 0; i < n; i++) {
			*after = events.at[i].seq;
			if (events.at[i].time >= args->since)
				print_event(records, run, &events.at[i]);
		}
		wf_list_free(&events.list);
	} while (n == page);
	return WF_OK;
}

/* A following table cannot wait for the widest cell: each batch is a table
 * of its own, its titles printed once by the first. */
static enum wf_code
follow(struct call *call, struct records *records, const char *run,
       uint64_t *after, struct wf_err *err)
{
	struct wf_watch *watch;
	enum wf_code code = wf_watch_open(call->engine, run, &watch, err);
	bool settled = false;

	while (!code && !settled && !ferror(stdout)) {
		code = call_settled(call, run, &settled, err);
		if (!code)
			code = print_news(call, records, run, after, err);
		records_flush(records);
		if (!code && !settled)
			wf_watch_wait(watch, 1000);
	}
	if (watch)
		wf_watch_close(watch);
	return code;
}

static enum wf_code
events(struct call *call, struct wf_err *err)
{
	const struct args *args = call->args;
	struct records records;
	uint64_t after = (uint64_t)args->after;
	char run[WF_RUN_ID];
	enum wf_code code = call_run(call, 0, run, err);

	if (code)
		return code;
	records_begin(&records, call, columns, ARRAY_SIZE(columns));
	if (args->follow)
		code = follow(call, &records, run, &after, err);
	else
		code = print_news(call, &records, run, &after, err);
	records_end(&records);
	return code;
}

const struct cmd_entry cmd_events = {
	.operands = "RUN",
	.options = options,
	.size = sizeof(struct args),
	.min = 1,
	.max = 1,
	.about = "Every decision of the engine is an event with its reason.",
	.example = "wfctl events @latest --decisions -o jsonl",
	.complete = "r",
	.run = events,
};
