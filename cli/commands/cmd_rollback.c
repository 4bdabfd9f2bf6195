/* wfctl rollback: shows the plan, then undoes what a run did.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "../asking.h"
#include "../output.h"

struct args {
	const char *to, *step, *force, *plan;
	int on_failure;
	bool yes;
	struct asking asking;
	struct follow follow;
};

/* clang-format off */
static const struct option options[] = {
	{0,   "to",    OPT_TEXT, offsetof(struct args, to), "start|SAVEPOINT|STEP", "how far back (default: start)"},
	{0,   "step",  OPT_TEXT, offsetof(struct args, step), "STEP", "undo this step alone"},
	{0,   "force", OPT_TEXT, offsetof(struct args, force), "ID", "also past what is irreversible: repeat the run's full id"},
	{0,   "plan",  OPT_TEXT, offsetof(struct args, plan), "N", "only if this is still the plan, by the number that -n shows"},
	{0,   "on-undo-failure", OPT_CHOICE, offsetof(struct args, on_failure), "flow|stop|continue", "after an undo that fails: as the flow says, stop, or undo the others"},
	{'y', "yes",   OPT_FLAG, offsetof(struct args, yes), NULL, "do not ask"},
	FOLLOW_OPTIONS(struct args),
	REQUEST_OPTIONS(struct args),
	{0}};
/* clang-format on */

static const char *const policies[] = {NULL, "stop", "continue"};

/* The plan as the engine makes it now, without the revision it was made
 * from; NULL with err set. */
static json_t *
ask_plan(struct call *call, const char *run, struct wf_request request,
	 struct wf_err *err)
{
	char *text = NULL;
	json_t *plan;

	request.dry = true;
	if (wf_request(call->engine, run, &request, &text, err))
		return NULL;
	plan = json_value(text);
	json_object_del(plan, "revision");
	free(text);
	return plan;
}

static void
print_plan(struct call *call, json_t *plan)
{
	char *text = json_dumps(plan, JSON_COMPACT);

	asking_print_plan(call, text ? text : "{}");
	fflush(stdout);
	free(text);
}

/* Show the plan and ask, unless told not to.  What was agreed to must still
 * be what would happen: the request names it.  Who said yes beforehand agreed
 * to what the run has done by then. */
static enum wf_code
agree(struct call *call, const char *run, struct wf_request *request,
      struct wf_err *err)
{
	const struct args *args = call->args;
	json_t *plan = ask_plan(call, run, *request, err);
	enum wf_code code;

	if (!plan)
		return err->code;
	if (!request->plan && !args->yes)
		request->plan = arena_strdup(
			&call->arena,
			json_string_value(json_object_get(plan, "number")));
	if (args->asking.dry || (!args->yes && !output_is_json(call)))
		print_plan(call, plan);
	code = args->asking.dry
		       ? WF_OK
		       : call_confirm(args->yes, "Carry out this plan?", err);
	json_decref(plan);
	return code;
}

static enum wf_code
check_force(const char *force, const char *run, struct wf_err *err)
{
	if (!force || str_eq(force, run))
		return WF_OK;
	ERR(err, WF_USAGE, "--force: \"%.100s\" is not the id of this run",
	    force);
	wf_err_hint(err, "repeat it in full: %s", run);
	return WF_USAGE;
}

static enum wf_code
rollback(struct call *call, struct wf_err *err)
{
	const struct args *args = call->args;
	struct wf_request request = {.verb = "rollback",
				     .reason = args->asking.why,
				     .target = args->to,
				     .plan = args->plan,
				     .on_undo_failure =
					     policies[args->on_failure],
				     .force = args->force != NULL};
	char run[WF_RUN_ID];
	enum wf_code code = call_run(call, 0, run, err);

	if (args->step) {
		request.steps = &args->step;
		request.nsteps = 1;
	}
	if (!code)
		code = check_force(args->force, run, err);
	if (!code)
		code = agree(call, run, &request, err);
	if (code || args->asking.dry)
		return code;
	call->words[0] = arena_strdup(&call->arena, run);
	return asking_follow(call, &args->asking, &args->follow, &request, err);
}

const struct cmd_entry cmd_rollback = {
	.operands = "RUN",
	.options = options,
	.size = sizeof(struct args),
	.min = 1,
	.max = 1,
	.about = "Asks before it changes anything; -y answers yes.  -n shows "
		 "the plan alone.",
	.example = "wfctl rollback @failed --to migrated",
	.complete = "r",
	.runs = "running waiting paused interrupted succeeded partial failed "
		"cancelled rollback_failed",
	.run = rollback,
};
