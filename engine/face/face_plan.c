/* What would run, be kept, run again or be undone, with one reason a step.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <jansson.h>

#include "../base/map.h"
#include "../run/compare.h"
#include "face_int.h"

struct planner {
	struct arena *arena; /* of the list */
	struct wf_plan_row *rows;
	size_t n;
};

/* There will be `most` rows, or fewer. */
static void
reserve(struct planner *p, size_t most)
{
	p->rows = arena_array(p->arena, struct wf_plan_row, most);
}

/* What the row says lives as long as the list does; its step is copied. */
static void
add(struct planner *p, struct wf_plan_row row)
{
	row.step = arena_strdup(p->arena, row.step);
	p->rows[p->n++] = row;
}

/* --- a flow that has not run ---------------------------------------------- */

static const char *
why_it_runs(struct planner *p, const struct workflow *wf,
	    const struct step *step)
{
	struct strbuf why = STRBUF_INIT;
	const char *copy;

	if (!step->finally && !step->is_fallback && !step->nneeds &&
	    !step_condition(step))
		return "needs nothing";
	if (step->finally)
		strbuf_adds(&why, "after everything else, whatever happens");
	else if (step->is_fallback)
		strbuf_adds(&why, "only when the step it stands in for fails");
	else if (!step->nneeds)
		strbuf_adds(&why, "needs nothing");
	for (uint32_t k = 0; !step->finally && k < step->nneeds; k++)
		strbuf_addf(&why, "%s%s", k ? ", " : "after ",
			    wf->steps[step->needs[k].step].id);
	if (step->nneeds > 1 && step->join != JOIN_ALL)
		strbuf_addf(&why, " (join: %s)", join_name(step->join));
	if (step_condition(step))
		strbuf_addf(&why, ", if %s", step_condition(step)->text);
	copy = arena_strdup(p->arena, why.at);
	strbuf_release(&why);
	return copy;
}

static enum wf_code
no_step(const char *from, struct wf_err *err)
{
	ERR(err, WF_NOT_FOUND, "the flow has no step \"%.100s\"", from);
	wf_err_hint(err, "without --from the plan shows all steps");
	return WF_NOT_FOUND;
}

/* Why the step is left out, or NULL. */
static const char *
why_not(const struct wf_plan_query *q, const struct step *s, bool before)
{
	bool among = !q->nonly || s->finally;

	for (size_t k = 0; !among && k < q->nonly; k++)
		among = str_eq(q->only[k], s->id);
	if (!among)
		return "not among --only";
	return before && !s->finally ? "comes before --from" : NULL;
}

static enum wf_code
plan_flow(struct planner *p, const struct workflow *wf,
	  const struct wf_plan_query *q, struct wf_err *err)
{
	const char *from = q->from;
	uint32_t step = from ? workflow_step(wf, from) : STEP_NONE;
	bool *after;

	if (from && step == STEP_NONE)
		return no_step(from, err);
	after = from ? compare_after(wf, step) : NULL;
	reserve(p, wf->nsteps);
	for (uint32_t k = 0; k < wf->nsteps; k++) {
		const struct step *s = &wf->steps[k];
		const char *not = why_not(q, s, after && !after[k]);

		add(p, (struct wf_plan_row){
			       .step = s->id,
			       .what = not                 ? "skip"
				       : step_condition(s) ? "maybe"
							   : "run",
			       .because = not ? not : why_it_runs(p, wf, s)});
	}
	free(after);
	return WF_OK;
}

/* --- a run that is made again from a step --------------------------------- */

static enum wf_code
plan_rerun(struct planner *p, const struct workflow *wf,
	   const struct wf_run_detail *d, const char *from, struct wf_err *err)
{
	uint32_t step = workflow_step(wf, from);
	const char *behind = arena_printf(p->arena, "it comes after %s", from);
	struct map present = {0};
	bool *after;

	if (step == STEP_NONE)
		return no_step(from, err);
	after = compare_after(wf, step);
	for (size_t k = 0; k < d->nsteps; k++)
		map_set(&present, d->steps[k].path, (void *)&d->steps[k]);
	reserve(p, wf->nsteps);
	for (uint32_t k = 0; k < wf->nsteps; k++) {
		const struct step *s = &wf->steps[k];
		const struct wf_step_info *old = map_get(&present, s->id);
		bool keeps = old && step_state_is_good(old->state) &&
			     !after[k] && !s->finally && !s->is_fallback;

		add(p,
		    (struct wf_plan_row){
			    .step = s->id,
			    .state = old ? step_states[old->state].name : NULL,
			    .what = keeps ? "reuse" : "run",
			    .because = keeps       ? "its result is recorded"
				       : k == step ? "it is named"
				       : after[k]  ? behind
						   : why_it_runs(p, wf, s)});
	}
	free(after);
	map_release(&present);
	return WF_OK;
}

/* --- a run that goes on --------------------------------------------------- */

static const char *
listed(struct planner *p, const char *first, const char *const *names, size_t n)
{
	struct strbuf text = STRBUF_INIT;
	const char *copy;

	for (size_t k = 0; k < n; k++)
		strbuf_addf(&text, "%s%s", k ? ", " : first, names[k]);
	copy = arena_strdup(p->arena, text.n ? text.at : "");
	strbuf_release(&text);
	return copy;
}

