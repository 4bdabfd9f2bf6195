/* A followed run for those who read by ear or by touch: text that is only
 * ever added to, the word of the state first, no frames, no clocks that move.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>

#include "../engine/base/clock.h"
#include "../engine/base/text.h"
#include "advice.h"
#include "output.h"
#include "progress.h"
#include "when.h"

enum {
	HEARTBEAT = 30000,
	TICK = 1000
};

struct linear {
	int64_t spoke; /* when the last line was printed */
	unsigned flags;
	struct map tries; /* path to the number of the latest try */
};

static void say(struct progress *p, const char *fmt, ...) PRINTF_LIKE(2, 3);

static void
say(struct progress *p, const char *fmt, ...)
{
	struct linear *linear = p->state;
	struct strbuf text = STRBUF_INIT, line = STRBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	strbuf_addv(&text, fmt, ap);
	va_end(ap);
	text_sanitize(&line, text.at, text.n, linear->flags);
	strbuf_addc(&line, '\n');
	fwrite(line.at, 1, line.n, stdout);
	linear->spoke = clock_boot();
	strbuf_release(&text);
	strbuf_release(&line);
}

static void
linear_begin(struct progress *p)
{
	const struct wf_run_info *run = &p->detail.run;
	struct linear *linear = mem_alloc(sizeof(*linear));

	p->state = linear;
	linear->flags = output_utf8() ? 0 : TEXT_ASCII;
	say(p, "Run %s of %s, %u step%s.", run->id, run->flow, run->nsteps,
	    run->nsteps == 1 ? "" : "s");
}

static void
add_because(struct strbuf *out, const char *because)
{
	if (because && *because)
		strbuf_addf(out, ", because %s", because);
}

static uint32_t
known_try(struct progress *p, const char *step)
{
	struct linear *linear = p->state;

	return (uint32_t)(uintptr_t)map_get(&linear->tries, step);
}

static void
keep_try(struct progress *p, const struct wf_event_info *e, json_t *data)
{
	struct linear *linear = p->state;
	json_int_t n = json_integer_value(json_object_get(data, "n"));
	const char *phase = json_string_value(json_object_get(data, "phase"));

	if (!phase || !str_eq(phase, "do"))
		return;
	map_set(&linear->tries,
		known_try(p, e->step) ? e->step : mem_strdup(e->step),
		(void *)(uintptr_t)n);
}

/* A step is running before its try has begun; the snapshot may be ahead. */
static uint32_t
next_try(struct progress *p, const struct wf_step_info *s)
{
	uint32_t known = known_try(p, s->path);

	return known || !p->again ? known + 1 : s->tries;
}

static void
add_try(struct strbuf *out, uint32_t n, uint32_t limit)
{
	strbuf_addf(out,
		    n > limit ? ", try %u, past the limit of %u"
			      : ", try %u of %u",
		    n, limit);
}

/* "SUCCEEDED build-api, after 1m12s, 2 tries" */
static void
step_state(struct progress *p, const struct wf_event_info *e, const char *to)
{
	const struct wf_step_info *s = progress_step(p, e->step);
	struct strbuf line = STRBUF_INIT;
	enum step_state state;
	char took[WHEN_TEXT];

	if (!step_state_from_name(to, &state) || state == STEP_READY)
		return;
	for (const char *c = to; *c; c++)
		strbuf_addc(&line, (char)(*c == '_' ? ' ' : toupper(*c)));
	strbuf_addf(&line, " %s", e->step);
	if (s && state == STEP_RUNNING && s->retry_limit)
		add_try(&line, next_try(p, s), s->retry_limit + 1);
	if (s && step_state_is_settled(state) && s->started &&
	    s->finished >= s->started)
		strbuf_addf(&line, ", after %s",
			    when_duration(s->finished - s->started, took));
	if (s && step_state_is_settled(state) && s->tries > 1)
		strbuf_addf(&line, ", %u tries", s->tries);
	add_because(&line, e->because);
	say(p, "%s.", line.at);
	strbuf_release(&line);
}

