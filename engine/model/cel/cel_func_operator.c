/* Operators: arithmetic without overflow, comparison, membership, index.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cel_int.h"

static bool
int_result(struct evaluation *e, bool overflow, int64_t i, struct value *out)
{
	*out = value_int(i);
	return !overflow || cel_fail(e, "the int is out of range");
}

static bool
uint_result(struct evaluation *e, bool overflow, uint64_t u, struct value *out)
{
	*out = (struct value){.kind = VALUE_UINT, .u = u};
	return !overflow || cel_fail(e, "the uint is out of range");
}

CEL_FUNCTION(add_int)
{
	int64_t i;
	bool overflow = __builtin_add_overflow(args[0].i, args[1].i, &i);

	return int_result(e, overflow, i, out);
}

CEL_FUNCTION(sub_int)
{
	int64_t i;
	bool overflow = __builtin_sub_overflow(args[0].i, args[1].i, &i);

	return int_result(e, overflow, i, out);
}

CEL_FUNCTION(mul_int)
{
	int64_t i;
	bool overflow = __builtin_mul_overflow(args[0].i, args[1].i, &i);

	return int_result(e, overflow, i, out);
}

CEL_FUNCTION(neg_int)
{
	int64_t i;
	bool overflow = __builtin_sub_overflow(0, args[0].i, &i);

	return int_result(e, overflow, i, out);
}

CEL_FUNCTION(div_int)
{
	bool overflow = args[0].i == INT64_MIN && args[1].i == -1;

	if (args[1].i == 0)
		return cel_fail(e, "division by zero");
	return int_result(e, overflow, overflow ? 0 : args[0].i / args[1].i,
			  out);
}

CEL_FUNCTION(mod_int)
{
	if (args[1].i == 0)
		return cel_fail(e, "modulus by zero");
	return int_result(e, args[0].i == INT64_MIN && args[1].i == -1,
			  args[1].i == -1 ? 0 : args[0].i % args[1].i, out);
}

CEL_FUNCTION(add_uint)
{
	uint64_t u;
	bool overflow = __builtin_add_overflow(args[0].u, args[1].u, &u);

	return uint_result(e, overflow, u, out);
}

CEL_FUNCTION(sub_uint)
{
	uint64_t u;
	bool overflow = __builtin_sub_overflow(args[0].u, args[1].u, &u);

	return uint_result(e, overflow, u, out);
}

CEL_FUNCTION(mul_uint)
{
	uint64_t u;
	bool overflow = __builtin_mul_overflow(args[0].u, args[1].u, &u);

	return uint_result(e, overflow, u, out);
}

CEL_FUNCTION(div_uint)
{
	if (args[1].u == 0)
		return cel_fail(e, "division by zero");
	return uint_result(e, false, args[0].u / args[1].u, out);
}

CEL_FUNCTION(mod_uint)
{
	if (args[1].u == 0)
		return cel_fail(e, "modulus by zero");
	return uint_result(e, false, args[0].u % args[1].u, out);
}

CEL_FUNCTION(add_double)
{
	*out = value_double(args[0].d + args[1].d);
	return true;
}

CEL_FUNCTION(sub_double)
{
	*out = value_double(args[0].d - args[1].d);
	return true;
}

CEL_FUNCTION(mul_double)
{
	*out = value_double(args[0].d * args[1].d);
	return true;
}

/* By IEEE 754: 1.0 / 0.0 is infinity, which sanitizers take for a fault. */
__attribute__((no_sanitize("float-divide-by-zero"))) CEL_FUNCTION(div_double)
{
	*out = value_double(args[0].d / args[1].d);
	return true;
}

CEL_FUNCTION(neg_double)
{
	*out = value_double(-args[0].d);
	return true;
}

CEL_FUNCTION(add_string)
{
	uint64_t n = (uint64_t)args[0].n + args[1].n;
	char *joined;

	if (!cel_room(e, n + 1))
		return false;
	joined = arena_alloc(e->arena, n + 1);
	memcpy(joined, args[0].string, args[0].n);
	memcpy(joined + args[0].n, args[1].string, args[1].n);
	*out = value_string_n(joined, n);
	return true;
}

