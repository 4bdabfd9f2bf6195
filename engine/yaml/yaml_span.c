/* From libyaml's events to spans of bytes.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "yaml_span.h"

#include <stdlib.h>
#include <yaml.h>

#include "../model/workflow.h"
#include "yaml_scalar.h"

/* libyaml counts characters: every so many of them we note the byte. */
#define STRIDE 64

struct spanner {
	struct span_tree *t;
	const char *file, *text;
	size_t n, skip;  /* bytes; of the byte order mark */
	size_t *strides; /* byte of character i * STRIDE */
	size_t nstrides;
	bool ascii;
	struct span *open; /* the list or map being read */
	int depth;
	struct wf_err *err;
	enum wf_code code;
};

static void
find_strides(struct spanner *s)
{
	size_t characters = 0;

	s->ascii = true;
	for (size_t i = s->skip; i < s->n && s->ascii; i++)
		s->ascii = !((unsigned char)s->text[i] & 0x80);
	if (s->ascii)
		return;
	s->strides = mem_alloc((s->n / STRIDE + 2) * sizeof(*s->strides));
	for (size_t i = s->skip; i < s->n; i++) {
		if (((unsigned char)s->text[i] & 0xc0) == 0x80)
			continue;
		if (characters++ % STRIDE == 0)
			s->strides[s->nstrides++] = i;
	}
}

static size_t
byte_of(const struct spanner *s, yaml_mark_t mark)
{
	size_t at, rest = mark.index % STRIDE;

	if (s->ascii)
		return s->skip + mark.index < s->n ? s->skip + mark.index
						   : s->n;
	if (mark.index / STRIDE >= s->nstrides)
		return s->n;
	at = s->strides[mark.index / STRIDE];
	while (rest && at < s->n) {
		at++;
		while (at < s->n && ((unsigned char)s->text[at] & 0xc0) == 0x80)
			at++;
		rest--;
	}
	return at;
}

static void PRINTF_LIKE(3, 4)
	fail(struct spanner *s, yaml_mark_t mark, const char *fmt, ...)
{
	va_list ap;
	char *message;

	if (s->code)
		return;
	va_start(ap, fmt);
	message = mem_vprintf(fmt, ap);
	va_end(ap);
	s->code = ERR(s->err, WF_INVALID, "%s", message);
	wf_err_place(s->err, s->file, (int)mark.line + 1, (int)mark.column + 1);
	free(message);
}

static struct span *
add_span(struct spanner *s, enum span_kind kind, const yaml_event_t *e)
{
	struct span *n = arena_new(&s->t->arena, struct span);

	n->kind = kind;
	n->begin = byte_of(s, e->start_mark);
	n->end = byte_of(s, e->end_mark);
	n->line = (int)e->start_mark.line + 1;
	n->parent = s->open;
	if (!s->open) {
		if (s->t->root)
			fail(s, e->start_mark, "there are several documents");
		s->t->root = n;
		return n;
	}
	n->prev = s->open->last;
	if (n->prev)
		n->prev->next = n;
	else
		s->open->first = n;
	s->open->last = n;
	s->open->n++;
	return n;
}

/* Step over `&anchor` and `!tag`. */
static void
find_body(struct spanner *s, struct span *n, const yaml_char_t *anchor,
	  bool tagged)
{
	n->body = n->begin;
	n->tagged = tagged;
	if (anchor)
		n->anchor = arena_strdup(&s->t->arena, (const char *)anchor);
	if (!anchor && !tagged)
		return;
	while (n->body < n->end && strchr("&!", s->text[n->body]))
		n->body += strcspn(s->text + n->body, " \t\r\n"),
			n->body += strspn(s->text + n->body, " \t\r\n");
	if (n->body > n->end)
		n->body = n->end;
}

/* --- block scalars -------------------------------------------------------- */

static size_t
line_end(const struct spanner *s, size_t at)
{
	const char *found = memchr(s->text + at, '\n', s->n - at);
	size_t end = found ? (size_t)(found - s->text) : s->n;

	return found && end > at && s->text[end - 1] == '\r' ? end - 1 : end;
}

