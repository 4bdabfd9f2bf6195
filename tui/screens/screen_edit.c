/* The designer: a flow file as steps, form, picture and text, all of one
 * buffer.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../engine/base/clock.h"
#include "../runtext.h"
#include "edit_journal.h"
#include "edit_view.h"

enum {
	LIST_LEAST = 22,
	YAML_FROM = 118, /* columns from which the text has a pane */
	TROUBLE_ROWS = 4
};

static const char empty_flow[] = "version: 1\nsteps:\n";
static const char *const tab_names[EDIT_NTABS] = {"Steps", "Graph", "YAML",
						  "Run settings"};

/* --- opening and closing ----------------------------------------------------
 */

static void
begin_journal(struct view *v, struct editor *ed)
{
	struct wf_err err = {0};
	size_t n;
	const char *text = wf_edit_text(ed->edit, &n);

	if (v->views->read_only)
		return;
	ed->journal = edit_journal_open(wf_edit_path(ed->edit), &err);
	if (err.code)
		views_report(v->views, &err);
	if (edit_journal_holds(ed->journal))
		views_ask(v->views, "edit-recover", NULL);
	else
		edit_journal_base(ed->journal, text, n);
}

static enum wf_code
open_edit(struct view *v, const char *arg, struct wf_err *err)
{
	struct editor *ed = editor_of(v);
	enum wf_code code = WF_OK;

	ed->typing.prompt = (struct prompt)PROMPT_INIT;
	ed->typing.chosen = SIZE_MAX;
	if (!arg || !*arg)
		return ERR(err, WF_USAGE, "no file is named");
	if (access(arg, F_OK) == 0)
		code = wf_edit_open(arg, &ed->edit, err);
	else
		ed->edit = wf_edit_new(arg, empty_flow, strlen(empty_flow));
	if (code)
		return code;
	editor_reread(ed);
	if (ed->order.n)
		editor_select(ed, ed->order.at[0]);
	editor_count_users(v);
	begin_journal(v, ed);
	return WF_OK;
}

static void
close_edit(struct view *v)
{
	struct editor *ed = editor_of(v);

	edit_journal_close(ed->journal);
	editor_release(ed);
}

/* News of the store, or a dialog has closed. */
static void
refresh(struct view *v)
{
	struct editor *ed = editor_of(v);
	char *said;

	editor_count_users(v);
	if (access(wf_edit_path(ed->edit), F_OK) != 0 ||
	    !wf_edit_stale(ed->edit))
		return;
	said = mem_printf("%s was changed by somebody else meanwhile; w shows "
			  "how",
			  wf_edit_path(ed->edit));
	if (!ed->disk_said) {
		views_complain(v->views, "%s", said);
		ed->disk_said = said;
	} else {
		free(said);
	}
}

/* --- drawing ----------------------------------------------------------------
 */

static void
draw_header(struct view *v, struct grid *g, struct rect r)
{
	struct editor *ed = editor_of(v);
	const char *path = wf_edit_path(ed->edit);
	const char *base = strrchr(path, '/');
	const char *undo = wf_edit_undo_name(ed->edit);
	char name[80], errors[40], warnings[40], back[60], users[60];
	char now[SPAN_TEXT];
	struct ladder_item items[] = {
		{"DESIGN", 4, STYLE_HEADER, false},
		{name,     0, STYLE_HEADER, false},
		{errors,   1, STYLE_ERROR,  false},
		{warnings, 2, STYLE_NOTICE, false},
		{back,     5, STYLE_FAINT,  false},
		{users,    3, STYLE_ACTIVE, false},
		{now,      6, STYLE_NORMAL, true },
	};

	snprintf(name, sizeof(name), "%.60s%s", base ? base + 1 : path,
		 wf_edit_modified(ed->edit) ? " *changed" : "");
	errors[0] = warnings[0] = back[0] = users[0] = '\0';
	if (ed->nerrors && (ed->steps.n || ed->stale))
		snprintf(errors, sizeof(errors), "%zu error%s", ed->nerrors,
			 ed->nerrors == 1 ? "" : "s");
	if (ed->nwarnings)
		snprintf(warnings, sizeof(warnings), "%zu warning%s",
			 ed->nwarnings, ed->nwarnings == 1 ? "" : "s");
	if (undo)
		snprintf(back, sizeof(back), "undo: %.40s", undo);
	if (ed->users)
		snprintf(users, sizeof(users), "%zu active run%s", ed->users,
			 ed->users == 1 ? "" : "s");
	clock_text(clock_wall(), now);
	r.x++;
	r.w -= 2;
	ladder_draw(g, r, 0, items, ARRAY_SIZE(items));
}

