/* Rehearsals: scenarios loaded with their flow, played, and compared with
 * what they expect.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../base/fs.h"
#include "../run/rehearse.h"
#include "../yaml/yaml_scenario.h"
#include "face_int.h"
#include "face_judge.h"

struct wf_scenarios {
	struct scenarios all;
	struct bundle *bundle;
};

/* --- loading -------------------------------------------------------------- */

static void
finding(struct wf_diags *diags, const char *file, struct mark mark,
	const char *hint, const char *text)
{
	wf_diags_add(diags, WF_SEV_ERROR, NULL, file, mark.line, mark.column,
		     hint, "%s", text);
}

/* The step that a path begins with must be one of the flow. */
static void
check_path(const struct wf_scenarios *s, const char *path, struct mark mark,
	   struct wf_diags *diags)
{
	const struct workflow *wf = s->bundle->root;
	char *id = mem_strndup(path, strcspn(path, "[/"));
	const char **ids, *near;
	char hint[120], text[200];

	if (workflow_step(wf, id) == STEP_NONE) {
		ids = mem_alloc((wf->nsteps + 1) * sizeof(*ids));
		for (uint32_t k = 0; k < wf->nsteps; k++)
			ids[k] = wf->steps[k].id;
		near = str_nearest(id, ids, wf->nsteps);
		snprintf(hint, sizeof(hint), "did you mean \"%s\"?",
			 near ? near : "");
		snprintf(text, sizeof(text), "the flow has no step \"%.100s\"",
			 id);
		finding(diags, s->all.file, mark, near ? hint : NULL, text);
		free(ids);
	}
	free(id);
}

static void
check_hook(const struct wf_scenarios *s, const struct stub *hook,
	   struct wf_diags *diags)
{
	char text[200];

	for (int k = 0; k < NHOOKS; k++)
		if (str_eq(hook->path, hook_name((enum hook)k)))
			return;
	snprintf(text, sizeof(text), "there is no hook \"%.100s\"", hook->path);
	finding(diags, s->all.file, hook->mark, NULL, text);
}

static void
check_words(const struct wf_scenarios *s, const struct words *words,
	    struct mark mark, struct wf_diags *diags)
{
	for (uint32_t k = 0; k < words->n; k++)
		check_path(s, words->at[k], mark, diags);
}

static void
check_expected(const struct wf_scenarios *s, const struct expectations *list,
	       struct wf_diags *diags)
{
	for (uint32_t k = 0; k < list->n; k++)
		check_path(s, list->at[k].path, list->at[k].mark, diags);
}

static void
check_names(const struct wf_scenarios *s, const struct scenario *sc,
	    struct wf_diags *diags)
{
	for (uint32_t k = 0; k < sc->nstubs; k++)
		check_path(s, sc->stubs[k].path, sc->stubs[k].mark, diags);
	for (uint32_t k = 0; k < sc->nhooks; k++)
		check_hook(s, &sc->hooks[k], diags);
	for (uint32_t k = 0; k < sc->nevents; k++) {
		const struct scenario_event *e = &sc->events[k];

		if (e->step)
			check_path(s, e->step, e->mark, diags);
		check_words(s, &e->steps, e->mark, diags);
	}
	check_expected(s, &sc->expect.steps, diags);
	check_expected(s, &sc->expect.causes, diags);
	check_expected(s, &sc->expect.attempts, diags);
	check_words(s, &sc->expect.finished, sc->expect.finished_mark, diags);
	check_words(s, &sc->expect.undo, sc->expect.undo_mark, diags);
}

enum wf_code
wf_scenarios_load(const char *path, struct wf_scenarios **out,
		  struct wf_diags *diags, struct wf_err *err)
{
	struct wf_scenarios *s = mem_alloc(sizeof(*s));
	enum wf_code code = scenarios_load(path, &s->all, diags, err);

	if (!code)
		code = bundle_load(s->all.flow, &s->bundle, diags, err);
	for (uint32_t k = 0; !code && k < s->all.n; k++)
		check_names(s, &s->all.at[k], diags);
	if (!code && diags->nerrors) {
		wf_diags_sort(diags);
		code = diags_to_err(diags, err);
	}
	if (code)
		wf_scenarios_free(s);
	else
		*out = s;
	return code;
}

void
wf_scenarios_free(struct wf_scenarios *s)
{
	if (!s)
		return;
	if (s->bundle)
		bundle_free(s->bundle);
	scenarios_release(&s->all);
	free(s);
}

size_t
wf_scenarios_n(const struct wf_scenarios *s)
{
	return s->all.n;
}

const char *
wf_scenario_name(const struct wf_scenarios *s, size_t i)
{
	return s->all.at[i].name;
}

