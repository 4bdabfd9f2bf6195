/* wfctl metrics: counts and lengths of runs in the text format of Prometheus.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>

#include "../../engine/base/fs.h"

#include "../../engine/statistics.h"
#include "../cmd.h"
#include "../output.h"

struct args {
	const char *textfile;
	bool dry;
};

/* clang-format off */
static const struct option options[] = {
	{0, "textfile", OPT_TEXT, offsetof(struct args, textfile), "FILE", "write to this file, replacing it as a whole"},
	{'n', "dry-run", OPT_FLAG, offsetof(struct args, dry), NULL, "say what would be written, write nothing"},
	{0}};
/* clang-format on */

/* A label's value: backslash, quote and line end are escaped. */
static void
add_label(struct strbuf *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '\n')
			strbuf_adds(out, "\\n");
		else if (*text == '"' || *text == '\\')
			strbuf_addf(out, "\\%c", *text);
		else
			strbuf_addc(out, *text);
	}
}

static void
head(struct strbuf *out, const char *name, const char *type, const char *help)
{
	strbuf_addf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name,
		    type);
}

static void
add_states(struct strbuf *out, const struct wf_stats *list)
{
	head(out, "wfctl_runs", "gauge", "Runs in the store by state.");
	for (size_t i = 0; i < list->n; i++) {
		for (int s = 0; s <= RUN_NSTATES; s++) {
			const struct wf_stat *t = &list->at[i];
			bool last = s == RUN_NSTATES;

			strbuf_adds(out, "wfctl_runs{flow=\"");
			add_label(out, t->name);
			strbuf_addf(out, "\",state=\"%s\"} %u\n",
				    last ? "interrupted" : run_states[s].name,
				    last ? t->interrupted : t->counts[s]);
		}
	}
}

/* Of nothing there is none: Prometheus calls that NaN. */
static void
add_quantile(struct strbuf *out, const struct wf_stat *t, int permille)
{
	if (t->ntook)
		strbuf_addf(out, "%.3f\n",
			    (double)wf_stat_quantile(t, permille) / 1000);
	else
		strbuf_adds(out, "NaN\n");
}

static void
add_lengths(struct strbuf *out, const struct wf_stats *list)
{
	static const int quantiles[] = {500, 950, 990};

	head(out, "wfctl_run_duration_seconds", "summary",
	     "How long runs took that succeeded.");
	for (size_t i = 0; i < list->n; i++) {
		const struct wf_stat *t = &list->at[i];

		for (size_t q = 0; q < ARRAY_SIZE(quantiles); q++) {
			strbuf_adds(out, "wfctl_run_duration_seconds{flow=\"");
			add_label(out, t->name);
			strbuf_addf(out, "\",quantile=\"%g\"} ",
				    quantiles[q] / 1000.0);
			add_quantile(out, t, quantiles[q]);
		}
		strbuf_adds(out, "wfctl_run_duration_seconds_sum{flow=\"");
		add_label(out, t->name);
		strbuf_addf(out, "\"} %.3f\n", (double)t->sum / 1000);
		strbuf_adds(out, "wfctl_run_duration_seconds_count{flow=\"");
		add_label(out, t->name);
		strbuf_addf(out, "\"} %zu\n", t->ntook);
	}
}

static void
add_last(struct strbuf *out, const struct wf_stats *list)
{
	head(out, "wfctl_run_last_finished_timestamp_seconds", "gauge",
	     "When the latest run ended.");
	for (size_t i = 0; i < list->n; i++) {
		if (!list->at[i].last)
			continue;
		strbuf_adds(
			out,
			"wfctl_run_last_finished_timestamp_seconds{flow=\"");
		add_label(out, list->at[i].name);
		strbuf_addf(out, "\"} %.3f\n", (double)list->at[i].last / 1000);
	}
}

static enum wf_code
put(const struct args *args, const struct strbuf *out, struct wf_err *err)
{
	if (!args->textfile) {
		fwrite(out->at, 1, out->n, stdout);
		return WF_OK;
	}
	if (!args->dry)
		return fs_write(args->textfile, out->at, out->n, 0644, err);
	printf("%zu bytes would be written to ", out->n);
	output_text(stdout, args->textfile);
	putchar('\n');
	return WF_OK;
}

static enum wf_code
metrics(struct call *call, struct wf_err *err)
{
	const struct args *args = call->args;
	struct wf_stats list;
	struct strbuf out = STRBUF_INIT;
	enum wf_code code = wf_stats(call->engine, NULL, &list, err);

	if (!code) {
		add_states(&out, &list);
		add_lengths(&out, &list);
		add_last(&out, &list);
	}
	if (!code)
		code = put(args, &out, err);
	strbuf_release(&out);
	wf_list_free(&list.list);
	return code;
}

const struct cmd_entry cmd_metrics = {
	.options = options,
	.size = sizeof(struct args),
	.example = "wfctl metrics --textfile /var/lib/node_exporter/wfctl.prom",
	.run = metrics,
};
