/* wfctl import: takes in a run that was exported as a bundle.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "../../engine/base/fs.h"
#include "../../engine/base/scratch.h"
#include "../cmd.h"
#include "../output.h"

struct args {
	bool dry;
};

/* clang-format off */
static const struct option options[] = {
	{'n', "dry-run", OPT_FLAG, offsetof(struct args, dry), NULL, "check that it can be taken in, keep nothing"},
	{0}};
/* clang-format on */

/* Taken in by a store that is thrown away. */
static enum wf_code
try_import(FILE *bundle, struct wf_err *err)
{
	const char *tmp = getenv("TMPDIR");
	char *dir = mem_printf("%s/wfctl-import-XXXXXX",
			       tmp && *tmp ? tmp : "/tmp");
	struct wf_engine *engine = NULL;
	char id[WF_RUN_ID];
	enum wf_code code = WF_OK;

	if (!mkdtemp(dir))
		code = ERR(err, WF_USAGE, "no directory can be made for %s",
			   dir);
	if (!code)
		code = wf_engine_open(dir, WF_OPEN_CREATE, &engine, err);
	if (!code)
		code = wf_bundle_import(engine, bundle, id, err);
	wf_engine_close(engine);
	if (fs_remove_tree(dir, NULL) && !code)
		code = ERR(err, WF_USAGE, "%s cannot be removed", dir);
	free(dir);
	return code;
}

static enum wf_code
take_in(struct call *call, FILE *bundle, struct wf_err *err)
{
	char id[WF_RUN_ID];
	enum wf_code code = call_open(call, WF_OPEN_CREATE, err);

	if (!code)
		code = wf_bundle_import(call->engine, bundle, id, err);
	if (!code && output_is_json(call))
		output_object(call, json_pack("{s:o}", "id", json_text(id)));
	else if (!code)
		puts(id);
	return code;
}

static enum wf_code
import(struct call *call, struct wf_err *err)
{
	const struct args *args = call->args;
	FILE *bundle = scratch_read(call->words[0], err);
	enum wf_code code = WF_USAGE;

	if (!bundle)
		return code;
	code = args->dry ? try_import(bundle, err) : take_in(call, bundle, err);
	if (!code && args->dry && !call->globals.quiet)
		fputs("wfctl: it can be taken in; nothing was kept\n", stderr);
	if (code == WF_USAGE && !err->file[0])
		wf_err_place(err, call->words[0], 0, 0);
	fclose(bundle);
	return code;
}

const struct cmd_entry cmd_import = {
	.operands = "FILE",
	.options = options,
	.size = sizeof(struct args),
	.min = 1,
	.max = 1,
	.about = "The run gets a new id, which is printed.  \"-\" is standard "
		 "input.",
	.example = "wfctl import run.bundle",
	.complete = "F",
	.run = import,
};
