/* The list of runs: newest first, filtered while typing, marked for bulk.
 *
 * The cursor and the marks stay with run ids, whatever the order.  What a
 * run is doing now is read for the visible rows only, and again only when
 * the run's revision moved on.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "../../engine/base/clock.h"
#include "../runtext.h"
#include "../view.h"
#include "../widgets/list.h"
#include "../widgets/prompt.h"

enum {
	LIMIT = 2000,
	CACHE = 128,
	DETAIL_ROWS = 5
};

enum sort {
	SORT_STARTED,
	SORT_STATE,
	SORT_FLOW,
	NSORTS
};
static const char *const sort_names[NSORTS] = {"started", "state", "flow"};

/* What a run is doing, as of a revision. */
struct known {
	char id[WF_RUN_ID];
	uint64_t revision;
	bool alive;
	struct wf_run_detail detail;
};

struct runs {
	struct wf_runs all;
	VEC(const struct wf_run_info *) shown; /* filtered and sorted */
	uint32_t counts[RUN_NSTATES];
	struct list list;
	char cursor_id[WF_RUN_ID];
	VEC(char *) marked;
	struct prompt filter;
	bool typing;
	enum sort sort;
	struct known known[CACHE];
	int height; /* rows of the list when last drawn */
	int64_t now;
};

static struct runs *
runs_of(const struct view *v)
{
	return v->state;
}

static const struct wf_run_info *
run_at_cursor(const struct runs *r)
{
	return r->list.cursor < r->shown.n ? r->shown.at[r->list.cursor] : NULL;
}

/* --- what a run is doing -----------------------------------------------------
 */

static const struct wf_run_detail *
detail_of(struct view *v, const struct wf_run_info *run)
{
	struct runs *r = runs_of(v);
	struct known *k;
	unsigned hash = 5381;

	for (const char *p = run->id; *p; p++)
		hash = hash * 33 + (unsigned char)*p;
	k = &r->known[hash % CACHE];
	if (str_eq(k->id, run->id) && k->revision == run->revision &&
	    k->alive == run->engine_alive)
		return &k->detail;
	wf_list_free(&k->detail.list);
	*k = (struct known){.revision = run->revision,
			    .alive = run->engine_alive};
	if (wf_run(v->views->engine, run->id, &k->detail, NULL))
		return NULL;
	snprintf(k->id, sizeof(k->id), "%s", run->id);
	return &k->detail;
}

static enum shown
shown_of(struct view *v, const struct wf_run_info *run)
{
	const struct wf_run_detail *d = NULL;

	if (!run_state_is_final(run->state) && !run->interrupted)
		d = detail_of(v, run);
	return d ? run_shown(run, d->steps, d->nsteps)
		 : run_shown(run, NULL, 0);
}

/* --- filter and order
 * --------------------------------------------------------- */

/* All words must be part of id, flow, name or state; "!word" must not. */
static bool
word_matches(const char *word, size_t n, const struct wf_run_info *run)
{
	char *text = mem_strndup(word, n);
	const char *state =
		shown_states[shown_of_run(run->state, run->interrupted)].word;
	bool found = strcasestr(run->id, text) || strcasestr(run->flow, text) ||
		     strcasestr(state, text) ||
		     strcasestr(wf_run_state_text(run), text) ||
		     (run->name && strcasestr(run->name, text));

	free(text);
	return found;
}

static bool
matches(const struct runs *r, const struct wf_run_info *run)
{
	const char *p = r->filter.text.at;

	while (*p) {
		size_t n = strcspn(p, " ");
		bool not = n > 1 && *p == '!';

		if (n > 0 && word_matches(p + not, n - not, run) == not )
			return false;
		p += n + (p[n] == ' ');
	}
	return true;
}

static int
compare_states(const void *a, const void *b)
{
	const struct wf_run_info *x = *(const struct wf_run_info *const *)a;
	const struct wf_run_info *y = *(const struct wf_run_info *const *)b;

	if (x->state != y->state)
		return x->state < y->state ? -1 : 1;
	return (x->created < y->created) - (x->created > y->created);
}

