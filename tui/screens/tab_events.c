/* What happened and what was decided, and why.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "../../engine/base/fs.h"
#include "../jsontext.h"
#include "run_view.h"

static size_t
count_decisions(const struct run_view *rv)
{
	size_t n = 0;

	if (!rv->events.all)
		return rv->events.events.n;
	for (size_t i = 0; i < rv->events.events.n; i++)
		n += event_kinds[rv->events.events.at[i].kind].decision;
	return n;
}

/* "follow ON  #43 retry          18 decisions, 97 events" */
static void
draw_status(struct run_view *rv, struct grid *g, struct rect r)
{
	const struct list *l = &rv->events.list;
	size_t newer = l->cursor + 1 < l->n ? l->n - l->cursor - 1 : 0;
	size_t decisions = count_decisions(rv);
	struct strbuf counts = STRBUF_INIT;
	int x;

	if (rv->events.follow)
		x = grid_text(g, r, 1, 0, STYLE_GOOD, "follow ON");
	else
		x = grid_textf(g, r, 1, 0, STYLE_NOTICE,
			       "follow is OFF: %zu newer, G follows", newer);
	if (l->cursor < l->n) {
		const struct wf_event_info *e =
			&rv->events.events.at[l->cursor];

		x = grid_textf(g, r, x + 2, 0, STYLE_FAINT, "#%llu %s",
			       (unsigned long long)e->seq,
			       event_kinds[e->kind].name);
	}
	strbuf_addf(&counts, "%zu decision%s, %llu event%s", decisions,
		    decisions == 1 ? "" : "s",
		    (unsigned long long)rv->d.run.last_event,
		    rv->d.run.last_event == 1 ? "" : "s");
	if (x + 2 + text_width_str(counts.at) < r.w)
		grid_text_right(g, (struct rect){r.x, r.y, r.w - 1, 1}, 0,
				STYLE_FAINT, counts.at);
	strbuf_release(&counts);
}

static void
draw(struct view *v, struct grid *g, struct rect r)
{
	struct run_view *rv = run_view_of(v);
	struct rect body = {r.x, r.y + 1, r.w, r.h - 2};
	struct rect last = rect_row(r, r.h - 1);
	const char *what = rv->events.all ? "all events (v: decisions) "
					  : "decisions (v: all) ";
	int x;

	events_reload(v);
	rv->height = body.h / 2 > 1 ? body.h / 2 : 1;
	x = events_draw_columns(rv, g, r);
	if (x + text_width_str(what) < r.w)
		grid_text_right(g, r, 0, STYLE_FAINT, what);
	events_draw_list(rv, g, body);
	if (rv->events.typing) {
		x = grid_text(g, last, 1, 0, STYLE_KEY, "find: ");
		prompt_draw(&rv->events.find, g, last, x, 0, r.w - x - 1,
			    STYLE_FIELD, true);
		return;
	}
	draw_status(rv, g, last);
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
	result = recall_key(&v->views->searches, &rv->events.find, k);
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
		events_reload(v);
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
