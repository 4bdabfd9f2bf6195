/* Runs and steps as numbered lines, and what is typed about them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "linear.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../engine/base/clock.h"
#include "../engine/base/map.h"
#include "runtext.h"

enum {
	HEARTBEAT = 30000,
	RUNS_LISTED = 20,
	HEALTH_MS = 2000
};

/* A run that is followed: what was said of it last. */
struct linear {
	struct views *vs;
	struct wf_watch *watch;
	char run[WF_RUN_ID]; /* "": the list */
	VEC(char *) ids;     /* by their numbers, as listed */
	VEC(char *) paths;   /* of steps, as listed; later ones behind */
	struct map numbers;  /* from 1 of each path, in that order */
	VEC(int) said;       /* enum shown of each step, as said */
	int run_said;
	int64_t spoke;
};

static void
forget(struct linear *l)
{
	vec_each (&l->ids, char *, id)
		free(*id);
	vec_each (&l->paths, char *, path)
		free(*path);
	l->ids.n = l->paths.n = l->said.n = 0;
	map_release(&l->numbers);
	l->run_said = -1;
}

/* --- telling
 * -------------------------------------------------------------------- */

static void
list_runs(struct linear *l)
{
	struct wf_run_filter filter = {.limit = RUNS_LISTED};
	struct wf_runs runs = {0};
	struct wf_err err = {0};

	forget(l);
	if (wf_runs(l->vs->engine, &filter, &runs, &err)) {
		linear_say(l->vs, "Error: %s", err.message);
		return;
	}
	if (runs.n == 0)
		linear_say(l->vs, "There are no runs yet.");
	for (size_t i = 0; i < runs.n; i++) {
		const struct wf_run_info *r = &runs.at[i];

		linear_say(l->vs, "%zu. %s %s %s, %u of %u done", i + 1,
			   shown_states[shown_of_run(r->state, r->interrupted)]
				   .word,
			   r->id, r->flow, r->ndone, r->nsteps);
		vec_push(&l->ids, mem_strdup(r->id));
	}
	wf_list_free(&runs.list);
}

static void
say_step(struct linear *l, size_t number, const struct wf_step_info *s)
{
	struct strbuf note = STRBUF_INIT;

	step_note(s, clock_wall(), &note);
	if (number)
		linear_say(l->vs, "%zu. %s %s%s%s", number,
			   shown_states[step_shown(s)].word, s->path,
			   note.n ? ", " : "", note.at);
	else
		linear_say(l->vs, "%s %s%s%s", shown_states[step_shown(s)].word,
			   s->path, note.n ? ", " : "", note.at);
	strbuf_release(&note);
	l->spoke = clock_boot();
}

static void
say_run(struct linear *l, const struct wf_run_detail *d)
{
	enum shown shown = run_shown(&d->run, d->steps, d->nsteps);

	if ((int)shown != l->run_said)
		linear_say(l->vs, "%s run %s of %s, %u of %u done, %u failed",
			   shown_states[shown].word, d->run.id, d->run.flow,
			   d->run.ndone, d->run.nsteps, d->run.nfailed);
	l->run_said = (int)shown;
}

/* Its place among those that were said: a step keeps its number, whatever
 * comes between it and its neighbours. */
static size_t
place_of(struct linear *l, const char *path)
{
	size_t number = (size_t)(uintptr_t)map_get(&l->numbers, path);

	if (number)
		return number - 1;
	vec_push(&l->said, -1);
	vec_push(&l->paths, mem_strdup(path));
	map_set(&l->numbers, vec_last(&l->paths),
		(void *)(uintptr_t)l->paths.n);
	return l->paths.n - 1;
}

/* What has changed since it was said; all of it with `whole`. */
static void
tell_run(struct linear *l, bool whole)
{
	struct wf_run_detail d = {0};
	struct wf_err err = {0};

	if (wf_run(l->vs->engine, l->run, &d, &err)) {
		linear_say(l->vs, "Error: %s", err.message);
		l->run[0] = '\0';
		return;
	}
	if (whole)
		forget(l);
	for (size_t i = 0; i < d.nsteps; i++) {
		int shown = (int)step_shown(&d.steps[i]);
		size_t at = place_of(l, d.steps[i].path);

		if (whole || l->said.at[at] != shown)
			say_step(l, whole ? at + 1 : 0, &d.steps[i]);
		l->said.at[at] = shown;
	}
	say_run(l, &d);
	wf_list_free(&d.list);
}

static void
beat(struct linear *l)
{
	struct wf_run_detail d = {0};

	if (!l->run[0] || clock_boot() < l->spoke + HEARTBEAT ||
	    wf_run(l->vs->engine, l->run, &d, NULL))
		return;
	l->spoke = clock_boot();
	if (!run_state_is_final(d.run.state) && d.run.state != RUN_WAITING)
		linear_say(l->vs, "still going on, %u of %u done", d.run.ndone,
			   d.run.nsteps);
	wf_list_free(&d.list);
}

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
	tell_run(l, true);
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
	int status = 0;

	for (; in && getline(&text, &size, in) >= 0; lines++) {
		text[strcspn(text, "\n")] = '\0';
		if (!r->opens || !str_eq(text, l->run))
			linear_say(l->vs, "%s", text);
	}
	free(text);
	if (in)
		fclose(in);
	while (waitpid(r->pid, &status, 0) < 0 && errno == EINTR)
		;
	if (status == 0 && (r->opens || lines == 0))
		linear_say(l->vs, "%.*s: accepted", (int)strcspn(line, " "),
			   line);
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
		l->run[0] ? tell_run(l, true) : list_runs(l);
	else if (str_eq(line, "help") || str_eq(line, "?"))
		help(l);
	else if (str_eq(line, "list")) {
		l->run[0] = '\0';
		list_runs(l);
	} else if (str_eq(line, "new")) {
		views_ask(l->vs, "start", NULL);
		linear_ask(l->vs);
	} else if (!l->run[0] && str_to_int(line, 1, (int64_t)l->ids.n, &n))
		open_run(l, l->ids.at[n - 1]);
	else if (str_eq(line, "open"))
		open_run(l, rest);
	else if (!l->run[0])
		linear_say(l->vs, "Open a run first, by its number.");
	else if (str_eq(line, "steps"))
		tell_run(l, true);
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
			tell_run(l, false);
		beat(l);
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
		list_runs(&l);
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
	forget(&l);
	vec_release(&l.ids);
	vec_release(&l.paths);
	vec_release(&l.said);
	wf_watch_close(l.watch);
	return WF_OK;
}
