/* One run, one step, looked at closely.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../about.h"

#include <stdio.h>
#include <stdlib.h>

#include "../base/map.h"
#include "../base/vec.h"
#include "../model/reads.h"
#include "../model/value.h"
#include "../run/door.h"
#include "../run/names.h"
#include "face_int.h"

void
wf_run_ask_beat(struct wf_engine *e, const char *run)
{
	char *dir = wf_run_dir(e, run);

	door_ask_beat(dir);
	free(dir);
}

int64_t
wf_run_beat(struct wf_engine *e, const char *run)
{
	char *dir = wf_run_dir(e, run);
	int64_t beat = door_beat(dir);

	free(dir);
	return beat;
}

const char *
wf_tries(uint32_t tries, uint32_t retry_limit, char text[WF_TRIES])
{
	uint32_t allowed = retry_limit + 1;

	if (tries > allowed)
		snprintf(text, WF_TRIES, "%u+%u", allowed, tries - allowed);
	else
		snprintf(text, WF_TRIES, "%u/%u", tries, allowed);
	return text;
}

uint32_t
wf_run_slots(struct wf_engine *e, const char *run)
{
	struct arena a = {0};
	const struct bundle *bundle;
	struct st_run row;
	uint32_t n = 0;

	if (e->store && st_read_run(e->store, run, &a, &row, NULL) == ST_OK &&
	    face_bundle(e, row.definition, &bundle, NULL) == WF_OK) {
		json_t *o =
			row.options ? json_loads(row.options, 0, NULL) : NULL;

		n = (uint32_t)json_integer_value(
			json_object_get(o, "max_parallel"));
		json_decref(o);
		if (!n)
			n = bundle->root->max_parallel;
		if (!n)
			n = names_cpus();
	}
	arena_release(&a);
	return n;
}

/* --- the step's place in its flow ----------------------------------------- */

const struct step *
face_find_step(const struct bundle *b, const char *id,
	       const struct workflow **wf)
{
	char *ids = mem_strdup(id), *save = NULL;
	const struct step *step = NULL;
	uint32_t k;

	*wf = b->root;
	for (char *word = strtok_r(ids, "/", &save); word && *wf;
	     word = strtok_r(NULL, "/", &save)) {
		if (step && step->more->child)
			*wf = map_get(&b->files, step->more->child->file);
		else if (step)
			*wf = NULL;
		k = *wf ? workflow_step(*wf, word) : STEP_NONE;
		step = k == STEP_NONE ? NULL : &(*wf)->steps[k];
		if (!step)
			*wf = NULL;
	}
	free(ids);
	return step;
}

/* --- inputs --------------------------------------------------------------- */

struct inputs {
	struct arena *arena;
	const struct wf_run_detail *run;
	const char *prefix; /* of the paths of its flow: "dep/", or "" */
	VEC(struct wf_input) list;
};

static const char *
hash_of(struct arena *a, const char *object, const char *key)
{
	json_t *o = object ? json_loads(object, 0, NULL) : NULL;
	const json_t *value = json_object_get(o, key);
	char *text = value ? json_dumps(value, JSON_COMPACT | JSON_SORT_KEYS |
						       JSON_ENCODE_ANY)
			   : NULL;
	const char *hash =
		text ? arena_printf(a, "%08x", (unsigned)map_hash(text)) : NULL;

	free(text);
	json_decref(o);
	return hash;
}

static const char *
outputs_of(const struct inputs *in, const char *id)
{
	char *path = mem_printf("%s%s", in->prefix, id);
	const char *outputs = NULL;

	for (size_t i = 0; i < in->run->nsteps && !outputs; i++)
		if (str_eq(in->run->steps[i].path, path))
			outputs = in->run->steps[i].outputs;
	free(path);
	return outputs;
}

static void
add_input(struct inputs *in, const char *name, const char *hash)
{
	vec_each (&in->list, struct wf_input, known)
		if (str_eq(known->name, name))
			return;
	vec_push(&in->list, (struct wf_input){name, hash});
}

