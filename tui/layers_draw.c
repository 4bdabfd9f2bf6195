/* The layered picture onto a grid: lines first, then labels.
 *
 * Forward lines are those of the arrows, tracks run across.  The vertical
 * one of the two stays whole where they cross, so it is drawn last; corners
 * and joints belong to one net alone and come after both.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "layers_work.h"

struct pen {
	const struct layers *l;
	struct grid *g;
	struct rect clip;
	int pan_x, pan_y;
	const struct layers_look *look;
	bool *path; /* by box: on the way to something highlighted */
};

enum arm {
	BACK = 1,
	PLUS = 2,
	FORWARD = 4,
	MINUS = 8
};

static void
line(const struct pen *p, int main, int cross, unsigned arms, bool path)
{
	int x = p->l->down ? cross : main, y = p->l->down ? main : cross;
	unsigned mask = arms;

	if (!p->l->down)
		mask = (arms & BACK ? LINE_W : 0) | (arms & PLUS ? LINE_S : 0) |
		       (arms & FORWARD ? LINE_E : 0) |
		       (arms & MINUS ? LINE_N : 0);
	grid_line(p->g, p->clip, x - p->pan_x, y - p->pan_y,
		  path ? p->look->path : p->look->line, mask, LINE_SQUARE);
}

static void
forward(const struct pen *p, int from, int to, int cross, bool path)
{
	for (int main = from; main < to; main++)
		line(p, main, cross, BACK | FORWARD, path);
}

/* Where a label ends in the direction of the arrows. */
static int
box_end(const struct layers *l, const struct layer_box *box)
{
	const struct layer_row *row = &l->rows[box->layer];

	if (l->down || box->node < 0)
		return row->main + (l->down ? 1 : 0);
	return row->main + text_width_str(l->nodes[box->node].label) + 2;
}

static int
track_main(const struct layers *l, const struct layer_row *row, int track)
{
	return row->main + row->thick + (l->down ? 0 : 1) + track;
}

static int
port_of(const struct layer_box *box, int net)
{
	for (size_t k = 0; k < box->nets.n; k++)
		if (box->nets.at[k] == net)
			return box->ports.at[k];
	return box->at;
}

static bool
net_on_path(const struct pen *p, const struct layer_net *net)
{
	bool from = false, to = false;

	vec_each (&net->from, int, b)
		from |= p->path[*b];
	vec_each (&net->to, int, b)
		to |= p->path[*b];
	return from && to;
}

static void
draw_forward(const struct pen *p, const struct layer_row *row, int index)
{
	const struct layers *l = p->l;
	const struct layer_net *net = &l->nets.at[index];
	bool path = net_on_path(p, net);
	int end = row->main + row->thick + row->gap;
	int turn = net->track < 0 ? end : track_main(l, row, net->track);

	vec_each (&net->from, int, b)
		forward(p, box_end(l, &l->boxes[*b]), turn, l->boxes[*b].out,
			path && p->path[*b]);
	vec_each (&net->to, int, b) {
		const struct layer_box *box = &l->boxes[*b];
		int port = port_of(box, index);
		bool on = path && p->path[*b];

		if (net->track >= 0)
			forward(p, turn + 1, end, port, on);
		if (box->node < 0)
			forward(p, end, end + 1, port, on);
	}
}

/* The highlighted part of a track reaches from the lowest to the highest of
 * the highlighted ends. */
static void
draw_track(const struct pen *p, const struct layer_row *row, int index)
{
	const struct layer_net *net = &p->l->nets.at[index];
	bool path = net_on_path(p, net);
	int main = track_main(p->l, row, net->track);
	int low = net->high + 1, high = net->low - 1;

	vec_each (&net->from, int, b)
		if (path && p->path[*b]) {
			int out = p->l->boxes[*b].out;

			low = out < low ? out : low;
			high = out > high ? out : high;
		}
	vec_each (&net->to, int, b)
		if (path && p->path[*b]) {
			int port = port_of(&p->l->boxes[*b], index);

			low = port < low ? port : low;
			high = port > high ? port : high;
		}
	for (int c = net->low + 1; c < net->high; c++)
		line(p, main, c, PLUS | MINUS, c >= low && c <= high);
}

static unsigned
along_track(const struct layer_net *net, int cross)
{
	return (cross > net->low ? MINUS : 0u) |
	       (cross < net->high ? PLUS : 0u);
}

