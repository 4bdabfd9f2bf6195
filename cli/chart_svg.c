/* Graphs as SVG: layers from left to right, steps of a layer one below the
 * other, each near to what it needs.
 *
 * A need that spans several layers has a lane of its own in those between,
 * so that no line runs through a box.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "../engine/base/text.h"
#include "chart.h"

enum {
	BOX_HEIGHT = 34,
	GAP_X = 60,
	GAP_Y = 16,
	LANE_HEIGHT = 10, /* of a line that passes a layer */
	MARGIN = 20,
	CHAR_WIDTH = 8,
	MIN_WIDTH = 90
};

struct place {
	int x, y, width;
};

/* A box, or a line passing: what stands in a layer. */
struct item {
	size_t layer, order; /* order: in the file */
	size_t step;         /* of a box; of a line the one it leads to */
	size_t before;       /* the item it comes from; NOTHING: a box */
	double wish;         /* where it would like to stand */
	int x, y, width;
};

#define NOTHING SIZE_MAX

struct picture {
	const struct chart *graph;
	size_t n, nlayers;
	size_t *layers;
	struct place *places;
	struct item *items; /* the steps first, then lines layer by layer */
	size_t nitems, cap;
	int width, height;
	struct strbuf *out;
};

static void
add_xml(struct strbuf *out, const char *text)
{
	struct strbuf safe = STRBUF_INIT;

	text_sanitize_str(&safe, text, 0);
	for (const char *c = safe.at; *c; c++) {
		if (*c == '<')
			strbuf_adds(out, "&lt;");
		else if (*c == '>')
			strbuf_adds(out, "&gt;");
		else if (*c == '&')
			strbuf_adds(out, "&amp;");
		else if (*c == '"')
			strbuf_adds(out, "&quot;");
		else
			strbuf_addc(out, *c);
	}
	strbuf_release(&safe);
}

/* --- layout --------------------------------------------------------------- */

static size_t
add_item(struct picture *p, struct item item)
{
	if (p->nitems == p->cap) {
		p->cap = p->cap ? 2 * p->cap : 64;
		p->items = mem_realloc(p->items, p->cap * sizeof(*p->items));
	}
	item.order = p->nitems;
	p->items[p->nitems] = item;
	return p->nitems++;
}

static void
add_lines(struct picture *p, size_t to)
{
	struct wf_node node = wf_flow_step(p->graph->flow, to);

	for (size_t k = 0; k < node.nneeds; k++) {
		size_t from = node.needs[k], at = from;

		for (size_t layer = p->layers[from] + 1; layer < p->layers[to];
		     layer++)
			at = add_item(p, (struct item){.layer = layer,
						       .step = to,
						       .before = at});
	}
}

/* The mean of what it comes from, which stands already. */
static double
wish_of(const struct picture *p, size_t i)
{
	const struct item *item = &p->items[i];
	struct wf_node node;
	double sum = 0;

	if (item->before != NOTHING)
		return p->items[item->before].y;
	node = wf_flow_step(p->graph->flow, item->step);
	for (size_t k = 0; k < node.nneeds; k++)
		sum += p->items[node.needs[k]].y;
	return node.nneeds ? sum / (double)node.nneeds : 1e9;
}

static const struct item *sorted;

static int
by_wish(const void *pa, const void *pb)
{
	const struct item *a = &sorted[*(const size_t *)pa];
	const struct item *b = &sorted[*(const size_t *)pb];

	if (a->wish < b->wish || a->wish > b->wish)
		return a->wish < b->wish ? -1 : 1;
	return (a->order > b->order) - (a->order < b->order);
}

static void
place_layer(struct picture *p, size_t layer)
{
	size_t *order = mem_alloc((p->nitems + 1) * sizeof(*order)), n = 0;
	int y = MARGIN;

	for (size_t i = 0; i < p->nitems; i++) {
		if (p->items[i].layer != layer)
			continue;
		p->items[i].wish = wish_of(p, i);
		order[n++] = i;
	}
	sorted = p->items;
	if (n)
		qsort(order, n, sizeof(*order), by_wish);
	for (size_t k = 0; k < n; k++) {
		struct item *item = &p->items[order[k]];
		bool box = item->before == NOTHING;

		item->y = y;
		y += (box ? BOX_HEIGHT : LANE_HEIGHT) + GAP_Y;
	}
	if (y > p->height)
		p->height = y;
	free(order);
}

/* Each layer is as wide as its longest name. */
static int
layer_width(const struct picture *p, size_t layer)
{
	int widest = MIN_WIDTH;

	for (size_t i = 0; i < p->n; i++) {
		const char *name = wf_flow_step(p->graph->flow, i).name;
		int width = text_width_str(name) * CHAR_WIDTH + 24;

		if (p->layers[i] == layer && width > widest)
			widest = width;
	}
	return widest;
}

static void
lay_out(struct picture *p)
{
	int x = MARGIN;

	for (size_t i = 0; i < p->n; i++)
		add_item(p, (struct item){.layer = p->layers[i],
					  .step = i,
					  .before = NOTHING});
	for (size_t i = 0; i < p->n; i++)
		add_lines(p, i);
	for (size_t layer = 0; layer < p->nlayers; layer++) {
		int width = layer_width(p, layer);

		place_layer(p, layer);
		for (size_t i = 0; i < p->n; i++)
			if (p->layers[i] == layer)
				p->places[i] =
					(struct place){x, p->items[i].y, width};
		for (size_t i = p->n; i < p->nitems; i++)
			if (p->items[i].layer == layer) {
				p->items[i].x = x;
				p->items[i].width = width;
			}
		x += width + GAP_X;
	}
	p->width = x - GAP_X + MARGIN;
	p->height += MARGIN - GAP_Y;
}

