/* Errors and findings, as lines or as JSON.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "output.h"

json_t *
finding_json(const struct wf_diag *finding)
{
	json_t *o = json_object();

	json_object_set_new(o, "severity",
			    json_text(finding->severity == WF_SEV_ERROR
					      ? "error"
					      : "warning"));
	json_object_set_new(o, "rule", json_text(finding->rule));
	json_object_set_new(o, "file", json_text(finding->file));
	json_object_set_new(o, "line", json_integer(finding->line));
	json_object_set_new(o, "column", json_integer(finding->column));
	json_object_set_new(o, "message", json_text(finding->message));
	json_object_set_new(o, "hint", json_text(finding->hint));
	return o;
}

static void
place(struct strbuf *out, const char *file, int line, int column)
{
	if (!file || !*file)
		file = "wfctl";
	strbuf_adds(out, str_eq(file, "-") ? "standard input" : file);
	if (line > 0)
		strbuf_addf(out, ":%d", line);
	if (line > 0 && column > 0)
		strbuf_addf(out, ":%d", column);
	strbuf_adds(out, ": ");
}

void
output_finding(FILE *file, const struct wf_diag *finding)
{
	struct strbuf line = STRBUF_INIT;

	place(&line, finding->file, finding->line, finding->column);
	if (finding->severity == WF_SEV_WARNING)
		strbuf_adds(&line, "warning: ");
	strbuf_adds(&line, finding->message);
	if (finding->hint && *finding->hint)
		strbuf_addf(&line, "; %s", finding->hint);
	if (finding->rule)
		strbuf_addf(&line, " [%s]", finding->rule);
	strbuf_addc(&line, '\n');
	output_bytes(file, line.at, line.n);
	strbuf_release(&line);
}

static json_t *
error_json(const struct wf_err *err, const struct wf_diags *findings)
{
	json_t *o = json_object(), *list;

	json_object_set_new(o, "code", json_text(wf_code_name(err->code)));
	json_object_set_new(o, "message", json_text(err->message));
	json_object_set_new(o, "file",
			    json_text(*err->file ? err->file : NULL));
	json_object_set_new(o, "line",
			    err->line ? json_integer(err->line) : json_null());
	json_object_set_new(o, "column",
			    err->column ? json_integer(err->column)
					: json_null());
	json_object_set_new(o, "hint",
			    json_text(*err->hint ? err->hint : NULL));
	if (findings && findings->n) {
		list = json_array();
		for (size_t i = 0; i < findings->n; i++)
			json_array_append_new(list,
					      finding_json(&findings->at[i]));
		json_object_set_new(o, "findings", list);
	}
	return json_pack("{s:o}", "error", o);
}

void
output_error(const struct globals *globals, const struct wf_err *err,
	     const struct wf_diags *findings)
{
	struct strbuf line = STRBUF_INIT;

	fflush(stdout);
	if (globals->format == FORMAT_JSON || globals->format == FORMAT_JSONL) {
		output_json(stderr, error_json(err, findings), JSON_COMPACT);
		fputc('\n', stderr);
		return;
	}
	if (findings && findings->n) {
		for (size_t i = 0; i < findings->n; i++)
			output_finding(stderr, &findings->at[i]);
		return;
	}
	place(&line, err->file, err->line, err->column);
	strbuf_adds(&line, err->message);
	if (*err->hint)
		strbuf_addf(&line, "; %s", err->hint);
	strbuf_addc(&line, '\n');
	output_bytes(stderr, line.at, line.n);
	if (globals->verbose && err->source)
		fprintf(stderr, "  (%s:%d)\n", err->source, err->source_line);
	strbuf_release(&line);
}
