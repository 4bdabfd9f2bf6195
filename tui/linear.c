/* What is typed about runs and steps, and what comes of it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "linear_int.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../engine/base/clock.h"
#include "runtext.h"

enum {
	HEALTH_MS = 2000
};

/* --- doing
 * ---------------------------------------------------------------------- */

static void
help(struct linear *l)
{
	linear_say(l->vs, "A number opens a run, or names a step. Commands:");
	linear_say(l->vs, "  list, steps, info STEP, log STEP, new, quit");
	linear_say(l->vs, "Questions are asked for: retry, rollback, answer, "
			  "settle, stop, each with a step or its number");
	linear_say(l->vs, "Every command of wfctl, without the run: it is the "
			  "one that is open. For example:");
	linear_say(l->vs, "  skip STEP -m WHY, approve STEP -f FIELD=VALUE, "
			  "retry STEP --reset, help retry");
}

static void
open_run(struct linear *l, const char *text)
{
	char id[WF_RUN_ID];
	struct wf_err err = {0};

	if (wf_run_find(l->vs->engine, text, id, &err)) {
		linear_say(l->vs, "Error: %s", err.message);
		return;
	}
	snprintf(l->run, sizeof(l->run), "%s", id);
	linear_tell(l, true);
}

/* A step by its number or its path. */
static const char *
step_named(const struct linear *l, const char *word)
{
	int64_t n;

	return str_to_int(word, 1, (int64_t)l->paths.n, &n) ? l->paths.at[n - 1]
							    : word;
}

static void
show_log(struct linear *l, const char *step)
{
	struct wf_run_detail d = {0};

	if (wf_run(l->vs->engine, l->run, &d, NULL))
		return;
	for (size_t i = 0; i < d.nsteps; i++) {
		const struct wf_attempt_info *a = step_latest(&d.steps[i]);

		if (str_eq(d.steps[i].path, step))
			linear_say(l->vs, "%s",
				   a && a->log ? a->log : "it has no log");
	}
	wf_list_free(&d.list);
}

static const struct {
	const char *word, *screen, *before;
} dialogs[] = {
	{"retry",    "retry",    ""     },
        {"rollback", "rollback", ""     },
	{"answer",   "answer",   ""     },
        {"approve",  "answer",   ""     },
	{"settle",   "settle",   ""     },
        {"stop",     "confirm",  "stop "},
	{"skip",     "confirm",  "skip "},
};

static bool
is_about_a_run(const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(dialogs); i++)
		if (str_eq(word, dialogs[i].word))
			return true;
	return str_eq(word, "steps") || str_eq(word, "log") ||
	       str_eq(word, "info");
}

/* A verb alone, or with a step, asks its questions. */
static bool
open_dialog(struct linear *l, const char *word, const char *rest)
{
	for (size_t i = 0; i < ARRAY_SIZE(dialogs); i++) {
		char *arg;

		if (!str_eq(word, dialogs[i].word) || strchr(rest, ' '))
			continue;
		arg = mem_printf("%s%s%s%s", l->run, *rest ? " " : "",
				 *rest ? dialogs[i].before : "",
				 *rest ? step_named(l, rest) : "");
		views_ask(l->vs, dialogs[i].screen, arg);
		free(arg);
		linear_ask(l->vs);
		return true;
	}
	return false;
}

/* Line by line, as it comes. */
static void
tell_output(struct linear *l, const struct command_result *r, const char *line)
{
	FILE *in = fdopen(r->fd, "r");
	char *text = NULL;
	size_t size = 0, lines = 0;
	char id[WF_RUN_ID] = "";
	int status = 0;

	for (; in && getline(&text, &size, in) >= 0; lines++) {
		text[strcspn(text, "\n")] = '\0';
		if (!r->opens || strlen(text) >= sizeof(id))
			linear_say(l->vs, "%s", text);
		else
			snprintf(id, sizeof(id), "%s", text);
	}
	free(text);
	if (in)
		fclose(in);
	while (waitpid(r->pid, &status, 0) < 0 && errno == EINTR)
		;
	if (status == 0 && (r->opens || lines == 0))
		linear_say(l->vs, "%.*s: accepted", (int)strcspn(line, " "),
			   line);
	if (status == 0 && *id && !str_eq(id, l->run))
		open_run(l, id);
}

