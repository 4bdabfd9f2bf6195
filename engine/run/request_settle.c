/* Requests that settle a step by hand: skip and mark.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "request_int.h"

#include "decide.h"
#include "rollback_list.h"
#include "undo.h"

static void
by_hand(struct request *q, uint32_t ix, enum step_event event,
	enum step_guard guard, enum cause cause)
{
	struct run *r = q->r;
	bool was_skipped = run_inst(r, ix)->state == STEP_SKIPPED;
	uint16_t flags;

	decide_answered(r, ix);
	run_apply(r, ix, event, guard, cause,
		  q->reason ? q->reason : "settled by an operator");
	flags = run_inst(r, ix)->flags;
	if (was_skipped)
		run_inst(r, ix)->flags &= (uint16_t)~INST_IGNORED;
	run_inst(r, ix)->flags |= INST_BY_HAND;
	if (run_inst(r, ix)->state == STEP_SKIPPED)
		run_inst(r, ix)->flags |= INST_IGNORED;
	run_tell_dependents(r, ix, run_inst(r, ix)->state, flags);
	run_save(r, ix);
}

enum wf_code
request_skip(struct request *q)
{
	struct run *r = q->r;

	if (!q->steps.n)
		return ERR(&q->err, WF_USAGE, "name the step to skip");
	for (size_t k = 0; k < q->steps.n; k++) {
		uint32_t ix = q->steps.at[k];

		if (run_inst(r, ix)->state == STEP_RUNNING)
			return request_refuse_step(
				q, ix, "cancel the step first, then skip it");
		if (!run_may(r, ix, EVENT_OPERATOR_SKIP, GUARD_ALWAYS))
			return request_refuse_step(
				q, ix,
				run_inst(r, ix)->state == STEP_UNDO_FAILED
					? "mark it succeeded when it was "
					  "undone by hand"
					: "only a step that has not succeeded "
					  "can be skipped");
		request_plan_step(q, ix, "skip");
	}
	for (size_t k = 0; !q->dry && k < q->steps.n; k++) {
		run_event(r, EV_SKIP, q->steps.at[k], "skipped",
			  q->reason ? q->reason : "by an operator", NULL);
		by_hand(q, q->steps.at[k], EVENT_OPERATOR_SKIP, GUARD_ALWAYS,
			CAUSE_NONE);
	}
	return WF_OK;
}

static enum wf_code
mark_guard(struct request *q, enum step_guard *guard)
{
	if (q->target && str_eq(q->target, "succeeded"))
		*guard = GUARD_TO_SUCCEED;
	else if (q->target && str_eq(q->target, "failed"))
		*guard = GUARD_TO_FAIL;
	else if (q->target && str_eq(q->target, "skipped"))
		*guard = GUARD_TO_SKIP;
	else
		return ERR(&q->err, WF_USAGE,
			   "a step can be marked succeeded, failed or "
			   "skipped");
	return WF_OK;
}

static void
unknown_output(struct request *q, const struct step *step, const char *name)
{
	const struct output_spec *outputs = step->more->outputs;
	const char **names =
		mem_alloc((step->more->noutputs + 1) * sizeof(*names));
	const char *near;

	for (uint32_t k = 0; k < step->more->noutputs; k++)
		names[k] = outputs[k].name;
	near = str_nearest(name, names, step->more->noutputs);
	ERR(&q->err, WF_USAGE, "step \"%s\" has no output \"%s\"", step->id,
	    name);
	if (near)
		wf_err_hint(&q->err, "did you mean \"%s\"?", near);
	else
		wf_err_hint(&q->err,
			    "only what its `outputs` declare can be given");
	free(names);
}

static void
wrong_output(struct request *q, const char *name, const char *why)
{
	ERR(&q->err, WF_USAGE, "output \"%s\" wants %s", name, why);
	wf_err_hint(&q->err, "give it with --output %s=VALUE", name);
}

/* Outputs given by hand keep the step's contract like its own. */
static enum wf_code
mark_outputs(struct request *q, uint32_t ix, char **out)
{
	const struct step *step = run_step(q->r, run_inst(q->r, ix));
	json_t *given = request_settings(q), *o = json_object();
	struct arena a = {0};
	const char *name;
	json_t *value;

	*out = NULL;
	json_object_foreach(given, name, value)
	{
		const struct output_spec *spec = NULL;
		const char *why = "";
		struct value v;

		for (uint32_t k = 0; k < step->more->noutputs; k++)
			if (str_eq(step->more->outputs[k].name, name))
				spec = &step->more->outputs[k];
		if (!spec)
			unknown_output(q, step, name);
		else if (!value_from_text(&a, spec->type,
					  json_string_value(value), &v, &why))
			wrong_output(q, name, why);
		else
			json_object_set_new(o, name, value_to_json(v));
	}
	if (!q->err.code && json_object_size(o))
		*out = json_dumps(o, JSON_COMPACT);
	json_decref(o);
	arena_release(&a);
	return q->err.code;
}

static void
accept_undo(struct request *q, uint32_t ix)
{
	struct run *r = q->r;

	run_apply(r, ix, EVENT_OPERATOR_ACCEPT, GUARD_ALWAYS, CAUSE_NONE,
		  q->reason);
	run_event(r, EV_UNDO, ix, "accepted as undone",
		  q->reason ? q->reason : "by an operator", NULL);
	if (undo_list_of(r, ix) != IX_NONE)
		undo_retake(r, ix);
}

/* What a person undid by hand. */
static enum wf_code
mark_undo(struct request *q, uint32_t ix, enum step_guard guard)
{
	if (guard == GUARD_TO_FAIL)
		return request_refuse_step(q, ix,
					   "it has failed already; mark it "
					   "succeeded when it was undone by "
					   "hand");
	request_plan_step(q, ix, "undone");
	if (q->dry)
		return WF_OK;
	if (undo_list_of(q->r, ix) != IX_NONE && !request_has_group(q))
		return WF_REFUSED;
	accept_undo(q, ix);
	return WF_OK;
}

enum wf_code
request_mark(struct request *q)
{
	struct run *r = q->r;
	enum step_guard guard = GUARD_ALWAYS;
	enum wf_code code = mark_guard(q, &guard);
	char *outputs;
	uint32_t ix;

	if (!code && q->steps.n != 1)
		code = ERR(&q->err, WF_USAGE, "name one step to mark");
	if (code)
		return code;
	ix = q->steps.at[0];
	if (run_inst(r, ix)->state == STEP_UNDO_FAILED)
		return mark_undo(q, ix, guard);
	request_plan_step(q, ix, q->target);
	if (!run_may(r, ix, EVENT_OPERATOR_MARK, guard))
		return request_refuse_step(q, ix, "cancel the step first");
	code = mark_outputs(q, ix, &outputs);
	if (code || q->dry) {
		free(outputs);
		return code;
	}
	if (outputs)
		text_set(&inst_more(run_inst(r, ix))->outputs, outputs);
	free(outputs);
	by_hand(q, ix, EVENT_OPERATOR_MARK, guard,
		guard == GUARD_TO_FAIL ? CAUSE_CANCELLED : CAUSE_NONE);
	return WF_OK;
}