static int
compare_flows(const void *a, const void *b)
{
	const struct wf_run_info *x = *(const struct wf_run_info *const *)a;
	const struct wf_run_info *y = *(const struct wf_run_info *const *)b;
	int order = strcmp(x->flow, y->flow);

	return order ? order
		     : (x->created < y->created) - (x->created > y->created);
}

static void
arrange(struct runs *r)
{
	size_t n = r->shown.n = 0;

	for (size_t i = 0; i < r->all.n; i++)
		if (matches(r, &r->all.at[i]))
			vec_push(&r->shown, &r->all.at[i]);
	n = r->shown.n;
	if (r->sort == SORT_STATE && n > 1)
		qsort(r->shown.at, n, sizeof(*r->shown.at), compare_states);
	if (r->sort == SORT_FLOW && n > 1)
		qsort(r->shown.at, n, sizeof(*r->shown.at), compare_flows);
	list_resize(&r->list, n);
	for (size_t i = 0; i < n; i++)
		if (str_eq(r->shown.at[i]->id, r->cursor_id))
			r->list.cursor = i;
}

static void
keep_cursor(struct runs *r)
{
	const struct wf_run_info *run = run_at_cursor(r);

	snprintf(r->cursor_id, sizeof(r->cursor_id), "%s", run ? run->id : "");
}

static void
refresh(struct view *v)
{
	struct runs *r = runs_of(v);
	struct wf_run_filter filter = {.limit = LIMIT};
	struct wf_runs all = {0};
	struct wf_err err = {0};

	views_watch(v->views, NULL);
	if (wf_runs(v->views->engine, &filter, &all, &err) ||
	    wf_run_counts(v->views->engine, r->counts, &err)) {
		views_report(v->views, &err);
		wf_list_free(&all.list);
		return;
	}
	wf_list_free(&r->all.list);
	r->all = all;
	arrange(r);
	keep_cursor(r);
}

static enum wf_code
open_runs(struct view *v, const char *arg, struct wf_err *err)
{
	struct runs *r = runs_of(v);

	(void)arg;
	r->filter = (struct prompt)PROMPT_INIT;
	if (wf_run_counts(v->views->engine, r->counts, err))
		return err ? err->code : WF_STORE;
	refresh(v);
	return WF_OK;
}

static void
close_runs(struct view *v)
{
	struct runs *r = runs_of(v);

	for (size_t i = 0; i < CACHE; i++)
		wf_list_free(&r->known[i].detail.list);
	wf_list_free(&r->all.list);
	vec_release(&r->shown);
	vec_each (&r->marked, char *, id)
		free(*id);
	vec_release(&r->marked);
	prompt_release(&r->filter);
}

/* --- marks
 * -------------------------------------------------------------------- */

static size_t
mark_of(const struct runs *r, const char *id)
{
	size_t i = 0;

	while (i < r->marked.n && !str_eq(r->marked.at[i], id))
		i++;
	return i;
}

static void
toggle_mark(struct runs *r, const char *id)
{
	size_t i = mark_of(r, id);

	if (i == r->marked.n) {
		vec_push(&r->marked, mem_strdup(id));
		return;
	}
	free(r->marked.at[i]);
	r->marked.at[i] = vec_last(&r->marked);
	r->marked.n--;
}

static void
mark_all(struct runs *r)
{
	bool every = true;

	vec_each (&r->shown, const struct wf_run_info *, run)
		every &= mark_of(r, (*run)->id) < r->marked.n;
	vec_each (&r->shown, const struct wf_run_info *, run)
		if (every || mark_of(r, (*run)->id) == r->marked.n)
			toggle_mark(r, (*run)->id);
}

/* --- drawing
 * ------------------------------------------------------------------- */

struct columns {
	int id, flow, state, steps, age, now;
};

