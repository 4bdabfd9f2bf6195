/* The event loop over epoll, signalfd and a heap of timers.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "loop.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "../base/clock.h"
#include "../base/err.h"
#include "../base/mem.h"
#include "../base/vec.h"

#define EVENTS_A_TURN 64
#define NSIGNALS      65
/* epoll's own timeout stands still while the machine sleeps; longer waits
 * also arm a timer on the boot clock. */
#define LONG_WAIT 1000

enum timer_state {
	TIMER_IN_HEAP,
	TIMER_DUE
};

struct loop_timer {
	int64_t due;
	uint64_t order;
	size_t index; /* in the heap or among the due */
	enum timer_state state;
	void (*fn)(void *arg);
	void *arg;
};

struct watcher {
	void (*fn)(void *arg, uint32_t events); /* NULL: none */
	void *arg;
	uint32_t generation; /* tells a reused number from its past */
	uint32_t events;
	bool always; /* a regular file: epoll refuses it, it is ready */
};

struct signal_handler {
	void (*fn)(void *arg, int signo);
	void *arg;
};

struct deferred {
	void (*fn)(void *arg);
	void *arg;
};

struct loop {
	int epoll, signals, alarm; /* the latter two: -1 until used */
	int64_t armed;             /* what `alarm` is set to */
	size_t nalways;
	uint64_t next_order;
	bool stopped;
	VEC(struct watcher) watchers; /* by descriptor */
	VEC(struct loop_timer *) heap;
	VEC(struct loop_timer *) due;
	VEC(struct deferred) deferred;
	struct signal_handler handlers[NSIGNALS];
	sigset_t mask;
	struct deferred turn_end;
};

/* A loop that silently does not hear of something would wait for ever. */
static _Noreturn void
cannot_wait(const char *what)
{
	fprintf(stderr,
		"%s: %s; free memory or raise the limit of open files, then "
		"resume the run\n",
		what, strerror(errno));
	_exit(wf_code_exit(WF_INTERNAL));
}

struct loop *
loop_new(void)
{
	struct loop *l = mem_alloc(sizeof(*l));

	l->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (l->epoll < 0)
		cannot_wait("nothing can be waited for");
	l->signals = l->alarm = -1;
	sigemptyset(&l->mask);
	return l;
}

void
loop_free(struct loop *l)
{
	if (!l)
		return;
	for (size_t i = 0; i < l->heap.n; i++)
		free(l->heap.at[i]);
	for (size_t i = 0; i < l->due.n; i++)
		free(l->due.at[i]);
	vec_release(&l->watchers);
	vec_release(&l->heap);
	vec_release(&l->due);
	vec_release(&l->deferred);
	if (l->signals >= 0)
		close(l->signals);
	if (l->alarm >= 0)
		close(l->alarm);
	if (l->epoll >= 0)
		close(l->epoll);
	free(l);
}

/* --- descriptors -------------------------------------------------------- */

static struct epoll_event
event_of(const struct loop *l, int fd, uint32_t events)
{
	uint32_t generation = l->watchers.at[fd].generation;

	return (struct epoll_event){.events = events,
				    .data.u64 = (uint64_t)generation << 32 |
						(uint32_t)fd};
}

void
loop_fd(struct loop *l, int fd, uint32_t events,
	void (*fn)(void *arg, uint32_t events), void *arg)
{
	struct epoll_event event;
	struct watcher *w;

	if (fd < 0)
		return;
	while (l->watchers.n <= (size_t)fd)
		vec_push(&l->watchers, (struct watcher){0});
	w = &l->watchers.at[fd];
	if (w->always)
		l->nalways--;
	*w = (struct watcher){.fn = fn,
			      .arg = arg,
			      .events = events,
			      .generation = w->generation + 1};
	event = event_of(l, fd, events);
	if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, fd, &event) == 0)
		return;
	if (errno == EEXIST) {
		if (epoll_ctl(l->epoll, EPOLL_CTL_MOD, fd, &event) < 0)
			cannot_wait("a descriptor cannot be waited for");
	} else if (errno == EPERM) {
		w->always = true;
		l->nalways++;
	} else {
		cannot_wait("a descriptor cannot be waited for");
	}
}

