/* Counting runs and steps page by page.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tally.h"

#include <stdlib.h>

#include "../engine/base/vec.h"

enum {
	PAGE = 1000,
	STEP_RUNS = 200
};

void
lengths_add(struct lengths *l, int64_t ms)
{
	vec_push(l, ms);
	l->sum += ms;
}

static int
by_length(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

int64_t
lengths_quantile(struct lengths *l, int permille)
{
	size_t rank;

	if (!l->n)
		return 0;
	qsort(l->at, l->n, sizeof(*l->at), by_length);
	rank = (l->n * (size_t)permille + 999) / 1000;
	return l->at[rank ? rank - 1 : 0];
}

void
lengths_release(struct lengths *l)
{
	vec_release(l);
	l->sum = 0;
}

static struct tally *
tally_of(struct tallies *list, const char *name)
{
	struct tally fresh = {0};

	vec_each (list, struct tally, t)
		if (str_eq(t->name, name))
			return t;
	fresh.name = mem_strdup(name);
	vec_push(list, fresh);
	return &vec_last(list);
}

static void
count_run(struct tallies *list, const struct wf_run_info *run)
{
	struct tally *t = tally_of(list, run->flow);

	t->total++;
	if (run->interrupted)
		t->interrupted++;
	else
		t->counts[run->state]++;
	if (run->state == RUN_SUCCEEDED || run->state == RUN_PARTIAL)
		t->good++;
	else if (run_state_is_final(run->state))
		t->bad++;
	if (run->finished > t->last)
		t->last = run->finished;
	if (run->state == RUN_SUCCEEDED && run->started && run->finished)
		lengths_add(&t->took, run->finished - run->started);
}

static int
by_name(const void *a, const void *b)
{
	const struct tally *x = a, *y = b;

	return strcmp(x->name, y->name);
}

/* Call `take` with every run that matches, at most `limit`. */
static enum wf_code
each_run(struct call *call, struct wf_run_filter filter, size_t limit,
	 enum wf_code (*take)(struct call *call, struct tallies *list,
			      const struct wf_run_info *run,
			      struct wf_err *err),
	 struct tallies *list, struct wf_err *err)
{
	enum wf_code code = WF_OK;

	do {
		struct wf_runs runs = {0};

		filter.limit = limit < PAGE ? (uint32_t)limit : PAGE;
		code = wf_runs(call->engine, &filter, &runs, err);
		for (size_t i = 0; !code && i < runs.n; i++)
			code = take(call, list, &runs.at[i], err);
		limit -= runs.n;
		filter.before = runs.next;
		if (runs.list.arena)
			wf_list_free(&runs.list);
	} while (!code && limit && filter.before);
	return code;
}

static enum wf_code
take_run(struct call *call, struct tallies *list, const struct wf_run_info *run,
	 struct wf_err *err)
{
	(void)call;
	(void)err;
	count_run(list, run);
	return WF_OK;
}

enum wf_code
tally_flows(struct call *call, const struct wf_run_filter *filter,
	    struct tallies *out, struct wf_err *err)
{
	enum wf_code code =
		each_run(call, *filter, SIZE_MAX, take_run, out, err);

	if (out->n)
		qsort(out->at, out->n, sizeof(*out->at), by_name);
	return code;
}

static void
count_step(struct tallies *list, const struct wf_step_info *step)
{
	struct tally *t = tally_of(list, step->id);

	for (size_t i = 0; i < step->nattempts; i++)
		t->tries += step->attempts[i].phase == PHASE_DO;
	if (step->is_group || !step->nattempts)
		return;
	t->total++;
	if (step_state_is_good(step->state))
		t->good++;
	else if (step->state == STEP_FAILED || step->state == STEP_LOST)
		t->bad++;
	if (step->finished > t->last)
		t->last = step->finished;
	if (step->state == STEP_SUCCEEDED && step->started && step->finished)
		lengths_add(&t->took, step->finished - step->started);
}

static enum wf_code
take_steps(struct call *call, struct tallies *list,
	   const struct wf_run_info *run, struct wf_err *err)
{
	struct wf_run_detail detail = {0};
	enum wf_code code = wf_run(call->engine, run->id, &detail, err);

	if (code)
		return code;
	for (size_t i = 0; i < detail.nsteps; i++)
		count_step(list, &detail.steps[i]);
	wf_list_free(&detail.list);
	return WF_OK;
}

enum wf_code
tally_steps(struct call *call, const struct wf_run_filter *filter,
	    struct tallies *out, struct wf_err *err)
{
	return each_run(call, *filter, STEP_RUNS, take_steps, out, err);
}

void
tallies_release(struct tallies *list)
{
	vec_each (list, struct tally, t) {
		free(t->name);
		lengths_release(&t->took);
	}
	vec_release(list);
}
