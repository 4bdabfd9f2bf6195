/* Writing attempts and decisions as trace events.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "trace.h"

#include "../engine/base/clock.h"
#include "../engine/base/writer.h"

/* Thread 0 is the run itself. */
static json_t *
thread_name(json_int_t tid, const char *name)
{
	return json_pack("{s:s,s:s,s:i,s:I,s:{s:o}}", "name", "thread_name",
			 "ph", "M", "pid", 1, "tid", tid, "args", "name",
			 json_text(name));
}

static json_t *
slice(json_int_t tid, json_t *name, const char *category, int64_t from,
      int64_t to, json_t *args)
{
	return json_pack("{s:o,s:s,s:s,s:i,s:I,s:I,s:I,s:o}", "name", name,
			 "cat", category, "ph", "X", "pid", 1, "tid", tid, "ts",
			 (json_int_t)from * 1000, "dur",
			 (json_int_t)(to > from ? to - from : 0) * 1000, "args",
			 args);
}

static json_t *
attempt_slice(const struct wf_step_info *step,
	      const struct wf_attempt_info *attempt, json_int_t tid)
{
	int64_t end = attempt->finished ? attempt->finished : clock_wall();
	char name[512];
	json_t *args = json_object();

	snprintf(name, sizeof(name), "%.400s %s%u", step->path,
		 attempt->phase == PHASE_DO ? "try " : "", attempt->n);
	if (attempt->phase != PHASE_DO)
		snprintf(name, sizeof(name), "%.400s %s %u", step->path,
			 phase_name(attempt->phase), attempt->n);
	json_put(args, "state", json_text(attempt->state));
	json_put(args, "exit_code",
		 attempt->exit_code < 0 ? json_null()
					: json_integer(attempt->exit_code));
	json_put(args, "cause", json_text(cause_name(attempt->cause)));
	return slice(tid, json_text(name), phase_name(attempt->phase),
		     attempt->started, end, args);
}

static json_t *
mark(const struct wf_event_info *event)
{
	json_t *args = json_object();

	json_put(args, "step", json_text(event->step));
	json_put(args, "because", json_text(event->because));
	json_put(args, "actor", json_text(event->actor));
	return json_pack("{s:o,s:s,s:s,s:s,s:i,s:i,s:I,s:o}", "name",
			 json_text(event->what ? event->what
					       : event_kinds[event->kind].name),
			 "cat", "decision", "ph", "i", "s", "p", "pid", 1,
			 "tid", 0, "ts", (json_int_t)event->time * 1000, "args",
			 args);
}

void
trace_write(FILE *file, const struct wf_run_detail *detail,
	    const struct wf_events *decisions)
{
	const struct wf_run_info *run = &detail->run;
	struct writer w = {.file = file};
	json_t *args = json_object();
	int64_t begin = run->started ? run->started : run->created;

	writer_begin(&w);
	writer_list(&w, "traceEvents");
	writer_item(&w, thread_name(0, "run"));
	json_put(args, "state", json_text(wf_run_state_text(run)));
	writer_item(&w,
		    slice(0, json_text(run->flow), "run", begin,
			  run->finished ? run->finished : clock_wall(), args));
	for (size_t i = 0; i < detail->nsteps; i++) {
		const struct wf_step_info *step = &detail->steps[i];
		json_int_t tid = (json_int_t)i + 1;

		if (!step->nattempts)
			continue;
		writer_item(&w, thread_name(tid, step->path));
		for (size_t k = 0; k < step->nattempts; k++)
			writer_item(&w, attempt_slice(step, &step->attempts[k],
						      tid));
	}
	for (size_t i = 0; i < decisions->n; i++)
		writer_item(&w, mark(&decisions->at[i]));
	writer_list_end(&w);
	writer_member(&w, "displayTimeUnit", json_string("ms"));
	writer_end(&w);
}
