/* A YAML text as a tree of spans: what stands from which byte to which.
 *
 * The reader's tree (yaml_node.h) knows where things begin and what they
 * mean, aliases and merge keys resolved; this one knows how they are written
 * and where they end, which is what changing a text in place needs.  Nothing
 * is resolved: an alias is a leaf, a merge key a pair like any other.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_YAML_SPAN_H
#define WF_YAML_SPAN_H

#include "../base/err.h"
#include "../base/mem.h"
#include "../base/str.h"

enum span_kind {
	SPAN_SCALAR,
	SPAN_LIST,
	SPAN_MAP,
	SPAN_ALIAS
};

enum span_style {
	SPAN_PLAIN, /* also an empty value: begin == end */
	SPAN_SINGLE,
	SPAN_DOUBLE,
	SPAN_LITERAL,
	SPAN_FOLDED,
	SPAN_BLOCK, /* lists and maps by indentation */
	SPAN_FLOW   /* in brackets */
};

/* Bytes [begin, end).  They include an anchor or tag; `body` is where the
 * value itself begins.  A block scalar ends with its last line of content,
 * without the line's end. */
struct span {
	enum span_kind kind;
	enum span_style style;
	size_t begin, body, end;
	int line;         /* from 1 */
	uint32_t n;       /* children; those of a map are key, value, key ... */
	const char *text; /* of a scalar, decoded; an alias's name */
	const char *anchor; /* or NULL */
	bool tagged;
	struct span *parent, *first, *last, *prev, *next;
};

struct span_tree {
	struct arena arena;
	struct span *root; /* NULL: the text is empty */
	bool aliased;      /* there is an alias somewhere */
};

/* WF_INVALID with the place when the text is no single YAML document. */
enum wf_code span_tree_read(struct span_tree *t, const char *file,
			    const char *text, size_t n, struct wf_err *err);
void span_tree_release(struct span_tree *t);

/* The value of `key` in a map (its own keys only), or NULL; `key_out` (may
 * be NULL) gets the key. */
struct span *
span_get(const struct span *map, const char *key, struct span **key_out);
/* Is it written in brackets, or inside of something that is? */
bool span_in_flow(const struct span *s);
bool span_is_block_scalar(const struct span *s);
/* An empty value, `~` or `null`. */
bool span_is_null(const struct span *s);
/* The same kinds, texts and order, however they are written. */
bool span_same(const struct span *a, const struct span *b);

#endif
