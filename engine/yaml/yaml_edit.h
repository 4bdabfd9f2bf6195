/* Changing a flow file in place: the bytes are the model.
 *
 * Every action is a small patch of the text; after it the text is read
 * again.  What an action is not about keeps every byte: comments, quoting,
 * order, blank lines, line ends.  New keys are written like their
 * neighbours.  What cannot be patched safely (aliases, anchors, merge keys,
 * tags) is refused with WF_REFUSED and the reason, and nothing changes.
 *
 *	struct edit *e = edit_new("flow.yaml", text, n);
 *
 *	edit_add_step(e, &(struct edit_step_new){"test", "run", "make test"},
 *		      EDIT_AFTER, "build", &err);
 *	edit_connect(e, "build", "test", &err);
 *	edit_undo(e);
 *	edit_free(e);
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_YAML_EDIT_H
#define WF_YAML_EDIT_H

#include "../base/err.h"
#include "../base/str.h"
#include "../model/workflow.h"

struct edit;

/* Any bytes are taken; while they are no single YAML document, edit_broken
 * says why and actions are refused.  `file` names them in messages. */
struct edit *edit_new(const char *file, const char *text, size_t n);
void edit_free(struct edit *e);

const char *edit_file(const struct edit *e);
const char *edit_text(const struct edit *e, size_t *n_out);
const struct wf_err *edit_broken(const struct edit *e); /* NULL: it parses */

/* What the reader finds in the present text, and the flow (NULL when there
 * are errors); all are the edit's until its next change. */
const struct wf_diags *edit_findings(struct edit *e);
const struct workflow *edit_workflow(struct edit *e);
/* What lint has to say, also of a flow with errors as far as that goes. */
const struct wf_diags *edit_advice(struct edit *e);

/* --- what stands where ---------------------------------------------------- */

/* Steps in the order of the file, those of `finally` last; also of a flow
 * with errors, as far as it can be made out. */
struct edit_step {
	const char *id;     /* "" when it has none */
	const char *action; /* "run", ...; "milestone" */
	bool finally;
	size_t begin, end; /* bytes, comments above it included */
	int line, last_line;
};
size_t edit_nsteps(struct edit *e);
bool edit_step_at(struct edit *e, size_t i, struct edit_step *out);
/* Index of the step, or SIZE_MAX. */
size_t edit_find_step(struct edit *e, const char *id);

/* What stands at a key: the text of a scalar, a list or map as written.
 * NULL: nothing.  `step` NULL: the flow.  Caller frees. */
char *edit_get(struct edit *e, const char *step, const char *path);

/* The ids that step `i` needs, also those of no step; pointers live until the
 * next change. */
size_t edit_needs(struct edit *e, size_t i, const char **ids, size_t max);
/* Names of the keys of a map (numbers, of a list); the caller frees them and
 * the array. */
size_t
edit_keys(struct edit *e, const char *step, const char *path, char ***out);

enum edit_shape {
	EDIT_NOTHING,
	EDIT_SCALAR,
	EDIT_LIST,
	EDIT_MAP,
	EDIT_ALIAS
};
enum edit_shape edit_shape(struct edit *e, const char *step, const char *path);

/* A key with its value. */
struct edit_place {
	size_t begin, end;
	int line, last_line;
};
bool edit_place(struct edit *e, const char *step, const char *path,
		struct edit_place *out);
/* What stands at a place: the path of the key, and the step it is in
 * (SIZE_MAX: the flow).  NULL while the text does not parse; caller frees. */
char *edit_path_at(struct edit *e, int line, int column, size_t *step_out);

/* Can edit_fix do something about a finding of the present text, and what?
 * NULL: no; caller frees. */
char *edit_fix_offer(struct edit *e, const struct wf_diag *diag);
enum wf_code
edit_fix(struct edit *e, const struct wf_diag *diag, struct wf_err *err);

/* --- actions -------------------------------------------------------------- */

enum edit_where {
	EDIT_AFTER,
	EDIT_BEFORE
};

struct edit_step_new {
	const char *id;
	const char *action, *value; /* "run", "make"; NULL: a milestone */
	const char *const *needs;
	size_t nneeds;
};

/* `other` NULL: at the end, or the beginning, of `steps`. */
enum wf_code
edit_add_step(struct edit *e, const struct edit_step_new *step,
	      enum edit_where where, const char *other, struct wf_err *err);

/* What becomes of the steps that need a removed one. */
enum edit_orphans {
	EDIT_REFUSE, /* there must be none; err names them */
	EDIT_UNNEED, /* they need it no more */
	EDIT_BRIDGE  /* they need what it needed */
};
enum wf_code edit_remove_step(struct edit *e, const char *id,
			      enum edit_orphans orphans, struct wf_err *err);
enum wf_code
edit_move_step(struct edit *e, const char *id, int by, struct wf_err *err);
enum wf_code
edit_move_step_to(struct edit *e, const char *id, enum edit_where where,
		  const char *other, struct wf_err *err);
/* In needs, expressions, cancel, fallback, send_back and rollback. */
enum wf_code edit_rename_step(struct edit *e, const char *from, const char *to,
			      struct wf_err *err);

/* The step as text, from its dash on; caller frees. */
enum wf_code
edit_copy_step(struct edit *e, const char *id, char **out, struct wf_err *err);
/* Steps as edit_copy_step gives them; ids that are taken get a number. */
enum wf_code edit_paste(struct edit *e, const char *text, enum edit_where where,
			const char *other, struct wf_err *err);

/* `path`: "timeout", "retry.limit", "env.HOME", "argv.0".  The value becomes
 * text, a number, a list ... by what the key takes; "[a, b]" and "{a: 1}" are
 * lists and maps where those may stand. */
enum wf_code edit_set(struct edit *e, const char *step, const char *path,
		      const char *value, struct wf_err *err);
enum wf_code edit_unset(struct edit *e, const char *step, const char *path,
			struct wf_err *err);

/* The same, also beside what a shorter form says: `retry: 3` with a delay
 * becomes `retry: { limit: 3, delay: 2s }`.  The first says which key the
 * short form at `path` stands for, or NULL. */
const char *edit_short_key(struct edit *e, const char *step, const char *path);
enum wf_code edit_set_within(struct edit *e, const char *step, const char *path,
			     const char *value, struct wf_err *err);

/* `to` needs `from`.  A circle is refused, and err says which. */
enum wf_code edit_connect(struct edit *e, const char *from, const char *to,
			  struct wf_err *err);
enum wf_code edit_disconnect(struct edit *e, const char *from, const char *to,
			     struct wf_err *err);
/* Why `to` cannot need `from`: a path "a -> b -> a", or NULL.  Caller
 * frees. */
char *edit_circle(struct edit *e, const char *from, const char *to);

/* The whole text, as an outside editor left it. */
void edit_replace(struct edit *e, const char *name, const char *text, size_t n);

/* --- undo ----------------------------------------------------------------- */

/* The name of what was undone or redone, or NULL when there is nothing. */
const char *edit_undo(struct edit *e);
const char *edit_redo(struct edit *e);
const char *edit_undo_name(const struct edit *e);
const char *edit_redo_name(const struct edit *e);
/* Make one of all changes since that position; or take them back, as if they
 * had never been. */
void edit_join(struct edit *e, size_t position, const char *name);
void edit_drop(struct edit *e, size_t position);
/* A number for the present text: equal numbers mean equal texts. */
size_t edit_position(const struct edit *e);
/* What the last change touched, in the present text. */
void edit_last_range(const struct edit *e, size_t *begin, size_t *end);

#endif
