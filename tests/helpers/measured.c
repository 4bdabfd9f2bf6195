/* Runs a command and appends one line about it and all it left behind:
 * wall time (ms), CPU time (ms), the largest peak of a process (KiB).
 *
 *	measured FILE COMMAND [ARGUMENT...]
 *
 * Processes that outlive the command (an engine, a warden) are waited for
 * and counted, but the wall time ends with the command.  Its status is ours.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <errno.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

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

/* The command's status, and when it ended. */
static int
wait_for_all(pid_t command, double *ended)
{
	int status = 0, one;
	pid_t pid;

	for (;;) {
		pid = wait(&one);
		if (pid < 0 && errno == EINTR)
			continue;
		if (pid < 0)
			return status;
		if (pid != command)
			continue;
		*ended = now_ms();
		status = WIFEXITED(one) ? WEXITSTATUS(one) : 128;
	}
}

int
main(int argc, char **argv)
{
	double begin = now_ms(), end = begin;
	struct rusage used;
	FILE *out;
	int status;
	pid_t pid;

	if (argc < 3) {
		fputs("usage: measured FILE COMMAND...\n", stderr);
		return 2;
	}
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	pid = fork();
	if (pid == 0) {
		execvp(argv[2], argv + 2);
		perror(argv[2]);
		_exit(127);
	}
	status = wait_for_all(pid, &end);
	getrusage(RUSAGE_CHILDREN, &used);
	out = fopen(argv[1], "a");
	if (!out) {
		perror(argv[1]);
		return 1;
	}
	fprintf(out, "%.1f %.1f %ld\n", end - begin,
		ms(used.ru_utime) + ms(used.ru_stime), used.ru_maxrss);
	fclose(out);
	return status;
}
