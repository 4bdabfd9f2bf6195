/* The layered picture: the sample of the manual, and every edge traced on
 * the cells of random graphs.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "tests/unit/dags.h"
#include "tui/layers.h"

static const struct layers_look plain = {.selected = -1};

static void
draw(const struct layers *l, bool ascii, struct grid *g)
{
	grid_init(g, layers_width(l), layers_height(l));
	g->ascii = ascii;
	layers_draw(l, g, rect_of(g), 0, 0, &plain);
}

static void
expect_picture(enum layers_direction direction, bool ascii, const char *want)
{
	struct layers_options o = {.direction = direction};
	struct layers *l = layers_new(dag_sample, DAG_SAMPLE_N, &o);
	struct strbuf out = STRBUF_INIT;
	struct grid g;

	draw(l, ascii, &g);
	grid_dump(&g, &out);
	assert_string_equal(out.at, want);
	strbuf_release(&out);
	grid_release(&g);
	layers_free(l);
}

static void
the_sample_downwards(void **state)
{
	(void)state;
	expect_picture(LAYERS_DOWN, true,
		       /* clang-format off */
"                    [checkout]\n"
"                 +-------+----+\n"
"                 v            v\n"
"            [build-api]  [build-web]\n"
"      +----------+--+         |\n"
"      v             v         v\n"
"[migrate-db]  [unit-tests]  [e2e-tests]\n"
"      |             +-+----------+\n"
"      |               v\n"
"      |        [approve-prod]\n"
"      +---------+-----+\n"
"                v\n"
"            [deploy]\n"
"                |\n"
"                v\n"
"             [smoke]\n"
"                |\n"
"                v\n"
"              [notify]\n"
		       /* clang-format on */
	);
}

static void
the_sample_to_the_right(void **state)
{
	(void)state;
	expect_picture(LAYERS_RIGHT, false,
		       /* clang-format off */
"                          ┌─►[migrate-db]───────────────────┐\n"
"[checkout]─┬─►[build-api]─┴─►[unit-tests]─┬─►[approve-prod]─┴─►[deploy]───►[smoke]───►[notify]\n"
"           └─►[build-web]───►[e2e-tests]──┘\n"
		       /* clang-format on */
	);
}

/* --- tracing -------------------------------------------------------------- */

struct tracer {
	const struct layers *l;
	const struct dag *d;
	struct grid *g;
	int *node_at; /* by cell: node + 1 */
	bool *reached;
	int steps;
};

static unsigned
arms_at(const struct tracer *t, int x, int y)
{
	const struct cell *cell = grid_at(t->g, x, y);

	for (unsigned mask = 1; cell && mask < 16; mask++)
		if (str_eq(cell->glyph, line_glyph(mask, LINE_SQUARE, false)))
			return mask;
	return 0;
}

static void trace(struct tracer *t, int x, int y, unsigned toward);

/* Only with the arrows or across; never back. */
static void
trace_arms(struct tracer *t, int x, int y, unsigned from)
{
	unsigned arms = arms_at(t, x, y);
	unsigned back = layers_is_downward(t->l) ? LINE_N : LINE_W;
	unsigned opposite = from == LINE_N   ? LINE_S
			    : from == LINE_S ? LINE_N
			    : from == LINE_E ? LINE_W
					     : LINE_E;

	if (!(arms & from)) {
		/* behind a whole line of the other kind */
		assert_true(arms == (from & (LINE_E | LINE_W)
					     ? LINE_N | LINE_S
					     : LINE_E | LINE_W));
		assert_true(from & (LINE_E | LINE_W)); /* verticals whole */
		trace(t, x, y, opposite);
		return;
	}
	for (unsigned arm = 1; arm < 16; arm *= 2)
		if (arms & arm && arm != from && arm != back)
			trace(t, x, y, arm);
}

static void
trace(struct tracer *t, int x, int y, unsigned toward)
{
	static const struct {
		int dx, dy;
		unsigned from;
	} moves[] = {
		[LINE_N] = {0,  -1, LINE_S},
		[LINE_E] = {1,  0,  LINE_W},
		[LINE_S] = {0,  1,  LINE_N},
		[LINE_W] = {-1, 0,  LINE_E}
        };
	const char *arrow = layers_is_downward(t->l) ? "▼" : "►";
	struct cell *cell;

	assert_true(t->steps++ < 1000000);
	x += moves[toward].dx;
	y += moves[toward].dy;
	cell = grid_at(t->g, x, y);
	assert_non_null(cell);
	if (str_eq(cell->glyph, arrow)) {
		x += layers_is_downward(t->l) ? 0 : 1;
		y += layers_is_downward(t->l) ? 1 : 0;
		assert_non_null(grid_at(t->g, x, y));
		assert_true(t->node_at[y * t->g->w + x] > 0);
		t->reached[t->node_at[y * t->g->w + x] - 1] = true;
		return;
	}
	trace_arms(t, x, y, moves[toward].from);
}

static void
mark_nodes(struct tracer *t)
{
	for (size_t i = 0; i < t->d->n; i++) {
		struct rect r = layers_node(t->l, i);

		for (int y = r.y; y < r.y + r.h; y++) {
			for (int x = r.x; x < r.x + r.w; x++) {
				assert_non_null(grid_at(t->g, x, y));
				assert_int_equal(t->node_at[y * t->g->w + x],
						 0);
				t->node_at[y * t->g->w + x] = (int)i + 1;
			}
		}
	}
}

static void
trace_from(struct tracer *t, size_t node)
{
	struct rect r = layers_node(t->l, node);
	bool down = layers_is_downward(t->l);
	int x = down ? r.x + r.w / 2 : r.x + r.w - 1;
	int y = down ? r.y : r.y + r.h / 2;

	trace(t, x, y, down ? LINE_S : LINE_E);
}

