/* The critical path: the chain of needs that took longest.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "run_view.h"

static int64_t
length_of(const struct run_view *rv, size_t node)
{
	int64_t ms =
		step_elapsed(&rv->d.steps[rv->nodes.at[node].step], rv->now);

	return ms > 0 ? ms : 0;
}

/* Longest way to each node, and from where; needs mostly stand before those
 * that need them, so there are few rounds. */
static void
relax(const struct run_view *rv, int64_t *longest, size_t *from)
{
	bool more = true;

	for (size_t round = 0; more && round <= rv->nodes.n; round++) {
		more = false;
		for (size_t i = 0; i < rv->nodes.n; i++) {
			const struct run_node *n = &rv->nodes.at[i];

			for (size_t k = 0; k < n->nneeds; k++) {
				int64_t by =
					longest[n->needs[k]] + length_of(rv, i);

				if (by <= longest[i])
					continue;
				longest[i] = by;
				from[i] = n->needs[k];
				more = true;
			}
		}
	}
}

size_t
run_critical(const struct run_view *rv, bool *on)
{
	size_t n = rv->nodes.n, best = 0, count = 0;
	int64_t *longest = mem_alloc((n + 1) * sizeof(*longest));
	size_t *from = mem_alloc((n + 1) * sizeof(*from));

	memset(on, 0, n * sizeof(*on));
	for (size_t i = 0; i < n; i++) {
		longest[i] = length_of(rv, i);
		from[i] = SIZE_MAX;
	}
	relax(rv, longest, from);
	for (size_t i = 0; i < n; i++)
		if (longest[i] > longest[best])
			best = i;
	for (size_t at = best; n && at != SIZE_MAX && count < n;
	     at = from[at]) {
		on[at] = true;
		count++;
	}
	free(longest);
	free(from);
	return count;
}

void
run_critical_text(const struct run_view *rv, struct strbuf *out)
{
	bool *on = mem_alloc(rv->nodes.n + 1);
	size_t shown = 0;

	run_critical(rv, on);
	strbuf_adds(out, "critical path: ");
	for (size_t row = 0; row < rv->order.n; row++) {
		size_t node = rv->order.at[row];

		if (on[node])
			strbuf_addf(out, "%s%s", shown++ ? " > " : "",
				    rv->d.steps[rv->nodes.at[node].step].path);
	}
	free(on);
}
