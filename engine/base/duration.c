/* Durations and sizes as text.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "duration.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "err.h"

#define SECOND  ((int64_t)1000)
#define MINUTE  (60 * SECOND)
#define HOUR    (60 * MINUTE)
#define DAY     (24 * HOUR)
#define LONGEST (36525 * DAY)

struct unit {
	const char *name;
	int64_t size;
};

/* Largest first: that is the order in which sums are written. */
static const struct unit time_units[] = {
	{"d",  DAY   },
        {"h",  HOUR  },
        {"m",  MINUTE},
        {"s",  SECOND},
        {"ms", 1     },
};

static const struct unit size_units[] = {
	{"",    1			},
	{"B",   1			},
	{"KiB", INT64_C(1) << 10         },
	{"MiB", INT64_C(1) << 20         },
	{"GiB", INT64_C(1) << 30         },
	{"TiB", INT64_C(1) << 40         },
	{"PiB", INT64_C(1) << 50         },
	{"kB",  1000		     },
	{"KB",  1000		     },
	{"MB",  1000000                  },
	{"GB",  1000000000               },
	{"TB",  INT64_C(1000000000000)   },
	{"PB",  INT64_C(1000000000000000)},
};

/* A decimal number taken exactly: `whole` and `parts` of `scale`. */
struct number {
	int64_t whole, parts, scale;
};

static bool
read_digits(const char **at, int64_t max, int64_t *out, int64_t *scale)
{
	const char *start = *at;

	for (*out = 0, *scale = 1; isdigit((unsigned char)**at); (*at)++) {
		if (__builtin_mul_overflow(*out, 10, out) ||
		    __builtin_add_overflow(*out, **at - '0', out) ||
		    __builtin_mul_overflow(*scale, 10, scale) || *out > max ||
		    *scale / 10 > max)
			return false;
	}
	return *at > start;
}

/* At most nine digits after the point: more would be no exact duration. */
static bool
read_number(const char **at, int64_t max, struct number *out)
{
	int64_t scale;

	*out = (struct number){.scale = 1};
	while (**at == '0' && isdigit((unsigned char)(*at)[1]))
		(*at)++;
	if (!read_digits(at, max, &out->whole, &scale))
		return false;
	if (**at != '.')
		return true;
	(*at)++;
	return read_digits(at, 100000000, &out->parts, &out->scale);
}

static const struct unit *
read_unit(const char **at, const struct unit *units, size_t n)
{
	size_t len = 0;

	while (isalpha((unsigned char)(*at)[len]))
		len++;
	for (size_t i = 0; i < n; i++)
		if (strlen(units[i].name) == len &&
		    memcmp(units[i].name, *at, len) == 0) {
			*at += len;
			return &units[i];
		}
	return NULL;
}

/* Number times unit; false when it is no whole number or over `max`. */
static bool
scaled(const struct number *number, int64_t unit, int64_t max, int64_t *out)
{
	int64_t whole, part;

	if (__builtin_mul_overflow(number->whole, unit, &whole) ||
	    __builtin_mul_overflow(number->parts, unit, &part) ||
	    part % number->scale)
		return false;
	return !__builtin_add_overflow(whole, part / number->scale, out) &&
	       *out <= max;
}

bool
duration_parse(const char *text, int64_t *ms_out)
{
	const struct unit *last = NULL;
	int64_t total = 0, ms;

	if (strcmp(text, "0") == 0) {
		*ms_out = 0;
		return true;
	}
	do {
		struct number number;
		const struct unit *unit;

		if (!read_number(&text, LONGEST, &number))
			return false;
		unit = read_unit(&text, time_units, ARRAY_SIZE(time_units));
		if (!unit || (last && unit <= last) ||
		    !scaled(&number, unit->size, LONGEST, &ms))
			return false;
		last = unit;
		total += ms;
	} while (*text);
	*ms_out = total;
	return total <= LONGEST;
}

const char *
duration_format(int64_t ms, char text[DURATION_TEXT])
{
	size_t n = 0;

	if (ms <= 0) {
		snprintf(text, DURATION_TEXT, "0s");
		return text;
	}
	for (size_t i = 0; i < ARRAY_SIZE(time_units) && ms; i++) {
		int64_t count = ms / time_units[i].size;

		ms %= time_units[i].size;
		if (count)
			n += (size_t)snprintf(text + n, DURATION_TEXT - n,
					      "%" PRId64 "%s", count,
					      time_units[i].name);
	}
	return text;
}

const char *
duration_human(int64_t ms, char text[DURATION_TEXT])
{
	if (ms <= 0)
		snprintf(text, DURATION_TEXT, "0s");
	else if (ms < 10 * SECOND && ms % SECOND / 100)
		snprintf(text, DURATION_TEXT, "%d.%ds", (int)(ms / SECOND),
			 (int)(ms % SECOND / 100));
	else if (ms < 100)
		snprintf(text, DURATION_TEXT, "0.1s");
	else if (ms < MINUTE)
		snprintf(text, DURATION_TEXT, "%ds", (int)(ms / SECOND));
	else if (ms < HOUR)
		snprintf(text, DURATION_TEXT, "%dm%02ds", (int)(ms / MINUTE),
			 (int)(ms % MINUTE / SECOND));
	else if (ms < DAY)
		snprintf(text, DURATION_TEXT, "%dh%02dm", (int)(ms / HOUR),
			 (int)(ms % HOUR / MINUTE));
	else
		snprintf(text, DURATION_TEXT, "%" PRId64 "d%02dh", ms / DAY,
			 (int)(ms % DAY / HOUR));
	return text;
}

bool
size_parse(const char *text, int64_t *bytes_out)
{
	struct number number;
	const struct unit *unit;

	if (!read_number(&text, INT64_MAX / 10 - 1, &number))
		return false;
	if (*text == ' ')
		text++;
	unit = read_unit(&text, size_units, ARRAY_SIZE(size_units));
	return unit && !*text &&
	       scaled(&number, unit->size, INT64_MAX, bytes_out);
}

const char *
size_human(int64_t bytes, char text[DURATION_TEXT])
{
	const struct unit *unit = &size_units[1];
	double count;

	for (const struct unit *u = &size_units[2]; u <= &size_units[6]; u++)
		if (bytes >= u->size)
			unit = u;
	count = (double)bytes / (double)unit->size;
	if (unit->size == 1 || count >= 10)
		snprintf(text, DURATION_TEXT, "%.0f%s", count, unit->name);
	else
		snprintf(text, DURATION_TEXT, "%.1f%s", count, unit->name);
	return text;
}
