/* Between vfork and exec: only system calls, and memory made before.
 *
 * The child borrows the warden's memory until it execs, and the warden
 * stands still meanwhile.  So the child may write where the warden reads
 * (what failed, the size of the journal), and must not allocate or lock.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "warden_spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <time.h>
#include <unistd.h>

#include "../base/crash.h"
#include "../base/mem.h"
#include "../base/slice.h"
#include "../base/str.h"

#define STANDARD_PATH "/usr/local/bin:/usr/bin:/bin"

static const char *const call_names[SPAWN_NCALLS] = {
	[SPAWN_NONE] = "start",
	[SPAWN_FORK] = "fork",
	[SPAWN_SESSION] = "setsid",
	[SPAWN_LOG] = "open the log",
	[SPAWN_OUTPUT] = "open the output",
	[SPAWN_INPUT] = "open the input",
	[SPAWN_LIMIT] = "set a limit",
	[SPAWN_NICE] = "set the priority",
	[SPAWN_WORKDIR] = "enter",
	[SPAWN_JOURNAL] = "write the journal",
	[SPAWN_EXEC] = "exec",
	[SPAWN_FILTER] = "start the masking of secrets",
	[SPAWN_KILLED] = "killed before it began",
};

static void
fail(struct spawn *s, enum spawn_call call)
{
	s->error = errno ? errno : EIO;
	s->call = call;
	_exit(127);
}

/* --- standard streams --------------------------------------------------- */

static int
open_file(struct spawn *s, const char *path, int flags, enum spawn_call call)
{
	int fd = open(path, flags | O_CLOEXEC | O_NOCTTY, 0600);

	if (fd < 0)
		fail(s, call);
	return fd;
}

static void
set_streams(struct spawn *s)
{
	const struct warden_spec *spec = s->spec;
	int in = s->null, out = s->output, errors = s->errors;

	if (errors < 0)
		errors = open_file(s, spec->log, O_WRONLY | O_APPEND | O_CREAT,
				   SPAWN_LOG);
	if (out < 0 && spec->output)
		out = open_file(s, spec->output,
				O_WRONLY | O_APPEND | O_CREAT | O_TRUNC,
				SPAWN_OUTPUT);
	/* Nothing may make us wait here, for the warden waits with us. */
	if (spec->input)
		in = open_file(s, spec->input, O_RDONLY | O_NONBLOCK,
			       SPAWN_INPUT);
	if (spec->input && fcntl(in, F_SETFL, 0) < 0)
		fail(s, SPAWN_INPUT);
	if (dup2(in, 0) < 0 || dup2(out < 0 ? errors : out, 1) < 0 ||
	    dup2(errors, 2) < 0)
		fail(s, SPAWN_LOG);
}

/* --- limits ------------------------------------------------------------- */

static void
set_limit(struct spawn *s, int which, int64_t value)
{
	struct rlimit limit;

	if (value <= 0)
		return;
	if (getrlimit((__rlimit_resource_t)which, &limit) < 0)
		fail(s, SPAWN_LIMIT);
	if (limit.rlim_max > (rlim_t)value)
		limit.rlim_max = (rlim_t)value;
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit((__rlimit_resource_t)which, &limit) < 0)
		fail(s, SPAWN_LIMIT);
}

/* The kernel counts all of the user's threads, not those of the attempt: a
 * bound for what forks faster than the warden looks. */
static int64_t
running_now(void)
{
	struct sysinfo info;

	return sysinfo(&info) < 0 ? 0 : info.procs;
}

static void
set_limits(struct spawn *s)
{
	const struct warden_limits *l = &s->spec->limits;

	set_limit(s, RLIMIT_CPU, (l->cpu_time + 999) / 1000);
	set_limit(s, RLIMIT_FSIZE, l->file_size);
	if (l->processes > 0)
		set_limit(s, RLIMIT_NPROC, l->processes + running_now());
	set_limit(s, RLIMIT_NOFILE, l->open_files);
	if (s->spec->nice) {
		errno = 0;
		if (nice(s->spec->nice) == -1 && errno)
			fail(s, SPAWN_NICE);
	}
}

