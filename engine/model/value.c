/* Values: making, comparing, looking up and rendering them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "value.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "../base/text.h"
#include "civil.h"

struct value
value_null(void)
{
	return (struct value){.kind = VALUE_NULL};
}

struct value
value_bool(bool b)
{
	return (struct value){.kind = VALUE_BOOL, .boolean = b};
}

struct value
value_int(int64_t i)
{
	return (struct value){.kind = VALUE_INT, .i = i};
}

struct value
value_double(double d)
{
	return (struct value){.kind = VALUE_DOUBLE, .d = d};
}

struct value
value_string(struct arena *a, const char *s)
{
	size_t n = strlen(s);

	return value_string_n(arena_strndup(a, s, n), n);
}

struct value
value_string_borrowed(const char *s)
{
	return value_string_n(s, strlen(s));
}

struct value
value_string_n(const char *s, size_t n)
{
	return (struct value){
		.kind = VALUE_STRING, .n = (uint32_t)n, .string = s};
}

const char *
value_kind_name(enum value_kind kind)
{
	/* clang-format off */
	static const char *const names[] = {
	        [VALUE_NULL] = "null_type",
	        [VALUE_BOOL] = "bool",
	        [VALUE_INT] = "int",
	        [VALUE_UINT] = "uint",
	        [VALUE_DOUBLE] = "double",
	        [VALUE_STRING] = "string",
	        [VALUE_LIST] = "list",
	        [VALUE_MAP] = "map",
	        [VALUE_TIMESTAMP] = "google.protobuf.Timestamp",
	        [VALUE_DURATION] = "google.protobuf.Duration",
	        [VALUE_TYPE] = "type",
	        [VALUE_OBJECT] = "map",
	};
	/* clang-format on */

	return names[kind];
}

/* An integer of either sign against a double, exactly: the double is taken
 * apart, since converting the integer would round it. */
static int
compare_integer_double(bool negative, uint64_t magnitude, double d)
{
	double limit = negative ? -d : d;
	uint64_t whole;
	int order;

	if (limit < 0)
		return negative ? -1 : 1;
	if (limit >= 0x1p64)
		return negative ? 1 : -1;
	whole = (uint64_t)limit;
	order = (magnitude > whole) - (magnitude < whole);
	if (!order && limit > (double)whole)
		order = -1;
	return negative ? -order : order;
}

static bool
integer_parts(struct value v, bool *negative, uint64_t *magnitude)
{
	*negative = v.kind == VALUE_INT && v.i < 0;
	*magnitude = *negative ? -(uint64_t)v.i : v.u;
	return v.kind == VALUE_INT || v.kind == VALUE_UINT;
}

bool
value_is_number(struct value v)
{
	return v.kind == VALUE_INT || v.kind == VALUE_UINT ||
	       v.kind == VALUE_DOUBLE;
}

static int
compare_integers(struct value a, struct value b)
{
	bool na, nb;
	uint64_t ma, mb;
	int order;

	integer_parts(a, &na, &ma);
	integer_parts(b, &nb, &mb);
	if (na != nb)
		return na ? -1 : 1;
	order = (ma > mb) - (ma < mb);
	return na ? -order : order;
}

int
value_compare_numbers(struct value a, struct value b)
{
	bool negative;
	uint64_t magnitude;

	if (a.kind == VALUE_DOUBLE && b.kind == VALUE_DOUBLE) {
		if (isnan(a.d) || isnan(b.d))
			return VALUE_UNORDERED;
		return (a.d > b.d) - (a.d < b.d);
	}
	if (a.kind == VALUE_DOUBLE) {
		int order = value_compare_numbers(b, a);

		return order == VALUE_UNORDERED ? order : -order;
	}
	if (b.kind != VALUE_DOUBLE)
		return compare_integers(a, b);
	if (isnan(b.d))
		return VALUE_UNORDERED;
	integer_parts(a, &negative, &magnitude);
	return compare_integer_double(negative, magnitude, b.d);
}

int
value_compare_strings(struct value a, struct value b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int order = memcmp(a.string, b.string, n);

	if (!order)
		order = (a.n > b.n) - (a.n < b.n);
	return order < 0 ? -1 : order > 0;
}

static bool
lists_equal(struct value a, struct value b)
{
	if (a.n != b.n)
		return false;
	for (uint32_t i = 0; i < a.n; i++)
		if (!value_equal(a.items[i], b.items[i]))
			return false;
	return true;
}