static void
expect_edges(const struct dag *d, enum layers_direction direction)
{
	struct layers_options o = {.direction = direction};
	struct layers *l = layers_new(d->nodes, d->n, &o);
	struct tracer t = {.l = l, .d = d};
	struct graph reduced;
	struct grid g;

	graph_build(&reduced, d->nodes, d->n);
	graph_reduce(&reduced);
	draw(l, false, &g);
	t.g = &g;
	t.node_at = mem_alloc(((size_t)g.w * (size_t)g.h + 1) * sizeof(int));
	t.reached = mem_alloc(d->n + 1);
	mark_nodes(&t);
	for (size_t i = 0; i < d->n; i++) {
		size_t first = reduced.out_at[i], end = reduced.out_at[i + 1];
		size_t found = 0;

		memset(t.reached, 0, d->n);
		if (end > first)
			trace_from(&t, i);
		for (size_t k = 0; k < d->n; k++)
			found += t.reached[k];
		assert_int_equal(found, end - first);
		for (size_t e = first; e < end; e++)
			assert_true(t.reached[reduced.out[e]]);
	}
	free(t.node_at);
	free(t.reached);
	grid_release(&g);
	graph_release(&reduced);
	layers_free(l);
}

static void
every_edge_is_traced_downwards(void **state)
{
	(void)state;
	for (unsigned seed = 0; seed < 200; seed++) {
		struct dag *d =
			dag_random(seed, seed % 20 == 19 ? 500 : 1 + seed % 70);

		expect_edges(d, LAYERS_DOWN);
		dag_free(d);
	}
}

static void
every_edge_is_traced_to_the_right(void **state)
{
	(void)state;
	for (unsigned seed = 0; seed < 200; seed++) {
		struct dag *d = dag_random(seed, 1 + seed % 70);

		expect_edges(d, LAYERS_RIGHT);
		dag_free(d);
	}
}

static void
the_same_input_gives_the_same_picture(void **state)
{
	struct layers_options o = {.fit_w = 80, .fit_h = 24};
	struct dag *d = dag_random(8, 40);
	struct strbuf out[2] = {STRBUF_INIT, STRBUF_INIT};

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct layers *l = layers_new(d->nodes, d->n, &o);
		struct grid g;

		draw(l, true, &g);
		grid_dump(&g, &out[i]);
		grid_release(&g);
		layers_free(l);
	}
	assert_string_equal(out[0].at, out[1].at);
	strbuf_release(&out[0]);
	strbuf_release(&out[1]);
	dag_free(d);
}

static void
direction_follows_the_room(void **state)
{
	struct layers_options low = {.fit_w = 200, .fit_h = 8};
	struct layers_options high = {.fit_w = 80, .fit_h = 40};
	struct layers *l;

	(void)state;
	l = layers_new(dag_sample, DAG_SAMPLE_N, &low);
	assert_false(layers_is_downward(l));
	layers_free(l);
	l = layers_new(dag_sample, DAG_SAMPLE_N, &high);
	assert_true(layers_is_downward(l));
	layers_free(l);
}

static void
arrow_keys_reach_the_neighbours(void **state)
{
	struct layers_options o = {.direction = LAYERS_DOWN};
	struct layers *l = layers_new(dag_sample, DAG_SAMPLE_N, &o);

	(void)state;
	assert_int_equal(layers_neighbour(l, 7, LINE_S), 8);
	assert_int_equal(layers_neighbour(l, 9, LINE_N), 8);
	assert_int_equal(layers_neighbour(l, 9, LINE_S), 9);
	assert_int_equal(layers_neighbour(l, 1, LINE_E), 2);
	assert_int_equal(layers_neighbour(l, 2, LINE_W), 1);
	layers_free(l);
}

static void
two_hundred_steps_take_little_time(void **state)
{
	struct layers_options o = {.fit_w = 80, .fit_h = 24};
	struct timespec a, b;
	double ms;

	(void)state;
	for (unsigned kind = 0; kind < 4; kind++) {
		struct dag *d = dag_random(kind, 200);

		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
		layers_free(layers_new(d->nodes, d->n, &o));
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
		ms = (double)(b.tv_sec - a.tv_sec) * 1e3 +
		     (double)(b.tv_nsec - a.tv_nsec) / 1e6;
#ifdef WF_SANITIZED
		ms /= 10;
#endif
		if (ms > 100)
			fail_msg("kind %u took %.1f ms", kind, ms);
		dag_free(d);
	}
}

static void
nothing_and_cycles_are_drawn_without_harm(void **state)
{
	static const size_t a[] = {1, 7}, b[] = {0};
	const struct graph_node nodes[] = {
		{"a", a, 2, 0},
                {"b", b, 1, 0}
        };
	struct layers_options o = {.direction = LAYERS_DOWN};
	struct layers *l = layers_new(nodes, 0, &o);
	struct grid g;

	(void)state;
	draw(l, true, &g);
	grid_release(&g);
	layers_free(l);
	l = layers_new(nodes, 2, &o);
	assert_int_equal(layers_node(l, 1).y, 3);
	layers_free(l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_sample_downwards),
		cmocka_unit_test(the_sample_to_the_right),
		cmocka_unit_test(every_edge_is_traced_downwards),
		cmocka_unit_test(every_edge_is_traced_to_the_right),
		cmocka_unit_test(the_same_input_gives_the_same_picture),
		cmocka_unit_test(direction_follows_the_room),
		cmocka_unit_test(arrow_keys_reach_the_neighbours),
		cmocka_unit_test(two_hundred_steps_take_little_time),
		cmocka_unit_test(nothing_and_cycles_are_drawn_without_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
