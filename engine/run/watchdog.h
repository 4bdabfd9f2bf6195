/* Attempts that have fallen silent.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_WATCHDOG_H
#define WF_WATCHDOG_H

#include "run.h"

/* Look at the logs and heartbeats of attempts with `silence`; kills those
 * that were silent for too long. */
void watchdog_look(struct run *r);
/* For how long the attempt has given no sign of life, as far as looks (of
 * all who ask) can tell. */
int64_t watchdog_quiet(const struct run *r, struct flight *f, int64_t now);
/* When to look next (boot clock), or INT64_MAX. */
int64_t watchdog_next(const struct run *r);

#endif
