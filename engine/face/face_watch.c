/* News for front ends: the store's log file tells when somebody writes.
 *
 * A commit first appears in the log file and becomes visible a moment later
 * (after a sync, which may take its time), so each sign of life is followed
 * by a few more looks.  Then nothing wakes the watcher: a store that stands
 * still costs nothing.  Only where the log cannot be watched there is a slow
 * clock instead.
 *
 * A busy engine gives hundreds of signs a second: after one, no other is
 * asked for until the first looks are done, and for who is calm they take
 * longer.  That an engine leaves shows in the run's directory, from which it
 * takes its socket along; all are told of it at once.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "face_int.h"

/* After a sign, look again after these delays (ms), up to a 0.  When `listen`
 * of them have passed, signs are asked for again. */
struct pace {
	int looks[9];
	size_t listen;
};
static const struct pace eager = {
	{1, 8, 40, 15, 60, 250, 1000, 4000},
        3
};
static const struct pace calm = {
	{300, 1000, 4000},
        1
};
#define SLOW 1000

struct wf_watch {
	int epoll, inotify, timer;
	const struct pace *pace;
	size_t look;
	char *log;
	bool blind; /* the log cannot be watched */
};

static void
arm(struct wf_watch *w)
{
	int next = w->pace->looks[w->look];
	int ms = next ? next : w->blind ? SLOW : 0; /* 0: disarmed */
	struct itimerspec t = {
		.it_value = {ms / 1000, (long)(ms % 1000) * 1000000}
        };

	timerfd_settime(w->timer, 0, &t, NULL);
}

static void
add(int epoll, int fd)
{
	struct epoll_event e = {.events = EPOLLIN, .data.fd = fd};

	epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e);
}

/* For one sign.  Again by each tick of the slow clock: a log comes with the
 * first run, and another store may be put in its place. */
static void
watch_log(struct wf_watch *w)
{
	const uint32_t signs =
		IN_MODIFY | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONESHOT;

	w->blind = w->inotify < 0 ||
		   inotify_add_watch(w->inotify, w->log, signs) < 0;
}

static void
watch_engine(struct wf_watch *w, const struct wf_engine *e, const char *run)
{
	char *dir = mem_printf("%s/runs/%s", e->dir, run);

	if (w->inotify >= 0)
		inotify_add_watch(w->inotify, dir, IN_DELETE);
	free(dir);
}

enum wf_code
wf_watch_open(struct wf_engine *e, const char *run, struct wf_watch **watch_out,
	      struct wf_err *err)
{
	struct wf_watch *w = mem_alloc(sizeof(*w));

	w->pace = &eager;
	w->log = mem_printf("%s/store.db-wal", e->dir);
	w->epoll = epoll_create1(EPOLL_CLOEXEC);
	w->inotify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	w->timer = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
	watch_log(w);
	if (run)
		watch_engine(w, e, run);
	if (w->inotify >= 0)
		add(w->epoll, w->inotify);
	if (w->epoll < 0 || w->timer < 0) {
		wf_watch_close(w);
		ERR(err, WF_INTERNAL, "no descriptors are left for watching");
		wf_err_hint(err, "raise the limit of open files");
		return WF_INTERNAL;
	}
	add(w->epoll, w->timer);
	arm(w);
	*watch_out = w;
	return WF_OK;
}

void
wf_watch_calm(struct wf_watch *w)
{
	w->pace = &calm;
	w->look = 0;
	arm(w);
}

int
wf_watch_fd(const struct wf_watch *w)
{
	return w->epoll;
}

/* Take what has come; true when there was anything. */
static bool
drain(struct wf_watch *w)
{
	char bytes[4096];
	uint64_t ticks;
	bool sign = false, any = false;

	while (w->inotify >= 0 && read(w->inotify, bytes, sizeof(bytes)) > 0)
		sign = any = true;
	if (read(w->timer, &ticks, sizeof(ticks)) == sizeof(ticks))
		any = true;
	if (sign)
		w->look = 0;
	else if (any && w->pace->looks[w->look])
		w->look++;
	if (any && (w->blind || w->look == w->pace->listen))
		watch_log(w);
	if (any)
		arm(w);
	return any;
}

bool
wf_watch_wait(struct wf_watch *w, int timeout)
{
	struct epoll_event event;
	int n = epoll_wait(w->epoll, &event, 1, timeout);

	return (n > 0 || (n < 0 && errno == EINTR)) && drain(w);
}

void
wf_watch_close(struct wf_watch *w)
{
	if (!w)
		return;
	if (w->inotify >= 0)
		close(w->inotify);
	if (w->timer >= 0)
		close(w->timer);
	if (w->epoll >= 0)
		close(w->epoll);
	free(w->log);
	free(w);
}
