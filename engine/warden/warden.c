/* The warden process: how it begins, what it waits for, when it ends.
 *
 * The order at the start matters.  Descriptors of the engine are closed
 * first (they may hold its locks); the journal is locked before it is read,
 * and read before anybody is listened to.  The lock is free only when a
 * predecessor and all its unborn children are gone.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "warden.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <unistd.h>

#include "../base/clock.h"
#include "../base/crash.h"
#include "../base/slice.h"
#include "warden_filter.h"
#include "warden_keeper.h"

/* As warden_client.c places them. */
#define FD_DIR   3
#define FD_READY 4

#define LOCK_WAIT_MS  5000  /* for a predecessor's unborn child */
#define FIRST_WAIT_MS 10000 /* for the engine that started us */

/* --- descriptors and timer ---------------------------------------------- */

void
keeper_drop_connection(struct keeper *k)
{
	if (k->connection >= 0)
		close(k->connection);
	k->connection = -1;
	proto_forget(&k->in);
	queue_clear(k);
	forget_late(k);
}

static void
run_timers(struct keeper *k)
{
	int64_t now = clock_boot();
	uint64_t ticks;

	if (read(k->timer, &ticks, sizeof(ticks)) < 0 && now < k->wake_at)
		return;
	k->wake_at = INT64_MAX;
	for (size_t i = k->live.n; i-- > 0;) {
		if (i < k->live.n)
			attempt_tick(k, k->live.at[i], now);
	}
}

static void
accept_engine(struct keeper *k)
{
	int fd = accept4(k->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct ucred peer;
	socklen_t n = sizeof(peer);

	if (fd < 0)
		return;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &n) < 0 ||
	    peer.uid != geteuid()) {
		close(fd);
		return;
	}
	/* The newer engine is the one that lives. */
	keeper_drop_connection(k);
	k->connection = fd;
	k->no_engine_before = 0;
	proto_encode(
		&(struct proto){.kind = PROTO_WELCOME, .damage = k->damage},
		&k->out);
	CRASH_POINT("welcome");
	if (!proto_send(fd, &k->out))
		keeper_drop_connection(k);
	strbuf_clear(&k->out);
}

static void
run_signals(struct keeper *k)
{
	struct signalfd_siginfo seen[4];
	ssize_t n = read(k->signals, seen, sizeof(seen));

	for (ssize_t i = 0; i < n / (ssize_t)sizeof(seen[0]); i++) {
		if (seen[i].ssi_signo == SIGTERM)
			k->leaving = true;
	}
	reap_all(k);
}

/* --- the loop ----------------------------------------------------------- */

static bool
is_done(const struct keeper *k)
{
	if (k->live.n)
		return false;
	return k->leaving ||
	       (k->connection < 0 && clock_boot() >= k->no_engine_before);
}

static void
turn(struct keeper *k)
{
	struct pollfd polls[] = {
		{k->signals,    POLLIN,					  0},
		{k->timer,      POLLIN,					  0},
		{k->listener,   POLLIN,					  0},
		{k->connection, (short)(k->blocked ? POLLIN | POLLOUT : POLLIN),
		 0								}
        };

	if (poll(polls, ARRAY_SIZE(polls), tell_wait(k)) < 0)
		return;
	if (polls[0].revents)
		run_signals(k);
	if (polls[1].revents)
		run_timers(k);
	if (polls[2].revents)
		accept_engine(k);
	if (k->connection == polls[3].fd && k->connection >= 0) {
		if (polls[3].revents & POLLOUT)
			tell_late(k);
		if (k->connection >= 0 && polls[3].revents & ~POLLOUT)
			request_handle(k);
	}
	queue_run(k);
	tell_flush(k);
}

/* --- the start ---------------------------------------------------------- */

static void
note_record(void *arg, const struct journal_record *r, uint64_t at)
{
	struct keeper *k = arg;
	struct known *known;

	if (r->kind == JOURNAL_OPENED)
		return;
	known = known_add(&k->known, r->attempt);
	if (r->kind == JOURNAL_BEGUN)
		known->begun_at = at + 1;
	else
		known->ended_at = at + 1;
}

static struct sockaddr_un
address(void)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX,
				.sun_path = "/proc/self/fd/3/" PROTO_SOCKET};

	return a;
}

/* False when another warden holds the run. */
static bool
take_journal(struct keeper *k)
{
	int64_t until = clock_boot() + LOCK_WAIT_MS;

	if (!journal_open(&k->journal, k->dir))
		return false;
	while (!journal_lock(&k->journal)) {
		if (errno != EWOULDBLOCK || clock_boot() > until ||
		    journal_holder(&k->journal))
			return false;
		usleep(2000);
	}
	CRASH_POINT("locked");
	return journal_load(&k->journal, k->boot_id, note_record, k,
			    &k->damage);
}

