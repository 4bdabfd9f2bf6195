/* The picture of a graph: labels in layers, joined by orthogonal lines.
 *
 * A node stands one layer behind the last it needs; long edges bend through
 * the layers between.  The same input gives the same picture.  Lines of
 * edges that do not belong together never touch: every line, followed from
 * a label with the arrows, ends at exactly the nodes that need it, and a
 * crossing keeps the vertical line whole, so that it is read as no joint.
 *
 *	l = layers_new(nodes, n, &(struct layers_options){.fit_w = 80, ...});
 *	layers_draw(l, grid, pane, pan_x, pan_y, &look);
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_LAYERS_H
#define WF_LAYERS_H

#include "graph.h"
#include "grid.h"

struct layers;

/* By fit: downwards when that fits into fit_w x fit_h, else to the right
 * when that does, else downwards. */
enum layers_direction {
	LAYERS_BY_FIT,
	LAYERS_DOWN,
	LAYERS_RIGHT
};

struct layers_options {
	enum layers_direction direction;
	int fit_w, fit_h;
	bool implied; /* also draw edges that longer paths imply */
};

struct layers_look {
	uint8_t line, path;     /* styles of edges, and of those highlighted */
	const bool *path_nodes; /* by node: edges between them; or NULL */
	int selected;           /* a node shown reversed, or -1 */
};

/* `nodes` are used until layers_free. */
struct layers *layers_new(const struct graph_node *nodes, size_t n,
			  const struct layers_options *options);
void layers_free(struct layers *l);

int layers_width(const struct layers *l);
int layers_height(const struct layers *l);
bool layers_is_downward(const struct layers *l);
/* Where a node's label stands in the picture. */
struct rect layers_node(const struct layers *l, size_t node);
/* Move the pane of w x h at (*x, *y) so that a node's label is inside. */
void layers_bring_into_sight(const struct layers *l, size_t node, int w, int h,
			     int *x, int *y);
/* And no further than the picture goes. */
void layers_clamp(const struct layers *l, int w, int h, int *x, int *y);
/* The node nearest in the direction of an arrow key; itself at the edge. */
size_t
layers_neighbour(const struct layers *l, size_t node, enum line_arm toward);
/* Set path[i] for the node itself and all it needs, near and far. */
void layers_mark_needs(const struct layers *l, size_t node, bool *path);

/* Draw the part whose upper left corner is (pan_x, pan_y) into `clip`. */
void layers_draw(const struct layers *l, struct grid *g, struct rect clip,
		 int pan_x, int pan_y, const struct layers_look *look);

#endif
