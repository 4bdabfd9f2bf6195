/* What the configuration file says to the command line.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_PREFERENCES_H
#define WF_PREFERENCES_H

#include "cmd.h"

/* How a run is shown while it is followed. */
enum follow_mode {
	FOLLOW_AUTO,
	FOLLOW_TUI,
	FOLLOW_LIVE,
	FOLLOW_PLAIN,
	FOLLOW_JSON,
	FOLLOW_QUIET,
	FOLLOW_LINEAR /* of --accessible: text that is only added to */
};

struct preferences {
	int mode;  /* enum follow_mode, on a terminal */
	int color; /* enum color */
	bool accessible;
};

/* WF_USAGE: the file is wrong; err says where.  A command that has nothing to
 * do with it goes on without. */
enum wf_code preferences_read(struct preferences *out, struct wf_err *err);

/* --color, then the file: fills globals.color for a terminal. */
void preferences_set_color(struct call *call);

#endif
