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
#include <termios.h>
#include <unistd.h>

#include <readline/readline.h>

#include <readline/history.h>

#include "../engine/base/text.h"
#include "../engine/base/vec.h"
#include "history.h"
#include "output.h"

#define HISTORY_LINES 2000
#define SHOWN_MATCHES 60

/* readline calls back without an argument. */
struct candidate {
	char *word, *about;
};

static struct {
	const struct repl *r;
	bool done;
	VEC(struct candidate) found; /* of one completion */
	struct lines_file lines;
	sigset_t waiting; /* the mask while we wait */
	int byte;         /* read, not yet asked for; EOF: none */
} state = {.byte = EOF};

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

static void print_above(const char *text);

/* --- history -------------------------------------------------------------- */

/* Of equal lines the last one stays. */
static void
remember(void *arg, const char *line)
{
	(void)arg;
	for (int i = history_length - 1; i >= 0; i--) {
		HIST_ENTRY *old = history_get(history_base + i);

		if (!old || !str_eq(old->line, line))
			continue;
		free_history_entry(remove_history(i));
		break;
	}
	add_history(line);
}

static void
history_begin(const char *file)
{
	state.lines = (struct lines_file){.path = file, .add = remember};
	using_history();
	stifle_history(HISTORY_LINES);
	lines_open(&state.lines);
}

static void
history_keep(const char *line)
{
	if (!*line || line_is_private(line))
		return;
	lines_append(&state.lines, line);
	remember(NULL, line);
}

/* --- completion ----------------------------------------------------------- */

static void
forget_candidates(void)
{
	vec_each (&state.found, struct candidate, c) {
		free(c->word);
		free(c->about);
	}
	state.found.n = 0;
}

static void
keep_candidate(void *arg, const char *word, const char *about)
{
	(void)arg;
	vec_push(&state.found,
		 (struct candidate){mem_strdup(word),
				    mem_strdup(about ? about : "")});
}

static char *
next_candidate(const char *text, int again)
{
	static size_t next;

	(void)text;
	if (!again)
		next = 0;
	return next < state.found.n ? mem_strdup(state.found.at[next++].word)
				    : NULL;
}

static bool
needs_quotes(void)
{
	vec_each (&state.found, struct candidate, c)
		if (strpbrk(c->word, rl_filename_quote_characters))
			return true;
	return false;
}

/* Nothing is left to complete: the second Tab tells how the command is used. */
static void
tell_usage(void)
{
	struct strbuf text = STRBUF_INIT;

	if (rl_last_func == rl_complete)
		state.r->usage(state.r->arg, rl_line_buffer, &text);
	if (text.n)
		print_above(text.at);
	strbuf_release(&text);
}

static char **
complete_line(const char *text, int begin, int end)
{
	const struct repl *r = state.r;
	enum complete_files files;
	char **matches;

	(void)begin;
	forget_candidates();
	files = r->complete(r->arg, rl_line_buffer, (size_t)end, keep_candidate,
			    NULL);
	rl_attempted_completion_over = 1;
	if (files)
		complete_paths(text, files, keep_candidate, NULL);
	if (!state.found.n) {
		tell_usage();
		return NULL;
	}
	matches = rl_completion_matches(text, next_candidate);
	rl_filename_completion_desired = files || needs_quotes();
	rl_filename_quoting_desired = 1;
	if (state.found.n == 1 && str_ends(state.found.at[0].word, "="))
		rl_completion_suppress_append = 1;
	return matches;
}

static const char *
about(const char *word)
{
	vec_each (&state.found, struct candidate, c)
		if (str_eq(c->word, word))
			return c->about;
	return "";
}

