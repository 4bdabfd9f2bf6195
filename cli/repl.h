/* Typed lines, one after another: from a terminal through readline, with news
 * printed above the half-typed line; or from a script.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_REPL_H
#define WF_REPL_H

#include "complete.h"

struct repl {
	void *arg;
	const char *history; /* file, or NULL */
	/* What stands before the line; harmless already.  What takes no room
	 * (colours) stands between \\001 and \\002. */
	void (*prompt)(void *arg, struct strbuf *out);
	/* False: that was the last one. */
	bool (*line)(void *arg, const char *line);
	/* The line was left with Ctrl+D; false: leave. */
	bool (*end)(void *arg);
	/* Candidates for the last word. */
	enum complete_files (*complete)(void *arg, const char *line, size_t n,
					complete_fn *add, void *add_arg);
	/* How the command on the line is used, for Tab twice where nothing is
	 * left to complete; "" when it is unknown. */
	void (*usage)(void *arg, const char *line, struct strbuf *out);
	/* Something to wait for beside keys (-1: nothing), and what is then
	 * to be printed; "" for nothing. */
	int (*news_fd)(void *arg);
	void (*news)(void *arg, struct strbuf *out);
};

/* Until a function above says that it was the last line.  Returns the signal
 * that ended it, or 0. */
int repl_run(const struct repl *r);
/* Lines of standard input, without prompt or history. */
void repl_script(const struct repl *r);

#endif
