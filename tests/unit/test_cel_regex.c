/* Regular expressions: what matches, what is refused, how long it takes.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/model/cel/cel.h"

static bool
found(const char *pattern, const char *text)
{
	struct arena arena = {0};
	const char *why;
	struct regex *re = regex_compile(&arena, pattern, &why);
	bool yes;

	if (!re)
		fail_msg("%s: %s", pattern, why);
	yes = regex_search(re, text, strlen(text));
	arena_release(&arena);
	return yes;
}

static void
patterns_match(void **state)
{
	/* clang-format off */
	static const char *const rows[][2] = {
	        {"", ""}, {"a|b|c", "xc"}, {"^ab*c$", "abbbc"},
	        {"(ab){2,3}", "ababx"}, {"x{0,2}y", "y"}, {"^a{3,}$", "aaaaa"},
	        {"[^a-c]", "abcd"}, {"[]x]", "]"}, {"[a-]", "-"},
	        {"\\d+\\.\\d\\s\\w", "10.5 x"}, {"\\bfoo\\b", "a foo b"},
	        {"(?i)error", "ERROR"}, {"(?i:A)b", "ab"}, {"(?s)a.b", "a\nb"},
	        {"(?m)^b$", "a\nb\nc"}, {"(?P<n>x)+?y", "xxy"},
	        {"[[:alpha:]][[:^digit:]]", "a-"}, {"a.c", "a\xc3\xa9" "c"},
	        {"^.$", "\xf0\x9f\x98\x80"}, {"\\x{1F600}", "\xf0\x9f\x98\x80"},
	        {"\\Qa.b\\E$", "a.b"}, {"(|a)+b", "b"}, {"(a*)*$", "b"},
	        {"x{,2}", "x{,2}"}, {"(?i)\xc3\x84", "\xc3\xa4"},
	        {"\\Aa\\z", "a"}, {"o\\B", "oo"}, {"^(?:){5}$", ""},
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (!found(rows[i][0], rows[i][1]))
			fail_msg("%s does not match %s", rows[i][0],
				 rows[i][1]);
}

static void
patterns_do_not_match(void **state)
{
	/* clang-format off */
	static const char *const rows[][2] = {
	        {"a", ""}, {"^b", "ab"}, {"a$", "ab"}, {"^a{3}$", "aa"},
	        {"^a{0}$", "a"}, {"^x{2,3}$", "xxxx"}, {"[^a]", "a"},
	        {"a.b", "a\nb"}, {"^b", "a\nb"}, {"\\bfoo\\b", "food"},
	        {"(?i:a)b", "AB"}, {"(?-i)a", "A"}, {"\\D", "12"},
	        {"^(a|b){2}$", "abc"}, {"(?i)[^a]", "A"},
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (found(rows[i][0], rows[i][1]))
			fail_msg("%s matches %s", rows[i][0], rows[i][1]);
}

static void
bad_patterns_say_why(void **state)
{
	static const char *const bad[] = {
		"(",      ")",           "[a",
		"a**",    "*",           "+a",
		"a{2,1}", "a{1001}",     "(?x)",
		"\\",     "\\y",         "\\1",
		"[z-a]",  "[[:foo:]]",   "(?P<n",
		"\xff",   "\\x{110000}", "((a{100}){100}){100}"};
	struct arena arena = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		const char *why = NULL;

		if (regex_compile(&arena, bad[i], &why))
			fail_msg("%s compiles", bad[i]);
		assert_non_null(why);
	}
	arena_release(&arena);
}

static void
nesting_is_limited(void **state)
{
	struct arena arena = {0};
	char pattern[4001] = {0};
	const char *why;

	(void)state;
	memset(pattern, '(', 4000);
	assert_null(regex_compile(&arena, pattern, &why));
	arena_release(&arena);
}

static void
no_pattern_backtracks(void **state)
{
	char text[20001] = {0};

	(void)state;
	memset(text, 'a', 20000);
	assert_false(found("(a*)*(a|aa)+$b", text));
	assert_false(found("(x+x+)+y", text));
}

static void
any_bytes_are_searched(void **state)
{
	struct arena arena = {0};
	struct regex *re = regex_compile(&arena, "b.c", NULL);

	(void)state;
	assert_true(regex_search(re,
				 "\xff\0b\xfe"
				 "c",
				 5));
	assert_false(regex_search(re, "bc", 2));
	arena_release(&arena);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(patterns_match),
		cmocka_unit_test(patterns_do_not_match),
		cmocka_unit_test(bad_patterns_say_why),
		cmocka_unit_test(nesting_is_limited),
		cmocka_unit_test(no_pattern_backtracks),
		cmocka_unit_test(any_bytes_are_searched),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