static void
run_command(struct linear *l, const char *line)
{
	struct command_place place = {.run = l->run[0] ? l->run : NULL,
				      .read_only = l->vs->read_only};
	const struct commands *c = l->vs->commands;
	struct command_result r = {.said = STRBUF_INIT};
	struct wf_err err = {0};

	if (!c || c->run(c->arg, &place, line, &r, &err))
		linear_say(l->vs, "Error: %s%s%s",
			   c ? err.message : "commands are not known here",
			   err.hint[0] ? "; " : "", err.hint);
	else if (r.screen)
		views_ask(l->vs, r.screen, r.arg);
	else if (r.pid)
		tell_output(l, &r, line);
	else if (r.said.n)
		linear_say(l->vs, "%s", r.said.at);
	if (l->vs->stack.n > 1)
		linear_ask(l->vs);
	free(r.arg);
	strbuf_release(&r.said);
}

/* False: to leave. */
static bool
obey(struct linear *l, char *line)
{
	char *rest = line + strcspn(line, " ");
	int64_t n;
	char *all = mem_strdup(line);

	if (*rest)
		*rest++ = '\0';
	if (str_eq(line, "quit") || str_eq(line, "q")) {
		free(all);
		return false;
	}
	if (!*line)
		l->run[0] ? linear_tell(l, true) : linear_list(l);
	else if (str_eq(line, "help") || str_eq(line, "?"))
		help(l);
	else if (str_eq(line, "list")) {
		l->run[0] = '\0';
		linear_list(l);
	} else if (str_eq(line, "new")) {
		views_ask(l->vs, "start", NULL);
		linear_ask(l->vs);
	} else if (!l->run[0] && str_to_int(line, 1, (int64_t)l->ids.n, &n))
		open_run(l, l->ids.at[n - 1]);
	else if (str_eq(line, "open"))
		open_run(l, rest);
	else if (!l->run[0] && is_about_a_run(line))
		linear_say(l->vs, "Open a run first, by its number.");
	else if (!l->run[0])
		run_command(l, all);
	else if (str_eq(line, "steps"))
		linear_tell(l, true);
	else if (str_eq(line, "info"))
		linear_tell_step(l, step_named(l, rest));
	else if (str_eq(line, "log"))
		show_log(l, step_named(l, rest));
	else if (!open_dialog(l, line, rest))
		run_command(l, all);
	linear_settle(l->vs);
	free(all);
	return true;
}

/* Told as it happens, between two lines of the person's. */
static bool
wait_for_line(struct linear *l)
{
	for (;;) {
		struct pollfd fds[2] = {
			{.fd = STDIN_FILENO,                          .events = POLLIN},
			{.fd = l->watch ? wf_watch_fd(l->watch) : -1,
			 .events = POLLIN					     },
		};
		int n = poll(fds, 2, l->run[0] ? HEALTH_MS : -1);

		if (n > 0 && fds[0].revents)
			return true;
		if (n > 0 && fds[1].revents)
			wf_watch_wait(l->watch, 0);
		if (l->run[0])
			linear_tell(l, false);
		linear_beat(l);
	}
}

enum wf_code
linear_run(struct views *vs, const char *run, struct wf_err *err)
{
	struct linear l = {.vs = vs, .run_said = -1, .spoke = clock_boot()};
	enum wf_code code = views_open(vs, "messages", NULL, err);
	bool more = true;

	if (code)
		return code;
	/* Lines are taken one by one, so that none waits unseen. */
	setvbuf(stdin, NULL, _IONBF, 0);
	if (wf_watch_open(vs->engine, NULL, &l.watch, NULL))
		l.watch = NULL;
	linear_say(vs, "wfctl, in lines; help lists the commands.");
	if (run)
		open_run(&l, run);
	else
		linear_list(&l);
	while (more) {
		char *line;

		/* On a line of its own: news may come before the answer. */
		puts(l.run[0] ? "run>" : "runs>");
		fflush(stdout);
		wait_for_line(&l);
		line = linear_read(vs, "");
		more = line && obey(&l, line);
		free(line);
	}
	linear_forget(&l);
	vec_release(&l.ids);
	vec_release(&l.paths);
	vec_release(&l.said);
	wf_watch_close(l.watch);
	return WF_OK;
}
