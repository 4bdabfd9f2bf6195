/* wfctl run: checks a flow, starts a run and follows it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../asking.h"
#include "../cmd.h"
#include "../follow.h"
#include "../output.h"
#include "../planning.h"

struct args {
	struct settings params;
	const char *params_file, *name, *from;
	struct texts only;
	int64_t max_parallel;
	bool no_wait, dry;
	int durability;
	struct follow follow;
};

/* clang-format off */
static const struct option options[] = {
	{'p', "param",    OPT_SETTINGS, offsetof(struct args, params), "NAME=VALUE", "set a param; repeatable"},
	{0,   "params",   OPT_TEXT, offsetof(struct args, params_file), "FILE", "params from a YAML or JSON mapping"},
	{0,   "name",     OPT_TEXT, offsetof(struct args, name), "NAME", "a name for this run"},
	FOLLOW_OPTIONS(struct args),
	{0,   "only",     OPT_COMMAS, offsetof(struct args, only), "STEP,..", "run these steps only; the others are skipped"},
	{0,   "from",     OPT_TEXT, offsetof(struct args, from), "STEP", "begin with this step; what comes before is skipped"},
	{0,   "max-parallel", OPT_COUNT, offsetof(struct args, max_parallel), "N", "at most N attempts at once"},
	{0,   "wait",     OPT_FLAG_OFF, offsetof(struct args, no_wait), NULL, "queue for the concurrency group (the default)"},
	{0,   "no-wait",  OPT_FLAG, offsetof(struct args, no_wait), NULL, "end cancelled when the group is taken"},
	{0,   "durability", OPT_CHOICE, offsetof(struct args, durability), "full|process", "what is survived: power loss, or dead processes only (faster)"},
	{'n', "dry-run",  OPT_FLAG, offsetof(struct args, dry), NULL, "check everything, show what would run, start nothing"},
	{0}};
/* clang-format on */

static bool
is_given(const struct args *args, const char *name)
{
	for (size_t i = 0; i < args->params.n; i++)
		if (str_eq(args->params.at[i].name, name))
			return true;
	return false;
}

/* Ask for one param until the answer is one. */
static enum wf_code
ask(struct call *call, const struct wf_flow *flow,
    const struct wf_param_info *param, struct wf_err *err)
{
	struct args *args = call->args;
	char *line = NULL;
	size_t size = 0;
	enum wf_code code = WF_USAGE;

	while (code) {
		ssize_t n;

		output_text(stderr, param->help ? param->help : param->name);
		fprintf(stderr, "\n%s (%s): ", param->name, param->type);
		fflush(stderr);
		n = getline(&line, &size, stdin);
		if (n < 0) {
			ERR(err, WF_USAGE, "param \"%s\" is required",
			    param->name);
			wf_err_hint(err, "give it with -p %s=VALUE",
				    param->name);
			break;
		}
		if (n && line[n - 1] == '\n')
			line[n - 1] = '\0';
		if (!*line) {
			fprintf(stderr, "wfctl: it is required; an empty one "
					"is given with -p NAME=\n");
			continue;
		}
		code = wf_flow_check_param(flow, param->name, line, err);
		if (code)
			output_error(&call->globals, err, NULL);
	}
	if (!code) {
		*err = (struct wf_err){0};
		settings_add(&args->params, &call->arena,
			     (struct wf_setting){
				     arena_strdup(&call->arena, param->name),
				     arena_strdup(&call->arena, line)});
	}
	free(line);
	return code;
}

/* On a terminal, required params that were not given are asked for. */
static enum wf_code
ask_missing(struct call *call, const struct wf_flow *flow, struct wf_err *err)
{
	const struct args *args = call->args;
	enum wf_code code = WF_OK;

	if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO) ||
	    args->params_file || str_eq(call->words[0], "-"))
		return WF_OK;
	for (size_t i = 0; !code && i < wf_flow_nparams(flow); i++) {
		struct wf_param_info param = wf_flow_param(flow, i);

		if (param.required && !param.def && !is_given(args, param.name))
			code = ask(call, flow, &param, err);
	}
	return code;
}

static enum wf_code
start(struct call *call, const struct wf_flow *flow, char id[WF_RUN_ID],
      struct wf_err *err)
{
	const struct args *args = call->args;
	struct wf_start start = {.params = args->params.at,
				 .nparams = args->params.n,
				 .params_file = args->params_file,
				 .name = args->name,
				 .only = args->only.at,
				 .nonly = args->only.n,
				 .from = args->from,
				 .max_parallel = (int)args->max_parallel,
				 .relaxed = args->durability,
				 .no_wait = args->no_wait,
				 .dry = args->dry};

	follow_arm();
	return wf_run_start(call->engine, flow, &start, id, err);
}

static enum wf_code
rehearse(struct call *call, const struct wf_flow *flow, struct wf_err *err)
{
	const struct args *args = call->args;
	struct wf_plan_query query = {.flow = flow,
				      .from = args->from,
				      .only = args->only.at,
				      .nonly = args->only.n};

	return planning_rehearse(call, &query, err);
}

static enum wf_code
run(struct call *call, struct wf_err *err)
{
	const struct args *args = call->args;
	struct wf_flow *flow = NULL;
	char id[WF_RUN_ID];
	enum wf_code code = asking_flow(call, call->words[0], &flow, err);

	if (!code)
		code = ask_missing(call, flow, err);
	if (!code && !args->dry)
		code = call_open(call, WF_OPEN_CREATE, err);
	if (!code)
		code = start(call, flow, id, err);
	if (!code && args->dry)
		code = rehearse(call, flow, err);
	wf_flow_free(flow);
	if (code || args->dry)
		return code;
	return follow_run(call, &args->follow, id, 0, err);
}

const struct cmd_entry cmd_run = {
	.operands = "FILE",
	.options = options,
	.size = sizeof(struct args),
	.min = 1,
	.max = 1,
	.about = "\"-\" is standard input.  The run goes on when wfctl is "
		 "killed or its terminal closed;\nCtrl+C cancels it, twice "
		 "kills it.  The exit status is the run's.",
	.example = "wfctl run deploy.yaml -p env=prod --progress plain",
	.complete = "f",
	.run = run,
};
