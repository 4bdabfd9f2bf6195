/* wfctl fmt: formats flow files.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "../../engine/designing.h"
#include "../cmd.h"
#include "../output.h"

struct args {
	bool check;
};

/* clang-format off */
static const struct option options[] = {
	{0,   "check",   OPT_FLAG, offsetof(struct args, check), NULL, "change nothing; name the files that are not formatted"},
	{'n', "dry-run", OPT_FLAG, offsetof(struct args, check), NULL, "the same"},
	{0}};
/* clang-format on */

static enum wf_code
put_back(struct call *call, struct wf_edit *edit, const char *file,
	 const char *text, struct wf_err *err)
{
	enum wf_code code;

	wf_edit_replace(edit, "format", text, strlen(text));
	code = wf_edit_save(edit, NULL, false, err);
	if (!code && !call->globals.quiet) {
		output_text(stdout, file);
		fputs(": formatted\n", stdout);
	}
	return code;
}

/* Standard input is written to standard output. */
static enum wf_code
format_file(struct call *call, const char *file, bool *changed,
	    struct wf_err *err)
{
	const struct args *args = call->args;
	struct wf_edit *edit;
	const char *before;
	char *after = NULL;
	bool piped = str_eq(file, "-");
	size_t n;
	enum wf_code code = wf_edit_open(file, &edit, err);

	if (code)
		return code;
	before = wf_edit_text(edit, &n);
	code = wf_format(piped ? "<stdin>" : file, before, n, &after, err);
	if (!code) {
		*changed = strlen(after) != n || memcmp(before, after, n) != 0;
		if (args->check && *changed) {
			output_text(stdout, piped ? "<stdin>" : file);
			fputs(": not formatted\n", stdout);
		} else if (!args->check && piped) {
			fputs(after, stdout);
		} else if (*changed) {
			code = put_back(call, edit, file, after, err);
		}
	}
	free(after);
	wf_edit_close(edit);
	return code;
}

static enum wf_code
fmt(struct call *call, struct wf_err *err)
{
	const struct args *args = call->args;
	enum wf_code result = WF_OK;
	bool any = false;

	(void)err;
	for (size_t i = 0; i < call->nwords; i++) {
		struct wf_err why = {0};
		bool changed = false;
		enum wf_code code =
			format_file(call, call->words[i], &changed, &why);

		if (code)
			output_error(&call->globals, &why, NULL);
		if (code && !result)
			result = code;
		any = any || changed;
	}
	return !result && args->check && any ? WF_FAILED : result;
}

const struct cmd_entry cmd_fmt = {
	.operands = "FILE...",
	.options = options,
	.size = sizeof(struct args),
	.min = 1,
	.max = -1,
	.about = "Comments, quotes and the order of keys stay; what a flow "
		 "means never changes.\n\"-\" is standard input, written to "
		 "standard output.",
	.example = "wfctl fmt --check flows/*.yaml",
	.complete = "f",
	.run = fmt,
};
