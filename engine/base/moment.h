/* Moments as people write them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_MOMENT_H
#define WF_MOMENT_H

#include <stdbool.h>
#include <stdint.h>

/* A moment in the past: a duration ("2h", "1h30m", "7d": so long ago),
 * "2026-01-31", "2026-01-31T08:00:00Z", or seconds since 1970 as
 * "@1700000000". */
bool moment_parse(const char *text, int64_t *ms_out);

#endif