static void
draw_tabs(struct editor *ed, struct grid *g, struct rect r)
{
	int x = 1;

	for (int i = 0; r.h && i < EDIT_NTABS; i++) {
		bool on = i == (int)ed->tab;

		x = grid_textf(g, r, x, 0, on ? STYLE_TITLE : STYLE_NORMAL,
			       "%s%d %s%s", on ? "[" : " ", i + 1, tab_names[i],
			       on ? "]" : " ");
	}
}

static void
vertical(struct grid *g, int x, struct rect r)
{
	for (int y = 0; y < r.h; y++)
		grid_line(g, (struct rect){x, r.y, 1, r.h}, 0, y, STYLE_LINE,
			  LINE_N | LINE_S, LINE_ROUND);
}

static struct rect
cut_left(struct rect *r, int w)
{
	struct rect left = {r->x, r->y, w, r->h};

	r->x += w + 1;
	r->w -= w + 1;
	return left;
}

static struct rect
cut_bottom(struct rect *r, int h)
{
	if (h > r->h)
		h = r->h;
	r->h -= h;
	return (struct rect){r->x, r->y + r->h, r->w, h};
}

/* A line with words in it, above what it names. */
static void
titled_line(struct grid *g, struct rect r, bool focus, const char *title)
{
	for (int x = 0; x < r.w; x++)
		grid_line(g, r, x, 0, STYLE_LINE, LINE_E | LINE_W, LINE_ROUND);
	grid_textf(g, r, 2, 0, focus ? STYLE_TITLE : STYLE_FAINT, " %s ",
		   title);
}

static void
draw_problems(struct view *v, struct grid *g, struct rect r)
{
	struct editor *ed = editor_of(v);
	bool focus = ed->pane == EDIT_PANE_PROBLEMS;
	char title[160], at[SPAN_TEXT];
	int n;

	n = snprintf(title, sizeof(title),
		     "problems: %zu error%s, %zu warning%s", ed->nerrors,
		     ed->nerrors == 1 ? "" : "s", ed->nwarnings,
		     ed->nwarnings == 1 ? "" : "s");
	if (ed->problems.n == 0 || (ed->steps.n == 0 && !ed->stale))
		n = snprintf(title, sizeof(title), "problems");
	if (ed->saved)
		n += snprintf(title + n, sizeof(title) - (size_t)n,
			      "   saved %s", clock_text(ed->saved, at));
	if (ed->users)
		snprintf(title + n, sizeof(title) - (size_t)n,
			 "   %zu active run%s keep%s the version they began "
			 "with",
			 ed->users, ed->users == 1 ? "" : "s",
			 ed->users == 1 ? "s" : "");
	titled_line(g, rect_row(r, 0), focus, title);
	trouble_pane_draw(v, g, (struct rect){r.x, r.y + 1, r.w, r.h - 1},
			  focus);
}

static int
list_width(const struct editor *ed, int w)
{
	int want = LIST_LEAST;

	for (size_t i = 0; i < ed->steps.n; i++) {
		int n = text_width_str(ed->steps.at[i].label) +
			lanes_columns(&ed->lanes) + 7;

		want = n > want ? n : want;
	}
	return want < w * 2 / 5 ? want : w * 2 / 5;
}

