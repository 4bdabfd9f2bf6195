/* Runs a program on a terminal of its own, does to it what a script says, and
 * keeps every byte the program wrote.
 *
 *	on_pty COLUMNS ROWS RECORD SCRIPT COMMAND...
 *
 * Lines of the script; TEXT may hold \e \n \r \t \\ \xHH:
 *	wait TEXT      until the program has written TEXT (since the last wait)
 *	quiet MS       until it has written nothing for so long
 *	send TEXT      keys
 *	size W H       another size of the window
 *	storm N MS     N sizes, from 1x1 to 200x60, in so long
 *	signal N       to the program
 *	pause MS       send nothing for so long
 *	leave MS       take nothing from it for so long
 *	slow BYTES MS  take so many bytes a second, for so long
 *	first TEXT     until TEXT, and print how long after its start it came
 *	mark NAME      print what it took and did since the mark before
 *	paint N TEXT   send TEXT N times, print how long each paint took
 *	do COMMAND     a shell runs it meanwhile; its failure ends the script
 *	hangup         take the terminal away, print what the program did then
 *
 * Then waits for its end; the exit status is the program's, 128 + N after
 * signal N, 99 when a wait was in vain.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "engine/base/fs.h"
#include "engine/base/str.h"

enum {
	PATIENCE = 60000, /* ms that a `wait` takes at most */
	PAINT_QUIET = 40, /* ms without a byte end a paint */
	IN_VAIN = 99
};

static struct {
	int fd, record;
	pid_t child;
	struct strbuf seen; /* since the last wait */
	uint64_t total, bursts;
	double begin; /* when the program was started */
	double last;  /* when the last byte came */
	bool gone;
	double cut, cut_cpu; /* when the terminal was taken away */
} pt = {.seen = STRBUF_INIT};

static double
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static size_t
unescape(char *text)
{
	char *out = text, *at = text;

	for (; *at; at++) {
		unsigned byte;

		if (*at != '\\' || !at[1]) {
			*out++ = *at;
			continue;
		}
		at++;
		if (*at == 'x' && sscanf(at + 1, "%2x", &byte) == 1) {
			*out++ = (char)byte;
			at += 2;
			continue;
		}
		*out++ = *at == 'e'   ? '\033'
			 : *at == 'n' ? '\n'
			 : *at == 'r' ? '\r'
			 : *at == 't' ? '\t'
				      : *at;
	}
	*out = '\0';
	return (size_t)(out - text);
}

/* Take what is there, `max` bytes of it; waits `ms` for the first. */
static size_t
take(int ms, size_t max)
{
	static char bytes[65536];
	struct pollfd p = {.fd = pt.fd, .events = POLLIN};
	ssize_t n;

	if (max > sizeof(bytes))
		max = sizeof(bytes);
	if (pt.gone) {
		usleep((useconds_t)(ms > 5 ? 5000 : 0));
		return 0;
	}
	if (poll(&p, 1, ms) <= 0)
		return 0;
	n = read(pt.fd, bytes, max);
	if (n <= 0) {
		pt.gone = n == 0 || (errno != EAGAIN && errno != EINTR);
		return 0;
	}
	if (now_ms() - pt.last > 5)
		pt.bursts++;
	pt.last = now_ms();
	pt.total += (uint64_t)n;
	strbuf_add(&pt.seen, bytes, (size_t)n);
	(void)fs_write_all(pt.record, bytes, (size_t)n);
	return (size_t)n;
}

static void
put(const char *text, size_t n)
{
	(void)fs_write_all(pt.fd, text, n);
}

static bool
wait_text(char *text)
{
	double end = now_ms() + PATIENCE;
	size_t n = unescape(text);

	for (;;) {
		char *at = memmem(pt.seen.at, pt.seen.n, text, n);

		if (at) {
			size_t used = (size_t)(at - pt.seen.at) + n;

			memmove(pt.seen.at, pt.seen.at + used,
				pt.seen.n - used + 1);
			pt.seen.n -= used;
			return true;
		}
		if (pt.gone || now_ms() > end) {
			fprintf(stderr, "on_pty: no \"%s\"\n", text);
			return false;
		}
		take(50, SIZE_MAX);
	}
}

static void
quiet(double ms)
{
	double end = now_ms() + PATIENCE, since = now_ms();

	while (now_ms() < end && !pt.gone) {
		double last = pt.last > since ? pt.last : since;
		double left = last + ms - now_ms();

		if (left <= 0)
			return;
		take((int)left + 1, SIZE_MAX);
	}
}

