/* A followed run on a terminal: finished steps scroll up, one line each, and
 * are never touched again; what goes on is redrawn in a block below them.
 *
 * No alternate screen and no raw mode.  Lines of the block are clipped so
 * that they never wrap, and each frame is one write.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "../engine/about.h"
#include "../engine/base/clock.h"
#include "../engine/base/fs.h"
#include "../engine/base/map.h"
#include "../engine/base/text.h"
#include "advice.h"
#include "glyph.h"
#include "output.h"
#include "progress.h"
#include "record.h"
#include "tail.h"
#include "when.h"

enum {
	FRAME = 100,    /* ms between frames at least */
	SECOND = 1000,  /* and at most while clocks are shown */
	TAIL_LINES = 20 /* of a failed step's log */
};

struct live {
	struct strbuf scroll; /* lines that go up for good, not yet shown */
	struct map lines;     /* step to its last line of output */
	int drawn;            /* rows of the block on the screen */
	int width, height;
	int64_t drawn_at;
	bool dirty;                 /* something happened since */
	bool utf8, colored, direct; /* direct: the only step's own output */
	unsigned flags;
};

static struct live *
live_of(struct progress *p)
{
	return p->state;
}

static void
measure(struct live *live)
{
	struct winsize size;
	int width = live->width;

	live->width = 80;
	live->height = 24;
	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_col &&
	    size.ws_row) {
		live->width = size.ws_col;
		live->height = size.ws_row;
	}
	/* rows may have wrapped anew: leave them and draw below */
	if (width && width != live->width)
		live->drawn = 0;
}

/* One line of the screen: clipped, harmless, coloured as a whole. */
static void
add_line(struct live *live, struct strbuf *out, const char *color,
	 const char *text)
{
	size_t n = strlen(text);

	while (n && text[n - 1] == ' ')
		n--;
	strbuf_adds(out, color);
	text_clip(out, text, n, live->width - 1, live->flags | TEXT_DOTS);
	if (*color)
		strbuf_adds(out, output_plain(live->colored));
	strbuf_addc(out, '\n');
}

static const char *
color_of(const struct live *live, enum step_state state)
{
	return output_state_color(live->colored, step_states[state].name);
}

/* "+ build-api      1m12s  after 2 tries (1st: exit 137)" */
static void
scroll_step(struct progress *p, const struct wf_step_info *step,
	    enum step_state state, const char *because)
{
	struct live *live = live_of(p);
	struct strbuf line = STRBUF_INIT;
	char took[WHEN_TEXT], cause[64];

	strbuf_addf(&line, "%s %-20s", glyph_of(state, live->utf8), step->path);
	if (state != STEP_SUCCEEDED)
		strbuf_addf(&line, " %s", step_states[state].name);
	if (step->started && step->finished >= step->started)
		strbuf_addf(
			&line, " %s",
			when_duration(step->finished - step->started, took));
	if (step->tries > 1)
		strbuf_addf(&line, "  after %u tries", step->tries);
	if (step->tries > 1 && state == STEP_SUCCEEDED &&
	    *record_first(step, cause))
		strbuf_addf(&line, " (1st: %s)", cause);
	if (state == STEP_FAILED && *record_cause(step, cause))
		strbuf_addf(&line, "  %s", cause);
	else if (state != STEP_SUCCEEDED && because && *because)
		strbuf_addf(&line, "  (%s)", because);
	add_line(live, &live->scroll, color_of(live, state), line.at);
	strbuf_release(&line);
}

/* A failing step shows its last lines, and how to see all of them. */
static void
scroll_log(struct progress *p, const struct wf_step_info *step)
{
	struct live *live = live_of(p);
	struct strbuf text = STRBUF_INIT, line = STRBUF_INIT;
	const char *log = step->nattempts
				  ? step->attempts[step->nattempts - 1].log
				  : NULL;

	if (live->direct || !log || !log_last(log, TAIL_LINES, &text)) {
		strbuf_release(&text);
		return;
	}
	for (const char *at = text.at, *end; *at; at = end) {
		size_t n = strcspn(at, "\n");

		end = at + n + (at[n] == '\n');
		strbuf_adds(&live->scroll, "      ");
		text_log_line(&live->scroll, at, n, live->flags);
		strbuf_addc(&live->scroll, '\n');
	}
	strbuf_addf(&line, "      all of it: wfctl logs %s ", p->detail.run.id);
	strbuf_quote(&line, step->path);
	add_line(live, &live->scroll, "", line.at);
	strbuf_release(&line);
	strbuf_release(&text);
}

static void
take_step_state(struct progress *p, const struct wf_event_info *e)
{
	const struct wf_step_info *step = progress_step(p, e->step);
	json_t *data = json_value(e->data);
	const char *to = json_string_value(json_object_get(data, "to"));
	enum step_state state;

	if (step && to && step_state_from_name(to, &state) &&
	    (step_state_is_settled(state) || state == STEP_LOST ||
	     state == STEP_UNDO_FAILED)) {
		scroll_step(p, step, state, e->because);
		if (state == STEP_FAILED || state == STEP_UNDO_FAILED)
			scroll_log(p, step);
	}
	json_decref(data);
}