static size_t
next_line(const struct spanner *s, size_t at)
{
	const char *found = memchr(s->text + at, '\n', s->n - at);

	return found ? (size_t)(found - s->text) + 1 : s->n;
}

/* libyaml's mark stands behind the empty lines that follow. */
static void
end_block_scalar(const struct spanner *s, struct span *n)
{
	size_t head = line_end(s, n->body), last = head, indent = 0;
	const char *comment = memchr(s->text + n->body, '#', head - n->body);
	size_t flags = comment ? (size_t)(comment - s->text) : head;
	bool keep = memchr(s->text + n->body, '+', flags - n->body) != NULL;

	for (size_t at = next_line(s, n->body); at < n->end;
	     at = next_line(s, at)) {
		size_t end = line_end(s, at);
		size_t spaces = strspn(s->text + at, " ");
		bool blank = at + spaces >= end;

		if (!blank && !indent)
			indent = spaces;
		if (keep || !blank || (indent && spaces > indent))
			last = end;
	}
	n->end = last;
}

/* --- events --------------------------------------------------------------- */

static void
on_scalar(struct spanner *s, const yaml_event_t *e)
{
	static const enum span_style styles[] = {
		[YAML_ANY_SCALAR_STYLE] = SPAN_PLAIN,
		[YAML_PLAIN_SCALAR_STYLE] = SPAN_PLAIN,
		[YAML_SINGLE_QUOTED_SCALAR_STYLE] = SPAN_SINGLE,
		[YAML_DOUBLE_QUOTED_SCALAR_STYLE] = SPAN_DOUBLE,
		[YAML_LITERAL_SCALAR_STYLE] = SPAN_LITERAL,
		[YAML_FOLDED_SCALAR_STYLE] = SPAN_FOLDED,
	};
	struct span *n = add_span(s, SPAN_SCALAR, e);

	n->text =
		arena_strndup(&s->t->arena, (const char *)e->data.scalar.value,
			      e->data.scalar.length);
	n->style = styles[e->data.scalar.style];
	find_body(s, n, e->data.scalar.anchor, e->data.scalar.tag != NULL);
	if (span_is_block_scalar(n))
		end_block_scalar(s, n);
}

static void
on_open(struct spanner *s, const yaml_event_t *e, enum span_kind kind)
{
	bool map = kind == SPAN_MAP, flow;
	struct span *n = add_span(s, kind, e);

	flow = map ? e->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE
		   : e->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
	n->style = flow ? SPAN_FLOW : SPAN_BLOCK;
	n->end = s->n;
	find_body(s, n,
		  map ? e->data.mapping_start.anchor
		      : e->data.sequence_start.anchor,
		  (map ? e->data.mapping_start.tag
		       : e->data.sequence_start.tag) != NULL);
	s->open = n;
	if (++s->depth > WORKFLOW_MAX_DEPTH)
		fail(s, e->start_mark, "nested deeper than %d levels",
		     WORKFLOW_MAX_DEPTH);
}

static void
on_close(struct spanner *s, const yaml_event_t *e)
{
	struct span *n = s->open;

	if (n->style == SPAN_FLOW)
		n->end = byte_of(s, e->end_mark);
	else
		n->end = n->last ? n->last->end : n->body;
	s->open = n->parent;
	s->depth--;
}

static bool
on_event(struct spanner *s, const yaml_event_t *e)
{
	struct span *n;

	switch (e->type) {
	case YAML_ALIAS_EVENT:
		n = add_span(s, SPAN_ALIAS, e);
		n->body = n->begin;
		n->text = arena_strdup(&s->t->arena,
				       (const char *)e->data.alias.anchor);
		s->t->aliased = true;
		return true;
	case YAML_SCALAR_EVENT:
		on_scalar(s, e);
		return true;
	case YAML_SEQUENCE_START_EVENT:
		on_open(s, e, SPAN_LIST);
		return true;
	case YAML_MAPPING_START_EVENT:
		on_open(s, e, SPAN_MAP);
		return true;
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		on_close(s, e);
		return true;
	case YAML_STREAM_END_EVENT:
		return false;
	case YAML_NO_EVENT:
	case YAML_STREAM_START_EVENT:
	case YAML_DOCUMENT_START_EVENT:
	case YAML_DOCUMENT_END_EVENT:
		break;
	}
	return true;
}

