/* What the files of timers share.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_TIMER_INT_H
#define WF_TIMER_INT_H

#include "timer.h"

/* Comments that say what a timer is, and one such line read back. */
void timer_mark(const struct timer *t, struct strbuf *out);
bool timer_read_mark(const char *line, size_t n, struct timer *t);
void timer_release(struct timer *t);

void timer_systemd_show(const struct timer *t, const struct timer_command *c,
			struct strbuf *out);
enum wf_code
timer_systemd_install(const struct timer *t, const struct timer_command *c,
		      struct wf_err *err);
enum wf_code timer_systemd_remove(const struct timer *t, struct wf_err *err);
void timer_systemd_find(struct timers *out);

void timer_cron_show(const struct timer *t, const struct timer_command *c,
		     struct strbuf *out);
enum wf_code
timer_cron_install(const struct timer *t, const struct timer_command *c,
		   struct wf_err *err);
enum wf_code timer_cron_remove(const struct timer *t, struct wf_err *err);
void timer_cron_find(struct timers *out);

#endif
