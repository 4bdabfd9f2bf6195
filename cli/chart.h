/* A flow's graph in the languages of others: dot, mermaid, SVG, JSON.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_CHART_H
#define WF_CHART_H

#include "output.h"

/* A flow, and what a run has made of it so far (NULL: not run). */
struct chart {
	const struct wf_flow *flow;
	const struct wf_run_detail *detail;
};

/* The state of step `i`, or NULL; of many instances the one that matters. */
const char *chart_state(const struct chart *g, size_t i);

void chart_dot(const struct chart *g, struct strbuf *out);
void chart_mermaid(const struct chart *g, struct strbuf *out);
void chart_svg(const struct chart *g, struct strbuf *out);
json_t *chart_json(const struct chart *g);

#endif
