/* A followed run as plain lines: one event a line, UTC time, key=value where
 * machines may look; for files, pipes and build logs.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "../engine/base/clock.h"
#include "../engine/base/map.h"
#include "../engine/base/text.h"
#include "output.h"
#include "progress.h"
#include "when.h"

enum {
	HEARTBEAT = 120000
};

/* What the events said about the latest attempt of a step. */
struct last {
	char *step;
	int64_t n, limit, ms;
	int64_t exit_code, signal; /* -1: none */
	char cause[16];
};

struct plain {
	struct map steps; /* path to struct last */
	int64_t spoke;    /* when the last line was printed */
	unsigned flags;   /* of text.h */
};

/* An event's data, read leniently: what is missing is 0 or "". */
struct facts {
	json_t *data;
};

static int64_t
fact(const struct facts *f, const char *key, int64_t otherwise)
{
	json_t *value = json_object_get(f->data, key);

	return json_is_integer(value) ? json_integer_value(value) : otherwise;
}

static const char *
fact_text(const struct facts *f, const char *key)
{
	const char *text = json_string_value(json_object_get(f->data, key));

	return text ? text : "";
}

static struct plain *
plain_of(struct progress *p)
{
	return p->state;
}

static struct last *
last_of(struct progress *p, const char *step)
{
	struct last *last = map_get(&plain_of(p)->steps, step);

	if (last)
		return last;
	last = mem_alloc(sizeof(*last));
	last->step = mem_strdup(step);
	last->exit_code = last->signal = -1;
	map_set(&plain_of(p)->steps, last->step, last);
	return last;
}

/* Time, then the text, made harmless: this may end on a terminal. */
static void
say(struct progress *p, int64_t time, const char *fmt, ...) PRINTF_LIKE(3, 4);

static void
say(struct progress *p, int64_t time, const char *fmt, ...)
{
	struct strbuf text = STRBUF_INIT, line = STRBUF_INIT;
	char when[CLOCK_TEXT];
	va_list ap;

	va_start(ap, fmt);
	strbuf_addv(&text, fmt, ap);
	va_end(ap);
	strbuf_addf(&line, "%.19sZ ", clock_format(time, when));
	text_sanitize(&line, text.at, text.n, plain_of(p)->flags);
	strbuf_addc(&line, '\n');
	fwrite(line.at, 1, line.n, stdout);
	plain_of(p)->spoke = clock_boot();
	strbuf_release(&text);
	strbuf_release(&line);
}

static void
plain_begin(struct progress *p)
{
	const struct wf_run_info *run = &p->detail.run;
	struct plain *plain = mem_alloc(sizeof(*plain));

	p->state = plain;
	plain->flags = output_utf8() ? 0 : TEXT_ASCII;
	say(p, p->again ? clock_wall() : run->created,
	    "run %s %s flow=%s rev=%.7s steps=%u", run->id,
	    p->again ? "again" : "start", run->flow,
	    run->definition ? run->definition : "", run->nsteps);
}

static const char *
phase_prefix(const char *phase)
{
	return str_eq(phase, "undo")    ? "undo "
	       : str_eq(phase, "check") ? "check "
					: "";
}

/* "exit=137", "signal=9", "cause=timeout" */
static void
add_end(struct strbuf *out, const struct last *last)
{
	if (last->exit_code >= 0)
		strbuf_addf(out, " exit=%" PRId64, last->exit_code);
	else if (last->signal > 0)
		strbuf_addf(out, " signal=%" PRId64, last->signal);
	if (last->cause[0] && !str_eq(last->cause, "exit") &&
	    !str_eq(last->cause, "signal"))
		strbuf_addf(out, " cause=%s", last->cause);
}

/* Which try of how many: also of one that began before anybody looked. */
static void
note_number(struct progress *p, struct last *last, const struct facts *f)
{
	const struct wf_step_info *step = progress_step(p, last->step);

	last->n = fact(f, "n", last->n ? last->n : 1);
	last->limit = step && step->retry_limit ? step->retry_limit + 1 : 1;
	if (last->limit < last->n)
		last->limit = last->n;
}

