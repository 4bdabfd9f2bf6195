/* When the schedule of a flow starts its runs.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>
#include <time.h>

#include "../base/clock.h"
#include "../model/cron.h"
#include "face_int.h"

#define DAYS_AHEAD 3653

struct wf_schedule_info
wf_flow_schedule(const struct wf_flow *flow)
{
	static const char *const overlaps[] = {[OVERLAP_SKIP] = "skip",
					       [OVERLAP_QUEUE] = "queue",
					       [OVERLAP_ALLOW] = "allow"};
	const struct schedule *s = &flow->bundle->root->schedule;
	struct wf_schedule_info info = {
		s->cron, s->timezone, overlaps[s->overlap], s->catch_up, false};
	struct cron c;
	char why[200];

	if (s->cron && cron_parse(s->cron, &c, why, sizeof(why)))
		info.at_boot = c.at_boot;
	return info;
}

/* The zone that the C library takes local time to be in. */
static char *
use_zone(const char *zone)
{
	const char *old = getenv("TZ");
	char *kept = old ? mem_strdup(old) : NULL;

	if (zone)
		setenv("TZ", zone, 1);
	tzset();
	return kept;
}

static void
put_zone_back(char *kept)
{
	if (kept)
		setenv("TZ", kept, 1);
	else
		unsetenv("TZ");
	tzset();
	free(kept);
}

/* Minutes of one day, by the clock on the wall: an hour that does not exist
 * is passed over, one that comes twice holds at its first coming. */
static time_t
first_of_day(const struct cron *c, const struct tm *day, time_t after)
{
	for (int m = 0; m < 24 * 60; m++) {
		struct tm tm = {.tm_year = day->tm_year,
				.tm_mon = day->tm_mon,
				.tm_mday = day->tm_mday,
				.tm_hour = m / 60,
				.tm_min = m % 60,
				.tm_isdst = -1};
		time_t at;

		if (!cron_holds(c, m % 60, m / 60, day->tm_mday,
				day->tm_mon + 1, day->tm_wday))
			continue;
		at = mktime(&tm);
		if (at > after && tm.tm_hour == m / 60 && tm.tm_min == m % 60)
			return at;
	}
	return 0;
}

int64_t
wf_schedule_next(const struct wf_schedule_info *schedule, int64_t after_ms)
{
	time_t after = (time_t)(after_ms / 1000), found = 0;
	char *kept, why[200];
	struct tm day;
	struct cron c;

	if (!schedule->cron ||
	    !cron_parse(schedule->cron, &c, why, sizeof(why)) || c.at_boot)
		return 0;
	kept = use_zone(schedule->timezone);
	localtime_r(&after, &day);
	for (int i = 0; !found && i < DAYS_AHEAD; i++) {
		/* At noon no change of the clocks moves the date. */
		struct tm noon = {.tm_year = day.tm_year,
				  .tm_mon = day.tm_mon,
				  .tm_mday = day.tm_mday + i,
				  .tm_hour = 12,
				  .tm_isdst = -1};

		mktime(&noon);
		if (cron_holds_day(&c, noon.tm_mday, noon.tm_mon + 1,
				   noon.tm_wday))
			found = first_of_day(&c, &noon, after);
	}
	put_zone_back(kept);
	return (int64_t)found * 1000;
}

char *
wf_schedule_calendar(const struct wf_schedule_info *schedule)
{
	struct strbuf out = STRBUF_INIT;
	struct cron c;
	char why[200];

	if (schedule->cron && cron_parse(schedule->cron, &c, why, sizeof(why)))
		cron_calendar(&c, schedule->timezone, &out);
	return strbuf_detach(&out);
}