static void
pause_for(double ms)
{
	double end = now_ms() + ms;

	while (now_ms() < end && !pt.gone)
		take((int)(end - now_ms()) + 1, SIZE_MAX);
}

static void
slow(unsigned rate, double ms)
{
	double begin = now_ms(), at;
	uint64_t from = pt.total;

	while ((at = now_ms()) < begin + ms && !pt.gone) {
		double due = (at - begin) * rate / 1000;
		double have = (double)(pt.total - from);

		if (have < due)
			take(10, (size_t)(due - have) + 1);
		else
			usleep(5000);
	}
}

/* Processor time (ms), times it waited, and the most memory (KiB) it had. */
static void
usage(double *cpu, unsigned long *waits, unsigned long *rss)
{
	struct strbuf text = STRBUF_INIT;
	char path[64];
	const char *at;

	*cpu = 0;
	*waits = *rss = 0;
	snprintf(path, sizeof(path), "/proc/%d/schedstat", (int)pt.child);
	if (fs_read(path, 4096, &text, NULL) == WF_OK)
		*cpu = strtod(text.at, NULL) / 1e6;
	strbuf_clear(&text);
	snprintf(path, sizeof(path), "/proc/%d/status", (int)pt.child);
	if (fs_read(path, 65536, &text, NULL) == WF_OK) {
		at = strstr(text.at, "\nvoluntary_ctxt_switches:");
		sscanf(at ? at : "", "%*s %lu", waits);
		at = strstr(text.at, "\nVmHWM:");
		sscanf(at ? at : "", "%*s %lu", rss);
	}
	strbuf_release(&text);
}

