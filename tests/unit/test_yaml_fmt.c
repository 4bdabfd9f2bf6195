/* Formatting keeps words, quotes, comments and the meaning.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "engine/yaml/yaml_fmt.h"

static struct wf_err err;

static void
becomes(const char *before, const char *after)
{
	struct strbuf out = STRBUF_INIT;
	enum wf_code code =
		fmt_flow("t.yaml", before, strlen(before), &out, &err);

	if (code)
		print_error("%s; %s\n", err.message, err.hint);
	assert_int_equal(code, WF_OK);
	assert_string_equal(out.at, after);
	strbuf_release(&out);
	assert_int_equal(fmt_flow("t.yaml", after, strlen(after), &out, &err),
			 WF_OK);
	assert_string_equal(out.at, after);
	strbuf_release(&out);
}

static void
stays(const char *text)
{
	becomes(text, text);
}

static void
indents_become_two_spaces(void **state)
{
	(void)state;
	becomes("version: 1\nsteps:\n-   id: a\n    env:\n          X: y\n"
		"    needs:\n    - b\n-   run: x\n    id: b\n",
		"version: 1\nsteps:\n  - id: a\n    env:\n      X: y\n"
		"    needs:\n      - b\n\n  - run: x\n    id: b\n");
}

static void
steps_are_one_empty_line_apart(void **state)
{
	(void)state;
	becomes("\nversion: 1\n\n\nsteps:\n  - id: a\n  # of b\n  - id: b\n"
		"\n\n  - id: c\n    # of c\n  - id: d\n\n\n",
		"version: 1\n\nsteps:\n  - id: a\n\n  # of b\n  - id: b\n"
		"\n  - id: c\n    # of c\n\n  - id: d\n");
	stays("version: 1\nsteps:\n  - { id: a }\n  - { id: b }\n");
}

static void
brackets_get_their_spaces(void **state)
{
	(void)state;
	becomes("version: 1\nsteps:\n"
		"  - {id: a,needs : [ b,c , \"d\" ],env: {X:   y, Z: },}\n",
		"version: 1\nsteps:\n"
		"  - { id: a, needs: [b, c, \"d\"], env: { X: y, Z: } }\n");
}

static void
spaces_at_the_end_go(void **state)
{
	(void)state;
	becomes("version: 1 \t\n# c  \nsteps:\t\n  - id: a  # d \n    run: |  "
		"\n"
		"      x  \n      \n        \n      y\n \n",
		"version: 1\n# c\nsteps:\n  - id: a  # d\n    run: |\n"
		"      x  \n\n        \n      y\n");
}

static void
blocks_move_as_they_are(void **state)
{
	(void)state;
	becomes("version: 1\nsteps:\n- id: a\n  run: |\n     x\n       y\n\n"
		"     # no comment\n- id: b\n  run: |2\n     x\n    y\n"
		"- id: c\n  run: |+\n    x\n\n\n- id: d\n",
		"version: 1\nsteps:\n  - id: a\n    run: |\n      x\n"
		"        y\n\n      # no comment\n\n  - id: b\n    run: |2\n"
		"       x\n      y\n\n  - id: c\n    run: |+\n      x\n\n\n"
		"  - id: d\n");
}

static void
values_of_several_lines_move_along(void **state)
{
	(void)state;
	becomes("version: 1\nsteps:\n- id: a\n  run: one\n   two\n"
		"- id: b\n  run: \"one\n\n    two \\\n      three\"\n"
		"- id: c\n  needs: [\n    a,   # a\n\n    b\n  ]\n",
		"version: 1\nsteps:\n  - id: a\n    run: one\n      two\n\n"
		"  - id: b\n    run: \"one\n\n      two \\\n      three\"\n\n"
		"  - id: c\n    needs: [\n      a,   # a\n\n      b\n    ]\n");
}

static void
comments_stay_with_what_they_are_about(void **state)
{
	(void)state;
	becomes("# top\nversion: 1\nsteps:\n# of a\n- id: a\n  # of run\n"
		"  run: x\n  # end of a\n\n# of b\n- id: b\n# end\n",
		"# top\nversion: 1\nsteps:\n  # of a\n  - id: a\n"
		"    # of run\n    run: x\n    # end of a\n\n  # of b\n"
		"  - id: b\n  # end\n");
}

static void
the_ends_of_lines_stay(void **state)
{
	(void)state;
	becomes("version: 1\r\nsteps:\r\n- id: a \r\n- id: b",
		"version: 1\r\nsteps:\r\n  - id: a\r\n\r\n  - id: b\r\n");
	becomes("\xef\xbb\xbfversion: 1\nsteps:\n- id: \xc3\xa4\n",
		"\xef\xbb\xbfversion: 1\nsteps:\n  - id: \xc3\xa4\n");
	stays("version: 1\nsteps:\n  - id: a\n    run: |\n      x");
}

static void
what_cannot_be_formatted_is_refused(void **state)
{
	static const char *const texts[] = {"a: [", "", "{version: 1}\n",
					    "? a\n: b\n", "a: 1\n---\nb: 2\n"};
	struct strbuf out = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		assert_int_not_equal(fmt_flow("t.yaml", texts[i],
					      strlen(texts[i]), &out, &err),
				     WF_OK);
		assert_true(err.message[0] != 0);
		assert_int_equal(out.n, 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(indents_become_two_spaces),
		cmocka_unit_test(steps_are_one_empty_line_apart),
		cmocka_unit_test(brackets_get_their_spaces),
		cmocka_unit_test(spaces_at_the_end_go),
		cmocka_unit_test(blocks_move_as_they_are),
		cmocka_unit_test(values_of_several_lines_move_along),
		cmocka_unit_test(comments_stay_with_what_they_are_about),
		cmocka_unit_test(the_ends_of_lines_stay),
		cmocka_unit_test(what_cannot_be_formatted_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
