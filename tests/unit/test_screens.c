/* Every screen as a picture: drawn into a grid and compared with the text
 * in tests/tui/golden, which `make golden` writes anew.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "golden.h"
#include "screens.h"

struct size {
	int w, h;
	bool ascii;
	bool styles; /* a letter for each cell's style */
};

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
	if (str_starts(shot->name, "design"))
		views_ask(&seat.vs, "edit", "nightly.yaml");
	seat_draw(&seat);
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
		{"rollback-hard", &town.failed,  "g b"                },
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
	expect_shots(shots, ARRAY_SIZE(shots), 5);
}

/* One of each kind of step, and an error and a warning. */
static const char flow[] =
	"# every night, after the backup\n"
	"version: 1\n"
	"name: nightly-release\n"
	"params:\n"
	"  tag: { type: string, required: true }\n"
	"steps:\n"
	"  - id: checkout # the sources\n"
	"    run: git fetch origin ${{ params.tag }}\n"
	"    timeout: 5m\n"
	"  - id: build-api\n"
	"    needs: [checkout]\n"
	"    run: |\n"
	"      make api\n"
	"      make docs\n"
	"  - id: build-web\n"
	"    needs: [checkout]\n"
	"    run: make web\n"
	"  # flaky on Mondays, see ops-112\n"
	"  - id: e2e-tests\n"
	"    needs: [build-web, biuld-api]\n"
	"    run: make e2e\n"
	"    retry: { limit: 3, delay: 15s, backoff: exponential }\n"
	"  - id: approve-prod\n"
	"    needs: [e2e-tests, build-api]\n"
	"    approval: { prompt: Deploy? }\n"
	"  - id: deploy\n"
	"    needs: [approve-prod]\n"
	"    run: ./deploy\n"
	"    undo: ./undeploy\n";

static void
the_designer(void **state)
{
	static const struct shot shots[] = {
		{"design",          NULL, "j j j"          },
		{"design-graph",    NULL, "j j j 2"        },
		{"design-yaml",     NULL, "j j j 3"        },
		{"design-settings", NULL, "4"              },
		{"design-form",     NULL, "j Enter j"      },
		{"design-typing",   NULL, "Enter j j Enter"},
		{"design-problems", NULL, "v"              },
		{"design-needs",    NULL, "j j j n"        },
		{"design-lines",    NULL, "j Enter j e"    },
		{"design-template", NULL, "t"              },
		{"design-find",     NULL, "/ b u"          },
	};

	(void)state;
	assert_int_equal(
		fs_write("nightly.yaml", flow, sizeof(flow) - 1, 0600, NULL),
		WF_OK);
	expect_shots(shots, 3, ARRAY_SIZE(all_sizes));
	expect_shots(shots + 3, ARRAY_SIZE(shots) - 3, 5);
}

static int
set_up(void **state)
{
	golden_begin();
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
		cmocka_unit_test(the_designer),
	};

	(void)argc, (void)argv;
	return cmocka_run_group_tests(tests, set_up, town_tear_down);
}
