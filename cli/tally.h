/* Counting runs: how many of each flow ended how, and how long they took.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_TALLY_H
#define WF_TALLY_H

#include "cmd.h"

/* Lengths of time, kept so that any quantile can be asked for. */
struct lengths {
	int64_t *at;
	size_t n, cap;
	int64_t sum;
};

void lengths_add(struct lengths *l, int64_t ms);
/* `permille` 500: the median, 950: the 95th percentile; 0 when empty. */
int64_t lengths_quantile(struct lengths *l, int permille);
void lengths_release(struct lengths *l);

/* One flow, or one step of a flow. */
struct tally {
	char *name;
	uint32_t counts[RUN_NSTATES];
	uint32_t total, good, bad, interrupted, tries;
	struct lengths took; /* of those that succeeded */
	int64_t last;        /* when the latest ended; 0: none did */
};

struct tallies {
	struct tally *at;
	size_t n, cap;
};

/* Count the runs that match, one tally a flow, in order of their names. */
enum wf_code tally_flows(struct call *call, const struct wf_run_filter *filter,
			 struct tallies *out, struct wf_err *err);
/* Count the steps of a flow's latest runs (200 at most), in file order. */
enum wf_code tally_steps(struct call *call, const struct wf_run_filter *filter,
			 struct tallies *out, struct wf_err *err);
void tallies_release(struct tallies *list);

#endif