/* One line each, with a few words about it. */
static void
show_matches(char **matches, int n, int longest)
{
	int most = n < SHOWN_MATCHES ? n : SHOWN_MATCHES;
	int width = longest < 40 ? longest : 40;

	rl_crlf();
	for (int i = 1; i <= most; i++) {
		struct strbuf line = STRBUF_INIT, safe = STRBUF_INIT;

		strbuf_addf(&line, "%-*s  %s", width, matches[i],
			    about(matches[i]));
		while (line.n && line.at[line.n - 1] == ' ')
			line.at[--line.n] = '\0';
		text_clip_str(&safe, line.at,
			      output_width(STDOUT_FILENO, 80) - 1,
			      output_text_flags() | TEXT_DOTS);
		fprintf(rl_outstream, "%s\n", safe.at);
		strbuf_release(&line);
		strbuf_release(&safe);
	}
	if (n > most)
		fprintf(rl_outstream, "... %d more\n", n - most);
	rl_forced_update_display();
}

/* --- bytes ---------------------------------------------------------------- */

/* A read takes what is there and never waits: on Ctrl+C the terminal throws
 * away what poll has just promised, and signals are open in ppoll only. */
static void
prepare_terminal(int meta)
{
	struct termios modes;

	rl_prep_terminal(meta);
	if (tcgetattr(STDIN_FILENO, &modes))
		return;
	modes.c_cc[VMIN] = modes.c_cc[VTIME] = 0;
	tcsetattr(STDIN_FILENO, TCSANOW, &modes);
}

/* False: nothing is there after all. */
static bool
read_byte(void)
{
	unsigned char byte;

	if (state.byte == EOF && read(STDIN_FILENO, &byte, 1) == 1)
		state.byte = byte;
	return state.byte != EOF;
}

/* Is there more?  What is promised here has been read, and so cannot be taken
 * back. */
static int
byte_is_there(void)
{
	struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
	int us = rl_set_keyboard_input_timeout(-1);
	struct timespec wait = {.tv_sec = us / 1000000,
				.tv_nsec = us % 1000000 * 1000L};

	if (!read_byte() && us > 0)
		ppoll(&input, 1, &wait, &state.waiting);
	return read_byte();
}

/* readline asks: mostly for the byte that it was called for, in the midst of
 * a paste for those that follow. */
static int
next_byte(FILE *in)
{
	struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
	int byte;

	(void)in;
	while (!read_byte() && !seen_int && !seen_end)
		if (ppoll(&input, 1, NULL, &state.waiting) > 0 &&
		    !(input.revents & POLLIN))
			break;
	byte = state.byte;
	state.byte = EOF;
	return byte;
}

/* --- the line ------------------------------------------------------------- */

static void take_line(char *line);

static void
show_prompt(void)
{
	struct strbuf prompt = STRBUF_INIT;

	lines_sync(&state.lines);
	state.r->prompt(state.r->arg, &prompt);
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
	state.r->prompt(state.r->arg, &prompt);
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
	if (fds[0].revents & ~POLLIN)
		state.done = true;
	else if (fds[0].revents && read_byte())
		rl_callback_read_char();
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

static void
put_terminal_back(void)
{
	rl_deprep_terminal();
}

/* Also when want of memory ends us in the midst of a line: here, or in the
 * library, which calls exit. */
static void
keep_terminal(void)
{
	static bool registered;

	if (!registered)
		atexit(put_terminal_back);
	registered = true;
	mem_on_exhausted(put_terminal_back);
	wf_bug_on_abort(put_terminal_back);
}

int
repl_run(const struct repl *r)
{
	sigset_t before;

	state.r = r;
	state.done = false;
	rl_catch_signals = rl_catch_sigwinch = 0;
	rl_readline_name = "wfctl";
	rl_prep_term_function = prepare_terminal;
	rl_getc_function = next_byte;
	rl_input_available_hook = byte_is_there;
	rl_attempted_completion_function = complete_line;
	rl_completion_display_matches_hook = show_matches;
	rl_completer_quote_characters = "\"'";
	rl_completer_word_break_characters = " \t\n\"'";
	rl_filename_quote_characters = " \t\n\"'\\#";
	history_begin(r->history);
	catch_signals(&before);
	keep_terminal();
	show_prompt();
	while (!state.done && !seen_end)
		wait_once();
	rl_callback_handler_remove();
	if (seen_end)
		fputc('\n', stdout);
	mem_on_exhausted(NULL);
	wf_bug_on_abort(NULL);
	sigprocmask(SIG_SETMASK, &before, NULL);
	forget_candidates();
	vec_release(&state.found);
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
