/* The items of a foreach or matrix group: their values and keys.
 *
 * There may be a million of them, so they are kept together with their group
 * and not one by one: the values are stretches of the group's list (JSON
 * text), the keys stand one behind the other.  An item whose list was taken
 * from under it (see group.c) keeps what it had in its own inst_more.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_ITEMS_H
#define WF_ITEMS_H

#include "run.h"

/* Adds what an item is to be called to `out`, behind what stands there. */
typedef void item_key_fn(struct run *r, uint32_t ix, uint32_t index,
			 struct value item, struct strbuf *out);
/* Give the group (its `first` and `n` are set) this list.  Keys that come
 * twice are told apart here. */
void
items_take(struct run *r, uint32_t group, struct value list, item_key_fn *fn);
void items_free(struct items *items);

/* The key of an item; NULL of an instance that is none. */
const char *item_key(const struct run *r, uint32_t ix);
uint32_t item_index(const struct run *r, uint32_t ix);
/* Its value as JSON text of `n` bytes, not ended by NUL; NULL: none. */
const char *item_json(const struct run *r, uint32_t ix, size_t *n);

/* Let the item have its key and value for itself; the key ends with `tail`. */
void item_keep(struct run *r, uint32_t ix, const char *tail);

#endif
