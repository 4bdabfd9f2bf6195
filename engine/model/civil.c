/* Calendar arithmetic on the proleptic Gregorian calendar.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "civil.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define DAY 86400

/* Years are counted from March, so that the leap day ends one; 400 of them
 * (an era) always have 146097 days. */
int64_t
civil_days(int64_t year, int month, int day)
{
	int64_t era, of_era, of_year;

	year -= month <= 2;
	era = (year >= 0 ? year : year - 399) / 400;
	of_era = year - era * 400;
	of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 +
	       of_year - 719468;
}

int
civil_month_length(int64_t year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30,
				   31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

static void
set_date(struct civil *c, int64_t days)
{
	int64_t era, of_era, year, of_year;
	int month;

	days += 719468;
	era = (days >= 0 ? days : days - 146096) / 146097;
	of_era = days - era * 146097;
	year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) /
	       365;
	of_year = of_era - (365 * year + year / 4 - year / 100);
	month = (int)((5 * of_year + 2) / 153);
	c->day = (int)(of_year - (153 * month + 2) / 5 + 1);
	c->month = month < 10 ? month + 3 : month - 9;
	c->year = (int)(year + era * 400 + (c->month <= 2));
}

struct civil
civil_from_seconds(int64_t seconds)
{
	struct civil c = {0};
	int64_t days = seconds / DAY;
	int rest = (int)(seconds % DAY);

	if (rest < 0) {
		rest += DAY;
		days--;
	}
	set_date(&c, days);
	c.hour = rest / 3600;
	c.minute = rest / 60 % 60;
	c.second = rest % 60;
	c.weekday = (int)(((days + 4) % 7 + 7) % 7);
	c.yearday = (int)(days - civil_days(c.year, 1, 1));
	return c;
}

/* Exactly `digits` digits at `*at`. */
static bool
number(const char **at, const char *end, int digits, int *out)
{
	int v = 0;

	if (end - *at < digits)
		return false;
	for (int i = 0; i < digits; i++) {
		unsigned char c = (unsigned char)*(*at)++;

		if (!isdigit(c))
			return false;
		v = v * 10 + (c - '0');
	}
	*out = v;
	return true;
}

static bool
literal(const char **at, const char *end, const char *any)
{
	if (*at == end || !**at || !strchr(any, **at))
		return false;
	(*at)++;
	return true;
}

static bool
parse_date(const char **at, const char *end, struct civil *c)
{
	return number(at, end, 4, &c->year) && literal(at, end, "-") &&
	       number(at, end, 2, &c->month) && literal(at, end, "-") &&
	       number(at, end, 2, &c->day) && literal(at, end, "Tt ") &&
	       c->year >= 1 && c->month >= 1 && c->month <= 12 && c->day >= 1 &&
	       c->day <= civil_month_length(c->year, c->month);
}

static bool
parse_clock(const char **at, const char *end, struct civil *c)
{
	return number(at, end, 2, &c->hour) && literal(at, end, ":") &&
	       number(at, end, 2, &c->minute) && literal(at, end, ":") &&
	       number(at, end, 2, &c->second) && c->hour < 24 &&
	       c->minute < 60 && c->second < 60;
}

static bool
parse_fraction(const char **at, const char *end, int32_t *nanos)
{
	int32_t unit = 100000000;

	*nanos = 0;
	if (!literal(at, end, "."))
		return true;
	if (*at == end || !isdigit((unsigned char)**at))
		return false;
	while (*at < end && isdigit((unsigned char)**at)) {
		*nanos += (*(*at)++ - '0') * unit;
		unit /= 10;
	}
	return true;
}

static bool
parse_zone(const char **at, const char *end, int64_t *seconds)
{
	int hours, minutes, sign;

	if (literal(at, end, "Zz")) {
		*seconds = 0;
		return true;
	}
	sign = *at < end && **at == '-' ? -1 : 1;
	if (!literal(at, end, "+-") || !number(at, end, 2, &hours) ||
	    !literal(at, end, ":") || !number(at, end, 2, &minutes) ||
	    hours > 23 || minutes > 59)
		return false;
	*seconds = sign * (hours * 3600 + minutes * 60);
	return true;
}

bool
civil_parse(const char *text, size_t n, int64_t *seconds, int32_t *nanos)
{
	const char *end = text + n;
	struct civil c;
	int64_t zone;

	if (!parse_date(&text, end, &c) || !parse_clock(&text, end, &c) ||
	    !parse_fraction(&text, end, nanos) ||
	    !parse_zone(&text, end, &zone) || text != end)
		return false;
	*seconds = civil_days(c.year, c.month, c.day) * DAY + c.hour * 3600 +
		   c.minute * 60 + c.second - zone;
	return *seconds >= CIVIL_MIN && *seconds <= CIVIL_MAX;
}

const char *
civil_format(int64_t seconds, int32_t nanos, char text[CIVIL_TEXT])
{
	struct civil c = civil_from_seconds(seconds);
	char fraction[16] = "";
	size_t n;

	if (nanos) {
		n = (size_t)snprintf(fraction, sizeof(fraction), ".%09d",
				     (int)nanos);
		while (fraction[n - 1] == '0')
			fraction[--n] = '\0';
	}
	snprintf(text, CIVIL_TEXT, "%04d-%02d-%02dT%02d:%02d:%02d%sZ", c.year,
		 c.month, c.day, c.hour, c.minute, c.second, fraction);
	return text;
}
