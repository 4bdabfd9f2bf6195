/* wfctl graph: the graph of a flow or a run, for other programs to draw.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../tui/graph.h"
#include "../../tui/graphtext.h"
#include "../asking.h"
#include "../chart.h"
#include "../cmd.h"
#include "../output.h"

enum graph_format {
	GRAPH_TEXT,
	GRAPH_DOT,
	GRAPH_MERMAID,
	GRAPH_SVG,
	GRAPH_JSON
};

struct args {
	int format;
};

/* clang-format off */
static const struct option options[] = {
	{0, "format", OPT_CHOICE, offsetof(struct args, format), "text|dot|mermaid|svg|json", "the language to draw in"},
	{0}};
/* clang-format on */

/* Without a terminal the lines may be as long as they need. */
static void
draw_text(const struct chart *g, struct strbuf *out)
{
	struct graphtext_options how = {.width = output_width(STDOUT_FILENO, 0),
					.ascii = !output_utf8()};
	size_t n = wf_flow_nsteps(g->flow);
	struct graph_node *nodes = mem_alloc((n + 1) * sizeof(*nodes));
	char **labels = mem_alloc((n + 1) * sizeof(*labels));

	for (size_t i = 0; i < n; i++) {
		struct wf_node node = wf_flow_step(g->flow, i);
		const char *state = chart_state(g, i);

		labels[i] = state ? mem_printf("%s (%s)", node.name, state)
				  : mem_strdup(node.name);
		nodes[i] = (struct graph_node){.label = labels[i],
					       .needs = node.needs,
					       .nneeds = node.nneeds};
	}
	graphtext_draw(out, nodes, n, &how);
	for (size_t i = 0; i < n; i++)
		free(labels[i]);
	free(labels);
	free(nodes);
}

static void
draw(struct call *call, const struct chart *g)
{
	const struct args *args = call->args;
	struct strbuf out = STRBUF_INIT;
	int format = output_is_json(call) ? GRAPH_JSON : args->format;

	switch ((enum graph_format)format) {
	case GRAPH_TEXT:
		draw_text(g, &out);
		break;
	case GRAPH_DOT:
		chart_dot(g, &out);
		break;
	case GRAPH_MERMAID:
		chart_mermaid(g, &out);
		break;
	case GRAPH_SVG:
		chart_svg(g, &out);
		break;
	case GRAPH_JSON:
		output_object(call, chart_json(g));
		break;
	}
	fwrite(out.at, 1, out.n, stdout);
	strbuf_release(&out);
}

static enum wf_code
graph_of_run(struct call *call, struct wf_err *err)
{
	struct wf_run_detail detail = {0};
	struct wf_flow *flow = NULL;
	char run[WF_RUN_ID];
	enum wf_code code = call_open(call, WF_OPEN_READ, err);

	if (!code)
		code = call_run(call, 0, run, err);
	if (!code)
		code = wf_flow_of_run(call->engine, run, &flow, err);
	if (!code)
		code = wf_run(call->engine, run, &detail, err);
	if (!code) {
		draw(call, &(struct chart){flow, &detail});
		wf_list_free(&detail.list);
	}
	wf_flow_free(flow);
	return code;
}

static enum wf_code
graph(struct call *call, struct wf_err *err)
{
	struct wf_flow *flow = NULL;
	enum wf_code code;

	if (!call_is_file(call->words[0]))
		return graph_of_run(call, err);
	code = asking_flow(call, call->words[0], &flow, err);
	if (!code)
		draw(call, &(struct chart){flow, NULL});
	wf_flow_free(flow);
	return code;
}

const struct cmd_entry cmd_graph = {
	.operands = "FILE|RUN",
	.options = options,
	.size = sizeof(struct args),
	.min = 1,
	.max = 1,
	.about = "Of a run, steps carry the colours of their states.",
	.example = "wfctl graph deploy.yaml --format dot | dot -Tpng -o g.png",
	.complete = "x",
	.run = graph,
};