/* --- drawing -------------------------------------------------------------- */

static const char *
class_of(const char *state)
{
	static const char *const names[] = {
		[CLASS_IDLE] = "idle", [CLASS_ACTIVE] = "active",
		[CLASS_GOOD] = "good", [CLASS_NEUTRAL] = "neutral",
		[CLASS_BAD] = "bad",   [CLASS_UNDO] = "undo"};
	enum step_state s;

	if (!state || !step_state_from_name(state, &s))
		return "none";
	return names[step_states[s].class];
}

static void
draw_step(struct picture *p, size_t i)
{
	struct wf_node node = wf_flow_step(p->graph->flow, i);
	const char *state = chart_state(p->graph, i);
	const struct place *at = &p->places[i];

	strbuf_addf(p->out, "<g class=\"%s\"><title>", class_of(state));
	add_xml(p->out, node.id);
	if (state)
		strbuf_addf(p->out, ": %s", state);
	strbuf_addf(p->out,
		    "</title><rect x=\"%d\" y=\"%d\" width=\"%d\" "
		    "height=\"%d\" rx=\"%d\"%s/>"
		    "<text x=\"%d\" y=\"%d\">",
		    at->x, at->y, at->width, BOX_HEIGHT,
		    str_eq(node.action, "approval") ? 17 : 5,
		    node.finally || node.is_fallback
			    ? " stroke-dasharray=\"5 3\""
			    : "",
		    at->x + at->width / 2,
		    at->y + BOX_HEIGHT / 2 + (state ? -1 : 5));
	add_xml(p->out, node.name);
	strbuf_adds(p->out, "</text>");
	if (state)
		strbuf_addf(p->out,
			    "<text class=\"state\" x=\"%d\" y=\"%d\">%s</text>",
			    at->x + at->width / 2, at->y + BOX_HEIGHT - 4,
			    state);
	strbuf_adds(p->out, "</g>\n");
}

static void
curve(struct picture *p, int x1, int y1, int x2, int y2)
{
	strbuf_addf(p->out, "C%d %d %d %d %d %d", x1 + GAP_X / 2, y1,
		    x2 - GAP_X / 2, y2, x2, y2);
}

/* From box to box by way of the `n` lanes that begin with `line`. */
static void
draw_edge(struct picture *p, size_t from, size_t to, size_t line, size_t n,
	  bool dashed)
{
	const struct place *a = &p->places[from], *b = &p->places[to];
	int x = a->x + a->width, y = a->y + BOX_HEIGHT / 2;

	strbuf_addf(p->out, "<path d=\"M%d %d", x, y);
	for (size_t i = line; i < line + n; i++) {
		const struct item *lane = &p->items[i];
		int middle = lane->y + LANE_HEIGHT / 2;

		curve(p, x, y, lane->x, middle);
		x = lane->x + lane->width;
		y = middle;
		strbuf_addf(p->out, "L%d %d", x, y);
	}
	curve(p, x, y, b->x - 2, b->y + BOX_HEIGHT / 2);
	strbuf_addf(p->out, "\"%s marker-end=\"url(#to)\"/>\n",
		    dashed ? " stroke-dasharray=\"4 3\"" : "");
}

/* Lanes were made in the order of steps and needs. */
static void
draw_edges(struct picture *p)
{
	size_t line = p->n;

	for (size_t to = 0; to < p->n; to++) {
		struct wf_node node = wf_flow_step(p->graph->flow, to);

		for (size_t k = 0; k < node.nneeds; k++) {
			size_t from = node.needs[k];
			size_t between = p->layers[to] - p->layers[from] - 1;

			draw_edge(p, from, to, line, between,
				  !str_eq(node.join, "all"));
			line += between;
		}
	}
}

static void
draw_head(struct picture *p)
{
	strbuf_addf(p->out,
		    "<svg xmlns=\"http://www.w3.org/2000/svg\" "
		    "width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">\n",
		    p->width, p->height, p->width, p->height);
	strbuf_adds(
		p->out,
		"<style>rect{fill:#fff;stroke:#555}"
		"path{fill:none;stroke:#777}"
		"text{font:13px sans-serif;text-anchor:middle}"
		".state{font-size:10px;fill:#444}"
		".idle rect{fill:#f2f2f2}.active rect{fill:#cfe8ff}"
		".good rect{fill:#d3f5d3}.neutral rect{fill:#fff3c4}"
		".bad rect{fill:#ffd0d0}.undo rect{fill:#ead6ff}</style>\n"
		"<defs><marker id=\"to\" markerWidth=\"8\" markerHeight=\"8\" "
		"refX=\"6\" refY=\"3\" orient=\"auto\">"
		"<path d=\"M0 0L6 3L0 6z\" style=\"fill:#777\"/></marker>"
		"</defs>\n");
}

void
chart_svg(const struct chart *g, struct strbuf *out)
{
	struct picture p = {
		.graph = g, .n = wf_flow_nsteps(g->flow), .out = out};

	p.layers = wf_flow_waves(g->flow, &p.nlayers);
	p.places = mem_alloc((p.n + 1) * sizeof(*p.places));
	lay_out(&p);
	draw_head(&p);
	draw_edges(&p);
	for (size_t i = 0; i < p.n; i++)
		draw_step(&p, i);
	strbuf_adds(out, "</svg>\n");
	free(p.layers);
	free(p.places);
	free(p.items);
}
