/* The event loop: descriptors, timers, signals, deferred calls.
 *
 * The order inside a turn: wait; signals; descriptors; timers that are due
 * (by due time, then by order of adding); deferred calls; the "turn ended"
 * hook.  Callbacks mark things dirty; the hook acts on what gathered.
 *
 * Timers run on CLOCK_BOOTTIME (base/clock.h), so no wall-clock jump moves
 * them.  One thread.  Callbacks may add and remove anything, also
 * themselves.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_LOOP_H
#define WF_LOOP_H

#include <stdbool.h>
#include <stdint.h>

struct loop;
struct loop_timer;

struct loop *loop_new(void);
void loop_free(struct loop *l);

/* events: EPOLLIN, EPOLLOUT, ...; one watcher a descriptor.  Remove before
 * close (a vforked child may still hold a copy). */
void loop_fd(struct loop *l, int fd, uint32_t events,
	     void (*fn)(void *arg, uint32_t events), void *arg);
void loop_fd_remove(struct loop *l, int fd);

/* One shot, at `due` on clock_boot().  The handle is valid until it fired or
 * was cancelled. */
struct loop_timer *
loop_timer_at(struct loop *l, int64_t due, void (*fn)(void *arg), void *arg);
void loop_timer_cancel(struct loop *l, struct loop_timer *t);

/* Blocks the signal and delivers it here (signalfd). */
void loop_signal(struct loop *l, int signo, void (*fn)(void *arg, int signo),
		 void *arg);

/* Called later in this turn, once. */
void loop_defer(struct loop *l, void (*fn)(void *arg), void *arg);
void loop_on_turn_end(struct loop *l, void (*fn)(void *arg), void *arg);

/* One turn: waits at most `max_wait` ms (-1: for ever).  False after
 * loop_stop. */
bool loop_turn(struct loop *l, int64_t max_wait);
void loop_stop(struct loop *l);

#endif
