/* Text from outside: nothing of it can act, and its columns are counted.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/base/text.h"

#define expect_shown(bytes, flags, want)                                       \
	shown_as((bytes), sizeof(bytes) - 1, (flags), (want), __LINE__)

static void
shown_as(const char *bytes, size_t n, unsigned flags, const char *want,
	 int line)
{
	struct strbuf out = STRBUF_INIT;

	text_sanitize(&out, bytes, n, flags);
	if (!str_eq(out.at, want))
		fail_msg("line %d: [%s] instead of [%s]", line, out.at, want);
	strbuf_release(&out);
}

/* Valid UTF-8, nothing that acts, as wide as it was said to be. */
static void
expect_harmless(const char *bytes, size_t n, unsigned flags)
{
	struct strbuf out = STRBUF_INIT;
	const char *p;
	uint32_t cp;
	int width = 0;

	text_sanitize(&out, bytes, n, flags);
	for (p = out.at; p < out.at + out.n;) {
		size_t len = text_decode(p, out.at + out.n, &cp);

		assert_true(len > 0);
		assert_true(text_cp_width(cp) >= 0);
		if (flags & TEXT_ASCII)
			assert_true(cp < 0x7f);
		width += text_cp_width(cp);
		p += len;
	}
	assert_int_equal(width, text_width(bytes, n, flags));
	strbuf_release(&out);
}

static void
plain_text_stays(void **state)
{
	(void)state;
	expect_shown("deploy ok", 0, "deploy ok");
	expect_shown("caf\xc3\xa9 \xe6\x97\xa5\xe6\x9c\xac", 0,
		     "caf\xc3\xa9 \xe6\x97\xa5\xe6\x9c\xac");
}

static void
controls_become_words(void **state)
{
	(void)state;
	expect_shown("a\033[2J\a", 0, "a<ESC>[2J<BEL>");
	expect_shown("\0x\177", 0, "<NUL>x<DEL>");
	expect_shown("\xc2\x9b"
		     "31m",
		     0, "<U+009B>31m");
	expect_shown("\xc2\x85", 0, "<U+0085>");
	expect_shown("a\rb\bc\n", 0, "a<CR>b<BS>c<LF>");
}

static void
bad_bytes_are_shown_one_by_one(void **state)
{
	(void)state;
	expect_shown("\x9b"
		     "x",
		     0, "<9b>x");
	expect_shown("\xe2\x82", 0, "<e2><82>");
	expect_shown("\xe2\x82x", 0, "<e2><82>x");
	expect_shown("\xc0\x80", 0, "<c0><80>");
	expect_shown("\xed\xa0\x80", 0, "<ed><a0><80>");
	expect_shown("\xf4\x90\x80\x80", 0, "<f4><90><80><80>");
	expect_shown("\xff\xfe", 0, "<ff><fe>");
}

static void
what_hides_or_reorders_is_named(void **state)
{
	(void)state;
	expect_shown("abc\xe2\x80\xaetxt.exe", 0, "abc<U+202E>txt.exe");
	expect_shown("\xe2\x80\x8b", 0, "<U+200B>");
	expect_shown("\xef\xbb\xbf", 0, "<U+FEFF>");
	expect_shown("\xe2\x80\xa8", 0, "<U+2028>");
	expect_shown("\xee\x80\x80", 0, "<U+E000>");
	expect_shown("\xef\xbf\xbf", 0, "<U+FFFF>");
	expect_shown("\xf3\xa0\x80\xa0", 0, "<U+E0020>");
}

static void
tabs_reach_the_next_column_of_eight(void **state)
{
	(void)state;
	expect_shown("\tx", 0, "        x");
	expect_shown("ab\tx", 0, "ab      x");
	expect_shown("12345678\tx", 0, "12345678        x");
	expect_shown("\xe6\x97\xa5\tx", 0, "\xe6\x97\xa5      x");
	assert_int_equal(text_width("ab\tx", 4, 0), 9);
}

static void
marks_are_capped_and_need_a_base(void **state)
{
	struct strbuf in = STRBUF_INIT, out = STRBUF_INIT;

	(void)state;
	strbuf_addc(&in, 'e');
	for (int i = 0; i < 10000; i++)
		strbuf_adds(&in, "\xcc\x81");
	strbuf_addc(&in, 'x');
	text_sanitize(&out, in.at, in.n, 0);
	assert_int_equal(out.n, 1 + 4 * 2 + 1);
	assert_int_equal(text_width(in.at, in.n, 0), 2);
	strbuf_release(&in);
	strbuf_release(&out);
	expect_shown("\xcc\x81x", 0, "<U+0301>x");
	expect_shown("\033\xcc\x81", 0, "<ESC><U+0301>");
}

static void
only_whole_colour_sequences_can_be_dropped(void **state)
{
	(void)state;
	expect_shown("\033[1;31mred\033[0m", TEXT_DROP_SGR, "red");
	expect_shown("\033[38:5:1mx\033[m", TEXT_DROP_SGR, "x");
	expect_shown("\033[2Jx", TEXT_DROP_SGR, "<ESC>[2Jx");
	expect_shown("\033[31", TEXT_DROP_SGR, "<ESC>[31");
	expect_shown("\033]0;title\a", TEXT_DROP_SGR, "<ESC>]0;title<BEL>");
	expect_shown("\033[31m", 0, "<ESC>[31m");
}