void
loop_fd_remove(struct loop *l, int fd)
{
	struct watcher *w;

	if (fd < 0 || (size_t)fd >= l->watchers.n)
		return;
	w = &l->watchers.at[fd];
	if (!w->fn)
		return;
	if (w->always)
		l->nalways--;
	else
		epoll_ctl(l->epoll, EPOLL_CTL_DEL, fd, NULL);
	*w = (struct watcher){.generation = w->generation + 1};
}

static void
run_watcher(struct loop *l, const struct epoll_event *event)
{
	int fd = (int)(uint32_t)event->data.u64;
	uint32_t generation = (uint32_t)(event->data.u64 >> 32);
	const struct watcher *w;

	if ((size_t)fd >= l->watchers.n)
		return;
	w = &l->watchers.at[fd];
	if (w->fn && w->generation == generation)
		w->fn(w->arg, event->events);
}

static void
run_always_ready(struct loop *l)
{
	for (size_t fd = 0; l->nalways && fd < l->watchers.n; fd++) {
		const struct watcher *w = &l->watchers.at[fd];

		if (w->always)
			w->fn(w->arg, w->events & (EPOLLIN | EPOLLOUT));
	}
}

/* --- timers ------------------------------------------------------------- */

static bool
timer_before(const struct loop_timer *a, const struct loop_timer *b)
{
	return a->due != b->due ? a->due < b->due : a->order < b->order;
}

static void
heap_put(struct loop *l, size_t i, struct loop_timer *t)
{
	l->heap.at[i] = t;
	t->index = i;
}

