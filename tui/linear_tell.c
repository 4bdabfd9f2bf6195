/* Runs and steps as numbered lines, and each change of them once.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "linear_int.h"

#include <stdio.h>
#include <stdlib.h>

#include "../engine/base/clock.h"
#include "jsontext.h"
#include "runtext.h"

enum {
	HEARTBEAT = 30000,
	RUNS_LISTED = 20
};

void
linear_forget(struct linear *l)
{
	vec_each (&l->ids, char *, id)
		free(*id);
	vec_each (&l->paths, char *, path)
		free(*path);
	l->ids.n = l->paths.n = l->said.n = 0;
	map_release(&l->numbers);
	l->run_said = -1;
}

void
linear_list(struct linear *l)
{
	struct wf_run_filter filter = {.limit = RUNS_LISTED};
	struct wf_runs runs = {0};
	struct wf_err err = {0};

	linear_forget(l);
	if (wf_runs(l->vs->engine, &filter, &runs, &err)) {
		linear_say(l->vs, "Error: %s", err.message);
		return;
	}
	if (runs.n == 0)
		linear_say(l->vs, "There are no runs yet.");
	for (size_t i = 0; i < runs.n; i++) {
		const struct wf_run_info *r = &runs.at[i];

		linear_say(l->vs, "%zu. %s %s %s, %u of %u done", i + 1,
			   shown_states[shown_of_run(r->state, r->interrupted)]
				   .word,
			   r->id, r->flow, r->ndone, r->nsteps);
		vec_push(&l->ids, mem_strdup(r->id));
	}
	wf_list_free(&runs.list);
}

static void
say_step(struct linear *l, size_t number, const struct wf_step_info *s)
{
	struct strbuf note = STRBUF_INIT;

	step_note(s, clock_wall(), &note);
	if (number)
		linear_say(l->vs, "%zu. %s %s%s%s", number,
			   shown_states[step_shown(s)].word, s->path,
			   note.n ? ", " : "", note.at);
	else
		linear_say(l->vs, "%s %s%s%s", shown_states[step_shown(s)].word,
			   s->path, note.n ? ", " : "", note.at);
	strbuf_release(&note);
	l->spoke = clock_boot();
}

static void
say_run(struct linear *l, const struct wf_run_detail *d)
{
	enum shown shown = run_shown(&d->run, d->steps, d->nsteps);

	if ((int)shown != l->run_said)
		linear_say(l->vs, "%s run %s of %s, %u of %u done, %u failed",
			   shown_states[shown].word, d->run.id, d->run.flow,
			   d->run.ndone, d->run.nsteps, d->run.nfailed);
	l->run_said = (int)shown;
}

/* Its place among those that were said: a step keeps its number, whatever
 * comes between it and its neighbours. */
static size_t
place_of(struct linear *l, const char *path)
{
	size_t number = (size_t)(uintptr_t)map_get(&l->numbers, path);

	if (number)
		return number - 1;
	vec_push(&l->said, -1);
	vec_push(&l->paths, mem_strdup(path));
	map_set(&l->numbers, vec_last(&l->paths),
		(void *)(uintptr_t)l->paths.n);
	return l->paths.n - 1;
}

/* All of it, as it is now. */
static void
tell_steps(struct linear *l, const struct wf_run_detail *d)
{
	linear_forget(l);
	for (size_t i = 0; i < d->nsteps; i++) {
		size_t at = place_of(l, d->steps[i].path);

		say_step(l, at + 1, &d->steps[i]);
		l->said.at[at] = (int)step_shown(&d->steps[i]);
	}
	l->heard = d->run.last_event;
}

/* How an event leaves its step; NSHOWN: it says nothing of that. */
static enum shown
shown_after(const struct wf_event_info *e, const struct wf_step_info *s)
{
	char *to = jsontext_copy(jsontext_member(e->data, "to"));
	char *why = jsontext_copy(jsontext_member(e->data, "cause"));
	enum shown shown = NSHOWN;
	enum step_state state;
	enum cause cause = CAUSE_NONE;

	if (e->kind == EV_STEP_STATE && to &&
	    step_state_from_name(to, &state)) {
		if (why)
			(void)cause_from_name(why, &cause);
		shown = shown_of_step(state, cause, s->action);
	}
	free(to);
	free(why);
	return shown;
}

