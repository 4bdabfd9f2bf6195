/* What the parts of the runs list share: the snapshot, its order, the marks.
 *
 * The cursor and the marks stay with run ids, whatever the order.  What a
 * run is doing now is read for the visible rows only, and again only when
 * the run's revision moved on.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_RUNS_VIEW_H
#define WF_RUNS_VIEW_H

#include "../../engine/base/vec.h"
#include "../runtext.h"
#include "../view.h"
#include "../widgets/list.h"
#include "../widgets/prompt.h"

enum {
	RUNS_LIMIT = 2000, /* read at once, the newest */
	RUNS_CACHE = 128,
	RUNS_LOOKED_AT = 64 /* runs that go on whose steps are looked at to
			       count them */
};

enum sort {
	SORT_STARTED,
	SORT_STATE,
	SORT_FLOW,
	NSORTS
};

/* What a run is doing, as of a revision. */
struct known {
	char id[WF_RUN_ID];
	uint64_t revision;
	bool alive;
	struct wf_run_detail detail;
	struct wf_events decisions;
	bool decided; /* ... have been read */
};

struct runs {
	struct wf_runs all;
	VEC(const struct wf_run_info *) shown; /* filtered and sorted */
	uint32_t counts[NSHOWN];    /* of all runs, as they are shown */
	int widest_id, widest_flow; /* of those shown, in columns */
	struct list list;
	char cursor_id[WF_RUN_ID];
	VEC(char *) marked;
	struct prompt filter;
	bool typing;
	enum sort sort;
	struct known known[RUNS_CACHE];
	int height; /* rows of the list when last drawn */
	struct rect rows_at;
	char anchor[WF_RUN_ID]; /* where a range of marks begins */
	int64_t now;
};

struct runs *runs_of(const struct view *v);
const struct wf_run_info *runs_at_cursor(const struct runs *r);
const char *runs_title(const struct wf_run_info *run); /* its name, or flow */
const char *runs_sort_name(enum sort sort);

void runs_refresh(struct view *v);
void runs_release(struct runs *r);
/* Filter and sort what was read; the cursor stays on its run. */
void runs_arrange(struct runs *r);
void runs_keep_cursor(struct runs *r);
/* The run with its steps; NULL when it cannot be read. */
const struct wf_run_detail *
runs_detail(struct view *v, const struct wf_run_info *run);
enum shown runs_shown(struct view *v, const struct wf_run_info *run);

bool runs_is_marked(const struct runs *r, const char *id);
void runs_toggle_mark(struct runs *r, const char *id);
void runs_mark_all(struct runs *r);

/* Mark all from the anchor to the cursor; the first call sets the anchor. */
bool runs_mark_range(struct runs *r);
/* The decisions about a run; NULL when they cannot be read. */
const struct wf_events *
runs_decisions(struct view *v, const struct wf_run_info *run);

/* runs_side.c: the run at the cursor, beside and below. */
void runs_draw_side(struct view *v, struct grid *g, struct rect r);
void runs_draw_summary(struct view *v, struct grid *g, struct rect r);

/* runs_draw.c */
void runs_draw(struct view *v, struct grid *g, struct rect r);

#endif