static void
live_event(struct progress *p, const struct wf_event_info *e)
{
	struct live *live = live_of(p);
	struct strbuf line = STRBUF_INIT;

	live->dirty = true;
	if (e->kind == EV_STEP_STATE && e->step) {
		take_step_state(p, e);
	} else if (e->kind == EV_WARNING || e->kind == EV_ROLLBACK ||
		   e->kind == EV_SURVIVORS || e->kind == EV_REQUEST ||
		   e->kind == EV_NOTE) {
		strbuf_addf(&line, "! %s%s%s%s", e->step ? e->step : "",
			    e->step ? ": " : "", progress_prefix(e),
			    e->what ? e->what : event_kinds[e->kind].name);
		if (e->because && *e->because)
			strbuf_addf(&line, " (%s)", e->because);
		add_line(live, &live->scroll, "", line.at);
	}
	strbuf_release(&line);
}

static void
live_line(struct progress *p, const char *step, const char *line, size_t n,
	  bool partial)
{
	struct live *live = live_of(p);
	struct map_entry *old = map_find(&live->lines, step);

	live->dirty = true;
	if (live->direct) {
		text_log_line(&live->scroll, line, n, live->flags);
		strbuf_adds(&live->scroll, partial ? "..\n" : "\n");
		return;
	}
	if (old) {
		free(old->value);
		old->value = mem_strndup(line, n < 512 ? n : 512);
	} else {
		map_set(&live->lines, mem_strdup(step),
			mem_strndup(line, n < 512 ? n : 512));
	}
}

/* How near to trouble a step is; the block shows the nearest first. */
static int
urgency(enum step_state state)
{
	switch (state) {
	case STEP_LOST:
	case STEP_UNDO_FAILED:
		return 6;
	case STEP_RETRY_WAIT:
	case STEP_UNDO_WAIT:
		return 5;
	case STEP_WAITING:
		return 4;
	case STEP_RUNNING:
	case STEP_UNDOING:
		return 3;
	case STEP_READY:
		return 2;
	case STEP_PENDING:
		return 1;
	case STEP_SUCCEEDED:
	case STEP_REUSED:
	case STEP_SKIPPED:
	case STEP_FAILED:
	case STEP_CANCELLED:
	case STEP_UNDONE:
	case STEP_NSTATES:
		break;
	}
	return 0;
}

/* "try 2/4 failed (exit 1), " of one that waits for its next try. */
static void
add_tries(struct strbuf *line, const struct wf_step_info *step)
{
	char tries[WF_TRIES], cause[64];

	if (!step->retry_limit || !step->tries)
		return;
	strbuf_addf(line, "try %s",
		    wf_tries(step->tries, step->retry_limit, tries));
	if (step->state == STEP_RETRY_WAIT && *record_cause(step, cause))
		strbuf_addf(line, " failed (%s), ", cause);
	else
		strbuf_adds(line, "  ");
}

/* How many rows it took, `room` at most. */
static int
block_step(struct progress *p, struct strbuf *out,
	   const struct wf_step_info *step, int room)
{
	struct live *live = live_of(p);
	struct strbuf line = STRBUF_INIT;
	const char *last = map_get(&live->lines, step->path);
	char *note = record_note(step, false);
	char took[WHEN_TEXT];
	int64_t start = step->started;
	bool below = last && room > 1 && step->state == STEP_RETRY_WAIT;

	if (step->nattempts)
		start = step->attempts[step->nattempts - 1].started;
	strbuf_addf(&line, "%s %-20s ", glyph_of(step->state, live->utf8),
		    step->path);
	add_tries(&line, step);
	if (urgency(step->state) == 3 && start)
		strbuf_addf(&line, "%s  ",
			    when_clock(clock_wall() - start, took));
	strbuf_adds(&line, note);
	if (urgency(step->state) == 3 && last)
		strbuf_addf(&line, "%s| %s", *note ? "  " : "", last);
	add_line(live, out, color_of(live, step->state), line.at);
	if (below) {
		strbuf_clear(&line);
		strbuf_addf(&line, "      %s", last);
		add_line(live, out, "", line.at);
	}
	free(note);
	strbuf_release(&line);
	return 1 + below;
}

/* The dashed line: counts and the clock, filled up to the width. */
static void
block_head(struct progress *p, struct strbuf *out)
{
	struct live *live = live_of(p);
	const struct wf_run_info *run = &p->detail.run;
	struct strbuf line = STRBUF_INIT;
	char took[WHEN_TEXT];
	int64_t ms =
		clock_wall() - (run->started ? run->started : run->created);

	strbuf_addf(&line, "--- %u/%u done  fail %u  elapsed %s ", run->ndone,
		    run->nsteps, run->nfailed, when_clock(ms, took));
	while (line.n < (size_t)live->width - 1 && line.n < 200)
		strbuf_addc(&line, '-');
	add_line(live, out, "", line.at);
	strbuf_release(&line);
}

