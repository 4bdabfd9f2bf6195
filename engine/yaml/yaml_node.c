/* From libyaml's events to a tree of nodes, within limits.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "yaml_node.h"

#include <stdlib.h>
#include <yaml.h>

#include "../base/map.h"
#include "../base/str.h"
#include "../model/workflow.h"
#include "yaml_problem.h"
#include "yaml_scalar.h"

#define INTERNED  64 /* recently seen keys */
#define ITEM_LIST 4  /* depth in a list of an item that is streamed */

struct anchor {
	uint32_t node;
	uint32_t size;  /* nodes it stands for */
	uint8_t height; /* levels below it */
	bool open;      /* still being read */
};

/* A list or map that is still being read. */
struct frame {
	uint32_t node, last;
	uint64_t size_before;
	struct anchor *anchor;
	uint32_t nchildren;
	uint8_t height;
};

struct builder {
	struct node_tree *t;
	struct arena scratch; /* anchors */
	struct map anchors;
	struct wf_diags *diags;
	struct frame stack[WORKFLOW_MAX_DEPTH + 1];
	int depth;
	uint64_t size;    /* nodes, aliases expanded */
	uint64_t aliased; /* of those, by aliases */
	uint32_t interned[INTERNED];
	bool failed;
	const struct node_stream *stream; /* NULL: keep the tree */
	bool streaming;                   /* its list is being read */
};

static void PRINTF_LIKE(4, 5) fail(struct builder *b, yaml_mark_t mark,
				   const char *hint, const char *fmt, ...)
{
	va_list ap;
	char *message;

	va_start(ap, fmt);
	message = mem_vprintf(fmt, ap);
	va_end(ap);
	wf_diags_add(b->diags, WF_SEV_ERROR, NULL, b->t->file,
		     (int)mark.line + 1, (int)mark.column + 1, hint, "%s",
		     message);
	free(message);
	b->failed = true;
}

/* --- text ---------------------------------------------------------------- */

static uint32_t
pool_add(struct node_tree *t, const char *text, size_t n)
{
	uint32_t offset = (uint32_t)t->pool_used;

	if (!n)
		return 0;
	if (t->pool_used + n + 1 > t->pool_size)
		BUG("scalars are longer than the file they came from");
	memcpy(t->pool + offset, text, n);
	t->pool_used += n + 1;
	return offset;
}

/* The same few keys come again and again: keep one copy of each. */
static uint32_t
pool_intern(struct builder *b, const char *text, size_t n)
{
	uint32_t *slot;
	size_t hash = n;

	for (size_t i = 0; i < n; i++)
		hash = hash * 31 + (unsigned char)text[i];
	slot = &b->interned[hash % INTERNED];
	if (!*slot || !str_eq(b->t->pool + *slot, text))
		*slot = pool_add(b->t, text, n);
	return *slot;
}

/* What the items of a streamed list name in lists of theirs is mostly each
 * other. */
static uint32_t
pool_value(struct builder *b, const char *text, size_t n)
{
	const char *same = NULL;

	if (b->streaming && b->depth == ITEM_LIST)
		same = b->stream->known(b->stream->arg, text);
	return same ? (uint32_t)(same - b->t->pool) : pool_add(b->t, text, n);
}

/* --- placing a new node -------------------------------------------------- */

static bool
expects_key(const struct builder *b)
{
	const struct frame *f;

	if (!b->depth)
		return false;
	f = &b->stack[b->depth - 1];
	return node_at(b->t, f->node)->kind == NODE_MAP &&
	       f->nchildren % 2 == 0;
}

static void
raise_height(struct builder *b, unsigned height)
{
	for (int i = b->depth - 1; i >= 0; i--, height++)
		if (b->stack[i].height < height)
			b->stack[i].height = (uint8_t)height;
}

static uint32_t
add_node(struct builder *b, enum node_kind kind, const yaml_event_t *e)
{
	struct node_tree *t = b->t;
	uint32_t index = node_new(t);
	struct node *n = node_at(t, index);

	*n = (struct node){.kind = (unsigned)kind & 3,
			   .line = (uint32_t)(e->start_mark.line + 1) &
				   0xffffff,
			   .column = (uint32_t)e->start_mark.column + 1};
	b->size++;
	if (!b->depth) {
		t->root = n;
		return index;
	}
	struct frame *f = &b->stack[b->depth - 1];

	if (f->last)
		node_at(t, f->last)->next = index;
	else
		node_at(t, f->node)->value = index;
	f->last = index;
	f->nchildren++;
	return index;
}

static struct anchor *
add_anchor(struct builder *b, const yaml_char_t *name, uint32_t node)
{
	struct anchor *a;

	if (!name)
		return NULL;
	b->failed |= b->stream != NULL; /* it may be wanted later */
	a = arena_new(&b->scratch, struct anchor);
	a->node = node;
	a->size = 1;
	map_set(&b->anchors, arena_strdup(&b->scratch, (const char *)name), a);
	return a;
}