bool
wf_scenario_key(size_t i, struct wf_key_info *out)
{
	const struct scenario_key_info *k = &scenario_keys[i];

	if (i >= SCENARIO_NKEYS)
		return false;
	*out = (struct wf_key_info){.section =
					    scenario_section_name(k->section),
				    .name = k->name,
				    .type = k->type,
				    .help = k->help,
				    .example = k->example};
	return true;
}

/* --- playing -------------------------------------------------------------- */

static enum wf_code
prepare(const struct wf_scenarios *s, const struct scenario *sc,
	struct arena *a, struct start *out, struct wf_err *err)
{
	struct wf_start start = {.params = NULL};
	struct wf_setting *params =
		arena_array(a, struct wf_setting, sc->params.n + 1);
	enum wf_code code;

	for (uint32_t k = 0; sc->params.kind == VALUE_MAP && k < sc->params.n;
	     k++) {
		struct strbuf text = STRBUF_INIT;

		value_to_text(sc->params.items[2 * k + 1], &text);
		params[start.nparams++] =
			(struct wf_setting){sc->params.items[2 * k].string,
					    arena_strdup(a, text.at)};
		strbuf_release(&text);
	}
	start.params = params;
	code = start_prepare(s->bundle->root, &start, NULL, a, out, err);
	if (code)
		wf_err_place(err, s->all.file,
			     sc->params.kind == VALUE_MAP ? sc->params_mark.line
							  : sc->mark.line,
			     sc->params.kind == VALUE_MAP
				     ? sc->params_mark.column
				     : sc->mark.column);
	return code;
}

static enum wf_code
look(const struct wf_scenarios *s, const struct scenario *sc, const char *dir,
     const struct rehearsal_result *result, struct wf_verdict *out,
     struct wf_err *err)
{
	struct wf_engine *e = NULL;
	struct wf_run_detail detail = {0};
	enum wf_code code = wf_engine_open(dir, WF_OPEN_READ, &e, err);

	if (!code)
		code = wf_run(e, result->id, &detail, err);
	if (!code) {
		out->state = detail.run.state;
		for (size_t k = 0; k < detail.nsteps; k++)
			out->nattempts += (uint32_t)detail.steps[k].nattempts;
		vec_each (&result->misses, const struct rehearsal_miss, m)
			finding(&out->misses, s->all.file, m->mark, NULL,
				m->text);
		judge(s->all.file, &sc->expect, &detail, out);
		wf_diags_sort(&out->misses);
		out->passed = !out->misses.n;
	}
	wf_list_free(&detail.list);
	wf_engine_close(e);
	return code;
}

static enum wf_code
play(const struct wf_scenarios *s, const struct scenario *sc, const char *dir,
     struct wf_verdict *out, struct wf_err *err)
{
	struct arena a = {0};
	struct start start;
	struct rehearsal_result result = {.took = 0};
	enum wf_code code = prepare(s, sc, &a, &start, err);
	struct rehearsal plan = {.scenario = sc,
				 .dir = dir,
				 .flow = s->bundle->root->name,
				 .definition = bundle_pieces(s->bundle),
				 .hash = s->bundle->hash};

	if (!code) {
		plan.params = start.params;
		plan.options = start.options;
		code = rehearse(&plan, &result, err);
	}
	if (!code) {
		out->took = result.took;
		out->ncrashes = result.ncrashes;
		memcpy(out->run, result.id, sizeof(out->run));
		code = look(s, sc, dir, &result, out, err);
	}
	rehearsal_release(&result);
	arena_release(&a);
	return code;
}

enum wf_code
wf_scenario_play(const struct wf_scenarios *s, size_t i, const char *state_dir,
		 struct wf_verdict *out, struct wf_err *err)
{
	const char *tmp = getenv("TMPDIR");
	char *own = NULL;
	enum wf_code code;

	*out = (struct wf_verdict){.name = s->all.at[i].name};
	if (state_dir)
		return play(s, &s->all.at[i], state_dir, out, err);
	own = mem_printf("%s/wfctl-test-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	if (!mkdtemp(own)) {
		code = ERR(err, WF_USAGE, "no directory can be made in %s",
			   tmp && *tmp ? tmp : "/tmp");
		wf_err_hint(err, "set TMPDIR to one that can be written");
	} else {
		code = play(s, &s->all.at[i], own, out, err);
		if (fs_remove_tree(own, NULL) && !code)
			code = ERR(err, WF_USAGE, "%s cannot be removed", own);
	}
	free(own);
	return code;
}

void
wf_verdict_release(struct wf_verdict *v)
{
	wf_diags_release(&v->misses);
}
