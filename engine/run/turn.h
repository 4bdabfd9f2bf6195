/* News of a run and the end of a turn: what the driver calls.
 *
 *	run_begin / run_ended / run_tick / request_apply ...   (any number)
 *	if (run_turn(r)) commit r->batch; when durable: carry out effects
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_TURN_H
#define WF_TURN_H

#include "run.h"

extern const struct run_borders turn_borders;

/* First turn of a fresh run, or the first after recovery. */
void run_begin(struct run *r);
/* A fresh or reopened run goes on as soon as its concurrency group lets it;
 * until then it is queued. */
void run_enter(struct run *r);
/* An attempt ended, as the warden or recovery says. */
void run_ended(struct run *r, const struct warden_news *news);
/* Due times that have come (boot clock). */
void run_tick(struct run *r, int64_t boot_now);
/* End of a turn: dispatches what is ready while slots are free, decides
 * whether scopes or the run have ended, and completes the batch with the
 * run's row.  True when the batch holds anything. */
bool run_turn(struct run *r);
/* Its two halves, for who gathers the decisions of several turns. */
bool run_decide(struct run *r);
void run_complete(struct run *r);
/* Has the engine nothing left to do: the run is final, or waits for nothing
 * but people? */
bool run_is_over(const struct run *r);

#endif
