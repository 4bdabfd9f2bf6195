/* What happened and what was decided, and why.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "../../engine/base/fs.h"
#include "../jsontext.h"
#include "run_view.h"

/* Read again after each revision; only what is new, in a busy run. */
static void
reload(struct view *v)
{
	struct run_view *rv = run_view_of(v);
	struct wf_events events = {0};
	struct wf_err err = {0};

	if (!rv->events.stale)
		return;
	rv->events.stale = false;
	if (wf_events(v->views->engine, rv->id, 0, 0, !rv->events.all, &events,
		      &err)) {
		views_report(v->views, &err);
		return;
	}
	wf_list_free(&rv->events.events.list);
	rv->events.events = events;
	list_resize(&rv->events.list, events.n);
	if (rv->events.follow && events.n)
		rv->events.list.cursor = events.n - 1;
}

static uint8_t
style_of(const struct wf_event_info *e)
{
	if (e->kind == EV_RETRY)
		return STYLE_RETRYING;
	if (e->kind == EV_ROLLBACK || e->kind == EV_UNDO)
		return STYLE_HELD;
	if (e->kind == EV_NO_RETRY || e->kind == EV_LOST ||
	    e->kind == EV_REFUSED || e->kind == EV_SURVIVORS ||
	    e->kind == EV_WARNING)
		return STYLE_ERROR;
	return STYLE_NORMAL;
}

static int
step_width(const struct run_view *rv, int w)
{
	int longest = rv->widest.step > 6 ? rv->widest.step : 6;
	int most = w >= 80 ? 24 : w / 4;

	return longest < most ? longest : most;
}

/* Its words, or what its data says where it has none. */
static void
add_what(const struct wf_event_info *e, struct strbuf *out)
{
	const char *from = jsontext_member(e->data, "from");
	const char *to = jsontext_member(e->data, "to");
	const char *n = jsontext_member(e->data, "n");
	const char *end = jsontext_member(e->data, "exit_code");
	const char *plan = jsontext_member(e->data, "steps");

	if (e->kind == EV_ROLLBACK && plan) {
		strbuf_addf(out, "rollback to %s, undoes", e->what);
		for (const char *s = jsontext_next(plan, NULL); s;
		     s = jsontext_next(plan, s)) {
			strbuf_addc(out, ' ');
			jsontext_add(out, s);
		}
		return;
	}
	if (e->kind == EV_ROLLBACK || e->kind == EV_REQUEST)
		strbuf_addf(out, "%s ", event_kinds[e->kind].name);
	if (e->kind == EV_NOTE)
		strbuf_adds(out, "note: ");
	if (e->what && *e->what) {
		strbuf_adds(out, e->what);
		return;
	}
	strbuf_adds(out, event_kinds[e->kind].name);
	if (from && to) {
		strbuf_adds(out, "  ");
		jsontext_add(out, from);
		strbuf_adds(out, " -> ");
		jsontext_add(out, to);
	}
	if (n) {
		strbuf_adds(out, "  try ");
		jsontext_add(out, n);
	}
	if (end && !jsontext_is(end, "null")) {
		strbuf_adds(out, "  exit ");
		jsontext_add(out, end);
	}
}

/* One or two rows; the second says because of what. */
static int
draw_event(const struct run_view *rv, struct grid *g, struct rect r, int y,
	   const struct wf_event_info *e)
{
	int step = step_width(rv, r.w), what = 20 + step + 2;
	struct rect row = rect_row(r, y);
	struct strbuf text = STRBUF_INIT;
	char clock[SPAN_TEXT];

	grid_text(g, row, 1, 0, STYLE_FAINT, clock_text(e->time, clock));
	if (r.w < 60)
		what = 10;
	else
		grid_cell(g, row, 11, 0, 8, STYLE_NORMAL,
			  e->actor ? e->actor : "");
	if (r.w >= 60)
		grid_cell(g, row, 20, 0, step, STYLE_NORMAL,
			  e->step ? e->step : "run");
	if (r.w < 60 && e->step)
		strbuf_addf(&text, "%s: ", e->step);
	add_what(e, &text);
	grid_text(g, row, what, 0, style_of(e), text.at);
	strbuf_release(&text);
	if (!e->because || !*e->because || y + 1 >= r.h)
		return 1;
	grid_textf(g, rect_row(r, y + 1), what, 0, STYLE_FAINT, "because %s",
		   e->because);
	return 2;
}

