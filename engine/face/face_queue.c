/* Who begins next: the ready steps of a run in the order of its queue.
 *
 * The engine keeps that order to itself; here it is worked out again by the
 * same rule (run/queue.h).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "../about.h"
#include "../base/vec.h"
#include "../run/rank.h"
#include "face_int.h"

struct waiting {
	size_t at; /* in the snapshot */
	int32_t priority;
	uint32_t rank;
	bool made; /* by a group or a child flow: behind the flow's own */
};

struct ranks {
	struct wf_engine *e;
	const char *flow;
	const struct bundle *bundle;
	const struct workflow *child; /* the last one asked for */
	uint32_t *of_child;
};

static int
by_turn(const void *pa, const void *pb)
{
	const struct waiting *a = pa, *b = pb;

	if (a->priority != b->priority)
		return a->priority > b->priority ? -1 : 1;
	if (a->rank != b->rank)
		return a->rank > b->rank ? -1 : 1;
	if (a->made != b->made)
		return a->made ? 1 : -1;
	return (a->at > b->at) - (a->at < b->at);
}

/* Those of the root cost a look at the history of each step: kept as long as
 * its definition is. */
static uint32_t
rank_in(struct ranks *r, const struct workflow *wf, size_t step)
{
	if (wf == r->bundle->root) {
		if (!r->e->ranks) {
			r->e->ranks = mem_alloc((wf->nsteps + 1) *
						sizeof(*r->e->ranks));
			rank_steps(r->e->store, r->flow, wf, r->e->ranks);
		}
		return r->e->ranks[step];
	}
	if (wf != r->child) {
		free(r->of_child);
		r->of_child =
			mem_alloc((wf->nsteps + 1) * sizeof(*r->of_child));
		rank_steps(NULL, r->flow, wf, r->of_child);
		r->child = wf;
	}
	return r->of_child[step];
}

static bool
needs_a_place(const struct wf_step_info *s)
{
	return s->state == STEP_READY && !s->is_group &&
	       (str_eq(s->action, "run") || str_eq(s->action, "argv"));
}

size_t
wf_run_queue(struct wf_engine *e, const struct wf_run_detail *run,
	     uint32_t *queue_out)
{
	struct ranks ranks = {.e = e, .flow = run->run.flow};
	VEC(struct waiting) list = {0};
	size_t n;

	memset(queue_out, 0, run->nsteps * sizeof(*queue_out));
	for (size_t i = 0; i < run->nsteps; i++) {
		const struct wf_step_info *s = &run->steps[i];
		const struct workflow *wf;
		const struct step *step;

		if (!needs_a_place(s))
			continue;
		if (!ranks.bundle &&
		    face_bundle(e, run->run.definition, &ranks.bundle, NULL))
			break;
		step = face_find_step(ranks.bundle, s->id, &wf);
		if (step)
			vec_push(&list,
				 (struct waiting){
					 i, step->more->priority,
					 rank_in(&ranks, wf,
						 (size_t)(step - wf->steps)),
					 s->instance || strchr(s->path, '/')});
	}
	n = list.n;
	if (n)
		qsort(list.at, n, sizeof(*list.at), by_turn);
	for (size_t k = 0; k < n; k++)
		queue_out[list.at[k].at] = (uint32_t)k + 1;
	vec_release(&list);
	free(ranks.of_child);
	return n;
}
