/* The shell behind `wfctl shell`: what its files share.
 *
 * Commands run as processes of their own, so that one that ends badly ends
 * nothing else, and Ctrl+C means what it means outside.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_SHELL_H
#define WF_SHELL_H

#include <sys/types.h>

#include "../engine/base/vec.h"
#include "cmd.h"
#include "design.h"
#include "words.h"

struct shell {
	struct call *call;
	struct design design; /* its `out` and `err` are the owner's */
	bool interactive, keep_going;
	bool warned; /* that changes are not saved */
	int status;  /* of the last command */
	int line;    /* of a script, from 1 */

	struct wf_watch *watch;
	char run[WF_RUN_ID];  /* whose news is printed; "" for none */
	uint64_t seen;        /* its last event that was */
	char *state;          /* of the run, for the prompt */
	VEC(char *) messages; /* the latest news, for `!` */
};

/* --- shell_line.c --------------------------------------------------------- */

/* Carry out one line; false: it was the last. */
bool shell_line(struct shell *sh, const char *text);
/* Is there nothing that would be lost? */
bool shell_may_leave(struct shell *sh);
/* How the command on a line is used; nothing for an unknown one. */
void shell_usage(const struct shell *sh, const char *line, struct strbuf *out);
/* "\"x\" is no command", with the nearest one. */
enum wf_code shell_unknown(const char *word, struct wf_err *err);
/* Candidates for the last word of a line. */
enum complete_files shell_complete(struct shell *sh, const char *line, size_t n,
				   complete_fn *add, void *arg);

/* --- shell_process.c ------------------------------------------------------ */

/* What a command reads and writes; -1: what we do. */
struct shell_fds {
	int in, out, err;
};

/* A descriptor to read this text from; -1. */
int shell_text(const char *text);
/* Begin one of our own commands; its pid, or -1. */
pid_t shell_begin(const struct shell *sh, char **words, size_t n,
		  const struct shell_fds *fds);
/* Run one of our own commands; -1 for `in` and `out` are ours.  The exit
 * status; -1 when it could not be started. */
int
shell_spawn(const struct shell *sh, char **words, size_t n, int in, int out);
/* Where designers and shells leave copied steps for one another; caller
 * frees. */
char *shell_clip_file(const struct shell *sh);
/* The status of a command as the code that ends with it. */
enum wf_code shell_code(int status);
/* For struct design. */
enum wf_code shell_piped(void *shell, char **words, const char *text);
enum wf_code shell_start(void *shell, const char *file, struct wf_err *err);

/* --- shell_news.c --------------------------------------------------------- */

/* Print the news of this run from now on, or from its first event. */
void shell_follow(struct shell *sh, const char *run, bool from_start);
void shell_read_state(struct shell *sh);
/* What happened since, as lines; "" for nothing. */
void shell_news(struct shell *sh, struct strbuf *out);
int shell_news_fd(const struct shell *sh);
/* The messages so far, newest last. */
void shell_messages(const struct shell *sh);
void shell_release(struct shell *sh);

#endif