static const char *
how_it_failed(struct planner *p, const struct wf_step_info *s)
{
	const char *state = step_states[s->state].name;

	if (s->cause == CAUSE_EXIT && s->exit_code >= 0)
		return arena_printf(p->arena, "it %s (exit %d)", state,
				    s->exit_code);
	return s->cause ? arena_printf(p->arena, "it %s (%s)", state,
				       cause_name(s->cause))
			: arena_printf(p->arena, "it %s", state);
}

static struct wf_plan_row
fate(struct planner *p, const struct wf_step_info *s)
{
	struct wf_plan_row row = {.step = s->path,
				  .state = step_states[s->state].name,
				  .what = "run"};

	switch (s->state) {
	case STEP_SUCCEEDED:
	case STEP_REUSED:
		row.what = "keep";
		row.because = "its result is recorded";
		return row;
	case STEP_SKIPPED:
		row.what = "skip";
		row.because =
			s->reason ? arena_strdup(p->arena, s->reason) : "";
		return row;
	case STEP_LOST:
		row.what = "ask";
		row.because = "nobody knows how it ended: mark or retry it";
		return row;
	case STEP_UNDO_FAILED:
		row.what = "ask";
		row.because = "its undo failed: a person must look";
		return row;
	case STEP_FAILED:
	case STEP_CANCELLED:
		row.because = how_it_failed(p, s);
		return row;
	case STEP_UNDONE:
		row.because = "it was undone";
		return row;
	case STEP_PENDING:
		row.because = s->nneeds
				      ? listed(p, "after ", s->needs, s->nneeds)
				      : "needs nothing";
		return row;
	case STEP_READY:
	case STEP_RUNNING:
	case STEP_RETRY_WAIT:
	case STEP_WAITING:
	case STEP_UNDOING:
	case STEP_UNDO_WAIT:
	case STEP_NSTATES:
		break;
	}
	row.what = "go on";
	row.because = arena_printf(p->arena, "it is %s", row.state);
	return row;
}

/* Of a run that rolls back: no step of it runs. */
static struct wf_plan_row
undoing(struct planner *p, const struct wf_step_info *s)
{
	struct wf_plan_row row = fate(p, s);

	if (str_eq(row.what, "run")) {
		row.what = "keep";
		row.because = "the run is rolling back";
	}
	return row;
}

/* With another definition: as the engine says it. */
static void
take_answer(struct planner *p, const char *plan)
{
	json_t *o = json_loads(plan, 0, NULL), *row;
	size_t k;

	reserve(p, json_array_size(json_object_get(o, "steps")));
	json_array_foreach(json_object_get(o, "steps"), k, row)
	{
		const char *text[5];
		static const char *const keys[] = {"step", "state", "what",
						   "change", "because"};

		for (size_t j = 0; j < ARRAY_SIZE(keys); j++) {
			const char *value = json_string_value(
				json_object_get(row, keys[j]));

			text[j] = arena_strdup(p->arena, value ? value : "");
		}
		add(p,
		    (struct wf_plan_row){
			    .step = text[0],
			    .state = text[1],
			    .what = text[2],
			    .change = text[3],
			    .undo = json_is_true(json_object_get(row, "undo")),
			    .because = text[4]});
	}
	json_decref(o);
}

/* The engine says whether it would take the request. */
static enum wf_code
plan_resume(struct planner *p, struct wf_engine *e, const char *run,
	    const struct wf_flow *flow, const struct wf_run_detail *d,
	    struct wf_err *err)
{
	struct wf_request request = {
		.verb = "resume", .dry = true, .flow = flow};
	char *plan = NULL;
	enum wf_code code = wf_request(e, run, &request, &plan, err);

	if (!code && flow && plan)
		take_answer(p, plan);
	else if (!code)
		reserve(p, d->nsteps);
	for (size_t k = 0; !code && !(flow && plan) && k < d->nsteps; k++)
		add(p, d->run.state == RUN_ROLLING_BACK
			       ? undoing(p, &d->steps[k])
			       : fate(p, &d->steps[k]));
	free(plan);
	return code;
}

/* --- the face ------------------------------------------------------------- */

static enum wf_code
plan_run(struct planner *p, struct wf_engine *e, const struct wf_plan_query *q,
	 struct wf_err *err)
{
	struct wf_run_detail d;
	struct wf_flow *own = NULL;
	enum wf_code code = wf_run(e, q->run, &d, err);

	if (code)
		return code;
	if (q->from && !q->flow)
		code = wf_flow_of_run(e, q->run, &own, err);
	if (!code && q->from)
		code = plan_rerun(p, (q->flow ? q->flow : own)->bundle->root,
				  &d, q->from, err);
	else if (!code)
		code = plan_resume(p, e, q->run, q->flow, &d, err);
	wf_flow_free(own);
	wf_list_free(&d.list);
	return code;
}

enum wf_code
wf_plan(struct wf_engine *e, const struct wf_plan_query *q,
	struct wf_plan *plan_out, struct wf_err *err)
{
	struct planner p = {0};
	enum wf_code code;

	*plan_out = (struct wf_plan){.list = face_list()};
	p.arena = plan_out->list.arena;
	code = q->run ? plan_run(&p, e, q, err)
		      : plan_flow(&p, q->flow->bundle->root, q, err);
	if (!code) {
		plan_out->n = p.n;
		plan_out->at = p.rows;
	} else {
		wf_list_free(&plan_out->list);
	}
	return code;
}
