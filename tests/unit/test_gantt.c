/* The timeline: order kept, a cell for each, whatever the clocks did.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tui/gantt.h"

static const int64_t T0 = 1700000000000;

static void
expect_row(const struct gantt_axis *axis, const struct gantt_segment *s,
	   size_t n, const char *want)
{
	struct strbuf out = STRBUF_INIT;
	struct grid g;

	grid_init(&g, axis->width, 1);
	gantt_draw_row(&g, rect_of(&g), 0, 0, axis, s, n);
	grid_dump(&g, &out);
	out.at[--out.n] = '\0';
	assert_string_equal(out.at, want);
	strbuf_release(&out);
	grid_release(&g);
}

static void
tries_and_waits_share_a_row(void **state)
{
	struct gantt_axis axis = {T0, 1000, T0 + 20000, 30};
	const struct gantt_segment s[] = {
		{T0 + 1000, T0 + 4000,  GANTT_FAIL },
		{T0 + 4000, T0 + 6000,  GANTT_RETRY},
		{T0 + 6000, T0 + 10000, GANTT_OK   },
	};

	(void)state;
	expect_row(&axis, s, 3, " xxx~~====");
}

static void
a_moment_takes_a_cell_and_an_open_end_reaches_now(void **state)
{
	struct gantt_axis axis = {T0, 1000, T0 + 5000, 30};
	const struct gantt_segment s[] = {
		{T0 + 500,  T0 + 500, GANTT_FAIL},
		{T0 + 2500, 0,        GANTT_RUN },
	};

	(void)state;
	expect_row(&axis, s, 2, "x >>>");
}

static void
starts_round_down_and_ends_up(void **state)
{
	struct gantt_axis axis = {T0, 1000, T0 + 9000, 30};
	const struct gantt_segment s[] = {
		{T0 + 1999, T0 + 3001, GANTT_OK}
        };

	(void)state;
	expect_row(&axis, s, 1, " ===");
}

static void
a_long_try_leaves_its_predecessor_visible(void **state)
{
	struct gantt_axis axis = {T0, 10000, T0 + 90000, 30};
	const struct gantt_segment s[] = {
		{T0,        T0 + 1000,  GANTT_QUEUED},
		{T0 + 1000, T0 + 2000,  GANTT_FAIL  },
		{T0 + 2000, T0 + 30000, GANTT_OK    },
	};

	(void)state;
	expect_row(&axis, s, 3, "x==");
}

static void
clock_jumps_and_times_outside_do_no_harm(void **state)
{
	struct gantt_axis axis = {T0, 1000, T0 + 5000, 10};
	const struct gantt_segment s[] = {
		{T0 - 100000,   T0 - 50000,    GANTT_OK    },
		{T0 + 3000,     T0 + 1000,     GANTT_FAIL  },
		{T0 + 900000,   T0 + 910000,   GANTT_OK    },
		{INT64_MIN / 2, INT64_MAX / 2, GANTT_QUEUED},
	};

	(void)state;
	expect_row(&axis, s, 4, "...x......");
}

static void
a_thousand_tries_fit_any_width(void **state)
{
	struct gantt_segment s[1000];

	(void)state;
	for (int i = 0; i < 1000; i++)
		s[i] = (struct gantt_segment){T0 + i * 1000,
					      T0 + i * 1000 + 900, GANTT_FAIL};
	for (int width = 1; width < 300; width++) {
		struct gantt_axis axis =
			gantt_fit(T0, T0 + 999900, T0 + 999900, width);
		uint8_t kinds[300];
		int used = 0;

		gantt_cells(&axis, s, 1000, kinds);
		for (int c = 0; c < width; c++)
			used += kinds[c] == GANTT_FAIL;
		assert_true(used > 0);
		/* The whole run is on the axis. */
		if (width > 2)
			assert_true(axis.from + axis.per_cell * width >=
				    T0 + 999900);
		assert_true(axis.from <= T0);
	}
}

static void
the_step_is_a_round_number(void **state)
{
	struct strbuf out = STRBUF_INIT;

	(void)state;
	assert_int_equal(gantt_fit(T0, T0 + 688000, T0, 60).per_cell, 15000);
	assert_int_equal(gantt_fit(T0, T0, T0, 60).per_cell, 100);
	assert_int_equal(gantt_fit(T0, T0 + 86400000LL * 365, T0, 60).per_cell %
				 (30 * 3600000LL),
			 0);
	gantt_step_text(15000, &out);
	assert_string_equal(out.at, "15s");
	strbuf_release(&out);
}

static void
zooming_out_and_in_comes_back(void **state)
{
	struct gantt_axis axis = gantt_fit(T0, T0 + 688000, T0, 60);
	struct gantt_axis out = gantt_zoom(axis, true);

	(void)state;
	assert_int_equal(out.per_cell, 30000);
	assert_int_equal(gantt_zoom(out, false).per_cell, axis.per_cell);
	for (int i = 0; i < 50; i++)
		axis = gantt_zoom(axis, i % 3 == 0);
	assert_true(axis.per_cell >= 100);
}

static void
the_axis_shows_clock_times_and_now(void **state)
{
	struct gantt_axis axis;
	struct strbuf out = STRBUF_INIT;
	struct grid g;

	(void)state;
	setenv("TZ", "UTC", 1);
	axis = gantt_fit(1700000000000, 1700000688000, 1700000688000, 60);
	grid_init(&g, 64, 1);
	gantt_draw_axis(&g, rect_of(&g), 0, 0, &axis, 0);
	grid_dump(&g, &out);
	assert_string_equal(out.at,
			    "       22:15:00            22:20:00        "
			    "   |now\n");
	strbuf_release(&out);
	grid_release(&g);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tries_and_waits_share_a_row),
		cmocka_unit_test(
			a_moment_takes_a_cell_and_an_open_end_reaches_now),
		cmocka_unit_test(starts_round_down_and_ends_up),
		cmocka_unit_test(a_long_try_leaves_its_predecessor_visible),
		cmocka_unit_test(clock_jumps_and_times_outside_do_no_harm),
		cmocka_unit_test(a_thousand_tries_fit_any_width),
		cmocka_unit_test(the_step_is_a_round_number),
		cmocka_unit_test(zooming_out_and_in_comes_back),
		cmocka_unit_test(the_axis_shows_clock_times_and_now),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
