/* Timers of the user's own systemd.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

#include "../engine/base/fs.h"
#include "timer_int.h"
#include "tool.h"

static char *
unit_dir(void)
{
	const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");

	if (config && config[0] == '/')
		return mem_printf("%s/systemd/user", config);
	return mem_printf("%s/.config/systemd/user", home ? home : "");
}

static char *
unit_path(const struct timer *t, const char *kind)
{
	char *dir = unit_dir();
	char *path = mem_printf("%s/wfctl-%s.%s", dir, t->name, kind);

	free(dir);
	return path;
}

/* A word as systemd reads it back: no specifiers, no variables. */
static void
add_word(struct strbuf *out, const char *word)
{
	strbuf_addc(out, '"');
	for (; *word; word++) {
		if (*word == '%' || *word == '$')
			strbuf_addc(out, *word);
		else if (*word == '"' || *word == '\\')
			strbuf_addc(out, '\\');
		if (*word == '\n')
			strbuf_adds(out, "\\n");
		else
			strbuf_addc(out, *word);
	}
	strbuf_addc(out, '"');
}

/* In Environment= a dollar sign stands for itself. */
static void
add_path(struct strbuf *out, const char *path)
{
	strbuf_adds(out, "Environment=\"PATH=");
	for (; *path; path++) {
		if (*path == '%')
			strbuf_addc(out, '%');
		else if (*path == '"' || *path == '\\')
			strbuf_addc(out, '\\');
		strbuf_addc(out, *path);
	}
	strbuf_adds(out, "\"\n");
}

static void
service_text(const struct timer *t, const struct timer_command *c,
	     struct strbuf *out)
{
	timer_mark(t, out);
	strbuf_addf(out,
		    "[Unit]\nDescription=wfctl flow %s\n\n"
		    "[Service]\nType=oneshot\n"
		    "# The engine of a run outlives whoever follows it.\n"
		    "KillMode=process\n",
		    t->name);
	if (c->path)
		add_path(out, c->path);
	strbuf_adds(out, "ExecStart=");
	for (size_t i = 0; c->words[i]; i++) {
		if (i)
			strbuf_addc(out, ' ');
		add_word(out, c->words[i]);
	}
	strbuf_addc(out, '\n');
}

static void
timer_text(const struct timer *t, const struct timer_command *c,
	   struct strbuf *out)
{
	const char *at = c->calendar;

	timer_mark(t, out);
	strbuf_addf(out,
		    "[Unit]\nDescription=Timer of wfctl flow %s\n\n[Timer]\n",
		    t->name);
	if (c->at_boot)
		strbuf_adds(out, "OnStartupSec=1min\n");
	while (*at) {
		size_t n = strcspn(at, "\n");

		strbuf_addf(out, "OnCalendar=%.*s\n", (int)n, at);
		at += n + (at[n] == '\n');
	}
	strbuf_addf(out,
		    "AccuracySec=1s\n%s\n[Install]\nWantedBy=timers.target\n",
		    t->catch_up ? "Persistent=true\n" : "");
}

void
timer_systemd_show(const struct timer *t, const struct timer_command *c,
		   struct strbuf *out)
{
	char *timer = unit_path(t, "timer"), *service = unit_path(t, "service");

	strbuf_addf(out, "--- %s\n", service);
	service_text(t, c, out);
	strbuf_addf(out, "--- %s\n", timer);
	timer_text(t, c, out);
	strbuf_addf(out,
		    "--- commands\n"
		    "systemctl --user daemon-reload\n"
		    "systemctl --user enable --now wfctl-%s.timer\n",
		    t->name);
	free(timer);
	free(service);
}

static enum wf_code
systemctl(const char *verb, const char *option, const char *unit,
	  struct wf_err *err)
{
	const char *argv[] = {"systemctl", "--user", "--quiet", verb,
			      option,      unit,     NULL};
	struct strbuf said = STRBUF_INIT;
	int status;

	if (!option) {
		argv[4] = unit;
		argv[5] = NULL;
	}
	status = tool_run(argv, NULL, &said, false);
	strbuf_release(&said);
	if (!status)
		return WF_OK;
	if (status < 0 || status == 127)
		ERR(err, WF_FAILED, "systemctl cannot be run");
	else
		ERR(err, WF_FAILED, "systemctl --user %s failed", verb);
	wf_err_hint(err, "\"--with cron\" writes a crontab line instead");
	return WF_FAILED;
}

static enum wf_code
write_unit(const struct timer *t, const char *kind, const struct strbuf *text,
	   struct wf_err *err)
{
	char *path = unit_path(t, kind), *dir = fs_dirname(path);
	enum wf_code code = fs_mkdirs(dir, err);

	if (!code)
		code = fs_write(path, text->at, text->n, 0644, err);
	free(dir);
	free(path);
	return code;
}

enum wf_code
timer_systemd_install(const struct timer *t, const struct timer_command *c,
		      struct wf_err *err)
{
	struct strbuf service = STRBUF_INIT, timer = STRBUF_INIT;
	char *unit = mem_printf("wfctl-%s.timer", t->name);
	enum wf_code code;

	service_text(t, c, &service);
	timer_text(t, c, &timer);
	code = write_unit(t, "service", &service, err);
	if (!code)
		code = write_unit(t, "timer", &timer, err);
	if (!code)
		code = systemctl("daemon-reload", NULL, NULL, err);
	if (!code)
		code = systemctl("enable", "--now", unit, err);
	free(unit);
	strbuf_release(&service);
	strbuf_release(&timer);
	return code;
}

enum wf_code
timer_systemd_remove(const struct timer *t, struct wf_err *err)
{
	char *unit = mem_printf("wfctl-%s.timer", t->name);
	char *timer = unit_path(t, "timer"), *service = unit_path(t, "service");
	enum wf_code code = systemctl("disable", "--now", unit, err);

	if (!code && (unlink(timer) || unlink(service)))
		code = ERR(err, WF_FAILED, "%s cannot be removed", timer);
	if (!code)
		code = systemctl("daemon-reload", NULL, NULL, err);
	free(timer);
	free(service);
	free(unit);
	return code;
}

static void
read_unit(const char *path, struct timers *out)
{
	struct strbuf text = STRBUF_INIT;
	struct timer t = {.place = TIMER_SYSTEMD};
	const char *at;

	if (fs_read(path, 1 << 20, &text, NULL) == WF_OK)
		for (at = text.at; *at == '#';) {
			size_t n = strcspn(at, "\n");

			timer_read_mark(at, n, &t);
			at += n + (at[n] == '\n');
		}
	if (t.name && t.file && t.cron)
		vec_push(out, t);
	else
		timer_release(&t);
	strbuf_release(&text);
}

void
timer_systemd_find(struct timers *out)
{
	char *dir = unit_dir();
	DIR *d = opendir(dir);
	struct dirent *e;

	while (d && (e = readdir(d))) {
		char *path;

		if (!str_starts(e->d_name, "wfctl-") ||
		    !str_ends(e->d_name, ".timer"))
			continue;
		path = fs_join(dir, e->d_name);
		read_unit(path, out);
		free(path);
	}
	if (d)
		closedir(d);
	free(dir);
}
