/* Plain arrays of needs to an ordered graph without cycles and doubles.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>
#include <string.h>

#include "../engine/base/mem.h"
#include "graph.h"

static size_t *
new_indexes(size_t n)
{
	return mem_alloc((n + 1) * sizeof(size_t));
}

static bool
all_placed(const struct graph_node *node, size_t self, size_t n,
	   const bool *placed)
{
	for (size_t i = 0; i < node->nneeds; i++) {
		size_t need = node->needs[i];

		if (need < n && need != self && !placed[need])
			return false;
	}
	return true;
}

/* Always the first node in the array whose needs are placed; where a cycle
 * leaves none, the first at all.  After placing node i only nodes before i
 * that became free can come earlier, so the scan restarts at the lowest. */
static void
sort_nodes(struct graph *g, const struct graph_node *nodes)
{
	bool *placed = mem_alloc(g->n + 1);
	size_t from = 0;

	for (size_t place = 0; place < g->n; place++) {
		size_t pick = g->n, first = g->n;

		while (from < g->n && placed[from])
			from++;
		for (size_t i = from; i < g->n && pick == g->n; i++) {
			if (placed[i])
				continue;
			if (first == g->n)
				first = i;
			if (all_placed(&nodes[i], i, g->n, placed))
				pick = i;
		}
		if (pick == g->n)
			pick = first;
		placed[pick] = true;
		g->order[place] = pick;
		g->rank[pick] = place;
	}
	free(placed);
}

static void
collect_needs(struct graph *g, const struct graph_node *nodes)
{
	size_t *seen = new_indexes(g->n); /* node + 1 that saw it last */
	size_t total = 0, at = 0;

	for (size_t i = 0; i < g->n; i++)
		total += nodes[i].nneeds;
	g->in = new_indexes(total);
	for (size_t i = 0; i < g->n; i++) {
		g->in_at[i] = at;
		for (size_t k = 0; k < nodes[i].nneeds; k++) {
			size_t need = nodes[i].needs[k];

			if (need >= g->n || g->rank[need] >= g->rank[i] ||
			    seen[need] == i + 1)
				continue;
			seen[need] = i + 1;
			g->in[at++] = need;
		}
	}
	g->in_at[g->n] = at;
	free(seen);
}

static void
collect_dependents(struct graph *g)
{
	size_t *fill = new_indexes(g->n);

	memset(g->out_at, 0, (g->n + 1) * sizeof(size_t));
	for (size_t e = 0; e < g->in_at[g->n]; e++)
		g->out_at[g->in[e] + 1]++;
	for (size_t i = 0; i < g->n; i++)
		g->out_at[i + 1] += g->out_at[i];
	free(g->out);
	g->out = new_indexes(g->in_at[g->n]);
	memcpy(fill, g->out_at, g->n * sizeof(size_t));
	for (size_t place = 0; place < g->n; place++) {
		size_t i = g->order[place];

		for (size_t e = g->in_at[i]; e < g->in_at[i + 1]; e++)
			g->out[fill[g->in[e]]++] = i;
	}
	free(fill);
}

void
graph_build(struct graph *g, const struct graph_node *nodes, size_t n)
{
	*g = (struct graph){.n = n};
	g->order = new_indexes(n);
	g->rank = new_indexes(n);
	g->in_at = new_indexes(n);
	g->out_at = new_indexes(n);
	sort_nodes(g, nodes);
	collect_needs(g, nodes);
	collect_dependents(g);
}

/* Ancestors are gathered some hundred at a time: what this takes grows with
 * the steps, not with their square. */
enum {
	BLOCK_WORDS = 8,
	BLOCK = 64 * BLOCK_WORDS
};
#define NO_COLUMN UINT32_MAX

struct reduction {
	const struct graph *g;
	uint32_t *column; /* of a node in this block, or NO_COLUMN */
	uint64_t *above;  /* ancestors of each node among the block's */
	bool *implied;    /* of each edge */
	size_t first;     /* rank of the first node of the block */
};

static size_t
nneeds_of(const struct graph *g, size_t i)
{
	return g->in_at[i + 1] - g->in_at[i];
}

/* Only who is needed by several, one of whom needs others too, can be an
 * ancestor of something and its need as well. */
static bool
may_be_implied(const struct graph *g, size_t i)
{
	bool joined = false;

	for (size_t e = g->out_at[i]; e < g->out_at[i + 1]; e++)
		joined |= nneeds_of(g, g->out[e]) > 1;
	return joined && g->out_at[i + 1] - g->out_at[i] > 1;
}

/* Give columns to the next candidates from `place` on; where to go on. */
static size_t
begin_block(struct reduction *r, size_t place)
{
	const struct graph *g = r->g;
	uint32_t n = 0;

	for (size_t i = 0; i < g->n; i++)
		r->column[i] = NO_COLUMN;
	for (; place < g->n && n < BLOCK; place++) {
		if (!may_be_implied(g, g->order[place]))
			continue;
		if (n == 0)
			r->first = place;
		r->column[g->order[place]] = n++;
	}
	if (n == 0)
		r->first = g->n;
	return place;
}

/* What its needs have above them, then the needs themselves; a need that is
 * above another one is implied. */
static void
gather(struct reduction *r, size_t i)
{
	const struct graph *g = r->g;
	uint64_t *mine = r->above + i * BLOCK_WORDS;

	memset(mine, 0, BLOCK_WORDS * sizeof(*mine));
	for (size_t e = g->in_at[i]; e < g->in_at[i + 1]; e++) {
		const uint64_t *theirs = r->above + g->in[e] * BLOCK_WORDS;

		for (size_t w = 0;
		     g->rank[g->in[e]] > r->first && w < BLOCK_WORDS; w++)
			mine[w] |= theirs[w];
	}
	for (size_t e = g->in_at[i]; e < g->in_at[i + 1]; e++) {
		uint32_t c = r->column[g->in[e]];

		if (c != NO_COLUMN)
			r->implied[e] = mine[c / 64] >> c % 64 & 1;
	}
	for (size_t e = g->in_at[i]; e < g->in_at[i + 1]; e++) {
		uint32_t c = r->column[g->in[e]];

		if (c != NO_COLUMN)
			mine[c / 64] |= UINT64_C(1) << c % 64;
	}
}

static void
drop_implied(struct graph *g, const bool *implied)
{
	size_t at = 0, e = 0;

	for (size_t i = 0; i < g->n; i++) {
		size_t end = g->in_at[i + 1];

		g->in_at[i] = at;
		for (; e < end; e++)
			if (!implied[e])
				g->in[at++] = g->in[e];
	}
	g->in_at[g->n] = at;
	collect_dependents(g);
}

void
graph_reduce(struct graph *g)
{
	struct reduction r = {.g = g};
	size_t place;

	r.column = mem_alloc((g->n + 1) * sizeof(*r.column));
	r.implied = mem_alloc(g->in_at[g->n] + 1);
	place = begin_block(&r, 0);
	if (r.first < g->n)
		r.above = mem_alloc(g->n * BLOCK_WORDS * sizeof(*r.above));
	while (r.first < g->n) {
		for (size_t k = r.first + 1; k < g->n; k++)
			gather(&r, g->order[k]);
		place = begin_block(&r, place);
	}
	if (r.above)
		drop_implied(g, r.implied);
	free(r.column);
	free(r.above);
	free(r.implied);
}

void
graph_release(struct graph *g)
{
	free(g->order);
	free(g->rank);
	free(g->in_at);
	free(g->in);
	free(g->out_at);
	free(g->out);
	*g = (struct graph){0};
}
