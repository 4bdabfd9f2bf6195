/* A flow's schedule in the hands of the machine's own scheduler: a systemd
 * user timer, or a line of the user's crontab.
 *
 * Both carry comments that say what they are for, so that they can be found,
 * listed and removed again; nothing is kept elsewhere.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_TIMER_H
#define WF_TIMER_H

#include "../engine/base/vec.h"
#include "cmd.h"

enum timer_place {
	TIMER_AUTO, /* systemd where a user manager runs, else cron */
	TIMER_SYSTEMD,
	TIMER_CRON
};

struct timer {
	char *name;            /* of unit and crontab entry: [A-Za-z0-9_.-] */
	char *file;            /* absolute */
	char *cron, *timezone; /* timezone: NULL when none */
	bool catch_up;
	enum timer_place place;
};

struct timers {
	struct timer *at;
	size_t n, cap;
};

/* What a timer starts: `wfctl schedule FILE fire ...`. */
struct timer_command {
	const char *const *words; /* argv; NULL-terminated */
	const char *path;         /* PATH of whoever installs it */
	const char *calendar;     /* OnCalendar values, one a line */
	bool at_boot;
};

const char *timer_place_name(enum timer_place place);
/* Where one would be installed: never TIMER_AUTO. */
enum timer_place timer_choose(enum timer_place wanted);
/* The flow's name with what a unit's name cannot hold replaced. */
char *timer_name(const char *flow);

/* Texts as they would be installed, each with where it goes, for people. */
void timer_show(const struct timer *t, const struct timer_command *c,
		struct strbuf *out);
/* Replaces one of the same name for the same file.  WF_REFUSED: that name
 * belongs to another file. */
enum wf_code timer_install(const struct timer *t, const struct timer_command *c,
			   struct wf_err *err);
enum wf_code timer_remove(const struct timer *t, struct wf_err *err);

/* All that are installed, by name. */
void timers_find(struct timers *out);
void timers_release(struct timers *list);

#endif
