/* The engine process from inside: what its beginning and its life share.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_SERVE_H
#define WF_SERVE_H

#include "../loop/loop.h"
#include "recover.h"

/* A running attempt that is no child of ours, should its warden die: an open
 * pidfd tells how it ended even when somebody else has reaped it. */
struct ward {
	uint64_t attempt;
	int fd;
};

struct drive {
	struct loop *loop;
	struct store *store;
	struct warden *warden;
	unsigned renewals; /* of the warden, since anything began */
	bool hopeless;     /* no warden can live here: leave */
	struct run *run;
	char *dir;
	int lock, socket;
	struct loop_timer *timer;
	int64_t timer_due;
	struct orphans orphans;
	VEC(struct ward) wards;
	VEC(struct warden_news) later; /* came while claims were recalled */
	enum run_state told;           /* the run's state as last committed */
	bool urgent;                   /* somebody waits for this commit */
	int64_t held_since;            /* decisions that are not; 0: none */
	int64_t moved;                 /* when claims last did */
	bool look;                     /* there may be requests */
	int status;
};

/* Until the run is over; a fault of the store ends the process. */
void drive_serve(struct drive *d);

/* serve_orphan.c: attempts whose warden is gone, or may go. */
void orphan_watch(struct drive *d, const struct orphan *o);
void ward_keep(struct drive *d, const struct flight *f);
void ward_drop(struct drive *d, uint64_t attempt);

#endif
