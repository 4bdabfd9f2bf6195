/* The masking helper: its start, and its life.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "warden_filter.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "../base/fs.h"
#include "warden_keeper.h"
#include "warden_mask.h"

/* The helper's descriptors: the secrets, and two pairs of source and file. */
enum {
	FD_SECRETS,
	FD_LOG,
	FD_SPARE,
	FD_OUT_PIPE,
	FD_LOG_PIPE,
	FD_OUT
};
#define NFDS 6

/* --- its start, in the warden ------------------------------------------- */

struct wanted {
	int fds[NFDS]; /* -1: none */
};

static int
secrets_file(const struct warden_spec *spec)
{
	int fd = memfd_create("filter", MFD_CLOEXEC);
	bool well = fd >= 0;

	for (size_t i = 0; i < spec->nsecrets && well; i++)
		well = fs_write_all(fd, spec->secrets[i],
				    strlen(spec->secrets[i]) + 1);
	if (well || fd < 0)
		return fd;
	close(fd);
	return -1;
}

static bool
refuse(struct spawn *s, enum spawn_call call)
{
	s->call = call;
	s->error = errno;
	return false;
}

static bool
make_pipe(int *reading, int *writing)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return false;
	*reading = ends[0];
	*writing = ends[1];
	return true;
}

static bool
open_all(const struct warden_spec *spec, struct spawn *s, struct wanted *w)
{
	const int flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY;

	w->fds[FD_LOG] = open(spec->log, flags, 0600);
	if (w->fds[FD_LOG] < 0)
		return refuse(s, SPAWN_LOG);
	if (!make_pipe(&w->fds[FD_LOG_PIPE], &s->errors))
		return refuse(s, SPAWN_FILTER);
	if (spec->output) {
		w->fds[FD_OUT] = open(spec->output, flags | O_TRUNC, 0600);
		if (w->fds[FD_OUT] < 0)
			return refuse(s, SPAWN_OUTPUT);
		if (!make_pipe(&w->fds[FD_OUT_PIPE], &s->output))
			return refuse(s, SPAWN_FILTER);
	}
	w->fds[FD_SECRETS] = secrets_file(spec);
	return w->fds[FD_SECRETS] >= 0 || refuse(s, SPAWN_FILTER);
}

/* Numbers out of the way of those they are to become. */
static bool
move_up(struct wanted *w)
{
	for (int i = 0; i < NFDS; i++) {
		int up;

		if (w->fds[i] < 0 || w->fds[i] >= 10)
			continue;
		up = fcntl(w->fds[i], F_DUPFD_CLOEXEC, 10);
		if (up < 0)
			return false;
		close(w->fds[i]);
		w->fds[i] = up;
	}
	return true;
}

static int
spawn_helper(const struct wanted *w, pid_t *pid)
{
	char name[] = WARDEN_NAME, mode[] = "mask";
	char *argv[] = {name, mode, NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	sigset_t none, all;
	int error;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSID |
						POSIX_SPAWN_SETSIGMASK |
						POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &all);
	posix_spawn_file_actions_init(&actions);
	for (int i = 0; i < NFDS; i++) {
		if (w->fds[i] >= 0)
			posix_spawn_file_actions_adddup2(&actions, w->fds[i],
							 i);
	}
	error = posix_spawn(pid, "/proc/self/exe", &actions, &attr, argv,
			    environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attr);
	return error;
}

void
filter_close(struct spawn *s)
{
	if (s->output >= 0)
		close(s->output);
	if (s->errors >= 0)
		close(s->errors);
	s->output = s->errors = -1;
}

int
filter_start(const struct warden_spec *spec, struct spawn *s)
{
	struct wanted w = {
		{-1, -1, -1, -1, -1, -1}
        };
	bool well = open_all(spec, s, &w);
	pid_t pid = -1;

	if (well && !move_up(&w))
		well = refuse(s, SPAWN_FILTER);
	if (well) {
		errno = spawn_helper(&w, &pid);
		if (errno)
			well = refuse(s, SPAWN_FILTER);
	}
	for (int i = 0; i < NFDS; i++) {
		if (w.fds[i] >= 0)
			close(w.fds[i]);
	}
	if (!well)
		filter_close(s);
	return well ? (int)pid : -1;
}

/* --- its life ----------------------------------------------------------- */

struct stream {
	int from, to;
	struct mask mask;
};

static struct mask_secret *
read_secrets(struct strbuf *text, size_t *n)
{
	VEC(struct mask_secret) list = {0};
	ssize_t got = 0;

	lseek(FD_SECRETS, 0, SEEK_SET);
	do {
		text->n += (size_t)got;
		strbuf_grow(text, 65536);
		got = read(FD_SECRETS, text->at + text->n, 65536);
	} while (got > 0);
	text->at[text->n] = '\0';
	for (size_t at = 0; at < text->n;) {
		size_t size = strlen(text->at + at);

		vec_push(&list, (struct mask_secret){text->at + at, size});
		at += size + 1;
	}
	*n = list.n;
	return list.at;
}

/* A full disk loses output, but never stops the step. */
static void
write_out(const struct stream *s, struct strbuf *out)
{
	if (out->n && !fs_write_all(s->to, out->at, out->n))
		errno = 0;
	strbuf_clear(out);
}

/* False at the end of the stream. */
static bool
pump(struct stream *s, struct strbuf *out)
{
	static char bytes[65536];
	ssize_t n = read(s->from, bytes, sizeof(bytes));

	if (n < 0 && errno == EINTR)
		return true;
	if (n > 0)
		mask_add(&s->mask, bytes, (size_t)n, out);
	else
		mask_end(&s->mask, out);
	write_out(s, out);
	return n > 0;
}

static void
pump_all(struct stream streams[2])
{
	struct pollfd polls[2] = {
		{streams[0].from, POLLIN, 0},
                {streams[1].from, POLLIN, 0}
        };
	struct strbuf out = STRBUF_INIT;

	while (polls[0].fd >= 0 || polls[1].fd >= 0) {
		if (poll(polls, 2, -1) < 0)
			continue;
		for (int i = 0; i < 2; i++) {
			if (polls[i].fd >= 0 && polls[i].revents &&
			    !pump(&streams[i], &out))
				polls[i].fd = -1;
		}
	}
	strbuf_release(&out);
}

int
filter_main(void)
{
	struct rlimit no_core = {0, 0};
	struct strbuf text = STRBUF_INIT;
	struct stream streams[2] = {
		{FD_LOG_PIPE, FD_LOG, {0}},
                {FD_OUT_PIPE, FD_OUT, {0}}
        };
	struct mask_secret *secrets;
	size_t n;

	prctl(PR_SET_NAME, WARDEN_NAME);
	setrlimit(RLIMIT_CORE, &no_core);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	if (fcntl(FD_OUT_PIPE, F_GETFD) < 0)
		streams[1].from = -1;
	secrets = read_secrets(&text, &n);
	for (int i = 0; i < 2; i++)
		mask_init(&streams[i].mask, secrets, n);
	pump_all(streams);
	return 0;
}
