/* Panes for every size of window, and lines that drop what does not fit.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "engine/base/err.h"
#include "tui/layout.h"

static bool
inside(struct rect r, int w, int h)
{
	return r.x >= 0 && r.y >= 0 && r.w >= 0 && r.h >= 0 &&
	       (r.w == 0 || r.h == 0 || (r.x + r.w <= w && r.y + r.h <= h));
}

static bool
overlap(struct rect a, struct rect b)
{
	struct rect both = rect_clip(a, b);

	return both.w > 0 && both.h > 0;
}

static void
expect_sound(int w, int h, enum layout_zoom zoom)
{
	struct layout l = layout_of(w, h, zoom);
	struct rect panes[] = {l.header, l.tabs,  l.main,    l.side,
			       l.below,  l.lower, l.message, l.hints};

	for (size_t i = 0; i < ARRAY_SIZE(panes); i++) {
		assert_true(inside(panes[i], w, h));
		for (size_t k = 0; k < i; k++)
			assert_false(overlap(panes[i], panes[k]));
	}
	if (l.shape != LAYOUT_TINY) {
		assert_true(l.main.h >= 1 && l.main.w >= 1);
		assert_int_equal(l.hints.h, 1);
	}
}

static void
panes_never_overlap_or_leave_the_window(void **state)
{
	(void)state;
	for (int zoom = 0; zoom < NZOOMS; zoom++) {
		for (int w = 0; w <= 60; w++)
			for (int h = 0; h <= 16; h++)
				expect_sound(w, h, zoom);
		expect_sound(80, 24, zoom);
		expect_sound(120, 30, zoom);
		expect_sound(140, 40, zoom);
		expect_sound(500, 200, zoom);
	}
}

static void
shapes_are_those_of_the_table(void **state)
{
	(void)state;
	assert_int_equal(layout_of(19, 24, 0).shape, LAYOUT_TINY);
	assert_int_equal(layout_of(80, 4, 0).shape, LAYOUT_TINY);
	assert_int_equal(layout_of(20, 5, 0).shape, LAYOUT_SHORT);
	assert_int_equal(layout_of(40, 10, 0).shape, LAYOUT_SMALL);
	assert_int_equal(layout_of(80, 23, 0).shape, LAYOUT_SMALL);
	assert_int_equal(layout_of(60, 24, 0).shape, LAYOUT_NARROW);
	assert_int_equal(layout_of(80, 24, 0).shape, LAYOUT_NORMAL);
	assert_int_equal(layout_of(100, 30, 0).shape, LAYOUT_WIDE);
	assert_int_equal(layout_of(140, 36, 0).shape, LAYOUT_FULL);
}

static void
a_line_drops_whole_items_by_rank(void **state)
{
	static const struct ladder_item items[] = {
		{"7f3a",     0, 0, false},
                {"nightly",  2, 0, false},
		{"RETRY",    0, 0, false},
                {"ok 5/10",  1, 0, false},
		{"retry 1",  3, 0, false},
                {"env=prod", 4, 0, false},
		{"10:42:30", 5, 0, true },
	};

	(void)state;
	for (int w = 1; w < 90; w++) {
		struct strbuf out = STRBUF_INIT;
		struct grid g;

		grid_init(&g, w, 1);
		ladder_draw(&g, rect_of(&g), 0, items, 7);
		grid_dump(&g, &out);
		out.at[--out.n] = '\0';
		for (size_t i = 0; w >= 11 && i < 7; i++) {
			size_t half = strlen(items[i].text) - 1;
			char *cut = mem_strndup(items[i].text, half);

			/* All of an item or nothing. */
			if (strstr(out.at, cut))
				assert_non_null(strstr(out.at, items[i].text));
			free(cut);
		}
		/* Items move together before any is dropped. */
		if (w >= 11)
			assert_non_null(
				strstr(out.at, w < 30 ? "7f3a " : "7f3a  "));
		if (w >= 11)
			assert_non_null(strstr(out.at, "RETRY"));
		if (w >= 20)
			assert_non_null(strstr(out.at, "ok 5/10"));
		strbuf_release(&out);
		grid_release(&g);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(panes_never_overlap_or_leave_the_window),
		cmocka_unit_test(shapes_are_those_of_the_table),
		cmocka_unit_test(a_line_drops_whole_items_by_rank),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