/* --- events -------------------------------------------------------------- */

static void
on_alias(struct builder *b, const yaml_event_t *e)
{
	const char *name = (const char *)e->data.alias.anchor;
	const struct anchor *a = map_get(&b->anchors, name);
	bool key = expects_key(b);

	if (!a) {
		fail(b, e->start_mark, "write `&NAME` before the value first",
		     "alias *%s has no anchor", name);
		return;
	}
	if (a->open) {
		fail(b, e->start_mark, "name something outside of it",
		     "alias *%s refers to what contains it", name);
		return;
	}
	if (key && node_at(b->t, a->node)->kind != NODE_SCALAR) {
		fail(b, e->start_mark, "use a plain word as the key",
		     "a key cannot be a list or a map");
		return;
	}
	if (b->depth + a->height > WORKFLOW_MAX_DEPTH) {
		fail(b, e->start_mark, "flatten it",
		     "alias *%s nests deeper than %d levels", name,
		     WORKFLOW_MAX_DEPTH);
		return;
	}
	b->aliased += a->size;
	if (b->aliased > NODE_MAX_ALIASED) {
		fail(b, e->start_mark, "write out less by aliases",
		     "aliases expand to more than %d nodes", NODE_MAX_ALIASED);
		return;
	}
	node_at(b->t, add_node(b, NODE_ALIAS, e))->value = a->node;
	b->size += a->size - 1;
	raise_height(b, a->height + 1u);
}

static void
on_scalar(struct builder *b, const yaml_event_t *e)
{
	const char *text = (const char *)e->data.scalar.value;
	size_t n = e->data.scalar.length;
	bool key = expects_key(b);
	bool root_key = key && b->depth == 1;
	enum node_style style = scalar_style(e);
	const char *why;
	uint32_t index;

	if (memchr(text, '\0', n)) {
		fail(b, e->start_mark, "remove the \\0",
		     "text must not hold a NUL character");
		return;
	}
	if (key && n > NODE_MAX_KEY) {
		fail(b, e->start_mark, "shorten it",
		     "a key is longer than %d bytes", NODE_MAX_KEY);
		return;
	}
	why = scalar_tag_problem(e, text);
	if (why) {
		fail(b, e->start_mark, "remove the tag", "%s", why);
		return;
	}
	index = add_node(b, NODE_SCALAR, e);
	node_at(b->t, index)->style = (unsigned)style & 3;
	node_at(b->t, index)->value =
		key ? pool_intern(b, text, n) : pool_value(b, text, n);
	add_anchor(b, e->data.scalar.anchor, index);
	raise_height(b, 1);
	if (!b->stream)
		return;
	/* A key behind the list, or an item that is no map. */
	b->failed |= b->streaming && b->depth < 3;
	b->streaming |= root_key && str_eq(text, b->stream->key);
}

static void
on_open(struct builder *b, const yaml_event_t *e, enum node_kind kind)
{
	bool map = kind == NODE_MAP;
	const yaml_char_t *anchor = map ? e->data.mapping_start.anchor
					: e->data.sequence_start.anchor;
	const char *tag = (const char *)(map ? e->data.mapping_start.tag
					     : e->data.sequence_start.tag);
	struct frame *f;
	uint32_t index;

	if (expects_key(b)) {
		fail(b, e->start_mark, "use a plain word as the key",
		     "a key cannot be a list or a map");
		return;
	}
	if (b->depth == WORKFLOW_MAX_DEPTH) {
		fail(b, e->start_mark, "flatten it",
		     "nested deeper than %d levels", WORKFLOW_MAX_DEPTH);
		return;
	}
	if (tag && !str_eq(tag, map ? YAML_MAP_TAG : YAML_SEQ_TAG) &&
	    !str_eq(tag, "!")) {
		fail(b, e->start_mark, "remove the tag",
		     "the tag \"%.80s\" means nothing here", tag);
		return;
	}
	raise_height(b, 1);
	uint64_t before = b->size;

	index = add_node(b, kind, e);
	f = &b->stack[b->depth++];
	*f = (struct frame){.node = index, .size_before = before};
	f->anchor = add_anchor(b, anchor, index);
	if (f->anchor)
		f->anchor->open = true;
}

/* An item of the streamed list is complete: hand it over and drop it. */
static void
pass_item(struct builder *b, const struct frame *f)
{
	struct frame *list = &b->stack[1];
	struct node *n = node_at(b->t, f->node);

	if (n->kind != NODE_MAP || node_at(b->t, list->node)->kind != NODE_LIST)
		b->failed = true;
	else
		b->failed |= !b->stream->item(b->stream->arg, n);
	b->t->n = f->node;
	node_at(b->t, list->node)->value = list->last = 0;
}

