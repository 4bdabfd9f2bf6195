/* Designing: a flow file that is changed in place.
 *
 * Part of the public face, see engine.h.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_DESIGNING_H
#define WF_DESIGNING_H

#include "engine.h"

/* A flow file being changed in place.  Every action is a small patch; what
 * it is not about keeps every byte, and all of it can be undone.  What cannot
 * be patched safely (aliases, tags, merge keys) is WF_REFUSED with the
 * reason, and a name that is not there WF_NOT_FOUND; nothing has changed
 * then. */
struct wf_edit;

/* WF_USAGE: the file cannot be read.  A file that does not parse is opened
 * all the same: see wf_edit_broken. */
enum wf_code
wf_edit_open(const char *path, struct wf_edit **edit_out, struct wf_err *err);
/* A text that has no file yet; saving creates `path`. */
struct wf_edit *wf_edit_new(const char *path, const char *text, size_t n);
void wf_edit_close(struct wf_edit *e);

const char *wf_edit_path(const struct wf_edit *e);
const char *wf_edit_text(const struct wf_edit *e, size_t *n_out);
/* Why actions are refused at all (no YAML), or NULL. */
const struct wf_err *wf_edit_broken(const struct wf_edit *e);
/* What is wrong with the present text, and the flow it makes (NULL when
 * there are errors); both belong to `e` until the next change. */
const struct wf_diags *wf_edit_findings(struct wf_edit *e);
const struct wf_flow *wf_edit_flow(struct wf_edit *e);
/* Advice as of wf_flow_lint, also while there are errors. */
const struct wf_diags *wf_edit_advice(struct wf_edit *e);

/* Steps in the order of the file, `finally` last; also while there are
 * errors.  Lines from 1; bytes include the comments right above. */
struct wf_edit_step {
	const char *id;     /* "" when it has none */
	const char *action; /* as in wf_node */
	bool finally;
	size_t begin, end;
	int line, last_line;
};
size_t wf_edit_nsteps(struct wf_edit *e);
bool wf_edit_step(struct wf_edit *e, size_t i, struct wf_edit_step *out);
/* What stands at a key (step NULL: of the flow): the text, or a list or map
 * as written; NULL for nothing.  Caller frees. */
char *wf_edit_get(struct wf_edit *e, const char *step, const char *path);

enum wf_edit_shape {
	WF_SHAPE_NOTHING,
	WF_SHAPE_SCALAR,
	WF_SHAPE_LIST,
	WF_SHAPE_MAP,
	WF_SHAPE_ALIAS /* repeated from elsewhere: it can only be looked at */
};
enum wf_edit_shape
wf_edit_shape(struct wf_edit *e, const char *step, const char *path);
/* Names of the keys of a map, numbers of a list's items, ended by NULL; the
 * caller frees them and the array. */
char **wf_edit_keys(struct wf_edit *e, const char *step, const char *path);
/* The ids that step `i` needs, also those of no step; they live until the
 * next change. */
size_t wf_edit_needs(struct wf_edit *e, size_t i, const char **ids, size_t max);
/* The first and last line of a key with its value; false: it is not there. */
bool wf_edit_lines(struct wf_edit *e, const char *step, const char *path,
		   int *line, int *last_line);
/* The path of the key at a place, and the number of the step it is in
 * (SIZE_MAX: the flow itself).  NULL: nothing can be said; caller frees. */
char *
wf_edit_path_at(struct wf_edit *e, int line, int column, size_t *step_out);
/* What wf_edit_fix would do about a finding of the present text; NULL:
 * nothing.  Caller frees. */
char *wf_edit_fix_offer(struct wf_edit *e, const struct wf_diag *diag);
enum wf_code
wf_edit_fix(struct wf_edit *e, const struct wf_diag *diag, struct wf_err *err);
/* The key that a value without keys at `path` stands for: "limit" of
 * "retry"; NULL: there is no such short form. */
const char *
wf_edit_short_key(struct wf_edit *e, const char *step, const char *path);

/* `value` becomes text, number, list, ... by what the key takes.  A short
 * form on the way is written out: `retry: 3` with "retry.delay". */
enum wf_code wf_edit_set(struct wf_edit *e, const char *step, const char *path,
			 const char *value, struct wf_err *err);
