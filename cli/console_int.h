/* What the files of the console share.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_CONSOLE_INT_H
#define WF_CONSOLE_INT_H

#include "../tui/commands.h"
#include "console.h"
#include "history.h"
#include "shell.h"

struct console {
	struct commands commands;
	struct shell shell;
	struct lines_file lines;
	VEC(char *) history;
	char *file;
	struct command_result *result; /* of the line being carried out */
};

/* Is the run at the cursor to be put into the line?  `typing`: the last word
 * is not whole yet. */
bool console_lacks_run(struct console *c, const struct command_place *place,
		       const struct words *w, bool typing);
/* The line with the run behind its verb. */
char *console_with_run(struct arena *a, const char *line, const char *run);
/* Is it a verb for an open flow, and nothing else? */
bool console_wants_flow(const char *word);

/* For struct commands. */
void console_complete(void *console, const struct command_place *place,
		      const char *line, command_add_fn *add, void *add_arg);
void console_usage(void *console, const struct command_place *place,
		   const char *line, struct strbuf *out);

#endif
