/* From a run to the designer of its flow.
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
