/* wfctl schema: the JSON Schema of flow files, for editors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "../cmd.h"

static enum wf_code
schema(struct call *call, struct wf_err *err)
{
	char *text = wf_flow_schema();

	(void)call;
	(void)err;
	fputs(text, stdout);
	if (!str_ends(text, "\n"))
		putchar('\n');
	free(text);
	return WF_OK;
}

const struct cmd_entry cmd_schema = {
	.about = "Editors with a YAML language server check and complete flow "
		 "files by it.",
	.example = "wfctl schema > flow.schema.json",
	.run = schema,
};
