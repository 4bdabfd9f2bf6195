/* Timers as lines of the user's crontab.
 *
 * An entry is its comments and the line behind them; all else in the crontab
 * keeps every byte.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>
#include <unistd.h>

#include "../engine/base/fs.h"
#include "timer_int.h"
#include "tool.h"

/* cron reads a bare % as the end of the line. */
static void
add_escaped(struct strbuf *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '%')
			strbuf_addc(out, '\\');
		strbuf_addc(out, *text);
	}
}

static void
entry_text(const struct timer *t, const struct timer_command *c,
	   struct strbuf *out)
{
	struct strbuf line = STRBUF_INIT;

	timer_mark(t, out);
	strbuf_addf(out, "%s ", t->cron);
	if (c->path) {
		strbuf_adds(&line, "PATH=");
		strbuf_quote(&line, c->path);
		strbuf_addc(&line, ' ');
	}
	for (size_t i = 0; c->words[i]; i++) {
		if (i)
			strbuf_addc(&line, ' ');
		strbuf_quote(&line, c->words[i]);
	}
	add_escaped(out, line.at);
	strbuf_addc(out, '\n');
	strbuf_release(&line);
}

void
timer_cron_show(const struct timer *t, const struct timer_command *c,
		struct strbuf *out)
{
	strbuf_adds(out, "--- crontab\n");
	entry_text(t, c, out);
}

/* No crontab yet is an empty one. */
static void
read_crontab(struct strbuf *out)
{
	static const char *const argv[] = {"crontab", "-l", NULL};

	if (tool_run(argv, NULL, out, true) != 0)
		strbuf_clear(out);
}

static enum wf_code
write_crontab(const char *text, struct wf_err *err)
{
	static const char *const argv[] = {"crontab", "-", NULL};
	int status = tool_run(argv, text, NULL, false);

	if (!status)
		return WF_OK;
	if (status < 0 || status == 127)
		ERR(err, WF_FAILED, "crontab cannot be run");
	else
		ERR(err, WF_FAILED, "crontab did not take the new table");
	wf_err_hint(err, "is cron installed?  -n shows the line to write by "
			 "hand");
	return WF_FAILED;
}

/* Everything but the entry of that name. */
static void
without(const char *text, const char *name, struct strbuf *out)
{
	bool inside = false;

	while (*text) {
		size_t n = strcspn(text, "\n");
		struct timer t = {0};
		bool mark = timer_read_mark(text, n, &t);

		if (t.name)
			inside = str_eq(t.name, name);
		if (!inside) {
			strbuf_add(out, text, n + (text[n] == '\n'));
			if (!text[n])
				strbuf_addc(out, '\n');
		}
		if (!mark)
			inside = false; /* the line itself ends the entry */
		timer_release(&t);
		text += n + (text[n] == '\n');
	}
}

enum wf_code
timer_cron_install(const struct timer *t, const struct timer_command *c,
		   struct wf_err *err)
{
	struct strbuf before = STRBUF_INIT, after = STRBUF_INIT;
	enum wf_code code;

	read_crontab(&before);
	without(before.at, t->name, &after);
	entry_text(t, c, &after);
	code = write_crontab(after.at, err);
	strbuf_release(&before);
	strbuf_release(&after);
	return code;
}

enum wf_code
timer_cron_remove(const struct timer *t, struct wf_err *err)
{
	struct strbuf before = STRBUF_INIT, after = STRBUF_INIT;
	enum wf_code code;

	read_crontab(&before);
	without(before.at, t->name, &after);
	code = write_crontab(after.at, err);
	strbuf_release(&before);
	strbuf_release(&after);
	return code;
}

void
timer_cron_find(struct timers *out)
{
	struct strbuf text = STRBUF_INIT;
	struct timer t = {.place = TIMER_CRON};

	if (!fs_in_path("crontab"))
		return;
	read_crontab(&text);
	for (const char *at = text.at; *at;) {
		size_t n = strcspn(at, "\n");

		if (!timer_read_mark(at, n, &t)) {
			if (t.name && t.file && t.cron)
				vec_push(out, t);
			else
				timer_release(&t);
			t = (struct timer){.place = TIMER_CRON};
		}
		at += n + (at[n] == '\n');
	}
	timer_release(&t);
	strbuf_release(&text);
}
