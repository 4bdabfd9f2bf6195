/* Joins as arithmetic on counts.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ready.h"

/* What is reused, or counts as succeeded, is accepted as that. */
static enum verdict
accepted_verdict(enum step_state state, bool counts_as_ok, uint32_t accept)
{
	bool good = step_state_is_good(state) || counts_as_ok;

	if (accept & 1u << state || (good && accept & 1u << STEP_SUCCEEDED))
		return VERDICT_OK;
	return good || state == STEP_SKIPPED ? VERDICT_SKIPPED : VERDICT_FAILED;
}

enum verdict
ready_verdict(enum step_state state, bool counts_as_ok, bool falling,
	      uint32_t accept)
{
	if (!step_state_is_settled(state) || falling)
		return VERDICT_OPEN;
	if (accept)
		return accepted_verdict(state, counts_as_ok, accept);
	if (step_state_is_good(state) || counts_as_ok)
		return VERDICT_OK;
	return state == STEP_SKIPPED ? VERDICT_SKIPPED : VERDICT_FAILED;
}

static enum join_answer
join_all(struct join_counts c)
{
	if (c.failed)
		return JOIN_BLOCKED;
	if (c.settled < c.needs)
		return JOIN_WAIT;
	return c.ok || !c.needs ? JOIN_RUN : JOIN_SKIP;
}

/* The count-th success.  When too few can still succeed, failed needs keep
 * it blocked (a retry may help); if even all of those would not do, the
 * missing ones were skipped, and so is this. */
static enum join_answer
join_count(uint32_t count, struct join_counts c)
{
	if (c.ok >= count)
		return JOIN_RUN;
	if (c.ok + (c.needs - c.settled) >= count)
		return JOIN_WAIT;
	if (c.ok + (c.needs - c.settled) + c.failed >= count)
		return JOIN_BLOCKED;
	return JOIN_SKIP;
}

enum join_answer
ready_join(enum join_kind kind, uint32_t count, struct join_counts c)
{
	switch (kind) {
	case JOIN_ALL:
		return join_all(c);
	case JOIN_ANY:
		return c.needs ? join_count(1, c) : JOIN_RUN;
	case JOIN_COUNT:
		return join_count(count, c);
	case JOIN_DONE:
		return c.settled == c.needs ? JOIN_RUN : JOIN_WAIT;
	case JOIN_FAILED:
		if (c.failed)
			return JOIN_RUN;
		return c.settled == c.needs ? JOIN_SKIP : JOIN_WAIT;
	}
	return JOIN_WAIT;
}
