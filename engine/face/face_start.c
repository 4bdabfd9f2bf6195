/* Params and options of a new run.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "face_int.h"

#include <stdlib.h>

#include "../run/rows.h"
#include "../yaml/yaml_value.h"

struct starter {
	const struct workflow *wf;
	struct arena *a;
	struct map values; /* name -> struct value */
	struct wf_err *err;
};

static enum wf_code
unknown_param(struct starter *s, const char *name)
{
	ERR(s->err, WF_USAGE, "flow \"%s\" has no param \"%s\"", s->wf->name,
	    name);
	params_hint(&s->wf->params, name, s->err);
	return WF_USAGE;
}

static enum wf_code
set_value(struct starter *s, const struct param *p, struct value v)
{
	struct value *kept = arena_new(s->a, struct value);

	*kept = v;
	map_set(&s->values, p->name, kept);
	return WF_OK;
}

static enum wf_code
set_text(struct starter *s, const char *name, const char *text)
{
	const struct param *p = params_find(&s->wf->params, name);
	struct value v;

	if (!p)
		return unknown_param(s, name);
	if (!param_from_text(p, s->a, text, &v, s->err))
		return WF_USAGE;
	return set_value(s, p, v);
}

static enum wf_code
set_typed(struct starter *s, const char *name, struct value given)
{
	const struct param *p = params_find(&s->wf->params, name);
	struct value v;

	if (!p)
		return unknown_param(s, name);
	if (!param_check(p, s->a, given, &v, s->err))
		return WF_USAGE;
	return set_value(s, p, v);
}

static enum wf_code
read_params_file(struct starter *s, const char *path)
{
	struct value map;
	enum wf_code code = yaml_load_value(path, s->a, &map, s->err);

	if (code)
		return code;
	if (map.kind != VALUE_MAP && map.kind != VALUE_NULL) {
		ERR(s->err, WF_USAGE, "a params file holds a mapping");
		wf_err_place(s->err, path, 0, 0);
		wf_err_hint(s->err, "write one \"name: value\" a line");
		return WF_USAGE;
	}
	for (uint32_t k = 0; !code && map.kind == VALUE_MAP && k < map.n; k++)
		code = set_typed(s, map.items[2 * k].string,
				 map.items[2 * k + 1]);
	if (code && s->err && !s->err->file[0])
		wf_err_place(s->err, path, 0, 0);
	return code;
}

static enum wf_code
fill_rest(struct starter *s)
{
	for (uint32_t k = 0; k < s->wf->params.n; k++) {
		const struct param *p = &s->wf->params.at[k];

		if (map_find(&s->values, p->name))
			continue;
		if (p->has_default) {
			set_value(s, p, p->def);
		} else if (p->required) {
			ERR(s->err, WF_USAGE, "the param \"%s\" is missing",
			    p->name);
			wf_err_hint(s->err, "give it with -p %s=VALUE",
				    p->name);
			return WF_USAGE;
		}
	}
	return WF_OK;
}

static const char *
params_text(struct starter *s)
{
	json_t *o = json_object();
	const char *copy;
	char *text;

	for (uint32_t k = 0; k < s->wf->params.n; k++) {
		const char *name = s->wf->params.at[k].name;
		const struct value *v = map_get(&s->values, name);

		json_object_set_new(o, name,
				    v ? value_to_json(*v) : json_null());
	}
	text = json_dumps(o, JSON_COMPACT);
	copy = arena_strdup(s->a, text);
	free(text);
	json_decref(o);
	return copy;
}

static enum wf_code
check_step(struct starter *s, const char *id, const char *option)
{
	const char **ids;
	const char *near;

	if (workflow_step(s->wf, id) != STEP_NONE)
		return WF_OK;
	ids = arena_array(s->a, const char *, s->wf->nsteps);
	for (uint32_t k = 0; k < s->wf->nsteps; k++)
		ids[k] = s->wf->steps[k].id;
	near = str_nearest(id, ids, s->wf->nsteps);
	ERR(s->err, WF_NOT_FOUND, "%s: flow \"%s\" has no step \"%.100s\"",
	    option, s->wf->name, id);
	if (near)
		wf_err_hint(s->err, "did you mean \"%s\"?", near);
	else
		wf_err_hint(s->err, "wfctl plan shows its steps");
	return WF_NOT_FOUND;
}

static enum wf_code
check_options(struct starter *s, const struct wf_start *start,
	      struct start *out)
{
	struct options o = {.from = start->from,
			    .max_parallel = (uint32_t)start->max_parallel,
			    .relaxed = start->relaxed,
			    .no_wait = start->no_wait,
			    .rerun_of = start->rerun_of};
	enum wf_code code = WF_OK;

	if (start->max_parallel < 0)
		return ERR(s->err, WF_USAGE,
			   "--max-parallel wants a number from 1 up");
	o.only.n = (uint32_t)start->nonly;
	o.only.at = arena_copy(s->a, start->only,
			       start->nonly * sizeof(*start->only));
	for (size_t k = 0; !code && k < start->nonly; k++)
		code = check_step(s, start->only[k], "--only");
	if (!code && start->from)
		code = check_step(s, start->from, "--from");
	out->options = rows_options_text(&o, s->a);
	out->name = start->name;
	return code;
}

/* Those of a run that is made again, as far as the flow still has them and
 * they still keep its rules. */
static void
take_old(struct starter *s, const char *params)
{
	struct value map, v;

	if (!value_from_json_text(s->a, params, strlen(params), &map))
		return;
	for (uint32_t k = 0; map.kind == VALUE_MAP && k < map.n; k++) {
		const struct param *p =
			params_find(&s->wf->params, map.items[2 * k].string);

		if (p && map.items[2 * k + 1].kind != VALUE_NULL &&
		    param_check(p, s->a, map.items[2 * k + 1], &v, NULL))
			set_value(s, p, v);
	}
}

enum wf_code
start_prepare(const struct workflow *wf, const struct wf_start *start,
	      const char *old_params, struct arena *a, struct start *out,
	      struct wf_err *err)
{
	struct starter s = {.wf = wf, .a = a, .err = err};
	enum wf_code code = WF_OK;

	if (old_params)
		take_old(&s, old_params);
	if (start->params_file)
		code = read_params_file(&s, start->params_file);
	for (size_t k = 0; !code && k < start->nparams; k++)
		code = set_text(&s, start->params[k].name,
				start->params[k].value);
	if (!code)
		code = fill_rest(&s);
	if (!code)
		code = check_options(&s, start, out);
	if (!code)
		out->params = params_text(&s);
	map_release(&s.values);
	return code;
}
