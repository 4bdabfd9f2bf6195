/* What the parts of the dashboard share: the terminal before the views.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_DASHBOARD_INT_H
#define WF_DASHBOARD_INT_H

#include "paste.h"
#include "term.h"
#include "view.h"

struct dashboard {
	struct views views;
	struct term *term;
	struct grid grid;
	struct wf_watch *watch;
	char *watched; /* run whose news we wait for; NULL: all */
	bool news, scripted;
	int64_t pause; /* ms between two paints that no key asked for */
	bool mouse;    /* the terminal's mouse is ours */
	bool gone;     /* the store is no more, and that was said */
	bool touched;  /* there were keys in this turn */
	struct paste paste;
	int64_t painted; /* clock_boot of the last paint */
	int64_t read;    /* ... and of the last look into the store */
	int64_t rested;  /* no look before this */
};

/* Draw everything anew, at the terminal's size. */
void dashboard_take_size(struct dashboard *d);
/* Hand all keys that wait to the views; false when the terminal is gone. */
bool dashboard_take_keys(struct dashboard *d);
/* Do for the views what only the terminal can: suspend, run a program, copy,
 * turn the mouse on and off. */
void dashboard_obey(struct dashboard *d);

#endif
