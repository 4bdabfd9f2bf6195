/* How an attempt ended: read from the warden's news, written to its row.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_OUTCOME_ENDING_H
#define WF_OUTCOME_ENDING_H

#include "run.h"

struct ending {
	enum cause cause; /* CAUSE_NONE: success */
	int exit_code, signal;
	char why[400];
};

struct ending ending_read(const struct warden_news *news);
/* Of an attempt that was carried out elsewhere, by what its carrier reported.
 * True: nobody knows how it ended, and `e->why` says why. */
bool ending_far(const struct run *r, const struct flight *f,
		const struct warden_news *news, struct ending *e);
/* Nobody here saw it end: is there a report of how it did? */
bool
ending_reported(const struct run *r, const struct flight *f, struct ending *e);
/* The attempt's row and event; the warden may forget it. */
void
ending_close(struct run *r, const struct flight *f, const struct ending *e);
/* Take the flight out of the list; its texts are the caller's, who drops
 * them.  False: there is none. */
bool ending_take(struct run *r, uint64_t attempt, struct flight *out);
void ending_drop(struct flight *f);

#endif
