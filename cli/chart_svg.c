/* Graphs as SVG: layers from left to right, steps of a layer one below the
 * other, in the order of the file.
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
	MARGIN = 20,
	CHAR_WIDTH = 8,
	MIN_WIDTH = 90
};

struct place {
	int x, y, width;
};

struct picture {
	const struct chart *graph;
	size_t n, nlayers;
	size_t *layers;
	struct place *places;
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

/* Each layer is as wide as its longest name. */
static void
lay_out(struct picture *p)
{
	int x = MARGIN;

	for (size_t layer = 0; layer < p->nlayers; layer++) {
		int widest = MIN_WIDTH, y = MARGIN;

		for (size_t i = 0; i < p->n; i++) {
			const char *name = wf_flow_step(p->graph->flow, i).name;
			int width = text_width_str(name) * CHAR_WIDTH + 24;

			if (p->layers[i] == layer && width > widest)
				widest = width;
		}
		for (size_t i = 0; i < p->n; i++) {
			if (p->layers[i] != layer)
				continue;
			p->places[i] = (struct place){x, y, widest};
			y += BOX_HEIGHT + GAP_Y;
		}
		if (y > p->height)
			p->height = y;
		x += widest + GAP_X;
	}
	p->width = x - GAP_X + MARGIN;
	p->height += MARGIN - GAP_Y;
}

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
		    at->x + at->width / 2, at->y + BOX_HEIGHT / 2 + 5);
	add_xml(p->out, node.name);
	strbuf_adds(p->out, "</text></g>\n");
}

static void
draw_edge(struct picture *p, size_t from, size_t to, bool dashed)
{
	const struct place *a = &p->places[from], *b = &p->places[to];
	int x1 = a->x + a->width, y1 = a->y + BOX_HEIGHT / 2;
	int x2 = b->x, y2 = b->y + BOX_HEIGHT / 2;

	strbuf_addf(p->out,
		    "<path d=\"M%d %dC%d %d %d %d %d %d\"%s "
		    "marker-end=\"url(#to)\"/>\n",
		    x1, y1, x1 + GAP_X / 2, y1, x2 - GAP_X / 2, y2, x2 - 2, y2,
		    dashed ? " stroke-dasharray=\"4 3\"" : "");
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

	p.layers = chart_layers(g, &p.nlayers);
	p.places = mem_alloc((p.n + 1) * sizeof(*p.places));
	lay_out(&p);
	draw_head(&p);
	for (size_t i = 0; i < p.n; i++) {
		struct wf_node node = wf_flow_step(g->flow, i);

		for (size_t k = 0; k < node.nneeds; k++)
			draw_edge(&p, node.needs[k], i,
				  !str_eq(node.join, "all"));
	}
	for (size_t i = 0; i < p.n; i++)
		draw_step(&p, i);
	strbuf_adds(out, "</svg>\n");
	free(p.layers);
	free(p.places);
}