static void
draw_steps(struct view *v, struct grid *g, struct rect body, bool one)
{
	struct editor *ed = editor_of(v);
	bool flow = ed->tab == EDIT_TAB_FLOW;
	bool form = flow || ed->pane == EDIT_PANE_FORM;
	struct rect list;

	if (one) {
		if (ed->pane == EDIT_PANE_PROBLEMS)
			trouble_pane_draw(v, g, body, true);
		else if (form)
			form_pane_draw(v, g, body, true);
		else
			list_pane_draw(v, g, body, true);
		return;
	}
	if (!flow) {
		list = cut_left(&body, list_width(ed, body.w));
		list_pane_draw(v, g, list, ed->pane == EDIT_PANE_LIST);
		vertical(g, body.x - 1, body);
	}
	if (body.w > YAML_FROM - LIST_LEAST) {
		struct rect left = cut_left(&body, body.w * 11 / 20);

		vertical(g, body.x - 1, body);
		yaml_pane_draw(v, g, body);
		body = left;
	}
	form_pane_draw(v, g, body,
		       flow ? ed->pane != EDIT_PANE_PROBLEMS
			    : ed->pane == EDIT_PANE_FORM);
}

static void
draw_body(struct view *v, struct grid *g, const struct layout *l)
{
	struct editor *ed = editor_of(v);
	struct rect body = l->main;
	bool one = l->shape <= LAYOUT_SMALL;
	int rows = (int)ed->problems.n;

	if (!one && v->views->zoom != ZOOM_FULL) {
		rows = rows < 1 ? 1 : rows < TROUBLE_ROWS ? rows : TROUBLE_ROWS;
		if (v->views->zoom == ZOOM_HALF)
			rows = body.h / 3;
		draw_problems(v, g, cut_bottom(&body, rows + 1));
	}
	if (!one && l->shape == LAYOUT_FULL && ed->tab != EDIT_TAB_GRAPH &&
	    v->views->zoom == ZOOM_NORMAL) {
		struct rect below = cut_bottom(&body, body.h * 3 / 10);

		titled_line(g, rect_row(below, 0), false, "graph");
		graph_pane_draw(v, g,
				(struct rect){below.x, below.y + 1, below.w,
					      below.h - 1},
				false);
	}
	if (ed->tab == EDIT_TAB_GRAPH)
		graph_pane_draw(v, g, body, true);
	else if (ed->tab == EDIT_TAB_YAML)
		yaml_pane_draw(v, g, body);
	else
		draw_steps(v, g, body, one);
}

static void
draw(struct view *v, struct grid *g, struct rect r)
{
	struct editor *ed = editor_of(v);
	struct layout l = layout_of(r.w, r.h, ZOOM_FULL);

	draw_header(v, g, l.header);
	if (l.shape == LAYOUT_TINY)
		return;
	draw_tabs(ed, g, l.tabs);
	draw_body(v, g, &l);
	views_draw_message(v->views, g, l.message);
	if (ed->typing.on)
		grid_text(g, l.hints, 1, 0, STYLE_NORMAL,
			  ed->typing.kind != EDIT_ADD
				  ? "Enter keep  Tab complete  Up Down choose  "
				    "Ctrl+O more lines  Esc drop"
				  : "Enter keep  Tab complete  Up Down choose  "
				    "Esc drop");
	else
		views_draw_hints(v->views, v, g, l.hints);
}

/* --- what can be done -------------------------------------------------------
 */

static bool
key(struct view *v, uint32_t k)
{
	return editor_of(v)->typing.on && form_pane_key(v, k);
}

static void
contexts(const struct view *v, enum context *out)
{
	struct editor *ed = editor_of(v);
	size_t n = 0;

	if (!ed->typing.on) {
		if (ed->tab == EDIT_TAB_GRAPH)
			out[n++] = CONTEXT_PAN;
		out[n++] = CONTEXT_EDIT;
		out[n++] = CONTEXT_ANY;
	}
	out[n] = CONTEXT_NONE;
}

