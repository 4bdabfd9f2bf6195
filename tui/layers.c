/* Boxes of the layered picture: layers, bends, direction, navigation.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "../engine/base/text.h"
#include "layers_work.h"

static int
new_box(struct layers *l, int node, int source, int layer)
{
	if (l->nboxes == l->boxes_cap) {
		l->boxes_cap = l->boxes_cap ? 2 * l->boxes_cap : 64;
		l->boxes =
			mem_realloc(l->boxes, l->boxes_cap * sizeof(*l->boxes));
	}
	l->boxes[l->nboxes] = (struct layer_box){
		.node = node, .source = source, .layer = layer, .net = -1};
	return (int)l->nboxes++;
}

static void
join_boxes(struct layers *l, int from, int to)
{
	vec_push(&l->boxes[from].outs, to);
	vec_push(&l->boxes[to].in, from);
}

static void
make_labels(struct layers *l)
{
	const struct graph *g = &l->graph;
	int *layer = mem_alloc((l->n + 1) * sizeof(*layer));

	for (size_t place = 0; place < l->n; place++) {
		size_t i = g->order[place];

		for (size_t e = g->in_at[i]; e < g->in_at[i + 1]; e++)
			if (layer[g->in[e]] >= layer[i])
				layer[i] = layer[g->in[e]] + 1;
		if ((size_t)layer[i] >= l->nrows)
			l->nrows = (size_t)layer[i] + 1;
	}
	for (size_t i = 0; i < l->n; i++)
		new_box(l, (int)i, (int)i, layer[i]);
	free(layer);
}

/* One chain of bends serves all long edges of a node. */
static void
make_edges(struct layers *l, size_t node)
{
	const struct graph *g = &l->graph;
	int layer = l->boxes[node].layer, last = layer, tail = (int)node;

	for (size_t e = g->out_at[node]; e < g->out_at[node + 1]; e++)
		if (l->boxes[g->out[e]].layer > last)
			last = l->boxes[g->out[e]].layer;
	for (; layer < last; layer++) {
		for (size_t e = g->out_at[node]; e < g->out_at[node + 1]; e++)
			if (l->boxes[g->out[e]].layer == layer + 1)
				join_boxes(l, tail, (int)g->out[e]);
		if (layer + 1 < last) {
			int bend = new_box(l, -1, (int)node, layer + 1);

			join_boxes(l, tail, bend);
			tail = bend;
		}
	}
}

/* Boxes in the order of their origins to begin with. */
static void
fill_rows(struct layers *l)
{
	VEC(int) *bends = mem_alloc((l->n + 1) * sizeof(*bends));

	l->rows = mem_alloc((l->nrows + 1) * sizeof(*l->rows));
	for (size_t b = l->n; b < l->nboxes; b++)
		vec_push(&bends[l->boxes[b].source], (int)b);
	for (size_t place = 0; place < l->n; place++) {
		size_t i = l->graph.order[place];

		vec_push(&l->rows[l->boxes[i].layer].boxes, (int)i);
		vec_each (&bends[i], int, b)
			vec_push(&l->rows[l->boxes[*b].layer].boxes, *b);
		vec_release(&bends[i]);
	}
	for (size_t r = 0; r < l->nrows; r++)
		for (size_t i = 0; i < l->rows[r].boxes.n; i++)
			l->boxes[l->rows[r].boxes.at[i]].place = (int)i;
	free(bends);
}

static struct layers *
layers_make(const struct graph_node *nodes, size_t n, bool implied, bool down)
{
	struct layers *l = mem_alloc(sizeof(*l));

	l->nodes = nodes;
	l->n = n;
	l->down = down;
	graph_build(&l->graph, nodes, n);
	if (!implied)
		graph_reduce(&l->graph);
	make_labels(l);
	for (size_t i = 0; i < n; i++)
		make_edges(l, i);
	fill_rows(l);
	layers_order(l);
	layers_place(l);
	return l;
}

static bool
fits(const struct layers *l, const struct layers_options *o)
{
	return layers_width(l) <= o->fit_w && layers_height(l) <= o->fit_h;
}

