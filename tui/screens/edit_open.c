/* From a run to the designer of its flow, and on with what was designed.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>
#include <unistd.h>

#include "../view.h"

void
views_design(struct views *vs, const char *run)
{
	struct wf_flow *flow = NULL;
	struct wf_err err = {0};
	const char *file;

	if (wf_flow_of_run(vs->engine, run, &flow, &err)) {
		views_report(vs, &err);
		return;
	}
	file = wf_flow_file(flow);
	if (!file || access(file, F_OK) != 0) {
		views_complain(vs,
			       "the flow of this run is in no file any "
			       "more: %s",
			       file ? file : "it was read from a pipe");
	} else {
		views_ask(vs, "edit", file);
		if (str_eq(views_top(vs)->name, "edit"))
			views_say(vs, "run %s keeps the version it began with",
				  run);
	}
	wf_flow_free(flow);
}

struct wf_flow *
views_flow_now(struct views *vs, const char *run)
{
	struct wf_flow *started = NULL, *now = NULL;
	struct wf_diags findings = {0};

	if (wf_flow_of_run(vs->engine, run, &started, NULL))
		return NULL;
	if (!wf_flow_file(started) || str_eq(wf_flow_file(started), "-") ||
	    wf_flow_load(wf_flow_file(started), &now, &findings, NULL))
		now = NULL;
	wf_diags_release(&findings);
	wf_flow_free(started);
	return now;
}

static bool
differs(struct views *vs, const char *run)
{
	struct wf_flow *now = views_flow_now(vs, run);
	struct wf_difference d = {0};
	bool does = now && !wf_flow_compare(vs->engine, run, now, &d, NULL) &&
		    d.changed + d.added + d.removed > 0;

	wf_flow_free(now);
	return does;
}

void
views_resume(struct views *vs, const char *run)
{
	struct wf_request request = {.verb = "resume"};

	if (differs(vs, run))
		views_ask(vs, "resume", run);
	else
		views_request(vs, run, &request, "the run goes on");
}
