/* What the parts of the statistics share: the counts while runs pass by.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_FACE_STATS_H
#define WF_FACE_STATS_H

#include "../base/vec.h"
#include "../statistics.h"
#include "face_int.h"

/* What is counted of a flow or a step while the runs pass by. */
struct count {
	struct wf_stat s;
	VEC(int64_t) took;
	VEC(struct wf_stat_end) ends;
	VEC(struct wf_stat_try) tries;
};

struct counting {
	struct wf_engine *e;
	struct arena *arena; /* of the result */
	const struct wf_stats_query *query;
	VEC(struct count *) counts;
	struct count whole;
	int64_t from, to; /* what the pieces of the trend divide */
	size_t rows;
	size_t next; /* the likely one: steps of all runs come in one order */
};

/* The count of that name, made when there is none. */
struct count *count_of(struct counting *c, const char *name);
/* '.' went well at once, ':' in the end, '|' did not; the worst of a piece
 * stays. */
void count_trend(const struct counting *c, struct count *count, int64_t at,
		 char how);
void count_took(const struct counting *c, struct count *count, const char *run,
		int64_t ms);
/* The result; the count is released. */
struct wf_stat count_result(struct counting *c, struct count *count);

/* Count the steps of one run. */
enum wf_code count_steps(struct counting *c, const struct wf_run_info *run,
			 struct wf_err *err);

#endif