/* Of a child flow's params only their names are known here. */
static void
visit(void *arg, uint32_t step, const char *const *chain, size_t n)
{
	struct inputs *in = arg;
	struct arena *a = in->arena;

	(void)step;
	if (n >= 2 && str_eq(chain[0], "params"))
		add_input(in, arena_printf(a, "params.%s", chain[1]),
			  *in->prefix
				  ? NULL
				  : hash_of(a, in->run->run.params, chain[1]));
	else if (n >= 4 && str_eq(chain[0], "steps") &&
		 str_eq(chain[2], "outputs"))
		add_input(in,
			  arena_printf(a, "steps.%s.outputs.%s", chain[1],
				       chain[3]),
			  hash_of(a, outputs_of(in, chain[1]), chain[3]));
}

static void
add_inputs(const struct workflow *wf, const struct step *step,
	   const struct wf_run_detail *run, const struct wf_step_info *info,
	   struct wf_step_about *out)
{
	struct arena *a = out->list.arena;
	const char *slash = strrchr(info->path, '/');
	struct inputs in = {
		.arena = a,
		.run = run,
		.prefix =
			slash ? arena_strndup(a, info->path,
					      (size_t)(slash + 1 - info->path))
			      : ""};

	step_each_read(wf, (uint32_t)(step - wf->steps), visit, &in);
	out->inputs =
		arena_copy(a, in.list.at, in.list.n * sizeof(*in.list.at));
	out->ninputs = in.list.n;
	vec_release(&in.list);
}

/* --- names ---------------------------------------------------------------- */

struct names {
	const char **at;
	size_t n;
};

static void
add_name(struct names *names, struct arena *a, const char *name)
{
	for (size_t i = 0; i < names->n; i++)
		if (str_eq(names->at[i], name))
			return;
	names->at[names->n++] = arena_strdup(a, name);
}

static void
add_names(const struct workflow *wf, const struct step *step,
	  struct wf_step_about *out)
{
	const struct step_more *more = step->more;
	struct arena *a = out->list.arena;
	struct names env = {
		arena_array(a, const char *, wf->env.n + more->env.n + 1), 0};
	struct names secrets = {
		arena_array(a, const char *, more->nsecrets + 1), 0};

	for (uint32_t i = 0; i < wf->env.n; i++)
		add_name(&env, a, wf->env.at[i].name);
	for (uint32_t i = 0; i < more->env.n; i++)
		add_name(&env, a, more->env.at[i].name);
	for (uint32_t i = 0; i < more->nsecrets; i++)
		add_name(&secrets, a, wf->secrets[more->secrets[i]].name);
	out->env = env.at;
	out->nenv = env.n;
	out->secrets = secrets.at;
	out->nsecrets = secrets.n;
}

enum wf_code
wf_step_about(struct wf_engine *e, const struct wf_run_detail *run,
	      const struct wf_step_info *info, struct wf_step_about *out,
	      struct wf_err *err)
{
	const struct bundle *bundle;
	const struct workflow *wf;
	const struct step *step;
	struct store *s;
	enum wf_code code = face_store(e, &s, err);

	*out = (struct wf_step_about){0};
	if (!code && !s)
		code = face_no_run(run->run.id, err);
	if (!code)
		code = face_bundle(e, run->run.definition, &bundle, err);
	if (code)
		return code;
	step = face_find_step(bundle, info->id, &wf);
	if (!step)
		return ERR(err, WF_NOT_FOUND, "the flow has no step \"%.100s\"",
			   info->id);
	out->list = face_list();
	out->definition = arena_printf(out->list.arena, "%016llx",
				       (unsigned long long)step->hash);
	out->log_limit = step_log_limit(step);
	add_names(wf, step, out);
	add_inputs(wf, step, run, info, out);
	return WF_OK;
}
