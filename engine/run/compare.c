/* Comparing definitions.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "compare.h"

const char *
change_name(enum change change)
{
	static const char *const names[] = {"same", "changed", "added"};

	return names[change];
}

/* Files compared so far: flows may name each other in a circle. */
struct comparison {
	const struct bundle *before, *now;
	struct map seen; /* file -> itself */
};

static bool flows_same(struct comparison *c, const struct workflow *a,
		       const struct workflow *b);

static bool
children_same(struct comparison *c, const struct step *a, const struct step *b)
{
	const struct child_flow *ca = a->more->child, *cb = b->more->child;
	const struct workflow *fa, *fb;

	if (!ca || !cb)
		return !ca == !cb;
	if (!map_set(&c->seen, cb->file, (void *)cb))
		return true;
	fa = map_get(&c->before->files, ca->file);
	fb = map_get(&c->now->files, cb->file);
	return fa && fb && flows_same(c, fa, fb);
}

static bool
flows_same(struct comparison *c, const struct workflow *a,
	   const struct workflow *b)
{
	if (a->nsteps != b->nsteps)
		return false;
	for (uint32_t k = 0; k < a->nsteps; k++)
		if (!str_eq(a->steps[k].id, b->steps[k].id) ||
		    a->steps[k].hash != b->steps[k].hash ||
		    !children_same(c, &a->steps[k], &b->steps[k]))
			return false;
	return true;
}

enum change
compare_step(const struct bundle *before, const struct bundle *now,
	     uint32_t step, uint32_t *was)
{
	const struct step *b = &now->root->steps[step], *a;
	struct comparison c = {.before = before, .now = now};
	bool same;

	*was = workflow_step(before->root, b->id);
	if (*was == STEP_NONE)
		return CHANGE_ADDED;
	a = &before->root->steps[*was];
	same = a->hash == b->hash && a->action == b->action &&
	       a->finally == b->finally && children_same(&c, a, b);
	map_release(&c.seen);
	return same ? CHANGE_SAME : CHANGE_CHANGED;
}

bool *
compare_keep(const struct bundle *before, const struct bundle *now,
	     const bool *done)
{
	const struct workflow *wf = now->root;
	bool *keep = mem_alloc((wf->nsteps + 1) * sizeof(*keep));
	uint32_t *left = mem_alloc((wf->nsteps + 1) * sizeof(*left));
	uint32_t *order = mem_alloc((wf->nsteps + 1) * sizeof(*order));
	uint32_t n = 0;

	for (uint32_t k = 0; k < wf->nsteps; k++) {
		uint32_t was;

		keep[k] = compare_step(before, now, k, &was) == CHANGE_SAME &&
			  done[was];
		left[k] = wf->steps[k].nneeds;
		if (!left[k])
			order[n++] = k;
	}
	for (uint32_t k = 0; k < n; k++) {
		struct dependents e = workflow_dependents(wf, order[k]);

		for (uint32_t j = 0; j < e.n; j++) {
			uint32_t d = e.at[j];

			keep[d] = keep[d] && keep[order[k]];
			if (!--left[d])
				order[n++] = d;
		}
	}
	free(left);
	free(order);
	return keep;
}

bool *
compare_after(const struct workflow *wf, uint32_t step)
{
	bool *after = mem_alloc((wf->nsteps + 1) * sizeof(*after));
	uint32_t *todo = mem_alloc((wf->nsteps + 1) * sizeof(*todo));
	uint32_t n = 0;

	after[step] = true;
	todo[n++] = step;
	for (uint32_t k = 0; k < n; k++) {
		struct dependents e = workflow_dependents(wf, todo[k]);

		for (uint32_t j = 0; j < e.n; j++) {
			uint32_t d = e.at[j];

			if (!after[d])
				todo[n++] = d;
			after[d] = true;
		}
	}
	free(todo);
	return after;
}
