/* That followed logs come line by line, each line once.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/tail.h"

static void
note(void *arg, const char *step, const char *line, size_t n, bool partial)
{
	(void)partial;
	strbuf_addf(arg, "%s|%.*s;", step, (int)n, line);
}

static void
write_log(const char *path, const char *text)
{
	FILE *f = fopen(path, "a");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void
a_log_opened_twice_is_followed_once(void **state)
{
	char path[] = "/tmp/wfctl-tail-XXXXXX";
	struct strbuf seen = STRBUF_INIT;
	struct tails tails = {.line = note, .arg = &seen};

	(void)state;
	close(mkstemp(path));
	write_log(path, "one\n");
	tails_open(&tails, "build", path);
	tails_open(&tails, "build", path);
	tails_drain(&tails);
	assert_string_equal(seen.at, "build|one;");
	tails_release(&tails);
	strbuf_release(&seen);
	unlink(path);
}

static void
a_line_comes_when_it_ends_or_its_step_does(void **state)
{
	char path[] = "/tmp/wfctl-tail-XXXXXX";
	struct strbuf seen = STRBUF_INIT;
	struct tails tails = {.line = note, .arg = &seen};

	(void)state;
	close(mkstemp(path));
	tails_open(&tails, "build", path);
	write_log(path, "one\ntw");
	tails_drain(&tails);
	assert_string_equal(seen.at, "build|one;");
	write_log(path, "o\nrest");
	tails_drain(&tails);
	assert_string_equal(seen.at, "build|one;build|two;");
	tails_close(&tails, "build");
	assert_string_equal(seen.at, "build|one;build|two;build|rest;");
	assert_int_equal(tails.n, 0);
	tails_release(&tails);
	strbuf_release(&seen);
	unlink(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_log_opened_twice_is_followed_once),
		cmocka_unit_test(a_line_comes_when_it_ends_or_its_step_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
