/* Leaving with changes, and finding what a killed designer left.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "../../engine/base/clock.h"
#include "../runtext.h"
#include "../widgets/form.h"
#include "edit_journal.h"
#include "edit_view.h"

struct leave_edit {
	struct form form;
	size_t yes, no, stay;
};

static struct leave_edit *
leave_of(const struct view *v)
{
	return v->state;
}

static void
close_leave(struct view *v)
{
	form_release(&leave_of(v)->form);
}

static void
draw(struct view *v, struct grid *g, struct rect r)
{
	form_draw(&leave_of(v)->form, g, r);
}

/* --- leaving ----------------------------------------------------------------
 */

static enum wf_code
open_leave(struct view *v, const char *arg, struct wf_err *err)
{
	struct leave_edit *l = leave_of(v);
	struct editor *ed = editor_below(v);
	const char *undo;

	(void)arg;
	if (!ed)
		return ERR(err, WF_USAGE, "this belongs to the designer");
	undo = wf_edit_undo_name(ed->edit);
	form_init(&l->form, "Not everything is saved");
	form_note(&l->form, STYLE_NORMAL,
		  "%s has changes that are not saved%s%s",
		  wf_edit_path(ed->edit), undo ? "; the last: " : "",
		  undo ? undo : "");
	l->yes = form_button(&l->form, "Save and leave (w)", 'w');
	l->no = form_button(&l->form, "Drop them (X)", 'X');
	l->stay = form_button(&l->form, "Stay", 0);
	form_focus(&l->form, l->yes);
	return WF_OK;
}

static bool
leave_key(struct view *v, uint32_t k)
{
	struct leave_edit *l = leave_of(v);
	struct views *vs = v->views;
	struct view *below = editor_view(vs);
	struct editor *ed = editor_below(v);
	enum form_result result = form_key(&l->form, k);
	size_t pressed = (size_t)l->form.pressed;
	bool yes = result == FORM_PRESSED && pressed == l->yes;
	bool no = result == FORM_PRESSED && pressed == l->no;

	if (result != FORM_LEFT && result != FORM_PRESSED)
		return true;
	views_close(vs);
	if (yes) {
		ed->leaving = true;
		editor_save(below, false);
	} else if (no) {
		if (ed->journal)
			edit_journal_drop(ed->journal);
		views_close(vs);
	}
	return true;
}

const struct view_ops screen_edit_leave = {
	.size = sizeof(struct leave_edit),
	.overlay = true,
	.open = open_leave,
	.draw = draw,
	.key = leave_key,
	.contexts = view_all_text,
	.close = close_leave,
	.keys = "w save and leave  X drop the changes  Tab next  Esc stay",
};

/* --- recovering -------------------------------------------------------------
 */

static enum wf_code
open_recover(struct view *v, const char *arg, struct wf_err *err)
{
	struct leave_edit *l = leave_of(v);
	struct editor *ed = editor_below(v);
	char at[SPAN_TEXT];
	const char *text, *path;
	size_t n, holds;

	(void)arg;
	if (!ed || !ed->journal || !edit_journal_holds(ed->journal))
		return ERR(err, WF_USAGE, "there is nothing to recover");
	text = wf_edit_text(ed->edit, &n);
	holds = edit_journal_holds(ed->journal);
	form_init(&l->form, "A designer was ended before it could save");
	form_note(&l->form, STYLE_NORMAL,
		  "Recover %zu change%s, the last of %s?", holds,
		  holds == 1 ? "" : "s",
		  clock_text(edit_journal_time(ed->journal), at));
	if (!edit_journal_fits(ed->journal, text, n))
		form_note(&l->form, STYLE_NOTICE,
			  "The file has changed since: recovering brings "
			  "back the other text as one change.");
	if (edit_journal_typed(ed->journal, &path))
		form_note(&l->form, STYLE_NORMAL,
			  "What was being typed comes back, too.");
	l->yes = form_button(&l->form, "Recover (r)", 'r');
	l->no = form_button(&l->form, "Drop them (X)", 'X');
	l->stay = SIZE_MAX;
	form_focus(&l->form, l->yes);
	return WF_OK;
}