/* --- begun -------------------------------------------------------------- */

/* Field 22 of our own stat; 0 where there is no /proc. */
static uint64_t
read_start_time(void)
{
	int fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
	char text[512], *p;
	uint64_t value = 0;
	ssize_t n;

	if (fd < 0)
		return 0;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n <= 0)
		return 0;
	text[n] = '\0';
	p = strrchr(text, ')');
	for (int field = 2; p && field < 22; field++)
		p = strchr(p + 1, ' ');
	if (!p)
		return 0;
	for (p++; *p >= '0' && *p <= '9'; p++)
		value = 10 * value + (uint64_t)(*p - '0');
	return value;
}

/* The start time counts ticks of CLOCK_BOOTTIME at the fork.  When that
 * cannot have been another tick than now, there is nothing to be read; but
 * once, to see that it is so on this machine. */
static uint64_t
own_start_time(const struct spawn *s, const struct timespec *now)
{
	struct spawn_ticks *t = s->ticks;
	uint64_t ticks, truth;

	if (!t->ns || s->forked.tv_sec != now->tv_sec ||
	    s->forked.tv_nsec / t->ns != now->tv_nsec / t->ns)
		return read_start_time();
	ticks = (uint64_t)now->tv_sec * (uint64_t)(1000000000 / t->ns) +
		(uint64_t)(now->tv_nsec / t->ns);
	if (t->agree)
		return ticks;
	truth = read_start_time();
	t->agree = truth == ticks;
	t->ns = t->agree ? t->ns : 0;
	return truth;
}

static void
write_begun(struct spawn *s)
{
	struct journal_record r = {.kind = JOURNAL_BEGUN,
				   .attempt = s->spec->attempt,
				   .pid = getpid()};
	struct timespec now;
	uint64_t at = s->journal->size;

	clock_gettime(CLOCK_BOOTTIME, &now);
	r.start_time = own_start_time(s, &now);
	r.boot = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
	memcpy(r.boot_id, s->boot_id, sizeof(r.boot_id));
	if (!journal_append(s->journal, &r))
		fail(s, SPAWN_JOURNAL);
	s->begun_at = at;
	s->begun = r;
}

/* --- exec --------------------------------------------------------------- */

/* A text without "#!": the shell runs it, as execvp does. */
static void
exec_script(const char *path, const struct warden_spec *spec,
	    const char **script)
{
	script[0] = "/bin/sh";
	script[1] = path;
	for (size_t i = 1;; i++) {
		script[i + 1] = spec->argv[i];
		if (!spec->argv[i])
			break;
	}
	execve(script[0], (char *const *)(uintptr_t)script,
	       (char *const *)(uintptr_t)spec->envp);
}

static void
exec_path(const char *path, const struct warden_spec *spec, const char **script)
{
	execve(path, (char *const *)(uintptr_t)spec->argv,
	       (char *const *)(uintptr_t)spec->envp);
	if (errno == ENOEXEC)
		exec_script(path, spec, script);
}

static const char *
path_of(const struct warden_spec *spec)
{
	for (const char *const *e = spec->envp; *e; e++) {
		if (strncmp(*e, "PATH=", 5) == 0)
			return *e + 5;
	}
	return STANDARD_PATH;
}

static bool
try_next(int error)
{
	return error == ENOENT || error == ENOTDIR || error == EACCES ||
	       error == ESTALE || error == ENODEV || error == ETIMEDOUT;
}

static void
exec_search(const struct warden_spec *spec, const char **script)
{
	const char *name = spec->argv[0], *p = path_of(spec);
	size_t n = strlen(name);
	char path[PATH_MAX];
	bool denied = false;

	errno = ENOENT;
	if (!*name)
		return;
	for (;; p++) {
		size_t dir = strcspn(p, ":");

		if (dir + n + 2 < sizeof(path)) {
			memcpy(path, p, dir);
			path[dir] = '/';
			memcpy(path + dir + (dir != 0), name, n + 1);
			exec_path(path, spec, script);
			denied = denied || errno == EACCES;
			if (!try_next(errno))
				return;
		}
		p += dir;
		if (!*p)
			break;
	}
	errno = denied ? EACCES : ENOENT;
}

