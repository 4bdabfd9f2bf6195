/* wfctl version: which wfctl this is.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>

#include "../cmd.h"
#include "../output.h"

static enum wf_code
version(struct call *call, struct wf_err *err)
{
	(void)err;
	if (output_is_json(call))
		output_object(call, json_pack("{s:s,s:s}", "name", "wfctl",
					      "version", WFCTL_VERSION));
	else
		puts("wfctl " WFCTL_VERSION);
	return WF_OK;
}

const struct cmd_entry cmd_version = {
	.example = "wfctl version -o json",
	.run = version,
};
