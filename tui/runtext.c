/* Runs, steps and times in words.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "jsontext.h"
#include "runtext.h"

const char *
span_text(int64_t ms, char text[SPAN_TEXT])
{
	int64_t s = ms / 1000;

	if (ms < 0)
		snprintf(text, SPAN_TEXT, "-");
	else if (s < 60)
		snprintf(text, SPAN_TEXT, "%ds", (int)s);
	else if (s < 3600)
		snprintf(text, SPAN_TEXT, "%dm%02ds", (int)(s / 60),
			 (int)(s % 60));
	else if (s < 86400)
		snprintf(text, SPAN_TEXT, "%dh%02dm", (int)(s / 3600),
			 (int)(s / 60 % 60));
	else
		snprintf(text, SPAN_TEXT, "%dd%02dh", (int)(s / 86400),
			 (int)(s / 3600 % 24));
	return text;
}

const char *
countdown_text(int64_t ms, char text[SPAN_TEXT])
{
	int64_t s = ms > 0 ? (ms + 999) / 1000 : 0;

	if (s >= 3600)
		snprintf(text, SPAN_TEXT, "%d:%02d:%02d", (int)(s / 3600),
			 (int)(s / 60 % 60), (int)(s % 60));
	else
		snprintf(text, SPAN_TEXT, "%02d:%02d", (int)(s / 60),
			 (int)(s % 60));
	return text;
}

const char *
clock_text(int64_t wall, char text[SPAN_TEXT])
{
	time_t seconds = (time_t)(wall / 1000);
	struct tm tm;

	if (!localtime_r(&seconds, &tm) ||
	    strftime(text, SPAN_TEXT, "%H:%M:%S", &tm) == 0)
		snprintf(text, SPAN_TEXT, "--:--:--");
	return text;
}

/* --- steps -------------------------------------------------------------------
 */

const char *
size_text(int64_t bytes, char text[SPAN_TEXT])
{
	if (bytes < 1024)
		snprintf(text, SPAN_TEXT, "%d byte%s", (int)bytes,
			 bytes == 1 ? "" : "s");
	else if (bytes < 1024 * 1024)
		snprintf(text, SPAN_TEXT, "%d KiB", (int)(bytes / 1024));
	else
		snprintf(text, SPAN_TEXT, "%d MiB",
			 (int)(bytes / (1024 * 1024)));
	return text;
}

enum shown
step_shown(const struct wf_step_info *s)
{
	return s->is_held ? SHOWN_HOLD
			  : shown_of_step(s->state, s->cause, s->action);
}

int64_t
step_elapsed(const struct wf_step_info *s, int64_t now)
{
	if (s->started == 0)
		return -1;
	if (s->finished >= s->started)
		return s->finished - s->started;
	/* Nobody works on it: it lasted as long as somebody did. */
	if ((s->state == STEP_UNDO_FAILED || s->state == STEP_LOST) &&
	    step_latest(s) && step_latest(s)->finished >= s->started)
		return step_latest(s)->finished - s->started;
	return now > s->started ? now - s->started : 0;
}

const char *
step_tries(const struct wf_step_info *s, char text[SPAN_TEXT])
{
	char tries[WF_TRIES];

	if (s->tries == 0 || s->is_group)
		snprintf(text, SPAN_TEXT, "-");
	else
		snprintf(text, SPAN_TEXT, "%.15s",
			 wf_tries(s->tries, s->retry_limit, tries));
	return text;
}

void
add_tries(struct strbuf *out, uint32_t n, uint32_t retry_limit)
{
	strbuf_addf(out,
		    n > retry_limit + 1 ? "%u, past the limit of %u"
					: "%u of %u",
		    n, retry_limit + 1);
}

void
attempt_end(const struct wf_attempt_info *a, struct strbuf *out)
{
	if (a->cause != CAUSE_NONE && a->cause != CAUSE_EXIT &&
	    a->cause != CAUSE_SIGNAL)
		strbuf_adds(out, cause_name(a->cause));
	else if (a->signal > 0)
		strbuf_addf(out, "signal %d", a->signal);
	else if (a->exit_code >= 0)
		strbuf_addf(out, "exit %d", a->exit_code);
	else
		strbuf_adds(out, a->state);
}

const struct wf_attempt_info *
step_latest(const struct wf_step_info *s)
{
	return s->nattempts ? &s->attempts[s->nattempts - 1] : NULL;
}

static void
note_failure(const struct wf_step_info *s, struct strbuf *out)
{
	const struct wf_attempt_info *a = step_latest(s);
	char limit[SPAN_TEXT];

	if (s->cause == CAUSE_TIMEOUT && s->timeout > 0)
		strbuf_addf(out, "over its limit of %s",
			    span_text(s->timeout, limit));
	else if (a &&
		 (a->cause == CAUSE_NONE || a->exit_code >= 0 || a->signal))
		attempt_end(a, out);
	else if (s->cause != CAUSE_NONE)
		strbuf_adds(out, cause_name(s->cause));
	/* The reason often says so itself. */
	if (s->reason && out->n && strstr(s->reason, out->at))
		strbuf_clear(out);
	if (s->reason && *s->reason)
		strbuf_addf(out, "%s%s", out->n ? "; " : "", s->reason);
}

