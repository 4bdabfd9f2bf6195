/* wfctl complete: candidates for a half-typed line, asked by the scripts of
 * `wfctl completion`.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>

#include "../cmd.h"
#include "../complete.h"

/* One line each; what could break the line is left out. */
static void
print_candidate(void *arg, const char *candidate, const char *about)
{
	(void)arg;
	for (const char *c = candidate; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 127)
			return;
	printf("%s\t", candidate);
	for (const char *c = about; *c; c++)
		if ((unsigned char)*c >= ' ' && *c != 127)
			putchar(*c);
	putchar('\n');
}

static enum wf_code
complete(struct call *call, struct wf_err *err)
{
	static const char *const files[] = {[COMPLETE_FILES] = ":files",
					    [COMPLETE_FLOWS] = ":flows",
					    [COMPLETE_DIRS] = ":dirs"};
	enum complete_files which = complete_words(
		call, call->words, call->nwords, print_candidate, NULL);

	(void)err;
	if (which)
		puts(files[which]);
	return WF_OK;
}

const struct cmd_entry cmd_complete = {
	.operands = "-- WORD...",
	.max = -1,
	.example = "wfctl complete -- sh",
	.run = complete,
};
