/* Signals that people and programs send to a run.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_SIGNALS_H
#define WF_SIGNALS_H

#include "run.h"

/* A signal for the run: wakes the steps that wait for it, else it is kept
 * for one that will.  `payload` is a JSON object. */
void signals_send(struct run *r, const char *name, const char *payload);
/* A step begins to wait: the first kept signal that matches wakes it. */
bool signals_take(struct run *r, uint32_t ix);

#endif
