/* Starting a run because a timer says so.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "fire.h"

#include <stdio.h>

#include "follow.h"

/* A run of this flow that is not over; "" for none. */
static enum wf_code
find_busy(struct firing *f, char id[WF_RUN_ID], struct wf_err *err)
{
	struct wf_run_filter filter = {.flow = wf_flow_name(f->flow),
				       .states = run_states_unended(),
				       .interrupted = true};
	struct wf_runs runs = {0};
	enum wf_code code = wf_runs(f->call->engine, &filter, &runs, err);

	id[0] = '\0';
	if (!code && runs.n)
		snprintf(id, WF_RUN_ID, "%s", runs.at[0].id);
	wf_list_free(&runs.list);
	return code;
}

static enum wf_code
wait_turn(struct firing *f, struct wf_err *err)
{
	struct wf_watch *watch = NULL;
	char id[WF_RUN_ID];
	enum wf_code code = find_busy(f, id, err);

	if (!code && *id)
		code = wf_watch_open(f->call->engine, NULL, &watch, err);
	while (!code && *id) {
		wf_watch_wait(watch, 10000);
		code = find_busy(f, id, err);
	}
	wf_watch_close(watch);
	return code;
}

static enum wf_code
start(struct firing *f, struct wf_err *err)
{
	struct wf_start start = {.params = f->params->at,
				 .nparams = f->params->n};
	struct follow how = {.mode = FOLLOW_PLAIN};
	char id[WF_RUN_ID];
	enum wf_code code;

	follow_arm();
	code = wf_run_start(f->call->engine, f->flow, &start, id, err);
	return code ? code : follow_run(f->call, &how, id, 0, err);
}

enum wf_code
fire(struct firing *f, struct wf_err *err)
{
	char id[WF_RUN_ID] = "";
	enum wf_code code = call_open(f->call, WF_OPEN_CREATE, err);

	if (!code && str_eq(f->overlap, "queue"))
		code = wait_turn(f, err);
	else if (!code && str_eq(f->overlap, "skip"))
		code = find_busy(f, id, err);
	if (!code && *id) {
		fprintf(stderr,
			"wfctl: nothing was started: run %s is not over yet\n",
			id);
		return WF_OK;
	}
	return code ? code : start(f, err);
}
