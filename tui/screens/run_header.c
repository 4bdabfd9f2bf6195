/* The first two lines of a run: who, in what state, how far; the tabs.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>

#include "run_view.h"

enum {
	LAYOUT_FROM = 140 /* columns from which the layout is named */
};

struct counts {
	uint32_t all, done, failed, retry, wait, lost, undone;
};

/* They stand behind their group. */
static bool
has_members(const struct wf_run_detail *d, size_t i)
{
	return d->steps[i].is_group && i + 1 < d->nsteps &&
	       str_starts(d->steps[i + 1].path, d->steps[i].path) &&
	       strchr("[/", d->steps[i + 1].path[strlen(d->steps[i].path)]);
}

/* How far it is: of the flow's own steps, a group being one.  Trouble is
 * counted where it is, in groups as well; a group's is that of its members. */
static struct counts
count_steps(const struct wf_run_detail *d)
{
	struct counts c = {0};

	for (size_t i = 0; i < d->nsteps; i++) {
		enum shown shown = step_shown(&d->steps[i]);

		if (!strpbrk(d->steps[i].path, "[/")) {
			c.all++;
			c.done += shown == SHOWN_OK || shown == SHOWN_KEPT;
		}
		if (has_members(d, i))
			continue;
		c.failed += shown == SHOWN_FAIL || shown == SHOWN_TIME ||
			    shown == SHOWN_UNDOX;
		c.retry += shown == SHOWN_RETRY;
		c.wait += shown == SHOWN_WAIT;
		c.lost += shown == SHOWN_LOST;
		c.undone += shown == SHOWN_UNDONE;
	}
	return c;
}

/* What is done when the steps are not read yet: as the list of runs has it,
 * with what was skipped. */
static struct counts
counts_of(const struct run_view *rv)
{
	const struct wf_run_info *run = &rv->d.run;

	if (!rv->unread)
		return count_steps(&rv->d);
	return (struct counts){
		.all = run->nsteps, .done = run->ndone, .failed = run->nfailed};
}

struct header {
	struct ladder_item items[16];
	char texts[16][48];
	size_t n;
};

static void add_item(struct header *h, int drop, uint8_t style, bool right,
		     const char *fmt, ...) PRINTF_LIKE(5, 6);

static void
add_item(struct header *h, int drop, uint8_t style, bool right, const char *fmt,
	 ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(h->texts[h->n], sizeof(h->texts[0]), fmt, ap);
	va_end(ap);
	h->items[h->n] =
		(struct ladder_item){h->texts[h->n], drop, style, right};
	h->n++;
}

static void
add_count(struct header *h, const char *word, uint32_t n, uint8_t style)
{
	if (n)
		add_item(h, 3, style, false, "%s %u", word, n);
}

/* The word; of a rollback, how far it is. */
static void
add_state(struct header *h, const struct run_view *rv, enum shown shown)
{
	size_t undone = 0;

	if (shown == SHOWN_UNDO && rv->plan.n) {
		for (size_t i = 0; i < rv->d.nsteps; i++)
			undone += rv->place[i] &&
				  rv->d.steps[i].state == STEP_UNDONE;
		add_item(h, 0, shown_states[shown].style, false, "%s %zu/%zu",
			 shown_states[shown].word, undone, rv->plan.n);
	} else {
		add_item(h, 0, shown_states[shown].style, false, "%s",
			 shown_states[shown].word);
	}
}

/* Proof that somebody drives it. */
static void
add_engine(struct header *h, const struct view *v, int w)
{
	const struct wf_run_info *run = &run_view_of(v)->d.run;
	int64_t age = run_beat_age(v);
	char text[SPAN_TEXT];

	if (run_state_is_final(run->state))
		return;
	if (run->engine_alive && age > BEAT_LATE_MS)
		add_item(h, 2, STYLE_ALARM, true, "engine: no beat for %s",
			 span_text(age, text));
	else if (w < 100)
		return;
	else if (run->engine_alive && age >= 0)
		add_item(h, 9, STYLE_FAINT, true,
			 "engine %d alive, last beat %s", run->engine_pid,
			 span_text(age, text));
	else if (run->engine_alive)
		add_item(h, 9, STYLE_FAINT, true, "engine %d alive",
			 run->engine_pid);
	else if (run->interrupted)
		add_item(h, 2, STYLE_ALARM, true, "no engine");
}

