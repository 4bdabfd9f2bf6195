/* A look at shell text: its words, and variables that stand unquoted.
 *
 * Not a shell parser: it knows quotes, comments, here documents, command
 * substitution and assignments, which is enough for advice.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_SHELL_SCAN_H
#define WF_SHELL_SCAN_H

#include <stdbool.h>
#include <stddef.h>

/* The first expansion outside of quotes where the shell would split it:
 * start and length, or NULL. */
const char *shell_unquoted(const char *script, size_t *n);

/* One simple command: from its first word to ; & | newline or the end. */
struct shell_command {
	const char *at;
	size_t n;
	char end;       /* what ended it: ';' '&' '|' '\n' or '\0' */
	bool end_twice; /* && or || */
};
/* The command that begins at or after `p`; false at the end.  Comments and
 * quoted separators are passed over. */
bool shell_next(const char **p, struct shell_command *out);
/* Does the command begin with this program (after assignments, sudo, env,
 * !, keywords)? */
bool shell_runs(const struct shell_command *c, const char *program);
/* Is `word` one of its words, or a cluster of short options with `letter`
 * (0: none) in it? */
bool
shell_has_option(const struct shell_command *c, const char *word, char letter);

#endif
