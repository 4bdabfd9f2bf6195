/* Designing flows: what can be asked of the buffer, and done to it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "face_edit.h"

/* --- steps and actions ---------------------------------------------------- */

size_t
wf_edit_nsteps(struct wf_edit *e)
{
	return edit_nsteps(e->edit);
}

bool
wf_edit_step(struct wf_edit *e, size_t i, struct wf_edit_step *out)
{
	struct edit_step s;

	if (!edit_step_at(e->edit, i, &s))
		return false;
	*out = (struct wf_edit_step){s.id,  s.action, s.finally,  s.begin,
				     s.end, s.line,   s.last_line};
	return true;
}

char *
wf_edit_get(struct wf_edit *e, const char *step, const char *path)
{
	return edit_get(e->edit, step, path);
}

enum wf_code
wf_edit_set(struct wf_edit *e, const char *step, const char *path,
	    const char *value, struct wf_err *err)
{
	return edit_set_within(e->edit, step, path, value, err);
}

enum wf_code
wf_edit_unset(struct wf_edit *e, const char *step, const char *path,
	      struct wf_err *err)
{
	return edit_unset(e->edit, step, path, err);
}

enum wf_code
wf_edit_add(struct wf_edit *e, const struct wf_edit_new_step *step, bool before,
	    const char *other, struct wf_err *err)
{
	struct edit_step_new s = {step->id, step->action, step->value,
				  step->needs, step->nneeds};

	return edit_add_step(e->edit, &s, before ? EDIT_BEFORE : EDIT_AFTER,
			     other, err);
}

enum wf_code
wf_edit_remove(struct wf_edit *e, const char *id, enum wf_edit_orphans orphans,
	       struct wf_err *err)
{
	static const enum edit_orphans ways[] = {
		[WF_ORPHANS_REFUSE] = EDIT_REFUSE,
		[WF_ORPHANS_UNNEED] = EDIT_UNNEED,
		[WF_ORPHANS_BRIDGE] = EDIT_BRIDGE,
	};

	return edit_remove_step(e->edit, id, ways[orphans], err);
}

enum wf_code
wf_edit_move(struct wf_edit *e, const char *id, int by, struct wf_err *err)
{
	return edit_move_step(e->edit, id, by, err);
}

enum wf_code
wf_edit_move_to(struct wf_edit *e, const char *id, bool before,
		const char *other, struct wf_err *err)
{
	return edit_move_step_to(e->edit, id, before ? EDIT_BEFORE : EDIT_AFTER,
				 other, err);
}

enum wf_code
wf_edit_rename(struct wf_edit *e, const char *from, const char *to,
	       struct wf_err *err)
{
	return edit_rename_step(e->edit, from, to, err);
}

enum wf_code
wf_edit_connect(struct wf_edit *e, const char *from, const char *to,
		struct wf_err *err)
{
	return edit_connect(e->edit, from, to, err);
}

enum wf_code
wf_edit_disconnect(struct wf_edit *e, const char *from, const char *to,
		   struct wf_err *err)
{
	return edit_disconnect(e->edit, from, to, err);
}

char *
wf_edit_circle(struct wf_edit *e, const char *from, const char *to)
{
	return edit_circle(e->edit, from, to);
}

enum wf_code
wf_edit_copy(struct wf_edit *e, const char *id, char **text_out,
	     struct wf_err *err)
{
	return edit_copy_step(e->edit, id, text_out, err);
}

enum wf_code
wf_edit_paste(struct wf_edit *e, const char *text, bool before,
	      const char *other, struct wf_err *err)
{
	return edit_paste(e->edit, text, before ? EDIT_BEFORE : EDIT_AFTER,
			  other, err);
}

void
wf_edit_replace(struct wf_edit *e, const char *name, const char *text, size_t n)
{
	edit_replace(e->edit, name, text, n);
}

const char *
wf_edit_undo(struct wf_edit *e)
{
	return edit_undo(e->edit);
}

const char *
wf_edit_redo(struct wf_edit *e)
{
	return edit_redo(e->edit);
}

const char *
wf_edit_undo_name(const struct wf_edit *e)
{
	return edit_undo_name(e->edit);
}

const char *
wf_edit_redo_name(const struct wf_edit *e)
{
	return edit_redo_name(e->edit);
}

void
wf_edit_touched(const struct wf_edit *e, size_t *begin_out, size_t *end_out)
{
	edit_last_range(e->edit, begin_out, end_out);
}

size_t
wf_edit_mark(const struct wf_edit *e)
{
	return edit_position(e->edit);
}

void
wf_edit_join(struct wf_edit *e, size_t mark, const char *name)
{
	edit_join(e->edit, mark, name);
}

void
wf_edit_drop(struct wf_edit *e, size_t mark)
{
	edit_drop(e->edit, mark);
}

/* --- looking -------------------------------------------------------------- */

enum wf_edit_shape
wf_edit_shape(struct wf_edit *e, const char *step, const char *path)
{
	static const enum wf_edit_shape shapes[] = {
		[EDIT_NOTHING] = WF_SHAPE_NOTHING,
		[EDIT_SCALAR] = WF_SHAPE_SCALAR,
		[EDIT_LIST] = WF_SHAPE_LIST,
		[EDIT_MAP] = WF_SHAPE_MAP,
		[EDIT_ALIAS] = WF_SHAPE_ALIAS,
	};

	return shapes[edit_shape(e->edit, step, path)];
}

char **
wf_edit_keys(struct wf_edit *e, const char *step, const char *path)
{
	char **keys;

	/* A list that is not there is an empty one. */
	edit_keys(e->edit, step, path, &keys);
	return keys ? keys : mem_alloc(sizeof(*keys));
}

size_t
wf_edit_needs(struct wf_edit *e, size_t i, const char **ids, size_t max)
{
	return edit_needs(e->edit, i, ids, max);
}

bool
wf_edit_lines(struct wf_edit *e, const char *step, const char *path, int *line,
	      int *last_line)
{
	struct edit_place place;

	if (!edit_place(e->edit, step, path, &place))
		return false;
	*line = place.line;
	*last_line = place.last_line;
	return true;
}

char *
wf_edit_path_at(struct wf_edit *e, int line, int column, size_t *step_out)
{
	return edit_path_at(e->edit, line, column, step_out);
}

char *
wf_edit_fix_offer(struct wf_edit *e, const struct wf_diag *diag)
{
	return edit_fix_offer(e->edit, diag);
}

enum wf_code
wf_edit_fix(struct wf_edit *e, const struct wf_diag *diag, struct wf_err *err)
{
	return edit_fix(e->edit, diag, err);
}

const char *
wf_edit_short_key(struct wf_edit *e, const char *step, const char *path)
{
	return edit_short_key(e->edit, step, path);
}
