/* wfctl stats: how reliable flows and their steps are.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../engine/statistics.h"
#include "../cmd.h"
#include "../output.h"
#include "../when.h"

struct args {
	const char *flow;
	int64_t since;
};

/* clang-format off */
static const struct option options[] = {
	{0, "flow",  OPT_TEXT, offsetof(struct args, flow), "NAME", "the steps of this flow, over its latest 200 runs"},
	{0, "since", OPT_WHEN, offsetof(struct args, since), "WHEN", "only runs created since then (\"30d\", a date)"},
	{0}};
static const struct column columns[] = {
	{"flow", COLUMN_FLEX}, {"runs", COLUMN_RIGHT}, {"good", COLUMN_RIGHT},
	{"bad", COLUMN_RIGHT}, {"rate", COLUMN_RIGHT}, {"median", COLUMN_RIGHT},
	{"p95", COLUMN_RIGHT}, {"last", 0}};
static const struct column step_columns[] = {
	{"step", COLUMN_FLEX}, {"runs", COLUMN_RIGHT}, {"good", COLUMN_RIGHT},
	{"bad", COLUMN_RIGHT}, {"rate", COLUMN_RIGHT}, {"median", COLUMN_RIGHT},
	{"p95", COLUMN_RIGHT}, {"last", 0}, {"tries", COLUMN_RIGHT},
	{"helped", COLUMN_RIGHT}, {"wasted", COLUMN_RIGHT}};
/* clang-format on */

static json_t *
length_json(const struct wf_stat *t, int permille)
{
	return t->ntook ? json_integer(wf_stat_quantile(t, permille))
			: json_null();
}

/* What is told of steps only: what their tries were worth. */
static void
add_tries(json_t *o, const struct wf_stat *t)
{
	json_t *causes = json_object();
	char *advice = wf_stat_advice(t);

	for (size_t i = 0; i < t->nends; i++)
		json_object_set_new(causes, t->ends[i].what,
				    json_integer(t->ends[i].n));
	json_object_set_new(o, "tries", json_integer(t->tries));
	json_object_set_new(o, "retries", json_integer(t->retries));
	json_object_set_new(o, "helped", json_integer(t->helped));
	json_object_set_new(o, "wasted_ms", json_integer(t->wasted));
	json_object_set_new(o, "causes", causes);
	json_object_set_new(o, "advice",
			    advice ? json_text(advice) : json_null());
	free(advice);
}

static json_t *
stat_json(const struct wf_stat *t, bool steps)
{
	uint32_t ended = t->good + t->bad;
	json_t *o = json_object();

	json_object_set_new(o, steps ? "step" : "flow", json_text(t->name));
	json_object_set_new(o, "runs", json_integer(t->runs));
	json_object_set_new(o, "good", json_integer(t->good));
	json_object_set_new(o, "bad", json_integer(t->bad));
	json_object_set_new(o, "rate",
			    ended ? json_real((double)t->good / ended)
				  : json_null());
	json_object_set_new(o, "median_ms", length_json(t, 500));
	json_object_set_new(o, "p95_ms", length_json(t, 950));
	json_object_set_new(o, "last", json_time(t->last));
	json_object_set_new(o, "trend", json_text(t->trend));
	if (steps)
		add_tries(o, t);
	else
		json_object_set_new(o, "interrupted",
				    json_integer(t->interrupted));
	return o;
}

static void
print_row(struct records *records, const struct wf_stat *t)
{
	uint32_t ended = t->good + t->bad;
	char runs[16], good[16], bad[16], rate[16] = "", median[WHEN_TEXT] = "";
	char p95[WHEN_TEXT] = "", last[WHEN_TEXT], tries[16], helped[16];
	char wasted[WHEN_TEXT];
	const char *cells[] = {t->name, runs, good,  bad,    rate,  median,
			       p95,     last, tries, helped, wasted};

	snprintf(runs, sizeof(runs), "%u", t->runs);
	snprintf(good, sizeof(good), "%u", t->good);
	snprintf(bad, sizeof(bad), "%u", t->bad);
	snprintf(tries, sizeof(tries), "%u", t->tries);
	snprintf(helped, sizeof(helped), "%u/%u", t->helped, t->retries);
	if (ended)
		snprintf(rate, sizeof(rate), "%.1f%%", 100.0 * t->good / ended);
	if (t->ntook) {
		records_length(records, wf_stat_quantile(t, 500), median);
		records_length(records, wf_stat_quantile(t, 950), p95);
	}
	records_length(records, t->wasted, wasted);
	records_time(records, t->last, last);
	records_row(records, cells);
}

/* From now on what is printed goes to the file, as csv. */
static enum wf_code
print_to(struct call *call, const char *file, struct wf_err *err)
{
	if (!freopen(file, "we", stdout))
		return ERR(err, WF_USAGE, "%.200s cannot be written: %s", file,
			   strerror(errno));
	call->globals.format = FORMAT_CSV;
	return WF_OK;
}

static enum wf_code
written(struct call *call, const char *file, struct wf_err *err)
{
	if (fflush(stdout) || ferror(stdout))
		return ERR(err, WF_USAGE, "%.200s cannot be written: %s", file,
			   strerror(errno));
	if (!call->globals.quiet)
		fprintf(stderr, "the figures were written to %s\n", file);
	return WF_OK;
}

static enum wf_code
check_words(const struct call *call, struct wf_err *err)
{
	if (!call->words[0] ||
	    (str_eq(call->words[0], "csv") && call->words[1]))
		return WF_OK;
	ERR(err, WF_USAGE, "\"%.40s\" is not known here", call->words[0]);
	wf_err_hint(err, "write csv FILE, or nothing");
	return WF_USAGE;
}

static enum wf_code
stats(struct call *call, struct wf_err *err)
{
	const char *file = call->words[0] ? call->words[1] : NULL;
	const struct args *args = call->args;
	struct wf_stats_query query = {.flow = args->flow,
				       .since = args->since};
	struct wf_stats list;
	struct records records;
	enum wf_code code = check_words(call, err);

	if (!code && file)
		code = print_to(call, file, err);
	if (!code)
		code = wf_stats(call->engine, &query, &list, err);
	if (code)
		return code;
	records_begin(&records, call, args->flow ? step_columns : columns,
		      args->flow ? ARRAY_SIZE(step_columns)
				 : ARRAY_SIZE(columns));
	for (size_t i = 0; i < list.n; i++) {
		if (records_json(&records))
			records_object(&records,
				       stat_json(&list.at[i], args->flow));
		else
			print_row(&records, &list.at[i]);
	}
	records_end(&records);
	wf_list_free(&list.list);
	return file ? written(call, file, err) : WF_OK;
}

const struct cmd_entry cmd_stats = {
	.operands = "[csv FILE]",
	.complete = "oF",
	.choices = "csv",
	.max = 2,
	.options = options,
	.size = sizeof(struct args),
	.about = "Good are runs that succeeded, also in part; bad are those "
		 "that ended otherwise.\nWith csv the figures go to FILE.",
	.example = "wfctl stats --flow nightly --since 30d",
	.run = stats,
};
