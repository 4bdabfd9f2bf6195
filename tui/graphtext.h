/* A graph as lines of text, for `wfctl graph` and other plain output.
 *
 * No terminal is needed.  The picture is the layered one when it fits into
 * `width` columns, else the steps one a line behind their gutter of lanes.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_GRAPHTEXT_H
#define WF_GRAPHTEXT_H

#include "../engine/base/str.h"
#include "graph.h"

struct graphtext_options {
	int width;    /* 0: any */
	bool ascii;   /* 7-bit only */
	bool implied; /* also edges that longer paths imply */
	bool lanes;   /* the gutter in any case */
};

void graphtext_draw(struct strbuf *out, const struct graph_node *nodes,
		    size_t n, const struct graphtext_options *options);

#endif