static void
attempt_started(struct progress *p, const struct wf_event_info *e,
		const struct facts *f)
{
	struct last *last = last_of(p, e->step);
	const char *phase = fact_text(f, "phase");

	note_number(p, last, f);
	if (str_eq(phase, "check"))
		say(p, e->time, "%s check start", e->step);
	else
		say(p, e->time, "%s %stry %" PRId64 "/%" PRId64 " start",
		    e->step, phase_prefix(phase), last->n, last->limit);
}

static void
attempt_ended(struct progress *p, const struct wf_event_info *e,
	      const struct facts *f)
{
	struct last *last = last_of(p, e->step);
	struct strbuf end = STRBUF_INIT;
	const char *phase = fact_text(f, "phase");
	char after[WHEN_TEXT];

	note_number(p, last, f);
	last->ms = fact(f, "ms", 0);
	last->exit_code = fact(f, "exit_code", -1);
	last->signal = fact(f, "signal", -1);
	snprintf(last->cause, sizeof(last->cause), "%s", fact_text(f, "cause"));
	add_end(&end, last);
	when_duration(last->ms, after);
	if (str_eq(phase, "check"))
		say(p, e->time, "%s check%s after=%s", e->step, end.at, after);
	else if (last->exit_code != 0 || last->cause[0])
		say(p, e->time,
		    "%s %stry %" PRId64 "/%" PRId64 " fail%s after=%s", e->step,
		    phase_prefix(phase), last->n, last->limit, end.at, after);
	strbuf_release(&end);
}

/* What was let through, as one word: "exit 137 matches ..." is "exit:137". */
static void
add_rule(struct strbuf *out, const char *rule)
{
	const char *end = strstr(rule, " matches ");

	if (!end)
		end = strstr(rule, " may be ");
	for (; *rule && rule != end; rule++)
		strbuf_addc(out, *rule == ' ' ? ':' : *rule);
}

/* "15s x 2^1" grows by a factor, "15s x 2" by a number of delays. */
static const char *
backoff_of(const char *because)
{
	const char *times = because ? strstr(because, " x ") : NULL;

	return !times ? "fixed" : strchr(times, '^') ? "exp" : "linear";
}

static void
retry(struct progress *p, const struct wf_event_info *e, const struct facts *f)
{
	struct last *last = last_of(p, e->step);
	struct strbuf rule = STRBUF_INIT;
	char delay[WHEN_TEXT];

	add_rule(&rule, fact_text(f, "rule"));
	say(p, e->time,
	    "%s retry %" PRId64 "/%" PRId64 " in=%s rule=%s backoff=%s",
	    e->step, fact(f, "n", last->n + 1),
	    fact(f, "limit", last->limit - 1) + 1,
	    when_duration(fact(f, "delay_ms", 0), delay), rule.at,
	    backoff_of(e->because));
	strbuf_release(&rule);
}

static void
add_because(struct strbuf *out, const char *because)
{
	if (because && *because)
		strbuf_addf(out, " because %s", because);
}

/* The words for a step that came to a state; NULL: no line for it. */
static const char *
state_word(enum step_state state)
{
	switch (state) {
	case STEP_SUCCEEDED:
		return "ok";
	case STEP_REUSED:
		return "kept";
	case STEP_FAILED:
		return "FAILED";
	case STEP_SKIPPED:
		return "skipped";
	case STEP_CANCELLED:
		return "cancelled";
	case STEP_LOST:
		return "LOST";
	case STEP_WAITING:
		return "waiting";
	case STEP_UNDONE:
		return "undo ok";
	case STEP_UNDO_FAILED:
		return "UNDO FAILED";
	case STEP_PENDING:
	case STEP_READY:
	case STEP_RUNNING:
	case STEP_RETRY_WAIT:
	case STEP_UNDOING:
	case STEP_UNDO_WAIT:
	case STEP_NSTATES:
		break;
	}
	return NULL;
}

