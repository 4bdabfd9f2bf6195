/* The five fields of a crontab line.
 *
 * minute hour day-of-month month day-of-week, apart by blanks; each is `*`, a
 * number, a name (months and days of the week), a range `a-b`, any of them
 * with a step `/n`, or a list of these; or a word such as @daily.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_CRON_H
#define WF_CRON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../base/str.h"

/* A line taken apart: bit n of a field is set when it holds value n. */
struct cron {
	uint64_t minutes, hours, days, months, weekdays; /* Sunday is bit 0 */
	/* Days and weekdays that begin with `*` do not restrict; when both
	 * restrict, either will do. */
	bool any_day, any_weekday;
	bool at_boot; /* @reboot: all else is empty */
};

/* False, and what is wrong in `why`, when cron would not take the line. */
bool cron_parse(const char *text, struct cron *out, char *why, size_t size);
bool cron_check(const char *text, char *why, size_t size);

/* Does the line hold at this minute? */
bool cron_holds(const struct cron *c, int minute, int hour, int day, int month,
		int weekday);
/* On this day at all? */
bool cron_holds_day(const struct cron *c, int day, int month, int weekday);

/* The same for a systemd timer: one OnCalendar value a line, as days and
 * weekdays that both restrict take two; "" for @reboot.  `timezone` may be
 * NULL. */
void
cron_calendar(const struct cron *c, const char *timezone, struct strbuf *out);

#endif
