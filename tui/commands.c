/* Command lines of the palette: their processes, and where what they print
 * is shown.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "commands.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../engine/base/clock.h"
#include "view.h"

enum {
	TEXT_MAX = 4 << 20,
	LEAVE_MS = 500, /* for a command to end when it is told to */
	LOOK_MS = 5
};

struct command_place
views_place(struct views *vs, struct view *v, char run[WF_RUN_ID])
{
	struct command_place place = {.read_only = vs->read_only};

	if (v && v->ops->subject && v->ops->subject(v, run))
		place.run = run;
	if (v && v->ops->design)
		place.edit = v->ops->design(v);
	return place;
}

/* --- carrying out --------------------------------------------------------- */

static void
begin(struct views *vs, const char *line, const struct command_result *result)
{
	struct running *r = mem_alloc(sizeof(*r));

	fcntl(result->fd, F_SETFL, O_NONBLOCK);
	*r = (struct running){.id = ++vs->commands_begun,
			      .pid = result->pid,
			      .fd = result->fd,
			      .line = mem_strdup(line),
			      .text = STRBUF_INIT,
			      .opens = result->opens,
			      .asker = views_top(vs)};
	vec_push(&vs->running, r);
}

static void
show_said(struct views *vs, const char *line, struct strbuf *said)
{
	size_t n = strcspn(said->at, "\n");

	if (n + 1 >= said->n) {
		said->at[n] = '\0';
		if (n)
			views_say(vs, "%s", said->at);
	} else {
		char *arg = mem_printf("%s\n%s", line, said->at);

		views_ask(vs, "text", arg);
		free(arg);
	}
}

enum wf_code
views_command(struct views *vs, const char *line, struct wf_err *err)
{
	struct command_result result = {.said = STRBUF_INIT};
	struct view *v = views_top(vs);
	char run[WF_RUN_ID];
	struct command_place place = views_place(vs, v, run);
	enum wf_code code;

	if (v && v->ops->command && v->ops->command(v, line))
		return WF_OK;
	if (!vs->commands)
		return ERR(err, WF_REFUSED, "commands are not known here");
	if (vs->running.n == COMMANDS_MAX)
		return ERR(err, WF_REFUSED,
			   "%d commands are still going on; wait for one",
			   COMMANDS_MAX);
	code = vs->commands->run(vs->commands->arg, &place, line, &result, err);
	if (!code && place.edit && v->ops->designed)
		v->ops->designed(v);
	if (!code && result.screen)
		views_ask(vs, result.screen, result.arg);
	else if (!code && result.pid)
		begin(vs, line, &result);
	else
		show_said(vs, line, &result.said);
	free(result.arg);
	strbuf_release(&result.said);
	return code;
}

/* --- what processes print ------------------------------------------------- */

/* The last lines matter. */
static void
shorten(struct running *r)
{
	const char *from = memchr(r->text.at + r->text.n / 2, '\n',
				  r->text.n - r->text.n / 2);
	size_t gone = from ? (size_t)(from + 1 - r->text.at) : r->text.n / 2;

	memmove(r->text.at, r->text.at + gone, r->text.n - gone + 1);
	r->text.n -= gone;
	r->cut += gone;
}

static void
read_one(struct views *vs, struct running *r)
{
	char buffer[16384];
	ssize_t n;

	while ((n = read(r->fd, buffer, sizeof(buffer))) > 0) {
		strbuf_add(&r->text, buffer, (size_t)n);
		if (r->text.n > TEXT_MAX)
			shorten(r);
		vs->dirty = true;
		/* One that prints without end must not keep keys waiting. */
		if ((size_t)n < sizeof(buffer))
			return;
	}
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	close(r->fd);
	r->fd = -1;
	while (waitpid(r->pid, &r->status, 0) < 0 && errno == EINTR)
		;
	r->ended = vs->dirty = true;
}

size_t
views_command_fds(const struct views *vs, struct pollfd *fds)
{
	size_t n = 0;

	for (size_t i = 0; i < vs->running.n; i++)
		if (!vs->running.at[i]->ended)
			fds[n++] = (struct pollfd){.fd = vs->running.at[i]->fd,
						   .events = POLLIN};
	return n;
}

void
views_commands_read(struct views *vs)
{
	for (size_t i = 0; i < vs->running.n; i++)
		if (!vs->running.at[i]->ended)
			read_one(vs, vs->running.at[i]);
}

