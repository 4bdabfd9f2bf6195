/* One loop for every client: its pipes, our signals, its end.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "client.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../base/clock.h"
#include "../base/fs.h"

#define ASK_TIME  20000
#define KEEP_MOST ((size_t)64 * 1024) /* of standard error */

/* --- starting ------------------------------------------------------------ */

struct ends {
	int in[2], out[2], err[2];
};

static void
close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static bool
open_pipes(const struct client *cl, struct ends *e)
{
	*e = (struct ends){
		{-1, -1},
                {-1, -1},
                {-1, -1}
        };
	return (!cl->talks || pipe2(e->in, O_CLOEXEC) == 0) &&
	       (!(cl->talks || cl->keeps) || pipe2(e->out, O_CLOEXEC) == 0) &&
	       (!cl->keeps || pipe2(e->err, O_CLOEXEC) == 0);
}

static void
add_files(const struct client *cl, const struct ends *e,
	  posix_spawn_file_actions_t *files)
{
	if (cl->talks)
		posix_spawn_file_actions_adddup2(files, e->in[0], 0);
	else
		posix_spawn_file_actions_addopen(
			files, 0, cl->input ? cl->input : "/dev/null", O_RDONLY,
			0);
	if (e->out[1] >= 0)
		posix_spawn_file_actions_adddup2(files, e->out[1], 1);
	if (e->err[1] >= 0)
		posix_spawn_file_actions_adddup2(files, e->err[1], 2);
}

static int
spawn(struct client *cl, const struct ends *e)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t none, all;
	int error;

	posix_spawn_file_actions_init(&files);
	posix_spawnattr_init(&attr);
	sigemptyset(&none);
	sigfillset(&all);
	add_files(cl, e, &files);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &all);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK |
						POSIX_SPAWN_SETSIGDEF);
	error = posix_spawnp(&cl->pid, cl->argv[0], &files, &attr,
			     (char *const *)(uintptr_t)cl->argv,
			     (char *const *)(uintptr_t)cl->envp);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&files);
	return error;
}

static bool
start(struct carrier *c, struct client *cl)
{
	struct ends e;

	if (!cl->envp)
		cl->envp = carrier_env(c, ENV_OURS);
	cl->outbox = cl->said = cl->errors = (struct strbuf)STRBUF_INIT;
	cl->error = open_pipes(cl, &e) ? spawn(cl, &e) : errno;
	close_fd(&e.in[0]);
	close_fd(&e.out[1]);
	close_fd(&e.err[1]);
	cl->to = e.in[1];
	cl->from = e.out[0];
	cl->from_errors = e.err[0];
	cl->end_at = cl->time ? clock_boot() + cl->time : INT64_MAX;
	for (int i = 0; i < 3; i++) {
		int fd = i == 0 ? cl->to : i == 1 ? cl->from : cl->from_errors;

		if (fd >= 0)
			fcntl(fd, F_SETFL, O_NONBLOCK);
	}
	return !cl->error;
}

/* --- talking ------------------------------------------------------------- */

static void
flush_outbox(struct client *cl)
{
	while (cl->to >= 0 && cl->sent < cl->outbox.n) {
		ssize_t n = write(cl->to, cl->outbox.at + cl->sent,
				  cl->outbox.n - cl->sent);

		if (n < 0 && errno != EINTR) {
			if (errno != EAGAIN)
				close_fd(&cl->to);
			return;
		}
		cl->sent += n > 0 ? (size_t)n : 0;
	}
	strbuf_clear(&cl->outbox);
	cl->sent = 0;
}

void
client_send(struct client *cl, const void *bytes, size_t n)
{
	strbuf_add(&cl->outbox, bytes, n);
	flush_outbox(cl);
}

void
client_release(struct client *cl)
{
	close_fd(&cl->to);
}

void
client_hurry(struct client *cl, int64_t ms)
{
	int64_t at = clock_boot() + ms;

	if (at < cl->end_at)
		cl->end_at = at;
}

/* What a person should read while it lasts goes to the log as well. */
static void
take_errors(struct client *cl, const char *bytes, size_t n)
{
	if (!cl->within)
		fs_write_all(STDERR_FILENO, bytes, n);
	if (cl->errors.n > KEEP_MOST)
		strbuf_clear(&cl->errors);
	strbuf_add(&cl->errors, bytes, n);
}

static void
take_said(struct carrier *c, struct client *cl, const char *bytes, size_t n)
{
	if (cl->hear)
		cl->hear(c, bytes, n);
	else
		strbuf_add(&cl->said, bytes, n);
}

