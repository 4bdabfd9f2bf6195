/* A timeline: one row per step, tries and waits as segments on one axis.
 *
 * Every segment takes at least one cell; its start rounds down, its end up.
 * Where more segments fall into a cell than it can show, the worst is seen,
 * and two that follow each other keep their order.  Pure: now is an input.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_GANTT_H
#define WF_GANTT_H

#include "grid.h"

/* In rising order of what must not be hidden. */
enum gantt_kind {
	GANTT_NONE,
	GANTT_QUEUED,
	GANTT_OK,
	GANTT_RUN,
	GANTT_SLEEP,
	GANTT_WAIT,
	GANTT_RETRY,
	GANTT_UNDO,
	GANTT_FAIL,
	GANTT_NKINDS
};

struct gantt_segment {
	int64_t start, end; /* wall ms; end 0: still open */
	enum gantt_kind kind;
};

/* Milliseconds per cell and where the first cell begins. */
struct gantt_axis {
	int64_t from, per_cell;
	int64_t now;
	int width;
};

char gantt_glyph(enum gantt_kind kind);
uint8_t gantt_style(enum gantt_kind kind);

/* An axis of `width` cells on which [from, to] fits, with a step of
 * 1 2 5 10 15 30 seconds, minutes, hours or days. */
struct gantt_axis gantt_fit(int64_t from, int64_t to, int64_t now, int width);
/* The next larger (out) or smaller step; the middle stays where it is. */
struct gantt_axis gantt_zoom(struct gantt_axis axis, bool out);
/* "1 col = 12s" in words of at most 8 columns: "12s". */
void gantt_step_text(int64_t per_cell, struct strbuf *out);

/* The kinds of the cells of one row; segments in order of their starts. */
void
gantt_cells(const struct gantt_axis *axis, const struct gantt_segment *segments,
	    size_t n, uint8_t *kinds);
void gantt_draw_row(struct grid *g, struct rect clip, int x, int y,
		    const struct gantt_axis *axis,
		    const struct gantt_segment *segments, size_t n);
/* Clock times along the axis (of the local time zone) and `now`. */
void gantt_draw_axis(struct grid *g, struct rect clip, int x, int y,
		     const struct gantt_axis *axis, uint8_t style);

#endif
