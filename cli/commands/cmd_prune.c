/* wfctl prune: deletes runs that have ended.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "../../engine/base/vec.h"
#include "../cmd.h"
#include "../output.h"
#include "../record.h"
#include "../when.h"

struct args {
	int64_t older;
	const char *keep_text, *flow;
	int64_t keep;
	bool yes, dry;
};

/* clang-format off */
static const struct option options[] = {
	{0,   "older",   OPT_WHEN, offsetof(struct args, older), "WHEN", "runs created before then (\"30d\", a date)"},
	{0,   "keep",    OPT_TEXT, offsetof(struct args, keep_text), "N", "keep the latest N runs of each flow"},
	{0,   "flow",    OPT_TEXT, offsetof(struct args, flow), "NAME", "only runs of this flow"},
	{'y', "yes",     OPT_FLAG, offsetof(struct args, yes), NULL, "do not ask"},
	{'n', "dry-run", OPT_FLAG, offsetof(struct args, dry), NULL, "show what would be deleted, delete nothing"},
	{0}};
static const struct column columns[] = {
	{"id", 0}, {"flow", COLUMN_FLEX}, {"state", COLUMN_STATE}, {"created", 0}};
/* clang-format on */

struct seen {
	char *flow;
	int64_t n;
};

struct prune {
	struct call *call;
	struct records records;
	VEC(char *) ids;
	VEC(struct seen) flows; /* how many runs of each came by */
};

static int64_t
count_flow(struct prune *p, const char *flow)
{
	vec_each (&p->flows, struct seen, seen)
		if (str_eq(seen->flow, flow))
			return ++seen->n;
	vec_push(&p->flows, (struct seen){mem_strdup(flow), 1});
	return 1;
}

/* Runs come latest first, so the count tells what --keep protects. */
static void
consider(struct prune *p, const struct wf_run_info *run)
{
	const struct args *args = p->call->args;
	int64_t nth = count_flow(p, run->flow);
	char created[WHEN_TEXT];
	const char *cells[ARRAY_SIZE(columns)] = {
		run->id, run->flow, wf_run_state_text(run), created};

	if (!run_state_is_final(run->state) || run->engine_alive ||
	    (args->keep_text && nth <= args->keep) ||
	    (args->older && run->created >= args->older))
		return;
	vec_push(&p->ids, mem_strdup(run->id));
	records_time(&p->records, run->created, created);
	if (records_json(&p->records))
		records_object(&p->records, record_run(run));
	else if (!p->call->globals.quiet)
		records_row(&p->records, cells);
}

static enum wf_code
collect(struct prune *p, struct wf_err *err)
{
	const struct args *args = p->call->args;
	struct wf_run_filter filter = {.flow = args->flow, .limit = 1000};
	enum wf_code code;

	do {
		struct wf_runs runs = {0};

		code = wf_runs(p->call->engine, &filter, &runs, err);
		if (code)
			break;
		for (size_t i = 0; i < runs.n; i++)
			consider(p, &runs.at[i]);
		filter.before = runs.next;
		wf_list_free(&runs.list);
	} while (filter.before);
	return code;
}

static enum wf_code
delete_all(struct prune *p, struct wf_err *err)
{
	const struct args *args = p->call->args;
	char question[64];
	enum wf_code code;

	fflush(stdout);
	snprintf(question, sizeof(question), "Delete %zu run%s?", p->ids.n,
		 p->ids.n == 1 ? "" : "s");
	code = call_confirm(args->yes, question, err);
	for (size_t i = 0; !code && i < p->ids.n; i++)
		code = wf_run_delete(p->call->engine, p->ids.at[i], err);
	return code;
}

static enum wf_code
check_args(struct args *args, struct wf_err *err)
{
	if (args->keep_text &&
	    !str_to_int(args->keep_text, 0, INT32_MAX, &args->keep)) {
		ERR(err, WF_USAGE, "--keep: \"%.100s\" is no number of runs",
		    args->keep_text);
		wf_err_hint(err, "give a whole number");
		return WF_USAGE;
	}
	if (args->keep_text || args->older)
		return WF_OK;
	ERR(err, WF_USAGE, "nothing says which runs to delete");
	wf_err_hint(err, "give --older 30d, --keep 100, or both");
	return WF_USAGE;
}

static enum wf_code
prune(struct call *call, struct wf_err *err)
{
	struct args *args = call->args;
	struct prune p = {.call = call};
	enum wf_code code = check_args(args, err);

	if (!code)
		code = call_open(call, WF_OPEN_WRITE, err);
	if (code == WF_NOT_FOUND) {
		/* There is no store, so there is nothing to delete. */
		*err = (struct wf_err){0};
		return WF_OK;
	}
	if (code)
		return code;
	records_begin(&p.records, call, columns, ARRAY_SIZE(columns));
	code = collect(&p, err);
	records_end(&p.records);
	if (!code && p.ids.n && !args->dry)
		code = delete_all(&p, err);
	vec_each (&p.ids, char *, id)
		free(*id);
	vec_release(&p.ids);
	vec_each (&p.flows, struct seen, seen)
		free(seen->flow);
	vec_release(&p.flows);
	return code;
}

const struct cmd_entry cmd_prune = {
	.options = options,
	.size = sizeof(struct args),
	.about = "A run is deleted when all that is given holds for it; runs "
		 "that have not ended\nnever are.",
	.example = "wfctl prune --older 30d --keep 100 -y",
	.run = prune,
};