static void
retry(struct progress *p, const struct wf_event_info *e, json_t *data)
{
	char delay[WHEN_TEXT];
	json_int_t ms = json_integer_value(json_object_get(data, "delay_ms"));

	say(p, "The next try of %s begins in %s.", e->step,
	    when_duration(ms, delay));
}

static void
linear_event(struct progress *p, const struct wf_event_info *e)
{
	json_t *data = json_value(e->data);
	const char *to = json_string_value(json_object_get(data, "to"));
	struct strbuf line = STRBUF_INIT;

	if (e->kind == EV_STEP_STATE && e->step && to) {
		step_state(p, e, to);
	} else if (e->kind == EV_ATTEMPT_STARTED && e->step) {
		keep_try(p, e, data);
	} else if (e->kind == EV_RETRY && e->step) {
		retry(p, e, data);
	} else if (e->kind == EV_RUN_STATE && to) {
		say(p, "The run is %s.", to);
	} else if (event_kinds[e->kind].decision || e->kind == EV_WARNING ||
		   e->kind == EV_SURVIVORS || e->kind == EV_REFUSED) {
		strbuf_addf(&line, "%s: %s%s", e->step ? e->step : "The run",
			    progress_prefix(e),
			    e->what ? e->what : event_kinds[e->kind].name);
		add_because(&line, e->because);
		say(p, "%s.", line.at);
	}
	strbuf_release(&line);
	json_decref(data);
}

static void
linear_line(struct progress *p, const char *step, const char *text, size_t n,
	    bool partial)
{
	struct linear *linear = p->state;
	struct strbuf out = STRBUF_INIT;

	text_sanitize_str(&out, step, linear->flags);
	strbuf_adds(&out, " | ");
	text_log_line(&out, text, n, linear->flags);
	strbuf_adds(&out, partial ? " (line goes on)\n" : "\n");
	fwrite(out.at, 1, out.n, stdout);
	linear->spoke = clock_boot();
	strbuf_release(&out);
}

/* Proof of life, with what it is about. */
static void
linear_tick(struct progress *p)
{
	struct linear *linear = p->state;
	struct strbuf running = STRBUF_INIT;
	size_t shown = 0;

	if (clock_boot() - linear->spoke < HEARTBEAT)
		return;
	for (size_t i = 0; i < p->detail.nsteps && shown < 5; i++) {
		const struct wf_step_info *s = &p->detail.steps[i];

		if (s->state == STEP_RUNNING && !s->is_group)
			strbuf_addf(&running, "%s%s", shown++ ? ", " : "",
				    s->path);
	}
	say(p, "Still going on, %u of %u done; running: %s.",
	    p->detail.run.ndone, p->detail.run.nsteps,
	    shown ? running.at : "nothing");
	strbuf_release(&running);
}

static void
linear_note(struct progress *p, const char *text)
{
	say(p, "%s.", text);
}

static void
linear_end(struct progress *p)
{
	const struct wf_run_info *run = &p->detail.run;

	say(p, "Run %s: %s, %u of %u steps done, %u failed.", run->id,
	    wf_run_state_text(run), run->ndone, run->nsteps, run->nfailed);
	advice_print(stdout, &p->detail);
}

static void
linear_release(struct progress *p)
{
	struct linear *linear = p->state;

	map_each (&linear->tries, entry)
		free((char *)(uintptr_t)entry->key);
	map_release(&linear->tries);
	free(linear);
}

const struct progress_ops progress_linear = {.logs = true,
					     .tick = TICK,
					     .begin = linear_begin,
					     .event = linear_event,
					     .line = linear_line,
					     .tick_fn = linear_tick,
					     .note = linear_note,
					     .end = linear_end,
					     .release = linear_release};
