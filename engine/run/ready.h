/* When may a step start?  Joins, counted one edge at a time.
 *
 * Each instance counts how its needs stand: settled in all, and of these
 * succeeded, skipped, failed.  A state change of a need moves one count per
 * edge; nothing ever looks at all steps.  Pure.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_READY_H
#define WF_READY_H

#include "../model/workflow.h"

/* What a need's state means to one that needs it. */
enum verdict {
	VERDICT_OPEN,
	VERDICT_OK,
	VERDICT_SKIPPED,
	VERDICT_FAILED
};

/* `counts_as_ok`: its failure is ignored, or its fallback succeeded;
 * `falling`: its fallback is still on its way.  `accept` as in struct need:
 * what went well but is not accepted is as good as skipped, since no retry
 * would change it. */
enum verdict ready_verdict(enum step_state state, bool counts_as_ok,
			   bool falling, uint32_t accept);

enum join_answer {
	JOIN_WAIT, /* undecided */
	JOIN_RUN,
	JOIN_SKIP,
	JOIN_BLOCKED, /* only a change of what failed can let it run */
};

struct join_counts {
	uint32_t needs, settled, ok, skipped, failed;
};

enum join_answer
ready_join(enum join_kind kind, uint32_t count, struct join_counts c);

#endif
