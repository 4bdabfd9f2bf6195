/* The gutter of the step list: the pictures of the manual, and every edge.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/dags.h"
#include "tui/lanes.h"

static void
draw(const struct graph_node *nodes, size_t n, bool ascii, struct strbuf *out)
{
	struct lanes l;
	struct grid g;

	lanes_build(&l, nodes, n);
	grid_init(&g, lanes_columns(&l) + 20, (int)l.nrows);
	g.ascii = ascii;
	for (size_t r = 0; r < l.nrows; r++) {
		lanes_draw(&l, &g, rect_of(&g), 0, (int)r, r, 0);
		if (l.rows[r].node >= 0)
			grid_text(&g, rect_of(&g), lanes_columns(&l) + 1,
				  (int)r, 0, nodes[l.rows[r].node].label);
	}
	grid_dump(&g, out);
	grid_release(&g);
	lanes_release(&l);
}

static void
the_sample_takes_three_lanes(void **state)
{
	static const char want[] = "*     checkout\n"
				   "+-.\n"
				   "* |   build-api\n"
				   "+-|-.\n"
				   "| * | build-web\n"
				   "* | | unit-tests\n"
				   "| | * migrate-db\n"
				   "| * | e2e-tests\n"
				   "+-' |\n"
				   "*   | approve-prod\n"
				   "`---+\n"
				   "    * deploy\n"
				   "    * smoke\n"
				   "    * notify\n";
	struct strbuf out = STRBUF_INIT;

	(void)state;
	draw(dag_sample, DAG_SAMPLE_N, true, &out);
	assert_string_equal(out.at, want);
	strbuf_release(&out);
}

static void
the_sample_in_utf8(void **state)
{
	static const char want[] = "●     checkout\n"
				   "├─╮\n"
				   "● │   build-api\n"
				   "├─│─╮\n"
				   "│ ● │ build-web\n"
				   "● │ │ unit-tests\n"
				   "│ │ ● migrate-db\n"
				   "│ ● │ e2e-tests\n"
				   "├─╯ │\n"
				   "●   │ approve-prod\n"
				   "╰───┤\n"
				   "    ● deploy\n"
				   "    ● smoke\n"
				   "    ● notify\n";
	struct strbuf out = STRBUF_INIT;

	(void)state;
	draw(dag_sample, DAG_SAMPLE_N, false, &out);
	assert_string_equal(out.at, want);
	strbuf_release(&out);
}

/* Follow the lines upwards from each node; they must end at its needs. */
static void
trace_up(const struct lanes *l, int row, int column, unsigned from,
	 bool *reached)
{
	const struct lane_row *r = &l->rows[row];
	unsigned mask = l->masks[r->mask + (size_t)column];

	if (r->node >= 0 && column == 2 * r->lane) {
		reached[r->node] = true;
		return;
	}
	if (mask == (LINE_N | LINE_S) && from & (LINE_E | LINE_W)) {
		/* a crossing: the horizontal goes on behind */
		trace_up(l, row, column + (from == LINE_E ? -1 : 1), from,
			 reached);
		return;
	}
	assert_true(mask & from);
	if (mask & LINE_N)
		trace_up(l, row - 1, column, LINE_S, reached);
	/* Turn only where a line came down: not towards other targets. */
	if (mask & LINE_W && from != LINE_W)
		trace_up(l, row, column - 1, LINE_E, reached);
	if (mask & LINE_E && from != LINE_E)
		trace_up(l, row, column + 1, LINE_W, reached);
}

static void
every_need_is_reached_by_its_line(void **state)
{
	(void)state;
	for (unsigned seed = 0; seed < 200; seed++) {
		struct dag *d = dag_random(seed, 1 + seed % 60);
		struct graph reduced;
		struct lanes l;

		graph_build(&reduced, d->nodes, d->n);
		graph_reduce(&reduced);
		lanes_build(&l, d->nodes, d->n);
		for (size_t r = 0; r < l.nrows && !l.collapsed; r++) {
			int node = l.rows[r].node;
			bool *reached = mem_alloc(d->n + 1);

			if (node < 0 || r == 0)
				goto next;
			if (l.masks[l.rows[r - 1].mask +
				    2 * (size_t)l.rows[r].lane] &
				    LINE_S ||
			    (l.rows[r - 1].node >= 0 &&
			     l.rows[r - 1].lane == l.rows[r].lane))
				trace_up(&l, (int)r - 1, 2 * l.rows[r].lane,
					 LINE_S, reached);
			if (l.rows[r].joined)
				goto next;
			for (size_t e = reduced.in_at[node];
			     e < reduced.in_at[node + 1]; e++)
				assert_true(reached[reduced.in[e]]);
		next:
			free(reached);
		}
		lanes_release(&l);
		graph_release(&reduced);
		dag_free(d);
	}
}

