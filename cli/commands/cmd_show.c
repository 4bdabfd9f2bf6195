/* wfctl show: a run with its steps and decisions, or one of its steps.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "../../engine/about.h"
#include "../../engine/base/clock.h"
#include "../advice.h"
#include "../cmd.h"
#include "../output.h"
#include "../record.h"
#include "../when.h"

/* clang-format off */
static const struct column step_columns[] = {
	{"step", COLUMN_FLEX}, {"state", COLUMN_STATE}, {"tries", COLUMN_RIGHT},
	{"took", COLUMN_RIGHT}, {"note", COLUMN_FLEX}};
static const struct column attempt_columns[] = {
	{"try", COLUMN_RIGHT}, {"phase", 0}, {"state", COLUMN_STATE},
	{"started", 0}, {"took", COLUMN_RIGHT}, {"ended", 0}, {"log", 0}};
/* clang-format on */

/* "name   value", the value harmless on a terminal. */
static void
field(const char *name, const char *value)
{
	if (!value || !*value)
		return;
	printf("%-9s ", name);
	output_text(stdout, value);
	putchar('\n');
}

static void
field_json(const char *name, const char *json)
{
	if (json && !str_eq(json, "{}"))
		field(name, json);
}

static void
field_time(const char *name, int64_t at)
{
	char when[CLOCK_TEXT], ago[WHEN_TEXT];

	if (at)
		printf("%-9s %s (%s)\n", name, clock_format(at, when),
		       when_ago(at, ago));
}

static void
print_state(struct call *call, const char *state, enum cause cause)
{
	bool colored = output_colored(call, stdout);

	printf("%-9s %s%s%s", "state", output_state_color(colored, state),
	       state, output_plain(colored));
	if (cause != CAUSE_NONE)
		printf(" (%s)", cause_name(cause));
	putchar('\n');
}

static void
print_run(struct call *call, const struct wf_run_info *run)
{
	char took[WHEN_TEXT];
	char *left =
		run->interrupted ? wf_run_left(call->engine, run->id) : NULL;
	int64_t end = run->finished ? run->finished : clock_wall();

	field("run", run->id);
	field("flow", run->flow);
	field("name", run->name);
	print_state(call, wf_run_state_text(run), run->cause);
	field_time("created", run->created);
	field_time("started", run->started);
	field_time("finished", run->finished);
	if (run->started)
		field("took", when_duration(end - run->started, took));
	if (run->engine_alive)
		printf("%-9s pid %d\n", "engine", run->engine_pid);
	if (left)
		printf("%-9s gone: %s\n", "engine", left);
	free(left);
	field("by", run->actor);
	field_json("params", run->params);
	field_json("outputs", run->outputs);
}

static void
step_row(struct records *records, const struct wf_step_info *step, bool over)
{
	char tries[32] = "", took[WHEN_TEXT] = "";
	char *note = record_note(step, over);
	const char *cells[ARRAY_SIZE(step_columns)] = {
		step->path, step_states[step->state].name, tries, took, note};

	if (step->tries && step->retry_limit)
		wf_tries(step->tries, step->retry_limit, tries);
	else if (step->tries)
		snprintf(tries, sizeof(tries), "%u", step->tries);
	if (step->started)
		records_length(
			records,
			(step->finished ? step->finished : clock_wall()) -
				step->started,
			took);
	records_row(records, cells);
	free(note);
}

static void
print_steps(struct call *call, const struct wf_run_detail *detail)
{
	struct records records;

	records_begin(&records, call, step_columns, ARRAY_SIZE(step_columns));
	for (size_t i = 0; i < detail->nsteps; i++)
		step_row(&records, &detail->steps[i],
			 run_state_is_final(detail->run.state));
	records_end(&records);
}

/* "retry 2/3 in 1s" tells its kind itself. */
static void
print_decision(const struct wf_event_info *d)
{
	struct strbuf line = STRBUF_INIT;
	const char *kind = event_kinds[d->kind].name;
	char when[CLOCK_TEXT];

	strbuf_addf(&line, "  %.19sZ ", clock_format(d->time, when));
	if (d->step)
		strbuf_addf(&line, "%s: ", d->step);
	if (!d->what || !str_starts(d->what, kind))
		strbuf_addf(&line, "%s%s", kind, d->what ? " " : "");
	if (d->what)
		strbuf_adds(&line, d->what);
	if (d->because && *d->because)
		strbuf_addf(&line, ", because %s", d->because);
	if (d->actor && !str_eq(d->actor, "engine"))
		strbuf_addf(&line, " (%s)", d->actor);
	output_line(stdout, line.at, line.n);
	strbuf_release(&line);
}

