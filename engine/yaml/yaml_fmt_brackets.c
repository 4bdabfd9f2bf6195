/* Spaces inside brackets and braces.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "yaml_fmt_brackets.h"

bool
fmt_only(const struct edit *e, size_t begin, size_t end, char mark)
{
	bool seen = !mark;

	for (; begin < end; begin++) {
		char c = e->text.at[begin];

		if (c == mark && !seen)
			seen = true;
		else if (c != ' ' && c != '\t')
			return false;
	}
	return true;
}

static void
set_gap(struct edit *e, size_t begin, size_t end, const char *text)
{
	size_t n = strlen(text);

	if (end - begin != n || memcmp(e->text.at + begin, text, n) != 0)
		edit_patch(e, begin, end - begin, text, n);
}

static bool
is_empty(const struct span *s)
{
	return s->begin == s->end;
}

static void
space_pair(struct edit *e, const struct span *key)
{
	const struct span *value = key->next;

	if (key->kind != SPAN_ALIAS && !is_empty(value) && !is_empty(key) &&
	    memchr(e->text.at + key->end, ':', value->begin - key->end) &&
	    fmt_only(e, key->end, value->begin, ':'))
		set_gap(e, key->end, value->begin, ": ");
}

static void
space_brackets(struct edit *e, const struct span *s)
{
	bool map = s->kind == SPAN_MAP;
	const char *pad = map ? " " : "";
	size_t close = s->end - 1;

	if (e->text.at[s->body] != (map ? '{' : '['))
		return;
	if (!s->n) {
		if (fmt_only(e, s->body + 1, close, 0))
			set_gap(e, s->body + 1, close, "");
		return;
	}
	if (fmt_only(e, s->body + 1, s->first->begin, 0))
		set_gap(e, s->body + 1, s->first->begin, pad);
	for (const struct span *c = s->first; c; c = c->next) {
		if (map)
			space_pair(e, c);
		c = map ? c->next : c;
		if (c->next && !is_empty(c) &&
		    memchr(e->text.at + c->end, ',', c->next->begin - c->end) &&
		    fmt_only(e, c->end, c->next->begin, ','))
			set_gap(e, c->end, c->next->begin, ", ");
	}
	if (!is_empty(s->last) && fmt_only(e, s->last->end, close, ','))
		set_gap(e, s->last->end, close, pad);
}

void
fmt_brackets(struct edit *e, const struct span *s)
{
	if (s->style == SPAN_FLOW &&
	    (s->kind == SPAN_LIST || s->kind == SPAN_MAP))
		space_brackets(e, s);
	for (s = s->first; s; s = s->next)
		fmt_brackets(e, s);
}