/* What does not fit is left out from the right. */
static struct columns
columns_of(const struct runs *r, int w)
{
	int id = 4, flow = w >= 100 ? 24 : w >= 60 ? 14 : 10;
	struct columns c;

	vec_each (&r->shown, const struct wf_run_info *, run)
		if ((int)strlen((*run)->id) > id)
			id = (int)strlen((*run)->id);
	c.id = w >= 40 ? 5 : 2;
	c.flow = c.id + id + 1;
	c.state = c.flow + flow + 1;
	c.steps = c.state + 7;
	c.age = c.steps + 7;
	c.now = c.age + 7;
	return c;
}

static void
draw_text_in(struct grid *g, struct rect row, int x, int width, uint8_t style,
	     const char *text)
{
	struct rect cell =
		rect_clip(row, (struct rect){row.x + x, row.y, width, 1});

	if (cell.w > 0)
		grid_text(g, cell, 0, 0, style, text);
}

static void
draw_run(struct view *v, struct grid *g, struct rect row,
	 const struct columns *c, const struct wf_run_info *run)
{
	struct runs *r = runs_of(v);
	enum shown shown = shown_of(v, run);
	const struct wf_run_detail *d =
		row.w > c->now + 8 ? detail_of(v, run) : NULL;
	int64_t end = run->finished ? run->finished : r->now;
	struct strbuf now = STRBUF_INIT;
	char text[SPAN_TEXT];

	if (mark_of(r, run->id) < r->marked.n)
		grid_text(g, row, c->id - 4, 0, STYLE_KEY, "*");
	grid_text(g, row, c->id - 3 + (c->id == 2), 0,
		  shown_states[shown].style, shown_glyph(shown, g->ascii));
	draw_text_in(g, row, c->id, c->flow - c->id - 1, STYLE_NORMAL, run->id);
	draw_text_in(g, row, c->flow, c->state - c->flow - 1, STYLE_NORMAL,
		     run->name && *run->name ? run->name : run->flow);
	grid_text(g, row, c->state, 0, shown_states[shown].style,
		  shown_states[shown].word);
	snprintf(text, sizeof(text), "%u/%u", run->ndone, run->nsteps);
	grid_text(g, row, c->steps, 0, STYLE_NORMAL, text);
	if (run->finished)
		end = r->now;
	grid_text(g, row, c->age, 0, STYLE_NORMAL,
		  span_text(end - run->created, text));
	if (d)
		run_now(d, r->now, &now);
	grid_text(g, row, c->now, 0, STYLE_NORMAL, now.at);
	strbuf_release(&now);
}

static void
draw_list(struct view *v, struct grid *g, struct rect r)
{
	struct runs *s = runs_of(v);
	struct columns c = columns_of(s, r.w);
	struct rect head = rect_row(r, 0);

	grid_text(g, head, c.id, 0, STYLE_FAINT, "ID");
	grid_text(g, head, c.flow, 0, STYLE_FAINT, "FLOW");
	grid_text(g, head, c.state, 0, STYLE_FAINT, "STATE");
	grid_text(g, head, c.steps, 0, STYLE_FAINT, "STEPS");
	grid_text(g, head, c.age, 0, STYLE_FAINT, "AGE");
	grid_text(g, head, c.now, 0, STYLE_FAINT, "NOW / NEXT");
	s->height = r.h - 1;
	list_show(&s->list, s->height);
	for (int i = 0; i < s->height; i++) {
		size_t at = s->list.top + (size_t)i;
		struct rect row = rect_row(r, i + 1);

		if (at >= s->shown.n)
			break;
		draw_run(v, g, row, &c, s->shown.at[at]);
		if (at != s->list.cursor)
			continue;
		grid_text(g, row, c.id == 2 ? 0 : 1, 0, STYLE_TITLE, ">");
		grid_mark(g, row, (struct rect){0, 0, row.w, 1}, 0,
			  CELL_REVERSE);
		g->cursor_x = row.x;
		g->cursor_y = row.y;
	}
	if (s->all.n == 0)
		grid_text(g, rect_row(r, 2), 4, 0, STYLE_NORMAL,
			  "no runs yet; `wfctl run FILE` starts one");
	else if (s->shown.n == 0)
		grid_text(g, rect_row(r, 2), 4, 0, STYLE_NORMAL,
			  "no run matches the filter; Esc clears it");
}

