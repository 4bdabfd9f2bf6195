/* The grid: nothing is drawn outside, no glyph is cut in half.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tui/theme.h"

static void
expect_dump(const struct grid *g, const char *want)
{
	struct strbuf out = STRBUF_INIT;

	grid_dump(g, &out);
	assert_string_equal(out.at, want);
	strbuf_release(&out);
}

static void
text_is_clipped_to_its_rectangle(void **state)
{
	struct rect pane = {2, 1, 4, 1};
	struct grid g;

	(void)state;
	grid_init(&g, 8, 3);
	assert_int_equal(grid_text(&g, pane, 0, 0, 0, "abcdefgh"), 8);
	grid_text(&g, pane, 0, 1, 0, "below");
	grid_text(&g, pane, -2, 0, 0, "XYab");
	expect_dump(&g, "\n  abcd\n\n");
	grid_release(&g);
}

static void
wide_glyphs_are_never_cut_in_half(void **state)
{
	struct grid g;

	(void)state;
	grid_init(&g, 5, 1);
	grid_text(&g, rect_of(&g), 0, 0, 0, "a\xe6\x97\xa5\xe6\x9c\xac");
	expect_dump(&g, "a\xe6\x97\xa5\xe6\x9c\xac\n");
	grid_text(&g, rect_of(&g), 2, 0, 0, "x");
	expect_dump(&g, "a x\xe6\x9c\xac\n");
	grid_clear(&g);
	grid_text(&g, rect_of(&g), 0, 0, 0, "abcd\xe6\x97\xa5");
	expect_dump(&g, "abcd\n");
	grid_clear(&g);
	grid_text(&g, rect_of(&g), -1, 0, 0, "\xe6\x97\xa5y");
	expect_dump(&g, " y\n");
	grid_release(&g);
}

static void
marks_stay_with_their_base(void **state)
{
	struct grid g;

	(void)state;
	grid_init(&g, 3, 1);
	grid_text(&g, rect_of(&g), 0, 0, 0, "e\xcc\x81x");
	assert_string_equal(grid_at(&g, 0, 0)->glyph, "e\xcc\x81");
	assert_string_equal(grid_at(&g, 1, 0)->glyph, "x");
	grid_release(&g);
}

static void
hostile_text_is_words_and_seven_bit_on_request(void **state)
{
	struct grid g;

	(void)state;
	grid_init(&g, 25, 1);
	grid_text(&g, rect_of(&g), 0, 0, 0, "\033[2J\x9b\r\n\t|");
	expect_dump(&g, "<ESC>[2J<9b><CR><LF>    |\n");
	grid_clear(&g);
	g.ascii = true;
	grid_text(&g, rect_of(&g), 0, 0, 0, "\xe2\x9c\x93");
	expect_dump(&g, "<U+2713>\n");
	grid_release(&g);
}

static void
any_rectangle_is_safe_in_any_grid(void **state)
{
	(void)state;
	for (int w = 0; w < 5; w++) {
		for (int h = 0; h < 5; h++) {
			struct grid g;

			grid_init(&g, w, h);
			for (int x = -3; x < 6; x++) {
				struct rect r = {x, x - 1, 6 - x, x + 2};

				grid_fill(&g, r, r, 0, '.');
				grid_box(&g, r, r, 0);
				grid_mark(&g, r, r, 1, CELL_BOLD);
				grid_text_right(&g, r, 0, 0, "right");
				grid_text(&g, r, x, x, 0, "\xe6\x97\xa5");
			}
			grid_release(&g);
		}
	}
}

static void
lines_are_boxes_in_either_alphabet(void **state)
{
	struct grid g;

	(void)state;
	grid_init(&g, 4, 3);
	grid_box(&g, rect_of(&g), rect_of(&g), 0);
	expect_dump(&g, "┌──┐\n│  │\n└──┘\n");
	g.ascii = true;
	grid_box(&g, rect_of(&g), rect_of(&g), 0);
	expect_dump(&g, "+--+\n|  |\n+--+\n");
	grid_release(&g);
}

static void
every_state_has_a_word_and_two_glyphs_of_one_column(void **state)
{
	(void)state;
	for (int i = 0; i < NSHOWN; i++) {
		assert_true(strlen(shown_states[i].word) <= 6);
		assert_int_equal(text_width_str(shown_states[i].ascii), 1);
		assert_int_equal(strlen(shown_states[i].ascii), 1);
		assert_int_equal(text_width_str(shown_states[i].utf8), 1);
	}
	assert_int_equal(shown_of_step(STEP_FAILED, CAUSE_TIMEOUT, "run"),
			 SHOWN_TIME);
	assert_int_equal(shown_of_step(STEP_FAILED, CAUSE_EXIT, "run"),
			 SHOWN_FAIL);
	assert_int_equal(shown_of_step(STEP_WAITING, CAUSE_NONE, "approval"),
			 SHOWN_WAIT);
	assert_int_equal(shown_of_step(STEP_WAITING, CAUSE_NONE, "wait"),
			 SHOWN_SLEEP);
}

static void
no_two_states_share_word_or_colour_only(void **state)
{
	(void)state;
	for (int i = 0; i < NSHOWN; i++)
		for (int k = 0; k < i; k++)
			assert_string_not_equal(shown_states[i].word,
						shown_states[k].word);
	/* Failure differs from success by attribute too. */
	assert_true(styles[shown_states[SHOWN_FAIL].style].attrs !=
		    styles[shown_states[SHOWN_OK].style].attrs);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_clipped_to_its_rectangle),
		cmocka_unit_test(wide_glyphs_are_never_cut_in_half),
		cmocka_unit_test(marks_stay_with_their_base),
		cmocka_unit_test(
			hostile_text_is_words_and_seven_bit_on_request),
		cmocka_unit_test(any_rectangle_is_safe_in_any_grid),
		cmocka_unit_test(lines_are_boxes_in_either_alphabet),
		cmocka_unit_test(
			every_state_has_a_word_and_two_glyphs_of_one_column),
		cmocka_unit_test(no_two_states_share_word_or_colour_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
