/* Will there be another try, when, and by which rule?  Pure.
 *
 * Backoff: constant d; linear d * k; exponential d * factor^(k-1), for the
 * k-th extra try; then capped by max_delay, then spread by +-jitter.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_RETRY_H
#define WF_RETRY_H

#include "workflow.h"

/* How a try ended. */
struct retry_ending {
	enum cause cause;
	int exit_code;   /* -1: none */
	const char *log; /* the end of its log, for /regex/ rules */
	size_t log_bytes;
};

struct retry_answer {
	bool again;
	int64_t delay;  /* ms */
	char rule[160]; /* "exit 75 is in retry.only", "2 of 3 extra tries" */
};

/* Why an attempt was or was not repeated: how it ended, then the rule, which
 * mostly says so itself. */
void retry_because(char *out, size_t n, const char *ended, const char *rule);

/* `tries` have been made that count (at least 1); `random` in [0, 1) decides
 * the jitter.  `policy` NULL: no retry.  A cancelled or rejected try is
 * never repeated. */
struct retry_answer
retry_decide(const struct retry_policy *policy, uint32_t tries,
	     const struct retry_ending *ending, double random);

/* Does any rule look at the log? */
bool retry_needs_log(const struct retry_policy *policy);

#define BACKOFF_TEXT 80
/* Why the k-th extra try waits that long: "10s", "5s x 3",
 * "15s x 2^1, at most 2m". */
const char *retry_backoff_text(const struct retry_policy *policy, uint32_t k,
			       char text[BACKOFF_TEXT]);
/* The delay before the k-th extra try, without jitter. */
int64_t retry_delay(const struct retry_policy *policy, uint32_t k);

#endif
