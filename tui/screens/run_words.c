/* What is said of a step of the run that is shown.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../silence.h"
#include "run_view.h"

#define SECOND ((int64_t)1000)
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)

enum {
	NAMED = 3 /* steps left to undo */
};

enum shown
run_step_shown(const struct run_view *rv, const struct wf_step_info *s)
{
	return rv->shown[s - rv->d.steps];
}

/* The first step of the plan behind `place` that is not undone. */
static size_t
next_left(const struct run_view *rv, size_t place)
{
	size_t found = SIZE_MAX;

	for (size_t i = 0; i < rv->d.nsteps; i++)
		if (rv->place[i] > place &&
		    rv->d.steps[i].state != STEP_UNDONE &&
		    (found == SIZE_MAX || rv->place[i] < rv->place[found]))
			found = i;
	return found;
}

/* "exit 1; left to undo: load, extract" */
static void
note_stuck(const struct run_view *rv, const struct wf_step_info *s,
	   struct strbuf *out)
{
	size_t i = next_left(rv, 0), n = 0;

	if (step_latest(s))
		attempt_end(step_latest(s), out);
	for (; i != SIZE_MAX && n < NAMED; i = next_left(rv, rv->place[i]))
		strbuf_addf(out, "%s%s",
			    n++      ? ", "
			    : out->n ? "; left to undo: "
				     : "left to undo: ",
			    rv->d.steps[i].path);
	strbuf_adds(out, i == SIZE_MAX ? "" : " ...");
}

static void
note_undone(const struct run_view *rv, const struct wf_step_info *s,
	    struct strbuf *out)
{
	if (rv->plan_number && rv->place[s - rv->d.steps])
		strbuf_addf(out, "plan %s", rv->plan_number);
	if (s->reason && *s->reason)
		strbuf_addf(out, "%s%s", out->n ? "; " : "", s->reason);
}

/* "3 of 12 in the queue", with what it waits for besides a slot. */
static void
note_ready(const struct run_view *rv, const struct wf_step_info *s,
	   struct strbuf *out)
{
	uint32_t turn = rv->turn ? rv->turn[s - rv->d.steps] : 0;
	bool more = !turn || (s->reason && *s->reason);

	if (turn)
		strbuf_addf(out, "%u of %zu in the queue%s", turn, rv->nready,
			    more ? "; " : "");
	if (more)
		step_note(s, rv->now, out);
}

void
run_step_note(const struct run_view *rv, const struct wf_step_info *s,
	      struct strbuf *out)
{
	const char *blocker = rv->blocker[s - rv->d.steps];
	int64_t silence = step_silence(s, rv->now);
	char text[SPAN_TEXT];

	if (run_step_shown(rv, s) == SHOWN_BLOCK && blocker)
		strbuf_addf(out, "blocked by %s", blocker);
	else if (s->state == STEP_READY && rv->d.run.state == RUN_PAUSED)
		strbuf_adds(out, "the run is held  (p = go on)");
	else if (s->state == STEP_READY)
		note_ready(rv, s, out);
	else if (s->state == STEP_RETRY_WAIT && s->due &&
		 rv->d.run.state == RUN_PAUSED)
		strbuf_addf(out, "held; due in %s  (p = go on)",
			    countdown_text(s->due - rv->now, text));
	else if (s->state == STEP_UNDO_FAILED && rv->plan.n)
		note_stuck(rv, s, out);
	else if (s->state == STEP_UNDONE)
		note_undone(rv, s, out);
	else if (rv->plan.n && rv->place[s - rv->d.steps] &&
		 step_state_is_good(s->state))
		strbuf_adds(out, rv->d.run.state == RUN_ROLLING_BACK
					 ? "will be undone"
					 : "still to be undone");
	else if (rv->plan.n && !rv->place[s - rv->d.steps] &&
		 step_state_is_good(s->state))
		strbuf_adds(out, "kept: no part of the rollback");
	else
		step_note(s, rv->now, out);
	if (silence)
		strbuf_addf(out, "%ssilent %s", out->n ? "; " : "",
			    span_text(silence, text));
}

bool
run_moves(const struct run_view *rv)
{
	const struct wf_run_info *run = &rv->d.run;

	if (run_state_is_final(run->state) || run->interrupted)
		return false;
	return run_ticks(&rv->d) ||
	       (run->state != RUN_WAITING && run->state != RUN_PAUSED);
}

int64_t
run_clock_step(const struct run_view *rv)
{
	const struct wf_run_info *run = &rv->d.run;
	int64_t youngest = rv->now - run->started;

	if (run_state_is_final(run->state) || run->interrupted)
		return 0;
	for (size_t i = 0; i < rv->d.nsteps; i++) {
		const struct wf_step_info *s = &rv->d.steps[i];

		if (s->state == STEP_WAITING && rv->now - s->started < youngest)
			youngest = rv->now - s->started;
	}
	/* See span_text. */
	return run_moves(rv) || youngest < HOUR ? SECOND : MINUTE;
}

/* Those that wait for it, near and far, are not counted twice. */
static size_t
count_blocked(const struct run_view *rv, const struct wf_step_info *s)
{
	size_t n = 0;

	for (size_t i = 0; i < rv->d.nsteps; i++)
		for (size_t k = 0; k < rv->d.steps[i].nblocked_by; k++)
			n += str_eq(rv->d.steps[i].blocked_by[k], s->path);
	return n;
}

static void
add_last_try(const struct wf_step_info *s, struct strbuf *out)
{
	const struct wf_attempt_info *a = step_latest(s);

	if (!a || !a->finished || str_eq(a->state, "succeeded"))
		return;
	if (a->phase == PHASE_DO) {
		strbuf_adds(out, "try ");
		add_tries(out, a->n, s->retry_limit);
	} else {
		strbuf_addf(out, "undo, try %u", a->n);
	}
	strbuf_adds(out, " ended with ");
	attempt_end(a, out);
	strbuf_adds(out, "; ");
}

void
run_step_sentence(const struct run_view *rv, const struct wf_step_info *s,
		  struct strbuf *out)
{
	struct strbuf note = STRBUF_INIT;
	char text[SPAN_TEXT];
	size_t blocked = count_blocked(rv, s);

	strbuf_addf(out, "%s: ", s->path);
	if (s->state == STEP_RETRY_WAIT || s->state == STEP_UNDO_WAIT) {
		add_last_try(s, out);
		if (s->due)
			strbuf_addf(out, "next in %s; ",
				    countdown_text(s->due - rv->now, text));
		strbuf_adds(out, s->reason ? s->reason : "");
	} else {
		run_step_note(rv, s, &note);
		strbuf_add(out, note.at, note.n);
		strbuf_release(&note);
	}
	if (blocked)
		strbuf_addf(out, "%s%zu step%s wait%s for it",
			    str_ends(out->at, ": ") ? "" : "; ", blocked,
			    blocked == 1 ? "" : "s", blocked == 1 ? "s" : "");
	if (str_ends(out->at, ": "))
		strbuf_clear(out);
}
