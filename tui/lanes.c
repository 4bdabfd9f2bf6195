/* Lanes of pending targets, row by row.
 *
 * Each node takes over the lane that waits for it.  Below it, its targets
 * are placed: the first continues its lane, one that is awaited already is
 * joined, others open a new lane, all in one row of connectors.  Nodes that
 * nothing needs come last, the nearest at the end: one more of them behind a
 * step that others need already moves no other lane.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "../engine/base/vec.h"
#include "lanes.h"

enum {
	FREE = -1
};

struct builder {
	struct graph graph;
	VEC(int) lanes; /* target awaited in each lane, or FREE */
	VEC(struct lane_row) rows;
	VEC(uint8_t) masks; /* rows of differing lengths, until the end */
	VEC(size_t) lengths;
	VEC(int) changed; /* lanes that this node's edges reach */
	VEC(bool) fresh;  /* ... and whether they begin here */
};

static int
lane_of(const struct builder *b, int target)
{
	for (size_t i = 0; i < b->lanes.n; i++)
		if (b->lanes.at[i] == target)
			return (int)i;
	return FREE;
}

/* The leftmost free lane for `target`. */
static int
open_lane(struct builder *b, int target)
{
	int lane = lane_of(b, FREE);

	if (lane == FREE) {
		lane = (int)b->lanes.n;
		vec_push(&b->lanes, FREE);
	}
	b->lanes.at[lane] = target;
	return lane;
}

static size_t
nneeds(const struct builder *b, size_t i)
{
	return b->graph.in_at[i + 1] - b->graph.in_at[i];
}

/* Needs that are not drawn. */
static int
joined(const struct builder *b, size_t i)
{
	return nneeds(b, i) > LANES_JOIN ? (int)nneeds(b, i) - 1 : 0;
}

static bool
is_leaf(const struct graph *g, size_t i)
{
	return g->out_at[i] == g->out_at[i + 1];
}

/* Too many needs: only the last one is drawn. */
static bool
is_drawn(const struct builder *b, size_t from, size_t to)
{
	const struct graph *g = &b->graph;

	if (nneeds(b, to) <= LANES_JOIN)
		return true;
	for (size_t e = g->in_at[to]; e < g->in_at[to + 1]; e++)
		if (g->rank[g->in[e]] > g->rank[from])
			return false;
	return true;
}

static void
push_row(struct builder *b, struct lane_row row)
{
	row.mask = b->masks.n;
	vec_push(&b->rows, row);
	vec_push(&b->lengths, b->lanes.n * 2);
	for (size_t i = 0; i < b->lanes.n; i++) {
		bool through = b->lanes.at[i] != FREE && (int)i != row.lane;

		vec_push(&b->masks, through ? LINE_N | LINE_S : 0);
		vec_push(&b->masks, 0);
	}
}

static int
depth_of(const struct builder *b, size_t i, const int *depths)
{
	const struct graph *g = &b->graph;
	int depth = 0;

	for (size_t e = g->in_at[i]; e < g->in_at[i + 1]; e++)
		if (depths[g->in[e]] >= depth)
			depth = depths[g->in[e]] + 1;
	return depth;
}

static void
reach(struct builder *b, int lane, bool fresh)
{
	vec_push(&b->changed, lane);
	vec_push(&b->fresh, fresh);
}

static void
place_target(struct builder *b, size_t to, int own, bool *continued)
{
	int lane = lane_of(b, (int)to);

	if (lane != FREE) {
		reach(b, lane, false);
	} else if (!*continued) {
		b->lanes.at[own] = (int)to;
		*continued = true;
	} else {
		reach(b, open_lane(b, (int)to), true);
	}
}

/* Place the targets of `node`; true when its own lane goes on. */
static bool
place_targets(struct builder *b, size_t node, int own)
{
	const struct graph *g = &b->graph;
	size_t first = g->out_at[node], end = g->out_at[node + 1];
	bool continued = false;

	for (size_t e = first; e < end; e++)
		if (!is_leaf(g, g->out[e]) && is_drawn(b, node, g->out[e]))
			place_target(b, g->out[e], own, &continued);
	for (size_t e = end; e-- > first;)
		if (is_leaf(g, g->out[e]) && is_drawn(b, node, g->out[e]))
			place_target(b, g->out[e], own, &continued);
	return continued;
}