static int
block(struct progress *p, struct strbuf *out)
{
	struct live *live = live_of(p);
	int rows = 1, room = live->height / 3, more = 0;

	if (room > live->height - 2)
		room = live->height - 2;
	if (live->direct || room < 2)
		return 0;
	block_head(p, out);
	for (int want = 6; want > 0; want--) {
		for (size_t i = 0; i < p->detail.nsteps; i++) {
			const struct wf_step_info *s = &p->detail.steps[i];

			if (urgency(s->state) != want || s->is_group)
				continue;
			if (rows < room - 1)
				rows += block_step(p, out, s, room - 1 - rows);
			else
				more++;
		}
	}
	if (more) {
		strbuf_addf(out, "  %d more\n", more);
		rows++;
	}
	return rows;
}

/* All of it at once, or terminals show halves; where that fails the stream
 * shall know. */
static void
put(const struct strbuf *frame)
{
	fflush(stdout);
	if (frame->n && !fs_write_all(STDOUT_FILENO, frame->at, frame->n)) {
		fwrite(frame->at, 1, frame->n, stdout);
		fflush(stdout);
	}
}

/* Take the old block away, let lines scroll up, draw the new block. */
static void
draw(struct progress *p, bool with_block)
{
	struct live *live = live_of(p);
	struct strbuf frame = STRBUF_INIT;

	measure(live);
	if (live->drawn)
		strbuf_addf(&frame, "\033[%dA\r\033[J", live->drawn);
	strbuf_add(&frame, live->scroll.at, live->scroll.n);
	strbuf_clear(&live->scroll);
	live->drawn = with_block ? block(p, &frame) : 0;
	put(&frame);
	live->drawn_at = clock_boot();
	live->dirty = false;
	strbuf_release(&frame);
}

static void
live_open(struct progress *p, bool follows)
{
	const struct wf_run_info *run = &p->detail.run;
	struct live *live = mem_alloc(sizeof(*live));
	struct strbuf line = STRBUF_INIT;

	*live = (struct live){.scroll = STRBUF_INIT,
			      .utf8 = output_utf8(),
			      .colored = output_colored(p->call, stdout),
			      .flags = output_utf8() ? 0 : TEXT_ASCII};
	p->state = live;
	measure(live);
	strbuf_addf(&line, "run %s  %s  %u step%s", run->id, run->flow,
		    run->nsteps, run->nsteps == 1 ? "" : "s");
	if (follows)
		strbuf_addf(&line, "   (wfctl tui %s opens the dashboard)",
			    run->id);
	add_line(live, &live->scroll, "", line.at);
	strbuf_release(&line);
}

/* The only step of a flow prints as if wfctl were not there. */
static void
live_begin(struct progress *p)
{
	live_open(p, true);
	live_of(p)->direct =
		p->detail.nsteps == 1 && !p->detail.steps[0].is_group;
	draw(p, true);
}

static void
live_note(struct progress *p, const char *text)
{
	add_line(live_of(p), &live_of(p)->scroll, "", text);
	draw(p, true);
	fflush(stdout);
}

static void
live_tick(struct progress *p)
{
	struct live *live = live_of(p);

	if (live->dirty || clock_boot() - live->drawn_at >= SECOND)
		draw(p, true);
}

static void
live_end(struct progress *p)
{
	struct live *live = live_of(p);
	const struct wf_run_info *run = &p->detail.run;
	const char *state = wf_run_state_text(run);
	char took[WHEN_TEXT];
	struct strbuf line = STRBUF_INIT;

	strbuf_addf(&line, "run %s %s  %u/%u done", run->id, state, run->ndone,
		    run->nsteps);
	if (run->nfailed)
		strbuf_addf(&line, "  fail %u", run->nfailed);
	if (run->started && run->finished)
		strbuf_addf(&line, "  in %s",
			    when_duration(run->finished - run->started, took));
	add_line(live, &live->scroll, output_state_color(live->colored, state),
		 line.at);
	strbuf_release(&line);
	draw(p, false);
	advice_print(stdout, &p->detail);
}

static void
live_release(struct progress *p)
{
	struct live *live = live_of(p);

	map_each (&live->lines, entry) {
		free((char *)entry->key);
		free(entry->value);
	}
	map_release(&live->lines);
	strbuf_release(&live->scroll);
	free(live);
}

void
progress_record(struct call *call, const struct wf_run_detail *detail)
{
	struct progress p = {.call = call, .detail = *detail};

	live_open(&p, false);
	for (size_t i = 0; i < detail->nsteps; i++) {
		const struct wf_step_info *step = &detail->steps[i];

		if (step_state_is_settled(step->state) ||
		    step->state == STEP_LOST || step->state == STEP_UNDO_FAILED)
			scroll_step(&p, step, step->state, step->reason);
	}
	live_end(&p);
	live_release(&p);
}

const struct progress_ops progress_live = {.logs = true,
					   .tick = FRAME,
					   .begin = live_begin,
					   .event = live_event,
					   .line = live_line,
					   .tick_fn = live_tick,
					   .note = live_note,
					   .end = live_end,
					   .release = live_release};
