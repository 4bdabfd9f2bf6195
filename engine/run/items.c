/* Values and keys of a group's items, packed.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "items.h"

#define MANY 4096 /* values between two emptyings of the scratch arena */

struct items {
	uint32_t n;
	uint32_t *values; /* n + 1 offsets into the group's list, of what */
			  /* follows "[" or "," */
	uint32_t *keys;   /* n offsets into `text` */
	char *text;
};

void
items_free(struct items *items)
{
	if (!items)
		return;
	free(items->values);
	free(items->keys);
	free(items->text);
	free(items);
}

/* --- asking -------------------------------------------------------------- */

/* The packed items that hold this one, and its place among them. */
static const struct items *
home_of(const struct run *r, uint32_t ix, uint32_t *k)
{
	uint32_t group = run_inst(r, ix)->group;
	const struct inst_more *g =
		group == IX_NONE ? NULL : run_inst(r, group)->more;

	if (!g || !g->items || ix < g->first || ix - g->first >= g->items->n)
		return NULL;
	*k = ix - g->first;
	return g->items;
}

const char *
item_key(const struct run *r, uint32_t ix)
{
	const struct inst_more *own = run_inst(r, ix)->more;
	const struct items *items;
	uint32_t k;

	if (own && own->key)
		return own->key;
	items = home_of(r, ix, &k);
	return items ? items->text + items->keys[k] : NULL;
}

uint32_t
item_index(const struct run *r, uint32_t ix)
{
	const struct inst_more *own = run_inst(r, ix)->more;
	uint32_t k = 0;

	if (!own || !own->key)
		home_of(r, ix, &k);
	return own && own->key ? own->index : k;
}

const char *
item_json(const struct run *r, uint32_t ix, size_t *n)
{
	const struct inst_more *own = run_inst(r, ix)->more;
	const struct items *items;
	uint32_t k;

	if (own && own->item && run_inst(r, ix)->group != IX_NONE) {
		*n = strlen(own->item);
		return own->item;
	}
	items = home_of(r, ix, &k);
	if (!items)
		return NULL;
	*n = items->values[k + 1] - items->values[k] - 1;
	return run_inst(r, run_inst(r, ix)->group)->more->item +
	       items->values[k];
}

void
item_keep(struct run *r, uint32_t ix, const char *tail)
{
	const char *key = item_key(r, ix), *json;
	uint32_t index = item_index(r, ix);
	struct inst_more *m;
	char *longer, *value;
	size_t n;

	json = item_json(r, ix, &n);
	longer = mem_printf("%s%s", key ? key : "", tail);
	value = json ? mem_strndup(json, n) : NULL;
	m = inst_more(run_inst(r, ix));
	free(m->key);
	free(m->item);
	m->key = longer;
	m->item = value;
	m->index = index;
}

/* --- a new list ---------------------------------------------------------- */

/* The text of the list, and where each value stands in it. */
static char *
write_list(struct value list, uint32_t *values)
{
	struct strbuf text = STRBUF_INIT;
	struct arena a = {0};

	strbuf_addc(&text, '[');
	for (uint32_t k = 0; k < list.n; k++) {
		values[k] = (uint32_t)text.n;
		strbuf_adds(&text, value_to_json_text(&a, list.items[k]));
		strbuf_addc(&text, ',');
		if (k % MANY == 0)
			arena_release(&a);
	}
	values[list.n] = (uint32_t)text.n;
	if (list.n)
		text.at[text.n - 1] = ']';
	else
		strbuf_addc(&text, ']');
	arena_release(&a);
	return strbuf_detach(&text);
}

/* Offsets into a text that still grows, found by what stands there. */
struct seen {
	uint32_t *slots; /* item + 1 */
	size_t nslots;
};

/* False when another item has the key; else it is now this one's. */
static bool
claim_key(struct seen *seen, const struct items *items, const char *text,
	  uint32_t k)
{
	const char *key = text + items->keys[k];
	size_t i = map_hash(key) & (seen->nslots - 1);

	for (; seen->slots[i]; i = (i + 1) & (seen->nslots - 1))
		if (str_eq(text + items->keys[seen->slots[i] - 1], key))
			return false;
	seen->slots[i] = k + 1;
	return true;
}

/* Keys name instances, so the second of two equal ones gets its number. */
static void
write_keys(struct run *r, uint32_t first, struct value list, item_key_fn *fn,
	   struct items *items)
{
	struct strbuf text = STRBUF_INIT;
	struct seen seen = {.nslots = 8};

	while (seen.nslots < (size_t)list.n * 2)
		seen.nslots *= 2;
	seen.slots = mem_alloc(seen.nslots * sizeof(*seen.slots));
	for (uint32_t k = 0; k < list.n; k++) {
		items->keys[k] = (uint32_t)text.n;
		fn(r, first + k, k, list.items[k], &text);
		while (!claim_key(&seen, items, text.at, k))
			strbuf_addf(&text, "#%u", k);
		strbuf_add(&text, "", 1);
	}
	free(seen.slots);
	items->text = strbuf_detach(&text);
}

void
items_take(struct run *r, uint32_t group, struct value list, item_key_fn *fn)
{
	struct inst_more *g = inst_more(run_inst(r, group));
	struct items *items = mem_alloc(sizeof(*items));

	items->n = list.n;
	items->values = mem_alloc((list.n + 1) * sizeof(*items->values));
	items->keys = mem_alloc((list.n + 1) * sizeof(*items->keys));
	free(g->item);
	g->item = write_list(list, items->values);
	items_free(g->items);
	g->items = items;
	write_keys(r, g->first, list, fn, items);
}