enum wf_code wf_edit_unset(struct wf_edit *e, const char *step,
			   const char *path, struct wf_err *err);

struct wf_edit_new_step {
	const char *id;
	const char *action, *value; /* "run", "make"; NULL: a milestone */
	const char *const *needs;
	size_t nneeds;
};
/* Beside `other`; NULL: at the end (`before`: the beginning) of the steps. */
enum wf_code wf_edit_add(struct wf_edit *e, const struct wf_edit_new_step *step,
			 bool before, const char *other, struct wf_err *err);
/* What becomes of the steps that need a removed one. */
enum wf_edit_orphans {
	WF_ORPHANS_REFUSE, /* there must be none */
	WF_ORPHANS_UNNEED, /* they need it no more */
	WF_ORPHANS_BRIDGE  /* they need what it needed */
};
enum wf_code wf_edit_remove(struct wf_edit *e, const char *id,
			    enum wf_edit_orphans orphans, struct wf_err *err);
/* Up (negative) or down in the file. */
enum wf_code
wf_edit_move(struct wf_edit *e, const char *id, int by, struct wf_err *err);
enum wf_code wf_edit_move_to(struct wf_edit *e, const char *id, bool before,
			     const char *other, struct wf_err *err);
/* In needs, expressions and everything else that names steps. */
enum wf_code wf_edit_rename(struct wf_edit *e, const char *from, const char *to,
			    struct wf_err *err);
/* `to` needs `from`; a circle is refused with its path. */
enum wf_code wf_edit_connect(struct wf_edit *e, const char *from,
			     const char *to, struct wf_err *err);
enum wf_code wf_edit_disconnect(struct wf_edit *e, const char *from,
				const char *to, struct wf_err *err);
/* The circle that connecting would make, "a -> b -> a", or NULL; caller
 * frees. */
char *wf_edit_circle(struct wf_edit *e, const char *from, const char *to);
/* A step as text, for pasting here or into another flow; caller frees. */
enum wf_code wf_edit_copy(struct wf_edit *e, const char *id, char **text_out,
			  struct wf_err *err);
enum wf_code wf_edit_paste(struct wf_edit *e, const char *text, bool before,
			   const char *other, struct wf_err *err);
/* The whole text, as an outside editor left it; `name` for undo. */
void wf_edit_replace(struct wf_edit *e, const char *name, const char *text,
		     size_t n);

/* The name of what was undone (redone), or of what would be; NULL: nothing. */
const char *wf_edit_undo(struct wf_edit *e);
const char *wf_edit_redo(struct wf_edit *e);
const char *wf_edit_undo_name(const struct wf_edit *e);
const char *wf_edit_redo_name(const struct wf_edit *e);
/* A mark of the present text.  All changes since one become a single one of
 * that name, or are taken back as if they had never been. */
size_t wf_edit_mark(const struct wf_edit *e);
void wf_edit_join(struct wf_edit *e, size_t mark, const char *name);
void wf_edit_drop(struct wf_edit *e, size_t mark);
/* What the last change, undo or redo touched, in bytes of the text. */
void
wf_edit_touched(const struct wf_edit *e, size_t *begin_out, size_t *end_out);

bool wf_edit_modified(const struct wf_edit *e);
/* Has the file changed on disk since it was opened or saved? */
bool wf_edit_stale(const struct wf_edit *e);
/* The text as it is on disk now (for showing differences); caller frees. */
enum wf_code
wf_edit_disk(const struct wf_edit *e, char **text_out, struct wf_err *err);
/* Take what is on disk, as one change that can be undone. */
enum wf_code wf_edit_reload(struct wf_edit *e, struct wf_err *err);
/* Write the file (`path` NULL: the one opened) through a temporary one, with
 * the mode it had.  WF_REFUSED when it has changed on disk, or when another
 * `path` is there already, unless `force`. */
enum wf_code wf_edit_save(struct wf_edit *e, const char *path, bool force,
			  struct wf_err *err);

/* The text with indents, empty lines and spaces as they should be; comments
 * and meaning stay.  WF_INVALID: it does not parse; WF_REFUSED: it cannot be
 * formatted for a reason err gives.  Caller frees. */
enum wf_code wf_format(const char *file, const char *text, size_t n,
		       char **text_out, struct wf_err *err);

#endif
