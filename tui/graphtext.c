/* Graphs as lines of text, in bands so that large ones need little memory.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "graphtext.h"
#include "lanes.h"
#include "layers.h"

enum {
	BAND = 32
};

/* Copies whose labels are harmless and, when asked for, 7-bit. */
static struct graph_node *
safe_nodes(const struct graph_node *nodes, size_t n, bool ascii)
{
	struct graph_node *safe = mem_alloc((n + 1) * sizeof(*safe));

	for (size_t i = 0; i < n; i++) {
		struct strbuf label = STRBUF_INIT;

		text_sanitize_str(&label, nodes[i].label,
				  ascii ? TEXT_ASCII : 0);
		safe[i] = nodes[i];
		safe[i].label = strbuf_detach(&label);
	}
	return safe;
}

static void
free_nodes(struct graph_node *nodes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free((char *)(uintptr_t)nodes[i].label);
	free(nodes);
}

static void
draw_layers(struct strbuf *out, const struct layers *l, bool ascii)
{
	const struct layers_look look = {.selected = -1};
	int height = layers_height(l);
	struct grid g;

	grid_init(&g, layers_width(l), height < BAND ? height : BAND);
	g.ascii = ascii;
	for (int y = 0; y < height; y += BAND) {
		if (y + BAND > height)
			grid_resize(&g, g.w, height - y);
		grid_clear(&g);
		layers_draw(l, &g, rect_of(&g), 0, y, &look);
		grid_dump(&g, out);
	}
	grid_release(&g);
}

static void
draw_lanes(struct strbuf *out, const struct graph_node *nodes, size_t n,
	   bool ascii)
{
	struct lanes l;
	struct grid g;

	lanes_build(&l, nodes, n);
	grid_init(&g, lanes_columns(&l) + 1, 1);
	g.ascii = ascii;
	for (size_t r = 0; r < l.nrows; r++) {
		const struct lane_row *row = &l.rows[r];
		struct strbuf line = STRBUF_INIT;

		grid_clear(&g);
		lanes_draw(&l, &g, rect_of(&g), 0, 0, r, 0);
		grid_dump(&g, &line);
		line.at[--line.n] = '\0';
		if (row->node != LANES_NONE)
			text_clip(out, line.at, line.n, g.w + 1, TEXT_PAD);
		else
			strbuf_add(out, line.at, line.n);
		if (row->node != LANES_NONE)
			strbuf_adds(out, nodes[row->node].label);
		if (row->joined)
			strbuf_addf(out, "  (needs %d more)", row->joined);
		strbuf_addc(out, '\n');
		strbuf_release(&line);
	}
	grid_release(&g);
	lanes_release(&l);
}

void
graphtext_draw(struct strbuf *out, const struct graph_node *nodes, size_t n,
	       const struct graphtext_options *options)
{
	struct graph_node *safe = safe_nodes(nodes, n, options->ascii);
	int width = options->width > 0 ? options->width : TEXT_UNLIMITED;
	struct layers_options o = {
		.fit_w = width,
		.fit_h = TEXT_UNLIMITED,
		.implied = options->implied,
	};
	struct layers *l = NULL;

	if (!options->lanes)
		l = layers_new(safe, n, &o);
	if (l && layers_width(l) <= width)
		draw_layers(out, l, options->ascii);
	else
		draw_lanes(out, safe, n, options->ascii);
	layers_free(l);
	free_nodes(safe, n);
}
