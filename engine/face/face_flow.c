/* Definitions: loading, and what front ends may know of them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "../base/fs.h"
#include "../executors/executor.h"
#include "../model/schema.h"
#include "../yaml/lint.h"
#include "../yaml/yaml_schema.h"
#include "face_int.h"

enum wf_code
wf_flow_load(const char *path, struct wf_flow **flow_out,
	     struct wf_diags *diags, struct wf_err *err)
{
	struct bundle *bundle;
	enum wf_code code = bundle_load(path, &bundle, diags, err);

	if (code)
		return code;
	*flow_out = mem_alloc(sizeof(**flow_out));
	(*flow_out)->bundle = bundle;
	return WF_OK;
}

enum wf_code
wf_flow_of_run(struct wf_engine *e, const char *run, struct wf_flow **flow_out,
	       struct wf_err *err)
{
	struct arena a = {0};
	struct st_run row;
	struct bundle *bundle;
	const char *text;
	enum wf_code code =
		face_code(st_read_run(e->store, run, &a, &row, err));

	if (!code)
		code = face_code(st_read_definition(e->store, row.definition,
						    &a, &text, err));
	if (!code)
		code = bundle_parse(text, strlen(text), &bundle, err);
	if (!code) {
		*flow_out = mem_alloc(sizeof(**flow_out));
		(*flow_out)->bundle = bundle;
	}
	arena_release(&a);
	return code;
}

void
wf_flow_free(struct wf_flow *flow)
{
	if (!flow)
		return;
	bundle_free(flow->bundle);
	free(flow);
}

void
wf_flow_lint(const struct wf_flow *flow, struct wf_diags *diags)
{
	workflow_lint(flow->bundle->root, diags);
	wf_diags_sort(diags);
}

char *
wf_flow_schema(void)
{
	return yaml_schema();
}

bool
wf_flow_key(size_t i, struct wf_key_info *out)
{
	const struct schema_key *k = &schema_keys[i];

	if (i >= schema_nkeys)
		return false;
	*out = (struct wf_key_info){schema_section_meaning(k->section),
				    schema_section_name(k->section),
				    k->name,
				    k->type,
				    k->help,
				    k->example};
	return true;
}

bool
wf_flow_advice(size_t i, struct wf_advice_info *out)
{
	if (i >= lint_nrules)
		return false;
	*out = (struct wf_advice_info){lint_rules[i].name, lint_rules[i].why};
	return true;
}

bool
wf_flow_executor(size_t i, struct wf_executor_info *out)
{
	const struct schema_executor *e = &schema_executors[i + 1];

	/* The first is local, which needs nothing. */
	if (i + 1 >= schema_nexecutors)
		return false;
	*out = (struct wf_executor_info){e->name, e->meaning, e->example,
					 executor_of(e->name)->client, false};
	out->there = fs_in_path(out->client);
	return true;
}

const char *
wf_flow_name(const struct wf_flow *flow)
{
	return flow->bundle->root->name;
}

const char *
wf_flow_file(const struct wf_flow *flow)
{
	return flow->bundle->root->file;
}

const char *
wf_flow_description(const struct wf_flow *flow)
{
	return flow->bundle->root->description;
}

/* --- params
 * -------------------------------------------------------------------- */

size_t
wf_flow_nparams(const struct wf_flow *flow)
{
	return flow->bundle->root->params.n;
}

/* Texts made on demand live as long as the flow. */
static const char *
text_in(struct arena *a, struct value v)
{
	struct strbuf text = STRBUF_INIT;
	const char *copy;

	value_to_text(v, &text);
	copy = arena_strdup(a, text.at);
	strbuf_release(&text);
	return copy;
}

struct wf_param_info
wf_flow_param(const struct wf_flow *flow, size_t i)
{
	struct workflow *wf = flow->bundle->root;
	const struct param *p = &wf->params.at[i];
	struct wf_param_info info = {.name = p->name,
				     .type = value_type_name(p->type),
				     .required = p->required,
				     .help = p->help};
	const char **choices;

	if (p->has_default)
		info.def = text_in(&wf->arena, p->def);
	if (!p->nchoices)
		return info;
	choices = arena_array(&wf->arena, const char *, p->nchoices + 1);
	for (uint32_t k = 0; k < p->nchoices; k++)
		choices[k] = text_in(&wf->arena, p->choices[k]);
	info.choices = choices;
	return info;
}

enum wf_code
wf_flow_check_param(const struct wf_flow *flow, const char *name,
		    const char *text, struct wf_err *err)
{
	const struct param *p = params_find(&flow->bundle->root->params, name);
	struct arena a = {0};
	struct value v;
	enum wf_code code = WF_OK;

	if (!p)
		code = ERR(err, WF_USAGE, "the flow has no param \"%s\"", name);
	else if (!param_from_text(p, &a, text, &v, err))
		code = WF_USAGE;
	arena_release(&a);
	return code;
}

/* --- steps
 * --------------------------------------------------------------------- */

size_t
wf_flow_nsteps(const struct wf_flow *flow)
{
	return flow->bundle->root->nsteps;
}

static const char *
action_name(enum step_action action)
{
	static const char *const names[] = {"milestone", "run",      "argv",
					    "workflow",  "approval", "wait"};

	return names[action];
}

struct wf_node
wf_flow_step(const struct wf_flow *flow, size_t i)
{
	struct workflow *wf = flow->bundle->root;
	const struct step *s = &wf->steps[i];
	size_t *needs = arena_array(&wf->arena, size_t, s->nneeds);

	for (uint32_t k = 0; k < s->nneeds; k++)
		needs[k] = s->needs[k].step;
	return (struct wf_node){
		.id = s->id,
		.name = step_name(s),
		.action = action_name(s->action),
		.needs = needs,
		.nneeds = s->nneeds,
		.join = s->join == JOIN_COUNT
				? arena_printf(&wf->arena, "%u", s->join_count)
				: join_name(s->join),
		.condition = step_condition(s) ? step_condition(s)->text : NULL,
		.finally = s->finally,
		.is_fallback = s->is_fallback,
		.has_undo = workflow_has_undo(s),
		.irreversible = s->more->irreversible,
		.many = s->more->many != NULL,
		.savepoint = s->more->savepoint,
		.line = s->line};
}

size_t *
wf_flow_waves(const struct wf_flow *flow, size_t *nwaves_out)
{
	const struct workflow *wf = flow->bundle->root;
	size_t *waves = mem_alloc((wf->nsteps + 1) * sizeof(*waves));
	uint32_t *order = workflow_order(wf);

	*nwaves_out = 0;
	for (uint32_t k = 0; k < wf->nsteps; k++) {
		const struct step *step = &wf->steps[order[k]];
		size_t *wave = &waves[order[k]];

		for (uint32_t j = 0; j < step->nneeds; j++)
			if (*wave <= waves[step->needs[j].step])
				*wave = waves[step->needs[j].step] + 1;
		if (*nwaves_out <= *wave)
			*nwaves_out = *wave + 1;
	}
	free(order);
	return waves;
}
