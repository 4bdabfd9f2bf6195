/* Graphs as dot, mermaid and JSON.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "chart.h"

#include <stdlib.h>

#include "../engine/base/text.h"

/* The worse a state, the more it matters among instances of one step. */
static int
weight(enum step_state state)
{
	static const int by_class[] = {
		[CLASS_IDLE] = 2,    [CLASS_ACTIVE] = 4, [CLASS_GOOD] = 1,
		[CLASS_NEUTRAL] = 0, [CLASS_BAD] = 5,    [CLASS_UNDO] = 3};

	return by_class[step_states[state].class];
}

const char *
chart_state(const struct chart *g, size_t i)
{
	const char *id = wf_flow_step(g->flow, i).id;
	const struct wf_step_info *best = NULL;

	for (size_t k = 0; g->detail && k < g->detail->nsteps; k++) {
		const struct wf_step_info *s = &g->detail->steps[k];

		if (str_eq(s->id, id) &&
		    (!best || weight(s->state) > weight(best->state)))
			best = s;
	}
	return best ? step_states[best->state].name : NULL;
}

/* A quoted word of dot: what could end it is escaped, bytes made harmless. */
static void
add_quoted(struct strbuf *out, const char *text)
{
	struct strbuf safe = STRBUF_INIT;

	text_sanitize_str(&safe, text, 0);
	strbuf_addc(out, '"');
	for (const char *c = safe.at; *c; c++) {
		if (*c == '"' || *c == '\\')
			strbuf_addc(out, '\\');
		strbuf_addc(out, *c);
		/* Graphviz reads entities in labels. */
		if (*c == '&')
			strbuf_adds(out, "amp;");
	}
	strbuf_addc(out, '"');
	strbuf_release(&safe);
}

static const char *
fill_of(const char *state)
{
	static const char *const by_class[] = {
		[CLASS_IDLE] = "#f2f2f2", [CLASS_ACTIVE] = "#cfe8ff",
		[CLASS_GOOD] = "#d3f5d3", [CLASS_NEUTRAL] = "#fff3c4",
		[CLASS_BAD] = "#ffd0d0",  [CLASS_UNDO] = "#ead6ff"};
	enum step_state s;

	if (!state || !step_state_from_name(state, &s))
		return "#ffffff";
	return by_class[step_states[s].class];
}

static const char *
dot_shape(const struct wf_node *node)
{
	if (str_eq(node->action, "approval"))
		return "diamond";
	if (str_eq(node->action, "milestone"))
		return "ellipse";
	if (str_eq(node->action, "workflow"))
		return "box3d";
	return "box";
}

void
chart_dot(const struct chart *g, struct strbuf *out)
{
	size_t n = wf_flow_nsteps(g->flow);

	strbuf_adds(out, "digraph ");
	add_quoted(out, wf_flow_name(g->flow));
	strbuf_adds(out, " {\n\trankdir=LR;\n"
			 "\tnode [style=filled, fontname=\"sans-serif\"];\n");
	for (size_t i = 0; i < n; i++) {
		struct wf_node node = wf_flow_step(g->flow, i);
		const char *state = chart_state(g, i);

		strbuf_addc(out, '\t');
		add_quoted(out, node.id);
		strbuf_addf(out, " [shape=%s, fillcolor=\"%s\", label=",
			    dot_shape(&node), fill_of(state));
		add_quoted(out, node.name);
		if (state)
			strbuf_addf(out, ", tooltip=\"%s\"", state);
		if (node.many)
			strbuf_adds(out, ", peripheries=2");
		if (node.finally || node.is_fallback)
			strbuf_adds(out, ", style=\"filled,dashed\"");
		strbuf_adds(out, "];\n");
	}
	for (size_t i = 0; i < n; i++) {
		struct wf_node node = wf_flow_step(g->flow, i);

		for (size_t k = 0; k < node.nneeds; k++) {
			strbuf_addc(out, '\t');
			add_quoted(out,
				   wf_flow_step(g->flow, node.needs[k]).id);
			strbuf_adds(out, " -> ");
			add_quoted(out, node.id);
			strbuf_adds(out, str_eq(node.join, "all")
						 ? ";\n"
						 : " [style=dashed];\n");
		}
	}
	strbuf_adds(out, "}\n");
}

