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

/* Mark the needs of `i` that are no ancestor of another of its needs, and
 * gather all its ancestors. */
static void
keep_direct(const struct graph *g, size_t i, uint64_t *above, size_t words,
	    bool *keep)
{
	uint64_t *mine = above + i * words;

	for (size_t e = g->in_at[i]; e < g->in_at[i + 1]; e++)
		for (size_t w = 0; w < words; w++)
			mine[w] |= above[g->in[e] * words + w];
	for (size_t e = g->in_at[i]; e < g->in_at[i + 1]; e++)
		keep[e] = !(mine[g->in[e] / 64] >> g->in[e] % 64 & 1);
	for (size_t e = g->in_at[i]; e < g->in_at[i + 1]; e++)
		mine[g->in[e] / 64] |= UINT64_C(1) << g->in[e] % 64;
}

void
graph_reduce(struct graph *g)
{
	size_t words = g->n / 64 + 1, at = 0, e = 0;
	uint64_t *above = mem_alloc((g->n + 1) * words * sizeof(*above));
	bool *keep = mem_alloc(g->in_at[g->n] + 1);

	for (size_t place = 0; place < g->n; place++)
		keep_direct(g, g->order[place], above, words, keep);
	for (size_t i = 0; i < g->n; i++) {
		size_t end = g->in_at[i + 1];

		g->in_at[i] = at;
		for (; e < end; e++)
			if (keep[e])
				g->in[at++] = g->in[e];
	}
	g->in_at[g->n] = at;
	free(above);
	free(keep);
	collect_dependents(g);
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
