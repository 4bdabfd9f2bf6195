/* Reading and writing of moments and lengths of time.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "when.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "../engine/base/clock.h"
#include "../engine/base/str.h"

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

bool
when_duration_parse(const char *text, int64_t *ms_out)
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

enum wf_code
when_parse(const char *option, const char *text, int64_t *ms_out,
	   struct wf_err *err)
{
	int64_t ms;

	if (when_duration_parse(text, &ms)) {
		*ms_out = clock_wall() - ms;
		if (*ms_out < 1)
			*ms_out = 1;
		return WF_OK;
	}
	if (text[0] == '@' && str_to_int(text + 1, 0, INT64_MAX / 1000, &ms)) {
		*ms_out = ms * 1000;
		return WF_OK;
	}
	if (date_parse(text, ms_out))
		return WF_OK;
	ERR(err, WF_USAGE, "--%s: \"%.100s\" is no moment", option, text);
	wf_err_hint(err, "write how long ago (\"2h\", \"7d\") or a date "
			 "(\"2026-01-31T08:00:00Z\")");
	return WF_USAGE;
}

const char *
when_duration(int64_t ms, char text[WHEN_TEXT])
{
	int64_t s;

	if (ms < 0)
		ms = 0;
	s = ms / 1000;
	if (ms < 10000)
		snprintf(text, WHEN_TEXT, "%d.%ds", (int)s,
			 (int)(ms % 1000 / 100));
	else if (s < 60)
		snprintf(text, WHEN_TEXT, "%ds", (int)s);
	else if (s < 3600)
		snprintf(text, WHEN_TEXT, "%dm%02ds", (int)(s / 60),
			 (int)(s % 60));
	else if (s < 86400)
		snprintf(text, WHEN_TEXT, "%dh%02dm", (int)(s / 3600),
			 (int)(s / 60 % 60));
	else
		snprintf(text, WHEN_TEXT, "%lldd%02dh", (long long)(s / 86400),
			 (int)(s / 3600 % 24));
	return text;
}

const char *
when_clock(int64_t ms, char text[WHEN_TEXT])
{
	if (ms >= 10000)
		return when_duration(ms, text);
	snprintf(text, WHEN_TEXT, "%ds", ms < 0 ? 0 : (int)(ms / 1000));
	return text;
}

const char *
when_ago(int64_t wall_ms, char text[WHEN_TEXT])
{
	char length[WHEN_TEXT];
	int64_t ms = clock_wall() - wall_ms;

	if (!wall_ms)
		snprintf(text, WHEN_TEXT, "-");
	else if (ms < 1000)
		snprintf(text, WHEN_TEXT, "now");
	else if (ms < 60000)
		snprintf(text, WHEN_TEXT, "%ds ago", (int)(ms / 1000));
	else
		snprintf(text, WHEN_TEXT, "%.20s ago",
			 when_duration(ms, length));
	return text;
}
