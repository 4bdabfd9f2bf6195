/* What the parts of the statistics screen share.
 *
 * The figures are those of `wfctl stats`: wf_stats of engine.h counts them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_STATS_VIEW_H
#define WF_STATS_VIEW_H

#include "../../engine/base/vec.h"
#include "../../engine/statistics.h"
#include "../runtext.h"
#include "../view.h"
#include "../widgets/list.h"
#include "../widgets/prompt.h"

enum stats_sort {
	STATS_BY_WASTED,
	STATS_BY_FAILURES,
	STATS_BY_RETRIES,
	STATS_BY_LENGTH,
	STATS_BY_ORDER, /* of the file; flows by name */
	STATS_SORTS
};

struct stats_view {
	char *flow; /* whose steps are shown; NULL: all flows */
	char *last; /* ... were shown before all flows were */
	int window; /* index of stats_windows */
	struct wf_stats stats;
	VEC(const struct wf_stat *) shown;
	enum stats_sort sort;
	struct prompt filter;
	bool typing;
	struct list list;
	char *cursor_name;
	int height;        /* rows of the list when last drawn */
	int64_t next_look; /* clock_boot: not counted again before */
	bool late;         /* there was news since */
	int64_t now;
};

struct stats_window {
	const char *name, *words;
	int64_t ms; /* 0: all runs */
};
extern const struct stats_window stats_windows[];
extern const char *const stats_sort_names[STATS_SORTS];

struct stats_view *stats_of(const struct view *v);
const struct wf_stat *stats_at_cursor(const struct stats_view *s);
void stats_count(struct view *v);

/* stats_draw.c */
void stats_draw(struct view *v, struct grid *g, struct rect r);

#endif
