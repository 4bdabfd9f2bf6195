/* Steps as a graph: what longer paths imply, found in little memory.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "tests/unit/dags.h"

/* Is there a way down from `from` to `to`? */
static bool
leads_to(const struct graph *g, size_t from, size_t to)
{
	bool found = false;

	for (size_t e = g->in_at[to]; e < g->in_at[to + 1] && !found; e++)
		found = g->in[e] == from ||
			(g->rank[g->in[e]] > g->rank[from] &&
			 leads_to(g, from, g->in[e]));
	return found;
}

static bool
is_implied(const struct graph *g, size_t need, size_t node)
{
	for (size_t e = g->in_at[node]; e < g->in_at[node + 1]; e++)
		if (g->in[e] != need && leads_to(g, need, g->in[e]))
			return true;
	return false;
}

static void
only_what_longer_paths_imply_goes(void **state)
{
	(void)state;
	for (unsigned seed = 0; seed < 80; seed++) {
		struct dag *d = dag_random(seed, 1 + seed % 40);
		struct graph whole, reduced;

		graph_build(&whole, d->nodes, d->n);
		graph_build(&reduced, d->nodes, d->n);
		graph_reduce(&reduced);
		for (size_t i = 0; i < d->n; i++) {
			size_t at = reduced.in_at[i];

			for (size_t e = whole.in_at[i]; e < whole.in_at[i + 1];
			     e++) {
				if (is_implied(&whole, whole.in[e], i))
					continue;
				assert_true(at < reduced.in_at[i + 1]);
				assert_int_equal(reduced.in[at++], whole.in[e]);
			}
			assert_int_equal(at, reduced.in_at[i + 1]);
		}
		graph_release(&whole);
		graph_release(&reduced);
		dag_free(d);
	}
}

/* Each step needs the two before it; the farther need is implied. */
static void
add_ladder(struct graph_node *nodes, size_t *needs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		needs[2 * i] = i - 1;
		needs[2 * i + 1] = i - 2;
		nodes[i] = (struct graph_node){"rung", needs + 2 * i,
					       i < 2 ? i : 2, 0};
	}
}

#ifdef WF_SANITIZED
#define SANITIZED true
#else
#define SANITIZED false
#endif

static void
a_hundred_thousand_steps_take_some_mebibytes(void **state)
{
	enum {
		N = 100000
	};
	struct graph_node *nodes = mem_alloc(N * sizeof(*nodes));
	size_t *needs = mem_alloc(2 * N * sizeof(*needs));
	struct rlimit before;
	struct graph g;

	(void)state;
	add_ladder(nodes, needs, N);
	graph_build(&g, nodes, N);
	assert_int_equal(getrlimit(RLIMIT_DATA, &before), 0);
	if (!SANITIZED) { /* what watches over memory takes much */
		struct rlimit little = before;

		little.rlim_cur = (rlim_t)64 << 20;
		assert_int_equal(setrlimit(RLIMIT_DATA, &little), 0);
	}
	graph_reduce(&g);
	setrlimit(RLIMIT_DATA, &before);
	assert_int_equal(g.in_at[N], N - 1);
	for (size_t i = 1; i < N; i++)
		assert_int_equal(g.in[g.in_at[i]], i - 1);
	graph_release(&g);
	free(needs);
	free(nodes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_longer_paths_imply_goes),
		cmocka_unit_test(a_hundred_thousand_steps_take_some_mebibytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
