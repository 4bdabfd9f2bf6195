/* Logs by line number: as they grow, with holes, without end.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "engine/base/text.h"
#include "tui/logfile.h"

enum {
	ALL = 1 << 30
};

struct fixture {
	char path[64];
	int fd;
	struct logfile *log;
};

static int
set_up(void **state)
{
	struct fixture *f = mem_alloc(sizeof(*f));

	snprintf(f->path, sizeof(f->path), "/tmp/test-logfile-XXXXXX");
	f->fd = mkstemp(f->path);
	f->log = logfile_open(f->path);
	*state = f;
	return f->fd < 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	logfile_close(f->log);
	close(f->fd);
	unlink(f->path);
	free(f);
	return 0;
}

static void
add(struct fixture *f, const char *text)
{
	assert_int_equal(write(f->fd, text, strlen(text)), strlen(text));
}

static void
expect_line(struct fixture *f, size_t i, const char *want)
{
	struct strbuf out = STRBUF_INIT;

	logfile_line(f->log, i, &out, 0);
	assert_string_equal(out.at, want);
	strbuf_release(&out);
}

static void
lines_are_read_as_the_file_grows(void **state)
{
	struct fixture *f = *state;

	assert_false(logfile_poll(f->log, ALL));
	assert_int_equal(logfile_nlines(f->log), 0);
	add(f, "one\ntw");
	assert_true(logfile_poll(f->log, ALL));
	assert_int_equal(logfile_nlines(f->log), 2);
	expect_line(f, 0, "one");
	expect_line(f, 1, "tw");
	add(f, "o\n\nfour");
	assert_true(logfile_poll(f->log, ALL));
	assert_int_equal(logfile_nlines(f->log), 4);
	expect_line(f, 1, "two");
	expect_line(f, 2, "");
	expect_line(f, 3, "four");
	expect_line(f, 4, "");
	assert_false(logfile_poll(f->log, ALL));
}

static void
any_line_of_many_is_found_by_number(void **state)
{
	struct fixture *f = *state;
	char line[32];

	for (int i = 0; i < 5000; i++) {
		snprintf(line, sizeof(line), "line %d\n", i);
		add(f, line);
	}
	while (logfile_poll(f->log, 10000))
		;
	assert_false(logfile_is_behind(f->log));
	assert_int_equal(logfile_nlines(f->log), 5000);
	for (int i = 4999; i >= 0; i -= 37) {
		snprintf(line, sizeof(line), "line %d", i);
		expect_line(f, (size_t)i, line);
	}
}

static void
a_line_without_end_is_cut(void **state)
{
	struct fixture *f = *state;
	char *chunk = mem_alloc(1 << 20);
	struct strbuf out = STRBUF_INIT;

	memset(chunk, 'x', 1 << 20);
	assert_int_equal(write(f->fd, chunk, 1 << 20), 1 << 20);
	add(f, "\nnext\n");
	logfile_poll(f->log, ALL);
	assert_int_equal(logfile_nlines(f->log), 2);
	logfile_line(f->log, 0, &out, 0);
	assert_true(out.n < 5000);
	assert_non_null(strstr(out.at, "KiB more"));
	expect_line(f, 1, "next");
	strbuf_release(&out);
	free(chunk);
}

static void
a_progress_bar_shows_its_end(void **state)
{
	struct fixture *f = *state;
	struct strbuf out = STRBUF_INIT;
	char bar[24];

	for (int i = 0; i <= 20000; i++) {
		snprintf(bar, sizeof(bar), "\r%d done", i);
		add(f, bar);
	}
	add(f, "\n");
	logfile_poll(f->log, ALL);
	logfile_line(f->log, 0, &out, 0);
	assert_true(str_starts(out.at, "20000 done"));
	strbuf_release(&out);
}

static void
a_hole_says_how_much_is_left_out(void **state)
{
	struct fixture *f = *state;
	struct strbuf out = STRBUF_INIT;

	add(f, "head\n");
	assert_true(lseek(f->fd, 8 << 20, SEEK_SET) > 0);
	add(f, "tail\n");
	logfile_poll(f->log, ALL);
	expect_line(f, 0, "head");
	logfile_line(f->log, 1, &out, 0);
	assert_true(str_starts(out.at, "... "));
	assert_true(str_ends(out.at, " bytes left out ... tail"));
	strbuf_release(&out);
}

static void
a_file_that_shrank_is_read_anew(void **state)
{
	struct fixture *f = *state;

	add(f, "one\ntwo\nthree\n");
	logfile_poll(f->log, ALL);
	assert_int_equal(ftruncate(f->fd, 0), 0);
	lseek(f->fd, 0, SEEK_SET);
	add(f, "new\n");
	logfile_poll(f->log, ALL);
	assert_int_equal(logfile_nlines(f->log), 1);
	expect_line(f, 0, "new");
}

static void
find_goes_on_where_its_budget_ended(void **state)
{
	struct fixture *f = *state;
	size_t at = 0;
	int rounds = 0;

	for (int i = 0; i < 300; i++)
		add(f, i == 222 ? "a Needle\n" : "hay\n");
	logfile_poll(f->log, ALL);
	while (!logfile_find(f->log, "needle", true, &at, 50) && rounds < 20)
		rounds++;
	assert_int_equal(at, 222);
	assert_int_equal(rounds, 4);
	at = 299;
	assert_true(logfile_find(f->log, "needle", false, &at, 1000));
	assert_int_equal(at, 222);
	at = 221;
	assert_false(logfile_find(f->log, "needle", false, &at, 1000));
	assert_true(at >= 300);
}

static void
hostile_bytes_are_words(void **state)
{
	struct fixture *f = *state;

	add(f, "\033[31mred\033[0m\x9b\n");
	logfile_poll(f->log, ALL);
	expect_line(f, 0, "<ESC>[31mred<ESC>[0m<9b>");
}

#define in_file(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		in_file(lines_are_read_as_the_file_grows),
		in_file(any_line_of_many_is_found_by_number),
		in_file(a_line_without_end_is_cut),
		in_file(a_progress_bar_shows_its_end),
		in_file(a_hole_says_how_much_is_left_out),
		in_file(a_file_that_shrank_is_read_anew),
		in_file(find_goes_on_where_its_budget_ended),
		in_file(hostile_bytes_are_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
