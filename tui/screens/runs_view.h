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
	RUNS_PAGE = 2000, /* runs read at once, the newest that fit */
	RUNS_CACHE = 128,
	RUNS_LOOKED_AT = 64 /* runs that go on whose steps are looked at to
			       count them */
};

enum runs_sort {
#define S(symbol, name, letter, help) RUNS_BY_##symbol,
#include "runs_sort.def"
#undef S
	RUNS_SORTS
};

struct runs_sort_info {
	const char *name;
	uint32_t letter;
	const char *help;
};
extern const struct runs_sort_info runs_sorts[RUNS_SORTS];

/* The filter, taken apart; the words point into `text`. */
struct runs_filter {
	char *text;
	struct search_word words[SEARCH_WORDS];
	size_t n;
	int64_t since, until;      /* created then or after; before then */
	bool shown[SEARCH_WORDS];  /* it may be a state, too */
	bool begins[SEARCH_WORDS]; /* ... whose name begins with it */
};

/* What a run is doing, as of a revision.  Of a run of many steps only the
 * first ones and the one it is about are kept. */
struct known {
	char id[WF_RUN_ID];
	uint64_t revision;
	bool alive;
	struct wf_run_detail detail;
	struct wf_events decisions;
	bool decided;   /* ... have been read */
	uint64_t asked; /* rises with each time it was asked for */
};

struct run_id {
	char text[WF_RUN_ID];
};

struct runs {
	struct wf_runs all; /* those that fit the filter, page by page */
	uint32_t pages;     /* beyond the first */
	uint32_t total;     /* runs in the store */
	int64_t next_look;  /* clock_boot: not read again before */
	bool late;          /* there was news since */
	VEC(const struct wf_run_info *) shown; /* filtered and sorted */
	uint32_t counts[NSHOWN];    /* of all runs, as they are shown */
	int widest_id, widest_flow; /* of those shown, in columns */
	/* Rows keep their places until then (clock_boot), which `held` says are
	 * not those of the order any more. */
	int64_t steady;
	bool held;
	VEC(struct run_id) rows; /* as they were arranged last */
	struct list list;
	char cursor_id[WF_RUN_ID];
	enum shown cursor_shown; /* as drawn last */
	VEC(char *) marked;
	struct prompt filter;
	bool typing;
	struct runs_filter wanted;
	enum runs_sort sort;
	bool reversed;
	struct known known[RUNS_CACHE];
	uint64_t asked;
	bool thorough;  /* large runs are read here and now */
	bool uncounted; /* ... and some were counted by their own state */
	int height;     /* rows of the list when last drawn */
	struct rect rows_at;
	char anchor[WF_RUN_ID]; /* where a range of marks begins */
	int64_t now;
};

struct runs *runs_of(const struct view *v);
const struct wf_run_info *runs_at_cursor(const struct runs *r);
const char *runs_title(const struct wf_run_info *run); /* its name, or flow */

void runs_refresh(struct view *v);
void runs_read(struct view *v);
/* The cursor is at the end of what was read: the next page. */
void runs_more(struct view *v);
void runs_release(struct runs *r);
/* Filter and sort what was read; the cursor stays on its run. */
void runs_arrange(struct view *v);
void runs_keep_cursor(struct runs *r);

bool runs_is_marked(const struct runs *r, const char *id);
void runs_toggle_mark(struct runs *r, const char *id);
void runs_mark_all(struct runs *r);

/* Mark all from the anchor to the cursor; the first call sets the anchor. */
bool runs_mark_range(struct runs *r);
/* runs_known.c: the run with its steps; NULL when it cannot be read, or is so
 * large that it is read after the picture. */
const struct wf_run_detail *
runs_detail(struct view *v, const struct wf_run_info *run);
enum shown runs_shown(struct view *v, const struct wf_run_info *run);
/* The latest decisions about it; NULL as above. */
const struct wf_events *
runs_decisions(struct view *v, const struct wf_run_info *run);
/* Read the next large run that is in sight; true: there may be more. */
bool runs_load(struct view *v);
void runs_known_release(struct runs *r);

/* runs_filter.c */
void runs_filter_set(struct runs_filter *f, const char *text);
void runs_filter_release(struct runs_filter *f);
bool runs_filter_fits(const struct runs_filter *f,
		      const struct wf_run_info *run, enum shown shown);

/* runs_sort.c: who moves the cursor finds the rows where they are for a while;
 * those that come meanwhile stand behind. */
void runs_order(struct runs *r);
void runs_hold_still(struct runs *r);
void runs_sort_by(struct view *v, enum runs_sort sort, bool reversed);

/* runs_side.c: the run at the cursor, beside and below. */
void runs_draw_side(struct view *v, struct grid *g, struct rect r);
void runs_draw_summary(struct view *v, struct grid *g, struct rect r);

/* runs_draw.c */
void runs_draw(struct view *v, struct grid *g, struct rect r);

#endif
