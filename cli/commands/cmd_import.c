/* wfctl import: takes in a run that was exported as a bundle.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>

#include "../../engine/base/fs.h"
#include "../cmd.h"
#include "../output.h"

enum {
	BUNDLE_MAX = 1 << 30
};

static enum wf_code
import(struct call *call, struct wf_err *err)
{
	struct strbuf text = STRBUF_INIT;
	char id[WF_RUN_ID];
	enum wf_code code = fs_read(call->words[0], BUNDLE_MAX, &text, err);

	if (!code)
		code = wf_bundle_import(call->engine, text.at, text.n, id, err);
	if (code == WF_USAGE && !err->file[0])
		wf_err_place(err, call->words[0], 0, 0);
	strbuf_release(&text);
	if (!code && output_is_json(call))
		output_object(call, json_pack("{s:o}", "id", json_text(id)));
	else if (!code)
		puts(id);
	return code;
}

const struct cmd_entry cmd_import = {
	.operands = "FILE",
	.min = 1,
	.max = 1,
	.about = "The run gets a new id, which is printed.  \"-\" is standard "
		 "input.",
	.example = "wfctl import run.bundle",
	.complete = "F",
	.run = import,
};