static void
mark(const char *name)
{
	static double began, cpu_before;
	static unsigned long waits_before;
	static uint64_t total_before, bursts_before;
	unsigned long waits, rss;
	double cpu;

	usage(&cpu, &waits, &rss);
	printf("%s: %.0f ms, cpu %.1f ms, %lu wake-ups, %llu bytes, "
	       "%llu paints, peak %lu KiB\n",
	       name, began > 0 ? now_ms() - began : 0, cpu - cpu_before,
	       waits - waits_before,
	       (unsigned long long)(pt.total - total_before),
	       (unsigned long long)(pt.bursts - bursts_before), rss);
	fflush(stdout);
	began = now_ms();
	cpu_before = cpu;
	waits_before = waits;
	total_before = pt.total;
	bursts_before = pt.bursts;
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void
paint(char *arg)
{
	char *text = NULL;
	unsigned long times = strtoul(arg, &text, 10);
	double *took = mem_alloc((times + 1) * sizeof(*took));
	size_t n = unescape(text + 1), done = 0;

	for (unsigned long i = 0; i < times && !pt.gone; i++) {
		double begin = now_ms(), end = begin + PATIENCE;

		quiet(PAINT_QUIET);
		begin = now_ms();
		put(text + 1, n);
		while (pt.last < begin && now_ms() < end && !pt.gone)
			take(100, SIZE_MAX);
		quiet(PAINT_QUIET);
		if (pt.last >= begin)
			took[done++] = pt.last - begin;
	}
	qsort(took, done, sizeof(*took), by_size);
	if (done)
		printf("paint: %zu of %lu, median %.1f ms, p95 %.1f ms, "
		       "most %.1f ms\n",
		       done, times, took[done / 2], took[done * 95 / 100],
		       took[done - 1]);
	fflush(stdout);
	free(took);
}

static void
resize(const char *arg)
{
	struct winsize size = {0};

	if (sscanf(arg, "%hu %hu", &size.ws_col, &size.ws_row) == 2)
		ioctl(pt.fd, TIOCSWINSZ, &size);
}

/* The same sizes every time. */
static void
storm(unsigned n, unsigned ms)
{
	double begin = now_ms();
	unsigned r = 1;

	for (unsigned i = 0; i < n && !pt.gone; i++) {
		struct winsize size = {0};

		r = r * 1664525u + 1013904223u;
		size.ws_col = (unsigned short)(1 + (r >> 8) % 200);
		size.ws_row = (unsigned short)(1 + (r >> 20) % 60);
		ioctl(pt.fd, TIOCSWINSZ, &size);
		pause_for(begin + (double)ms * (i + 1) / n - now_ms());
	}
}

static void
hang_up(void)
{
	unsigned long waits, rss;

	usage(&pt.cut_cpu, &waits, &rss);
	pt.cut = now_ms();
	close(pt.fd);
	pt.gone = true;
}

/* Takes what the program writes until the command has ended well. */
static bool
command(const char *line)
{
	pid_t pid = fork();
	int status = -1;

	if (pid == 0) {
		execl("/bin/sh", "sh", "-c", line, (char *)NULL);
		_exit(127);
	}
	while (waitpid(pid, &status, WNOHANG) == 0)
		take(10, SIZE_MAX);
	if (status)
		fprintf(stderr, "on_pty: failed: %s\n", line);
	return status == 0;
}

static bool
unknown(const char *line)
{
	fprintf(stderr, "on_pty: what is \"%s\"?\n", line);
	return false;
}

/* False: a wait was in vain. */
static bool
obey(char *line)
{
	char *arg;
	unsigned a = 0, b = 0;

	line += strspn(line, "\t");
	arg = line + strcspn(line, " ");
	if (*arg)
		*arg++ = '\0';
	if (str_eq(line, "wait"))
		return wait_text(arg);
	if (str_eq(line, "do"))
		return command(arg);
	if (str_eq(line, "first")) {
		bool came = wait_text(arg);

		printf("first paint: %.1f ms\n", pt.last - pt.begin);
		fflush(stdout);
		return came;
	}
	if (str_eq(line, "quiet"))
		quiet(atof(arg));
	else if (str_eq(line, "send"))
		put(arg, unescape(arg));
	else if (str_eq(line, "size"))
		resize(arg);
	else if (str_eq(line, "storm") && sscanf(arg, "%u %u", &a, &b) == 2)
		storm(a, b);
	else if (str_eq(line, "pause"))
		pause_for(atof(arg));
	else if (str_eq(line, "signal"))
		kill(pt.child, atoi(arg));
	else if (str_eq(line, "leave"))
		usleep((useconds_t)atoi(arg) * 1000);
	else if (str_eq(line, "slow") && sscanf(arg, "%u %u", &a, &b) == 2)
		slow(a, b);
	else if (str_eq(line, "mark"))
		mark(arg);
	else if (str_eq(line, "paint"))
		paint(arg);
	else if (str_eq(line, "hangup"))
		hang_up();
	else if (*line)
		return unknown(line);
	return true;
}

static int
end_of_child(void)
{
	double end = now_ms() + PATIENCE;
	struct rusage used;
	int status = 0;

	while (wait4(pt.child, &status, WNOHANG, &used) == 0) {
		if (now_ms() > end) {
			fputs("on_pty: the program does not end\n", stderr);
			kill(pt.child, SIGKILL);
			return IN_VAIN;
		}
		take(20, SIZE_MAX);
	}
	while (!pt.gone && take(20, SIZE_MAX))
		;
	if (pt.cut > 0)
		printf("after the cut: %.0f ms, cpu %.0f ms\n",
		       now_ms() - pt.cut,
		       (double)used.ru_utime.tv_sec * 1e3 +
			       (double)used.ru_utime.tv_usec / 1e3 +
			       (double)used.ru_stime.tv_sec * 1e3 +
			       (double)used.ru_stime.tv_usec / 1e3 -
			       pt.cut_cpu);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int
main(int argc, char **argv)
{
	struct winsize size = {0};
	struct strbuf script = STRBUF_INIT;
	char *save = NULL;
	bool well = true;
	int status;

	if (argc < 6 || fs_read(argv[4], 1 << 20, &script, NULL) != WF_OK) {
		fputs("usage: on_pty COLUMNS ROWS RECORD SCRIPT COMMAND...\n",
		      stderr);
		return 2;
	}
	size.ws_col = (unsigned short)atoi(argv[1]);
	size.ws_row = (unsigned short)atoi(argv[2]);
	pt.record =
		open(argv[3], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	pt.begin = now_ms();
	pt.child = forkpty(&pt.fd, NULL, NULL, &size);
	if (pt.child == 0) {
		execvp(argv[5], argv + 5);
		_exit(127);
	}
	mark("begin");
	for (char *line = strtok_r(script.at, "\n", &save); line && well;
	     line = strtok_r(NULL, "\n", &save))
		well = obey(line);
	if (!well)
		kill(pt.child, SIGKILL);
	status = end_of_child();
	strbuf_release(&script);
	strbuf_release(&pt.seen);
	return well ? status : IN_VAIN;
}