static void
note_pending(const struct wf_step_info *s, struct strbuf *out)
{
	const char *const *names = s->nblocked_by ? s->blocked_by : s->needs;
	size_t n = s->nblocked_by ? s->nblocked_by : 0;

	if (s->reason && *s->reason && n == 0) {
		strbuf_adds(out, s->reason);
		return;
	}
	for (size_t i = 0; i < n; i++)
		strbuf_addf(out, "%s%s", i ? ", " : "needs ", names[i]);
}

static void
note_success(const struct wf_step_info *s, struct strbuf *out)
{
	const struct wf_attempt_info *first =
		s->nattempts > 1 ? &s->attempts[0] : NULL;

	if (s->state == STEP_REUSED)
		strbuf_adds(out, s->reason ? s->reason : "");
	if (first && first->phase == PHASE_DO &&
	    !str_eq(first->state, "succeeded")) {
		strbuf_adds(out, "1st try: ");
		attempt_end(first, out);
	}
	if (s->has_undo)
		strbuf_addf(out, "%scan be undone", out->n ? "; " : "");
}

static void
note_due(const struct wf_step_info *s, int64_t now, const char *what,
	 struct strbuf *out)
{
	char text[SPAN_TEXT];

	if (s->due == 0)
		return;
	strbuf_addf(out, "%s in %s%s", what, countdown_text(s->due - now, text),
		    s->due <= now ? " (starting)" : "");
}

/* Its tries are those of before. */
static void
note_undoing(const struct wf_step_info *s, struct strbuf *out)
{
	const struct wf_attempt_info *a = step_latest(s);

	strbuf_adds(out, "its undo runs");
	if (a && a->phase == PHASE_UNDO && a->n > 1)
		strbuf_addf(out, ", try %u", a->n);
}

/* Since when it waits is told by its time; here, what happens without you. */
static void
note_approval(const struct wf_step_info *s, int64_t now, struct strbuf *out)
{
	const char *then = jsontext_member(s->data, "on_timeout");
	char text[SPAN_TEXT];

	strbuf_adds(out, "asks for you  (a = answer)");
	if (!s->due || !then)
		return;
	strbuf_adds(out, "; else ");
	jsontext_add(out, then);
	strbuf_addf(out, " in %s", countdown_text(s->due - now, text));
}

/* "by ana: not today"; "by ana" says more than that an operator did it. */
static void
note_reason(const struct wf_step_info *s, struct strbuf *out)
{
	bool why = s->reason && *s->reason &&
		   !(s->by && str_starts(s->reason, "an operator "));

	if (s->by)
		strbuf_addf(out, "by %s%s", s->by, why ? ": " : "");
	strbuf_adds(out, why ? s->reason : "");
}

static void
note_state(const struct wf_step_info *s, int64_t now, struct strbuf *out)
{
	switch (s->state) {
	case STEP_PENDING:
		note_pending(s, out);
		break;
	case STEP_READY:
		strbuf_adds(out, s->reason && *s->reason ? s->reason
							 : "waits for a slot");
		break;
	case STEP_UNDOING:
		note_undoing(s, out);
		break;
	case STEP_RUNNING:
		if (s->tries > 1) {
			strbuf_adds(out, "try ");
			add_tries(out, s->tries, s->retry_limit);
		}
		break;
	case STEP_RETRY_WAIT:
	case STEP_UNDO_WAIT:
		note_due(s, now, "next try", out);
		if (s->state == STEP_RETRY_WAIT)
			strbuf_adds(out, "  (r = now)");
		break;
	case STEP_WAITING:
		if (str_eq(s->action, "approval"))
			note_approval(s, now, out);
		else
			note_due(s, now, "wakes", out);
		break;
	case STEP_SUCCEEDED:
	case STEP_REUSED:
		note_success(s, out);
		break;
	case STEP_FAILED:
	case STEP_UNDO_FAILED:
		note_failure(s, out);
		break;
	case STEP_LOST:
		strbuf_adds(out, "decide: L settles it, r runs it again");
		break;
	case STEP_SKIPPED:
	case STEP_CANCELLED:
		note_reason(s, out);
		break;
	case STEP_UNDONE:
	case STEP_NSTATES:
		strbuf_adds(out, s->reason ? s->reason : "");
		break;
	}
}

/* Its parts look at what stands before them. */
void
step_note(const struct wf_step_info *s, int64_t now, struct strbuf *out)
{
	struct strbuf note = STRBUF_INIT;

	note_state(s, now, &note);
	strbuf_add(out, note.at, note.n);
	strbuf_release(&note);
}

/* --- runs
 * ---------------------------------------------------------------------- */

