/* Percentiles of past durations, and the rest of a run.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "usual.h"

#include <stdlib.h>

#include "../base/clock.h"
#include "paths.h"
#include "vars.h"

enum {
	KNOWN = 5,       /* successes from which on we dare to speak */
	LAST = 20,       /* successes looked at */
	MAX_STEPS = 5000 /* of a flow whose rest is estimated */
};

static int
by_size(const void *pa, const void *pb)
{
	const int64_t *a = pa, *b = pb;

	return (*a > *b) - (*a < *b);
}

/* Past durations of a step, sorted; how many there are. */
static size_t
past_of(struct store *store, const char *flow, const char *path,
	int64_t ms[LAST])
{
	size_t n = 0;

	if (store)
		st_history(store, flow, path, ms, LAST, &n, NULL);
	if (n)
		qsort(ms, n, sizeof(*ms), by_size);
	return n;
}

static size_t
past(struct run *r, uint32_t ix, int64_t ms[LAST])
{
	char *path = run_path(r, ix);
	size_t n = past_of(r->store, r->row.flow, path, ms);

	free(path);
	return n;
}

static int64_t
percentile(const int64_t *sorted, size_t n, unsigned p)
{
	return sorted[(n * p + 99) / 100 - 1];
}

int64_t
usual_duration(struct run *r, uint32_t ix, size_t least)
{
	int64_t ms[LAST];
	size_t n = past(r, ix, ms);

	return n < least ? -1 : percentile(ms, n, 50);
}

int64_t
usual_median(struct store *store, const char *flow, const char *path)
{
	int64_t ms[LAST];
	size_t n = past_of(store, flow, path, ms);

	return n ? percentile(ms, n, 50) : -1;
}

static struct value
percentiles(struct arena *a, const int64_t *ms, size_t n, bool whole)
{
	static const unsigned at[] = {50, 95, 99};
	struct value *items = arena_array(a, struct value, 6);

	for (size_t k = 0; k < ARRAY_SIZE(at); k++) {
		int64_t p = percentile(ms, n, at[k]);

		items[2 * k] =
			value_string_borrowed(arena_printf(a, "p%u", at[k]));
		items[2 * k + 1] =
			whole ? value_int(p) : value_double((double)p);
	}
	return (struct value){.kind = VALUE_MAP, .n = 3, .items = items};
}

/* CEL does not mix ints and doubles, and both `p95 * 2` and `p95 * 1.5` are
 * what people write. */
static int64_t
evaluate(struct run *r, uint32_t ix, const struct expr *limit,
	 const int64_t *ms, size_t n)
{
	struct arena a = {0};
	int64_t result = -1;

	for (int whole = 0; result < 0 && whole < 2; whole++) {
		struct value extra = percentiles(&a, ms, n, whole), v;
		struct vars vars = vars_of_inst(r, ix);
		struct cel_vars lookup;
		struct cel_error err;

		vars.extra = &extra;
		lookup = vars_lookup(&vars);
		if (!cel_eval(limit->program, &lookup, &a, &v, &err))
			continue;
		if (v.kind == VALUE_INT && v.i >= 0)
			result = v.i;
		else if (v.kind == VALUE_DOUBLE && v.d >= 0 && v.d < 9e15)
			result = (int64_t)v.d;
	}
	arena_release(&a);
	return result;
}

int64_t
usual_limit(struct run *r, uint32_t ix, const struct expr *limit)
{
	int64_t ms[LAST];
	size_t n = past(r, ix, ms);

	if (n < KNOWN)
		return -1;
	return limit ? evaluate(r, ix, limit, ms, n)
		     : percentile(ms, n, 95) * 3 / 2;
}

/* --- the rest of a run
 * ---------------------------------------------------------------- */

/* What is left of one step. */
static uint32_t
left_of(struct run *r, uint32_t ix)
{
	const struct inst *i = run_inst(r, ix);
	int64_t usual, spent;

	if (step_state_is_settled(i->state) || run_step(r, i)->is_fallback)
		return 0;
	usual = usual_duration(r, ix, KNOWN);
	spent = i->started ? clock_wall() - i->started : 0;
	if (spent > 0)
		usual -= spent;
	return usual < 0            ? 0
	       : usual > UINT32_MAX ? UINT32_MAX
				    : (uint32_t)usual;
}

/* The longest path through what is left, and all of it shared among the
 * places there are: it can be no faster than either. */
int64_t
usual_rest(struct run *r)
{
	const struct scope *s = &r->scopes.at[0];
	const struct workflow *wf = s->wf;
	int64_t longest = 0, sum = 0;
	uint32_t *own, *path;

	if (wf->nsteps > MAX_STEPS)
		return 0;
	own = mem_alloc(wf->nsteps * sizeof(*own));
	path = mem_alloc(wf->nsteps * sizeof(*path));
	for (uint32_t k = 0; k < wf->nsteps; k++) {
		own[k] = left_of(r, s->first + k);
		sum += own[k];
	}
	paths_heaviest(wf, own, path);
	for (uint32_t k = 0; k < wf->nsteps; k++)
		longest = path[k] > longest ? path[k] : longest;
	free(own);
	free(path);
	if (s->slots.capacity)
		sum /= s->slots.capacity;
	return sum > longest ? sum : longest;
}
