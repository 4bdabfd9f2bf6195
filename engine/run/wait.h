/* Steps that are parked: on a person, a signal, a time or a file.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_WAIT_H
#define WF_WAIT_H

#include "run.h"

/* The action of an approval or wait step begins. */
void wait_park(struct run *r, uint32_t ix);
/* Leaving `waiting` or a retry wait. */
void wait_disarm(struct run *r, uint32_t ix);
/* Its time has come: the timer it waits for, its timeout, or the next look
 * for a file. */
void wait_due(struct run *r, uint32_t ix);
/* Recovery: arm again what was parked. */
void wait_restore(struct run *r, uint32_t ix);

/* A signal for the run: wakes the steps that wait for it, else it is kept
 * for one that will.  `payload` is a JSON object. */
void wait_signal(struct run *r, const char *name, const char *payload);

/* A person's answer to an approval.  `approve` false: rejects it.  `fields`
 * is a JSON object (checked already), `comment` may be NULL. */
void wait_answer(struct run *r, uint32_t ix, bool approve, const char *fields,
		 const char *comment);

#endif
