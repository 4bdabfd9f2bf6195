/* The engine's side: finding or starting the warden, asking, listening.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "warden.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../base/clock.h"
#include "../base/mem.h"
#include "proto.h"
#include "warden_keeper.h"

#define ATTACH_MS 2000
#define SEND_MS   30000 /* a warden that takes nothing for so long is gone */

struct warden {
	int fd, pid;
	bool gone, corked, ours;
	struct strbuf out; /* asked, not sent */
	struct proto_in in;
	struct proto message;
	VEC(uint64_t) acks; /* go with the next request: no haste */
};

struct attaching {
	const char *run_dir;
	int dir, ready; /* ready: readable when a started warden listens */
	pid_t child;    /* the last one we started, 0: none */
	int status;     /* how the last one ended */
	int error;      /* why it did, as far as it said */
	int64_t until;
};

/* --- starting one ------------------------------------------------------- */

static int
spawn_warden(int dir, int ready, pid_t *pid)
{
	char name[] = WARDEN_NAME, mode[] = "keep";
	char *argv[] = {name, mode, NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	sigset_t none;
	int error;

	sigemptyset(&none);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(&attr,
				 POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawn_file_actions_init(&actions);
	for (int fd = 0; fd < 3; fd++)
		posix_spawn_file_actions_addopen(&actions, fd, "/dev/null",
						 O_RDWR, 0);
	posix_spawn_file_actions_adddup2(&actions, dir, 3);
	posix_spawn_file_actions_adddup2(&actions, ready, 4);
	error = posix_spawn(pid, "/proc/self/exe", &actions, &attr, argv,
			    environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attr);
	return error;
}

/* Copies out of the way of 0 to 4. */
static int
move_up(int fd)
{
	int up = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 10);
	int error = errno;

	if (fd >= 0)
		close(fd);
	errno = error;
	return up;
}

static int
start_one(struct attaching *a)
{
	int ends[2], error;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return errno;
	ends[1] = move_up(ends[1]);
	error = ends[1] < 0 ? errno : spawn_warden(a->dir, ends[1], &a->child);
	if (ends[1] >= 0)
		close(ends[1]);
	if (error) {
		close(ends[0]);
		a->child = 0;
		return error;
	}
	a->ready = ends[0];
	return 0;
}

/* Is one that we started still on its way? */
static bool
on_its_way(struct attaching *a)
{
	if (a->child && waitpid(a->child, &a->status, WNOHANG) == a->child)
		a->child = 0;
	return a->child != 0;
}

/* --- connecting --------------------------------------------------------- */

static int
connect_to(int dir)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK,
			0);

	snprintf(a.sun_path, sizeof(a.sun_path), "/proc/self/fd/%d/%s", dir,
		 PROTO_SOCKET);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&a, sizeof(a)) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static void
pause_for(struct attaching *a, int ms)
{
	struct pollfd p = {a->ready, POLLIN, 0};

	unsigned char said;

	/* One word comes by the pipe, or its end; then we wait by time. */
	if (a->ready >= 0 && poll(&p, 1, ms) == 1) {
		if (read(a->ready, &said, 1) == 1)
			a->error = said;
		close(a->ready);
		a->ready = -1;
	} else if (a->ready < 0) {
		poll(NULL, 0, ms);
	}
}

/* Another warden may be coming or going; a disk seldom changes its mind. */
static bool
may_pass(int error)
{
	return error == 0 || error == EWOULDBLOCK || error == ENOMEM ||
	       error == EMFILE || error == ENFILE || error == EINTR;
}

static bool
greeted(struct warden *w, const struct attaching *a)
{
	struct pollfd p = {w->fd, POLLIN, 0};
	int64_t left = a->until - clock_boot();
	struct ucred peer = {0};
	socklen_t n = sizeof(peer);

	if (left < 0 || poll(&p, 1, (int)left) != 1 ||
	    proto_next(w->fd, &w->in, &w->message) != 1 ||
	    w->message.kind != PROTO_WELCOME)
		return false;
	getsockopt(w->fd, SOL_SOCKET, SO_PEERCRED, &peer, &n);
	w->pid = peer.pid;
	w->ours = a->child && peer.pid == a->child;
	return peer.uid == geteuid();
}

