/* The tree itself, and asking it: texts, kinds, values and places of nodes.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "../base/str.h"
#include "yaml_scalar.h"

#define CHUNK_SHIFT 12
#define CHUNK_NODES (1u << CHUNK_SHIFT)

struct node *
node_at(const struct node_tree *t, uint32_t index)
{
	return &t->chunks[index >> CHUNK_SHIFT][index & (CHUNK_NODES - 1)];
}

uint32_t
node_new(struct node_tree *t)
{
	if (t->n >> CHUNK_SHIFT == t->nchunks) {
		t->chunks = mem_realloc(t->chunks,
					(t->nchunks + 1) * sizeof(*t->chunks));
		t->chunks[t->nchunks++] =
			mem_alloc(CHUNK_NODES * sizeof(struct node));
	}
	return t->n++;
}

void
node_tree_release(struct node_tree *t)
{
	for (uint32_t i = 0; i < t->nchunks; i++)
		free(t->chunks[i]);
	free(t->chunks);
	t->chunks = NULL;
	t->nchunks = t->n = 0;
	t->root = NULL;
}

const struct node *
node_real(const struct node_tree *t, const struct node *n)
{
	return n->kind == NODE_ALIAS ? node_at(t, n->value) : n;
}

const struct node *
node_first(const struct node_tree *t, const struct node *n)
{
	n = node_real(t, n);
	if (n->kind == NODE_SCALAR || !n->value)
		return NULL;
	return node_at(t, n->value);
}

const struct node *
node_next(const struct node_tree *t, const struct node *n)
{
	return n->next ? node_at(t, n->next) : NULL;
}

/* --- asking -------------------------------------------------------------- */

enum node_kind
node_kind(const struct node_tree *t, const struct node *n)
{
	return (enum node_kind)node_real(t, n)->kind;
}

const char *
node_text(const struct node_tree *t, const struct node *n)
{
	n = node_real(t, n);
	return n->kind == NODE_SCALAR ? t->pool + n->value : "";
}

const struct node *
node_get(const struct node_tree *t, const struct node *map, const char *key)
{
	if (node_kind(t, map) != NODE_MAP)
		return NULL;
	node_each(t, map, k)
	{
		const struct node *value = node_next(t, k);

		const char *text = node_text(t, k);

		if (text[0] == key[0] && str_eq(text, key))
			return value;
		k = value;
	}
	return NULL;
}

uint32_t
node_count(const struct node_tree *t, const struct node *n)
{
	uint32_t count = 0;

	node_each(t, n, child) count++;
	return node_kind(t, n) == NODE_MAP ? count / 2 : count;
}

static enum value_kind
node_scalar_kind(const struct node_tree *t, const struct node *n)
{
	n = node_real(t, n);
	return n->style == NODE_PLAIN ? scalar_resolve(node_text(t, n), NULL)
				      : VALUE_STRING;
}

bool
node_is_null(const struct node_tree *t, const struct node *n)
{
	n = node_real(t, n);
	/* "", ~, null: asked of every value, so not much is looked at. */
	return n->kind == NODE_SCALAR && n->style == NODE_PLAIN &&
	       strchr("~nN", t->pool[n->value]) &&
	       scalar_resolve(t->pool + n->value, NULL) == VALUE_NULL;
}

const char *
node_kind_name(const struct node_tree *t, const struct node *n)
{
	if (node_kind(t, n) == NODE_LIST)
		return "a list";
	if (node_kind(t, n) == NODE_MAP)
		return "a map";
	switch (node_scalar_kind(t, n)) {
	case VALUE_NULL:
		return "nothing";
	case VALUE_BOOL:
		return "true or false";
	case VALUE_INT:
	case VALUE_DOUBLE:
		return "a number";
	case VALUE_UINT:
	case VALUE_STRING:
	case VALUE_LIST:
	case VALUE_MAP:
	case VALUE_TIMESTAMP:
	case VALUE_DURATION:
	case VALUE_TYPE:
	case VALUE_OBJECT:
		break;
	}
	return "text";
}

struct value
node_value(const struct node_tree *t, const struct node *n, struct arena *a)
{
	struct value v = value_string_borrowed(node_text(t, n));
	struct value *items;
	uint32_t count = 0;

	if (node_kind(t, n) == NODE_SCALAR) {
		if (node_real(t, n)->style == NODE_PLAIN)
			scalar_resolve(node_text(t, n), &v);
		return v;
	}
	node_each(t, n, child) count++;
	items = arena_array(a, struct value, count);
	v.kind = node_kind(t, n) == NODE_LIST ? VALUE_LIST : VALUE_MAP;
	v.n = v.kind == VALUE_LIST ? count : count / 2;
	v.items = items;
	node_each(t, n, child)
	{
		/* Keys are text, whatever they look like. */
		if (v.kind == VALUE_MAP && (items - v.items) % 2 == 0)
			*items++ = value_string_borrowed(node_text(t, child));
		else
			*items++ = node_value(t, child, a);
	}
	return v;
}

/* --- places -------------------------------------------------------------- */

/* Start of a line of the file; the last one asked for is remembered, since
 * findings come in order. */
static const char *
line_start(struct node_tree *t, uint32_t line)
{
	const char *end = t->text + t->bytes;

	if (!t->seen_line || line < t->seen_line) {
		t->seen_line = 1;
		t->seen_start = t->text;
	}
	while (t->seen_line < line) {
		const char *p = memchr(t->seen_start, '\n',
				       (size_t)(end - t->seen_start));

		if (!p)
			return NULL;
		t->seen_start = p + 1;
		t->seen_line++;
	}
	return t->seen_start;
}

static int
blanks(const char *p, const char *end)
{
	int n = 0;

	while (p + n < end && p[n] == ' ')
		n++;
	return n;
}

/* A literal block begins on the line after its mark, indented. */
static void
place_in_block(struct node_tree *t, const struct node *n, const char *text,
	       size_t offset, int *line, int *column)
{
	const char *begin = text, *source;
	uint32_t lines = 1;
	int in_line = 0;

	for (const char *p = text; *p && offset; p++) {
		if (((unsigned char)p[1] & 0xc0) != 0x80)
			offset--;
		if (*p == '\n') {
			lines++;
			begin = p + 1;
			in_line = 0;
		} else if (((unsigned char)p[1] & 0xc0) != 0x80) {
			in_line++;
		}
	}
	source = line_start(t, n->line + lines);
	if (!source)
		return;
	*line = (int)(n->line + lines);
	*column = blanks(source, t->text + t->bytes) -
		  blanks(begin, text + strlen(text)) + in_line + 1;
}

void
node_place(struct node_tree *t, const struct node *n, size_t offset, int *line,
	   int *column)
{
	const struct node *real = node_real(t, n);
	const char *text = node_text(t, n);

	*line = (int)n->line;
	*column = (int)n->column;
	if (real != n || real->kind != NODE_SCALAR)
		return;
	if (real->style == NODE_BLOCK)
		place_in_block(t, n, text, offset, line, column);
	else if (real->style != NODE_FOLDED && !strchr(text, '\n'))
		*column += (int)offset + (real->style == NODE_QUOTED);
}
