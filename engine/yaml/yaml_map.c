/* A map that has all its pairs: duplicate keys are found, merge keys resolved.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "../base/map.h"
#include "../base/str.h"
#include "yaml_scalar.h"

/* --- duplicate keys ------------------------------------------------------ */

static void
report_duplicate(struct node_tree *t, const struct node *key,
		 const struct node *first, struct wf_diags *diags)
{
	char *hint;

	if (diags->n >= WF_MAX_FINDINGS)
		return;
	hint = mem_printf("it stands in line %u already; keep one",
			  (unsigned)first->line);
	wf_diags_add(diags, WF_SEV_ERROR, NULL, t->file, (int)key->line,
		     (int)key->column, hint, "duplicate key \"%.80s\"",
		     node_text(t, key));
	free(hint);
}

static void
find_duplicates_hashed(struct node_tree *t, const struct node *map,
		       struct wf_diags *diags)
{
	struct map seen = {0};

	node_each(t, map, key)
	{
		const char *text = node_text(t, key);
		const struct node *first = map_get(&seen, text);

		if (first)
			report_duplicate(t, key, first, diags);
		else
			map_set(&seen, text, (void *)key);
		key = node_next(t, key);
	}
	map_release(&seen);
}

#define FEW 24

static void
find_duplicates(struct node_tree *t, const struct node *map,
		struct wf_diags *diags)
{
	const struct node *seen[FEW];
	size_t n = 0;

	node_each(t, map, key)
	{
		if (n == FEW) {
			find_duplicates_hashed(t, map, diags);
			return;
		}
		seen[n++] = key;
		key = node_next(t, key);
	}
	for (size_t i = 1; i < n; i++) {
		for (size_t j = 0; j < i; j++) {
			if (!str_eq(node_text(t, seen[i]),
				    node_text(t, seen[j])))
				continue;
			report_duplicate(t, seen[i], seen[j], diags);
			break;
		}
	}
}

/* --- merge keys ---------------------------------------------------------- */

static bool
is_merge_key(const struct node_tree *t, const struct node *key)
{
	const struct node *real = node_real(t, key);

	return real->style == NODE_PLAIN && str_eq(node_text(t, key), "<<");
}

static uint32_t
append_copy(struct node_tree *t, const struct node *n)
{
	uint32_t index = node_new(t);
	struct node *copy = node_at(t, index);

	*copy = *n;
	copy->next = 0;
	return index;
}

/* A map while merged pairs come in behind its own. */
struct merge {
	struct node_tree *t;
	struct node *map, *last;
	struct map have;
};

static void
merge_begin(struct merge *m)
{
	node_each(m->t, m->map, key)
	{
		map_set(&m->have, node_text(m->t, key), NULL);
		key = node_next(m->t, key);
		m->last = (struct node *)key;
	}
}

/* Append the pairs of `source` that the map does not have. */
static void
merge_map(struct merge *m, const struct node *source)
{
	node_each(m->t, source, key)
	{
		const struct node *value = node_next(m->t, key);
		uint32_t k, v;

		if (map_set(&m->have, node_text(m->t, key), NULL)) {
			k = append_copy(m->t, key);
			v = append_copy(m->t, value);
			node_at(m->t, k)->next = v;
			if (m->last)
				m->last->next = k;
			else
				m->map->value = k;
			m->last = node_at(m->t, v);
		}
		key = value;
	}
}

static bool
merge_source(struct merge *m, const struct node *value, bool list_allowed)
{
	bool fine = true;

	if (node_kind(m->t, value) == NODE_MAP) {
		merge_map(m, value);
		return true;
	}
	if (node_kind(m->t, value) != NODE_LIST || !list_allowed)
		return false;
	node_each(m->t, value, item) fine =
		merge_source(m, item, false) && fine;
	return fine;
}

/* Take the pair `<<: value` out of the map. */
static const struct node *
take_merge(struct node_tree *t, struct node *map)
{
	struct node *before = NULL;

	node_each(t, map, key)
	{
		const struct node *value = node_next(t, key);

		if (is_merge_key(t, key)) {
			if (before)
				before->next = value->next;
			else
				map->value = value->next;
			return value;
		}
		before = (struct node *)value;
		key = value;
	}
	return NULL;
}

void
node_finish_map(struct node_tree *t, struct node *map, struct wf_diags *diags)
{
	struct merge m = {.t = t, .map = map};
	const struct node *value;
	bool fine;

	find_duplicates(t, map, diags);
	value = take_merge(t, map);
	if (!value)
		return;
	merge_begin(&m);
	fine = merge_source(&m, value, true);
	map_release(&m.have);
	if (fine)
		return;
	wf_diags_add(diags, WF_SEV_ERROR, NULL, t->file, (int)value->line,
		     (int)value->column,
		     "write `<<: *NAME` with the anchor of a map",
		     "<< merges maps, and this is %s",
		     node_kind_name(t, value));
}