static size_t
hints(const struct view *v, enum action *out)
{
	static const enum action in_list[] = {
		ACTION_EDIT_ADD,     ACTION_OPEN,      ACTION_EDIT_CONNECT,
		ACTION_EDIT_DELETE,  ACTION_EDIT_UNDO, ACTION_EDIT_SAVE,
		ACTION_EDIT_RUN,     ACTION_NEXT_PANE, ACTION_EDIT_DOWN,
		ACTION_EDIT_OUTSIDE, ACTION_QUIT,      ACTION_HELP};
	static const enum action in_form[] = {
		ACTION_OPEN,     ACTION_EDIT_UNSET, ACTION_EDIT_LINES,
		ACTION_EDIT_FIX, ACTION_NEXT_PANE,  ACTION_EDIT_UNDO,
		ACTION_EDIT_ADD, ACTION_EDIT_SAVE,  ACTION_EDIT_RUN,
		ACTION_QUIT,     ACTION_HELP};
	static const enum action in_problems[] = {
		ACTION_OPEN,      ACTION_EDIT_FIX,  ACTION_EDIT_OUTSIDE,
		ACTION_NEXT_PANE, ACTION_EDIT_UNDO, ACTION_EDIT_SAVE,
		ACTION_QUIT,      ACTION_HELP};
	struct editor *ed = editor_of(v);
	const enum action *from = in_list;
	size_t n = ARRAY_SIZE(in_list);

	if (ed->pane == EDIT_PANE_PROBLEMS) {
		from = in_problems;
		n = ARRAY_SIZE(in_problems);
	} else if (ed->pane == EDIT_PANE_FORM || ed->tab == EDIT_TAB_FLOW) {
		from = in_form;
		n = ARRAY_SIZE(in_form);
	}
	memcpy(out, from, n * sizeof(*out));
	return n;
}

static void
next_pane(struct editor *ed, bool forward)
{
	int n = EDIT_NPANES, at = (int)ed->pane;

	for (int i = 0; i < n; i++) {
		at = (at + (forward ? 1 : n - 1)) % n;
		if (at == EDIT_PANE_PROBLEMS && !ed->problems.n)
			continue;
		if (at == EDIT_PANE_LIST && ed->tab == EDIT_TAB_FLOW)
			continue;
		break;
	}
	ed->pane = (enum edit_pane)at;
}

static void
go_to_tab(struct editor *ed, enum edit_tab tab)
{
	ed->tab = tab;
	ed->panned = ed->yaml_moved = false;
	ed->pane = tab == EDIT_TAB_FLOW ? EDIT_PANE_FORM : EDIT_PANE_LIST;
	ed->form.cursor = 0;
	fields_rebuild(ed);
}

static bool
list_pane_act(struct view *v, enum action action)
{
	struct editor *ed = editor_of(v);

	if (list_act(&ed->list, action, ed->list_height)) {
		ed->form.cursor = 0;
		editor_select(ed, editor_step(ed));
	} else if ((action == ACTION_OPEN || action == ACTION_RIGHT) &&
		   ed->order.n) {
		ed->pane = EDIT_PANE_FORM;
	} else if (action == ACTION_EDIT_MARK && ed->order.n) {
		struct edit_row *row = &ed->steps.at[editor_step(ed)];

		row->marked = !row->marked;
		list_act(&ed->list, ACTION_DOWN, ed->list_height);
		editor_select(ed, editor_step(ed));
	} else if (action == ACTION_CANCEL) {
		vec_each (&ed->steps, struct edit_row, row)
			row->marked = false;
	} else {
		return false;
	}
	return true;
}

static bool
pane_act(struct view *v, enum action action)
{
	struct editor *ed = editor_of(v);

	if (ed->pane == EDIT_PANE_PROBLEMS)
		return trouble_pane_act(v, action);
	if (ed->tab == EDIT_TAB_GRAPH) {
		if (action == ACTION_OPEN) {
			ed->tab = EDIT_TAB_STEPS;
			ed->pane = EDIT_PANE_FORM;
			return true;
		}
		return graph_pane_act(v, action);
	}
	if (ed->tab == EDIT_TAB_YAML)
		return yaml_pane_act(v, action);
	if (ed->tab == EDIT_TAB_FLOW || ed->pane == EDIT_PANE_FORM)
		return form_pane_act(v, action);
	return list_pane_act(v, action);
}

