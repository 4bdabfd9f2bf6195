/* wfctl ls: the runs, latest first.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "../cmd.h"
#include "../output.h"
#include "../record.h"
#include "../when.h"

/* As many as a person reads; who wants more says -n, and scripts get all. */
enum {
	LIMIT_TABLE = 50
};

struct args {
	struct texts states;
	const char *flow;
	int64_t since, limit;
};

/* clang-format off */
static const struct option options[] = {
	{0,   "state", OPT_TEXTS, offsetof(struct args, states), "STATE,..", "only runs in one of these states (a directory: as everywhere)"},
	{0,   "flow",  OPT_TEXT, offsetof(struct args, flow), "NAME", "only runs of this flow"},
	{0,   "since", OPT_WHEN, offsetof(struct args, since), "WHEN", "only runs created since then (\"2h\", a date)"},
	{'n', "limit", OPT_NUMBER, offsetof(struct args, limit), "N", "at most N runs (a table: 50)"},
	{0}};
static const struct column columns[] = {
	{"id", 0}, {"flow", COLUMN_FLEX}, {"name", COLUMN_FLEX},
	{"state", COLUMN_STATE}, {"steps", COLUMN_RIGHT}, {"created", 0},
	{"took", COLUMN_RIGHT}};
/* clang-format on */

static enum wf_code
unknown_state(const char *word, struct wf_err *err)
{
	const char *names[RUN_NSTATES + 1], *near;

	for (int i = 0; i < RUN_NSTATES; i++)
		names[i] = run_states[i].name;
	names[RUN_NSTATES] = "interrupted";
	ERR(err, WF_USAGE, "\"%.100s\" is no state of a run", word);
	near = str_nearest(word, names, ARRAY_SIZE(names));
	if (near)
		wf_err_hint(err, "did you mean \"%s\"?", near);
	else
		wf_err_hint(err, "\"wfctl help states\" lists them");
	return WF_USAGE;
}

/* One word of --state into the filter. */
static enum wf_code
add_state(struct wf_run_filter *filter, const char *word, struct wf_err *err)
{
	enum run_state state;

	if (str_eq(word, "interrupted"))
		filter->interrupted = true;
	else if (run_state_from_name(word, &state))
		filter->states |= UINT32_C(1) << state;
	else
		return unknown_state(word, err);
	return WF_OK;
}

static bool
is_directory(const char *path)
{
	struct stat st;

	return strchr(path, '/') ||
	       (stat(path, &st) == 0 && S_ISDIR(st.st_mode));
}

/* --state is a filter here and the state directory everywhere else: a word
 * that is no state but a directory is taken for the latter. */
static enum wf_code
read_states(struct call *call, struct wf_run_filter *filter, struct wf_err *err)
{
	struct args *args = call->args;

	for (size_t i = 0; i < args->states.n; i++) {
		const char *at = args->states.at[i];

		if (is_directory(at)) {
			call->globals.state = at;
			continue;
		}
		for (;;) {
			size_t n = strcspn(at, ",");
			char *word = arena_strndup(&call->arena, at, n);
			enum wf_code code = add_state(filter, word, err);

			if (code)
				return code;
			if (!at[n])
				break;
			at += n + 1;
		}
	}
	return WF_OK;
}

static void
print_row(struct records *records, const struct wf_run_info *run)
{
	char steps[32], created[WHEN_TEXT], took[WHEN_TEXT] = "";
	const char *cells[ARRAY_SIZE(columns)] = {
		run->id, run->flow, run->name, wf_run_state_text(run),
		steps,   created,   took};

	snprintf(steps, sizeof(steps), "%u/%u", run->ndone, run->nsteps);
	records_time(records, run->created, created);
	if (run->started && run->finished)
		records_length(records, run->finished - run->started, took);
	records_row(records, cells);
}

static void
print_runs(struct call *call, struct records *records,
	   const struct wf_runs *runs)
{
	for (size_t i = 0; i < runs->n; i++) {
		if (records_json(records))
			records_object(records, record_run(&runs->at[i]));
		else if (call->globals.quiet)
			puts(runs->at[i].id);
		else
			print_row(records, &runs->at[i]);
	}
}

static bool
is_table(const struct call *call)
{
	return call->globals.format == FORMAT_TABLE && !call->globals.quiet;
}

/* Page by page; `limit` 0 is all there are, or what a table shows. */
static enum wf_code
list(struct call *call, struct wf_run_filter *filter, int64_t limit,
     struct wf_err *err)
{
	enum {
		page = 500
	};
	struct records records;
	enum wf_code code = WF_OK;
	int64_t most = is_table(call) ? LIMIT_TABLE : INT64_MAX;
	int64_t left = limit ? limit : most;

	records_begin(&records, call, columns, ARRAY_SIZE(columns));
	while (left > 0) {
		struct wf_runs runs = {0};

		filter->limit = left < page ? (uint32_t)left : page;
		code = wf_runs(call->engine, filter, &runs, err);
		if (code)
			break;
		print_runs(call, &records, &runs);
		left -= (int64_t)runs.n;
		filter->before = runs.next;
		wf_list_free(&runs.list);
		if (!filter->before)
			break;
	}
	records_end(&records);
	if (!code && !limit && filter->before && is_table(call))
		fprintf(stderr, "the newest %d; -n N shows more\n",
			LIMIT_TABLE);
	return code;
}

static enum wf_code
ls(struct call *call, struct wf_err *err)
{
	const struct args *args = call->args;
	struct wf_run_filter filter = {.flow = args->flow,
				       .since = args->since};
	enum wf_code code = read_states(call, &filter, err);

	if (!code)
		code = call_open(call, WF_OPEN_READ, err);
	return code ? code : list(call, &filter, args->limit, err);
}

const struct cmd_entry cmd_ls = {
	.options = options,
	.size = sizeof(struct args),
	.about = "With -q only ids are printed.",
	.example = "wfctl ls --state failed,interrupted --since 2d",
	.run = ls,
};
