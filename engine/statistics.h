/* Statistics: how reliable flows and steps have been.
 *
 * Part of the public face, see engine.h; over runs that were created since
 * some time, whatever became of them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_STATISTICS_H
#define WF_STATISTICS_H

#include "engine.h"

enum {
	WF_TREND = 12 /* equal pieces of the time looked at */
};

/* How the tries of a step ended that failed: "exit 1", "timeout". */
struct wf_stat_end {
	const char *what;
	uint32_t n;
};
/* The first tries, the second ones, ... */
struct wf_stat_try {
	uint32_t n, good;
	int64_t wasted; /* ms */
};

/* A flow's runs, or a step in the runs in which it began. */
struct wf_stat {
	const char *name;
	uint32_t runs, good, bad; /* good: also in part, or reused */
	int64_t last;             /* when the latest ended; 0: none did */
	const int64_t *took; /* ms of those that succeeded, shortest first */
	size_t ntook;
	int64_t sum, longest;
	const char *longest_run; /* NULL: none succeeded */
	/* Of each piece: '.' all went well at once, ':' in the end, '|' some
	 * did not, ' ' nothing ended. */
	char trend[WF_TREND + 1];

	/* Of a flow. */
	uint32_t counts[RUN_NSTATES], interrupted;

	/* Of a step: its tries, those after the first, and how many of these
	 * led to a good end.  Tries that failed are `wasted` (ms). */
	uint32_t tries, retries, helped;
	int64_t wasted;
	const struct wf_stat_end *ends; /* most frequent first */
	size_t nends;
	const struct wf_stat_try *at_try;
	size_t ntries;
};

struct wf_stats {
	struct wf_list list;
	struct wf_stat whole; /* all runs that were looked at */
	struct wf_stat *at;
	size_t n;
};

/* Without a flow: one for each flow, by name.  With one: one for each of its
 * steps in the order of the file, over its latest 200 runs. */
struct wf_stats_query {
	const char *flow;
	int64_t since; /* runs created since then; 0: all */
};
enum wf_code wf_stats(struct wf_engine *e, const struct wf_stats_query *query,
		      struct wf_stats *stats_out, struct wf_err *err);
/* `permille` 500: the median of `took`, 950: the 95th percentile; 0 when
 * none succeeded. */
int64_t wf_stat_quantile(const struct wf_stat *s, int permille);
/* What the figures of a step say should be changed in the flow, in a
 * sentence; NULL: nothing.  Caller frees. */
char *wf_stat_advice(const struct wf_stat *s);

#endif
