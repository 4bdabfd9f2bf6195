/* Attempts whose warden is gone, and those whose warden is not our child.
 *
 * What a warden leaves goes to the nearest living subreaper above it: to the
 * engine that started it, if that still lives.  A later engine that merely
 * connected inherits nothing, and by the time the next warden names an
 * orphan it may have ended and been reaped.  So such an engine holds a pidfd
 * of each running attempt from its beginning.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "serve.h"

#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#define WARDS 200 /* descriptors are few */

/* --- wards -------------------------------------------------------------- */

/* Its descriptor, which is no longer the list's; -1 when there is none. */
static int
ward_take(struct drive *d, uint64_t attempt)
{
	for (size_t k = 0; k < d->wards.n; k++) {
		int fd = d->wards.at[k].fd;

		if (d->wards.at[k].attempt != attempt)
			continue;
		d->wards.at[k] = vec_pop(&d->wards);
		return fd;
	}
	return -1;
}

void
ward_keep(struct drive *d, const struct flight *f)
{
	struct ward w = {f->attempt, -1};

	if (d->wards.n < WARDS)
		w.fd = warden_process_open(f->pid, f->start_time);
	if (w.fd >= 0)
		vec_push(&d->wards, w);
}

void
ward_drop(struct drive *d, uint64_t attempt)
{
	int fd = ward_take(d, attempt);

	if (fd >= 0)
		close(fd);
}

/* --- orphans ------------------------------------------------------------ */

struct orphan_watch {
	struct drive *d;
	struct orphan orphan;
	int fd;
};

static void
on_orphan(void *arg, uint32_t events)
{
	struct orphan_watch *w = arg;

	(void)events;
	loop_fd_remove(w->d->loop, w->fd);
	recover_orphan_ended(w->d->run, &w->orphan, w->fd);
	close(w->fd);
	free(w);
}

void
orphan_watch(struct drive *d, const struct orphan *o)
{
	struct orphan_watch *w = mem_alloc(sizeof(*w));

	*w = (struct orphan_watch){d, *o, ward_take(d, o->attempt)};
	if (w->fd < 0)
		w->fd = warden_process_open(o->pid, o->start_time);
	if (w->fd >= 0) {
		loop_fd(d->loop, w->fd, EPOLLIN, on_orphan, w);
		return;
	}
	recover_orphan_ended(d->run, o, -1);
	free(w);
}
