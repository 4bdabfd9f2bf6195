/* How long things usually take: from the last successes in runs of the same
 * flow.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_USUAL_H
#define WF_USUAL_H

#include "run.h"

/* From how many ms on an attempt counts as slow: `limit` over p50, p95, p99
 * of the last 20 successes, or 1.5 times p95 when NULL.  -1: too little is
 * known (fewer than 5), or the expression fails. */
int64_t usual_limit(struct run *r, uint32_t ix, const struct expr *limit);

/* The median of the last 20 successes, in ms; -1 when there are fewer than
 * `least` of them. */
int64_t usual_duration(struct run *r, uint32_t ix, size_t least);
/* The same of a step by its path; -1: there are none. */
int64_t usual_median(struct store *store, const char *flow, const char *path);

/* What is left of the run, in ms, if all goes on at the usual speed: never
 * more than is known. */
int64_t usual_rest(struct run *r);

#endif
