/* Asks for another definition, after the undos that a person agreed to.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "adopting.h"

#include <stdlib.h>
#include <unistd.h>

#include "output.h"

/* Steps whose old version can be undone; in the arena of the call. */
struct undoable {
	const char **at;
	size_t n;
};

static struct undoable
find_undoable(struct call *call, json_t *plan)
{
	json_t *steps = json_object_get(plan, "steps"), *row;
	struct undoable u = {.n = 0};
	size_t k;

	u.at = arena_array(&call->arena, const char *,
			   json_array_size(steps) + 1);
	json_array_foreach(steps, k, row)
	{
		if (json_is_true(json_object_get(row, "undo")))
			u.at[u.n++] = arena_strdup(
				&call->arena, json_string_value(json_object_get(
						      row, "step")));
	}
	return u;
}

/* For people who look: what becomes of each step, before it does. */
static void
show(struct call *call, const struct follow *follow, const char *plan)
{
	if (call->globals.quiet || follow->detach || output_is_json(call) ||
	    follow->mode == FOLLOW_JSON || follow->mode == FOLLOW_QUIET)
		return;
	asking_print_plan(call, plan);
	fflush(stdout);
}

/* Shall they be undone first?  Not without being told. */
static bool
is_wanted(const struct undoable *u, bool undo)
{
	char question[120];

	if (undo || !u->n || !isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
		return undo && u->n;
	snprintf(question, sizeof(question),
		 "Undo first what %zu step%s did by the old definition?", u->n,
		 u->n > 1 ? "s" : "");
	return call_confirm(false, question, NULL) == WF_OK;
}

/* Until the rollback of these steps has ended well. */
static enum wf_code
undo_first(struct call *call, const char *run, const struct undoable *u,
	   struct wf_err *err)
{
	static const struct follow quietly = {.mode = FOLLOW_QUIET};
	struct wf_request request = {
		.verb = "rollback",
		.steps = u->at,
		.nsteps = u->n,
		.reason = "its definition changes, and it runs again"};
	uint64_t mark = follow_mark(call, run);
	enum wf_code code = wf_request(call->engine, run, &request, NULL, err);

	if (!code)
		code = follow_run(call, &quietly, run, mark, err);
	return code == WF_UNDONE ? WF_OK : code;
}

enum wf_code
adopting_follow(struct call *call, const struct asking *asking,
		const struct follow *follow, struct wf_request *request,
		const char *path, bool undo, struct wf_err *err)
{
	struct wf_flow *flow = NULL;
	struct wf_request dry;
	struct undoable u = {.n = 0};
	char run[WF_RUN_ID], *plan = NULL;
	enum wf_code code = WF_OK;

	if (path)
		code = asking_flow(call, path, &flow, err);
	request->flow = flow;
	if (!code && flow && !asking->dry) {
		dry = *request;
		dry.dry = true;
		code = call_run(call, 0, run, err);
		if (!code)
			code = wf_request(call->engine, run, &dry, &plan, err);
		if (!code && plan) {
			json_t *o = json_value(plan);

			show(call, follow, plan);
			u = find_undoable(call, o);
			json_decref(o);
		}
		if (!code && is_wanted(&u, undo))
			code = undo_first(call, run, &u, err);
		free(plan);
	}
	if (!code)
		code = asking_follow(call, asking, follow, request, err);
	wf_flow_free(flow);
	return code;
}
