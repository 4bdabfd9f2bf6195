/* The runs list as a model: reading, filter, order, marks.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "runs_view.h"

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
runs_sort_name(enum sort sort)
{
	static const char *const names[NSORTS] = {"started", "state", "flow"};

	return names[sort];
}

const char *
runs_title(const struct wf_run_info *run)
{
	return run->name && *run->name ? run->name : run->flow;
}

/* --- what a run is doing -----------------------------------------------------
 */

static void
forget(struct known *k)
{
	wf_list_free(&k->detail.list);
	wf_list_free(&k->decisions.list);
}

static struct known *
known_of(struct view *v, const struct wf_run_info *run)
{
	struct runs *r = runs_of(v);
	struct known *k;
	unsigned hash = 5381;

	for (const char *p = run->id; *p; p++)
		hash = hash * 33 + (unsigned char)*p;
	k = &r->known[hash % RUNS_CACHE];
	if (str_eq(k->id, run->id) && k->revision == run->revision &&
	    k->alive == run->engine_alive)
		return k;
	forget(k);
	*k = (struct known){.revision = run->revision,
			    .alive = run->engine_alive};
	if (wf_run(v->views->engine, run->id, &k->detail, NULL))
		return NULL;
	snprintf(k->id, sizeof(k->id), "%s", run->id);
	return k;
}

const struct wf_run_detail *
runs_detail(struct view *v, const struct wf_run_info *run)
{
	struct known *k = known_of(v, run);

	return k ? &k->detail : NULL;
}

const struct wf_events *
runs_decisions(struct view *v, const struct wf_run_info *run)
{
	struct known *k = known_of(v, run);

	if (!k)
		return NULL;
	if (!k->decided && wf_events(v->views->engine, run->id, 0, 0, true,
				     &k->decisions, NULL))
		k->decisions = (struct wf_events){0};
	k->decided = true;
	return &k->decisions;
}

enum shown
runs_shown(struct view *v, const struct wf_run_info *run)
{
	const struct wf_run_detail *d = NULL;

	if (!run_state_is_final(run->state) && !run->interrupted)
		d = runs_detail(v, run);
	return d ? run_shown(run, d->steps, d->nsteps)
		 : run_shown(run, NULL, 0);
}

/* --- filter and order
 * --------------------------------------------------------- */

/* All words must be part of id, flow, name or state; "!word" must not. */
static bool
word_matches(const char *word, size_t n, const struct wf_run_info *run)
{
	char *text = mem_strndup(word, n);
	const char *state =
		shown_states[shown_of_run(run->state, run->interrupted)].word;
	bool found = strcasestr(run->id, text) || strcasestr(run->flow, text) ||
		     strcasestr(state, text) ||
		     strcasestr(wf_run_state_text(run), text) ||
		     (run->name && strcasestr(run->name, text));

	free(text);
	return found;
}

static bool
matches(const struct runs *r, const struct wf_run_info *run)
{
	const char *p = r->filter.text.at;

	while (*p) {
		size_t n = strcspn(p, " ");
		bool not = n > 1 && *p == '!';

		if (n > 0 && word_matches(p + not, n - not, run) == not )
			return false;
		p += n + (p[n] == ' ');
	}
	return true;
}

static int
compare_states(const void *a, const void *b)
{
	const struct wf_run_info *x = *(const struct wf_run_info *const *)a;
	const struct wf_run_info *y = *(const struct wf_run_info *const *)b;

	if (x->state != y->state)
		return x->state < y->state ? -1 : 1;
	return (x->created < y->created) - (x->created > y->created);
}

static int
compare_flows(const void *a, const void *b)
{
	const struct wf_run_info *x = *(const struct wf_run_info *const *)a;
	const struct wf_run_info *y = *(const struct wf_run_info *const *)b;
	int order = strcmp(x->flow, y->flow);

	return order ? order
		     : (x->created < y->created) - (x->created > y->created);
}

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

void
runs_arrange(struct runs *r)
{
	size_t n = r->shown.n = 0;

	for (size_t i = 0; i < r->all.n; i++)
		if (matches(r, &r->all.at[i]))
			vec_push(&r->shown, &r->all.at[i]);
	n = r->shown.n;
	if (r->sort == SORT_STATE && n > 1)
		qsort(r->shown.at, n, sizeof(*r->shown.at), compare_states);
	if (r->sort == SORT_FLOW && n > 1)
		qsort(r->shown.at, n, sizeof(*r->shown.at), compare_flows);
	measure(r);
	list_resize(&r->list, n);
	for (size_t i = 0; i < n; i++)
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
	uint32_t left[RUN_NSTATES];
	size_t looked_at = 0;

	memcpy(left, by_state, sizeof(left));
	memset(r->counts, 0, sizeof(r->counts));
	for (size_t i = 0; i < r->all.n && looked_at < RUNS_LOOKED_AT; i++) {
		const struct wf_run_info *run = &r->all.at[i];

		if (run_state_is_final(run->state) || !left[run->state])
			continue;
		left[run->state]--;
		looked_at++;
		r->counts[runs_shown(v, run)]++;
	}
	for (int i = 0; i < RUN_NSTATES; i++)
		r->counts[shown_of_run((enum run_state)i, false)] += left[i];
}

void
runs_refresh(struct view *v)
{
	struct runs *r = runs_of(v);
	struct wf_run_filter filter = {.limit = RUNS_LIMIT};
	struct wf_runs all = {0};
	struct wf_err err = {0};
	uint32_t by_state[RUN_NSTATES];

	views_watch(v->views, NULL);
	if (wf_runs(v->views->engine, &filter, &all, &err) ||
	    wf_run_counts(v->views->engine, by_state, &err)) {
		views_report(v->views, &err);
		wf_list_free(&all.list);
		return;
	}
	wf_list_free(&r->all.list);
	r->all = all;
	count_runs(v, by_state);
	runs_arrange(r);
	runs_keep_cursor(r);
}

void
runs_release(struct runs *r)
{
	for (size_t i = 0; i < RUNS_CACHE; i++)
		forget(&r->known[i]);
	wf_list_free(&r->all.list);
	vec_release(&r->shown);
	vec_each (&r->marked, char *, id)
		free(*id);
	vec_release(&r->marked);
	prompt_release(&r->filter);
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
