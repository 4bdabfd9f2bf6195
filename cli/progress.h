/* How a run that is being followed is shown: one printer per mode.
 *
 * follow.c reads the store and calls a printer; a printer knows nothing of
 * the store.  Events come in order and exactly once, a step's output before
 * the event that ends its attempt.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_PROGRESS_H
#define WF_PROGRESS_H

#include "../engine/base/map.h"
#include "cmd.h"

struct progress {
	const struct progress_ops *ops;
	struct call *call;
	struct wf_run_detail detail; /* the latest snapshot */
	struct map steps;            /* path to step of that snapshot */
	void *state;                 /* the printer's own */
	bool again;                  /* followed from its middle on */
	/* Lines that come now were written before this; 0: nobody knows. */
	int64_t until;
};

struct progress_ops {
	bool logs;  /* wants the output of steps */
	bool quiet; /* wants no events at all */
	int tick;   /* ms between calls of `tick`; 0: never */
	void (*begin)(struct progress *p);
	void (*event)(struct progress *p, const struct wf_event_info *event);
	void (*line)(struct progress *p, const char *step, const char *line,
		     size_t n, bool partial);
	void (*tick_fn)(struct progress *p);
	/* a word of ours to the person; NULL: standard error will do */
	void (*note)(struct progress *p, const char *text);
	void (*end)(struct progress *p);     /* prints the result */
	void (*release)(struct progress *p); /* frees `state` */
};

extern const struct progress_ops progress_plain, progress_live, progress_json,
	progress_quiet, progress_linear;

/* What the live printer would have left in the scrollback of a run that has
 * ended: a line a step, then the result. */
void progress_record(struct call *call, const struct wf_run_detail *detail);

/* What goes before the words of an event that do not say enough alone. */
const char *progress_prefix(const struct wf_event_info *event);

/* The step of the latest snapshot; NULL when it is not there (yet). */
const struct wf_step_info *
progress_step(const struct progress *p, const char *path);

#endif
