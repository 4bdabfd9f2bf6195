/* Reading flow files and reporting what is wrong with them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "check.h"

#include "output.h"

static json_t *
report_json(const char *file, const struct wf_flow *flow,
	    const struct wf_diags *findings)
{
	json_t *o = json_object(), *list = json_array();

	for (size_t i = 0; i < findings->n; i++)
		json_array_append_new(list, finding_json(&findings->at[i]));
	json_object_set_new(o, "file", json_text(file));
	json_object_set_new(o, "valid", json_boolean(flow != NULL));
	json_object_set_new(o, "name",
			    json_text(flow ? wf_flow_name(flow) : NULL));
	json_object_set_new(
		o, "steps",
		flow ? json_integer((json_int_t)wf_flow_nsteps(flow))
		     : json_null());
	json_object_set_new(o, "findings", list);
	return o;
}

static void
report_text(const struct call *call, const char *file,
	    const struct wf_flow *flow, const struct wf_diags *findings)
{
	for (size_t i = 0; i < findings->n; i++)
		output_finding(stderr, &findings->at[i]);
	if (!flow || call->globals.quiet)
		return;
	output_text(stdout, str_eq(file, "-") ? "<stdin>" : file);
	printf(": valid, %zu step%s\n", wf_flow_nsteps(flow),
	       wf_flow_nsteps(flow) == 1 ? "" : "s");
}

static enum wf_code
check_file(struct records *records, const char *file, bool lint,
	   struct wf_err *err)
{
	struct wf_flow *flow = NULL;
	struct wf_diags findings = {0};
	enum wf_code code = wf_flow_load(file, &flow, &findings, err);

	if (!code && lint)
		wf_flow_lint(flow, &findings);
	wf_diags_sort(&findings);
	if (code && code != WF_INVALID) {
		/* an error of its own, printed by whoever called us */
	} else if (records_json(records)) {
		records_object(records, report_json(file, flow, &findings));
		if (code)
			output_error(&records->call->globals, err, &findings);
	} else if (code && !findings.n) {
		output_error(&records->call->globals, err, NULL);
	} else {
		report_text(records->call, file, flow, &findings);
	}
	wf_flow_free(flow);
	wf_diags_release(&findings);
	return code;
}

enum wf_code
check_files(struct call *call, bool lint)
{
	struct records records;
	enum wf_code result = WF_OK;

	records_begin(&records, call, NULL, 0);
	for (size_t i = 0; i < call->nwords; i++) {
		struct wf_err why = {0};
		enum wf_code code =
			check_file(&records, call->words[i], lint, &why);

		if (code && code != WF_INVALID)
			output_error(&call->globals, &why, NULL);
		if (code && (!result || code == WF_INVALID))
			result = code;
	}
	/* Nothing could be read: the errors say it all. */
	if (records_json(&records) && (records.n || !result))
		records_end(&records);
	return result;
}