static bool
act_on_file(struct view *v, enum action action)
{
	struct editor *ed = editor_of(v);

	if (action == ACTION_EDIT_SAVE)
		editor_save(v, false);
	else if (action == ACTION_EDIT_SAVE_AS)
		views_ask(v->views, "edit-save", "as");
	else if (action == ACTION_EDIT_RUN)
		editor_run(v);
	else if (action == ACTION_EDIT_UNDO || action == ACTION_EDIT_REDO)
		editor_undo(v, ed, action == ACTION_EDIT_REDO);
	else if (action == ACTION_EDIT_OUTSIDE)
		editor_outside(v);
	else if (action == ACTION_QUIT || action == ACTION_INTERRUPT)
		editor_leave(v);
	else if (action == ACTION_EDIT_FIX)
		trouble_fix(v);
	else if (action == ACTION_EDIT_NEXT || action == ACTION_EDIT_PREVIOUS)
		trouble_next(v, action == ACTION_EDIT_NEXT);
	else
		return false;
	return true;
}

static void
check(struct view *v)
{
	struct editor *ed = editor_of(v);

	editor_reread(ed);
	if (ed->problems.n)
		ed->pane = EDIT_PANE_PROBLEMS;
	views_say(v->views, "%zu errors, %zu warnings", ed->nerrors,
		  ed->nwarnings);
}

static bool
act(struct view *v, enum action action)
{
	struct editor *ed = editor_of(v);

	if (pane_act(v, action) || act_on_file(v, action) ||
	    editor_step_act(v, action))
		return true;
	if (action >= ACTION_EDIT_TAB_STEPS && action <= ACTION_EDIT_TAB_FLOW)
		go_to_tab(ed, (enum edit_tab)(action - ACTION_EDIT_TAB_STEPS));
	else if (action == ACTION_EDIT_YAML)
		go_to_tab(ed, ed->tab == EDIT_TAB_YAML ? EDIT_TAB_STEPS
						       : EDIT_TAB_YAML);
	else if (action == ACTION_NEXT_PANE || action == ACTION_PREV_PANE)
		next_pane(ed, action == ACTION_NEXT_PANE);
	else if (action == ACTION_FIND)
		views_ask(v->views, "edit-find", NULL);
	else if (action == ACTION_EDIT_CHECK)
		check(v);
	else if (action == ACTION_EDIT_MORE) {
		ed->all = !ed->all;
		fields_rebuild(ed);
	} else if (action == ACTION_CANCEL)
		go_to_tab(ed, EDIT_TAB_STEPS);
	else
		return false;
	return true;
}

static const char *
refusal(const struct view *v, enum action action)
{
	const struct editor *ed = editor_of(v);

	if (v->views->read_only && actions[action].context == CONTEXT_EDIT &&
	    !(action >= ACTION_EDIT_TAB_STEPS &&
	      action <= ACTION_EDIT_TAB_FLOW) &&
	    action != ACTION_EDIT_YAML && action != ACTION_EDIT_MORE)
		return "this screen is read-only";
	if ((action == ACTION_EDIT_DELETE || action == ACTION_EDIT_CONNECT ||
	     action == ACTION_EDIT_RENAME || action == ACTION_EDIT_COPY ||
	     action == ACTION_EDIT_DOWN || action == ACTION_EDIT_UP) &&
	    !editor_step_id(ed))
		return "no step is selected";
	return NULL;
}

const struct view_ops screen_edit = {
	.size = sizeof(struct editor),
	.open = open_edit,
	.refresh = refresh,
	.draw = draw,
	.key = key,
	.act = act,
	.contexts = contexts,
	.hints = hints,
	.refusal = refusal,
	.close = close_edit,
	.came_back = editor_came_back,
};
