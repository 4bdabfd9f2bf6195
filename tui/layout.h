/* Where things go: pure functions of the size of the window.
 *
 * Header, message line and hint line are kept longest.  Items that share a
 * line drop by a fixed ladder, so that nothing is cut in the middle.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_LAYOUT_H
#define WF_LAYOUT_H

#include "grid.h"

enum layout_shape {
	LAYOUT_TINY,   /* the first line only */
	LAYOUT_SHORT,  /* 20 to 39 columns, 5 to 9 rows: no tabs, no panes */
	LAYOUT_SMALL,  /* 40 to 59 columns, 10 to 23 rows: one pane a time */
	LAYOUT_NARROW, /* 60 to 79 columns: no gutter, no notes */
	LAYOUT_NORMAL, /* 80x24: steps above, log below */
	LAYOUT_WIDE,   /* from 100 columns: steps left, tab right */
	LAYOUT_FULL    /* from 140x36: timeline and decisions below */
};

enum layout_zoom {
	ZOOM_NORMAL,
	ZOOM_HALF,
	ZOOM_FULL,
	NZOOMS
};

struct layout {
	enum layout_shape shape;
	struct rect header, tabs, main; /* empty where there is no room */
	struct rect side, below, lower; /* further panes */
	struct rect message, hints;
	bool gutter, notes;
};

/* For a run: main holds the steps, side the log (below: of the normal shape;
 * below and lower of the full one hold timeline and decisions). */
struct layout layout_of(int w, int h, enum layout_zoom zoom);

/* An item of a line; the highest `drop` goes first, 0 never goes.  Where the
 * widest have gone, lower ones may fit again. */
enum {
	LADDER_DROPS = 9
};
struct ladder_item {
	const char *text;
	int drop;
	uint8_t style;
	bool right; /* at the right edge */
};
/* Draw what fits into row `y` of `clip`, a space (or two) between items. */
void ladder_draw(struct grid *g, struct rect clip, int y,
		 const struct ladder_item *items, size_t n);

#endif