static void
draw_header(struct view *v, struct grid *g, struct rect r)
{
	struct runs *s = runs_of(v);
	struct ladder_item items[NSHOWN + 3];
	uint32_t by_shown[NSHOWN] = {0};
	char texts[NSHOWN][32], clock[SPAN_TEXT];
	size_t n = 0;

	for (int i = 0; i < RUN_NSTATES; i++)
		by_shown[shown_of_run(i, false)] += s->counts[i];
	items[n++] =
		(struct ladder_item){"wfctl > runs", 0, STYLE_HEADER, false};
	for (int i = 0; i < NSHOWN; i++) {
		if (by_shown[i] == 0)
			continue;
		snprintf(texts[i], sizeof(texts[i]), "%s %u",
			 shown_states[i].word, by_shown[i]);
		items[n++] =
			(struct ladder_item){texts[i], i == SHOWN_FAIL ? 1 : 2,
					     shown_states[i].style, true};
	}
	items[n++] = (struct ladder_item){clock_text(s->now, clock), 3,
					  STYLE_NORMAL, true};
	ladder_draw(g, (struct rect){r.x + 1, r.y, r.w - 2, r.h}, 0, items, n);
}

static void
draw_filter(struct view *v, struct grid *g, struct rect r)
{
	struct runs *s = runs_of(v);
	char count[48];
	int x, width;

	if (r.h < 1)
		return;
	snprintf(count, sizeof(count), "sort: %s  %zu of %zu runs ",
		 sort_names[s->sort], s->shown.n, s->all.n);
	width = r.w - (int)strlen(count) - 11;
	x = grid_text(g, r, 1, 0, s->typing ? STYLE_KEY : STYLE_FAINT,
		      "filter: ");
	if (s->typing || s->filter.text.n)
		prompt_draw(&s->filter, g, r, x, 0, width, STYLE_FIELD,
			    s->typing);
	else
		grid_text(g, r, x, 0, STYLE_FAINT, "(none)");
	if (r.w > 50)
		grid_text_right(g, r, 0, STYLE_FAINT, count);
}

/* The run at the cursor in a few lines: who, what, its steps. */
static void
draw_summary(struct view *v, struct grid *g, struct rect r)
{
	const struct wf_run_info *run = run_at_cursor(runs_of(v));
	const struct wf_run_detail *d =
		run && r.h > 0 ? detail_of(v, run) : NULL;
	struct strbuf text = STRBUF_INIT;
	char clock[SPAN_TEXT];
	int y, x = 1;

	if (!d)
		return;
	for (int i = 0; i < r.w; i++)
		grid_line(g, r, i, 0, STYLE_LINE, LINE_E | LINE_W, LINE_ROUND);
	grid_textf(g, r, 3, 0, STYLE_TITLE, " %s %s ", run->id, run->flow);
	x = grid_textf(g, r, 1, 1, STYLE_NORMAL, "started %s by %s",
		       clock_text(run->created, clock),
		       run->actor ? run->actor : "?");
	json_pairs(run->params, &text);
	x = grid_text(g, r, x + 3, 1, STYLE_NORMAL, text.at);
	y = 2;
	x = 1;
	for (size_t i = 0; i < d->nsteps; i++) {
		enum shown shown = step_shown(&d->steps[i]);
		int width = text_width_str(d->steps[i].path) + 4;

		if (x + width > r.w && x > 1) {
			x = 1;
			y++;
		}
		grid_text(g, r, x, y, shown_states[shown].style,
			  shown_glyph(shown, g->ascii));
		grid_text(g, r, x + 2, y, STYLE_NORMAL, d->steps[i].path);
		x += width;
	}
	strbuf_release(&text);
}