/* The nodes of `d` with a leaf inserted behind `need`. */
static struct graph_node *
with_leaf(const struct dag *d, size_t need, size_t *needs)
{
	struct graph_node *nodes = mem_alloc((d->n + 1) * sizeof(*nodes));

	for (size_t i = 0; i <= d->n; i++) {
		size_t from = i > need ? i - 1 : i;

		if (i == need + 1) {
			needs[4 * i] = need;
			nodes[i] = (struct graph_node){"leaf", needs + 4 * i, 1,
						       0};
			continue;
		}
		nodes[i] = d->nodes[from];
		nodes[i].needs = needs + 4 * i;
		for (size_t k = 0; k < nodes[i].nneeds; k++) {
			size_t n = d->nodes[from].needs[k];

			needs[4 * i + k] = n > need ? n + 1 : n;
		}
	}
	return nodes;
}

static void
adding_a_leaf_moves_no_lane(void **state)
{
	(void)state;
	for (unsigned seed = 0; seed < 200; seed++) {
		struct dag *d = dag_random(seed, 2 + seed % 50);
		size_t *needs = mem_alloc((d->n + 1) * 4 * sizeof(*needs));
		struct graph_node *nodes;
		struct lanes before, after;
		size_t a = 0, need;

		need = d->nodes[d->n - 1 - seed % (d->n - 1)].needs[0];
		nodes = with_leaf(d, need, needs);
		lanes_build(&before, d->nodes, d->n);
		lanes_build(&after, nodes, d->n + 1);
		for (size_t b = 0; b < before.nrows && !after.collapsed; b++) {
			int node = before.rows[b].node;

			if (node < 0)
				continue;
			node += (size_t)node > need;
			while (after.rows[a].node != node)
				a++;
			assert_int_equal(after.rows[a].lane,
					 before.rows[b].lane);
		}
		lanes_release(&before);
		lanes_release(&after);
		free(nodes);
		free(needs);
		dag_free(d);
	}
}

static void
wide_joins_are_counted_and_many_lanes_collapse(void **state)
{
	static const size_t all[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
	struct graph_node nodes[11];
	struct lanes l;

	(void)state;
	for (size_t i = 0; i < 10; i++)
		nodes[i] = (struct graph_node){"source", NULL, 0, 0};
	nodes[10] = (struct graph_node){"join", all, 10, 0};
	lanes_build(&l, nodes, 11);
	assert_int_equal(l.nrows, 11);
	assert_int_equal(l.rows[10].joined, 9);
	assert_false(l.collapsed);
	lanes_release(&l);

	for (size_t i = 1; i < 11; i++)
		nodes[i] = (struct graph_node){"fan", all, 1, 0};
	lanes_build(&l, nodes, 11);
	assert_true(l.collapsed);
	assert_int_equal(l.nrows, 11);
	assert_int_equal(l.rows[l.nrows - 1].depth, 1);
	lanes_release(&l);
}

static void
cycles_and_wild_needs_draw_nothing_wrong(void **state)
{
	static const size_t a[] = {1, 99}, b[] = {0, 1};
	const struct graph_node nodes[] = {
		{"a", a, 2, 0},
		{"b", b, 2, 0},
	};
	struct strbuf out = STRBUF_INIT;

	(void)state;
	draw(nodes, 2, true, &out);
	assert_string_equal(out.at, "* a\n* b\n");
	strbuf_clear(&out);
	draw(nodes, 0, true, &out);
	assert_string_equal(out.at, "");
	strbuf_release(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_sample_takes_three_lanes),
		cmocka_unit_test(the_sample_in_utf8),
		cmocka_unit_test(every_need_is_reached_by_its_line),
		cmocka_unit_test(adding_a_leaf_moves_no_lane),
		cmocka_unit_test(
			wide_joins_are_counted_and_many_lanes_collapse),
		cmocka_unit_test(cycles_and_wild_needs_draw_nothing_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