static void
draw_list(struct run_view *rv, struct grid *g, struct rect r, bool cursor)
{
	size_t i;
	int y = 0;

	list_show(&rv->events.list, r.h / 2);
	for (i = rv->events.list.top; i < rv->events.events.n && y < r.h; i++) {
		int rows = draw_event(rv, g, r, y, &rv->events.events.at[i]);

		if (cursor && i == rv->events.list.cursor) {
			struct rect row = rect_row(r, y);

			grid_text(g, row, 0, 0, STYLE_TITLE, ">");
			grid_mark(g, row, (struct rect){0, 0, row.w, 1}, 0,
				  CELL_REVERSE);
			g->cursor_x = row.x;
			g->cursor_y = row.y;
		}
		y += rows;
	}
	if (rv->events.events.n == 0)
		grid_text(g, r, 2, 1, STYLE_FAINT,
			  rv->events.all ? "no events yet"
					 : "no decisions yet; v shows all "
					   "events");
}

/* The newest that fit, oldest of them first. */
void
events_draw_pane(struct view *v, struct grid *g, struct rect r)
{
	struct run_view *rv = run_view_of(v);
	struct rect body = {r.x, r.y + 1, r.w, r.h - 1};
	size_t first, n;
	int y = 0;

	if (r.h < 2)
		return;
	reload(v);
	for (int i = 0; i < r.w; i++)
		grid_line(g, r, i, 0, STYLE_LINE, LINE_E | LINE_W, LINE_ROUND);
	grid_text(g, r, 3, 0, STYLE_TITLE, " events and decisions ");
	n = rv->events.events.n;
	first = n > (size_t)body.h / 2 ? n - (size_t)body.h / 2 : 0;
	for (size_t i = first; i < n && y < body.h; i++)
		y += draw_event(rv, g, body, y, &rv->events.events.at[i]);
}

static void
draw(struct view *v, struct grid *g, struct rect r)
{
	struct run_view *rv = run_view_of(v);
	struct rect body = {r.x, r.y + 1, r.w, r.h - 2};
	const struct wf_event_info *e = NULL;
	struct rect last = rect_row(r, r.h - 1);
	const char *what = rv->events.all ? "all events (v: decisions) "
					  : "decisions (v: all) ";
	int x;

	reload(v);
	rv->height = body.h / 2 > 1 ? body.h / 2 : 1;
	x = grid_text(g, r, 1, 0, STYLE_FAINT,
		      r.w >= 60 ? "TIME      WHO      STEP and WHAT"
				: "TIME     WHAT");
	if (x + text_width_str(what) < r.w)
		grid_text_right(g, r, 0, STYLE_FAINT, what);
	draw_list(rv, g, body, true);
	if (rv->events.typing) {
		x = grid_text(g, last, 1, 0, STYLE_KEY, "find: ");
		prompt_draw(&rv->events.find, g, last, x, 0, r.w - x - 1,
			    STYLE_FIELD, true);
		return;
	}
	if (rv->events.list.cursor < rv->events.events.n)
		e = &rv->events.events.at[rv->events.list.cursor];
	if (e)
		grid_textf(g, last, 1, 0, STYLE_FAINT, "#%llu %s %s",
			   (unsigned long long)e->seq,
			   event_kinds[e->kind].name, e->data ? e->data : "");
}

static bool
event_has(const struct wf_event_info *e, const char *text)
{
	return (e->what && strcasestr(e->what, text)) ||
	       (e->because && strcasestr(e->because, text)) ||
	       (e->step && strcasestr(e->step, text)) ||
	       (e->actor && strcasestr(e->actor, text)) ||
	       strcasestr(event_kinds[e->kind].name, text);
}

static void
find_next(struct view *v, bool forward)
{
	struct run_view *rv = run_view_of(v);
	size_t n = rv->events.events.n;

	for (size_t i = 1; i <= n && rv->events.find.text.n; i++) {
		size_t at =
			(rv->events.list.cursor + (forward ? i : n - i)) % n;

		if (!event_has(&rv->events.events.at[at],
			       rv->events.find.text.at))
			continue;
		rv->events.list.cursor = at;
		rv->events.follow = false;
		return;
	}
	if (rv->events.find.text.n)
		views_say(v->views, "not found: %s", rv->events.find.text.at);
}

