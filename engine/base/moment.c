/* Moments as people write them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "moment.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "duration.h"
#include "str.h"

/* A duration, before which may stand weeks. */
static bool
span_parse(const char *text, int64_t *ms_out)
{
	size_t digits = strspn(text, "0123456789");
	int64_t weeks = 0, ms = 0;
	char number[8];

	if (digits && digits < sizeof(number) && text[digits] == 'w') {
		snprintf(number, sizeof(number), "%.*s", (int)digits, text);
		str_to_int(number, 0, INT32_MAX, &weeks);
		text += digits + 1;
	}
	if ((*text || !weeks) && !duration_parse(text, &ms))
		return false;
	*ms_out = weeks * 7 * 86400000 + ms;
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