/* A label of mermaid: quotes and the like as entities. */
static void
add_mermaid(struct strbuf *out, const char *text)
{
	struct strbuf safe = STRBUF_INIT;

	text_sanitize_str(&safe, text, 0);
	for (const char *c = safe.at; *c; c++) {
		if (strchr("\"#<>&;`", *c))
			strbuf_addf(out, "#%d;", *c);
		else
			strbuf_addc(out, *c);
	}
	strbuf_release(&safe);
}

void
chart_mermaid(const struct chart *g, struct strbuf *out)
{
	size_t n = wf_flow_nsteps(g->flow);

	/* numbered nodes: ids such as "end" are words of the language */
	strbuf_adds(out, "flowchart LR\n");
	for (size_t i = 0; i < n; i++) {
		struct wf_node node = wf_flow_step(g->flow, i);
		const char *open = "[\"", *close = "\"]";

		if (str_eq(node.action, "approval"))
			open = "{\"", close = "\"}";
		else if (str_eq(node.action, "milestone"))
			open = "([\"", close = "\"])";
		else if (str_eq(node.action, "workflow") || node.many)
			open = "[[\"", close = "\"]]";
		strbuf_addf(out, "    n%zu%s", i, open);
		add_mermaid(out, node.name);
		strbuf_addf(out, "%s\n", close);
		if (chart_state(g, i))
			strbuf_addf(out, "    style n%zu fill:%s\n", i,
				    fill_of(chart_state(g, i)));
	}
	for (size_t i = 0; i < n; i++) {
		struct wf_node node = wf_flow_step(g->flow, i);

		for (size_t k = 0; k < node.nneeds; k++)
			strbuf_addf(out, "    n%zu %s n%zu\n", node.needs[k],
				    str_eq(node.join, "all") ? "-->" : "-.->",
				    i);
	}
}

static json_t *
node_json(const struct chart *g, size_t i)
{
	struct wf_node node = wf_flow_step(g->flow, i);
	json_t *o = json_object(), *needs = json_array();
	const char *state = chart_state(g, i);

	for (size_t k = 0; k < node.nneeds; k++)
		json_array_append_new(
			needs,
			json_text(wf_flow_step(g->flow, node.needs[k]).id));
	json_object_set_new(o, "id", json_text(node.id));
	json_object_set_new(o, "name", json_text(node.name));
	json_object_set_new(o, "action", json_text(node.action));
	json_object_set_new(o, "needs", needs);
	json_object_set_new(o, "join", json_text(node.join));
	json_object_set_new(o, "if", json_text(node.condition));
	json_object_set_new(o, "many", json_boolean(node.many));
	json_object_set_new(o, "finally", json_boolean(node.finally));
	json_object_set_new(o, "fallback", json_boolean(node.is_fallback));
	json_object_set_new(o, "undo", json_boolean(node.has_undo));
	json_object_set_new(o, "irreversible", json_boolean(node.irreversible));
	json_object_set_new(o, "savepoint", json_text(node.savepoint));
	json_object_set_new(o, "line", json_integer(node.line));
	json_object_set_new(o, "state", json_text(state));
	return o;
}

json_t *
chart_json(const struct chart *g)
{
	json_t *o = json_object(), *steps = json_array();
	json_t *edges = json_array();
	size_t n = wf_flow_nsteps(g->flow);

	for (size_t i = 0; i < n; i++) {
		struct wf_node node = wf_flow_step(g->flow, i);

		json_array_append_new(steps, node_json(g, i));
		for (size_t k = 0; k < node.nneeds; k++)
			json_array_append_new(
				edges,
				json_pack("{s:o,s:o}", "from",
					  json_text(wf_flow_step(g->flow,
								 node.needs[k])
							    .id),
					  "to", json_text(node.id)));
	}
	json_object_set_new(o, "flow", json_text(wf_flow_name(g->flow)));
	json_object_set_new(o, "run",
			    json_text(g->detail ? g->detail->run.id : NULL));
	json_object_set_new(o, "steps", steps);
	json_object_set_new(o, "edges", edges);
	return o;
}
