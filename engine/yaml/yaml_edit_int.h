/* What the files of yaml_edit share.
 *
 * An action looks at the tree, notes patches and commits them all at once;
 * places are those of the text before the action.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_YAML_EDIT_INT_H
#define WF_YAML_EDIT_INT_H

#include "../base/vec.h"
#include "yaml_edit.h"
#include "yaml_span.h"

/* `removed` bytes at `at` give way to `text`. */
struct patch {
	size_t at, nold, nnew;
	char *old, *new; /* owned; `old` is filled by the commit */
	size_t order;    /* patches at one place keep it */
};

/* Patches by place; places of the text before. */
struct change {
	char *name;
	struct patch *at;
	size_t n, serial;
	bool joined; /* undone and redone with the one before */
};

struct edit {
	char *file;
	struct strbuf text;
	struct span_tree tree;
	struct wf_err trouble; /* code 0: it parses */
	VEC(struct patch) pending;
	VEC(struct change) changes;
	size_t serial; /* of the last change made */
	size_t done;   /* changes[0 .. done) are in the text */
	size_t last_begin, last_end;
	/* Made out when asked for. */
	VEC(struct span *) steps;
	VEC(size_t) lines; /* where each begins */
	bool listed, judged, advised;
	size_t nfinally;
	struct wf_diags findings, advice;
	struct workflow *wf;
};

/* --- patches (yaml_edit.c) ------------------------------------------------ */

void edit_patch(struct edit *e, size_t at, size_t removed, const char *text,
		size_t n);
void edit_insert(struct edit *e, size_t at, const char *text);
void edit_delete(struct edit *e, size_t begin, size_t end);

enum edit_commit {
	COMMIT_PLAIN,
	COMMIT_STAY_VALID /* what was a valid flow must be one afterwards */
};
/* Apply what is pending; on an error nothing has changed. */
enum wf_code
edit_commit(struct edit *e, enum edit_commit how, struct wf_err *err,
	    const char *fmt, ...) PRINTF_LIKE(4, 5);
void edit_forget(struct edit *e); /* drop what is pending */
/* WF_INVALID while the text does not parse. */
enum wf_code edit_ready(struct edit *e, struct wf_err *err);

/* --- places (yaml_edit_place.c) ------------------------------------------- */

size_t place_line_begin(const struct edit *e, size_t at);
size_t place_line_end(const struct edit *e, size_t at); /* before its newline */
size_t place_next_line(const struct edit *e, size_t at);
bool place_is_blank(const struct edit *e, size_t line);
/* Past spaces, newlines and comments. */
size_t place_skip(const struct edit *e, size_t at, size_t limit);
/* "\n" or "\r\n", as the lines around `at` end. */
const char *place_eol(const struct edit *e, size_t at);
/* Characters before `at` in its line; false when they are other than spaces
 * and dashes. */
bool place_column(const struct edit *e, size_t at, size_t *out);

/* The dash of an item of a block list; SIZE_MAX when it stands in a way that
 * is not patched. */
size_t place_dash(const struct edit *e, const struct span *item);
/* The item with its lines: comments above it, up to the last line's end. */
struct extent {
	size_t begin, end, dash, indent;
};
bool
place_extent(const struct edit *e, const struct span *item, struct extent *out);

/* The byte of a line and a column, which counts characters from 1. */
size_t edit_offset(struct edit *e, int line, int column);

/* Where lines go below a `steps:` that has none yet, and their indent. */
enum wf_code place_below_steps(struct edit *e, size_t *at, size_t *indent,
			       struct wf_err *err);

/* --- steps ---------------------------------------------------------------- */

void edit_list_steps(struct edit *e);
struct span *edit_step_span(struct edit *e, const char *id);
const char *step_text(const struct span *step, const char *key); /* or NULL */
enum wf_code edit_require_step(struct edit *e, const char *id,
			       struct span **out, struct wf_err *err);
/* WF_REFUSED when the span, or what it stands in, cannot be patched. */
enum wf_code
edit_guard(const struct edit *e, const struct span *s, struct wf_err *err);

/* What stands at a key (yaml_edit_key.c); NULL: nothing.  `key_out` (may be
 * NULL) gets the key, when it stands in a map.  They live until the next
 * change. */
const struct span *edit_find(struct edit *e, const char *step, const char *path,
			     const struct span **key_out);
bool edit_is_chain(const struct edit *e); /* order: chain */

/* --- writing (yaml_edit_write.c) ------------------------------------------ */

bool write_is_utf8(const char *text);
/* One line of text as a scalar.  `style` is tried first.  With `string`,
 * what would be a number, true or null is quoted. */
void write_scalar(struct strbuf *out, const char *text, enum span_style style,
		  bool in_flow, bool string);
/* A literal block behind "key: " whose lines are indented by `indent`; false
 * when the text cannot be written so. */
bool write_literal(struct strbuf *out, const char *text, size_t indent,
		   const char *eol);
/* Is the text a list or map in brackets, on one line, without anchors? */
bool write_is_collection(const char *text, enum span_kind *kind_out);
/* The quotes that scalars near `s` have: SPAN_SINGLE or SPAN_DOUBLE. */
enum span_style write_quotes(const struct span *near_to);
/* Do maps in braces near `s` have spaces inside?  Yes when there are none. */
bool write_padded(const struct edit *e, const struct span *near_to);

/* --- types of keys (yaml_edit_type.c) ------------------------------------- */

/* The type (as in schema.def) of `key` within a value of type `type`; NULL
 * when it is not known.  Types are texts of the schema, or in `a`. */
const char *type_of_key(struct arena *a, const char *type, const char *key);
const char *type_of_item(struct arena *a, const char *type);
bool type_is_text(const char *type); /* scalars are always text */
bool type_takes(const char *type, enum span_kind kind);
bool type_has_word(const char *type, const char *word);

/* --- lists and maps (yaml_edit_list.c) ------------------------------------ */

/* Note patches that add `text` behind child `after` (NULL: in front) of a
 * collection in brackets; `after` of a map is a value. */
void flow_add(struct edit *e, const struct span *list, const struct span *after,
	      const char *text);
/* Note patches that take out [first, last] of a collection in brackets. */
void flow_remove(struct edit *e, const struct span *list,
		 const struct span *first, const struct span *last);
/* Add an item behind the last one; the list must not be an empty block. */
void list_append(struct edit *e, const struct span *list, const char *text);
void
list_remove(struct edit *e, const struct span *list, const struct span *item);
/* Note patches that take the pair out of its map, and the map itself when
 * nothing is left; WF_REFUSED when that cannot be. */
enum wf_code
pair_remove(struct edit *e, const struct span *key, struct wf_err *err);
/* Add `key: value` to a map; `value` is written out already, with lines of
 * its own indented right.  `after` may be NULL: at the end. */
enum wf_code
pair_add(struct edit *e, const struct span *map, const struct span *after,
	 const char *key, const char *value, struct wf_err *err);

#endif
