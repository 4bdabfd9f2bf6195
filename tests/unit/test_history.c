/* Which typed lines are kept, and that two shells share a file.
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
#include <sys/stat.h>
#include <unistd.h>

#include "cli/history.h"
#include "engine/base/str.h"

static void
note(void *arg, const char *line)
{
	strbuf_addf(arg, "%s;", line);
}

static void
private_lines_are_known(void **state)
{
	(void)state;
	assert_true(line_is_private(" show x"));
	assert_true(line_is_private("run f.yaml --secret x"));
	assert_true(line_is_private("run f.yaml -p DB_PASSWORD=x"));
	assert_true(line_is_private("run f.yaml -p 'api_key=x'"));
	assert_true(line_is_private("retry r --env=GITHUB_TOKEN=x"));
	assert_false(line_is_private("run f.yaml -p env=prod"));
	assert_false(line_is_private("show token"));
	assert_false(line_is_private(""));
}

static void
two_shells_see_each_others_lines_once(void **state)
{
	char dir[] = "/tmp/wfctl-history-XXXXXX", path[64];
	struct strbuf a = STRBUF_INIT, b = STRBUF_INIT;
	struct stat st;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/history", dir);

	struct lines_file one = {.path = path, .add = note, .arg = &a};
	struct lines_file two = {.path = path, .add = note, .arg = &b};

	lines_open(&one);
	lines_open(&two);
	lines_append(&one, "first");
	lines_append(&two, "second");
	lines_append(&one, "third");
	lines_sync(&two);
	lines_sync(&two);
	lines_sync(&one);
	assert_string_equal(a.at, "second;");
	assert_string_equal(b.at, "first;third;");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);

	/* Somebody has cut the file: what is known is not told again. */
	assert_int_equal(truncate(path, 0), 0);
	lines_append(&one, "fourth");
	lines_sync(&two);
	assert_non_null(strstr(b.at, "first;third;"));
	unlink(path);
	rmdir(dir);
	strbuf_release(&a);
	strbuf_release(&b);
}

static void
no_file_keeps_nothing(void **state)
{
	struct strbuf a = STRBUF_INIT;
	struct lines_file none = {.add = note, .arg = &a};

	(void)state;
	lines_open(&none);
	lines_append(&none, "x");
	lines_sync(&none);
	assert_string_equal(a.at, "");
	strbuf_release(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(private_lines_are_known),
		cmocka_unit_test(two_shells_see_each_others_lines_once),
		cmocka_unit_test(no_file_keeps_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