/* Ends of lines that libyaml sees and no editor does would put every place
 * below them elsewhere than people think. */
static bool
has_odd_breaks(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const unsigned char *p = (const unsigned char *)text + i;

		if (*p == '\r' && (i + 1 == n || p[1] != '\n'))
			return true;
		if (*p == 0xc2 && i + 1 < n && p[1] == 0x85)
			return true;
		if (*p == 0xe2 && i + 2 < n && p[1] == 0x80 &&
		    (p[2] == 0xa8 || p[2] == 0xa9))
			return true;
	}
	return false;
}

static void
read_events(struct spanner *s, yaml_parser_t *parser)
{
	bool more = true;

	while (more && !s->code) {
		yaml_event_t event;

		if (!yaml_parser_parse(parser, &event)) {
			if (parser->error == YAML_MEMORY_ERROR)
				mem_exhausted();
			fail(s, parser->problem_mark, "%s",
			     parser->problem ? parser->problem
					     : "cannot be read");
			return;
		}
		more = on_event(s, &event);
		yaml_event_delete(&event);
	}
}

enum wf_code
span_tree_read(struct span_tree *t, const char *file, const char *text,
	       size_t n, struct wf_err *err)
{
	struct spanner s = {
		.t = t, .file = file, .text = text, .n = n, .err = err};
	yaml_parser_t parser;

	*t = (struct span_tree){0};
	if (n > WORKFLOW_MAX_BYTES)
		return ERR(err, WF_INVALID, "the file is larger than 16 MiB");
	if (n >= 2 &&
	    (!memcmp(text, "\xff\xfe", 2) || !memcmp(text, "\xfe\xff", 2)))
		return ERR(err, WF_INVALID, "the text is not UTF-8");
	if (has_odd_breaks(text, n))
		return ERR(err, WF_INVALID,
			   "some lines end with other than a newline");
	s.skip = n >= 3 && !memcmp(text, "\xef\xbb\xbf", 3) ? 3 : 0;
	find_strides(&s);
	if (!yaml_parser_initialize(&parser))
		mem_exhausted();
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, n);
	read_events(&s, &parser);
	yaml_parser_delete(&parser);
	free(s.strides);
	if (s.code)
		span_tree_release(t);
	return s.code;
}

void
span_tree_release(struct span_tree *t)
{
	arena_release(&t->arena);
	*t = (struct span_tree){0};
}

/* --- asking --------------------------------------------------------------- */

struct span *
span_get(const struct span *map, const char *key, struct span **key_out)
{
	struct span *k;

	if (!map || map->kind != SPAN_MAP)
		return NULL;
	for (k = map->first; k; k = k->next->next) {
		if (k->kind != SPAN_SCALAR || !str_eq(k->text, key))
			continue;
		if (key_out)
			*key_out = k;
		return k->next;
	}
	return NULL;
}

bool
span_in_flow(const struct span *s)
{
	for (; s; s = s->parent)
		if (s->style == SPAN_FLOW)
			return true;
	return false;
}

bool
span_is_block_scalar(const struct span *s)
{
	return s->kind == SPAN_SCALAR &&
	       (s->style == SPAN_LITERAL || s->style == SPAN_FOLDED);
}

bool
span_is_null(const struct span *s)
{
	return s->kind == SPAN_SCALAR && s->style == SPAN_PLAIN &&
	       scalar_resolve(s->text, NULL) == VALUE_NULL;
}

bool
span_same(const struct span *a, const struct span *b)
{
	if (!a || !b)
		return a == b;
	if (a->kind != b->kind || a->n != b->n || a->tagged != b->tagged ||
	    !a->anchor != !b->anchor)
		return false;
	if (a->anchor && !str_eq(a->anchor, b->anchor))
		return false;
	if (a->text && !str_eq(a->text, b->text))
		return false;
	if (a->kind == SPAN_SCALAR &&
	    (a->style == SPAN_PLAIN) != (b->style == SPAN_PLAIN))
		return false;
	for (a = a->first, b = b->first; a; a = a->next, b = b->next)
		if (!span_same(a, b))
			return false;
	return true;
}