static void
draw_marks(struct view *v, struct grid *g, struct rect r)
{
	struct runs *s = runs_of(v);
	struct strbuf text = STRBUF_INIT;

	if (s->marked.n == 0 || v->views->said) {
		views_draw_message(v->views, g, r);
		return;
	}
	strbuf_addf(&text, "%zu run%s marked (", s->marked.n,
		    s->marked.n == 1 ? "" : "s");
	for (size_t i = 0; i < s->marked.n; i++)
		strbuf_addf(&text, "%s%s", i ? " " : "", s->marked.at[i]);
	strbuf_adds(&text, ")");
	grid_text(g, r, 1, 0, STYLE_KEY, text.at);
	strbuf_release(&text);
}

static void
draw(struct view *v, struct grid *g, struct rect r)
{
	struct runs *s = runs_of(v);
	struct layout l = layout_of(r.w, r.h, ZOOM_FULL);
	struct rect list = l.main, side = {0};

	s->now = clock_wall();
	draw_header(v, g, l.header);
	if (l.shape == LAYOUT_TINY)
		return;
	draw_filter(v, g, l.tabs);
	if (v->views->zoom != ZOOM_FULL && list.h > 14 && r.w >= 60) {
		int rows = list.h / 3 > DETAIL_ROWS + 1 ? list.h / 3
							: DETAIL_ROWS + 1;

		side = (struct rect){list.x, list.y + list.h - rows, list.w,
				     rows};
		list.h -= rows;
	}
	draw_list(v, g, list);
	draw_summary(v, g, side);
	draw_marks(v, g, l.message);
	views_draw_hints(v->views, v, g, l.hints);
	if (s->typing)
		draw_filter(v, g, l.tabs); /* the cursor belongs there */
}

/* --- keys
 * ----------------------------------------------------------------------- */

static void
contexts(const struct view *v, enum context *out)
{
	if (runs_of(v)->typing) {
		out[0] = CONTEXT_NONE;
		return;
	}
	out[0] = CONTEXT_RUNS;
	out[1] = CONTEXT_ACTS;
	out[2] = CONTEXT_ANY;
	out[3] = CONTEXT_NONE;
}

static bool
key(struct view *v, uint32_t k)
{
	struct runs *r = runs_of(v);
	enum prompt_result result;

	if (!r->typing)
		return false;
	result = prompt_key(&r->filter, k);
	if (result == PROMPT_LEFT)
		prompt_set(&r->filter, "");
	r->typing = result == PROMPT_EDITED || result == PROMPT_IGNORED;
	arrange(r);
	return true;
}

static size_t
hints(const struct view *v, enum action *out)
{
	static const enum action list[] = {
		ACTION_OPEN,   ACTION_RETRY, ACTION_ROLLBACK, ACTION_APPROVE,
		ACTION_MARK,   ACTION_FIND,  ACTION_HOLD,     ACTION_STOP_RUN,
		ACTION_RESUME, ACTION_SORT,  ACTION_PALETTE,  ACTION_QUIT,
		ACTION_HELP};

	(void)v;
	memcpy(out, list, sizeof(list));
	return ARRAY_SIZE(list);
}

static void
open_at_cursor(struct view *v, const struct wf_run_info *run)
{
	struct views *vs = v->views;

	if (!vs->pick) {
		views_ask(vs, "run", run->id);
		return;
	}
	free(vs->picked);
	vs->picked = mem_strdup(run->id);
	vs->quit = true;
}

static void
hold(struct view *v, const char *id, enum run_state state)
{
	bool held = state == RUN_PAUSED;
	struct wf_request request = {.verb = held ? "continue" : "pause"};

	views_request(v->views, id, &request,
		      held ? "the run goes on"
			   : "held: running steps finish, no new one starts; "
			     "p lets it go on");
}

static void
resume(struct view *v, const char *id)
{
	struct wf_request request = {.verb = "resume"};

	views_request(v->views, id, &request, "the run goes on");
}

