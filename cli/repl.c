/* readline by its callback interface, in a poll loop of ours.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "repl.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <readline/readline.h>

#include <readline/history.h>

#include "../engine/base/text.h"
#include "../engine/base/vec.h"

#define HISTORY_LINES 2000

/* readline calls back without an argument. */
static struct {
	const struct repl *r;
	bool done;
	char **found; /* candidates of one completion, malloced */
	size_t nfound;
	sigset_t waiting; /* the mask while we wait */
} state;

static volatile sig_atomic_t seen_int, seen_size, seen_end;

static void
on_signal(int signal)
{
	if (signal == SIGINT)
		seen_int = 1;
	else if (signal == SIGTERM || signal == SIGHUP)
		seen_end = signal;
	else
		seen_size = 1;
}

/* --- history -------------------------------------------------------------- */

static void
history_begin(const char *file)
{
	int fd;

	using_history();
	stifle_history(HISTORY_LINES);
	if (!file)
		return;
	fd = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd >= 0) {
		fchmod(fd, 0600);
		close(fd);
	}
	read_history(file);
	if (history_length >= HISTORY_LINES)
		history_truncate_file(file, HISTORY_LINES / 2);
}

/* A line that begins with a space, or holds a secret, is not kept. */
static void
history_keep(const char *line)
{
	HIST_ENTRY *last = history_get(history_base + history_length - 1);

	if (!*line || *line == ' ' || strstr(line, "--secret") ||
	    (last && str_eq(last->line, line)))
		return;
	add_history(line);
	if (state.r->history)
		append_history(1, state.r->history);
}

/* --- completion ----------------------------------------------------------- */

static void
keep_candidate(void *arg, const char *candidate, const char *about)
{
	(void)arg;
	(void)about;
	state.found = mem_realloc(state.found,
				  (state.nfound + 2) * sizeof(*state.found));
	state.found[state.nfound++] = mem_strdup(candidate);
	state.found[state.nfound] = NULL;
}

static char *
next_candidate(const char *text, int again)
{
	static size_t next;

	(void)text;
	if (!again)
		next = 0;
	return next < state.nfound ? state.found[next++] : NULL;
}

static char **
complete_line(const char *text, int begin, int end)
{
	const struct repl *r = state.r;
	char **matches;
	bool files;

	(void)begin;
	state.nfound = 0;
	files = r->complete(r->arg, rl_line_buffer, (size_t)end, keep_candidate,
			    NULL);
	rl_attempted_completion_over = !files;
	if (!state.nfound)
		return NULL;
	matches = rl_completion_matches(text, next_candidate);
	if (state.nfound == 1 && str_ends(state.found[0], "="))
		rl_completion_suppress_append = 1;
	state.nfound = 0;
	return matches;
}

/* --- the line ------------------------------------------------------------- */

static void take_line(char *line);

static void
make_prompt(struct strbuf *out)
{
	struct strbuf raw = STRBUF_INIT;

	state.r->prompt(state.r->arg, &raw);
	text_sanitize(out, raw.at, raw.n, 0);
	strbuf_release(&raw);
}

static void
show_prompt(void)
{
	struct strbuf prompt = STRBUF_INIT;

	make_prompt(&prompt);
	rl_callback_handler_install(prompt.at, take_line);
	strbuf_release(&prompt);
}

static void
take_line(char *line)
{
	const struct repl *r = state.r;

	rl_callback_handler_remove();
	if (!line) {
		fputc('\n', stdout);
		state.done = !r->end(r->arg);
	} else {
		history_keep(line);
		state.done = !r->line(r->arg, line);
	}
	free(line);
	fflush(stdout);
	if (!state.done)
		show_prompt();
}

/* Above the line being typed, which comes back as it was. */
static void
print_above(const char *text)
{
	struct strbuf prompt = STRBUF_INIT;
	int point = rl_point;
	char *line = rl_copy_text(0, rl_end);

	rl_save_prompt();
	rl_replace_line("", 0);
	rl_redisplay();
	fputs(text, rl_outstream);
	rl_restore_prompt();
	make_prompt(&prompt);
	rl_set_prompt(prompt.at);
	strbuf_release(&prompt);
	rl_replace_line(line, 0);
	rl_point = point;
	rl_on_new_line();
	rl_redisplay();
	free(line);
}

/* A search, a count, a list of candidates: news waits for its end. */
static bool
is_busy(void)
{
	return RL_ISSTATE(RL_STATE_ISEARCH | RL_STATE_NSEARCH |
			  RL_STATE_NUMERICARG | RL_STATE_MULTIKEY |
			  RL_STATE_VIMOTION | RL_STATE_COMPLETING);
}

static void
drop_line(void)
{
	bool empty = rl_end == 0;

	rl_callback_sigcleanup();
	rl_free_line_state();
	rl_replace_line("", 0);
	rl_crlf();
	if (empty)
		fputs("type \"exit\" to leave\n", rl_outstream);
	rl_on_new_line();
	rl_redisplay();
}

static void
handle_signals(void)
{
	if (seen_int) {
		seen_int = 0;
		drop_line();
	}
	if (seen_size) {
		seen_size = 0;
		rl_resize_terminal();
		rl_forced_update_display();
	}
}

static void
look_for_news(void)
{
	struct strbuf text = STRBUF_INIT;

	state.r->news(state.r->arg, &text);
	if (text.n)
		print_above(text.at);
	strbuf_release(&text);
}

static void
wait_once(void)
{
	struct pollfd fds[2] = {
		{.fd = STDIN_FILENO,                                    .events = POLLIN},
		{.fd = is_busy() ? -1 : state.r->news_fd(state.r->arg),
		 .events = POLLIN						       }
        };
	int n = ppoll(fds, 2, NULL, &state.waiting);

	handle_signals();
	if (n <= 0)
		return;
	if (fds[0].revents & POLLIN)
		rl_callback_read_char();
	else if (fds[0].revents)
		state.done = true;
	else if (fds[1].revents)
		look_for_news();
}

static void
catch_signals(sigset_t *before)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGWINCH,
				      SIGCONT};
	struct sigaction action = {.sa_handler = on_signal};
	sigset_t ours;

	sigemptyset(&ours);
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++) {
		sigaddset(&ours, signals[i]);
		sigaction(signals[i], &action, NULL);
	}
	sigprocmask(SIG_BLOCK, &ours, before);
	state.waiting = *before;
}

int
repl_run(const struct repl *r)
{
	sigset_t before;

	state.r = r;
	state.done = false;
	rl_catch_signals = rl_catch_sigwinch = 0;
	rl_readline_name = "wfctl";
	rl_attempted_completion_function = complete_line;
	rl_completer_quote_characters = "\"'";
	rl_completer_word_break_characters = " \t\n\"'";
	rl_filename_quote_characters = " \t\n\"'\\#";
	history_begin(r->history);
	catch_signals(&before);
	show_prompt();
	while (!state.done && !seen_end)
		wait_once();
	rl_callback_handler_remove();
	if (seen_end)
		fputc('\n', stdout);
	sigprocmask(SIG_SETMASK, &before, NULL);
	free(state.found);
	state.found = NULL;
	return seen_end;
}

void
repl_script(const struct repl *r)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t n;
	bool more = true;

	while (more && (n = getline(&line, &size, stdin)) >= 0) {
		if (n && line[n - 1] == '\n')
			line[n - 1] = '\0';
		more = r->line(r->arg, line);
	}
	free(line);
	if (more)
		r->end(r->arg);
}
