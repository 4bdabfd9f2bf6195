/* Following a run to where it settles: for run, resume, retry, rerun,
 * rollback and continue.
 *
 * The run lives in its engine; a follower may die at any time.  The first
 * SIGINT or SIGTERM asks the engine to cancel, the second to kill, the third
 * leaves it to that; SIGHUP is passed over; a broken pipe and a terminal
 * that is gone just end the follower.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_FOLLOW_H
#define WF_FOLLOW_H

#include "preferences.h"

enum follow_order {
	FOLLOW_AS_WRITTEN,
	FOLLOW_GROUPED
};

struct follow {
	int mode;  /* enum follow_mode */
	int order; /* enum follow_order */
	bool detach, accessible;
};

/* The option rows of every command that follows; `args` is the command's
 * struct, which has a `struct follow follow`. */
#define FOLLOW_OPTIONS(args)                                                   \
	{0,                                                                    \
	 "progress",                                                           \
	 OPT_CHOICE,                                                           \
	 offsetof(args, follow.mode),                                          \
	 "auto|tui|live|plain|json|quiet",                                     \
	 "how the run is shown"},                                              \
		{0,                                                            \
		 "log-order",                                                  \
		 OPT_CHOICE,                                                   \
		 offsetof(args, follow.order),                                 \
		 "live|grouped",                                               \
		 "grouped: print a step's output when its try has ended"},     \
		{0,                                                            \
		 "accessible",                                                 \
		 OPT_FLAG,                                                     \
		 offsetof(args, follow.accessible),                            \
		 NULL,                                                         \
		 "lines to be read aloud: state words first, nothing "         \
		 "redrawn"},                                                   \
	{                                                                      \
		'd', "detach", OPT_FLAG, offsetof(args, follow.detach), NULL,  \
			"do not follow: print the run's id and return"         \
	}

/* Catch signals; to be called before the run is set going. */
void follow_arm(void);
/* Follow `run` from the event after `after`.  The code of the run's end,
 * with err empty, or of what went wrong while following. */
enum wf_code follow_run(struct call *call, const struct follow *follow,
			const char *run, uint64_t after, struct wf_err *err);
/* How a run is shown here: what was asked for, else what the user prefers
 * and the terminal can do.  WF_USAGE: the configuration is wrong. */
enum wf_code follow_mode(const struct call *call, const struct follow *follow,
			 int *mode_out, struct wf_err *err);
const struct progress_ops *follow_printer(int mode);
/* Give the signals back to whoever had them. */
void follow_disarm(void);
/* Show the run in the dashboard, then its record; in follow_tui.c. */
enum wf_code follow_tui(struct call *call, const char *run, struct wf_err *err);
bool follow_tui_is_possible(void);
/* The number of the last event of a run so far; 0 when there is none. */
uint64_t follow_mark(struct call *call, const char *run);

#endif