CEL_FUNCTION(add_list)
{
	uint64_t n = (uint64_t)args[0].n + args[1].n;
	struct value *items;

	if (!cel_room(e, n * sizeof(*items)) || !cel_spend(e, n / 64))
		return false;
	items = arena_array(e->arena, struct value, n);
	for (uint32_t i = 0; i < args[0].n; i++)
		items[i] = args[0].items[i];
	for (uint32_t i = 0; i < args[1].n; i++)
		items[args[0].n + i] = args[1].items[i];
	*out = (struct value){
		.kind = VALUE_LIST, .n = (uint32_t)n, .items = items};
	return true;
}

CEL_FUNCTION(not )
{
	*out = value_bool(!args[0].boolean);
	return true;
}

/* --- comparison --- */

static bool
equal(struct evaluation *e, const struct value *args, bool wanted,
      struct value *out)
{
	bool same;

	if (!cel_equal(e, args[0], args[1], &same))
		return false;
	*out = value_bool(same == wanted);
	return true;
}

CEL_FUNCTION(equal)
{
	return equal(e, args, true, out);
}

CEL_FUNCTION(not_equal)
{
	return equal(e, args, false, out);
}

static int
compare(struct evaluation *e, struct value a, struct value b)
{
	if (value_is_number(a))
		return value_compare_numbers(a, b);
	if (a.kind == VALUE_STRING) {
		cel_spend(e, (a.n < b.n ? a.n : b.n) / 256);
		return value_compare_strings(a, b);
	}
	if (a.kind == VALUE_BOOL)
		return (int)a.boolean - (int)b.boolean;
	if (a.time.seconds != b.time.seconds)
		return a.time.seconds < b.time.seconds ? -1 : 1;
	return (a.time.nanos > b.time.nanos) - (a.time.nanos < b.time.nanos);
}

CEL_FUNCTION(less)
{
	*out = value_bool(compare(e, args[0], args[1]) == -1);
	return !e->spent;
}

CEL_FUNCTION(less_equal)
{
	*out = value_bool(compare(e, args[0], args[1]) <= 0);
	return !e->spent;
}

CEL_FUNCTION(greater)
{
	*out = value_bool(compare(e, args[0], args[1]) == 1);
	return !e->spent;
}

CEL_FUNCTION(greater_equal)
{
	int order = compare(e, args[0], args[1]);

	*out = value_bool(order >= 0 && order != VALUE_UNORDERED);
	return !e->spent;
}

/* --- membership and index --- */

CEL_FUNCTION(in_list)
{
	bool same = false;

	for (uint32_t i = 0; i < args[1].n && !same; i++)
		if (!cel_equal(e, args[0], args[1].items[i], &same))
			return false;
	*out = value_bool(same);
	return true;
}

CEL_FUNCTION(in_map)
{
	struct value ignored;

	*out = value_bool(cel_map_find(e, args[1], args[0], &ignored));
	return !e->spent;
}

CEL_FUNCTION(index_list)
{
	struct value size = value_int(args[0].n);

	if (args[1].kind == VALUE_DOUBLE &&
	    !(args[1].d >= 0 && args[1].d < 0x1p32 &&
	      args[1].d == (double)(uint32_t)args[1].d))
		return cel_fail(e, "a list has no such index");
	if (value_compare_numbers(args[1], size) != -1 ||
	    value_compare_numbers(args[1], value_int(0)) == -1)
		return cel_fail(e, "the index is outside the list of %u",
				args[0].n);
	*out = args[0].items[args[1].kind == VALUE_DOUBLE ? (uint64_t)args[1].d
							  : args[1].u];
	return true;
}

CEL_FUNCTION(index_map)
{
	struct strbuf text = STRBUF_INIT;

	if (args[1].kind == VALUE_STRING && strlen(args[1].string) == args[1].n)
		return cel_select(e, args[0], args[1].string, out);
	if (args[1].kind != VALUE_BOOL && args[1].kind != VALUE_STRING &&
	    !value_is_number(args[1]))
		return cel_fail(e, "a %s is no key of a map",
				value_kind_name(args[1].kind));
	if (cel_map_find(e, args[0], args[1], out))
		return !e->spent;
	value_to_text(args[1], &text);
	cel_fail(e, "no such key: %.80s", text.at);
	strbuf_release(&text);
	return false;
}
