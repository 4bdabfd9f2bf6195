/* The life of a carrier: job, signals, report.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "carrier.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "../base/clock.h"

#define NOT_KNOWN 255 /* our own status when the report says more */

bool
carrier_is_me(int argc, char **argv)
{
	return argc == 2 && str_eq(argv[0], CARRIER_NAME);
}

/* --- environment --------------------------------------------------------- */

static bool
is_listed(const char *const *list, const char *pair, size_t n)
{
	for (; *list; list++)
		if (strlen(*list) == n && memcmp(*list, pair, n) == 0)
			return true;
	return false;
}

static void
keep(struct carrier *c, const char *pair, size_t n)
{
	map_set(&c->env, arena_strndup(&c->arena, pair, n),
		arena_strdup(&c->arena, pair));
}

/* The step's variables apart from ours, and what they hid back in its place.
 * The key stays: by it our clients are found. */
static void
sort_environment(struct carrier *c)
{
	const size_t hidden = strlen(JOB_HIDDEN);

	for (char **p = environ; *p; p++) {
		size_t n = strcspn(*p, "=");

		if (!(*p)[n])
			continue;
		if (is_listed(c->job.names, *p, n))
			map_set(&c->values, arena_strndup(&c->arena, *p, n),
				arena_strdup(&c->arena, *p + n + 1));
		else if (!str_starts(*p, JOB_HIDDEN))
			keep(c, *p, n);
		if (str_starts(*p, "WFCTL_KEY="))
			keep(c, *p, n);
	}
	for (char **p = environ; *p; p++)
		if (str_starts(*p, JOB_HIDDEN))
			keep(c, *p + hidden, strcspn(*p + hidden, "="));
	/* Programs are looked for where ours are. */
	if (map_get(&c->env, "PATH"))
		putenv(map_get(&c->env, "PATH"));
	else
		unsetenv("PATH");
}

bool
carrier_by_name(const struct carrier *c, const char *name)
{
	return !map_find(&c->env, name) || str_starts(name, "WFCTL_") ||
	       is_listed(c->job.secrets, name, strlen(name));
}

static bool
is_in(const struct carrier *c, enum carrier_env which, const char *name)
{
	return which != ENV_OURS && map_find(&c->values, name) &&
	       (which == ENV_ALL || carrier_by_name(c, name));
}

const char *const *
carrier_env(struct carrier *c, enum carrier_env which)
{
	const char **envp = arena_array(&c->arena, const char *,
					c->env.n + c->values.n + 1);
	size_t n = 0;

	map_each (&c->env, e)
		if (!is_in(c, which, e->key))
			envp[n++] = e->value;
	map_each (&c->values, e)
		if (is_in(c, which, e->key))
			envp[n++] = arena_printf(&c->arena, "%s=%s", e->key,
						 (const char *)e->value);
	return envp;
}

/* --- signals ------------------------------------------------------------- */

static void
open_signals(struct carrier *c)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGQUIT);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	c->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (c->signals < 0)
		BUG("no signalfd");
}

void
carrier_hear(struct carrier *c)
{
	struct signalfd_siginfo si;

	while (read(c->signals, &si, sizeof(si)) == (ssize_t)sizeof(si)) {
		if (si.ssi_signo == SIGQUIT)
			c->wish = WISH_KILL;
		else if (si.ssi_signo == SIGTERM && c->wish == WISH_GO_ON)
			c->wish = WISH_STOP;
	}
}

void
carrier_obey(struct carrier *c)
{
	if (c->told == WISH_STOP && clock_boot() >= c->kill_at)
		c->wish = WISH_KILL;
	if (c->wish <= c->told)
		return;
	c->told = c->wish;
	c->kill_at = c->told == WISH_STOP ? clock_boot() + c->job.kill_after
					  : INT64_MAX;
	if (c->stop)
		c->stop(c, c->told == WISH_KILL);
}

/* --- the whole ----------------------------------------------------------- */

bool
carrier_report(struct carrier *c, enum report_kind kind, int code,
	       const char *fmt, ...)
{
	va_list ap;

	if (c->done)
		return true;
	c->done = true;
	c->report.kind = kind;
	c->report.code = code;
	va_start(ap, fmt);
	vsnprintf(c->report.why, sizeof(c->report.why), fmt, ap);
	va_end(ap);
	return true;
}

int
carrier_main(int argc, char **argv)
{
	struct carrier c = {.kill_at = INT64_MAX};
	struct wf_err err = {0};

	(void)argc;
	(void)argv;
	open_signals(&c);
	if (!job_read("-", &c.arena, &c.job))
		return NOT_KNOWN;
	c.executor = executor_of(c.job.executor);
	if (!c.executor->carry)
		BUG("nothing to carry for %s", c.job.executor);
	sort_environment(&c);
	c.executor->carry(&c);
	if (!c.done)
		BUG("no report of %s", c.job.name);
	if (report_write(c.job.log, &c.report, &err)) {
		fprintf(stderr, "%s\n", err.message);
		return NOT_KNOWN;
	}
	return c.report.kind == REPORT_EXIT ? c.report.code : NOT_KNOWN;
}