static bool
key(struct view *v, uint32_t k)
{
	struct run_view *rv = run_view_of(v);
	enum prompt_result result;

	if (!rv->events.typing)
		return false;
	result = prompt_key(&rv->events.find, k);
	if (result == PROMPT_LEFT)
		prompt_set(&rv->events.find, "");
	rv->events.typing = result == PROMPT_EDITED || result == PROMPT_IGNORED;
	if (result == PROMPT_DONE)
		find_next(v, true);
	return true;
}

static void
add_record(const struct wf_event_info *e, struct strbuf *out)
{
	char clock[SPAN_TEXT];

	strbuf_addf(out, "seq      %llu\ntime     %s\nkind     %s: %s\n",
		    (unsigned long long)e->seq, clock_text(e->time, clock),
		    event_kinds[e->kind].name, event_kinds[e->kind].meaning);
	strbuf_addf(out, "step     %s\nactor    %s\nwhat     %s\n",
		    e->step ? e->step : "(the run)", e->actor ? e->actor : "",
		    e->what ? e->what : "");
	strbuf_addf(out, "because  %s\ndata     %s\n",
		    e->because ? e->because : "", e->data ? e->data : "");
}

static void
open_record(struct view *v)
{
	struct run_view *rv = run_view_of(v);
	struct strbuf text = STRBUF_INIT;
	size_t at = rv->events.list.cursor;

	if (at < rv->events.events.n) {
		strbuf_addf(&text, "event %llu of run %s\n",
			    (unsigned long long)rv->events.events.at[at].seq,
			    rv->id);
		add_record(&rv->events.events.at[at], &text);
		views_ask(v->views, "text", text.at);
	}
	strbuf_release(&text);
}

/* What is shown, in the present folder. */
static void
export_events(struct view *v)
{
	struct run_view *rv = run_view_of(v);
	char *path = mem_printf("%s-events.txt", rv->id);
	struct strbuf text = STRBUF_INIT;
	struct wf_err err = {0};

	for (size_t i = 0; i < rv->events.events.n; i++) {
		add_record(&rv->events.events.at[i], &text);
		strbuf_addc(&text, '\n');
	}
	if (fs_write(path, text.at, text.n, 0600, &err))
		views_report(v->views, &err);
	else
		views_say(v->views, "the events were written to %s", path);
	strbuf_release(&text);
	free(path);
}

static bool
act(struct view *v, enum action action)
{
	struct run_view *rv = run_view_of(v);
	struct list *l = &rv->events.list;

	if (list_act(l, action, rv->height)) {
		rv->events.follow = l->n == 0 || l->cursor + 1 == l->n;
	} else if (action == ACTION_ALL_EVENTS) {
		rv->events.all = !rv->events.all;
		rv->events.stale = true;
		reload(v);
	} else if (action == ACTION_OPEN) {
		open_record(v);
	} else if (action == ACTION_NOTE) {
		views_ask(v->views, "note", rv->id);
	} else if (action == ACTION_EXPORT_EVENTS) {
		export_events(v);
	} else if (action == ACTION_FIND) {
		rv->events.typing = true;
	} else if ((action == ACTION_NEXT_MATCH ||
		    action == ACTION_PREV_MATCH) &&
		   rv->events.find.text.n) {
		find_next(v, action == ACTION_NEXT_MATCH);
	} else {
		return false;
	}
	return true;
}

static const enum context contexts[] = {CONTEXT_EVENTS, CONTEXT_NONE};
static const enum action hints[] = {
	ACTION_OPEN, ACTION_ALL_EVENTS, ACTION_FIND,          ACTION_NEXT_MATCH,
	ACTION_NOTE, ACTION_COPY,       ACTION_EXPORT_EVENTS, ACTION_PALETTE,
	ACTION_QUIT, ACTION_HELP,       ACTION_NONE};

const struct run_tab_ops tab_events = {
	.title = "Events",
	.brief = "Ev",
	.draw = draw,
	.key = key,
	.act = act,
	.contexts = contexts,
	.hints = hints,
};
