/* Steps and what they need as plain arrays, for the drawings.
 *
 * Drawings never fail: needs that name no node, the node itself, or would
 * close a cycle are left out (validation has long complained of them).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_GRAPH_H
#define WF_GRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct graph_node {
	const char *label;
	const size_t *needs; /* indexes into the array of nodes */
	size_t nneeds;
	uint8_t style; /* of the label, enum style of theme.h */
};

/* Edges of an acyclic graph, both ways, without doubles.  One allocation
 * each; graph_release frees. */
struct graph {
	size_t n;
	size_t *order; /* nodes, what is needed first; else as in the array */
	size_t *rank;  /* the inverse of `order` */
	size_t *in_at; /* needs of i: in[in_at[i]] ... in[in_at[i + 1] - 1] */
	size_t *in;
	size_t *out_at; /* dependents of i, by their rank */
	size_t *out;
};

void graph_build(struct graph *g, const struct graph_node *nodes, size_t n);
/* The same without the edges that longer paths imply. */
void graph_reduce(struct graph *g);
void graph_release(struct graph *g);

#endif