static bool
try_connect(struct warden *w, const struct attaching *a)
{
	w->fd = connect_to(a->dir);
	if (w->fd < 0)
		return false;
	if (greeted(w, a))
		return true;
	close(w->fd);
	w->fd = -1;
	return false;
}

static int
find_or_start(struct warden *w, struct attaching *a)
{
	int pause = 1;

	while (!try_connect(w, a)) {
		int error = 0;

		if (!may_pass(a->error))
			return a->error;
		if (clock_boot() >= a->until)
			return a->error && a->error != EWOULDBLOCK ? a->error
								   : ETIMEDOUT;
		if (!on_its_way(a)) {
			if (a->ready >= 0)
				close(a->ready);
			a->ready = -1;
			error = start_one(a);
		}
		/* No processes or memory just now may pass. */
		if (error && error != EAGAIN && error != ENOMEM)
			return error;
		pause_for(a, pause);
		pause = pause < 16 ? 2 * pause : pause;
	}
	return 0;
}

static enum wf_code
check_welcome(const struct warden *w, const char *run_dir, struct wf_err *err)
{
	if (w->message.version != PROTO_VERSION) {
		ERR(err, WF_STORE,
		    "process %d that holds the running steps is of another "
		    "version of wfctl",
		    w->pid);
		wf_err_hint(err, "let the running steps end with that version "
				 "first");
		return WF_STORE;
	}
	if (w->message.damage < 0)
		return WF_OK;
	ERR(err, WF_STORE,
	    "%s/" JOURNAL_NAME " is corrupt at byte %lld: nobody can tell "
	    "which steps have begun",
	    run_dir, (long long)w->message.damage);
	wf_err_hint(err, "restore the file, or cancel the run");
	return WF_STORE;
}