static void
heap_up(struct loop *l, size_t i, struct loop_timer *t)
{
	while (i && timer_before(t, l->heap.at[(i - 1) / 2])) {
		heap_put(l, i, l->heap.at[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
	heap_put(l, i, t);
}

static void
heap_down(struct loop *l, size_t i, struct loop_timer *t)
{
	for (;;) {
		size_t child = 2 * i + 1;

		if (child + 1 < l->heap.n &&
		    timer_before(l->heap.at[child + 1], l->heap.at[child]))
			child++;
		if (child >= l->heap.n || !timer_before(l->heap.at[child], t))
			break;
		heap_put(l, i, l->heap.at[child]);
		i = child;
	}
	heap_put(l, i, t);
}

static void
heap_remove(struct loop *l, size_t i)
{
	struct loop_timer *last = vec_pop(&l->heap);

	if (i == l->heap.n)
		return;
	if (i && timer_before(last, l->heap.at[(i - 1) / 2]))
		heap_up(l, i, last);
	else
		heap_down(l, i, last);
}

struct loop_timer *
loop_timer_at(struct loop *l, int64_t due, void (*fn)(void *arg), void *arg)
{
	struct loop_timer *t = mem_alloc(sizeof(*t));

	*t = (struct loop_timer){
		.due = due, .order = l->next_order++, .fn = fn, .arg = arg};
	vec_push(&l->heap, t);
	heap_up(l, l->heap.n - 1, t);
	return t;
}

void
loop_timer_cancel(struct loop *l, struct loop_timer *t)
{
	if (!t)
		return;
	if (t->state == TIMER_DUE)
		l->due.at[t->index] = NULL;
	else
		heap_remove(l, t->index);
	free(t);
}

/* Those due now are set apart first: what a callback adds waits for the next
 * turn, however early it is due. */
static void
run_timers(struct loop *l)
{
	int64_t now = l->heap.n ? clock_boot() : 0;

	while (l->heap.n && l->heap.at[0]->due <= now) {
		struct loop_timer *t = l->heap.at[0];

		heap_remove(l, 0);
		t->state = TIMER_DUE;
		t->index = l->due.n;
		vec_push(&l->due, t);
	}
	for (size_t i = 0; i < l->due.n; i++) {
		struct loop_timer *t = l->due.at[i];

		if (!t)
			continue;
		l->due.at[i] = NULL;
		t->fn(t->arg);
		free(t);
	}
	l->due.n = 0;
}

/* --- signals ------------------------------------------------------------ */

void
loop_signal(struct loop *l, int signo, void (*fn)(void *arg, int signo),
	    void *arg)
{
	struct epoll_event event = {.events = EPOLLIN, .data.u64 = UINT64_MAX};
	bool first = l->signals < 0;

	if (signo <= 0 || signo >= NSIGNALS)
		return;
	l->handlers[signo] = (struct signal_handler){fn, arg};
	sigaddset(&l->mask, signo);
	sigprocmask(SIG_BLOCK, &l->mask, NULL);
	l->signals = signalfd(l->signals, &l->mask, SFD_CLOEXEC | SFD_NONBLOCK);
	if (first && l->signals >= 0)
		epoll_ctl(l->epoll, EPOLL_CTL_ADD, l->signals, &event);
}

static void
run_signals(struct loop *l)
{
	struct signalfd_siginfo seen[8];
	ssize_t n;

	do {
		n = read(l->signals, seen, sizeof(seen));
		for (ssize_t i = 0; i < n / (ssize_t)sizeof(seen[0]); i++) {
			uint32_t signo = seen[i].ssi_signo;

			if (signo < NSIGNALS && l->handlers[signo].fn)
				l->handlers[signo].fn(l->handlers[signo].arg,
						      (int)signo);
		}
	} while (n == (ssize_t)sizeof(seen) || (n < 0 && errno == EINTR));
}

/* --- deferred calls and the turn ---------------------------------------- */

void
loop_defer(struct loop *l, void (*fn)(void *arg), void *arg)
{
	vec_push(&l->deferred, (struct deferred){fn, arg});
}

void
loop_on_turn_end(struct loop *l, void (*fn)(void *arg), void *arg)
{
	l->turn_end = (struct deferred){fn, arg};
}

static void
run_deferred(struct loop *l)
{
	for (size_t i = 0; i < l->deferred.n; i++) {
		struct deferred d = l->deferred.at[i];

		d.fn(d.arg);
	}
	l->deferred.n = 0;
}

static void
arm_alarm(struct loop *l, int64_t due, int64_t wait)
{
	struct epoll_event event = {.events = EPOLLIN,
				    .data.u64 = UINT64_MAX - 1};
	struct itimerspec when = {
		.it_value = {wait / 1000, wait % 1000 * 1000000}
        };

	if (l->alarm < 0) {
		l->alarm = timerfd_create(CLOCK_BOOTTIME,
					  TFD_CLOEXEC | TFD_NONBLOCK);
		if (l->alarm < 0 ||
		    epoll_ctl(l->epoll, EPOLL_CTL_ADD, l->alarm, &event) < 0)
			cannot_wait("no timer can be set");
	} else if (l->armed == due) {
		return;
	}
	l->armed = due;
	timerfd_settime(l->alarm, 0, &when, NULL);
}

static int
wait_for(struct loop *l, int64_t max_wait)
{
	int64_t wait = max_wait < 0 ? INT64_MAX : max_wait;

	if (l->nalways || l->deferred.n)
		return 0;
	if (l->heap.n) {
		int64_t due = l->heap.at[0]->due, now = clock_boot();
		int64_t left = due <= now ? 0 : due - now;

		if (left < 0) /* overflow: practically never */
			left = INT64_MAX;
		if (left < wait)
			wait = left;
		if (wait > LONG_WAIT && left < INT64_MAX)
			arm_alarm(l, due, left);
	}
	if (wait == INT64_MAX)
		return -1;
	return wait > INT_MAX ? INT_MAX : (int)wait;
}

static void
run_special(struct loop *l, const struct epoll_event *events, int n)
{
	uint64_t ticks;

	for (int i = 0; i < n; i++) {
		if (events[i].data.u64 == UINT64_MAX)
			run_signals(l);
		else if (events[i].data.u64 == UINT64_MAX - 1 &&
			 read(l->alarm, &ticks, sizeof(ticks)) > 0)
			l->armed = 0;
	}
}

bool
loop_turn(struct loop *l, int64_t max_wait)
{
	struct epoll_event events[EVENTS_A_TURN];
	int n;

	if (l->stopped)
		return false;
	n = epoll_wait(l->epoll, events, EVENTS_A_TURN, wait_for(l, max_wait));
	run_special(l, events, n);
	for (int i = 0; i < n; i++) {
		if (events[i].data.u64 < UINT64_MAX - 1)
			run_watcher(l, &events[i]);
	}
	run_always_ready(l);
	run_timers(l);
	run_deferred(l);
	if (l->turn_end.fn)
		l->turn_end.fn(l->turn_end.arg);
	return !l->stopped;
}

void
loop_stop(struct loop *l)
{
	l->stopped = true;
}
