/* The gutter of a step list: which steps need which, in a few columns.
 *
 * One row per node in an order where needs come first; between them rows of
 * connectors.  A lane stands for one pending target: all edges to the same
 * target share it, so the ten steps of a usual flow take three lanes.
 *
 *	*          checkout
 *	+-.
 *	* |        build-api
 *
 * Too many lanes (more than LANES_MAX) are not drawn, nor laid out: `depth`
 * of each row then stands for its place.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_LANES_H
#define WF_LANES_H

#include "graph.h"
#include "grid.h"

enum {
	LANES_MAX = 8,  /* lanes drawn; more collapse to the depth */
	LANES_JOIN = 5, /* needs drawn into one node; more are only counted */
	LANES_NONE = -1
};

struct lane_row {
	int node;    /* index, or LANES_NONE for a row of connectors */
	int lane;    /* of the node */
	int depth;   /* longest way from a start */
	int joined;  /* needs not drawn because there are too many */
	size_t mask; /* its first cell in lanes.masks */
};

/* `width` cells per row: lane i is at cell 2 i.  Each holds line arms; the
 * node's own cell holds none.  Collapsed, there are no cells and no rows of
 * connectors. */
struct lanes {
	struct lane_row *rows;
	size_t nrows;
	uint8_t *masks;
	int width;
	bool collapsed; /* more lanes than LANES_MAX */
};

void lanes_build(struct lanes *l, const struct graph_node *nodes, size_t n);
void lanes_release(struct lanes *l);
/* Columns that lanes_draw uses (the depth, when collapsed). */
int lanes_columns(const struct lanes *l);
/* The first row to show of `rows`, from `top` on, so that a node and what
 * joins it are in sight. */
size_t lanes_top(const struct lanes *l, size_t node, size_t top, size_t rows);
/* Draw the gutter of one row at (x, y) of `clip`. */
void lanes_draw(const struct lanes *l, struct grid *g, struct rect clip, int x,
		int y, size_t row, uint8_t style);

#endif
