/* wfctl stats: how reliable flows and their steps are.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>

#include "../cmd.h"
#include "../output.h"
#include "../tally.h"
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
	{"p95", COLUMN_RIGHT}, {"last", 0}, {"tries", COLUMN_RIGHT}};
/* clang-format on */

static json_t *
length_json(struct tally *t, int permille)
{
	return t->took.n ? json_integer(lengths_quantile(&t->took, permille))
			 : json_null();
}

static json_t *
tally_json(struct tally *t, bool steps)
{
	uint32_t ended = t->good + t->bad;
	json_t *o = json_object();

	json_object_set_new(o, steps ? "step" : "flow", json_text(t->name));
	json_object_set_new(o, "runs", json_integer(t->total));
	json_object_set_new(o, "good", json_integer(t->good));
	json_object_set_new(o, "bad", json_integer(t->bad));
	json_object_set_new(o, "rate",
			    ended ? json_real((double)t->good / ended)
				  : json_null());
	json_object_set_new(o, "median_ms", length_json(t, 500));
	json_object_set_new(o, "p95_ms", length_json(t, 950));
	json_object_set_new(o, "last", json_time(t->last));
	if (steps)
		json_object_set_new(o, "tries", json_integer(t->tries));
	else
		json_object_set_new(o, "interrupted",
				    json_integer(t->interrupted));
	return o;
}

static void
print_row(struct records *records, struct tally *t)
{
	uint32_t ended = t->good + t->bad;
	char runs[16], good[16], bad[16], rate[16] = "", median[WHEN_TEXT] = "";
	char p95[WHEN_TEXT] = "", last[WHEN_TEXT], tries[16];
	const char *cells[] = {t->name, runs, good, bad,  rate,
			       median,  p95,  last, tries};

	snprintf(runs, sizeof(runs), "%u", t->total);
	snprintf(good, sizeof(good), "%u", t->good);
	snprintf(bad, sizeof(bad), "%u", t->bad);
	snprintf(tries, sizeof(tries), "%u", t->tries);
	if (ended)
		snprintf(rate, sizeof(rate), "%.1f%%", 100.0 * t->good / ended);
	if (t->took.n) {
		records_length(records, lengths_quantile(&t->took, 500),
			       median);
		records_length(records, lengths_quantile(&t->took, 950), p95);
	}
	records_time(records, t->last, last);
	records_row(records, cells);
}

static enum wf_code
stats(struct call *call, struct wf_err *err)
{
	const struct args *args = call->args;
	struct wf_run_filter filter = {.flow = args->flow,
				       .since = args->since};
	struct tallies list = {0};
	struct records records;
	enum wf_code code = args->flow ? tally_steps(call, &filter, &list, err)
				       : tally_flows(call, &filter, &list, err);

	if (!code) {
		records_begin(&records, call,
			      args->flow ? step_columns : columns,
			      args->flow ? ARRAY_SIZE(step_columns)
					 : ARRAY_SIZE(columns));
		for (size_t i = 0; i < list.n; i++) {
			if (records_json(&records))
				records_object(
					&records,
					tally_json(&list.at[i], args->flow));
			else
				print_row(&records, &list.at[i]);
		}
		records_end(&records);
	}
	tallies_release(&list);
	return code;
}

const struct cmd_entry cmd_stats = {
	.options = options,
	.size = sizeof(struct args),
	.about = "Good are runs that succeeded, also in part; bad are those "
		 "that ended otherwise.",
	.example = "wfctl stats --flow nightly --since 30d",
	.run = stats,
};
