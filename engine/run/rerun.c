/* Reusing the results of an earlier run.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "rerun.h"

#include "compare.h"

/* The old run, as far as it matters; all in `arena`. */
struct past {
	struct arena arena;
	struct st_run row;
	struct bundle *bundle;
	struct st_step *rows;
	size_t n;
	struct map by_path;
};

static bool
read_past(struct run *r, struct past *p, struct wf_err *err)
{
	const char *id = r->options.rerun_of, *text;

	if (st_read_run(r->store, id, &p->arena, &p->row, err) ||
	    st_read_definition(r->store, p->row.definition, &p->arena, &text,
			       err) ||
	    st_read_steps(r->store, id, &p->arena, &p->rows, &p->n, err) >
		    ST_EMPTY ||
	    bundle_parse(text, strlen(text), &p->bundle, err))
		return false;
	for (size_t k = 0; k < p->n; k++)
		map_set(&p->by_path, p->rows[k].path, &p->rows[k]);
	return true;
}

static void
past_release(struct past *p)
{
	if (p->bundle)
		bundle_free(p->bundle);
	map_release(&p->by_path);
	arena_release(&p->arena);
}

static const struct st_step *
past_row(const struct past *p, const char *id)
{
	return map_get(&p->by_path, id);
}

static bool *
past_done(const struct past *p)
{
	const struct workflow *wf = p->bundle->root;
	bool *done = mem_alloc((wf->nsteps + 1) * sizeof(*done));

	for (uint32_t k = 0; k < wf->nsteps; k++) {
		const struct st_step *row = past_row(p, wf->steps[k].id);

		done[k] = row && step_state_is_good(row->state) &&
			  !wf->steps[k].finally && !wf->steps[k].is_fallback;
	}
	return done;
}

/* --- what is reused
 * ------------------------------------------------------------------ */

static bool *
not_after(const struct run *r, const struct past *p, const bool *done)
{
	const struct workflow *wf = r->bundle->root;
	uint32_t from = workflow_step(wf, r->options.from), was;
	bool *reuse = from == STEP_NONE
			      ? mem_alloc((wf->nsteps + 1) * sizeof(*reuse))
			      : compare_after(wf, from);

	for (uint32_t k = 0; k < wf->nsteps; k++) {
		compare_step(p->bundle, r->bundle, k, &was);
		reuse[k] = !reuse[k] && was != STEP_NONE && done[was] &&
			   !wf->steps[k].finally && !wf->steps[k].is_fallback;
	}
	return reuse;
}

/* Every step may read the params, so other params leave nothing sure. */
static bool *
unchanged(const struct run *r, const struct past *p, const bool *done)
{
	if (!str_eq(r->row.definition, p->row.definition) &&
	    str_eq(r->row.params, p->row.params ? p->row.params : "{}"))
		return compare_keep(p->bundle, r->bundle, done);
	return mem_alloc((r->bundle->root->nsteps + 1) * sizeof(bool));
}

/* --- outputs
 * ---------------------------------------------------------------------------
 */

/* A group's outputs are the lists of its items'. */
static char *
group_outputs(const struct past *p, const struct st_step *group,
	      const struct step *step)
{
	json_t *all = json_object();
	char *text;

	for (uint32_t j = 0; j < step->more->noutputs; j++) {
		const char *name = step->more->outputs[j].name;
		json_t *list = json_array();

		for (size_t k = 0; k < p->n; k++) {
			const struct st_step *row = &p->rows[k];
			json_t *o;

			if (row->parent != group->ix ||
			    !step_state_is_good(row->state))
				continue;
			o = row->outputs ? json_loads(row->outputs, 0, NULL)
					 : NULL;
			json_array_append(list,
					  json_object_get(o, name)
						  ? json_object_get(o, name)
						  : json_null());
			json_decref(o);
		}
		json_object_set_new(all, name, list);
	}
	text = json_dumps(all, JSON_COMPACT);
	json_decref(all);
	return text;
}

static void
reuse_one(struct run *r, const struct past *p, uint32_t step)
{
	const struct step *s = &r->bundle->root->steps[step];
	const struct st_step *row = past_row(p, s->id);
	uint32_t ix = r->scopes.at[0].first + step;
	char *why, *outputs;

	if (run_inst(r, ix)->state != STEP_PENDING)
		return;
	outputs = s->more->many && s->more->noutputs && !row->outputs
			  ? group_outputs(p, row, s)
		  : row->outputs ? mem_strdup(row->outputs)
				 : NULL;
	if (outputs)
		text_set(&inst_more(run_inst(r, ix))->outputs, outputs);
	free(outputs);
	why = r->options.from
		      ? mem_printf("it succeeded in run %s and does not come "
				   "after \"%s\"",
				   p->row.id, r->options.from)
		      : mem_printf("it succeeded in run %s, and neither it nor "
				   "what it needs has changed",
				   p->row.id);
	run_event(r, EV_REUSE, ix, "reused", why, NULL);
	run_apply(r, ix, EVENT_ALREADY_DONE, GUARD_ALWAYS, CAUSE_NONE, why);
	free(why);
}

void
rerun_reuse(struct run *r)
{
	struct past p = {0};
	struct wf_err err = {0};
	bool *done, *reuse;

	if (!r->store || !r->options.rerun_of)
		return;
	if (!read_past(r, &p, &err)) {
		run_event(r, EV_CHOICE, IX_NONE, "nothing is reused",
			  err.message, NULL);
		past_release(&p);
		return;
	}
	done = past_done(&p);
	reuse = r->options.from ? not_after(r, &p, done)
				: unchanged(r, &p, done);
	for (uint32_t k = 0; k < r->bundle->root->nsteps; k++)
		if (reuse[k])
			reuse_one(r, &p, k);
	free(done);
	free(reuse);
	past_release(&p);
}