static void
step_state(struct progress *p, const struct wf_event_info *e,
	   const struct facts *f)
{
	struct last *last = map_get(&plain_of(p)->steps, e->step);
	struct strbuf rest = STRBUF_INIT;
	enum step_state state;
	char took[WHEN_TEXT];
	const char *word;

	if (!step_state_from_name(fact_text(f, "to"), &state))
		return;
	word = state_word(state);
	if (!word)
		return;
	if (last && !last->n) /* a child flow makes no attempts itself */
		last = NULL;
	if (last && (state == STEP_SUCCEEDED || state == STEP_UNDONE)) {
		strbuf_addf(&rest, " %s", when_duration(last->ms, took));
		if (last->n > 1)
			strbuf_addf(&rest, " tries=%" PRId64, last->n);
	} else if (last &&
		   (state == STEP_FAILED || state == STEP_UNDO_FAILED)) {
		add_end(&rest, last);
		strbuf_addf(&rest, " tries=%" PRId64 "/%" PRId64 " after=%s",
			    last->n, last->limit,
			    when_duration(last->ms, took));
	} else if (state != STEP_SUCCEEDED) {
		add_because(&rest, e->because);
	}
	say(p, e->time, "%s %s%s", e->step, word, rest.at);
	strbuf_release(&rest);
}

/* Decisions and news that concern people. */
static void
tell(struct progress *p, const struct wf_event_info *e, const char *word)
{
	struct strbuf rest = STRBUF_INIT;

	/* The state that the step comes to says it, too. */
	if (e->kind == EV_LOST && e->what && str_eq(e->what, word))
		return;
	if (e->what && *e->what)
		strbuf_addf(&rest, " %s", e->what);
	add_because(&rest, e->because);
	if (e->step)
		say(p, e->time, "%s %s%s", e->step, word, rest.at);
	else
		say(p, e->time, "run %s %s%s", p->detail.run.id, word, rest.at);
	strbuf_release(&rest);
}

/* It begins with its plan, and ends with a word. */
static void
rollback(struct progress *p, const struct wf_event_info *e,
	 const struct facts *f)
{
	const json_t *steps = json_object_get(f->data, "steps");
	struct strbuf rest = STRBUF_INIT;

	if (!steps) {
		tell(p, e, "rollback");
		return;
	}
	add_because(&rest, e->because);
	say(p, e->time,
	    "run %s rollback start plan=%s steps=%zu cause=%s target=%s%s",
	    p->detail.run.id, fact_text(f, "number"), json_array_size(steps),
	    fact_text(f, "cause"), fact_text(f, "target"), rest.at);
	strbuf_release(&rest);
}

static void
run_state(struct progress *p, const struct wf_event_info *e,
	  const struct facts *f)
{
	const char *to = fact_text(f, "to");
	enum run_state state;

	/* the end has a line of its own, and the beginning too */
	if (run_state_from_name(to, &state) &&
	    (run_state_is_final(state) || state == RUN_RUNNING))
		return;
	say(p, e->time, "run %s %s", p->detail.run.id, to);
}

static void
plain_event(struct progress *p, const struct wf_event_info *e)
{
	struct facts f = {json_value(e->data)};

	if (e->kind == EV_ATTEMPT_STARTED && e->step)
		attempt_started(p, e, &f);
	else if (e->kind == EV_ATTEMPT_ENDED && e->step)
		attempt_ended(p, e, &f);
	else if (e->kind == EV_RETRY && e->step)
		retry(p, e, &f);
	else if (e->kind == EV_STEP_STATE && e->step)
		step_state(p, e, &f);
	else if (e->kind == EV_RUN_STATE)
		run_state(p, e, &f);
	else if (e->kind == EV_ROLLBACK)
		rollback(p, e, &f);
	else if (e->kind == EV_WARNING || e->kind == EV_REQUEST ||
		 e->kind == EV_REFUSED || e->kind == EV_SIGNAL ||
		 e->kind == EV_SURVIVORS || e->kind == EV_LOST ||
		 e->kind == EV_CANCEL || e->kind == EV_NOTE)
		tell(p, e, event_kinds[e->kind].name);
	json_decref(f.data);
}