enum wf_code
warden_attach(const char *run_dir, struct warden **out, struct wf_err *err)
{
	struct warden *w = mem_alloc(sizeof(*w));
	struct attaching a = {.run_dir = run_dir,
			      .ready = -1,
			      .until = clock_boot() + ATTACH_MS};
	enum wf_code code;
	int error;

	*out = NULL;
	*w = (struct warden){
		.fd = -1, .in.bytes = STRBUF_INIT, .out = STRBUF_INIT};
	/* Should the warden die alone, its children become ours. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	a.dir = move_up(open(run_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	error = a.dir < 0 ? errno : find_or_start(w, &a);
	if (a.ready >= 0)
		close(a.ready);
	if (a.dir >= 0)
		close(a.dir);
	if (error) {
		code = ERR(err, WF_STORE,
			   "cannot start the process that holds the steps of "
			   "%s: %s",
			   run_dir, strerror(error));
		wf_err_hint(err, "check the directory, free disk space and "
				 "the limits of processes and open files");
	} else {
		code = check_welcome(w, run_dir, err);
	}
	if (code != WF_OK) {
		warden_detach(w);
		return code;
	}
	*out = w;
	return WF_OK;
}

static bool send_acks(struct warden *w);

void
warden_detach(struct warden *w)
{
	if (!w)
		return;
	if (w->fd >= 0 && !w->gone)
		send_acks(w);
	if (w->fd >= 0)
		close(w->fd);
	vec_release(&w->acks);
	proto_release(&w->message);
	strbuf_release(&w->in.bytes);
	strbuf_release(&w->out);
	free(w);
}

int
warden_fd(const struct warden *w)
{
	return w->fd;
}

int
warden_pid(const struct warden *w)
{
	return w->pid;
}

bool
warden_is_ours(const struct warden *w)
{
	return w->ours;
}

/* --- asking and listening ----------------------------------------------- */

static bool
flush(struct warden *w)
{
	struct pollfd p = {w->fd, POLLOUT, 0};
	bool sent = !w->out.n;

	while (!sent) {
		sent = proto_send(w->fd, &w->out);
		if (sent || (errno == EAGAIN && poll(&p, 1, SEND_MS) != 0))
			continue;
		/* A request that was lost must not be waited for: the end of
		 * the connection is news, and whoever hears it asks anew. */
		shutdown(w->fd, SHUT_RDWR);
		break;
	}
	/* There may be secrets. */
	if (w->out.n)
		explicit_bzero(w->out.at, w->out.n);
	strbuf_clear(&w->out);
	return sent;
}

/* What is too large for one message goes alone. */
static bool
send_one(struct warden *w, const struct proto *m)
{
	size_t before = w->out.n, n;
	struct strbuf alone = STRBUF_INIT;
	bool sent;

	proto_add(m, &w->out);
	n = w->out.n - before;
	if (before && w->out.n > PROTO_INLINE) {
		strbuf_add(&alone, w->out.at + before, n);
		explicit_bzero(w->out.at + before, n);
		w->out.n = before;
		sent = flush(w);
		strbuf_add(&w->out, alone.at, alone.n);
		explicit_bzero(alone.at, alone.n);
		strbuf_release(&alone);
		if (!sent)
			return false;
	}
	return (w->corked && w->out.n <= PROTO_INLINE) || flush(w);
}

void
warden_cork(struct warden *w)
{
	w->corked = true;
}

bool
warden_uncork(struct warden *w)
{
	w->corked = false;
	return flush(w);
}

static bool
send_acks(struct warden *w)
{
	struct proto m = {
		.kind = PROTO_ACK, .acks = w->acks.at, .nacks = w->acks.n};

	if (!w->acks.n)
		return true;
	m.attempt = w->acks.at[0];
	w->acks.n = 0;
	return send_one(w, &m);
}

static bool
ask(struct warden *w, const struct proto *m)
{
	return !w->gone && send_acks(w) && send_one(w, m);
}

bool
warden_start(struct warden *w, const struct warden_spec *spec)
{
	return ask(w, &(struct proto){.kind = PROTO_START,
				      .attempt = spec->attempt,
				      .spec = *spec});
}

bool
warden_kill(struct warden *w, uint64_t attempt, enum warden_kill why, bool now)
{
	return ask(w, &(struct proto){.kind = PROTO_KILL,
				      .attempt = attempt,
				      .why = why,
				      .now = now});
}

bool
warden_freeze(struct warden *w, uint64_t attempt, bool frozen)
{
	return ask(w, &(struct proto){.kind = PROTO_FREEZE,
				      .attempt = attempt,
				      .now = frozen});
}

bool
warden_ack(struct warden *w, uint64_t attempt)
{
	vec_push(&w->acks, attempt);
	return !w->gone && (w->acks.n < PROTO_ACKS || send_acks(w));
}

bool
warden_withdraw(struct warden *w)
{
	return ask(w, &(struct proto){.kind = PROTO_WITHDRAW});
}

bool
warden_query(struct warden *w, uint64_t attempt)
{
	return ask(w, &(struct proto){.kind = PROTO_QUERY, .attempt = attempt});
}

bool
warden_receive(struct warden *w, struct warden_news *news)
{
	int got;

	if (w->gone)
		return false;
	got = proto_next(w->fd, &w->in, &w->message);
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (got == 1 && w->message.kind == PROTO_NEWS) {
		*news = w->message.news;
		return true;
	}
	w->gone = true;
	*news = (struct warden_news){.kind = WARDEN_GONE, .pid = w->pid};
	/* A child of ours, mostly; leave no zombie. */
	waitpid(w->pid, NULL, WNOHANG);
	return true;
}
