/* wfctl rollback: shows the plan, then undoes what a run did.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "../asking.h"
#include "../output.h"

struct args {
	const char *to, *step, *force;
	bool yes;
	struct asking asking;
	struct follow follow;
};

/* clang-format off */
static const struct option options[] = {
	{0,   "to",    OPT_TEXT, offsetof(struct args, to), "start|SAVEPOINT|STEP", "how far back (default: start)"},
	{0,   "step",  OPT_TEXT, offsetof(struct args, step), "STEP", "undo this step alone"},
	{0,   "force", OPT_TEXT, offsetof(struct args, force), "ID", "also past what is irreversible: repeat the run's full id"},
	{'y', "yes",   OPT_FLAG, offsetof(struct args, yes), NULL, "do not ask"},
	FOLLOW_OPTIONS(struct args),
	REQUEST_OPTIONS(struct args),
	{0}};
/* clang-format on */

/* Ask for the plan, show it, and bind the request to its revision. */
static enum wf_code
show_plan(struct call *call, const char *run, struct wf_request *request,
	  struct wf_err *err)
{
	const struct args *args = call->args;
	struct wf_request dry = *request;
	char *text = NULL;
	json_t *plan;
	enum wf_code code;

	dry.dry = true;
	code = wf_request(call->engine, run, &dry, &text, err);
	if (code)
		return code;
	plan = json_value(text);
	request->revision =
		(uint64_t)json_integer_value(json_object_get(plan, "revision"));
	json_decref(plan);
	if (args->asking.dry || (!args->yes && !output_is_json(call)))
		asking_print_plan(call, text ? text : "{}");
	fflush(stdout);
	free(text);
	return WF_OK;
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
		code = show_plan(call, run, &request, err);
	if (code || args->asking.dry)
		return code;
	code = call_confirm(args->yes, "Carry out this plan?", err);
	if (code)
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
	.run = rollback,
};
