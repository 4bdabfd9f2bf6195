/* Does its engine still answer?  A process that is stopped or stuck holds its
 * run as one that works does.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../../engine/base/clock.h"
#include "run_view.h"

enum {
	ASK_MS = 1000
};

void
run_ask_beat(struct view *v)
{
	struct run_view *rv = run_view_of(v);
	int64_t now = clock_wall();

	if (!rv->d.run.engine_alive) {
		rv->beat.pid = 0;
		return;
	}
	/* Who did not ask must not call it late. */
	if (rv->beat.pid != rv->d.run.engine_pid || now < rv->beat.asked ||
	    now - rv->beat.asked > BEAT_LATE_MS)
		rv->beat.since = now;
	else if (now - rv->beat.asked < ASK_MS)
		return;
	rv->beat.pid = rv->d.run.engine_pid;
	rv->beat.asked = now;
	wf_run_ask_beat(v->views->engine, rv->id);
}

int64_t
run_beat_age(const struct view *v)
{
	const struct run_view *rv = run_view_of(v);
	int64_t last;

	if (!rv->beat.pid || rv->now - rv->beat.asked > BEAT_LATE_MS)
		return -1;
	last = wf_run_beat(v->views->engine, rv->id);
	if (last < rv->beat.since)
		last = rv->beat.since;
	return rv->now > last ? rv->now - last : 0;
}
