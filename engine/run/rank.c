/* What steps weigh: what they usually take, and all alike where that is not
 * known.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "rank.h"

#include <stdlib.h>

#include "paths.h"
#include "usual.h"

enum {
	MANY = 1000 /* steps whose past is not worth looking up */
};

/* A step that nobody has seen yet is taken to be like the others. */
static void
weigh(struct store *store, const char *flow, const struct workflow *wf,
      uint32_t *weight)
{
	bool known = store && wf->nsteps <= MANY;
	int64_t sum = 0, n = 0, unit;

	for (uint32_t s = 0; known && s < wf->nsteps; s++) {
		int64_t ms = usual_median(store, flow, wf->steps[s].id);

		if (ms < 0)
			continue;
		weight[s] = ms >= UINT32_MAX ? UINT32_MAX : (uint32_t)ms + 1;
		sum += weight[s];
		n++;
	}
	unit = n ? sum / n : 1;
	for (uint32_t s = 0; s < wf->nsteps; s++)
		if (!weight[s])
			weight[s] = (uint32_t)unit;
}

void
rank_steps(struct store *store, const char *flow, const struct workflow *wf,
	   uint32_t *rank)
{
	uint32_t *weight = mem_alloc(wf->nsteps * sizeof(*weight));

	weigh(store, flow, wf, weight);
	paths_heaviest(wf, weight, rank);
	free(weight);
}

uint32_t
rank_of(struct run *r, const struct inst *i)
{
	struct flow_facts *f = run_scope(r, i)->facts;
	bool root = f->wf == r->scopes.at[0].wf;

	if (!f->rank) {
		f->rank = arena_array(&r->arena, uint32_t, f->wf->nsteps);
		rank_steps(root ? r->store : NULL, r->row.flow, f->wf, f->rank);
	}
	return f->rank[i->step];
}
