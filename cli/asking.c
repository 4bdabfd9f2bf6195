/* Sending requests to runs, and printing plans.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "asking.h"

#include <stdio.h>
#include <stdlib.h>

#include "output.h"

void
asking_steps(struct call *call, size_t first, struct wf_request *request)
{
	if (call->nwords <= first)
		return;
	request->steps = (const char *const *)call->words + first;
	request->nsteps = call->nwords - first;
}

enum wf_code
asking_why(const struct asking *asking, struct wf_request *request,
	   struct wf_err *err)
{
	request->reason = asking->why;
	if (asking->why && *asking->why)
		return WF_OK;
	ERR(err, WF_USAGE, "\"%s\" needs a reason", request->verb);
	wf_err_hint(err, "give it with -m \"WHY\"");
	return WF_USAGE;
}

enum wf_code
asking_flow(struct call *call, const char *path, struct wf_flow **flow_out,
	    struct wf_err *err)
{
	struct wf_diags findings = {0};
	enum wf_code code = wf_flow_load(path, flow_out, &findings, err);

	wf_diags_sort(&findings);
	if (code) {
		output_error(&call->globals, err, &findings);
		*err = (struct wf_err){0}; /* it has been said */
	}
	wf_diags_release(&findings);
	return code;
}

/* A value of a plan as a cell: texts bare, the rest as JSON. */
static char *
cell_text(json_t *value)
{
	struct strbuf list = STRBUF_INIT;
	json_t *item;
	size_t i;

	if (!value || json_is_null(value))
		return mem_strdup("");
	if (json_is_string(value))
		return mem_strdup(json_string_value(value));
	if (!json_is_array(value)) {
		char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
		char *copy = mem_strdup(text ? text : "");

		free(text);
		return copy;
	}
	json_array_foreach(value, i, item)
	{
		char *text = cell_text(item);

		strbuf_addf(&list, "%s%s", i ? ", " : "", text);
		free(text);
	}
	return strbuf_detach(&list);
}

/* A list of objects as a table, its columns those of the first. */
static void
print_objects(struct call *call, json_t *list)
{
	enum {
		most = 12
	};
	struct column columns[most];
	const char *key, *cells[most];
	struct records records;
	json_t *value, *row;
	size_t n = 0, i;

	json_object_foreach(json_array_get(list, 0), key, value)
	{
		if (n < most)
			columns[n++] = (struct column){
				key, str_eq(key, "state") ? COLUMN_STATE
							  : COLUMN_FLEX};
	}
	records_begin(&records, call, columns, n);
	json_array_foreach(list, i, row)
	{
		for (size_t c = 0; c < n; c++)
			cells[c] = cell_text(
				json_object_get(row, columns[c].title));
		records_row(&records, cells);
		for (size_t c = 0; c < n; c++)
			free((char *)cells[c]);
	}
	records_end(&records);
}

void
asking_print_plan(struct call *call, const char *plan)
{
	json_t *object = json_value(plan), *value;
	const char *key;

	if (output_is_json(call)) {
		output_object(call, object);
		return;
	}
	json_object_foreach(object, key, value)
	{
		char *text;

		if (json_is_object(json_array_get(value, 0))) {
			printf("%s:\n", key);
			print_objects(call, value);
			continue;
		}
		text = cell_text(value);
		if (*text) {
			printf("%s: ", key);
			output_text(stdout, text);
			putchar('\n');
		}
		free(text);
	}
	json_decref(object);
}

static void
say_accepted(struct call *call, const char *run,
	     const struct wf_request *request)
{
	if (output_is_json(call)) {
		output_object(call,
			      json_pack("{s:o,s:s,s:b}", "run", json_text(run),
					"verb", request->verb, "accepted", 1));
		return;
	}
	if (call->globals.quiet)
		return;
	printf("run %s: %s", run, request->verb);
	for (size_t i = 0; i < request->nsteps; i++) {
		putchar(' ');
		output_text(stdout, request->steps[i]);
	}
	puts(" accepted");
}

/* A dry request that has no steps to show. */
static void
say_possible(struct call *call, const char *run,
	     const struct wf_request *request)
{
	if (output_is_json(call))
		output_object(call,
			      json_pack("{s:o,s:s,s:b}", "run", json_text(run),
					"verb", request->verb, "dry_run", 1));
	else if (!call->globals.quiet)
		fprintf(stderr,
			"wfctl: run %s would take this; nothing was changed\n",
			run);
}

static enum wf_code
send(struct call *call, const char *run, const struct asking *asking,
     struct wf_request *request, struct wf_err *err)
{
	char *plan = NULL;
	enum wf_code code;

	if (!request->reason)
		request->reason = asking->why;
	request->dry = asking->dry;
	code = wf_request(call->engine, run, request, &plan, err);
	if (!code && asking->dry && plan)
		asking_print_plan(call, plan);
	else if (!code && asking->dry)
		say_possible(call, run, request);
	free(plan);
	return code;
}

enum wf_code
asking_send(struct call *call, const struct asking *asking,
	    struct wf_request *request, struct wf_err *err)
{
	char run[WF_RUN_ID];
	enum wf_code code = call_run(call, 0, run, err);

	if (!code)
		code = send(call, run, asking, request, err);
	if (!code && !asking->dry)
		say_accepted(call, run, request);
	return code;
}

enum wf_code
asking_follow(struct call *call, const struct asking *asking,
	      const struct follow *follow, struct wf_request *request,
	      struct wf_err *err)
{
	char run[WF_RUN_ID];
	uint64_t mark;
	enum wf_code code = call_run(call, 0, run, err);

	if (code)
		return code;
	mark = follow_mark(call, run);
	if (!asking->dry && !follow->detach)
		follow_arm();
	code = send(call, run, asking, request, err);
	if (code || asking->dry)
		return code;
	return follow_run(call, follow, run, mark, err);
}
