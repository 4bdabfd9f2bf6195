/* Timers: what systemd and cron have in common.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "timer.h"

#include <ctype.h>
#include <stdlib.h>
#include <unistd.h>

#include "timer_int.h"

const char *
timer_place_name(enum timer_place place)
{
	static const char *const names[] = {"auto", "systemd", "cron"};

	return names[place];
}

enum timer_place
timer_choose(enum timer_place wanted)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR");
	char *bus;
	bool runs;

	if (wanted != TIMER_AUTO)
		return wanted;
	bus = mem_printf("%s/systemd/private", runtime ? runtime : "");
	runs = runtime && access(bus, F_OK) == 0;
	free(bus);
	return runs ? TIMER_SYSTEMD : TIMER_CRON;
}

char *
timer_name(const char *flow)
{
	char *name = mem_strdup(flow);

	for (char *c = name; *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr("_.-", *c))
			*c = '-';
	if (strlen(name) > 200)
		name[200] = '\0';
	return name;
}

void
timer_show(const struct timer *t, const struct timer_command *c,
	   struct strbuf *out)
{
	if (t->place == TIMER_SYSTEMD)
		timer_systemd_show(t, c, out);
	else
		timer_cron_show(t, c, out);
}

static enum wf_code
check_name(const struct timer *t, struct wf_err *err)
{
	struct timers all = {0};
	enum wf_code code = WF_OK;

	timers_find(&all);
	vec_each (&all, struct timer, other) {
		if (!str_eq(other->name, t->name) ||
		    str_eq(other->file, t->file))
			continue;
		code = ERR(err, WF_REFUSED,
			   "the timer \"%.100s\" belongs to %.300s", t->name,
			   other->file);
		wf_err_hint(err, "give this one another name with --name");
	}
	timers_release(&all);
	return code;
}

enum wf_code
timer_install(const struct timer *t, const struct timer_command *c,
	      struct wf_err *err)
{
	enum wf_code code = check_name(t, err);

	if (code)
		return code;
	return t->place == TIMER_SYSTEMD ? timer_systemd_install(t, c, err)
					 : timer_cron_install(t, c, err);
}

enum wf_code
timer_remove(const struct timer *t, struct wf_err *err)
{
	return t->place == TIMER_SYSTEMD ? timer_systemd_remove(t, err)
					 : timer_cron_remove(t, err);
}

static int
by_name(const void *pa, const void *pb)
{
	const struct timer *a = pa, *b = pb;

	return strcmp(a->name, b->name);
}

void
timers_find(struct timers *out)
{
	timer_systemd_find(out);
	timer_cron_find(out);
	if (out->n)
		qsort(out->at, out->n, sizeof(*out->at), by_name);
}

void
timers_release(struct timers *list)
{
	vec_each (list, struct timer, t)
		timer_release(t);
	vec_release(list);
}