static void
plain_line(struct progress *p, const char *step, const char *line, size_t n,
	   bool partial)
{
	struct strbuf out = STRBUF_INIT;
	char when[CLOCK_TEXT];
	int64_t time = clock_wall();

	if (p->until && p->until < time)
		time = p->until;
	strbuf_addf(&out, "%.19sZ ", clock_format(time, when));
	text_sanitize_str(&out, step, plain_of(p)->flags);
	strbuf_adds(&out, " | ");
	text_log_line(&out, line, n, plain_of(p)->flags);
	strbuf_adds(&out, partial ? " (line goes on)\n" : "\n");
	fwrite(out.at, 1, out.n, stdout);
	plain_of(p)->spoke = clock_boot();
	strbuf_release(&out);
}

/* Since when a running step has written nothing. */
static int64_t
silence_of(const struct wf_step_info *s)
{
	const struct wf_attempt_info *a =
		s->nattempts ? &s->attempts[s->nattempts - 1] : NULL;
	int64_t since = a ? a->started : s->started;
	struct stat st;

	if (a && a->log && stat(a->log, &st) == 0 && st.st_size > 0)
		since = (int64_t)st.st_mtim.tv_sec * 1000;
	return since && clock_wall() > since ? clock_wall() - since : 0;
}

/* Build systems kill what is silent for long.  The silences stand in the
 * order of the steps. */
static void
plain_tick(struct progress *p)
{
	struct strbuf running = STRBUF_INIT, silent = STRBUF_INIT;
	char silence[WHEN_TEXT];
	int shown = 0;

	if (clock_boot() - plain_of(p)->spoke < HEARTBEAT)
		return;
	for (size_t i = 0; i < p->detail.nsteps && shown < 5; i++) {
		const struct wf_step_info *s = &p->detail.steps[i];

		if (s->state != STEP_RUNNING || s->is_group)
			continue;
		strbuf_addf(&running, "%s%s", shown ? "," : "", s->path);
		strbuf_addf(&silent, "%s%s", shown ? "," : " silent=",
			    when_clock(silence_of(s), silence));
		shown++;
	}
	say(p, clock_wall(), "run %s alive running=%s%s", p->detail.run.id,
	    shown ? running.at : "-", silent.at);
	strbuf_release(&running);
	strbuf_release(&silent);
}

/* "ok=4 failed=1 undone=1", zeros left out. */
static void
add_counts(struct strbuf *out, const struct wf_run_detail *detail)
{
	unsigned counts[STEP_NSTATES] = {0};

	for (size_t i = 0; i < detail->nsteps; i++)
		if (!detail->steps[i].is_group)
			counts[detail->steps[i].state]++;
	for (int i = 0; i < STEP_NSTATES; i++)
		if (counts[i])
			strbuf_addf(out, " %s=%u",
				    i == STEP_SUCCEEDED ? "ok"
				    : i == STEP_PENDING ? "not_run"
							: step_states[i].name,
				    counts[i]);
}

static void
plain_end(struct progress *p)
{
	const struct wf_run_info *run = &p->detail.run;
	const char *state = wf_run_state_text(run);
	struct strbuf line = STRBUF_INIT;
	char after[WHEN_TEXT];
	int64_t end = run->finished ? run->finished : clock_wall();

	strbuf_addf(&line, "run %s ", run->id);
	for (const char *c = state; *c; c++)
		strbuf_addc(&line, run->state == RUN_FAILED && *c >= 'a'
					   ? (char)(*c - 'a' + 'A')
					   : *c);
	add_counts(&line, &p->detail);
	strbuf_addf(&line, " exit=%d", wf_code_exit(wf_run_code(run)));
	if (run->started)
		strbuf_addf(&line, " after=%s",
			    when_duration(end - run->started, after));
	say(p, end, "%s", line.at);
	strbuf_release(&line);
}

static void
plain_release(struct progress *p)
{
	map_each (&plain_of(p)->steps, entry) {
		struct last *last = entry->value;

		free(last->step);
		free(last);
	}
	map_release(&plain_of(p)->steps);
	free(p->state);
}

const struct progress_ops progress_plain = {.logs = true,
					    .tick = 1000,
					    .begin = plain_begin,
					    .event = plain_event,
					    .line = plain_line,
					    .tick_fn = plain_tick,
					    .end = plain_end,
					    .release = plain_release};