/* Actions on the run at the cursor; forms are opened by name. */
static bool
act_on_run(struct view *v, enum action action, const struct wf_run_info *run)
{
	struct views *vs = v->views;

	if (action == ACTION_OPEN || action == ACTION_RIGHT)
		open_at_cursor(v, run);
	else if (action == ACTION_HOLD)
		hold(v, run->id, run->state);
	else if (action == ACTION_RESUME)
		resume(v, run->id);
	else if (action == ACTION_RETRY)
		views_ask(vs, "retry", run->id);
	else if (action == ACTION_ROLLBACK)
		views_ask(vs, "rollback", run->id);
	else if (action == ACTION_APPROVE || action == ACTION_REJECT)
		views_ask(vs, "answer", run->id);
	else if (action == ACTION_STOP_RUN)
		views_ask(vs, "confirm", run->id);
	else if (action == ACTION_SETTLE)
		views_ask(vs, "settle", run->id);
	else if (action == ACTION_LOG || action == ACTION_RECORD) {
		views_ask(vs, "run", run->id);
		views_act(vs, action == ACTION_LOG ? ACTION_TAB_LOG
						   : ACTION_TAB_INFO);
	} else
		return false;
	return true;
}

/* Hold and resume serve many runs at once; forms need one. */
static bool
act_on_marked(struct view *v, enum action action)
{
	struct runs *r = runs_of(v);
	VEC(char *) ids = {0};

	if (r->marked.n == 0 ||
	    (action != ACTION_HOLD && action != ACTION_RESUME))
		return false;
	vec_each (&r->marked, char *, id)
		vec_push(&ids, mem_strdup(*id));
	vec_each (&ids, char *, id) {
		for (size_t i = 0; i < r->all.n; i++) {
			if (!str_eq(r->all.at[i].id, *id))
				continue;
			if (action == ACTION_HOLD)
				hold(v, *id, r->all.at[i].state);
			else
				resume(v, *id);
			break;
		}
		free(*id);
	}
	vec_release(&ids);
	return true;
}

static bool
act(struct view *v, enum action action)
{
	struct runs *r = runs_of(v);
	const struct wf_run_info *run = run_at_cursor(r);

	if (list_act(&r->list, action, r->height)) {
		keep_cursor(r);
	} else if (action == ACTION_FIND) {
		r->typing = true;
	} else if (action == ACTION_CANCEL) {
		prompt_set(&r->filter, "");
		arrange(r);
	} else if (action == ACTION_SORT) {
		r->sort = (r->sort + 1) % NSORTS;
		arrange(r);
	} else if (action == ACTION_MARK && run) {
		toggle_mark(r, run->id);
		list_act(&r->list, ACTION_DOWN, r->height);
		keep_cursor(r);
	} else if (action == ACTION_MARK_ALL) {
		mark_all(r);
	} else if (action == ACTION_UNMARK) {
		while (r->marked.n)
			toggle_mark(r, r->marked.at[0]);
	} else if (act_on_marked(v, action)) {
		return true;
	} else {
		return run && act_on_run(v, action, run);
	}
	return true;
}

static const char *
refusal(const struct view *v, enum action action)
{
	const struct wf_run_info *run = run_at_cursor(runs_of(v));

	if (actions[action].context == CONTEXT_ACTS && !run)
		return "there is no run here";
	return NULL;
}

/* Ages and countdowns of the visible rows move each second. */
static int64_t
due(const struct view *v)
{
	const struct runs *r = runs_of(v);

	for (size_t i = r->list.top;
	     i < r->shown.n && i < r->list.top + (size_t)r->height; i++)
		if (!run_state_is_final(r->shown.at[i]->state))
			return clock_wall() / 1000 * 1000 + 1000;
	return 0;
}

const struct view_ops screen_runs = {
	.size = sizeof(struct runs),
	.open = open_runs,
	.refresh = refresh,
	.draw = draw,
	.key = key,
	.act = act,
	.contexts = contexts,
	.hints = hints,
	.refusal = refusal,
	.due = due,
	.close = close_runs,
};
