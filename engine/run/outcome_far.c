/* Endings of attempts that were carried out elsewhere: the carrier's report.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>

#include "../executors/report.h"
#include "far.h"
#include "outcome_ending.h"

static struct ending
ending_of(const struct report *report)
{
	static const enum cause causes[REPORT_NKINDS] = {
		[REPORT_EXIT] = CAUSE_EXIT,
		[REPORT_SPAWN] = CAUSE_SPAWN,
		[REPORT_LOST] = CAUSE_LOST,
		[REPORT_MEMORY] = CAUSE_MEMORY,
		[REPORT_TIMEOUT] = CAUSE_TIMEOUT,
	};
	struct ending e = {.cause = causes[report->kind], .exit_code = -1};

	if (report->kind == REPORT_EXIT) {
		e.exit_code = report->code;
		e.cause = report->code ? CAUSE_EXIT : CAUSE_NONE;
	}
	snprintf(e.why, sizeof(e.why), "%s%s",
		 report->kind == REPORT_SPAWN ? "could not be started: " : "",
		 report->why);
	return e;
}

bool
ending_reported(const struct run *r, const struct flight *f, struct ending *e)
{
	struct arena a = {0};
	struct report report;
	bool found = far_executor(r, f) &&
		     report_read(far_log(r, f, &a), &report) &&
		     report.kind != REPORT_LOST;

	if (found)
		*e = ending_of(&report);
	arena_release(&a);
	return found;
}

bool
ending_far(const struct run *r, const struct flight *f,
	   const struct warden_news *news, struct ending *e)
{
	struct arena a = {0};
	struct report report;
	bool unknown = false;

	if (!far_executor(r, f) || news->kind != WARDEN_ENDED ||
	    news->kill != WARDEN_KILL_NONE)
		return false;
	if (report_read(far_log(r, f, &a), &report)) {
		*e = ending_of(&report);
		unknown = report.kind == REPORT_LOST;
	} else {
		unknown = true;
		snprintf(e->why, sizeof(e->why),
			 "its client was killed before it could say how it "
			 "ended");
	}
	arena_release(&a);
	return unknown;
}
