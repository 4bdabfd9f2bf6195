/* What the makers of the layered picture share: boxes, edges, nets.
 *
 * Coordinates have no direction yet: `main` runs with the arrows, `cross`
 * along a layer.  A picture that runs downwards has x = cross, y = main; one
 * that runs to the right has x = main, y = cross.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_LAYERS_WORK_H
#define WF_LAYERS_WORK_H

#include "../engine/base/vec.h"
#include "layers.h"

/* A label, or a bend: the place where a long edge passes a layer. */
struct layer_box {
	int node;          /* index, or -1 for a bend */
	int source;        /* node whose edge bends here; of a label: itself */
	int layer, place;  /* place: index within the layer */
	int at, size;      /* cross cells */
	int out;           /* cross cell its edges leave from */
	int net;           /* net of its edges; -1: it has none */
	double ideal;      /* wanted middle */
	VEC(int) in, outs; /* boxes of the layer before and after */
	VEC(int) nets;     /* nets that reach it, by their origin */
	VEC(int) ports;    /* cross cell at which each of them does */
};

/* All edges from a set of boxes to a set of boxes: one connected line. */
struct layer_net {
	VEC(int) from, to; /* boxes */
	int low, high;     /* cross cells it spans */
	int track;         /* its line across, or -1 when it runs straight */
};

struct layer_row {
	VEC(int) boxes;
	int main, thick;  /* of the labels */
	int ntracks, gap; /* main cells behind the labels */
	size_t first_net, nnets;
};

struct layers {
	const struct graph_node *nodes;
	size_t n;
	struct graph graph;
	bool down;
	struct layer_box *boxes;
	size_t nboxes, boxes_cap;
	struct layer_row *rows;
	size_t nrows;
	VEC(struct layer_net) nets;
	int length, breadth; /* extent in main and cross */
};

/* layers_order.c: an order within each layer that crosses few edges. */
void layers_order(struct layers *l);
/* layers_place.c: nets, cross and main coordinates, tracks. */
void layers_place(struct layers *l);

#endif