/* The step as the event left it; a note belongs to how it is now. */
static void
say_change(struct linear *l, const struct wf_event_info *e,
	   const struct wf_step_info *s)
{
	size_t at = place_of(l, s->path);
	enum shown shown = shown_after(e, s);

	if (shown == NSHOWN || (int)shown == l->said.at[at])
		return;
	if (shown == step_shown(s))
		say_step(l, 0, s);
	else if (shown != SHOWN_QUEUE)
		linear_say(l->vs, "%s %s", shown_states[shown].word, s->path);
	l->said.at[at] = (int)shown;
	l->spoke = clock_boot();
}

/* What happened since, one thing after the other. */
static void
tell_changes(struct linear *l, const struct wf_run_detail *d)
{
	struct wf_events events = {0};
	struct map by_path = {0};

	if (d->run.last_event <= l->heard ||
	    wf_events(l->vs->engine, l->run, l->heard, 0, false, &events, NULL))
		return;
	for (size_t i = 0; i < d->nsteps; i++)
		map_set(&by_path, d->steps[i].path,
			(void *)(uintptr_t)&d->steps[i]);
	for (size_t i = 0;
	     i < events.n && events.at[i].seq <= d->run.last_event; i++) {
		const struct wf_event_info *e = &events.at[i];
		const struct wf_step_info *s =
			e->step ? map_get(&by_path, e->step) : NULL;

		if (s)
			say_change(l, e, s);
		l->heard = e->seq;
	}
	map_release(&by_path);
	wf_list_free(&events.list);
}

/* What has changed since it was said; all of it with `whole`. */
void
linear_tell(struct linear *l, bool whole)
{
	struct wf_run_detail d = {0};
	struct wf_err err = {0};

	if (wf_run(l->vs->engine, l->run, &d, &err)) {
		linear_say(l->vs, "Error: %s", err.message);
		l->run[0] = '\0';
		return;
	}
	if (whole)
		tell_steps(l, &d);
	else
		tell_changes(l, &d);
	say_run(l, &d);
	wf_list_free(&d.list);
}

static void
tell_attempts(const struct linear *l, const struct wf_step_info *s)
{
	char took[SPAN_TEXT];

	for (size_t i = 0; i < s->nattempts; i++) {
		const struct wf_attempt_info *a = &s->attempts[i];
		int64_t end = a->finished ? a->finished : clock_wall();
		struct strbuf how = STRBUF_INIT;

		if (a->finished)
			attempt_end(a, &how);
		linear_say(l->vs, "%s %u: %s, after %s",
			   a->phase == PHASE_DO ? "try" : phase_name(a->phase),
			   a->n, a->finished ? how.at : "running",
			   span_text(end - a->started, took));
		strbuf_release(&how);
	}
}

static void
tell_closely(struct linear *l, const struct wf_step_info *s)
{
	say_step(l, place_of(l, s->path) + 1, s);
	if (s->reason && *s->reason)
		linear_say(l->vs, "because: %s", s->reason);
	for (size_t i = 0; i < s->nneeds; i++)
		linear_say(l->vs, "needs: %s", s->needs[i]);
	if (s->command)
		linear_say(l->vs, "command: %s", s->command);
	tell_attempts(l, s);
	if (s->outputs && !str_eq(s->outputs, "{}"))
		linear_say(l->vs, "outputs: %s", s->outputs);
	linear_say(l->vs, "undo: %s", s->undo_state);
}

void
linear_tell_step(struct linear *l, const char *path)
{
	struct wf_run_detail d = {0};
	bool found = false;

	if (wf_run(l->vs->engine, l->run, &d, NULL))
		return;
	for (size_t i = 0; i < d.nsteps && !found; i++) {
		found = str_eq(d.steps[i].path, path);
		if (found)
			tell_closely(l, &d.steps[i]);
	}
	if (!found)
		linear_say(l->vs, "There is no step %s; steps lists them.",
			   path);
	wf_list_free(&d.list);
}

void
linear_beat(struct linear *l)
{
	struct wf_run_detail d = {0};

	if (!l->run[0] || clock_boot() < l->spoke + HEARTBEAT ||
	    wf_run(l->vs->engine, l->run, &d, NULL))
		return;
	l->spoke = clock_boot();
	if (!run_state_is_final(d.run.state) && d.run.state != RUN_WAITING)
		linear_say(l->vs, "still going on, %u of %u done", d.run.ndone,
			   d.run.nsteps);
	wf_list_free(&d.list);
}