static void
add_params(struct header *h, const struct wf_run_info *run)
{
	struct strbuf params = STRBUF_INIT, clipped = STRBUF_INIT;

	json_pairs(run->params, &params);
	text_clip(&clipped, params.at, params.n, 40, TEXT_DOTS);
	if (clipped.n)
		add_item(h, 7, STYLE_FAINT, false, "%.47s", clipped.at);
	strbuf_release(&params);
	strbuf_release(&clipped);
}

void
run_draw_header(struct view *v, struct grid *g, struct rect r)
{
	struct run_view *rv = run_view_of(v);
	const struct wf_run_info *run = &rv->d.run;
	struct counts c = counts_of(rv);
	enum shown shown = run_shown(run, rv->d.steps, rv->d.nsteps);
	struct header h = {.n = 0};
	char text[SPAN_TEXT];
	int64_t end = run->finished ? run->finished : rv->now;
	int64_t start = run->started ? run->started : run->created;

	add_item(&h, 0, STYLE_HEADER, false, "%s", run->id);
	add_item(&h, 4, STYLE_HEADER, false, "%.30s", run->flow);
	add_state(&h, rv, shown);
	add_item(&h, 1, STYLE_NORMAL, false,
		 r.w < 50     ? "%u/%u"
		 : rv->unread ? "done %u/%u"
			      : "ok %u/%u",
		 c.done, c.all);
	add_item(&h, c.failed ? 1 : 6, c.failed ? STYLE_BAD : STYLE_NORMAL,
		 false, "fail %u", c.failed);
	add_count(&h, "retry", c.retry, STYLE_RETRYING);
	add_count(&h, "wait", c.wait, STYLE_ASKING);
	add_count(&h, "lost", c.lost, STYLE_ALARM);
	add_count(&h, "undone", c.undone, STYLE_UNDONE);
	add_item(&h, 8, STYLE_NORMAL, false, "%s",
		 span_text(end - start, text));
	add_params(&h, run);
	if (v->views->frozen)
		add_item(&h, 2, STYLE_ALARM, false, "FROZEN");
	if (v->views->read_only)
		add_item(&h, 2, STYLE_NOTICE, false, "read-only");
	add_engine(&h, v, r.w);
	/* A clock that nothing moves would be wrong. */
	if (run_moves(rv))
		add_item(&h, 5, STYLE_NORMAL, true, "%s",
			 clock_text(rv->now, text));
	if (r.w >= 30) {
		r.x++;
		r.w -= 2;
	}
	ladder_draw(g, r, 0, h.items, h.n);
}

/* "[1 Steps] 2 Graph", or "[1Steps]2Gr" where room is scarce. */
static int
draw_tab(struct grid *g, struct rect r, int x, int i, int selected, bool brief)
{
	bool on = i == selected;
	const char *before = on ? "[" : brief && i == selected + 1 ? "" : " ";
	const char *after = on ? "]" : brief ? "" : " ";

	return grid_textf(g, r, x, 0, on ? STYLE_TITLE : STYLE_NORMAL,
			  "%s%d%s%s%s", before, i + 1, brief ? "" : " ",
			  brief ? run_tabs[i]->brief : run_tabs[i]->title,
			  after);
}

void
run_draw_tabs(struct view *v, struct grid *g, struct rect r)
{
	struct run_view *rv = run_view_of(v);
	const struct wf_step_info *s = run_selected(rv);
	static const char *const zooms[NZOOMS] = {"normal", "half", "full"};
	int x = 1;

	if (r.h < 1)
		return;
	rv->tabs_at = r;
	for (int i = 0; i < NTABS; i++) {
		x = draw_tab(g, r, x, i, (int)rv->tab, r.w < 60);
		rv->tab_end[i] = x;
	}
	if (r.w >= LAYOUT_FROM)
		grid_textf(g, r, x + 16, 0, STYLE_FAINT,
			   "layout: %s (z cycles)", zooms[v->views->zoom]);
	if (r.w >= 80 && s) {
		const char *follow = rv->log.follow ? "follow" : "scrolled";
		int width = text_width_str(s->path) + 7 + (int)strlen(follow);

		if (x + width < r.w - 2)
			grid_textf(g, r, r.w - width - 1, 0, STYLE_FAINT,
				   "log: %s %s", s->path, follow);
	}
}
