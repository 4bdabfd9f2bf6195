/* Timestamps and durations: arithmetic, parts, text of durations.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <ctype.h>

#include "../civil.h"
#include "cel_int.h"

#define SECOND         ((int64_t)1000000000)
#define DURATION_RANGE INT64_C(315576000000) /* seconds: 10,000 years */

/* A sum as a timestamp or duration; nanos may be out by one second. */
static bool
time_result(struct evaluation *e, enum value_kind kind, int64_t seconds,
	    int64_t nanos, struct value *out)
{
	bool stamp = kind == VALUE_TIMESTAMP;

	seconds += nanos / SECOND;
	nanos %= SECOND;
	if (nanos < 0 && (stamp || seconds > 0)) {
		nanos += SECOND;
		seconds--;
	} else if (nanos > 0 && !stamp && seconds < 0) {
		nanos -= SECOND;
		seconds++;
	}
	if (seconds < (stamp ? CIVIL_MIN : -DURATION_RANGE) ||
	    seconds > (stamp ? CIVIL_MAX : DURATION_RANGE))
		return cel_fail(e, "the %s is out of range",
				stamp ? "timestamp" : "duration");
	*out = (struct value){
		.kind = kind, .time = {seconds, (int32_t)nanos}
        };
	return true;
}

CEL_FUNCTION(add_time)
{
	bool stamp = args[0].kind == VALUE_TIMESTAMP ||
		     args[1].kind == VALUE_TIMESTAMP;

	return time_result(e, stamp ? VALUE_TIMESTAMP : VALUE_DURATION,
			   args[0].time.seconds + args[1].time.seconds,
			   (int64_t)args[0].time.nanos + args[1].time.nanos,
			   out);
}

CEL_FUNCTION(sub_time)
{
	bool stamp = args[0].kind == VALUE_TIMESTAMP &&
		     args[1].kind == VALUE_DURATION;

	return time_result(e, stamp ? VALUE_TIMESTAMP : VALUE_DURATION,
			   args[0].time.seconds - args[1].time.seconds,
			   (int64_t)args[0].time.nanos - args[1].time.nanos,
			   out);
}

/* --- duration("1h30m"), "-1.5s", "500us" --- */

static int64_t
read_unit(const char **at)
{
	/* clang-format off */
	static const struct {
		const char *name;
		int64_t nanos;
	} units[] = {
	        {"ns", 1}, {"us", 1000}, {"\xc2\xb5s", 1000},
	        {"\xce\xbcs", 1000}, {"ms", 1000000}, {"s", SECOND},
	        {"m", 60 * SECOND}, {"h", 3600 * SECOND},
	};
	/* clang-format on */

	for (size_t i = 0; i < ARRAY_SIZE(units); i++)
		if (str_starts(*at, units[i].name)) {
			*at += strlen(units[i].name);
			return units[i].nanos;
		}
	return 0;
}

/* One number with its unit, added to seconds and nanos. */
static bool
read_part(const char **at, int64_t *seconds, int64_t *nanos)
{
	const char *number = *at, *fraction;
	int64_t whole = 0, unit, part = 0;

	while (isdigit((unsigned char)**at)) {
		whole = whole * 10 + (*(*at)++ - '0');
		if (whole > DURATION_RANGE * 1000)
			return false;
	}
	fraction = *at;
	if (**at == '.')
		*at += 1 + strspn(*at + 1, "0123456789");
	if (*at == number || (*fraction == '.' && *at == number + 1))
		return false;
	unit = read_unit(at);
	if (!unit)
		return false;
	if (*fraction == '.') {
		int64_t scale = unit / 10;

		for (fraction++; isdigit((unsigned char)*fraction) && scale;
		     fraction++, scale /= 10)
			part += (*fraction - '0') * scale;
	}
	if (unit >= SECOND) {
		*seconds += whole * (unit / SECOND) + part / SECOND;
		*nanos += part % SECOND;
	} else {
		*seconds += whole / (SECOND / unit);
		*nanos += whole % (SECOND / unit) * unit + part;
	}
	return *seconds <= 2 * DURATION_RANGE;
}

CEL_FUNCTION(duration_string)
{
	const char *at = args[0].string;
	bool negative = *at == '-';
	int64_t seconds = 0, nanos = 0;

	at += *at == '-' || *at == '+';
	if (!*at || strlen(args[0].string) != args[0].n)
		return cel_fail(e, "\"%.60s\" is no duration", args[0].string);
	if (str_eq(at, "0"))
		return time_result(e, VALUE_DURATION, 0, 0, out);
	while (*at)
		if (!read_part(&at, &seconds, &nanos)) {
			cel_fail(e, "\"%.60s\" is no duration", args[0].string);
			cel_error_hint(e->err, "write \"1h30m\" or \"2.5s\"");
			return false;
		} else {
			seconds += nanos / SECOND;
			nanos %= SECOND;
		}
	return time_result(e, VALUE_DURATION, negative ? -seconds : seconds,
			   negative ? -nanos : nanos, out);
}

/* --- parts --- */

static struct civil
parts(struct value stamp, int32_t offset)
{
	return civil_from_seconds(stamp.time.seconds + offset);
}

static bool
zone(struct evaluation *e, const struct value *args, int32_t *offset)
{
	/* A zone's file is read anew each time. */
	if (!cel_spend(e, 100))
		return false;
	if (strlen(args[1].string) == args[1].n &&
	    cel_zone_offset(args[1].string, args[0].time.seconds, offset))
		return true;
	cel_fail(e, "no time zone is named \"%.60s\"", args[1].string);
	cel_error_hint(e->err, "write \"Europe/Berlin\" or \"+02:00\"");
	return false;
}

/* Both forms of a part: in UTC, and in a zone. */
#define PART(fn, expression)                                                   \
	static int64_t fn(struct civil c)                                      \
	{                                                                      \
		return (expression);                                           \
	}                                                                      \
	CEL_FUNCTION(get_##fn)                                                 \
	{                                                                      \
		*out = value_int(fn(parts(args[0], 0)));                       \
		return true;                                                   \
	}                                                                      \
	CEL_FUNCTION(get_##fn##_in)                                            \
	{                                                                      \
		int32_t offset;                                                \
                                                                               \
		if (!zone(e, args, &offset))                                   \
			return false;                                          \
		*out = value_int(fn(parts(args[0], offset)));                  \
		return true;                                                   \
	}

/* clang-format off */
PART(full_year,    c.year)
PART(month,        c.month - 1)
PART(date,         c.day)
PART(day_of_month, c.day - 1)
PART(day_of_week,  c.weekday)
PART(day_of_year,  c.yearday)
PART(hours,        c.hour)
PART(minutes,      c.minute)
PART(seconds,      c.second)
/* clang-format on */

CEL_FUNCTION(get_milliseconds)
{
	*out = value_int(args[0].time.nanos / 1000000);
	return true;
}

CEL_FUNCTION(get_milliseconds_in)
{
	int32_t offset;

	*out = value_int(args[0].time.nanos / 1000000);
	return zone(e, args, &offset);
}

CEL_FUNCTION(duration_hours)
{
	*out = value_int(args[0].time.seconds / 3600);
	return true;
}

CEL_FUNCTION(duration_minutes)
{
	*out = value_int(args[0].time.seconds / 60);
	return true;
}

CEL_FUNCTION(duration_seconds)
{
	*out = value_int(args[0].time.seconds);
	return true;
}

/* The part below a second, as for timestamps. */
CEL_FUNCTION(duration_milliseconds)
{
	*out = value_int(args[0].time.nanos / 1000000);
	return true;
}
