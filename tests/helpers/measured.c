/* Runs a command and appends one line about it and all it left behind:
 * wall time (ms), CPU time (ms), the largest peak of a process (KiB).
 *
 *	measured [-p] FILE COMMAND [ARGUMENT...]
 *
 * Processes that outlive the command (an engine, a warden) are waited for
 * and counted, but the wall time ends with the command.  Its status is ours.
 * With -p the line goes on with the peaks of the command itself, of the
 * engine of $WFCTL_STATE and of its warden; these are looked at twenty times
 * a second, so what lives for less shows as 0.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "engine/run/door.h"
#include "engine/warden/warden_keeper.h"

static double
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double
ms(struct timeval t)
{
	return (double)t.tv_sec * 1e3 + (double)t.tv_usec / 1e3;
}

/* --- who needs how much ----------------------------------------------------
 */

struct peaks {
	long command, engine, warden; /* KiB */
};

/* A file of a process, its NULs turned into newlines. */
static bool
read_file(long pid, const char *name, char *text, size_t size)
{
	char path[64];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%ld/%s", pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, text, size - 1);
	if (fd >= 0)
		close(fd);
	text[n > 0 ? n : 0] = '\0';
	for (ssize_t i = 0; i < n; i++)
		if (!text[i])
			text[i] = '\n';
	return n > 0;
}

static long
status_field(const char *status, const char *name)
{
	const char *at = strstr(status, name);

	return at ? strtol(at + strlen(name), NULL, 10) : 0;
}

static long *
slot_of(struct peaks *peaks, long pid, long command, const char *status)
{
	static long engine;
	const char *state = getenv("WFCTL_STATE");
	char line[4096], wanted[4096];

	if (pid == command)
		return &peaks->command;
	if (!read_file(pid, "cmdline", line, sizeof(line)))
		return NULL;
	snprintf(wanted, sizeof(wanted), "\n%s\n%s\n", DOOR_ARGUMENT,
		 state ? state : "");
	if (strstr(line, wanted)) {
		engine = pid;
		return &peaks->engine;
	}
	return strncmp(line, WARDEN_NAME, strlen(WARDEN_NAME)) == 0 &&
			       status_field(status, "\nPPid:") == engine
		       ? &peaks->warden
		       : NULL;
}

static void
look_at_all(struct peaks *peaks, long command)
{
	DIR *all = opendir("/proc");
	struct dirent *e;

	while (all && (e = readdir(all))) {
		char status[4096];
		long pid = strtol(e->d_name, NULL, 10), peak;
		long *slot;

		if (!isdigit((unsigned char)e->d_name[0]) ||
		    !read_file(pid, "status", status, sizeof(status)))
			continue;
		slot = slot_of(peaks, pid, command, status);
		peak = status_field(status, "\nVmHWM:");
		if (slot && peak > *slot)
			*slot = peak;
	}
	if (all)
		closedir(all);
}

/* --- the command ------------------------------------------------------------
 */

/* The command's status, and when it ended. */
static int
wait_for_all(pid_t command, double *ended, struct peaks *peaks)
{
	const struct timespec pause = {.tv_nsec = 50 * 1000000};
	int status = 0, one;
	sigset_t child;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	for (;;) {
		pid_t pid = waitpid(-1, &one, peaks ? WNOHANG : 0);

		if (pid == 0) {
			look_at_all(peaks, command);
			sigtimedwait(&child, NULL, &pause);
		}
		if (pid < 0 && errno != EINTR)
			return status;
		if (pid != command)
			continue;
		*ended = now_ms();
		status = WIFEXITED(one) ? WEXITSTATUS(one) : 128;
	}
}

static pid_t
start(char **argv, bool with_peaks)
{
	sigset_t child, before;
	pid_t pid;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, with_peaks ? &child : NULL, &before);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	pid = fork();
	if (pid == 0) {
		sigprocmask(SIG_SETMASK, &before, NULL);
		execvp(argv[0], argv);
		perror(argv[0]);
		_exit(127);
	}
	return pid;
}

int
main(int argc, char **argv)
{
	double begin = now_ms(), end = begin;
	struct peaks peaks = {0};
	bool with_peaks = argc > 1 && strcmp(argv[1], "-p") == 0;
	struct rusage used;
	FILE *out;
	int status;

	argv += with_peaks;
	if (argc - with_peaks < 3) {
		fputs("usage: measured [-p] FILE COMMAND...\n", stderr);
		return 2;
	}
	status = wait_for_all(start(argv + 2, with_peaks), &end,
			      with_peaks ? &peaks : NULL);
	getrusage(RUSAGE_CHILDREN, &used);
	out = fopen(argv[1], "a");
	if (!out) {
		perror(argv[1]);
		return 1;
	}
	fprintf(out, "%.1f %.1f %ld", end - begin,
		ms(used.ru_utime) + ms(used.ru_stime), used.ru_maxrss);
	if (with_peaks)
		fprintf(out, " %ld %ld %ld", peaks.command, peaks.engine,
			peaks.warden);
	fputc('\n', out);
	fclose(out);
	return status;
}
