/* The runs list as a model: reading, counting, marks.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "../../engine/base/clock.h"
#include "runs_view.h"

enum {
	QUICK_MS = 20, /* to read the list; after a slower one there is rest */
	REST = 10      /* times what it took */
};

struct runs *
runs_of(const struct view *v)
{
	return v->state;
}

const struct wf_run_info *
runs_at_cursor(const struct runs *r)
{
	return r->list.cursor < r->shown.n ? r->shown.at[r->list.cursor] : NULL;
}

const char *
runs_title(const struct wf_run_info *run)
{
	return run->name && *run->name ? run->name : run->flow;
}

/* --- filter and order
 * --------------------------------------------------------- */

static void
measure(struct runs *r)
{
	r->widest_id = r->widest_flow = 4;
	vec_each (&r->shown, const struct wf_run_info *, run) {
		int id = (int)strlen((*run)->id);
		int flow = text_width_str(runs_title(*run));

		r->widest_id = id > r->widest_id ? id : r->widest_id;
		r->widest_flow = flow > r->widest_flow ? flow : r->widest_flow;
	}
}

/* A run that goes on is filtered as it is shown; only so many of those are
 * looked into. */
static bool
is_wanted(struct view *v, const struct wf_run_info *run, size_t *looked_at)
{
	enum shown shown = shown_of_run(run->state, run->interrupted);

	if (!run_state_is_final(run->state) && ++*looked_at <= RUNS_LOOKED_AT)
		shown = runs_shown(v, run);
	return runs_filter_fits(&runs_of(v)->wanted, run, shown);
}

void
runs_arrange(struct view *v)
{
	struct runs *r = runs_of(v);
	size_t looked_at = 0;

	r->shown.n = 0;
	for (size_t i = 0; i < r->all.n; i++)
		if (is_wanted(v, &r->all.at[i], &looked_at))
			vec_push(&r->shown, &r->all.at[i]);
	runs_order(r);
	measure(r);
	list_resize(&r->list, r->shown.n);
	for (size_t i = 0; i < r->shown.n; i++)
		if (str_eq(r->shown.at[i]->id, r->cursor_id))
			r->list.cursor = i;
}

void
runs_keep_cursor(struct runs *r)
{
	const struct wf_run_info *run = runs_at_cursor(r);

	snprintf(r->cursor_id, sizeof(r->cursor_id), "%s", run ? run->id : "");
}

/* What has ended is counted by its state, what goes on by the worst of its
 * steps, as in its row. */
static void
count_runs(struct view *v, const uint32_t by_state[RUN_NSTATES])
{
	struct runs *r = runs_of(v);
	struct wf_run_filter filter = {.states = run_states_unended(),
				       .interrupted = true,
				       .limit = RUNS_LOOKED_AT};
	struct wf_runs active = {0};
	uint32_t left[RUN_NSTATES];

	for (int i = 0; i < RUN_NSTATES; i++)
		if (!by_state[i])
			filter.states &= ~(1u << i);
	memcpy(left, by_state, sizeof(left));
	memset(r->counts, 0, sizeof(r->counts));
	if (filter.states &&
	    wf_runs(v->views->engine, &filter, &active, NULL) == WF_OK) {
		for (size_t i = 0; i < active.n; i++) {
			if (!left[active.at[i].state])
				continue;
			left[active.at[i].state]--;
			r->counts[runs_shown(v, &active.at[i])]++;
		}
		wf_list_free(&active.list);
	}
	r->total = 0;
	for (int i = 0; i < RUN_NSTATES; i++) {
		r->counts[shown_of_run((enum run_state)i, false)] += left[i];
		r->total += by_state[i];
	}
}

static bool
read_runs(struct view *v)
{
	struct runs *r = runs_of(v);
	struct wf_run_filter filter = {.words = r->wanted.words,
				       .nwords = r->wanted.n,
				       .since = r->wanted.since,
				       .until = r->wanted.until,
				       .limit = RUNS_PAGE * (r->pages + 1)};
	struct wf_runs all = {0};
	struct wf_err err = {0};
	uint32_t by_state[RUN_NSTATES];
	int64_t began = clock_boot(), took;

	if (wf_runs(v->views->engine, &filter, &all, &err) ||
	    wf_run_counts(v->views->engine, by_state, &err)) {
		views_report(v->views, &err);
		wf_list_free(&all.list);
		return false;
	}
	wf_list_free(&r->all.list);
	r->all = all;
	r->uncounted = false;
	count_runs(v, by_state);
	took = clock_boot() - began;
	r->next_look = took > QUICK_MS ? began + took * REST : 0;
	r->late = false;
	return true;
}

void
runs_read(struct view *v)
{
	if (!read_runs(v))
		return;
	runs_arrange(v);
	runs_keep_cursor(runs_of(v));
}

/* A list so long that reading it takes time is not read at every news. */
void
runs_refresh(struct view *v)
{
	struct runs *r = runs_of(v);

	views_watch(v->views, NULL);
	r->late = clock_boot() < r->next_look;
	if (!r->late)
		runs_read(v);
}

void
runs_more(struct view *v)
{
	struct runs *r = runs_of(v);

	if (!r->all.next || r->list.cursor + 1 < r->shown.n)
		return;
	r->pages++;
	runs_read(v);
}

void
runs_release(struct runs *r)
{
	runs_known_release(r);
	wf_list_free(&r->all.list);
	vec_release(&r->shown);
	vec_release(&r->rows);
	vec_each (&r->marked, char *, id)
		free(*id);
	vec_release(&r->marked);
	prompt_release(&r->filter);
	runs_filter_release(&r->wanted);
}

/* --- marks
 * -------------------------------------------------------------------- */

static size_t
mark_of(const struct runs *r, const char *id)
{
	size_t i = 0;

	while (i < r->marked.n && !str_eq(r->marked.at[i], id))
		i++;
	return i;
}

bool
runs_is_marked(const struct runs *r, const char *id)
{
	return mark_of(r, id) < r->marked.n;
}

void
runs_toggle_mark(struct runs *r, const char *id)
{
	size_t i = mark_of(r, id);

	if (i == r->marked.n) {
		vec_push(&r->marked, mem_strdup(id));
		return;
	}
	free(r->marked.at[i]);
	r->marked.at[i] = vec_last(&r->marked);
	r->marked.n--;
}

void
runs_mark_all(struct runs *r)
{
	bool every = true;

	vec_each (&r->shown, const struct wf_run_info *, run)
		every &= runs_is_marked(r, (*run)->id);
	vec_each (&r->shown, const struct wf_run_info *, run)
		if (every || mark_of(r, (*run)->id) == r->marked.n)
			runs_toggle_mark(r, (*run)->id);
}

bool
runs_mark_range(struct runs *r)
{
	size_t from = r->shown.n, to = r->list.cursor;

	for (size_t i = 0; i < r->shown.n; i++)
		if (str_eq(r->shown.at[i]->id, r->anchor))
			from = i;
	if (to >= r->shown.n)
		return false;
	if (from == r->shown.n) {
		snprintf(r->anchor, sizeof(r->anchor), "%s",
			 r->shown.at[to]->id);
		return false;
	}
	for (size_t i = from < to ? from : to; i <= (from < to ? to : from);
	     i++)
		if (!runs_is_marked(r, r->shown.at[i]->id))
			runs_toggle_mark(r, r->shown.at[i]->id);
	r->anchor[0] = '\0';
	return true;
}
