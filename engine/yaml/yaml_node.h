/* A YAML document as a tree of small nodes, each with its place in the file.
 *
 * Built from libyaml's events, so that depth, aliases and size are judged
 * while they arrive and no input is expensive.  A node is sixteen bytes; its
 * children are linked by numbers.  The text of scalars stands in one pool
 * that belongs to the caller's arena and outlives the tree; nothing is
 * copied again later.
 *
 *	struct node_tree t;
 *
 *	if (node_tree_read(&t, &arena, file, text, n, diags))
 *		node_each (&t, t.root, child)
 *			...
 *	node_tree_release(&t);
 *
 * Aliases are followed by the walking functions and never seen outside; a
 * merge key (`<<`) has become ordinary pairs.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_YAML_NODE_H
#define WF_YAML_NODE_H

#include "../base/err.h"
#include "../base/mem.h"
#include "../model/value.h"

enum node_kind {
	NODE_SCALAR,
	NODE_LIST,
	NODE_MAP,
	NODE_ALIAS
};

enum node_style {
	NODE_PLAIN,
	NODE_QUOTED,
	NODE_BLOCK,
	NODE_FOLDED
};

struct node {
	uint32_t value; /* offset of the text, first child, alias target */
	uint32_t next;  /* the next sibling; 0: none */
	uint32_t line : 24, kind : 2, style : 2;
	uint32_t column; /* in characters; both from 1 */
};

enum {
	NODE_MAX_ALIASED = 100000, /* nodes that aliases may stand for */
	NODE_MAX_KEY = 64 * 1024,  /* bytes of one key */
	WF_MAX_FINDINGS = 1000     /* reported about one file */
};

struct node_tree {
	struct node **chunks;
	uint32_t nchunks, n; /* node 0 is nobody */
	char *pool;
	size_t pool_used, pool_size;
	const char *file, *text;
	size_t bytes;
	const struct node *root;
	const char *seen_start; /* the line asked for last */
	uint32_t seen_line;
};

/* False when the text is no single sound document; `diags` says why.
 * Findings that leave a usable tree (duplicate keys) are in `diags` too. */
bool
node_tree_read(struct node_tree *t, struct arena *strings, const char *file,
	       const char *text, size_t n, struct wf_diags *diags);

/* The items of one list under the root, each handed over as soon as it is
 * complete; then its nodes are gone.  Texts stay. */
struct node_stream {
	const char *key; /* of the list: the last one of the root */
	bool (*item)(void *arg, const struct node *item); /* false: stop */
	/* Of a word in a list of an item: the same one from an earlier item,
	 * so that it is kept once; or NULL. */
	const char *(*known)(void *arg, const char *word);
	void *arg;
};
/* The same without ever holding the whole tree.  False, with or without
 * findings, also of documents that are not for streaming: with anchors, with
 * items that are no maps, with keys behind that list. */
bool node_tree_stream(struct node_tree *t, struct arena *strings,
		      const char *file, const char *text, size_t n,
		      const struct node_stream *stream, struct wf_diags *diags);
void node_tree_release(struct node_tree *t);

/* First child of a list or map, and what follows it; NULL at the end.  The
 * children of a map are key, value, key, value ... */
const struct node *node_first(const struct node_tree *t, const struct node *n);
const struct node *node_next(const struct node_tree *t, const struct node *n);
/* The node itself, or what it is an alias of: ask it for kind and text, and
 * the node itself for its place. */
const struct node *node_real(const struct node_tree *t, const struct node *n);

#define node_each(t, n, child)                                                 \
	for (const struct node *child = node_first((t), (n)); child;           \
	     child = node_next((t), child))

enum node_kind node_kind(const struct node_tree *t, const struct node *n);
/* Text of a scalar; "" of other nodes. */
const char *node_text(const struct node_tree *t, const struct node *n);
/* The value of `key` in a map, or NULL. */
const struct node *
node_get(const struct node_tree *t, const struct node *map, const char *key);
/* Items of a list, pairs of a map. */
uint32_t node_count(const struct node_tree *t, const struct node *n);
/* Is it an empty plain scalar, `~` or `null`? */
bool node_is_null(const struct node_tree *t, const struct node *n);
/* "a list", "a map", "text", "a number", "true or false", "nothing". */
const char *node_kind_name(const struct node_tree *t, const struct node *n);

/* The value by the YAML 1.2 core schema; strings are borrowed from the pool,
 * lists and maps are made in `a`. */
struct value
node_value(const struct node_tree *t, const struct node *n, struct arena *a);

/* Where character `offset` (from 0) of a scalar's text stands in the file. */
void node_place(struct node_tree *t, const struct node *n, size_t offset,
		int *line, int *column);

#endif