int
shown_weight(enum shown shown)
{
	static const enum shown order[] = {SHOWN_LOST,  SHOWN_UNDOX, SHOWN_UNDO,
					   SHOWN_FAIL,  SHOWN_TIME,  SHOWN_WAIT,
					   SHOWN_RETRY, SHOWN_RUN,   SHOWN_HOLD,
					   SHOWN_SLEEP, SHOWN_QUEUE};

	for (size_t i = 0; i < ARRAY_SIZE(order); i++)
		if (order[i] == shown)
			return (int)(ARRAY_SIZE(order) - i);
	return 0;
}

static const struct wf_step_info *
foremost(const struct wf_step_info *steps, size_t n)
{
	const struct wf_step_info *found = NULL;
	int best = 0;

	for (size_t i = 0; i < n; i++) {
		int w = shown_weight(step_shown(&steps[i]));

		if (w > best && !steps[i].is_group) {
			best = w;
			found = &steps[i];
		}
	}
	return found;
}

const struct wf_step_info *
run_foremost(const struct wf_run_detail *d)
{
	return foremost(d->steps, d->nsteps);
}

enum shown
run_shown(const struct wf_run_info *run, const struct wf_step_info *steps,
	  size_t n)
{
	const struct wf_step_info *worst;
	enum shown shown = shown_of_run(run->state, run->interrupted);

	if (run->interrupted || run_state_is_final(run->state) ||
	    run->state == RUN_PAUSED || run->state == RUN_ROLLING_BACK)
		return shown;
	worst = foremost(steps, n);
	if (worst && shown_weight(step_shown(worst)) > shown_weight(shown))
		return step_shown(worst);
	return shown == SHOWN_WAIT && worst ? step_shown(worst) : shown;
}

static void
now_of_step(const struct wf_step_info *s, int64_t now, struct strbuf *out)
{
	char text[SPAN_TEXT], tries[WF_TRIES];

	if (s->state == STEP_UNDO_FAILED) {
		strbuf_addf(out, "undo of %s failed", s->path);
		strbuf_adds(out, step_latest(s) ? ": " : "");
		if (step_latest(s))
			attempt_end(step_latest(s), out);
		return;
	}
	strbuf_addf(out, "%s: ", s->path);
	if (s->state == STEP_RETRY_WAIT)
		strbuf_addf(out, "try %s in %s",
			    wf_tries(s->tries + 1, s->retry_limit, tries),
			    countdown_text(s->due - now, text));
	else if (s->state == STEP_WAITING && str_eq(s->action, "approval"))
		strbuf_adds(out, "asks for you");
	else if (s->state == STEP_RUNNING)
		strbuf_addf(out, "running %s",
			    span_text(step_elapsed(s, now), text));
	else if (s->state == STEP_UNDOING)
		strbuf_adds(out, "undo running");
	else
		step_note(s, now, out);
}

void
run_now(const struct wf_run_detail *d, int64_t now, struct strbuf *out)
{
	const struct wf_step_info *s = run_foremost(d);
	const struct wf_run_info *run = &d->run;
	char text[SPAN_TEXT];

	if (run->interrupted)
		strbuf_adds(out, "its engine is gone; R goes on");
	else if (run->state == RUN_SUCCEEDED || run->state == RUN_PARTIAL)
		strbuf_addf(out, "took %s",
			    span_text(run->finished - run->started, text));
	else if (run->state == RUN_PAUSED)
		strbuf_adds(out, "held; p lets it go on");
	else if (run->state == RUN_QUEUED)
		strbuf_adds(out, "waits for its concurrency group");
	else if (run->state == RUN_CANCELLED)
		strbuf_adds(out, "stopped");
	else if (run->state == RUN_ROLLED_BACK)
		strbuf_adds(out, "rolled back");
	else if (s)
		now_of_step(s, now, out);
	else if (run->cause != CAUSE_NONE)
		strbuf_adds(out, cause_name(run->cause));
}

void
decision_text(const struct wf_event_info *e, struct strbuf *out)
{
	char clock[SPAN_TEXT];

	strbuf_addf(out, "%s ", clock_text(e->time, clock));
	if (e->actor && !str_eq(e->actor, "engine"))
		strbuf_addf(out, "%s%s", e->actor, e->step ? " " : ": ");
	strbuf_addf(out, "%s%s%s", e->step ? e->step : "", e->step ? ": " : "",
		    e->what ? e->what : event_kinds[e->kind].name);
	if (e->because && *e->because)
		strbuf_addf(out, ", %s", e->because);
}

bool
run_ticks(const struct wf_run_detail *d)
{
	for (size_t i = 0; i < d->nsteps; i++) {
		const struct wf_step_info *s = &d->steps[i];

		if (s->state == STEP_RUNNING || s->state == STEP_UNDOING ||
		    ((s->state == STEP_RETRY_WAIT ||
		      s->state == STEP_UNDO_WAIT || s->state == STEP_WAITING) &&
		     s->due))
			return true;
	}
	return false;
}

void
json_pairs(const char *json, struct strbuf *out)
{
	for (const char *key = jsontext_next(json, NULL); key;
	     key = jsontext_next(json, key)) {
		if (out->n)
			strbuf_addc(out, ' ');
		jsontext_add(out, key);
		strbuf_addc(out, '=');
		jsontext_add(out, jsontext_value(key));
	}
}