static void
on_close(struct builder *b)
{
	struct frame *f = &b->stack[--b->depth];

	if (f->anchor) {
		uint64_t size = b->size - f->size_before;

		f->anchor->open = false;
		f->anchor->size = size > NODE_MAX_ALIASED ? NODE_MAX_ALIASED + 1
							  : (uint32_t)size;
		f->anchor->height = f->height;
	}
	if (node_at(b->t, f->node)->kind == NODE_MAP)
		node_finish_map(b->t, node_at(b->t, f->node), b->diags);
	if (b->streaming && b->depth == 2)
		pass_item(b, f);
}

/* False at the end of the stream. */
static bool
on_event(struct builder *b, const yaml_event_t *e)
{
	switch (e->type) {
	case YAML_DOCUMENT_START_EVENT:
		if (b->t->root)
			fail(b, e->start_mark, "keep each flow in its own file",
			     "a flow file holds one document only");
		return true;
	case YAML_ALIAS_EVENT:
		on_alias(b, e);
		return true;
	case YAML_SCALAR_EVENT:
		on_scalar(b, e);
		return true;
	case YAML_SEQUENCE_START_EVENT:
		on_open(b, e, NODE_LIST);
		return true;
	case YAML_MAPPING_START_EVENT:
		on_open(b, e, NODE_MAP);
		return true;
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		on_close(b);
		return true;
	case YAML_STREAM_END_EVENT:
		return false;
	case YAML_NO_EVENT:
	case YAML_STREAM_START_EVENT:
	case YAML_DOCUMENT_END_EVENT:
		break;
	}
	return true;
}

/* --- errors of libyaml --------------------------------------------------- */

/* Errors below the parser come with a byte offset and no mark. */
static yaml_mark_t
mark_of_offset(const struct node_tree *t, size_t offset)
{
	yaml_mark_t mark = {0};

	for (size_t i = 0; i < offset && i < t->bytes; i++) {
		if (t->text[i] == '\n') {
			mark.line++;
			mark.column = 0;
		} else if (((unsigned char)t->text[i] & 0xc0) != 0x80) {
			mark.column++;
		}
	}
	return mark;
}

static void
report_yaml(struct builder *b, const yaml_parser_t *p)
{
	const char *problem = p->problem ? p->problem : "cannot be read";
	yaml_mark_t mark = p->problem_mark;

	if (p->error == YAML_MEMORY_ERROR)
		mem_exhausted();
	if (p->error == YAML_READER_ERROR)
		mark = mark_of_offset(b->t, p->problem_offset);
	if (p->context)
		fail(b, mark, yaml_problem_hint(problem), "%s, %s", problem,
		     p->context);
	else
		fail(b, mark, yaml_problem_hint(problem), "%s", problem);
}

static void
read_events(struct builder *b, yaml_parser_t *parser)
{
	bool more = true;

	while (more && !b->failed) {
		yaml_event_t event;

		if (!yaml_parser_parse(parser, &event)) {
			report_yaml(b, parser);
			return;
		}
		more = on_event(b, &event);
		yaml_event_delete(&event);
	}
	if (!b->failed && !b->t->root)
		fail(b, (yaml_mark_t){0},
		     yaml_problem_hint("the file is empty"),
		     "the file is empty");
}

bool
node_tree_stream(struct node_tree *t, struct arena *strings, const char *file,
		 const char *text, size_t n, const struct node_stream *stream,
		 struct wf_diags *diags)
{
	struct builder b = {.t = t, .diags = diags, .stream = stream};
	yaml_parser_t parser;

	*t = (struct node_tree){.file = file, .text = text, .bytes = n};
	if (n > WORKFLOW_MAX_BYTES) {
		fail(&b, (yaml_mark_t){0}, "split it with `workflow:` steps",
		     "the file is larger than 16 MiB");
		return false;
	}
	/* Decoding never more than doubles: `\L` becomes three bytes, a
	 * UTF-16 unit too. */
	t->pool_size = 2 * n + 16;
	t->pool = arena_alloc(strings, t->pool_size);
	t->pool_used = 1;
	node_new(t);
	if (!yaml_parser_initialize(&parser))
		mem_exhausted();
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, n);
	read_events(&b, &parser);
	yaml_parser_delete(&parser);
	map_release(&b.anchors);
	arena_release(&b.scratch);
	return !b.failed;
}

bool
node_tree_read(struct node_tree *t, struct arena *strings, const char *file,
	       const char *text, size_t n, struct wf_diags *diags)
{
	return node_tree_stream(t, strings, file, text, n, NULL, diags);
}
