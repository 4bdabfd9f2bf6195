/* Processes that lines of the palette became: dropped, they are gone soon,
 * whatever they think of it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tui/view.h"

static pid_t begun;

/* The line is a shell's; it is under way when its first byte has come. */
static enum wf_code
run(void *arg, const struct command_place *place, const char *line,
    struct command_result *result, struct wf_err *err)
{
	int out[2];
	char byte;

	(void)arg, (void)place, (void)err;
	assert_int_equal(pipe(out), 0);
	result->pid = begun = fork();
	if (!begun) {
		dup2(out[1], STDOUT_FILENO);
		close(out[0]);
		close(out[1]);
		execl("/bin/sh", "sh", "-c", line, (char *)NULL);
		_exit(127);
	}
	close(out[1]);
	assert_int_equal(read(out[0], &byte, 1), 1);
	result->fd = out[0];
	return WF_OK;
}

static const struct commands commands = {.run = run};

/* Begin it, drop it, and see that nothing is left of it. */
static void
drop(const char *line)
{
	struct views vs;
	struct wf_err err = {0};

	views_init(&vs, NULL);
	vs.commands = &commands;
	assert_int_equal(views_command(&vs, line, &err), WF_OK);
	assert_int_equal(vs.running.n, 1);
	views_command_drop(&vs, vs.running.at[0]->id);
	assert_int_equal(vs.running.n, 0);
	assert_int_equal(waitpid(begun, NULL, WNOHANG), -1); /* reaped */
	assert_int_equal(kill(begun, 0), -1);
	views_release(&vs);
}

static void
a_command_that_is_dropped_ends(void **state)
{
	(void)state;
	drop("echo; exec sleep 600");
}

static void
one_that_does_not_end_when_told_is_killed(void **state)
{
	(void)state;
	drop("trap '' TERM; echo; exec tail -f /dev/null");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_command_that_is_dropped_ends),
		cmocka_unit_test(one_that_does_not_end_when_told_is_killed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
