/* What the configuration file says to the command line.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_PREFERENCES_H
#define WF_PREFERENCES_H

#include "cmd.h"

struct preferences {
	int mode;  /* enum follow_mode: how a run is shown on a terminal */
	int color; /* enum color */
	bool accessible;
};

/* WF_USAGE: the file is wrong; err says where.  A command that has nothing to
 * do with it goes on without. */
enum wf_code preferences_read(struct preferences *out, struct wf_err *err);

/* --color, then the file: fills globals.color for a terminal. */
void preferences_set_color(struct call *call);

#endif
