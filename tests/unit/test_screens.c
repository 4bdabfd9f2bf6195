/* Every screen as a picture: drawn into a grid and compared with the text
 * in tests/tui/golden, which `make golden` writes anew.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "screens.h"

struct size {
	int w, h;
	bool ascii;
	bool styles; /* a letter for each cell's style */
};

static char root[4096];

/* --- drawing -----------------------------------------------------------------
 */

/* A letter for each style of theme.def (small: reversed), "." for none. */
static void
dump_styles(const struct grid *g, struct strbuf *out)
{
	for (int y = 0; y < g->h; y++) {
		for (int x = 0; x < g->w; x++) {
			const struct cell *cell = grid_at(g, x, y);
			char c = cell->style ? (char)('A' + cell->style) : '.';

			if (cell->attr & CELL_REVERSE)
				c = c == '.' ? '_' : (char)(c - 'A' + 'a');
			strbuf_addc(out, c);
		}
		strbuf_addc(out, '\n');
	}
}

static void
shoot(const struct shot *shot, const struct size *size, struct strbuf *out)
{
	struct seat seat;

	seat_take(&seat, shot->run ? *shot->run : NULL, size->w, size->h);
	seat.vs.ascii = size->ascii;
	seat_press(&seat, shot->keys);
	seat_draw(&seat);
	strbuf_addf(out, "--- %dx%d%s%s\n", size->w, size->h,
		    size->ascii ? " ascii" : "", size->styles ? " styles" : "");
	if (size->styles)
		dump_styles(&seat.g, out);
	else
		strbuf_add(out, seat.text.at, seat.text.n);
	seat_leave(&seat);
}

/* --- comparing ---------------------------------------------------------------
 */

static void
show_difference(const char *want, const char *got)
{
	while (*want && *got) {
		size_t n = strcspn(want, "\n"), k = strcspn(got, "\n");

		if (n != k || memcmp(want, got, n) != 0)
			print_error("want |%.*s|\n got |%.*s|\n", (int)n, want,
				    (int)k, got);
		want += n + (want[n] == '\n');
		got += k + (got[k] == '\n');
	}
}

static void
expect_golden(const char *name, const struct strbuf *got)
{
	char *path = mem_printf("%s/tests/tui/golden/%s.txt", root, name);
	struct strbuf want = STRBUF_INIT;
	struct wf_err err = {0};
	const char *write = getenv("WFCTL_GOLDEN");

	if (write && *write)
		assert_int_equal(fs_write(path, got->at, got->n, 0644, &err),
				 WF_OK);
	assert_int_equal(fs_read(path, 1 << 20, &want, &err), WF_OK);
	if (!str_eq(want.at, got->at)) {
		show_difference(want.at, got->at);
		strbuf_release(&want);
		fail_msg("%s is another picture; see it, then `make golden`",
			 name);
	}
	strbuf_release(&want);
	free(path);
}

/* The first three or four will do for most pictures. */
static const struct size all_sizes[] = {
	{.w = 80,         .h = 24},
	{.w = 80,         .h = 24, .ascii = true},
	{.w = 140,               .h = 40              },
	{.w = 80,               .h = 24,  .styles = true},
	{.w = 140, .h = 40,       .ascii = true},
	{.w = 60,        .h = 20},
	{.w = 40,         .h = 12 },
	{.w = 20,         .h = 5},
	{.w = 250,         .h = 80 },
};

static void
expect_shots(const struct shot *shots, size_t n, size_t nsizes)
{
	for (size_t i = 0; i < n; i++) {
		struct strbuf out = STRBUF_INIT;

		for (size_t k = 0; k < nsizes; k++)
			shoot(&shots[i], &all_sizes[k], &out);
		expect_golden(shots[i].name, &out);
		strbuf_release(&out);
	}
}

/* --- the pictures ------------------------------------------------------------
 */

static void
the_list_of_runs(void **state)
{
	static const struct shot shots[] = {
		{"runs",        NULL, ""           },
		{"runs-filter", NULL, "/ e t l"    },
		{"runs-marked", NULL, "Space Space"},
		{"runs-help",   NULL, "?"          },
		{"runs-sort",   NULL, "s"          },
	};

	(void)state;
	expect_shots(shots, 1, ARRAY_SIZE(all_sizes));
	expect_shots(shots + 1, ARRAY_SIZE(shots) - 1, 3);
}

static void
the_tabs_of_a_run(void **state)
{
	static const struct shot shots[] = {
		{"steps",  &town.nightly, "" },
                {"graph",  &town.nightly, "2"},
		{"time",   &town.nightly, "3"},
                {"log",    &town.nightly, "4"},
		{"events", &town.nightly, "5"},
                {"info",   &town.nightly, "6"},
	};

	(void)state;
	expect_shots(shots, ARRAY_SIZE(shots), ARRAY_SIZE(all_sizes));
}

static void
runs_in_every_state(void **state)
{
	static const struct shot shots[] = {
		{"run-ok",      &town.etl,     "" },
		{"run-stopped", &town.stopped, "" },
		{"run-undone",  &town.undone,  "" },
		{"run-stuck",   &town.stuck,   "" },
		{"run-failed",  &town.failed,  "" },
		{"run-hostile", &town.failed,  "4"},
		{"run-running", &town.backup,  "" },
		{"run-group",   &town.fan,     "" },
		{"run-waiting", &town.asks,    "" },
		{"run-lost",    &town.lost,    "" },
		{"run-held",    &town.held,    "" },
		{"run-gone",    &town.gone,    "" },
	};

	(void)state;
	expect_shots(shots, ARRAY_SIZE(shots), 3);
}

static void
statistics(void **state)
{
	static const struct shot shots[] = {
		{"stats",       &town.nightly, "S"  },
		{"stats-flows", &town.nightly, "S g"},
	};

	(void)state;
	expect_shots(shots, 1, ARRAY_SIZE(all_sizes));
	expect_shots(shots + 1, 1, 3);
}

static void
dialogs(void **state)
{
	static const struct shot shots[] = {
		{"retry",         &town.nightly, "r"                  },
		{"rollback",      &town.nightly, "b"                  },
		{"rollback-hard", &town.failed,  "b"                  },
		{"approve",       &town.asks,    "a"                  },
		{"approve-wrong", &town.asks,    "a Tab Tab Tab 2 5 0"},
		{"reject",        &town.asks,    "x"                  },
		{"settle",        &town.lost,    "L"                  },
		{"skip",          &town.nightly, "s"                  },
		{"stop-run",      &town.backup,  "C"                  },
		{"leave",         &town.backup,  "^C"                 },
		{"help",          &town.nightly, "?"                  },
		{"palette",       &town.nightly, ": t a b"            },
		{"messages",      &town.nightly, "L !"                },
	};

	(void)state;
	expect_shots(shots, ARRAY_SIZE(shots), 4);
}

static int
set_up(void **state)
{
	assert_non_null(getcwd(root, sizeof(root)));
	return town_set_up(state);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_list_of_runs),
		cmocka_unit_test(the_tabs_of_a_run),
		cmocka_unit_test(runs_in_every_state),
		cmocka_unit_test(statistics),
		cmocka_unit_test(dialogs),
	};

	(void)argc, (void)argv;
	return cmocka_run_group_tests(tests, set_up, town_tear_down);
}
