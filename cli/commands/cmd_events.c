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

/* What happened, from the event's data where it has no words of its own. */
static void
add_what(struct strbuf *out, const struct wf_event_info *event)
{
	json_t *data = json_value(event->data);
	const char *from = json_string_value(json_object_get(data, "from"));
	const char *to = json_string_value(json_object_get(data, "to"));
	const char *phase = json_string_value(json_object_get(data, "phase"));
	json_t *n = json_object_get(data, "n");
	json_t *code = json_object_get(data, "exit_code");
	json_t *signal = json_object_get(data, "signal");
	json_t *pid = json_object_get(data, "pid");

	if (event->what)
		strbuf_adds(out, event->what);
	else if (from && to)
		strbuf_addf(out, "%s -> %s", from, to);
	else if (phase && json_is_integer(n))
		strbuf_addf(out, "%s %d", str_eq(phase, "do") ? "try" : phase,
			    (int)json_integer_value(n));
	else if (json_is_integer(pid))
		strbuf_addf(out, "pid %d", (int)json_integer_value(pid));
	if (json_is_integer(code))
		strbuf_addf(out, " exit %d", (int)json_integer_value(code));
	if (json_is_integer(signal))
		strbuf_addf(out, " signal %d", (int)json_integer_value(signal));
	json_decref(data);
}

struct printing {
	struct records records;
	const char *run;
	int64_t since;
};

static void
print_event(void *arg, const struct wf_event_info *event)
{
	struct printing *p = arg;
	struct strbuf what = STRBUF_INIT;
	char seq[24], when[CLOCK_TEXT];

	if (event->time < p->since)
		return;
	if (records_json(&p->records)) {
		records_object(&p->records, record_event(p->run, event));
		return;
	}
	snprintf(seq, sizeof(seq), "%llu", (unsigned long long)event->seq);
	clock_format(event->time, when);
	add_what(&what, event);
	records_row(&p->records,
		    (const char *[]){seq, when, event->step,
				     event_kinds[event->kind].name,
				     event->actor, what.at, event->because});
	strbuf_release(&what);
}

/* A following table cannot wait for the widest cell: each batch is a table
 * of its own, its titles printed once by the first. */
static enum wf_code
follow(struct call *call, struct printing *p, uint64_t *after,
       struct wf_err *err)
{
	const struct args *args = call->args;
	struct wf_watch *watch;
	enum wf_code code = wf_watch_open(call->engine, p->run, &watch, err);
	bool settled = false;

	while (!code && !settled && !ferror(stdout)) {
		code = call_settled(call, p->run, &settled, err);
		if (!code)
			code = call_events(call, p->run, after, args->decisions,
					   print_event, p, err);
		records_flush(&p->records);
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
	uint64_t after = (uint64_t)args->after;
	char run[WF_RUN_ID];
	struct printing p = {.run = run, .since = args->since};
	enum wf_code code = call_run(call, 0, run, err);

	if (code)
		return code;
	records_begin(&p.records, call, columns, ARRAY_SIZE(columns));
	if (args->follow)
		code = follow(call, &p, &after, err);
	else
		code = call_events(call, run, &after, args->decisions,
				   print_event, &p, err);
	records_end(&p.records);
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
