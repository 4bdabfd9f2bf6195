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

/* False, and what is wrong in `why`, when cron would not take the line. */
bool cron_check(const char *text, char *why, size_t size);

#endif
