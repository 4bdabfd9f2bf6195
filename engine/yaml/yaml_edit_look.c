/* What stands where in a flow being changed: for forms and lists of problems.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "yaml_edit_needs.h"

size_t
edit_needs(struct edit *e, size_t step, const char **ids, size_t max)
{
	const struct span *s, *needs;
	size_t n = 0;

	edit_list_steps(e);
	if (step >= e->steps.n || !max)
		return 0;
	s = e->steps.at[step];
	needs = span_get(s, "needs", NULL);
	if (!needs) {
		if (step && step < e->steps.n - e->nfinally && edit_is_chain(e))
			ids[n++] = step_text(e->steps.at[step - 1], "id");
		return n && ids[0] ? n : 0;
	}
	if (needs->kind == SPAN_SCALAR && !span_is_null(needs))
		ids[n++] = needs->text;
	if (needs->kind != SPAN_LIST)
		return n;
	for (s = needs->first; s && n < max; s = s->next)
		if (need_id(s))
			ids[n++] = need_id(s);
	return n;
}

size_t
edit_keys(struct edit *e, const char *step, const char *path, char ***out)
{
	const struct span *map = edit_find(e, step, path, NULL);
	size_t n = 0;

	*out = NULL;
	if (!map || (map->kind != SPAN_MAP && map->kind != SPAN_LIST))
		return 0;
	*out = mem_alloc((map->n + 1) * sizeof(**out));
	for (const struct span *s = map->first; s; s = s->next) {
		if (map->kind == SPAN_LIST) {
			(*out)[n] = mem_printf("%zu", n);
			n++;
			continue;
		}
		if (s->kind == SPAN_SCALAR)
			(*out)[n++] = mem_strdup(s->text);
		s = s->next;
		if (!s)
			break;
	}
	return n;
}

enum edit_shape
edit_shape(struct edit *e, const char *step, const char *path)
{
	const struct span *s = edit_find(e, step, path, NULL);

	if (!s || (span_is_null(s) && s->kind == SPAN_SCALAR))
		return s ? EDIT_SCALAR : EDIT_NOTHING;
	if (s->kind == SPAN_LIST || s->kind == SPAN_MAP)
		return s->kind == SPAN_LIST ? EDIT_LIST : EDIT_MAP;
	return s->kind == SPAN_ALIAS ? EDIT_ALIAS : EDIT_SCALAR;
}

/* --- places --------------------------------------------------------------- */

bool
edit_place(struct edit *e, const char *step, const char *path,
	   struct edit_place *out)
{
	const struct span *key, *s = edit_find(e, step, path, &key);

	if (!s)
		return false;
	*out = (struct edit_place){.begin = key ? key->begin : s->begin,
				   .end = s->end};
	out->line = key ? key->line : s->line;
	out->last_line = out->line;
	for (size_t i = out->begin; i < out->end; i++)
		out->last_line += e->text.at[i] == '\n';
	return true;
}

/* Findings are many, and each has a place. */
static void
list_lines(struct edit *e)
{
	const char *p = e->text.at, *end = p + e->text.n;

	while (p) {
		vec_push(&e->lines, (size_t)(p - e->text.at));
		p = memchr(p, '\n', (size_t)(end - p));
		p += p != NULL;
	}
}

size_t
edit_offset(struct edit *e, int line, int column)
{
	const char *p = e->text.at, *end = p + e->text.n;

	if (!e->lines.n)
		list_lines(e);
	if (line > 0 && (size_t)line > e->lines.n)
		return e->text.n;
	p += e->lines.at[line > 1 ? line - 1 : 0];
	while (column > 1 && p < end && *p != '\n') {
		do
			p++;
		while (p < end && ((unsigned char)*p & 0xc0) == 0x80);
		column--;
	}
	return (size_t)(p - e->text.at);
}

/* The child of a list, or the value in a map, whose part of the text holds
 * `at`; what stands between two belongs to the first. */
static const struct span *
child_at(const struct span *in, size_t at, const struct span **key)
{
	const struct span *found = NULL;

	*key = NULL;
	for (const struct span *s = in->first; s; s = s->next) {
		if (s->begin > at)
			break;
		if (in->kind == SPAN_MAP) {
			*key = s;
			s = s->next;
		}
		found = s;
		if (!s)
			break;
	}
	return found;
}

static bool
is_step_list(const struct edit *e, const struct span *list)
{
	return list->kind == SPAN_LIST &&
	       (list == span_get(e->tree.root, "steps", NULL) ||
		list == span_get(e->tree.root, "finally", NULL));
}

/* The last step of this list that begins before `at`; SIZE_MAX: none. */
static size_t
step_before(const struct edit *e, const struct span *list, size_t at)
{
	size_t half = e->steps.n - e->nfinally;
	bool late = list == span_get(e->tree.root, "finally", NULL);
	size_t from = late ? half : 0, to = late ? e->steps.n : half;
	size_t first = from;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (e->steps.at[middle]->begin > at)
			to = middle;
		else
			from = middle + 1;
	}
	return from > first ? from - 1 : SIZE_MAX;
}

char *
edit_path_at(struct edit *e, int line, int column, size_t *step_out)
{
	struct strbuf path = STRBUF_INIT;
	const struct span *s = e->tree.root, *key;
	size_t at = edit_offset(e, line, column), i = 0;

	*step_out = SIZE_MAX;
	edit_list_steps(e);
	if (e->trouble.code)
		return NULL;
	while (s && (s->kind == SPAN_MAP || s->kind == SPAN_LIST)) {
		const struct span *in = s;

		if (is_step_list(e, in)) {
			*step_out = step_before(e, in, at);
			if (*step_out == SIZE_MAX)
				break;
			s = e->steps.at[*step_out];
			strbuf_clear(&path);
			continue;
		}
		s = child_at(in, at, &key);
		if (!s)
			break;
		if (path.n)
			strbuf_addc(&path, '.');
		if (key) {
			strbuf_adds(&path,
				    key->kind == SPAN_SCALAR ? key->text : "?");
			continue;
		}
		i = 0;
		for (const struct span *p = s->prev; p; p = p->prev)
			i++;
		strbuf_addf(&path, "%zu", i);
	}
	return strbuf_detach(&path);
}