static void
ascii_shows_no_other_byte(void **state)
{
	(void)state;
	expect_shown("caf\xc3\xa9", TEXT_ASCII, "caf<U+00E9>");
	expect_shown("e\xcc\x81", TEXT_ASCII, "e<U+0301>");
}

static void
newlines_stay_only_when_asked(void **state)
{
	(void)state;
	expect_shown("a\nb", TEXT_NEWLINES, "a\nb");
	assert_int_equal(text_width("abc\nab\n", 7, TEXT_NEWLINES), 3);
}

static void
every_byte_and_pair_is_harmless(void **state)
{
	static const unsigned flags[] = {0, TEXT_ASCII, TEXT_DROP_SGR};
	char pair[2];

	(void)state;
	for (int a = 0; a < 256; a++) {
		for (int b = 0; b < 256; b++) {
			pair[0] = (char)a;
			pair[1] = (char)b;
			for (size_t f = 0; f < ARRAY_SIZE(flags); f++)
				expect_harmless(pair, 2, flags[f]);
		}
	}
}

static void
random_bytes_are_harmless(void **state)
{
	uint32_t seed = 12345;
	char bytes[64];

	(void)state;
	for (int round = 0; round < 20000; round++) {
		for (size_t i = 0; i < sizeof(bytes); i++) {
			seed = seed * 1664525u + 1013904223u;
			bytes[i] = (char)(seed >> 24);
		}
		expect_harmless(bytes, sizeof(bytes), 0);
	}
}

static void
clipping_never_exceeds_its_width(void **state)
{
	static const char hostile[] =
		"ab\xe6\x97\xa5\xcc\x81\033[2J\t\xff\xf0\x9f\x98\x80z";

	(void)state;
	for (int width = 0; width < 60; width++) {
		for (unsigned flags = 0; flags < 32; flags++) {
			struct strbuf out = STRBUF_INIT;
			int used;

			if (flags & TEXT_NEWLINES)
				continue;
			used = text_clip(&out, hostile, sizeof(hostile) - 1,
					 width, flags);
			assert_true(used <= width);
			assert_int_equal(text_width(out.at, out.n, 0), used);
			if (flags & TEXT_PAD)
				assert_int_equal(used, width);
			strbuf_release(&out);
		}
	}
}

static void
a_half_fitting_glyph_becomes_a_space(void **state)
{
	struct strbuf out = STRBUF_INIT;

	(void)state;
	assert_int_equal(text_clip_str(&out, "a\xe6\x97\xa5", 2, 0), 2);
	assert_string_equal(out.at, "a ");
	strbuf_clear(&out);
	text_clip_str(&out, "long enough", 7, TEXT_DOTS);
	assert_string_equal(out.at, "long ..");
	strbuf_release(&out);
}

static void
a_log_line_keeps_its_last_overwrite(void **state)
{
	struct strbuf out = STRBUF_INIT;

	(void)state;
	text_log_line(&out, "1%\r50%\r100%\r", 12, 0);
	assert_string_equal(out.at, "100%  (2 overwritten updates hidden)");
	strbuf_clear(&out);
	text_log_line(&out, "dos line\r", 9, 0);
	assert_string_equal(out.at, "dos line");
	strbuf_release(&out);
}

static void
a_log_line_is_cut_with_the_size_of_the_rest(void **state)
{
	struct strbuf in = STRBUF_INIT, out = STRBUF_INIT;

	(void)state;
	for (int i = 0; i < 1 << 20; i++)
		strbuf_addc(&in, 'x');
	text_log_line(&out, in.at, in.n, 0);
	assert_int_equal(out.n, TEXT_LINE_LIMIT + strlen("  +1020 KiB"));
	strbuf_release(&in);
	strbuf_release(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_text_stays),
		cmocka_unit_test(controls_become_words),
		cmocka_unit_test(bad_bytes_are_shown_one_by_one),
		cmocka_unit_test(what_hides_or_reorders_is_named),
		cmocka_unit_test(tabs_reach_the_next_column_of_eight),
		cmocka_unit_test(marks_are_capped_and_need_a_base),
		cmocka_unit_test(only_whole_colour_sequences_can_be_dropped),
		cmocka_unit_test(ascii_shows_no_other_byte),
		cmocka_unit_test(newlines_stay_only_when_asked),
		cmocka_unit_test(every_byte_and_pair_is_harmless),
		cmocka_unit_test(random_bytes_are_harmless),
		cmocka_unit_test(clipping_never_exceeds_its_width),
		cmocka_unit_test(a_half_fitting_glyph_becomes_a_space),
		cmocka_unit_test(a_log_line_keeps_its_last_overwrite),
		cmocka_unit_test(a_log_line_is_cut_with_the_size_of_the_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
