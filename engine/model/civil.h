/* Calendar arithmetic: days, dates and RFC 3339 text, without any clock.
 *
 * The proleptic Gregorian calendar for years 1 to 9999, in UTC.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_CIVIL_H
#define WF_CIVIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z */
#define CIVIL_MIN ((int64_t)-62135596800)
#define CIVIL_MAX ((int64_t)253402300799)

struct civil {
	int year, month, day; /* month and day from 1 */
	int hour, minute, second;
	int weekday; /* 0 is Sunday */
	int yearday; /* from 0 */
};

/* Days since 1970-01-01 of a date; the date need not be valid. */
int64_t civil_days(int64_t year, int month, int day);
int civil_month_length(int64_t year, int month);
/* Broken-down UTC of seconds since 1970. */
struct civil civil_from_seconds(int64_t seconds);

/* "2026-01-31T08:00:00[.nanos](Z|+02:00)", in whole; false when it is none
 * or out of range. */
bool civil_parse(const char *text, size_t n, int64_t *seconds, int32_t *nanos);

/* "2026-01-31T08:00:00.5Z"; the fraction without trailing zeros. */
#define CIVIL_TEXT 40
const char *civil_format(int64_t seconds, int32_t nanos, char text[CIVIL_TEXT]);

#endif
