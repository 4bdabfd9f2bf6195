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
	MINUTE_MS = 60000
};

static const char empty_flow[] = "version: 1\nsteps:\n";

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
	ed->path = mem_strdup(wf_edit_path(ed->edit));
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

/* Another program wrote the file: said once. */
static void
look_at_disk(struct view *v)
{
	struct editor *ed = editor_of(v);

	if (ed->disk_told || access(wf_edit_path(ed->edit), F_OK) != 0 ||
	    !wf_edit_stale(ed->edit))
		return;
	ed->disk_told = true;
	views_complain(v->views,
		       "%s was changed by somebody else meanwhile; w shows how",
		       wf_edit_path(ed->edit));
}

/* News of the store, or a dialog has closed. */
static void
refresh(struct view *v)
{
	editor_count_users(v);
	look_at_disk(v);
}

/* The clock in the header goes by minutes. */
static int64_t
due(const struct view *v)
{
	(void)v;
	return (clock_wall() / MINUTE_MS + 1) * MINUTE_MS;
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
		out[n++] = CONTEXT_EDIT;
		if (ed->tab == EDIT_TAB_GRAPH)
			out[n++] = CONTEXT_PAN;
		out[n++] = CONTEXT_ANY;
	}
	out[n] = CONTEXT_NONE;
}

static struct wf_edit *
design(const struct view *v)
{
	return editor_of(v)->edit;
}

static size_t
hints(const struct view *v, enum action *out)
{
	static const enum action in_nothing[] = {
		ACTION_EDIT_ADD,  ACTION_EDIT_TEMPLATE, ACTION_EDIT_TAB_FLOW,
		ACTION_EDIT_SAVE, ACTION_EDIT_OUTSIDE,  ACTION_QUIT,
		ACTION_HELP};
	static const enum action in_list[] = {
		ACTION_EDIT_ADD,    ACTION_OPEN,      ACTION_EDIT_CONNECT,
		ACTION_EDIT_RUN,    ACTION_EDIT_SAVE, ACTION_EDIT_UNDO,
		ACTION_EDIT_DELETE, ACTION_NEXT_PANE, ACTION_EDIT_DOWN,
		ACTION_EDIT_FIX,    ACTION_QUIT,      ACTION_HELP};
	static const enum action in_form[] = {
		ACTION_OPEN,      ACTION_EDIT_UNSET, ACTION_EDIT_LINES,
		ACTION_NEXT_PANE, ACTION_EDIT_UNDO,  ACTION_EDIT_SAVE,
		ACTION_EDIT_RUN,  ACTION_EDIT_FIX,   ACTION_EDIT_ADD,
		ACTION_QUIT,      ACTION_HELP};
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
	} else if (ed->bare) {
		from = in_nothing;
		n = ARRAY_SIZE(in_nothing);
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
	views_say(v->views, "%zu error%s, %zu warning%s", ed->nerrors,
		  ed->nerrors == 1 ? "" : "s", ed->nwarnings,
		  ed->nwarnings == 1 ? "" : "s");
}

static bool
act(struct view *v, enum action action)
{
	struct editor *ed = editor_of(v);

	look_at_disk(v);
	if (pane_act(v, action) || act_on_file(v, action) ||
	    editor_step_act(v, action))
		return true;
	if (action >= ACTION_EDIT_TAB_STEPS && action <= ACTION_EDIT_TAB_FLOW)
		editor_go_to_tab(
			ed, (enum edit_tab)(action - ACTION_EDIT_TAB_STEPS));
	else if (action == ACTION_EDIT_YAML)
		editor_go_to_tab(ed, ed->tab == EDIT_TAB_YAML ? EDIT_TAB_STEPS
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
		views_say(v->views, ed->all ? "the form has all keys"
					    : "the form has what is set");
	} else if (action == ACTION_CANCEL)
		editor_go_to_tab(ed, EDIT_TAB_STEPS);
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
	.draw = editor_draw,
	.key = key,
	.act = act,
	.contexts = contexts,
	.hints = hints,
	.refusal = refusal,
	.design = design,
	.designed = editor_designed,
	.click = editor_click,
	.due = due,
	.close = close_edit,
	.came_back = editor_came_back,
};
