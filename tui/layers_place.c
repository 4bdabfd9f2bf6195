/* Where boxes stand in the layered picture, and where lines reach them.
 *
 * Boxes that need the same set of boxes form one net, and a net is all the
 * edges of that line: followed from any of its beginnings it ends at all of
 * its ends.  A column belongs to one net only between two layers, so no two
 * nets ever share a cell other than by crossing.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <stdlib.h>

#include "../engine/base/text.h"
#include "layers_work.h"

enum {
	ALIGN_SWEEPS = 6
};

static int
compare_ints(const void *a, const void *b)
{
	const int *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static bool
same_outs(const struct layer_box *a, const struct layer_box *b)
{
	return a->outs.n == b->outs.n &&
	       memcmp(a->outs.at, b->outs.at, a->outs.n * sizeof(int)) == 0;
}

static int
net_with_outs(const struct layers *l, const struct layer_box *box)
{
	const struct layer_box *to = &l->boxes[box->outs.at[0]];

	for (size_t i = 0; i < to->in.n; i++) {
		const struct layer_box *other = &l->boxes[to->in.at[i]];

		if (other != box && other->net >= 0 && same_outs(box, other))
			return other->net;
	}
	return -1;
}

static int
new_net(struct layers *l, const struct layer_box *box)
{
	int net = (int)l->nets.n;

	vec_push(&l->nets, (struct layer_net){.track = -1});
	vec_each (&box->outs, int, to) {
		vec_push(&l->nets.at[net].to, *to);
		vec_push(&l->boxes[*to].nets, net);
	}
	return net;
}

static void
make_nets(struct layers *l)
{
	for (size_t b = 0; b < l->nboxes; b++)
		if (l->boxes[b].outs.n > 1)
			qsort(l->boxes[b].outs.at, l->boxes[b].outs.n,
			      sizeof(int), compare_ints);
	for (size_t r = 0; r < l->nrows; r++) {
		l->rows[r].first_net = l->nets.n;
		vec_each (&l->rows[r].boxes, int, b) {
			struct layer_box *box = &l->boxes[*b];

			if (box->outs.n == 0)
				continue;
			box->net = net_with_outs(l, box);
			if (box->net < 0)
				box->net = new_net(l, box);
			vec_push(&l->nets.at[box->net].from, *b);
		}
		l->rows[r].nnets = l->nets.n - l->rows[r].first_net;
	}
}

static void
size_boxes(struct layers *l)
{
	for (size_t b = 0; b < l->nboxes; b++) {
		struct layer_box *box = &l->boxes[b];
		int ports = (int)box->nets.n;
		int label = box->node < 0
				    ? -1
				    : text_width_str(l->nodes[box->node].label);

		box->size = 1;
		if (box->node >= 0 && l->down)
			box->size = (label > ports ? label : ports) + 2;
		else if (box->node >= 0 && ports > 1)
			box->size = ports;
		vec_reserve(&box->ports, box->nets.n);
		box->ports.n = box->nets.n;
	}
}

/* Cells between two neighbours of a layer. */
static int
separation(const struct layers *l, const struct layer_box *a,
	   const struct layer_box *b)
{
	if (!l->down)
		return 0;
	return a->node >= 0 && b->node >= 0 ? 2 : 1;
}

/* --- ideal middles -------------------------------------------------------- */

static double
mean_ideal(const struct layers *l, const int *boxes, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += l->boxes[boxes[i]].ideal;
	return sum / (double)n;
}

static double
wanted_middle(const struct layers *l, const struct layer_box *box, bool both)
{
	bool in = box->in.n > 0, out = box->outs.n > 0 && (both || !in);
	double above = in ? mean_ideal(l, box->in.at, box->in.n) : 0;
	double below = out ? mean_ideal(l, box->outs.at, box->outs.n) : 0;

	if (in && out && box->node < 0) /* bends fall straight */
		return above;
	if (in && out)
		return (above + below) / 2;
	return in ? above : out ? below : box->ideal;
}

struct block {
	double sum, weight;
	size_t n;
};

/* The nearest (by squares) to the wanted middles that keeps the order and the
 * separations: pool adjacent violators. */