static void
draw_joints(const struct pen *p, const struct layer_row *row, int index)
{
	const struct layers *l = p->l;
	const struct layer_net *net = &l->nets.at[index];
	bool path = net_on_path(p, net);
	int main = track_main(l, row, net->track);

	vec_each (&net->from, int, b) {
		int out = l->boxes[*b].out;

		line(p, main, out, BACK | along_track(net, out),
		     path && p->path[*b]);
	}
	vec_each (&net->to, int, b) {
		int port = port_of(&l->boxes[*b], index);
		unsigned arms = FORWARD | along_track(net, port);
		bool on = path && p->path[*b];

		vec_each (&net->from, int, a) {
			if (l->boxes[*a].out != port)
				continue;
			arms |= BACK;
			on |= path && p->path[*a];
		}
		line(p, main, port, arms, on);
	}
}

static void
draw_arrows(const struct pen *p, const struct layer_row *row, int index)
{
	const struct layer_net *net = &p->l->nets.at[index];
	int main = row->main + row->thick + row->gap - 1;
	const char *utf8 = p->l->down ? "▼" : "►";
	const char *ascii = p->l->down ? "v" : ">";

	vec_each (&net->to, int, b) {
		const struct layer_box *box = &p->l->boxes[*b];
		int port = port_of(box, index);
		bool on = p->path[*b] && net_on_path(p, net);

		int y = (p->l->down ? main : port) - p->pan_y;

		if (box->node < 0 || y < 0 || y >= p->clip.h)
			continue;
		grid_text(p->g, p->clip, (p->l->down ? port : main) - p->pan_x,
			  y, on ? p->look->path : p->look->line,
			  p->g->ascii ? ascii : utf8);
	}
}

/* Bends fill their layer in a picture that runs to the right. */
static void
draw_bends(const struct pen *p, const struct layer_row *row)
{
	vec_each (&row->boxes, int, b)
		if (p->l->boxes[*b].node < 0)
			forward(p, row->main, row->main + row->thick,
				p->l->boxes[*b].at, p->path[*b]);
}

static void
draw_row(const struct pen *p, const struct layer_row *row)
{
	int first = (int)row->first_net, end = first + (int)row->nnets;

	draw_bends(p, row);
	for (int pass = 0; pass < 2; pass++) {
		for (int i = first; i < end; i++) {
			if ((pass == 0) != p->l->down)
				draw_forward(p, row, i);
			else if (p->l->nets.at[i].track >= 0)
				draw_track(p, row, i);
		}
	}
	for (int i = first; i < end; i++) {
		if (p->l->nets.at[i].track >= 0)
			draw_joints(p, row, i);
		draw_arrows(p, row, i);
	}
}

/* A label that many lines reach has more than its own room: `[ name  ]`
 * downwards, brackets above and below it to the right. */
static void
draw_label(const struct pen *p, size_t node)
{
	const struct layers *l = p->l;
	struct rect r = layers_node(l, node);
	int x = r.x - p->pan_x, y = r.y - p->pan_y, middle = r.h / 2;
	uint8_t style = l->nodes[node].style;
	int width;

	/* Of a large picture most lies outside. */
	if (x >= p->clip.w || x + r.w <= 0 || y >= p->clip.h || y + r.h <= 0)
		return;
	width = text_width_str(l->nodes[node].label);
	for (int row = 0; row < r.h; row++) {
		grid_fill(p->g, p->clip, (struct rect){x, y + row, r.w, 1},
			  style, ' ');
		grid_text(p->g, p->clip, x, y + row, style, "[");
		grid_text(p->g, p->clip, x + r.w - 1, y + row, style, "]");
	}
	grid_text(p->g, p->clip, x + (r.w - width) / 2, y + middle, style,
		  l->nodes[node].label);
	if ((int)node == p->look->selected)
		grid_mark(p->g, p->clip, (struct rect){x, y, r.w, r.h}, 0,
			  CELL_REVERSE | CELL_BOLD);
}

/* A bend is on the path when its origin is and what it leads to. */
static void
mark_path(struct pen *p)
{
	const struct layers *l = p->l;
	const bool *nodes = p->look->path_nodes;

	for (size_t i = 0; nodes && i < l->n; i++)
		p->path[i] = nodes[i];
	for (size_t b = l->nboxes; nodes && b-- > l->n;) {
		const struct layer_box *box = &l->boxes[b];

		vec_each (&box->outs, int, to)
			p->path[b] |= p->path[*to] && nodes[box->source];
	}
}

void
layers_draw(const struct layers *l, struct grid *g, struct rect clip, int pan_x,
	    int pan_y, const struct layers_look *look)
{
	struct pen p = {l, g, rect_clip(clip, clip), pan_x, pan_y, look, NULL};

	p.path = mem_alloc(l->nboxes + 1);
	mark_path(&p);
	for (size_t r = 0; r < l->nrows; r++)
		draw_row(&p, &l->rows[r]);
	for (size_t i = 0; i < l->n; i++)
		draw_label(&p, i);
	free(p.path);
}