/* --- the child ---------------------------------------------------------- */

_Noreturn static void
child(struct spawn *s, const char **script)
{
	sigset_t none;

	CRASH_POINT("child-born");
	CRASH_DELAY();
	if (setsid() < 0)
		fail(s, SPAWN_SESSION);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGXFSZ, SIG_DFL);
	set_streams(s);
	set_limits(s);
	if (s->spec->workdir && chdir(s->spec->workdir) < 0)
		fail(s, SPAWN_WORKDIR);
	CRASH_POINT("child-unbegun");
	write_begun(s);
	CRASH_POINT("child-begun");
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	slice_usual();
	if (s->spec->program)
		exec_path(s->spec->program, s->spec, script);
	if (strchr(s->spec->argv[0], '/'))
		exec_path(s->spec->argv[0], s->spec, script);
	else
		exec_search(s->spec, script);
	s->error = errno;
	s->call = SPAWN_EXEC;
	s->failed = journal_append(
		s->journal,
		&(struct journal_record){.kind = JOURNAL_FAILED,
					 .attempt = s->spec->attempt,
					 .pid = s->begun.pid,
					 .boot = s->begun.boot,
					 .error = s->error,
					 .call = SPAWN_EXEC});
	_exit(127);
}

/* A child that was killed told us nothing; the file knows how far it got. */
static void
look_again(struct spawn *s, uint64_t at)
{
	uint64_t whole;
	struct journal_record r;
	struct stat st;

	if (fstat(s->journal->fd, &st) < 0 ||
	    (uint64_t)st.st_size == s->journal->size)
		return;
	whole = (uint64_t)st.st_size / JOURNAL_RECORD * JOURNAL_RECORD;
	if (whole != (uint64_t)st.st_size &&
	    ftruncate(s->journal->fd, (off_t)whole) < 0)
		return;
	s->journal->size = whole;
	if (!s->begun.kind && whole > at &&
	    journal_read_at(s->journal, at, &r) && r.kind == JOURNAL_BEGUN) {
		s->begun = r;
		s->begun_at = at;
	}
}

static size_t
count(const char *const *list)
{
	size_t n = 0;

	while (list[n])
		n++;
	return n;
}

struct spawn_ticks
spawn_ticks(void)
{
	long hertz = sysconf(_SC_CLK_TCK);
	bool whole = hertz > 0 && 1000000000 % hertz == 0;

	return (struct spawn_ticks){whole ? 1000000000 / hertz : 0, false};
}

void
spawn_run(struct spawn *s)
{
	const char **script =
		mem_alloc((count(s->spec->argv) + 2) * sizeof(*script));
	uint64_t before = s->journal->size;
	pid_t pid;

	clock_gettime(CLOCK_BOOTTIME, &s->forked);
	pid = vfork();
	if (pid == 0)
		child(s, script);
	s->pid = pid;
	free(script);
	if (pid < 0) {
		s->error = errno;
		s->call = SPAWN_FORK;
		return;
	}
	look_again(s, before);
	if (!s->begun.kind && !s->error) {
		s->error = ECHILD;
		s->call = SPAWN_KILLED;
	}
}

void
spawn_explain(enum spawn_call call, int error, const struct warden_spec *spec,
	      char *text, size_t n)
{
	const char *what = NULL;

	if (call >= SPAWN_NCALLS)
		call = SPAWN_NONE;
	if (spec && call == SPAWN_EXEC)
		what = spec->argv[0];
	else if (spec && call == SPAWN_WORKDIR)
		what = spec->workdir;
	else if (spec && call == SPAWN_LOG)
		what = spec->log;
	else if (spec && call == SPAWN_OUTPUT)
		what = spec->output;
	else if (spec && call == SPAWN_INPUT)
		what = spec->input;
	if (call == SPAWN_KILLED)
		snprintf(text, n, "%s", call_names[call]);
	else
		snprintf(text, n, "%s%s%.160s: %s", call_names[call],
			 what ? " " : "", what ? what : "", strerror(error));
}
