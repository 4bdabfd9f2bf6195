/* Which steps read what they do not need, however far away it is.
 *
 * Direct needs are judged where they are read.  For the others, targets are
 * taken sixty-four at a time and flow down the graph as bits, in topological
 * order, so that 100,000 references cost 1,600 walks and not 100,000.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "yaml_reader.h"

struct order {
	uint32_t *steps; /* in topological order */
	uint32_t *place; /* step -> index in it */
	uint32_t n;
};

/* A step is known to what stands in for it as it is to its followers. */
static uint32_t
stand_in(const struct workflow *wf, uint32_t step)
{
	const struct failure_policy *p = &wf->steps[step].more->on_failure;

	return p->action == ON_FAILURE_FALLBACK ? p->fallback : STEP_NONE;
}

static void
release_step(struct order *o, uint32_t *waiting, uint32_t step)
{
	if (--waiting[step] == 0)
		o->steps[o->n++] = step;
}

static void
sort_steps(const struct workflow *wf, struct order *o)
{
	uint32_t *waiting = mem_alloc((wf->nsteps + 1) * sizeof(*waiting));

	o->steps = mem_alloc((wf->nsteps + 1) * sizeof(*o->steps));
	o->place = mem_alloc((wf->nsteps + 1) * sizeof(*o->place));
	for (uint32_t i = 0; i < wf->nsteps; i++) {
		waiting[i] += wf->steps[i].nneeds + 1;
		if (stand_in(wf, i) != STEP_NONE)
			waiting[stand_in(wf, i)]++;
	}
	for (uint32_t i = 0; i < wf->nsteps; i++)
		release_step(o, waiting, i);
	for (uint32_t k = 0; k < o->n; k++) {
		uint32_t step = o->steps[k];
		struct dependents out = workflow_dependents(wf, step);

		o->place[step] = k;
		for (uint32_t i = 0; i < out.n; i++)
			release_step(o, waiting, out.at[i]);
		if (stand_in(wf, step) != STEP_NONE)
			release_step(o, waiting, stand_in(wf, step));
	}
	free(waiting);
}

/* Carry the bits of the targets down to all that come after them. */
static void
spread(const struct workflow *wf, const struct order *o, uint64_t *known,
       const uint64_t *own, uint32_t from, uint32_t to)
{
	for (uint32_t k = from; k <= to; k++) {
		uint32_t step = o->steps[k];
		uint64_t bits = known[step] | own[step];
		struct dependents out = workflow_dependents(wf, step);

		if (!bits)
			continue;
		for (uint32_t i = 0; i < out.n; i++)
			known[out.at[i]] |= bits;
		if (stand_in(wf, step) != STEP_NONE)
			known[stand_in(wf, step)] |= bits;
	}
}

static void
report_unneeded(struct reader *r, const struct reference *f)
{
	const struct step *s = &r->wf->steps[f->reader];
	const struct step *t = &r->wf->steps[f->target];
	struct node place = {.line = (uint32_t)f->line & 0xffffff,
			     .column = (uint32_t)f->column};
	char *hint;

	if (t->finally && !s->finally)
		hint = mem_strdup("steps of `finally` run when all others are "
				  "over");
	else if (t->is_fallback)
		hint = mem_strdup("read the step it stands in for");
	else
		hint = mem_printf("add it to the needs of \"%s\": "
				  "`needs: [%s]`",
				  s->id, t->id);
	reader_error(r, &place, hint,
		     f->send_back
			     ? "step \"%s\" sends back to \"%s\", which does "
			       "not come before it"
			     : "step \"%s\" reads \"%s\", which it does not "
			       "need",
		     s->id, t->id);
	free(hint);
}

static int
by_target(const void *pa, const void *pb)
{
	const struct reference *a = pa, *b = pb;

	if (a->target != b->target)
		return a->target < b->target ? -1 : 1;
	return (a->reader > b->reader) - (a->reader < b->reader);
}

/* One batch of at most 64 different targets, from `first` on; returns the
 * end of the batch. */
static size_t
judge_batch(struct reader *r, const struct order *o, uint64_t *known,
	    uint64_t *own, size_t first)
{
	struct reference *refs = r->references.at;
	uint32_t from = UINT32_MAX, to = 0;
	size_t end = first;
	unsigned bit = 0;

	memset(known, 0, r->wf->nsteps * sizeof(*known));
	for (; end < r->references.n; end++) {
		if (end > first && refs[end].target != refs[end - 1].target)
			bit++;
		if (bit == 64)
			break;
		own[refs[end].target] = (uint64_t)1 << bit;
		if (o->place[refs[end].target] < from)
			from = o->place[refs[end].target];
		if (o->place[refs[end].reader] > to)
			to = o->place[refs[end].reader];
	}
	spread(r->wf, o, known, own, from, to);
	for (size_t i = first; i < end; i++)
		if (!(known[refs[i].reader] & own[refs[i].target]))
			report_unneeded(r, &refs[i]);
	for (size_t i = first; i < end; i++)
		own[refs[i].target] = 0;
	return end;
}

/* The first step that cannot come before the one it stands in for. */
static void
report_circle(struct reader *r, const struct order *o)
{
	const struct workflow *wf = r->wf;
	bool *sorted = mem_alloc(wf->nsteps + 1);
	struct node place = {0};

	for (uint32_t k = 0; k < o->n; k++)
		sorted[o->steps[k]] = true;
	for (uint32_t i = 0; i < wf->nsteps && !place.line; i++)
		if (!sorted[i] && stand_in(wf, i) != STEP_NONE)
			place = (struct node){
				.line = (uint32_t)wf->steps[i].line & 0xffffff,
				.column = wf->steps[i].column};
	free(sorted);
	reader_error(r, &place, "let another step stand in",
		     "a fallback comes back to the step it stands in for");
}

static bool
has_stand_in(const struct workflow *wf)
{
	for (uint32_t i = 0; i < wf->nsteps; i++)
		if (stand_in(wf, i) != STEP_NONE)
			return true;
	return false;
}

void
reader_reach(struct reader *r)
{
	struct workflow *wf = r->wf;
	struct order o = {0};
	uint64_t *known, *own;

	if (!r->references.n && !has_stand_in(wf))
		return;
	sort_steps(wf, &o);
	if (o.n < wf->nsteps) {
		report_circle(r, &o);
	} else if (r->references.n) {
		known = mem_alloc(wf->nsteps * sizeof(*known));
		own = mem_alloc(wf->nsteps * sizeof(*own));
		qsort(r->references.at, r->references.n,
		      sizeof(struct reference), by_target);
		for (size_t i = 0; i < r->references.n;)
			i = judge_batch(r, &o, known, own, i);
		free(known);
		free(own);
	}
	free(o.steps);
	free(o.place);
}
