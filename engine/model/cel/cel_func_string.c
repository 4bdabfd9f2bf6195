/* Strings: size, search, positions.  Positions count characters.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../../base/text.h"
#include "cel_int.h"

/* A bad byte counts as one character. */
static size_t
char_length(const char *at, const char *end)
{
	uint32_t cp;
	size_t n = text_decode(at, end, &cp);

	return n ? n : 1;
}

static int64_t
count_chars(const char *at, size_t n)
{
	const char *end = at + n;
	int64_t count = 0;

	for (; at < end; at += char_length(at, end))
		count++;
	return count;
}

/* Pay for a walk over the string. */
static bool
pay(struct evaluation *e, struct value s)
{
	return cel_spend(e, s.n / 64);
}

static bool
out_of_range(struct evaluation *e, int64_t index)
{
	return cel_fail(e, "the index %lld is out of range", (long long)index);
}

/* The byte offset of a character; the end is the last one there is. */
static bool
byte_offset(struct evaluation *e, struct value s, int64_t index, size_t *out)
{
	const char *at = s.string, *end = at + s.n;
	int64_t i = 0;

	if (!pay(e, s))
		return false;
	for (; i < index && at < end; i++)
		at += char_length(at, end);
	*out = (size_t)(at - s.string);
	return i == index || out_of_range(e, index);
}

static bool
copy_slice(struct evaluation *e, struct value s, size_t from, size_t to,
	   struct value *out)
{
	size_t n = to - from;

	if (!cel_room(e, n + 1))
		return false;
	*out = value_string_n(arena_strndup(e->arena, s.string + from, n), n);
	return true;
}

CEL_FUNCTION(size_string)
{
	*out = value_int(count_chars(args[0].string, args[0].n));
	return pay(e, args[0]);
}

CEL_FUNCTION(size_items)
{
	*out = value_int(value_all(args[0], e->arena).n);
	return true;
}

/* --- search --- */

CEL_FUNCTION(contains)
{
	*out = value_bool(memmem(args[0].string, args[0].n, args[1].string,
				 args[1].n) != NULL);
	return pay(e, args[0]);
}

CEL_FUNCTION(starts_with)
{
	*out = value_bool(args[0].n >= args[1].n &&
			  memcmp(args[0].string, args[1].string, args[1].n) ==
				  0);
	return pay(e, args[1]);
}

CEL_FUNCTION(ends_with)
{
	*out = value_bool(args[0].n >= args[1].n &&
			  memcmp(args[0].string + args[0].n - args[1].n,
				 args[1].string, args[1].n) == 0);
	return pay(e, args[1]);
}

static bool
search(struct evaluation *e, const struct regex *re, struct value s,
       struct value *out)
{
	uint64_t work = (s.n + UINT64_C(4)) * regex_size(re);

	if (!cel_spend(e, work / 64))
		return false;
	*out = value_bool(regex_search(re, s.string, s.n));
	return true;
}

CEL_FUNCTION(matches)
{
	struct arena scratch = {0};
	const struct regex *re = e->call->regex;
	const char *why;
	bool ok;

	if (re)
		return search(e, re, args[0], out);
	if (!cel_spend(e, 500 + args[1].n))
		return false;
	if (strlen(args[1].string) != args[1].n)
		return cel_fail(e, "bad pattern: it holds a NUL");
	re = regex_compile(&scratch, args[1].string, &why);
	ok = re ? search(e, re, args[0], out)
		: cel_fail(e, "bad pattern: %s", why);
	arena_release(&scratch);
	return ok;
}

/* --- positions --- */

CEL_FUNCTION(char_at)
{
	size_t from;

	if (!byte_offset(e, args[0], args[1].i, &from))
		return false;
	if (from == args[0].n)
		return copy_slice(e, args[0], from, from, out);
	return copy_slice(e, args[0], from,
			  from + char_length(args[0].string + from,
					     args[0].string + args[0].n),
			  out);
}

CEL_FUNCTION(substring)
{
	size_t from;

	return byte_offset(e, args[0], args[1].i, &from) &&
	       copy_slice(e, args[0], from, args[0].n, out);
}

CEL_FUNCTION(substring_range)
{
	size_t from, to;

	if (args[1].i > args[2].i)
		return cel_fail(e, "the substring ends before it begins");
	return byte_offset(e, args[0], args[1].i, &from) &&
	       byte_offset(e, args[0], args[2].i, &to) &&
	       copy_slice(e, args[0], from, to, out);
}

static bool
index_of(struct evaluation *e, struct value s, struct value part, int64_t from,
	 struct value *out)
{
	const char *found;
	size_t offset;

	if (!byte_offset(e, s, from, &offset))
		return false;
	found = memmem(s.string + offset, s.n - offset, part.string, part.n);
	*out = value_int(
		found ? count_chars(s.string, (size_t)(found - s.string)) : -1);
	return true;
}

CEL_FUNCTION(index_of)
{
	return index_of(e, args[0], args[1], 0, out);
}

CEL_FUNCTION(index_of_from)
{
	return index_of(e, args[0], args[1], args[2].i, out);
}

/* The last place at or before byte `last`. */
static bool
last_index_of(struct evaluation *e, struct value s, struct value part,
	      size_t last, struct value *out)
{
	const char *end = s.string + s.n, *found = NULL, *at = s.string;

	*out = value_int(-1);
	if (!pay(e, s))
		return false;
	if (!part.n)
		found = s.string + last;
	while (part.n) {
		at = memmem(at, (size_t)(end - at), part.string, part.n);
		if (!at || at > s.string + last)
			break;
		if (!cel_spend(e, 1 + part.n / 64))
			return false;
		found = at++;
	}
	if (found)
		*out = value_int(
			count_chars(s.string, (size_t)(found - s.string)));
	return true;
}

CEL_FUNCTION(last_index_of)
{
	return last_index_of(e, args[0], args[1], args[0].n, out);
}

CEL_FUNCTION(last_index_of_from)
{
	size_t last;

	return byte_offset(e, args[0], args[2].i, &last) &&
	       last_index_of(e, args[0], args[1], last, out);
}