/* --- showing -------------------------------------------------------------- */

static void
forget(struct views *vs, struct running *r)
{
	for (size_t i = 0; i < vs->running.n; i++)
		if (vs->running.at[i] == r)
			vs->running.at[i] = vec_last(&vs->running);
	vs->running.n--;
	if (r->fd >= 0)
		close(r->fd);
	strbuf_release(&r->text);
	free(r->line);
	free(r);
}

static bool
is_a_line(const struct strbuf *text)
{
	return strcspn(text->at, "\n") + 1 >= text->n;
}

static void
say_line(struct views *vs, struct running *r)
{
	size_t n = strcspn(r->text.at, "\n");
	bool well = WIFEXITED(r->status) && WEXITSTATUS(r->status) == 0;
	char *text = n ? mem_strndup(r->text.at, n) : mem_strdup("done");

	if (well && r->opens)
		views_say(vs, "%s: accepted", r->line);
	else if (well)
		views_say(vs, n ? "%s%s" : "%s: %s", n ? "" : r->line, text);
	else if (n)
		views_complain(vs, "%s", text);
	else
		views_complain(vs, "%s: it ended with status %d", r->line,
			       WIFEXITED(r->status)
				       ? WEXITSTATUS(r->status)
				       : 128 + WTERMSIG(r->status));
	free(text);
}

/* Another run than the one on the screen; a list shows none. */
static bool
open_run(struct views *vs, struct running *r)
{
	struct view *v = views_top(vs);
	char run[WF_RUN_ID], *id;
	bool other;

	if (!r->opens || r->status || !is_a_line(&r->text) || !r->text.n)
		return false;
	id = mem_strndup(r->text.at, strcspn(r->text.at, "\n"));
	other = !(v && str_eq(v->name, "run") && v->ops->subject(v, run) &&
		  str_eq(run, id));
	if (other)
		views_ask(vs, "run", id);
	free(id);
	return other;
}

/* True: it is gone. */
static bool
show(struct views *vs, struct running *r)
{
	struct view *top = views_top(vs);
	bool here = top && (r->asker ? top == r->asker : !top->ops->overlay);
	char *arg;

	if (r->ended && is_a_line(&r->text) && (here || !r->opens)) {
		if (!open_run(vs, r))
			say_line(vs, r);
		forget(vs, r);
		return true;
	}
	if (!here || is_a_line(&r->text))
		return false;
	r->shown = true;
	arg = mem_printf("%u", r->id);
	views_ask(vs, "output", arg);
	free(arg);
	return false;
}

void
views_commands_show(struct views *vs)
{
	for (size_t i = 0; i < vs->running.n;)
		i += vs->running.at[i]->shown || !show(vs, vs->running.at[i]);
}

struct running *
views_running(struct views *vs, unsigned id)
{
	for (size_t i = 0; i < vs->running.n; i++)
		if (vs->running.at[i]->id == id)
			return vs->running.at[i];
	return NULL;
}

/* Keys are not kept waiting for longer; false: it has not ended by then. */
static bool
ends_soon(struct running *r)
{
	for (int64_t end = clock_boot() + LEAVE_MS;;) {
		pid_t pid = waitpid(r->pid, &r->status, WNOHANG);

		if (pid == r->pid || (pid < 0 && errno != EINTR))
			return true;
		if (clock_boot() >= end)
			return false;
		poll(NULL, 0, LOOK_MS);
	}
}

void
views_command_drop(struct views *vs, unsigned id)
{
	struct running *r = views_running(vs, id);

	if (!r)
		return;
	if (!r->ended) {
		kill(r->pid, SIGTERM);
		if (!ends_soon(r)) {
			kill(r->pid, SIGKILL);
			(void)ends_soon(r);
		}
	}
	forget(vs, r);
}

void
views_commands_disown(struct views *vs, const struct view *v)
{
	for (size_t i = 0; i < vs->running.n; i++)
		if (vs->running.at[i]->asker == v)
			vs->running.at[i]->asker = NULL;
}

/* What changes a run goes on without us; what only prints has no reader. */
void
views_commands_release(struct views *vs)
{
	while (vs->running.n)
		forget(vs, vs->running.at[0]);
	vec_release(&vs->running);
}