/* Keys are strings, numbers and booleans; any total order will do here. */
static int
compare_keys(const void *pa, const void *pb)
{
	const struct value *a = pa, *b = pb;
	bool na = value_is_number(*a), nb = value_is_number(*b);

	if (na && nb)
		return value_compare_numbers(*a, *b);
	if (na != nb || a->kind != b->kind)
		return (na ? -1 : (int)a->kind) - (nb ? -1 : (int)b->kind);
	if (a->kind == VALUE_STRING)
		return value_compare_strings(*a, *b);
	return (int)a->boolean - (int)b->boolean;
}

static bool
pairs_equal(const struct value *a, const struct value *b, uint32_t n)
{
	for (uint32_t i = 0; i < 2 * n; i++)
		if (!value_equal(a[i], b[i]))
			return false;
	return true;
}

static bool
same_keys(const struct value *a, const struct value *b, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (!value_equal(a[2 * i], b[2 * i]))
			return false;
	return true;
}

static struct value *
sorted_pairs(struct value map)
{
	size_t size = 2 * map.n * sizeof(*map.items);
	struct value *pairs = mem_alloc(size);

	if (map.n)
		memcpy(pairs, map.items, size);
	qsort(pairs, map.n, 2 * sizeof(*pairs), compare_keys);
	return pairs;
}

static bool
maps_equal(struct value a, struct value b)
{
	struct value *pa, *pb;
	bool equal;

	if (a.n != b.n)
		return false;
	if (same_keys(a.items, b.items, a.n))
		return pairs_equal(a.items, b.items, a.n);
	pa = sorted_pairs(a);
	pb = sorted_pairs(b);
	equal = pairs_equal(pa, pb, a.n);
	free(pa);
	free(pb);
	return equal;
}

static bool
objects_equal(struct value a, struct value b)
{
	struct arena scratch = {0};
	bool equal;

	if (a.kind == b.kind && a.object.ops == b.object.ops &&
	    a.object.self == b.object.self)
		return true;
	equal = value_equal(value_all(a, &scratch), value_all(b, &scratch));
	arena_release(&scratch);
	return equal;
}

bool
value_equal(struct value a, struct value b)
{
	if (value_is_number(a) && value_is_number(b))
		return value_compare_numbers(a, b) == 0;
	if (a.kind == VALUE_OBJECT || b.kind == VALUE_OBJECT)
		return (a.kind == VALUE_MAP || a.kind == VALUE_OBJECT) &&
		       (b.kind == VALUE_MAP || b.kind == VALUE_OBJECT) &&
		       objects_equal(a, b);
	if (a.kind != b.kind)
		return false;
	switch (a.kind) {
	case VALUE_NULL:
		return true;
	case VALUE_BOOL:
		return a.boolean == b.boolean;
	case VALUE_STRING:
	case VALUE_TYPE:
		return value_compare_strings(a, b) == 0;
	case VALUE_LIST:
		return lists_equal(a, b);
	case VALUE_MAP:
		return maps_equal(a, b);
	case VALUE_TIMESTAMP:
	case VALUE_DURATION:
		return a.time.seconds == b.time.seconds &&
		       a.time.nanos == b.time.nanos;
	case VALUE_INT:
	case VALUE_UINT:
	case VALUE_DOUBLE:
	case VALUE_OBJECT:
		break;
	}
	return false;
}

struct value
value_all(struct value v, struct arena *a)
{
	struct value all = v;

	if (v.kind == VALUE_OBJECT) {
		all = (struct value){.kind = VALUE_MAP};
		v.object.ops->all(v.object.self, a, &all);
	}
	return all;
}

bool
value_get(struct value map, const char *key, struct arena *a, struct value *out)
{
	size_t n = strlen(key);

	if (map.kind == VALUE_OBJECT)
		return map.object.ops->get(map.object.self, key, a, out);
	if (map.kind != VALUE_MAP)
		return false;
	for (uint32_t i = 0; i < map.n; i++) {
		const struct value *pair = map.items + 2 * (size_t)i;

		if (pair->kind == VALUE_STRING && pair->n == n &&
		    memcmp(pair->string, key, n) == 0) {
			*out = pair[1];
			return true;
		}
	}
	return false;
}
