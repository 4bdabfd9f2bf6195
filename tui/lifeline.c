/* Handlers that put the terminal back.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "../engine/base/err.h"
#include "../engine/base/mem.h"
#include "lifeline.h"

static struct {
	struct termios before;
	bool saved;
	char restore[512];
	size_t nrestore;
	int fd;
	volatile sig_atomic_t active, continued;
} lifeline;

static const int fatal[] = {SIGHUP,  SIGINT, SIGQUIT, SIGABRT, SIGTERM,
			    SIGSEGV, SIGBUS, SIGILL,  SIGFPE};
static struct sigaction previous[ARRAY_SIZE(fatal)], previous_continue;

static void
restore_now(void)
{
	size_t done = 0;

	if (!lifeline.active)
		return;
	lifeline.active = 0;
	while (done < lifeline.nrestore) {
		ssize_t n = write(lifeline.fd, lifeline.restore + done,
				  lifeline.nrestore - done);

		if (n <= 0)
			break;
		done += (size_t)n;
	}
	if (lifeline.saved)
		tcsetattr(lifeline.fd, TCSANOW, &lifeline.before);
}

static void
on_fatal(int signo)
{
	restore_now();
	for (size_t i = 0; i < ARRAY_SIZE(fatal); i++)
		if (fatal[i] == signo)
			sigaction(signo, &previous[i], NULL);
	raise(signo); /* delivered when this handler returns */
}

static void
on_continue(int signo)
{
	(void)signo;
	lifeline.continued = 1;
}

void
lifeline_save(int fd)
{
	lifeline.fd = fd;
	lifeline.saved = tcgetattr(fd, &lifeline.before) == 0;
	/* Before curses puts handlers of its own in: they would exit. */
	for (size_t i = 0; i < ARRAY_SIZE(fatal); i++)
		sigaction(fatal[i], NULL, &previous[i]);
}

static void
catch_signals(void)
{
	/* Large enough for the handler above when the stack has run out. */
	static char stack[65536];
	stack_t alternate = {.ss_sp = stack, .ss_size = sizeof(stack)};
	struct sigaction action = {.sa_handler = on_fatal,
				   .sa_flags = SA_ONSTACK};

	sigaltstack(&alternate, NULL);
	sigfillset(&action.sa_mask);
	for (size_t i = 0; i < ARRAY_SIZE(fatal); i++)
		if (previous[i].sa_handler != SIG_IGN)
			sigaction(fatal[i], &action, NULL);
	action = (struct sigaction){.sa_handler = on_continue};
	sigaction(SIGCONT, &action, &previous_continue);
}

void
lifeline_arm(const char *restore, size_t n)
{
	static bool registered;

	if (n > sizeof(lifeline.restore))
		n = sizeof(lifeline.restore);
	memcpy(lifeline.restore, restore, n);
	lifeline.nrestore = n;
	lifeline.active = 1;
	catch_signals();
	if (!registered)
		atexit(restore_now);
	registered = true;
	wf_bug_on_abort(restore_now);
	mem_on_exhausted(restore_now);
}

void
lifeline_pause(bool paused)
{
	lifeline.active = !paused;
}

void
lifeline_release(void)
{
	lifeline.active = 0;
	for (size_t i = 0; i < ARRAY_SIZE(fatal); i++)
		sigaction(fatal[i], &previous[i], NULL);
	sigaction(SIGCONT, &previous_continue, NULL);
	wf_bug_on_abort(NULL);
	mem_on_exhausted(NULL);
}

bool
lifeline_was_continued(void)
{
	bool was = lifeline.continued;

	lifeline.continued = 0;
	return was;
}

void
lifeline_stop(void)
{
	struct sigaction by_default = {.sa_handler = SIG_DFL}, before;

	lifeline.active = 0;
	sigaction(SIGTSTP, &by_default, &before);
	kill(0, SIGTSTP);
	sigaction(SIGTSTP, &before, NULL);
	lifeline.active = 1;
	lifeline.continued = 0;
}
