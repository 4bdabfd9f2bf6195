/* The three clocks, behind one pointer so that tests turn them by hand.
 *
 * wall: for people and for due times that must survive a reboot.
 * boot: CLOCK_BOOTTIME, for timeouts; no wall-clock jump touches it.
 * Both in milliseconds.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_CLOCK_H
#define WF_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

struct clock {
	int64_t (*wall)(void); /* since 1970 UTC */
	int64_t (*boot)(void); /* since boot, suspension included */
};

int64_t clock_wall(void);
int64_t clock_boot(void);
/* Replace the clock; NULL puts the real one back. */
void clock_use(const struct clock *clock);

/* The kernel's boot id (36 characters), or "" where there is none. */
const char *clock_boot_id(void);

/* RFC 3339 UTC with milliseconds, "2026-01-31T08:00:00.000Z". */
#define CLOCK_TEXT 32
const char *clock_format(int64_t wall_ms, char text[CLOCK_TEXT]);
/* The same read back, with or without a fraction, "Z" or "+02:00". */
bool clock_parse(const char *text, int64_t *wall_ms);

#endif
