/* From ready to running: the queue, and what starting means for each kind
 * of step.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_DISPATCH_H
#define WF_DISPATCH_H

#include "run.h"

/* Entering `ready`. */
void dispatch_enqueue(struct run *r, uint32_t ix);
/* Start what is ready while there are places. */
void dispatch_turn(struct run *r);
/* Entering `running`: check first where there is one, else the action. */
void dispatch_start(struct run *r, uint32_t ix);
/* The action itself, once the check has said no. */
void dispatch_action(struct run *r, uint32_t ix);
/* Begin an attempt: intent into the batch, start among the effects. */
void dispatch_attempt(struct run *r, uint32_t ix, enum phase phase);

/* Another attempt beside the one on its way; see copies.h. */
void dispatch_copy(struct run *r, uint32_t ix);
/* The same for a flight made elsewhere; it becomes the run's. */
void dispatch_flight(struct run *r, struct flight *f);
/* It began as a claim (claims.begun): what remains of its beginning. */
void dispatch_adopt(struct run *r, uint32_t ix);
/* Its row as an open attempt, with the stop that was asked for. */
void dispatch_save(struct run *r, const struct flight *f);

/* Where the kinds of steps that are no commands are carried out; set by
 * turn.c, so that no arrow runs up from here. */
struct dispatch_kinds {
	/* The first attempt of a try was begun. */
	void (*begun)(struct run *r, uint32_t ix);
	void (*group)(struct run *r, uint32_t ix);
	void (*child)(struct run *r, uint32_t ix);
	void (*park)(struct run *r, uint32_t ix);
	/* The attempt ended before it was even started. */
	void (*ended)(struct run *r, const struct warden_news *news);
	/* The step fails without an attempt. */
	void (*failed)(struct run *r, uint32_t ix, enum cause cause,
		       const char *why);
};
extern const struct dispatch_kinds *dispatch_kinds;

#endif