struct layers *
layers_new(const struct graph_node *nodes, size_t n,
	   const struct layers_options *options)
{
	struct layers *l, *right;

	if (options->direction == LAYERS_RIGHT)
		return layers_make(nodes, n, options->implied, false);
	l = layers_make(nodes, n, options->implied, true);
	if (options->direction == LAYERS_DOWN || fits(l, options))
		return l;
	right = layers_make(nodes, n, options->implied, false);
	if (!fits(right, options)) {
		layers_free(right);
		return l;
	}
	layers_free(l);
	return right;
}

void
layers_free(struct layers *l)
{
	if (!l)
		return;
	for (size_t b = 0; b < l->nboxes; b++) {
		vec_release(&l->boxes[b].in);
		vec_release(&l->boxes[b].outs);
		vec_release(&l->boxes[b].nets);
		vec_release(&l->boxes[b].ports);
	}
	for (size_t r = 0; r < l->nrows; r++)
		vec_release(&l->rows[r].boxes);
	vec_each (&l->nets, struct layer_net, net) {
		vec_release(&net->from);
		vec_release(&net->to);
	}
	vec_release(&l->nets);
	free(l->boxes);
	free(l->rows);
	graph_release(&l->graph);
	free(l);
}

int
layers_width(const struct layers *l)
{
	return l->down ? l->breadth : l->length;
}

int
layers_height(const struct layers *l)
{
	return l->down ? l->length : l->breadth;
}

bool
layers_is_downward(const struct layers *l)
{
	return l->down;
}

struct rect
layers_node(const struct layers *l, size_t node)
{
	const struct layer_box *box = &l->boxes[node];
	int main = l->rows[box->layer].main;

	if (l->down)
		return (struct rect){box->at, main, box->size, 1};
	return (struct rect){main, box->at,
			     text_width_str(l->nodes[node].label) + 2,
			     box->size};
}

void
layers_bring_into_sight(const struct layers *l, size_t node, int w, int h,
			int *x, int *y)
{
	struct rect n = layers_node(l, node);

	if (n.x < *x)
		*x = n.x - 2;
	if (n.x + n.w > *x + w)
		*x = n.x + n.w - w + 2;
	if (n.y < *y)
		*y = n.y - 1;
	if (n.y + n.h > *y + h)
		*y = n.y + n.h - h + 1;
}

static int
clamp(int at, int size, int room)
{
	int most = size > room ? size - room : 0;

	return at < 0 ? 0 : at > most ? most : at;
}

void
layers_clamp(const struct layers *l, int w, int h, int *x, int *y)
{
	*x = clamp(*x, layers_width(l), w);
	*y = clamp(*y, layers_height(l), h);
}

/* How far the middle of `b` lies from `a` in a direction: along it (weighing
 * a cell of height like two of width), and beside it. */
static int
distance(struct rect a, struct rect b, enum line_arm toward)
{
	int dx = (2 * b.x + b.w - 2 * a.x - a.w) / 2;
	int dy = (2 * b.y + b.h - 2 * a.y - a.h) / 2;
	bool vertical = toward == LINE_N || toward == LINE_S;
	int along = vertical ? dy : dx;
	int beside = abs(vertical ? dx : dy);

	if (toward == LINE_N || toward == LINE_W)
		along = -along;
	if (along <= 0 || (!vertical && dy != 0 && beside > along))
		return -1;
	return vertical ? along * 1000 + beside : along + beside * 1000;
}

size_t
layers_neighbour(const struct layers *l, size_t node, enum line_arm toward)
{
	struct rect from = layers_node(l, node);
	size_t nearest = node;
	int least = -1;

	for (size_t i = 0; i < l->n; i++) {
		int d = distance(from, layers_node(l, i), toward);

		if (d >= 0 && (least < 0 || d < least)) {
			least = d;
			nearest = i;
		}
	}
	return nearest;
}

void
layers_mark_needs(const struct layers *l, size_t node, bool *path)
{
	const struct graph *g = &l->graph;

	if (path[node])
		return;
	path[node] = true;
	for (size_t e = g->in_at[node]; e < g->in_at[node + 1]; e++)
		layers_mark_needs(l, g->in[e], path);
}
