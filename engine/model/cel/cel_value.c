/* Comparing, finding and measuring values within the limits.
 *
 * A value can be far larger written out than in memory, since parts are
 * shared; so each of these pays for every item it touches.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cel_int.h"

static bool
lists_equal(struct evaluation *e, struct value a, struct value b, bool *out)
{
	*out = a.n == b.n;
	for (uint32_t i = 0; *out && i < a.n; i++)
		if (!cel_equal(e, a.items[i], b.items[i], out))
			return false;
	return true;
}

static bool
maps_equal(struct evaluation *e, struct value a, struct value b, bool *out)
{
	a = value_all(a, e->arena);
	b = value_all(b, e->arena);
	*out = a.n == b.n;
	for (uint32_t i = 0; *out && i < a.n; i++) {
		const struct value *pair = a.items + 2 * (size_t)i;
		const struct value *twin = b.items + 2 * (size_t)i;
		struct value found = twin[1];

		/* Mostly both are in the same order. */
		*out = value_equal(pair[0], twin[0]) ||
		       cel_map_find(e, b, pair[0], &found);
		if (e->spent || (*out && !cel_equal(e, pair[1], found, out)))
			return false;
	}
	return true;
}

static bool
is_map(struct value v)
{
	return v.kind == VALUE_MAP || v.kind == VALUE_OBJECT;
}

bool
cel_equal(struct evaluation *e, struct value a, struct value b, bool *out)
{
	if (!cel_spend(e, 1))
		return false;
	if (a.kind == VALUE_LIST && b.kind == VALUE_LIST)
		return lists_equal(e, a, b, out);
	if (is_map(a) && is_map(b))
		return maps_equal(e, a, b, out);
	if (a.kind == VALUE_STRING && !cel_spend(e, a.n / 256))
		return false;
	*out = value_equal(a, b);
	return true;
}

bool
cel_map_find(struct evaluation *e, struct value map, struct value key,
	     struct value *out)
{
	if (map.kind == VALUE_OBJECT) {
		if (key.kind != VALUE_STRING || strlen(key.string) != key.n)
			return false;
		return value_get(map, key.string, e->arena, out);
	}
	for (uint32_t i = 0; i < map.n; i++)
		if (value_equal(map.items[2 * (size_t)i], key)) {
			*out = map.items[2 * (size_t)i + 1];
			return cel_spend(e, i / 16);
		}
	cel_spend(e, map.n / 16);
	return false;
}

/* What a value costs written out; the digits of doubles take time. */
static uint64_t
cost(struct value v)
{
	if (v.kind == VALUE_STRING)
		return 8 + (uint64_t)v.n;
	return v.kind == VALUE_DOUBLE ? 64 : 8;
}

static bool
measure(struct value v, uint64_t *left)
{
	uint64_t n = 0;

	if (*left < cost(v))
		return false;
	*left -= cost(v);
	if (v.kind == VALUE_LIST)
		n = v.n;
	else if (v.kind == VALUE_MAP)
		n = 2 * (uint64_t)v.n;
	for (uint64_t i = 0; i < n; i++)
		if (!measure(v.items[i], left))
			return false;
	return true;
}

bool
cel_measure(struct evaluation *e, struct value v)
{
	uint64_t left = CEL_MAX_VALUE;

	if (measure(v, &left))
		return true;
	e->spent = true;
	return cel_fail(e, "the result is larger than %d MiB",
			CEL_MAX_VALUE >> 20);
}