static bool
screen_is_ours(const char *name)
{
	static const char *const ours[] = {"edit-add", "edit-text",
					   "edit-rename", "edit-needs"};

	for (size_t i = 0; i < ARRAY_SIZE(ours); i++)
		if (str_eq(ours[i], name))
			return true;
	return false;
}

/* The line `n` of a text; caller frees. */
static char *
line_of(const char *text, int n)
{
	while (n-- > 0) {
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
	return mem_strndup(text, strcspn(text, "\n"));
}

static void
type_in_form(struct view *below, const char *path, const char *kind,
	     const char *typed)
{
	struct editor *ed = editor_of(below);
	struct edit_field *f;
	int64_t number;

	ed->pane = EDIT_PANE_FORM;
	fields_rebuild(ed);
	if (!field_show(ed, path) || !(f = field_at_cursor(ed)))
		return;
	typing_begin(below, f, typed);
	if (str_to_int(kind, EDIT_VALUE, EDIT_COMMENT, &number))
		ed->typing.kind = (enum edit_kind)number;
}

/* "DIALOG\nSTEP\nPATH\nKIND" and the text, as editor_keep_typed wrote them. */
static void
type_again(struct view *below, const char *where, const char *typed)
{
	struct editor *ed = editor_of(below);
	char *dialog = line_of(where, 0), *step = line_of(where, 1);
	char *path = line_of(where, 2), *kind = line_of(where, 3), *arg;

	if (*step)
		editor_select_id(ed, step);
	else if (ed->steps.n)
		ed->tab = EDIT_TAB_FLOW;
	if (!*dialog) {
		type_in_form(below, path, kind, typed);
	} else if (screen_is_ours(dialog)) {
		arg = mem_printf("%s%s%s", path,
				 str_eq(dialog, "edit-text") ||
						 str_eq(dialog, "edit-rename")
					 ? "\n"
					 : "",
				 typed);
		views_ask(below->views, dialog, arg);
		free(arg);
	}
	free(dialog);
	free(step);
	free(path);
	free(kind);
}

static void
recover(struct views *vs, struct view *below, struct editor *ed)
{
	const char *where = NULL, *typed;
	char *where_copy = NULL, *typed_copy = NULL;

	edit_journal_recover(ed->journal, ed->edit);
	typed = edit_journal_typed(ed->journal, &where);
	if (typed) {
		where_copy = mem_strdup(where);
		typed_copy = mem_strdup(typed);
	}
	edit_journal_keep(ed->journal);
	editor_reread(ed);
	if (ed->order.n && !ed->selected)
		editor_select(ed, ed->order.at[0]);
	views_say(vs, "recovered; w saves it, u takes back one change after "
		      "the other");
	if (typed_copy)
		type_again(below, where_copy, typed_copy);
	free(where_copy);
	free(typed_copy);
}

static bool
recover_key(struct view *v, uint32_t k)
{
	struct leave_edit *l = leave_of(v);
	struct views *vs = v->views;
	struct view *below = editor_view(vs);
	struct editor *ed = editor_below(v);
	enum form_result result = form_key(&l->form, k);
	bool yes = result == FORM_PRESSED && (size_t)l->form.pressed == l->yes;
	size_t n;
	const char *text;

	/* Esc keeps the journal for another time, and leaves. */
	if (result == FORM_LEFT) {
		edit_journal_close(ed->journal);
		ed->journal = NULL;
		views_close(vs);
		views_close(vs);
		return true;
	}
	if (result != FORM_PRESSED)
		return true;
	views_close(vs);
	if (yes) {
		recover(vs, below, ed);
		return true;
	}
	edit_journal_drop(ed->journal);
	text = wf_edit_text(ed->edit, &n);
	edit_journal_base(ed->journal, text, n);
	return true;
}

const struct view_ops screen_edit_recover = {
	.size = sizeof(struct leave_edit),
	.overlay = true,
	.open = open_recover,
	.draw = draw,
	.key = recover_key,
	.contexts = view_all_text,
	.close = close_leave,
	.keys = "r recover  X drop  Tab next  Esc leave, and ask again later",
};