/* The row below a node: from its lane to all that changed. */
static void
push_connectors(struct builder *b, int own, bool continued)
{
	int left = own, right = own;
	uint8_t *mask;

	for (size_t i = 0; i < b->changed.n; i++) {
		left = b->changed.at[i] < left ? b->changed.at[i] : left;
		right = b->changed.at[i] > right ? b->changed.at[i] : right;
	}
	push_row(b, (struct lane_row){.node = LANES_NONE, .lane = LANES_NONE});
	mask = b->masks.at + vec_last(&b->rows).mask;
	mask[2 * own] = (uint8_t)(LINE_N | (continued ? LINE_S : 0));
	for (size_t i = 0; i < b->changed.n; i++)
		if (b->fresh.at[i])
			mask[2 * b->changed.at[i]] = LINE_S;
	for (size_t i = 0; i <= b->changed.n; i++) {
		int at = i < b->changed.n ? b->changed.at[i] : own;

		mask[2 * at] |= (uint8_t)((at > left ? LINE_W : 0) |
					  (at < right ? LINE_E : 0));
	}
	for (int c = 2 * left + 1; c < 2 * right; c++)
		if (mask[c] == 0)
			mask[c] = LINE_E | LINE_W;
}

static void
add_node(struct builder *b, size_t node, int *depths)
{
	int own = lane_of(b, (int)node);
	bool continued;

	if (own == FREE)
		own = open_lane(b, (int)node);
	depths[node] = depth_of(b, node, depths);
	push_row(b, (struct lane_row){
			    .node = (int)node,
			    .lane = own,
			    .depth = depths[node],
			    .joined = joined(b, node),
		    });
	b->changed.n = b->fresh.n = 0;
	continued = place_targets(b, node, own);
	if (b->changed.n > 0)
		push_connectors(b, own, continued);
	if (!continued)
		b->lanes.at[own] = FREE;
}

/* A row for each node, and how deep it lies. */
static void
collapse(struct builder *b, struct lanes *l, int *depths)
{
	const struct graph *g = &b->graph;

	l->rows = mem_alloc((g->n + 1) * sizeof(*l->rows));
	l->nrows = g->n;
	l->collapsed = true;
	for (size_t place = 0; place < g->n; place++) {
		size_t node = g->order[place];

		depths[node] = depth_of(b, node, depths);
		l->rows[place] = (struct lane_row){
			.node = (int)node,
			.depth = depths[node],
			.joined = joined(b, node),
		};
	}
	vec_release(&b->rows);
}

/* All rows get the same width. */
static void
finish(struct builder *b, struct lanes *l)
{
	size_t widest = 0;

	vec_each (&b->lengths, size_t, n)
		widest = *n > widest ? *n : widest;
	l->width = widest ? (int)widest - 1 : 0;
	l->nrows = b->rows.n;
	l->rows = b->rows.at;
	l->masks = mem_alloc(l->nrows * (size_t)l->width + 1);
	for (size_t r = 0; r < l->nrows; r++) {
		size_t n = b->lengths.at[r];

		if (n > (size_t)l->width)
			n = (size_t)l->width;
		memcpy(l->masks + r * (size_t)l->width,
		       b->masks.at + l->rows[r].mask, n);
		l->rows[r].mask = r * (size_t)l->width;
	}
}

void
lanes_build(struct lanes *l, const struct graph_node *nodes, size_t n)
{
	struct builder b = {0};
	int *depths = mem_alloc((n + 1) * sizeof(*depths));

	*l = (struct lanes){0};
	graph_build(&b.graph, nodes, n);
	graph_reduce(&b.graph);
	for (size_t i = 0; i < n && b.lanes.n <= LANES_MAX; i++)
		add_node(&b, b.graph.order[i], depths);
	if (b.lanes.n > LANES_MAX)
		collapse(&b, l, depths);
	else
		finish(&b, l);
	graph_release(&b.graph);
	vec_release(&b.lanes);
	vec_release(&b.masks);
	vec_release(&b.lengths);
	vec_release(&b.changed);
	vec_release(&b.fresh);
	free(depths);
}

void
lanes_release(struct lanes *l)
{
	free(l->rows);
	free(l->masks);
	*l = (struct lanes){0};
}

int
lanes_columns(const struct lanes *l)
{
	return l->collapsed ? 3 : l->width;
}

size_t
lanes_top(const struct lanes *l, size_t node, size_t top, size_t rows)
{
	size_t at = 0;

	while (at < l->nrows && l->rows[at].node != (int)node)
		at++;
	if (at < top)
		top = at;
	if (at >= top + rows)
		top = at - rows + 1;
	if (top + rows > l->nrows)
		top = l->nrows > rows ? l->nrows - rows : 0;
	return top;
}

void
lanes_draw(const struct lanes *l, struct grid *g, struct rect clip, int x,
	   int y, size_t row, uint8_t style)
{
	const struct lane_row *r = &l->rows[row];

	if (l->collapsed) {
		if (r->node != LANES_NONE)
			grid_textf(g, clip, x, y, style, "%3d", r->depth);
		return;
	}
	for (int c = 0; c < l->width; c++) {
		unsigned mask = l->masks[r->mask + (size_t)c];

		if (r->node != LANES_NONE && c == 2 * r->lane)
			grid_text(g, clip, x + c, y, style,
				  g->ascii ? "*" : "●");
		else if (mask)
			grid_line(g, clip, x + c, y, style, mask, LINE_ROUND);
	}
}
