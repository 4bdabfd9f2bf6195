/* Figures of a run's time: who waited for a place, when all places were taken,
 * who was silent for long.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "../silence.h"
#include "run_view.h"

enum {
	FIGURES_MS = 1000 /* they are not made anew more often */
};

static bool
takes_place(const struct wf_step_info *s)
{
	return !s->is_group &&
	       (str_eq(s->action, "run") || str_eq(s->action, "argv"));
}

/* --- waiting for a place ---------------------------------------------------
 */

int64_t
run_queued_since(const struct run_view *rv, size_t node)
{
	const struct run_node *n = &rv->nodes.at[node];
	const struct wf_step_info *s = &rv->d.steps[n->step];
	const struct wf_run_info *run = &rv->d.run;
	int64_t ready = run->started;
	bool queued = s->state == STEP_READY && run->state != RUN_PAUSED &&
		      !run->interrupted;

	if (!takes_place(s) || (!s->nattempts && !queued))
		return 0;
	for (size_t k = 0; k < n->nneeds; k++) {
		const struct run_node *need = &rv->nodes.at[n->needs[k]];
		const struct wf_step_info *other = &rv->d.steps[need->step];
		/* An item may begin as soon as its group has. */
		bool inside = need->indent < n->indent;
		int64_t t = inside ? other->started : other->finished;

		if (!t)
			return 0;
		ready = t > ready ? t : ready;
	}
	return ready;
}

/* Until the first try began, or now. */
static int64_t
queue_wait(const struct run_view *rv, size_t node)
{
	const struct wf_step_info *s = &rv->d.steps[rv->nodes.at[node].step];
	int64_t since = run_queued_since(rv, node);
	int64_t until = s->nattempts ? s->attempts[0].started : rv->now;

	return since && until > since ? until - since : 0;
}

static void
find_longest_wait(const struct run_view *rv, struct time_figures *f)
{
	for (size_t i = 0; i < rv->nodes.n; i++) {
		int64_t wait = queue_wait(rv, i);

		if (wait <= f->wait)
			continue;
		f->wait = wait;
		f->waited = rv->nodes.at[i].step;
	}
}

/* --- places ----------------------------------------------------------------
 */

struct change {
	int64_t time;
	int by;
};

static int
by_time(const void *pa, const void *pb)
{
	const struct change *a = pa, *b = pb;

	if (a->time != b->time)
		return a->time < b->time ? -1 : 1;
	return a->by - b->by; /* one ends before the next begins */
}

struct changes {
	struct change *at;
	size_t n, cap;
};

static void
add_step(struct changes *c, const struct wf_step_info *s, int64_t now)
{
	for (size_t i = 0; takes_place(s) && i < s->nattempts; i++) {
		const struct wf_attempt_info *a = &s->attempts[i];

		if (a->phase == PHASE_UNDO)
			continue;
		vec_push(c, (struct change){a->started, 1});
		vec_push(c,
			 (struct change){a->finished ? a->finished : now, -1});
	}
}

/* How many were taken at most, and the longest time in which that many were. */
static void
find_busiest(const struct run_view *rv, struct time_figures *f)
{
	struct changes c = {0};
	int64_t since = 0;
	int busy = 0;

	for (size_t i = 0; i < rv->d.nsteps; i++)
		add_step(&c, &rv->d.steps[i], rv->now);
	if (c.n)
		qsort(c.at, c.n, sizeof(*c.at), by_time);
	vec_each (&c, struct change, change) {
		if (busy > 0 && (uint32_t)busy == f->most &&
		    change->time - since > f->until - f->from) {
			f->from = since;
			f->until = change->time;
		}
		busy += change->by;
		since = change->time;
		if (busy > 0 && (uint32_t)busy > f->most) {
			f->most = (uint32_t)busy;
			f->from = f->until = change->time;
		}
	}
	vec_release(&c);
}

/* --- silence ---------------------------------------------------------------
 */

/* None was silent for longer than it lasted: few logs are looked at. */
static void
find_longest_silence(const struct run_view *rv, struct time_figures *f)
{
	for (size_t i = 0; i < rv->d.nsteps; i++) {
		const struct wf_step_info *s = &rv->d.steps[i];

		for (size_t k = 0; takes_place(s) && k < s->nattempts; k++) {
			const struct wf_attempt_info *a = &s->attempts[k];
			int64_t end = a->finished ? a->finished : rv->now;
			int64_t ms = end - a->started > f->silence
					     ? attempt_silence(a, end)
					     : 0;

			if (ms <= f->silence)
				continue;
			f->silence = ms;
			f->silent = i;
		}
	}
}

/* --- the line --------------------------------------------------------------
 */

static const struct time_figures *
figures_of(struct run_view *rv)
{
	struct time_figures *f = &rv->figures;

	if (f->made && rv->now >= f->made && rv->now < f->made + FIGURES_MS &&
	    f->nsteps == rv->d.nsteps)
		return f;
	*f = (struct time_figures){.made = rv->now, .nsteps = rv->d.nsteps};
	find_longest_wait(rv, f);
	find_busiest(rv, f);
	find_longest_silence(rv, f);
	return f;
}

void
run_figures_text(struct run_view *rv, struct strbuf *out)
{
	const struct time_figures *f = figures_of(rv);
	char span[SPAN_TEXT], from[SPAN_TEXT], until[SPAN_TEXT];
	int64_t busy = f->until - f->from;

	strbuf_addf(out, "queue wait %s", span_text(f->wait, span));
	if (f->wait >= 1000)
		strbuf_addf(out, " (%s)", rv->d.steps[f->waited].path);
	if (rv->slots && f->most)
		strbuf_addf(out, "   slots %u/%u busy ", f->most, rv->slots);
	if (rv->slots && f->most && busy >= 60000)
		strbuf_addf(out, "%.5s-%.5s", clock_text(f->from, from),
			    clock_text(f->until, until));
	else if (rv->slots && f->most)
		strbuf_adds(out, span_text(busy, span));
	if (f->silence >= 1000)
		strbuf_addf(out, "   longest silence: %s %s",
			    rv->d.steps[f->silent].path,
			    span_text(f->silence, span));
}
