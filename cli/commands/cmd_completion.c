/* wfctl completion: the script that teaches a shell to complete.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>

#include "../cmd.h"
#include "../complete.h"

static enum wf_code
completion(struct call *call, struct wf_err *err)
{
	const char *script = complete_script(call->words[0]);

	if (script) {
		fputs(script, stdout);
		return WF_OK;
	}
	ERR(err, WF_USAGE, "no completion for \"%.100s\"", call->words[0]);
	wf_err_hint(err, "there is one for bash, zsh and fish");
	return WF_USAGE;
}

const struct cmd_entry cmd_completion = {
	.operands = "bash|zsh|fish",
	.min = 1,
	.max = 1,
	.about = "Completes commands, options, runs, steps and params.",
	.example = ". <(wfctl completion bash)",
	.complete = "o",
	.choices = "bash|zsh|fish",
	.run = completion,
};
