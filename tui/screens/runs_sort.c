/* Orders of the runs list.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "../../engine/base/clock.h"
#include "../../engine/base/map.h"
#include "runs_view.h"

enum {
	STEADY_MS = 5000 /* after a key that moves the cursor */
};

const struct runs_sort_info runs_sorts[RUNS_SORTS] = {
#define S(symbol, name, letter, help) {name, letter, help},
#include "runs_sort.def"
#undef S
};

/* What needs somebody, what goes on, what has ended. */
static int64_t
rank_of(enum run_state state)
{
	switch (state) {
	case RUN_ROLLBACK_FAILED:
		return 0;
	case RUN_FAILED:
		return 1;
	case RUN_WAITING:
		return 2;
	case RUN_PAUSED:
		return 3;
	case RUN_ROLLING_BACK:
		return 4;
	case RUN_RUNNING:
		return 5;
	case RUN_QUEUED:
		return 6;
	case RUN_PARTIAL:
		return 7;
	case RUN_ROLLED_BACK:
		return 8;
	case RUN_CANCELLED:
		return 9;
	case RUN_SUCCEEDED:
	case RUN_NSTATES:
		break;
	}
	return 10;
}

/* The smaller stands first. */
struct entry {
	int64_t number;
	const char *text;
	const struct wf_run_info *run;
};

static int64_t
number_of(enum runs_sort sort, const struct wf_run_info *run)
{
	switch (sort) {
	case RUNS_BY_ENDED:
		return run->finished ? -run->finished : INT64_MIN;
	case RUNS_BY_STATE:
		return run->interrupted ? 0 : rank_of(run->state);
	case RUNS_BY_TOOK:
		return run->started && run->finished
			       ? run->started - run->finished
			       : 0;
	case RUNS_BY_FAILED:
		return -(int64_t)run->nfailed;
	case RUNS_BY_STARTED:
	case RUNS_BY_FLOW:
	case RUNS_SORTS:
		break;
	}
	return 0;
}

static int
by_entry(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order = (x->number > y->number) - (x->number < y->number);

	if (!order)
		order = strcmp(x->text, y->text);
	return order ? order
		     : (x->run->created < y->run->created) -
			       (x->run->created > y->run->created);
}

static void
sort_shown(struct runs *r)
{
	size_t n = r->shown.n;
	struct entry *entries = mem_alloc((n + 1) * sizeof(*entries));

	for (size_t i = 0; i < n; i++) {
		const struct wf_run_info *run = r->shown.at[i];

		entries[i] = (struct entry){
			number_of(r->sort, run),
			r->sort == RUNS_BY_FLOW ? run->flow : "", run};
	}
	qsort(entries, n, sizeof(*entries), by_entry);
	for (size_t i = 0; i < n; i++)
		r->shown.at[i] = entries[i].run;
	free(entries);
}

void
runs_hold_still(struct runs *r)
{
	r->steady = clock_boot() + STEADY_MS;
}

static int
by_place(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return (x->number > y->number) - (x->number < y->number);
}

/* Where they stood; the others in their order behind. */
static void
keep_places(struct runs *r)
{
	size_t n = r->shown.n, i = 0;
	struct entry *entries = mem_alloc((n + 1) * sizeof(*entries));
	struct map places = {0};

	vec_each (&r->rows, struct run_id, id)
		map_set(&places, id->text, (void *)(uintptr_t)++i);
	for (i = 0; i < n; i++) {
		const struct wf_run_info *run = r->shown.at[i];
		size_t place = (size_t)(uintptr_t)map_get(&places, run->id);

		entries[i] = (struct entry){
			(int64_t)(place ? place : r->rows.n + 1 + i), "", run};
	}
	qsort(entries, n, sizeof(*entries), by_place);
	r->held = false;
	for (i = 0; i < n; i++) {
		r->held |= r->shown.at[i] != entries[i].run;
		r->shown.at[i] = entries[i].run;
	}
	free(entries);
	map_release(&places);
}

static void
note_places(struct runs *r)
{
	r->rows.n = 0;
	for (size_t i = 0; i < r->shown.n; i++) {
		struct run_id id;

		snprintf(id.text, sizeof(id.text), "%s", r->shown.at[i]->id);
		vec_push(&r->rows, id);
	}
}

static void
put_in_order(struct runs *r)
{
	size_t n = r->shown.n;

	/* As the store lists them. */
	if (r->sort != RUNS_BY_STARTED)
		sort_shown(r);
	for (size_t i = 0; r->reversed && i < n / 2; i++) {
		const struct wf_run_info *run = r->shown.at[i];

		r->shown.at[i] = r->shown.at[n - 1 - i];
		r->shown.at[n - 1 - i] = run;
	}
}

void
runs_order(struct runs *r)
{
	put_in_order(r);
	r->held = false;
	if (clock_boot() < r->steady)
		keep_places(r);
	note_places(r);
}

void
runs_sort_by(struct view *v, enum runs_sort sort, bool reversed)
{
	struct runs *r = runs_of(v);

	r->steady = 0;
	r->sort = sort;
	r->reversed = reversed;
	v->views->list_sort = (int)sort;
	v->views->list_reversed = reversed;
	runs_arrange(v);
}
