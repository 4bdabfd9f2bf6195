/* A map from string to pointer that remembers the order of insertion.
 *
 * Keys are borrowed: they must live as long as the map.  Values are the
 * caller's.  Start with {0}; free with map_release.
 *
 *	map_each (&m, e)
 *		printf("%s\n", e->key);
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_MAP_H
#define WF_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct map_entry {
	const char *key;
	void *value;
};

struct map {
	struct map_entry *at; /* in insertion order */
	size_t n, cap;
	uint32_t *slots; /* index + 1 into `at`; open addressing */
	size_t nslots;
};

/* Set `key`, replacing an old value; true when the key is new. */
bool map_set(struct map *m, const char *key, void *value);
/* The value, or NULL.  map_find tells a NULL value from a missing key. */
void *map_get(const struct map *m, const char *key);
struct map_entry *map_find(const struct map *m, const char *key);
void map_release(struct map *m);
/* Of a key, for other tables. */
uint64_t map_hash(const char *key);

#define map_each(m, e)                                                         \
	for (struct map_entry *e = (m)->at; (m)->n && e < (m)->at + (m)->n; e++)

#endif
