/* Reading and writing of moments and lengths of time.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "when.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "../engine/base/clock.h"
#include "../engine/base/moment.h"
#include "../engine/base/str.h"

enum wf_code
when_parse(const char *option, const char *text, int64_t *ms_out,
	   struct wf_err *err)
{
	if (moment_parse(text, ms_out))
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
