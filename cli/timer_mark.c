/* What a timer is, as it stands in comments beside it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "timer_int.h"

void
timer_mark(const struct timer *t, struct strbuf *out)
{
	strbuf_addf(out, "# wfctl timer: %s\n# wfctl file: %s\n", t->name,
		    t->file);
	strbuf_addf(out, "# wfctl cron: %s\n", t->cron);
	if (t->timezone)
		strbuf_addf(out, "# wfctl timezone: %s\n", t->timezone);
	if (t->catch_up)
		strbuf_adds(out, "# wfctl catches up\n");
}

static bool
take(const char *line, size_t n, const char *prefix, char **slot)
{
	size_t length = strlen(prefix);

	if (n <= length || memcmp(line, prefix, length) != 0)
		return false;
	free(*slot);
	*slot = mem_strndup(line + length, n - length);
	return true;
}

bool
timer_read_mark(const char *line, size_t n, struct timer *t)
{
	if (n == strlen("# wfctl catches up") &&
	    str_starts(line, "# wfctl catches up")) {
		t->catch_up = true;
		return true;
	}
	return take(line, n, "# wfctl file: ", &t->file) ||
	       take(line, n, "# wfctl cron: ", &t->cron) ||
	       take(line, n, "# wfctl timezone: ", &t->timezone) ||
	       take(line, n, "# wfctl timer: ", &t->name);
}

void
timer_release(struct timer *t)
{
	free(t->name);
	free(t->file);
	free(t->cron);
	free(t->timezone);
	*t = (struct timer){0};
}