static void
settle_row(struct layers *l, const struct layer_row *row, const double *wanted)
{
	struct block *blocks = mem_alloc((row->boxes.n + 1) * sizeof(*blocks));
	double *offset = mem_alloc((row->boxes.n + 1) * sizeof(*offset));
	size_t n = 0, i = 0;

	for (size_t k = 0; k < row->boxes.n; k++) {
		const struct layer_box *box = &l->boxes[row->boxes.at[k]];
		double weight = box->node < 0 ? 4 : 1;

		if (k > 0) {
			const struct layer_box *left =
				&l->boxes[row->boxes.at[k - 1]];

			offset[k] = offset[k - 1] +
				    (left->size + box->size) / 2.0 +
				    separation(l, left, box);
		}
		blocks[n++] = (struct block){(wanted[k] - offset[k]) * weight,
					     weight, 1};
		while (n > 1 &&
		       blocks[n - 2].sum * blocks[n - 1].weight >
			       blocks[n - 1].sum * blocks[n - 2].weight) {
			blocks[n - 2].sum += blocks[n - 1].sum;
			blocks[n - 2].weight += blocks[n - 1].weight;
			blocks[n - 2].n += blocks[n - 1].n;
			n--;
		}
	}
	for (size_t b = 0; b < n; b++)
		for (size_t k = 0; k < blocks[b].n; k++, i++)
			l->boxes[row->boxes.at[i]].ideal =
				blocks[b].sum / blocks[b].weight + offset[i];
	free(blocks);
	free(offset);
}

static void
align_row(struct layers *l, const struct layer_row *row, bool both)
{
	double *wanted = mem_alloc((row->boxes.n + 1) * sizeof(*wanted));

	for (size_t k = 0; k < row->boxes.n; k++)
		wanted[k] = wanted_middle(l, &l->boxes[row->boxes.at[k]], both);
	settle_row(l, row, wanted);
	free(wanted);
}

static void
align(struct layers *l)
{
	double least = 0;

	for (size_t r = 0; r < l->nrows; r++)
		align_row(l, &l->rows[r], false);
	for (int sweep = 0; sweep < ALIGN_SWEEPS; sweep++)
		for (size_t k = 0; k < l->nrows; k++)
			align_row(l, &l->rows[sweep % 2 ? k : l->nrows - 1 - k],
				  true);
	for (size_t b = 0; b < l->nboxes; b++) {
		double left = l->boxes[b].ideal - l->boxes[b].size / 2.0;

		least = b == 0 || left < least ? left : least;
	}
	for (size_t b = 0; b < l->nboxes; b++)
		l->boxes[b].ideal -= least;
}

/* --- cells
 * --------------------------------------------------------------------- */

/* Which net leaves the layer before at each cross cell. */
struct owners {
	VEC(int) net;
};

static void
own_cells(struct owners *o, const struct layers *l, const struct layer_row *row)
{
	o->net.n = 0;
	vec_each (&row->boxes, int, b) {
		const struct layer_box *box = &l->boxes[*b];

		if (box->net < 0)
			continue;
		while (o->net.n <= (size_t)box->out)
			vec_push(&o->net, -1);
		o->net.at[box->out] = box->net;
	}
}

static bool
cell_is_free(const struct owners *o, int cell, int net)
{
	return (size_t)cell >= o->net.n || o->net.at[cell] < 0 ||
	       o->net.at[cell] == net;
}

static double
net_origin(const struct layers *l, int net)
{
	double sum = 0;

	vec_each (&l->nets.at[net].from, int, b)
		sum += l->boxes[*b].out;
	return sum / (double)l->nets.at[net].from.n;
}

/* Lines that come from the left reach a box on its left. */
static void
sort_nets(const struct layers *l, struct layer_box *box)
{
	for (size_t i = 1; i < box->nets.n; i++) {
		int net = box->nets.at[i];
		size_t k = i;

		for (; k > 0 &&
		       net_origin(l, box->nets.at[k - 1]) > net_origin(l, net);
		     k--)
			box->nets.at[k] = box->nets.at[k - 1];
		box->nets.at[k] = net;
	}
}

/* The beginning of the line when a box alone is joined to a box alone. */
static int
sole_origin(const struct layers *l, const struct layer_box *box)
{
	const struct layer_net *net;

	if (box->nets.n != 1)
		return -1;
	net = &l->nets.at[box->nets.at[0]];
	if (net->from.n != 1 || net->to.n != 1)
		return -1;
	return l->boxes[net->from.at[0]].out;
}

static bool
pick_one_port(const struct layers *l, struct layer_box *box,
	      const struct owners *o, int low, int high)
{
	int wanted = sole_origin(l, box);

	if (wanted < low || wanted > high)
		wanted = box->at + box->size / 2;
	for (int d = 0; d <= high - low; d++) {
		for (int side = -1; side <= 1; side += 2) {
			int cell = wanted + side * d;

			if (cell < low || cell > high ||
			    !cell_is_free(o, cell, box->nets.at[0]))
				continue;
			box->ports.at[0] = cell;
			return true;
		}
	}
	return false;
}

/* Spread evenly, or from the edge when that leaves too little room. */
static bool
pick_ports_from(struct layer_box *box, const struct owners *o, int low,
		int high, bool spread)
{
	int n = (int)box->nets.n, next = low;

	for (int i = 0; i < n; i++) {
		int even = low + (high - low + 1) * (2 * i + 1) / (2 * n);

		if (spread && even > next)
			next = even;
		while (next <= high && !cell_is_free(o, next, box->nets.at[i]))
			next++;
		if (next > high)
			return false;
		box->ports.at[i] = next++;
	}
	return true;
}