static void
print_decisions(const struct call *call, const struct wf_events *decisions)
{
	enum {
		most = 20
	};
	size_t n = decisions->n;
	size_t first = n > most && !call->globals.verbose ? n - most : 0;

	if (!decisions->n)
		return;
	puts("\nDecisions:");
	if (first)
		printf("  (%zu earlier ones: -v shows them)\n", first);
	for (size_t i = first; i < decisions->n; i++)
		print_decision(&decisions->at[i]);
}

static enum wf_code
show_run(struct call *call, const struct wf_run_detail *detail,
	 struct wf_err *err)
{
	struct wf_events decisions = {0};
	enum wf_code code;

	if (call->globals.format == FORMAT_CSV) {
		print_steps(call, detail);
		return WF_OK;
	}
	code = wf_events(call->engine, detail->run.id, 0, 0, true, &decisions,
			 err);
	if (code)
		return code;
	if (output_is_json(call)) {
		struct writer w = {.file = stdout,
				   .indent =
					   call->globals.format == FORMAT_JSON};

		writer_begin(&w);
		record_detail(&w, detail, &decisions);
		writer_end(&w);
	} else {
		print_run(call, &detail->run);
		putchar('\n');
		print_steps(call, detail);
		if (!call->globals.quiet) {
			print_decisions(call, &decisions);
			advice_print(stdout, detail);
		}
	}
	wf_list_free(&decisions.list);
	return WF_OK;
}

static void
attempt_row(struct records *records, const struct wf_attempt_info *attempt)
{
	char n[16], started[CLOCK_TEXT] = "", took[WHEN_TEXT] = "";
	char ended[32] = "";
	const char *cells[ARRAY_SIZE(attempt_columns)] = {
		n,
		phase_name(attempt->phase),
		attempt->state,
		started,
		took,
		ended,
		attempt->log};

	snprintf(n, sizeof(n), "%u", attempt->n);
	if (attempt->started)
		clock_format(attempt->started, started);
	if (attempt->started && attempt->finished)
		records_length(records, attempt->finished - attempt->started,
			       took);
	if (attempt->exit_code >= 0)
		snprintf(ended, sizeof(ended), "exit %d", attempt->exit_code);
	else if (attempt->signal)
		snprintf(ended, sizeof(ended), "signal %d", attempt->signal);
	records_row(records, cells);
}

static void
print_attempts(struct call *call, const struct wf_step_info *step)
{
	struct records records;

	records_begin(&records, call, attempt_columns,
		      ARRAY_SIZE(attempt_columns));
	for (size_t i = 0; i < step->nattempts; i++)
		attempt_row(&records, &step->attempts[i]);
	records_end(&records);
}

static void
field_list(const char *name, const char *const *at, size_t n)
{
	struct strbuf list = STRBUF_INIT;

	for (size_t i = 0; i < n; i++)
		strbuf_addf(&list, "%s%s", i ? ", " : "", at[i]);
	field(name, list.at);
	strbuf_release(&list);
}

static void
show_step(struct call *call, const struct wf_step_info *step)
{
	if (output_is_json(call)) {
		output_object(call, record_step(step));
		return;
	}
	if (call->globals.format == FORMAT_CSV) {
		print_attempts(call, step);
		return;
	}
	field("step", step->path);
	if (!str_eq(step->name, step->id))
		field("name", step->name);
	print_state(call, step_states[step->state].name, step->cause);
	if (step->is_held)
		field("paused", "its processes stand still");
	field("action", step->action);
	field_list("needs", step->needs, step->nneeds);
	field_list("blocked", step->blocked_by, step->nblocked_by);
	field("reason", step->reason);
	field_time("started", step->started);
	field_time("finished", step->finished);
	field_time("due", step->due);
	field_json("outputs", step->outputs);
	if (!str_eq(step->undo_state, "none"))
		field("undo", step->undo_state);
	field("savepoint", step->savepoint);
	field_json("data", step->data);
	field("command", step->command);
	if (!step->nattempts)
		return;
	putchar('\n');
	print_attempts(call, step);
}

static enum wf_code
show(struct call *call, struct wf_err *err)
{
	struct wf_run_detail detail = {0};
	char id[WF_RUN_ID];
	enum wf_code code = call_run(call, 0, id, err);

	if (!code)
		code = wf_run(call->engine, id, &detail, err);
	if (code)
		return code;
	if (call->nwords == 1) {
		code = show_run(call, &detail, err);
	} else {
		const struct wf_step_info *step =
			call_step(&detail, call->words[1], err);

		code = step ? WF_OK : WF_NOT_FOUND;
		if (step)
			show_step(call, step);
	}
	wf_list_free(&detail.list);
	return code;
}

const struct cmd_entry cmd_show = {
	.operands = "RUN [STEP]",
	.min = 1,
	.max = 2,
	.about = "With -v all decisions are printed, and not the latest 20 "
		 "only; with -q none.",
	.example = "wfctl show @latest -o json",
	.complete = "rs",
	.run = show,
};
