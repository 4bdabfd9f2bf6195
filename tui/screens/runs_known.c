/* What the list knows of runs besides their rows: read for those in sight,
 * again when the revision moved on.
 *
 * A run of many steps is read when the picture is on the screen, and little
 * of it is kept: the first steps, and the one the run is about.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>

#include "runs_view.h"

enum {
	KEPT_STEPS = 100, /* more than a pane shows */
	LATEST = 500      /* events looked through for the latest decisions */
};

static void
forget(struct known *k)
{
	wf_list_free(&k->detail.list);
	wf_list_free(&k->decisions.list);
}

void
runs_known_release(struct runs *r)
{
	for (size_t i = 0; i < RUNS_CACHE; i++)
		forget(&r->known[i]);
}

/* What is known of it, else what has not been asked for longest. */
static struct known *
place_of(struct runs *r, const struct wf_run_info *run)
{
	struct known *oldest = r->known;

	for (size_t i = 0; i < RUNS_CACHE; i++) {
		if (str_eq(r->known[i].id, run->id))
			return &r->known[i];
		if (r->known[i].asked < oldest->asked)
			oldest = &r->known[i];
	}
	return oldest;
}

static bool
is_known(const struct known *k, const struct wf_run_info *run)
{
	return str_eq(k->id, run->id) && k->revision == run->revision &&
	       k->alive == run->engine_alive;
}

/* --- of a large run --------------------------------------------------------
 */

static const char *
copy_text(struct arena *a, const char *text)
{
	return text ? arena_strdup(a, text) : NULL;
}

static const char *const *
copy_names(struct arena *a, const char *const *names, size_t n)
{
	const char **copy = arena_array(a, const char *, n + 1);

	for (size_t i = 0; i < n; i++)
		copy[i] = arena_strdup(a, names[i]);
	return copy;
}

/* Action, undo and attempt states are words that stay. */
static void
copy_step(struct arena *a, const struct wf_step_info *s,
	  struct wf_step_info *out)
{
	struct wf_attempt_info *attempts =
		arena_copy(a, s->attempts, s->nattempts * sizeof(*s->attempts));

	for (size_t i = 0; i < s->nattempts; i++)
		attempts[i].log = copy_text(a, attempts[i].log);
	*out = *s;
	out->attempts = attempts;
	out->path = copy_text(a, s->path);
	out->id = copy_text(a, s->id);
	out->instance = copy_text(a, s->instance);
	out->name = copy_text(a, s->name);
	out->needs = copy_names(a, s->needs, s->nneeds);
	out->outputs = copy_text(a, s->outputs);
	out->blocked_by = copy_names(a, s->blocked_by, s->nblocked_by);
	out->reason = copy_text(a, s->reason);
	out->data = copy_text(a, s->data);
	out->savepoint = copy_text(a, s->savepoint);
	out->command = copy_text(a, s->command);
}

static void
copy_run(struct arena *a, const struct wf_run_info *run,
	 struct wf_run_info *out)
{
	*out = *run;
	out->id = copy_text(a, run->id);
	out->flow = copy_text(a, run->flow);
	out->name = copy_text(a, run->name);
	out->params = copy_text(a, run->params);
	out->outputs = copy_text(a, run->outputs);
	out->definition = copy_text(a, run->definition);
	out->actor = copy_text(a, run->actor);
}

/* The first steps outside groups, and the one the run is about: as much as
 * the list says of any run. */
static void
shorten(struct wf_run_detail *d)
{
	struct wf_list list = {mem_alloc(sizeof(struct arena))};
	struct wf_run_detail kept = {.list = list};
	const struct wf_step_info *foremost = run_foremost(d);
	size_t n = 0;

	kept.steps =
		arena_array(list.arena, struct wf_step_info, KEPT_STEPS + 1);
	copy_run(list.arena, &d->run, &kept.run);
	for (size_t i = 0; i < d->nsteps; i++) {
		const struct wf_step_info *s = &d->steps[i];

		if (s != foremost &&
		    (n == KEPT_STEPS || strpbrk(s->path, "[/")))
			continue;
		if (s == foremost || n < KEPT_STEPS)
			copy_step(list.arena, s, &kept.steps[kept.nsteps++]);
		n += s != foremost;
	}
	wf_list_free(&d->list);
	*d = kept;
}

/* --- reading ----------------------------------------------------------------
 */

static bool
is_large(const struct views *vs, const struct wf_run_info *run)
{
	return run->nsteps > vs->at_once || run->last_event > 4 * vs->at_once;
}

/* What cannot be read is not tried again before there is news of it. */
static void
read_known(struct view *v, const struct wf_run_info *run, struct known *k)
{
	forget(k);
	*k = (struct known){.revision = run->revision,
			    .alive = run->engine_alive};
	snprintf(k->id, sizeof(k->id), "%s", run->id);
	if (wf_run(v->views->engine, run->id, &k->detail, NULL))
		k->detail = (struct wf_run_detail){0};
	else if (is_large(v->views, run) || k->detail.nsteps > KEPT_STEPS)
		shorten(&k->detail);
}

static struct known *
known_of(struct view *v, const struct wf_run_info *run)
{
	struct runs *r = runs_of(v);
	struct known *k = place_of(r, run);

	if (!is_known(k, run)) {
		if (is_large(v->views, run) && !r->thorough &&
		    !v->views->at_leisure) {
			v->views->behind = r->uncounted = true;
			return NULL;
		}
		read_known(v, run, k);
	}
	k->asked = ++r->asked;
	return k->detail.list.arena ? k : NULL;
}

const struct wf_run_detail *
runs_detail(struct view *v, const struct wf_run_info *run)
{
	struct known *k = known_of(v, run);

	return k ? &k->detail : NULL;
}

/* Looked for from the end on, farther back each time. */
static void
read_decisions(struct view *v, const struct wf_run_info *run, struct known *k)
{
	uint64_t back = LATEST, after;

	do {
		after = run->last_event > back ? run->last_event - back : 0;
		back *= 8;
		wf_list_free(&k->decisions.list);
		if (wf_events(v->views->engine, run->id, after, 0, true,
			      &k->decisions, NULL))
			k->decisions = (struct wf_events){0};
	} while (after && !k->decisions.n);
}

const struct wf_events *
runs_decisions(struct view *v, const struct wf_run_info *run)
{
	struct known *k = known_of(v, run);

	if (k && !k->decided)
		read_decisions(v, run, k);
	if (k)
		k->decided = true;
	return k ? &k->decisions : NULL;
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

/* --- after the picture ------------------------------------------------------
 */

static bool
read_large(struct view *v, const struct wf_run_info *run)
{
	struct runs *r = runs_of(v);

	if (!run || is_known(place_of(r, run), run))
		return false;
	r->thorough = true;
	known_of(v, run);
	r->thorough = false;
	return true;
}

bool
runs_load(struct view *v)
{
	struct runs *r = runs_of(v);

	if (read_large(v, runs_at_cursor(r)))
		return true;
	for (size_t i = r->list.top;
	     i < r->shown.n && i < r->list.top + (size_t)r->height; i++)
		if (read_large(v, r->shown.at[i]))
			return true;
	if (!r->uncounted)
		return false;
	/* By the worst of their steps, as their rows show them now. */
	r->thorough = true;
	runs_read(v);
	r->thorough = false;
	return false;
}
