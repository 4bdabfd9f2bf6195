/* Moments as people write them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "moment.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "str.h"

static const struct {
	const char *name;
	int64_t ms;
} units[] = {
	{"ms", 1		    },
        {"s",  1000                 },
        {"m",  60000                },
	{"h",  3600000              },
        {"d",  86400000             },
        {"w",  7 * (int64_t)86400000},
};

static bool
unit_of(const char *text, size_t n, int64_t *ms)
{
	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		if (strlen(units[i].name) == n &&
		    !memcmp(units[i].name, text, n)) {
			*ms = units[i].ms;
			return true;
		}
	}
	return false;
}

static bool
span_parse(const char *text, int64_t *ms_out)
{
	const int64_t limit = INT64_MAX / 4;
	int64_t sum = 0;

	if (!*text)
		return false;
	while (*text) {
		int64_t count, unit;
		size_t digits = strspn(text, "0123456789"), n;
		char number[20];

		n = strspn(text + digits, "abcdefghijklmnopqrstuvwxyz");
		if (!digits || digits >= sizeof(number) ||
		    !unit_of(text + digits, n, &unit))
			return false;
		snprintf(number, sizeof(number), "%.*s", (int)digits, text);
		if (!str_to_int(number, 0, limit / unit, &count) ||
		    sum > limit - count * unit)
			return false;
		sum += count * unit;
		text += digits + n;
	}
	*ms_out = sum;
	return true;
}

/* YYYY-MM-DD, optionally with THH:MM[:SS[.mmm]] and Z, all UTC. */
static bool
date_parse(const char *text, int64_t *ms_out)
{
	static const char *const forms[] = {
		"%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M",
		"%Y-%m-%d %H:%M", "%Y-%m-%d"};

	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		struct tm tm = {0};
		const char *end = strptime(text, forms[i], &tm);

		if (!end)
			continue;
		if (*end == '.')
			end += 1 + strspn(end + 1, "0123456789");
		if (*end == 'Z')
			end++;
		if (*end)
			continue;
		*ms_out = (int64_t)timegm(&tm) * 1000;
		return true;
	}
	return false;
}

bool
moment_parse(const char *text, int64_t *ms_out)
{
	int64_t ms;

	if (span_parse(text, &ms)) {
		*ms_out = clock_wall() - ms;
		if (*ms_out < 1)
			*ms_out = 1;
		return true;
	}
	if (text[0] == '@' && str_to_int(text + 1, 0, INT64_MAX / 1000, &ms)) {
		*ms_out = ms * 1000;
		return true;
	}
	return date_parse(text, ms_out);
}
