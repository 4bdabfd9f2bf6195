/* The insertion-ordered string map: open addressing over FNV-1a.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "map.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

uint64_t
map_hash(const char *key)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (; *key; key++)
		h = (h ^ (unsigned char)*key) * 0x100000001b3u;
	return h ^ h >> 29;
}

static uint32_t *
slot_of(const struct map *m, const char *key)
{
	size_t i = map_hash(key) & (m->nslots - 1);

	while (m->slots[i] && strcmp(m->at[m->slots[i] - 1].key, key) != 0)
		i = (i + 1) & (m->nslots - 1);
	return &m->slots[i];
}

static void
map_grow(struct map *m)
{
	m->cap = m->cap ? 2 * m->cap : 8;
	m->at = mem_realloc(m->at, m->cap * sizeof(*m->at));
	free(m->slots);
	m->nslots = 2 * m->cap;
	m->slots = mem_alloc(m->nslots * sizeof(*m->slots));
	for (size_t i = 0; i < m->n; i++)
		*slot_of(m, m->at[i].key) = (uint32_t)i + 1;
}

struct map_entry *
map_find(const struct map *m, const char *key)
{
	uint32_t slot = m->n ? *slot_of(m, key) : 0;

	return slot ? &m->at[slot - 1] : NULL;
}

void *
map_get(const struct map *m, const char *key)
{
	struct map_entry *e = map_find(m, key);

	return e ? e->value : NULL;
}

bool
map_set(struct map *m, const char *key, void *value)
{
	struct map_entry *e = map_find(m, key);

	if (e) {
		e->value = value;
		return false;
	}
	if (m->n == m->cap)
		map_grow(m);
	*slot_of(m, key) = (uint32_t)m->n + 1;
	m->at[m->n++] = (struct map_entry){key, value};
	return true;
}

void
map_release(struct map *m)
{
	free(m->at);
	free(m->slots);
	*m = (struct map){0};
}
