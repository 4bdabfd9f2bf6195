/* What the designer does with whole steps: move, copy, paste; the rest opens
 * a dialog.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "../../engine/base/fs.h"
#include "edit_view.h"

enum {
	CLIP_MAX = 16 << 20
};

/* --- moving -----------------------------------------------------------------
 */

static void
move(struct view *v, struct editor *ed, int by)
{
	struct wf_err err = {0};

	editor_done(v, ed, wf_edit_move(ed->edit, editor_step_id(ed), by, &err),
		    &err);
}

/* --- copying ----------------------------------------------------------------
 */

/* Beside the store, so that a designer of another file finds it. */
static char *
clip_file(struct view *v)
{
	return v->views->engine ? fs_join(wf_engine_dir(v->views->engine),
					  "copied-steps")
				: NULL;
}

static void
copy(struct view *v, struct editor *ed)
{
	struct strbuf clip = STRBUF_INIT;
	struct wf_err err = {0};
	size_t n = 0, at = editor_step(ed);
	bool marked = false;
	char *file, *text;

	vec_each (&ed->steps, struct edit_row, row)
		marked |= row->marked;
	for (size_t i = 0; i < ed->steps.n; i++) {
		if (marked ? !ed->steps.at[i].marked : i != at)
			continue;
		if (wf_edit_copy(ed->edit, ed->steps.at[i].id, &text, &err)) {
			views_report(v->views, &err);
			strbuf_release(&clip);
			return;
		}
		strbuf_adds(&clip, text);
		if (clip.n && clip.at[clip.n - 1] != '\n')
			strbuf_addc(&clip, '\n');
		free(text);
		n++;
	}
	file = clip_file(v);
	if (file && fs_write(file, clip.at, clip.n, 0600, &err))
		views_report(v->views, &err);
	free(file);
	free(ed->clip);
	ed->clip = strbuf_detach(&clip);
	views_say(v->views, "%zu step%s copied; p pastes, also in another file",
		  n, n == 1 ? "" : "s");
}

static void
paste(struct view *v, struct editor *ed)
{
	struct strbuf text = STRBUF_INIT;
	struct wf_err err = {0};
	char *file = clip_file(v);
	size_t before = ed->steps.n, mark = wf_edit_mark(ed->edit);
	enum wf_code code;

	if (!file || fs_read(file, CLIP_MAX, &text, NULL))
		strbuf_adds(&text, ed->clip ? ed->clip : "");
	free(file);
	if (!text.n) {
		views_complain(v->views, "no step was copied: y copies one");
		strbuf_release(&text);
		return;
	}
	editor_begin_steps(ed);
	code = wf_edit_paste(ed->edit, text.at, false, editor_step_id(ed),
			     &err);
	if (code)
		wf_edit_drop(ed->edit, mark);
	else
		wf_edit_join(ed->edit, mark, "paste");
	if (editor_done(v, ed, code, &err))
		views_say(v->views, "%zu steps pasted; u takes them back",
			  ed->steps.n - before);
	strbuf_release(&text);
}

/* --- dialogs ----------------------------------------------------------------
 */

bool
editor_step_act(struct view *v, enum action action)
{
	struct editor *ed = editor_of(v);
	const char *dialog = action == ACTION_EDIT_ADD        ? "edit-add"
			     : action == ACTION_EDIT_INSERT   ? "edit-add"
			     : action == ACTION_EDIT_CONNECT  ? "edit-needs"
			     : action == ACTION_EDIT_DELETE   ? "edit-delete"
			     : action == ACTION_EDIT_RENAME   ? "edit-rename"
			     : action == ACTION_EDIT_GROUP    ? "edit-rename"
			     : action == ACTION_EDIT_TEMPLATE ? "edit-template"
							      : NULL;
	bool changes = dialog || action == ACTION_EDIT_DOWN ||
		       action == ACTION_EDIT_UP || action == ACTION_EDIT_PASTE;

	if (changes && !editor_may(v, ed))
		return true;
	if (dialog)
		views_ask(v->views, dialog,
			  action == ACTION_EDIT_INSERT  ? "before"
			  : action == ACTION_EDIT_GROUP ? "group"
							: NULL);
	else if (action == ACTION_EDIT_DOWN || action == ACTION_EDIT_UP)
		move(v, ed, action == ACTION_EDIT_DOWN ? 1 : -1);
	else if (action == ACTION_EDIT_COPY)
		copy(v, ed);
	else if (action == ACTION_EDIT_PASTE)
		paste(v, ed);
	else
		return false;
	return true;
}
