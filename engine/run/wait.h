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

#endif
