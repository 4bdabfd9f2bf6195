/* A grid of cells: what every view draws into and no terminal is needed for.
 *
 * All drawing is clipped to a rectangle and to the grid, and all text goes
 * through the scanner of engine/base/text.h, so no byte of a name or a log
 * can act and no glyph reaches over its edge.  A wide glyph takes two cells,
 * the second with an empty glyph; half a wide glyph is drawn as a space.
 *
 *	grid_init(&g, 80, 24);
 *	x = grid_text(&g, pane, 1, 0, STYLE_TITLE, "wfctl");
 *	grid_dump(&g, &out);
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_GRID_H
#define WF_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../engine/base/text.h"

struct rect {
	int x, y, w, h;
};

enum cell_attr {
	CELL_BOLD = 1 << 0,
	CELL_REVERSE = 1 << 1
};

struct cell {
	char glyph[21]; /* base and up to four marks; "" right of a wide one */
	uint8_t style;  /* enum style of theme.h */
	uint8_t attr;   /* enum cell_attr, on top of the style's own */
	uint8_t width;  /* 1, 2, or 0 for the second half */
};

struct grid {
	int w, h;
	struct cell *cells;
	bool ascii;             /* draw 7-bit only */
	int cursor_x, cursor_y; /* the hardware cursor; -1: nowhere */
};

void grid_init(struct grid *g, int w, int h);
void grid_release(struct grid *g);
/* Another size; the content is gone. */
void grid_resize(struct grid *g, int w, int h);
void grid_clear(struct grid *g);
struct cell *grid_at(const struct grid *g, int x, int y); /* NULL outside */

struct rect rect_of(const struct grid *g);
struct rect rect_clip(struct rect a, struct rect b);
/* The part of `r` below its first `n` rows, and the like. */
struct rect rect_row(struct rect r, int row);
bool rect_has(struct rect r, int x, int y);

/* Draw at column `x`, row `y` of `clip` (relative, may be negative to start
 * outside).  The result is the column after the text, also when that lies
 * outside: columns are counted, not cells. */
int grid_text(struct grid *g, struct rect clip, int x, int y, uint8_t style,
	      const char *s);
int grid_textn(struct grid *g, struct rect clip, int x, int y, uint8_t style,
	       const char *bytes, size_t n);
int grid_textf(struct grid *g, struct rect clip, int x, int y, uint8_t style,
	       const char *fmt, ...) PRINTF_LIKE(6, 7);
/* Text ending at the right edge; the column it begins at. */
int grid_text_right(struct grid *g, struct rect clip, int y, uint8_t style,
		    const char *s);
/* Text in a column of `width`; what was cut ends in "..". */
void grid_cell(struct grid *g, struct rect clip, int x, int y, int width,
	       uint8_t style, const char *text);
/* The same for a sentence: it is cut between words. */
void grid_words(struct grid *g, struct rect clip, int x, int y, int width,
		uint8_t style, const char *text);

/* A rectangle relative to `clip` filled with one column-wide character. */
void grid_fill(struct grid *g, struct rect clip, struct rect r, uint8_t style,
	       char c);
/* Set attributes of what is there; `style` too when it is not 0. */
void grid_mark(struct grid *g, struct rect clip, struct rect r, uint8_t style,
	       uint8_t attr);

/* Lines are arms that leave the middle of a cell. */
enum line_arm {
	LINE_N = 1 << 0,
	LINE_E = 1 << 1,
	LINE_S = 1 << 2,
	LINE_W = 1 << 3
};
enum line_shape {
	LINE_ROUND,
	LINE_SQUARE
};

const char *line_glyph(unsigned mask, enum line_shape shape, bool ascii);
void grid_line(struct grid *g, struct rect clip, int x, int y, uint8_t style,
	       unsigned mask, enum line_shape shape);
/* The outline of `r`, relative to `clip`. */
void grid_box(struct grid *g, struct rect clip, struct rect r, uint8_t style);
/* All of `r` emptied, with its outline. */
void grid_frame(struct grid *g, struct rect r, uint8_t style);

/* The text of the grid, a line a row, without spaces at their ends. */
void grid_dump(const struct grid *g, struct strbuf *out);

#endif