/* All that is there now. */
static void
drain(struct carrier *c, struct client *cl, int *fd)
{
	char bytes[16384];

	while (*fd >= 0) {
		ssize_t n = read(*fd, bytes, sizeof(bytes));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		if (n <= 0)
			close_fd(fd);
		else if (fd == &cl->from)
			take_said(c, cl, bytes, (size_t)n);
		else
			take_errors(cl, bytes, (size_t)n);
	}
}

/* --- words --------------------------------------------------------------- */

void
wordlist_setting(struct wordlist *w, struct carrier *c, const char *option,
		 const char *name)
{
	const char *value = job_setting(&c->job, name);

	if (!value)
		return;
	if (str_ends(option, "=")) {
		vec_push(w, arena_printf(&c->arena, "%s%s", option, value));
		return;
	}
	vec_push(w, option);
	vec_push(w, value);
}

void
wordlist_settings(struct wordlist *w, struct carrier *c, const char *name)
{
	const char *const *more = job_settings(&c->job, name, &c->arena);

	for (; *more; more++)
		vec_push(w, *more);
}

const char *
client_program(const struct carrier *c)
{
	const char *program = job_setting(&c->job, "program");

	return program && *program ? program : c->executor->client;
}

/* --- the loop ------------------------------------------------------------ */

static int
time_left(const struct carrier *c, const struct client *cl)
{
	/* Within another client nothing is obeyed. */
	int64_t kill_at = cl->within ? INT64_MAX : c->kill_at;
	int64_t at = cl->end_at < kill_at ? cl->end_at : kill_at;
	int64_t left = at == INT64_MAX ? -1 : at - clock_boot();

	return left < -1 || (left < 0 && at != INT64_MAX) ? 0
	       : left > 60000                             ? 60000
							  : (int)left;
}

static bool
has_ended(struct client *cl)
{
	int status;

	if (waitpid(cl->pid, &status, WNOHANG) != cl->pid)
		return false;
	cl->status = WIFEXITED(status) ? WEXITSTATUS(status)
				       : 128 + WTERMSIG(status);
	return true;
}

static void
wait_a_while(struct carrier *c, struct client *cl)
{
	struct pollfd p[4] = {
		{.fd = c->signals,                 .events = POLLIN },
		{.fd = cl->from,                   .events = POLLIN },
		{.fd = cl->from_errors,            .events = POLLIN },
		{.fd = cl->outbox.n ? cl->to : -1, .events = POLLOUT}
        };

	poll(p, ARRAY_SIZE(p), time_left(c, cl));
	carrier_hear(c);
	if (!cl->within)
		carrier_obey(c);
	if (p[3].revents)
		flush_outbox(cl);
	drain(c, cl, &cl->from);
	drain(c, cl, &cl->from_errors);
	if (clock_boot() >= cl->end_at) {
		kill(cl->pid, SIGKILL);
		cl->end_at = INT64_MAX;
	}
}

bool
client_run(struct carrier *c, struct client *cl)
{
	bool started;

	cl->within = c->client != NULL;
	started = start(c, cl);
	if (started && !cl->within)
		c->client = cl;
	if (started && cl->first)
		client_send(cl, cl->first->at, cl->first->n);
	/* Another client within this one may have taken the news of its end:
	 * it is asked for in every turn. */
	while (started && !has_ended(cl))
		wait_a_while(c, cl);
	drain(c, cl, &cl->from);
	drain(c, cl, &cl->from_errors);
	close_fd(&cl->to);
	close_fd(&cl->from);
	close_fd(&cl->from_errors);
	strbuf_release(&cl->outbox);
	if (!cl->within)
		c->client = NULL;
	return started;
}

const char *
client_ask(struct carrier *c, const char *const *argv)
{
	struct client cl = {.argv = argv, .keeps = true, .time = ASK_TIME};
	const char *said = NULL;

	if (client_run(c, &cl) && cl.status == 0) {
		while (cl.said.n && cl.said.at[cl.said.n - 1] == '\n')
			cl.said.n--;
		said = arena_strndup(&c->arena, cl.said.at, cl.said.n);
	}
	strbuf_release(&cl.said);
	strbuf_release(&cl.errors);
	return said;
}

void
client_missing(struct carrier *c, const char *program, int error)
{
	if (error == ENOENT)
		carrier_report(c, REPORT_SPAWN, 0,
			       "there is no program \"%s\" here, and executor "
			       "%s needs it; install it, or name another as "
			       "`program`",
			       program, c->job.executor);
	else
		carrier_report(c, REPORT_SPAWN, 0,
			       "\"%s\" could not be started: %s", program,
			       strerror(error));
}

const char *
client_last_line(struct carrier *c, const struct strbuf *text)
{
	size_t end = text->n, begin;

	while (end && strchr("\r\n ", text->at[end - 1]))
		end--;
	for (begin = end; begin && text->at[begin - 1] != '\n'; begin--)
		;
	return arena_strndup(&c->arena, text->at + begin, end - begin);
}
