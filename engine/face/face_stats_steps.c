/* The steps of one run, counted from its rows: no definition is read.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "face_stats.h"

/* A run's rows while it is counted. */
struct rows {
	struct arena arena;
	struct st_step *steps;
	struct st_attempt *attempts;
	size_t nsteps, nattempts;
	VEC(const char *) ids; /* of each row: its path without keys */
	bool *groups;          /* it has instances with rows of their own */
};

static size_t
row_of(const struct rows *rows, uint32_t ix)
{
	size_t low = 0, high = rows->nsteps;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (rows->steps[middle].ix < ix)
			low = middle + 1;
		else
			high = middle;
	}
	return low < rows->nsteps && rows->steps[low].ix == ix ? low : SIZE_MAX;
}

/* "each[a]/build" is an instance of "each/build"; parents come before their
 * children. */
static void
name_rows(struct rows *rows)
{
	rows->groups = arena_alloc(&rows->arena, rows->nsteps + 1);
	for (size_t i = 0; i < rows->nsteps; i++) {
		const struct st_step *step = &rows->steps[i];
		size_t p = step->parent == UINT32_MAX
				   ? SIZE_MAX
				   : row_of(rows, step->parent);
		const char *rest, *id = step->path;

		if (p < i) {
			rest = step->path + strlen(rows->steps[p].path);
			rows->groups[p] |= *rest == '[';
			id = *rest == '[' ? rows->ids.at[p]
					  : arena_printf(&rows->arena, "%s%s",
							 rows->ids.at[p], rest);
		}
		vec_push(&rows->ids, id);
	}
}

static bool
went_well(const struct st_attempt *a)
{
	return a->cause == CAUSE_NONE && a->exit_code <= 0 && !a->signal;
}

static void
add_end(struct counting *c, struct count *count, const struct st_attempt *a)
{
	const char *what = cause_name(a->cause);

	if (a->cause == CAUSE_NONE || a->cause == CAUSE_EXIT ||
	    a->cause == CAUSE_SIGNAL)
		what = a->signal
			       ? arena_printf(c->arena, "signal %d", a->signal)
			       : arena_printf(c->arena, "exit %d",
					      a->exit_code);
	vec_each (&count->ends, struct wf_stat_end, end)
		if (str_eq(end->what, what)) {
			end->n++;
			return;
		}
	vec_push(&count->ends, (struct wf_stat_end){what, 1});
}

/* The nth try of an instance. */
static void
add_try(struct counting *c, struct count *count, size_t nth,
	const struct st_attempt *a)
{
	struct wf_stat_try *try;
	bool good = went_well(a);

	while (count->tries.n <= nth)
		vec_push(&count->tries, (struct wf_stat_try){0});
	try = &count->tries.at[nth];
	try->n++;
	try->good += good;
	count->s.tries++;
	count->s.retries += nth > 0;
	if (good)
		return;
	if (a->finished > a->started) {
		try->wasted += a->finished - a->started;
		count->s.wasted += a->finished - a->started;
	}
	add_end(c, count, a);
}

static int
by_step(const void *a, const void *b)
{
	const struct st_attempt *x = a, *y = b;

	if (x->ix != y->ix)
		return x->ix < y->ix ? -1 : 1;
	return (x->id > y->id) - (x->id < y->id);
}

static size_t
first_attempt(const struct rows *rows, uint32_t ix)
{
	size_t low = 0, high = rows->nattempts;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (rows->attempts[middle].ix < ix)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static size_t
add_tries(struct counting *c, struct count *count, const struct rows *rows,
	  uint32_t ix)
{
	size_t n = 0;

	for (size_t i = first_attempt(rows, ix);
	     i < rows->nattempts && rows->attempts[i].ix == ix; i++) {
		const struct st_attempt *a = &rows->attempts[i];

		if (a->phase == PHASE_DO && !a->open)
			add_try(c, count, n++, a);
	}
	return n;
}

static void
count_step(struct counting *c, const struct rows *rows, size_t i,
	   const struct wf_run_info *run)
{
	const struct st_step *step = &rows->steps[i];
	struct count *count = count_of(c, rows->ids.at[i]);
	bool good = step_state_is_good(step->state);
	bool bad = step->state == STEP_FAILED || step->state == STEP_LOST;
	size_t tries;

	if (rows->groups[i] || !step->started)
		return;
	tries = add_tries(c, count, rows, step->ix);
	count->s.runs++;
	count->s.good += good;
	count->s.bad += bad;
	if (good && tries > 1)
		count->s.helped += (uint32_t)tries - 1;
	if (step->finished > count->s.last)
		count->s.last = step->finished;
	if (step->state == STEP_SUCCEEDED && step->finished)
		count_took(c, count, run->id, step->finished - step->started);
	if (good || bad)
		count_trend(c, count, run->created,
			    bad         ? '|'
			    : tries > 1 ? ':'
					: '.');
}

enum wf_code
count_steps(struct counting *c, const struct wf_run_info *run,
	    struct wf_err *err)
{
	struct rows rows = {0};
	struct wf_err why = {0};
	enum wf_code code =
		face_said(st_read_steps(c->e->store, run->id, &rows.arena,
					&rows.steps, &rows.nsteps, &why),
			  &why);

	if (!code)
		code = face_said(st_read_attempts(c->e->store, run->id,
						  UINT32_MAX, false,
						  &rows.arena, &rows.attempts,
						  &rows.nattempts, &why),
				 &why);
	if (code && err)
		*err = why;
	if (!code) {
		name_rows(&rows);
		if (rows.nattempts)
			qsort(rows.attempts, rows.nattempts,
			      sizeof(*rows.attempts), by_step);
		for (size_t i = 0; i < rows.nsteps; i++)
			count_step(c, &rows, i, run);
	}
	c->rows += rows.nsteps;
	vec_release(&rows.ids);
	arena_release(&rows.arena);
	return code;
}