/* On a full disk we go without: what is known can still be told. */
static void
note_opened(struct keeper *k)
{
	struct journal_record r = {
		.kind = JOURNAL_OPENED, .pid = getpid(), .boot = clock_boot()};

	memcpy(r.boot_id, k->boot_id, sizeof(r.boot_id));
	if (k->damage < 0 && journal_reserve(&k->journal, 1))
		journal_append(&k->journal, &r);
}

static bool
listen_here(struct keeper *k)
{
	struct sockaddr_un a = address();
	mode_t mask = umask(077);
	bool well;

	unlinkat(k->dir, PROTO_SOCKET, 0);
	k->listener = socket(AF_UNIX,
			     SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	well = k->listener >= 0 &&
	       bind(k->listener, (struct sockaddr *)&a, sizeof(a)) == 0 &&
	       listen(k->listener, 16) == 0;
	umask(mask);
	return well;
}

/* Everything is blocked and comes by descriptor; children start anew. */
static bool
take_signals(struct keeper *k)
{
	static const unsigned long kernel_default[8];
	sigset_t all, wanted;

	/* By system call, for libc's own signals may be ignored as well. */
	for (int signo = 1; signo < NSIG; signo++)
		syscall(SYS_rt_sigaction, signo, kernel_default, NULL, 8);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	sigemptyset(&wanted);
	sigaddset(&wanted, SIGCHLD);
	sigaddset(&wanted, SIGTERM);
	k->signals = signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
	return k->signals >= 0;
}

static void
detach_from_engine(void)
{
	syscall(SYS_close_range, FD_READY + 1, ~0u, 0);
	fcntl(FD_DIR, F_SETFD, FD_CLOEXEC);
	fcntl(FD_READY, F_SETFD, FD_CLOEXEC);
	setsid();
	prctl(PR_SET_NAME, WARDEN_NAME);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	slice_shorten();
	if (chdir("/") < 0)
		return;
}

static bool
keeper_open(struct keeper *k)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null < 0)
		return false;
	for (int fd = 0; fd < 3; fd++)
		dup2(null, fd);
	*k = (struct keeper){.dir = FD_DIR,
			     .null = null,
			     .listener = -1,
			     .connection = -1,
			     .damage = -1,
			     .wake_at = INT64_MAX,
			     .no_engine_before = clock_boot() + FIRST_WAIT_MS,
			     .in.bytes = STRBUF_INIT,
			     .out = STRBUF_INIT,
			     .ticks = spawn_ticks()};
	journal_boot_id(k->boot_id);
	k->timer = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
	if (k->timer < 0 || !take_signals(k) || !take_journal(k))
		return false;
	note_opened(k);
	if (!listen_here(k))
		return false;
	keeper_wake(k, k->no_engine_before);
	return true;
}

static void
keeper_close(struct keeper *k)
{
	unlinkat(k->dir, PROTO_SOCKET, 0);
	journal_close(&k->journal);
	known_release(&k->known);
	tree_release(&k->tree);
	proto_release(&k->request);
	strbuf_release(&k->in.bytes);
	strbuf_release(&k->out);
	vec_release(&k->live);
	vec_release(&k->late);
	vec_release(&k->queue);
}

/* Tell who started us: 0, or the errno that ends us. */
static void
report(int error)
{
	unsigned char byte = (unsigned char)error;

	if (write(FD_READY, &byte, 1) < 0)
		errno = 0; /* the engine is gone: others may come */
	close(FD_READY);
}

static int
keep(void)
{
	struct keeper k;

	detach_from_engine();
	CRASH_POINT("warden-born");
	if (!keeper_open(&k)) {
		report(errno);
		return EXIT_FAILURE;
	}
	CRASH_POINT("listening");
	report(0);
	while (!is_done(&k))
		turn(&k);
	CRASH_POINT("leaving");
	keeper_drop_connection(&k);
	keeper_close(&k);
	return EXIT_SUCCESS;
}

bool
warden_is_me(int argc, char **argv)
{
	return argc == 2 && str_eq(argv[0], WARDEN_NAME) &&
	       (str_eq(argv[1], "keep") || str_eq(argv[1], "mask"));
}

int
warden_main(int argc, char **argv)
{
	return argc == 2 && str_eq(argv[1], "mask") ? filter_main() : keep();
}
