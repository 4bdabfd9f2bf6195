/* Reading secrets from the environment, a file or a command.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "secret.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../base/clock.h"
#include "../base/fs.h"

#define SECRET_MAX  ((size_t)64 * 1024)
#define SECRET_TIME 30000

/* Of a secret of several lines (a key), each line that says anything is
 * masked by itself, too. */
enum {
	SECRET_LINE = 4,
	SECRET_LINES = 256
};

static const char *
missing(const struct secret *s, struct wf_err *err, const char *why)
{
	ERR(err, WF_FAILED, "the secret \"%s\" cannot be read: %s", s->name,
	    why);
	return NULL;
}

static const char *
without_newline(struct arena *a, const struct strbuf *text)
{
	size_t n = text->n;

	if (n && text->at[n - 1] == '\n')
		n--;
	return arena_strndup(a, text->at, n);
}

static const char *
read_file(const struct secret *s, const char *dir, struct arena *a,
	  struct wf_err *err)
{
	struct strbuf text = STRBUF_INIT;
	char *path = fs_join(dir, s->place);
	const char *value = NULL;

	if (fs_read(path, SECRET_MAX, &text, NULL) == WF_OK)
		value = without_newline(a, &text);
	else
		missing(s, err, "its file cannot be read");
	strbuf_release(&text);
	free(path);
	return value;
}

/* Collect what the command prints until it closes its output. */
static bool
collect(int fd, struct strbuf *out)
{
	int64_t end = clock_boot() + SECRET_TIME;

	while (out->n <= SECRET_MAX) {
		struct pollfd p = {.fd = fd, .events = POLLIN};
		int64_t left = end - clock_boot();
		ssize_t n;

		if (left <= 0 || poll(&p, 1, (int)left) == 0)
			return false;
		strbuf_grow(out, 4096);
		n = read(fd, out->at + out->n, 4096);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n == 0;
		out->n += (size_t)n;
		out->at[out->n] = '\0';
	}
	return false;
}

static pid_t
spawn(const struct secret *s, int out, struct arena *a)
{
	const char **argv = arena_array(a, const char *, s->argv.n + 1);
	posix_spawn_file_actions_t actions;
	pid_t pid;
	int error;

	for (uint32_t k = 0; k < s->argv.n; k++)
		argv[k] = s->argv.at[k];
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, out, 1);
	posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
	error = posix_spawnp(&pid, argv[0], &actions, NULL, (char *const *)argv,
			     environ);
	posix_spawn_file_actions_destroy(&actions);
	return error ? -1 : pid;
}

static const char *
read_command(const struct secret *s, struct arena *a, struct wf_err *err)
{
	struct strbuf text = STRBUF_INIT;
	const char *value = NULL;
	int fds[2], status = -1;
	pid_t pid;
	bool whole;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return missing(s, err, "no pipe can be made");
	pid = spawn(s, fds[1], a);
	close(fds[1]);
	whole = pid > 0 && collect(fds[0], &text);
	close(fds[0]);
	if (pid > 0 && !whole)
		kill(pid, SIGKILL);
	if (pid > 0)
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
	if (whole && status == 0)
		value = without_newline(a, &text);
	else
		missing(s, err,
			pid < 0 ? "its command cannot be started"
			: whole ? "its command failed"
				: "its command took over 30 s or printed over "
				  "64 KiB");
	explicit_bzero(text.at, text.n);
	strbuf_release(&text);
	return value;
}

const char *
secret_read(const struct secret *s, const char *dir, struct arena *a,
	    struct wf_err *err)
{
	const char *value;

	switch (s->source) {
	case SECRET_ENV:
		value = getenv(s->place);
		return value ? arena_strdup(a, value)
			     : missing(s, err,
				       arena_printf(a,
						    "the environment "
						    "variable %s is not set",
						    s->place));
	case SECRET_FILE:
		return read_file(s, dir, a, err);
	case SECRET_ARGV:
		return read_command(s, a, err);
	}
	return NULL;
}

void
secret_add(struct arena *a, struct warden_spec *w, const char *value)
{
	const char **list =
		arena_array(a, const char *, w->nsecrets + 1 + SECRET_LINES);
	size_t n = w->nsecrets, most = n + 1 + SECRET_LINES;

	if (!value[0])
		return;
	for (size_t k = 0; k < n; k++)
		list[k] = w->secrets[k];
	list[n++] = value;
	for (const char *line = value; strchr(value, '\n') && *line;) {
		size_t length = strcspn(line, "\n");

		if (length >= SECRET_LINE && n < most)
			list[n++] = arena_strndup(a, line, length);
		line += length + (line[length] == '\n');
	}
	w->secrets = list;
	w->nsecrets = n;
}