static bool
pick_ports(const struct layers *l, struct layer_box *box,
	   const struct owners *o)
{
	bool bracketed = l->down && box->node >= 0;
	int low = box->at + bracketed;
	int high = box->at + box->size - 1 - bracketed;

	if (box->nets.n == 0)
		return true;
	if (box->nets.n == 1)
		return pick_one_port(l, box, o, low, high);
	sort_nets(l, box);
	return pick_ports_from(box, o, low, high, true) ||
	       pick_ports_from(box, o, low, high, false);
}

/* At its ideal or right of it, moved until its lines reach it freely; labels
 * grow when they have too few free cells. */
static void
stand(const struct layers *l, struct layer_box *box, const struct owners *o,
      int least)
{
	int origin = sole_origin(l, box);

	box->at = (int)lround(box->ideal - box->size / 2.0);
	if (origin >= 0 && abs(origin - box->at - box->size / 2) <= 1)
		box->at = origin - box->size / 2;
	if (box->at < least)
		box->at = least;
	while (!pick_ports(l, box, o)) {
		if (box->node < 0)
			box->at++;
		else
			box->size++;
	}
	box->out = box->at + box->size / 2;
}

static void
stand_all(struct layers *l)
{
	struct owners o = {0};

	for (size_t r = 0; r < l->nrows; r++) {
		const struct layer_box *left = NULL;

		vec_each (&l->rows[r].boxes, int, b) {
			struct layer_box *box = &l->boxes[*b];

			stand(l, box, &o,
			      left ? left->at + left->size +
					      separation(l, left, box)
				   : 0);
			left = box;
			if (box->at + box->size > l->breadth)
				l->breadth = box->at + box->size;
		}
		own_cells(&o, l, &l->rows[r]);
	}
	vec_release(&o.net);
}

/* --- tracks
 * --------------------------------------------------------------------- */

static void
extend(struct layer_net *net, int cell, bool first)
{
	if (first || cell < net->low)
		net->low = cell;
	if (first || cell > net->high)
		net->high = cell;
}

static void
span_net(const struct layers *l, struct layer_net *net, int index)
{
	for (size_t i = 0; i < net->from.n; i++)
		extend(net, l->boxes[net->from.at[i]].out, i == 0);
	vec_each (&net->to, int, b) {
		const struct layer_box *box = &l->boxes[*b];

		for (size_t k = 0; k < box->nets.n; k++)
			if (box->nets.at[k] == index)
				extend(net, box->ports.at[k], false);
	}
}

static int
compare_nets(const void *a, const void *b)
{
	const struct layer_net *x = *(struct layer_net *const *)a;
	const struct layer_net *y = *(struct layer_net *const *)b;

	if (x->low != y->low)
		return x->low < y->low ? -1 : 1;
	return (x->high > y->high) - (x->high < y->high);
}

/* Nets on one track keep a blank cell between them. */
static void
assign_tracks(struct layers *l, struct layer_row *row)
{
	VEC(struct layer_net *) nets = {0};
	VEC(int) ends = {0};

	for (size_t i = row->first_net; i < row->first_net + row->nnets; i++) {
		span_net(l, &l->nets.at[i], (int)i);
		if (l->nets.at[i].low < l->nets.at[i].high)
			vec_push(&nets, &l->nets.at[i]);
	}
	if (nets.n > 1)
		qsort(nets.at, nets.n, sizeof(*nets.at), compare_nets);
	for (size_t i = 0; i < nets.n; i++) {
		size_t track = 0;

		while (track < ends.n && ends.at[track] + 1 >= nets.at[i]->low)
			track++;
		if (track == ends.n)
			vec_push(&ends, 0);
		ends.at[track] = nets.at[i]->high;
		nets.at[i]->track = (int)track;
	}
	row->ntracks = (int)ends.n;
	vec_release(&nets);
	vec_release(&ends);
}

static void
stack_rows(struct layers *l)
{
	int main = 0;

	for (size_t r = 0; r < l->nrows; r++) {
		struct layer_row *row = &l->rows[r];

		row->main = main;
		row->thick = 1;
		vec_each (&row->boxes, int, b) {
			int node = l->boxes[*b].node, label;

			if (l->down || node < 0)
				continue;
			label = text_width_str(l->nodes[node].label) + 2;
			if (label > row->thick)
				row->thick = label;
		}
		assign_tracks(l, row);
		if (row->nnets > 0)
			row->gap = (row->ntracks ? row->ntracks : 1) +
				   (l->down ? 1 : 3);
		main += row->thick + row->gap;
	}
	l->length = main;
}

void
layers_place(struct layers *l)
{
	make_nets(l);
	size_boxes(l);
	align(l);
	stand_all(l);
	stack_rows(l);
}
