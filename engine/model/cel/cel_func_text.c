/* Strings made from strings: case, trim, replace, split, join, quote.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../../base/text.h"
#include "../../base/vec.h"
#include "cel_int.h"

static size_t
decode(const char *at, const char *end, uint32_t *cp)
{
	size_t n = text_decode(at, end, cp);

	if (!n)
		*cp = 0xFFFD;
	return n ? n : 1;
}

static bool
change_case(struct evaluation *e, struct value s, char first, char last,
	    struct value *out)
{
	char *copy;

	if (!cel_room(e, s.n + UINT64_C(1)) || !cel_spend(e, s.n / 64))
		return false;
	copy = arena_strndup(e->arena, s.string, s.n);
	for (uint32_t i = 0; i < s.n; i++)
		if (copy[i] >= first && copy[i] <= last)
			copy[i] ^= 0x20;
	*out = value_string_n(copy, s.n);
	return true;
}

CEL_FUNCTION(lower_ascii)
{
	return change_case(e, args[0], 'A', 'Z', out);
}

CEL_FUNCTION(upper_ascii)
{
	return change_case(e, args[0], 'a', 'z', out);
}

static bool
is_blank(uint32_t cp)
{
	return (cp >= 9 && cp <= 13) || cp == 0x20 || cp == 0x85 ||
	       cp == 0xA0 || cp == 0x1680 || (cp >= 0x2000 && cp <= 0x200A) ||
	       cp == 0x2028 || cp == 0x2029 || cp == 0x202F || cp == 0x205F ||
	       cp == 0x3000;
}

CEL_FUNCTION(trim)
{
	const char *at = args[0].string, *end = at + args[0].n;
	const char *first = NULL, *last = at;
	size_t n;

	while (at < end) {
		uint32_t cp;

		n = decode(at, end, &cp);
		if (!is_blank(cp)) {
			first = first ? first : at;
			last = at + n;
		}
		at += n;
	}
	n = first ? (size_t)(last - first) : 0;
	if (!cel_room(e, n + 1) || !cel_spend(e, args[0].n / 64))
		return false;
	*out = value_string_n(arena_strndup(e->arena, first ? first : "", n),
			      n);
	return true;
}

CEL_FUNCTION(reverse)
{
	const char *at = args[0].string, *end = at + args[0].n;
	char *copy, *to;

	if (!cel_room(e, args[0].n + UINT64_C(1)) ||
	    !cel_spend(e, args[0].n / 64))
		return false;
	copy = arena_alloc(e->arena, args[0].n + 1);
	to = copy + args[0].n;
	while (at < end) {
		uint32_t cp;
		size_t n = decode(at, end, &cp);

		to -= n;
		memcpy(to, at, n);
		at += n;
	}
	*out = value_string_n(copy, args[0].n);
	return true;
}

/* --- replace --- */

/* Where the next piece to be replaced begins; an empty one stands before
 * each character but the one just passed. */
static const char *
next_match(const char *at, const char *end, struct value old, bool first)
{
	uint32_t cp;

	if (old.n)
		return memmem(at, (size_t)(end - at), old.string, old.n);
	if (first)
		return at;
	return at < end ? at + decode(at, end, &cp) : NULL;
}

static bool
replace(struct evaluation *e, const struct value *args, int64_t limit,
	struct value *out)
{
	const char *at = args[0].string, *end = at + args[0].n, *match;
	struct strbuf text = STRBUF_INIT;
	bool first = true;

	for (; limit && (match = next_match(at, end, args[1], first));
	     limit -= limit > 0) {
		strbuf_add(&text, at, (size_t)(match - at));
		strbuf_add(&text, args[2].string, args[2].n);
		at = match + args[1].n;
		first = false;
		if (!cel_spend(e, 1) || !cel_room(e, text.n)) {
			strbuf_release(&text);
			return false;
		}
	}
	strbuf_add(&text, at, (size_t)(end - at));
	return cel_take(e, &text, out);
}

CEL_FUNCTION(replace)
{
	return replace(e, args, -1, out);
}

CEL_FUNCTION(replace_limit)
{
	return replace(e, args, args[3].i, out);
}

/* --- split and join --- */

struct pieces {
	struct value *at;
	size_t n, cap;
};

static bool
add_piece(struct evaluation *e, struct pieces *pieces, const char *at, size_t n)
{
	/* The list itself is paid for as it grows. */
	if (!cel_spend(e, 1) ||
	    !cel_room(e, n + 1 + (pieces->n + 1) * sizeof(struct value)))
		return false;
	vec_push(pieces, value_string_n(arena_strndup(e->arena, at, n), n));
	return true;
}

static const char *
next_separator(const char *at, const char *end, struct value separator)
{
	uint32_t cp;

	if (separator.n)
		return memmem(at, (size_t)(end - at), separator.string,
			      separator.n);
	at += decode(at, end, &cp);
	return at < end ? at : NULL;
}

static bool
split_pieces(struct evaluation *e, const struct value *args, int64_t limit,
	     struct pieces *pieces)
{
	const char *at = args[0].string, *end = at + args[0].n, *next;

	if (limit == 0 || (at == end && !args[1].n))
		return true;
	while (limit < 0 || (int64_t)pieces->n < limit - 1) {
		next = next_separator(at, end, args[1]);
		if (!next)
			break;
		if (!add_piece(e, pieces, at, (size_t)(next - at)))
			return false;
		at = next + args[1].n;
	}
	return add_piece(e, pieces, at, (size_t)(end - at));
}

static bool
split(struct evaluation *e, const struct value *args, int64_t limit,
      struct value *out)
{
	struct pieces pieces = {0};
	bool ok = split_pieces(e, args, limit, &pieces);

	if (ok)
		*out = (struct value){
			.kind = VALUE_LIST,
			.n = (uint32_t)pieces.n,
			.items = arena_copy(e->arena, pieces.at,
					    pieces.n * sizeof(*pieces.at))};
	vec_release(&pieces);
	return ok;
}

CEL_FUNCTION(split)
{
	return split(e, args, -1, out);
}

CEL_FUNCTION(split_limit)
{
	return split(e, args, args[2].i, out);
}

static bool
join(struct evaluation *e, struct value list, struct value between,
     struct value *out)
{
	struct strbuf text = STRBUF_INIT;
	bool ok = true;

	for (uint32_t i = 0; i < list.n && ok; i++) {
		struct value item = list.items[i];

		if (item.kind != VALUE_STRING) {
			ok = cel_fail(e, "join() wants strings, not %s",
				      value_kind_name(item.kind));
			break;
		}
		if (i)
			strbuf_add(&text, between.string, between.n);
		strbuf_add(&text, item.string, item.n);
		ok = cel_room(e, text.n) && cel_spend(e, 1);
	}
	if (ok)
		return cel_take(e, &text, out);
	strbuf_release(&text);
	return false;
}

CEL_FUNCTION(join)
{
	return join(e, args[0], value_string_borrowed(""), out);
}

CEL_FUNCTION(join_with)
{
	return join(e, args[0], args[1], out);
}

CEL_FUNCTION(quote)
{
	static const char from[] = "\a\b\f\n\r\t\v\\\"";
	static const char to[] = "abfnrtv\\\"";
	const char *at = args[0].string, *end = at + args[0].n;
	struct strbuf text = STRBUF_INIT;

	strbuf_addc(&text, '"');
	while (at < end) {
		const char *special = *at ? strchr(from, *at) : NULL;
		uint32_t cp;
		size_t n = decode(at, end, &cp);

		if (special)
			strbuf_addf(&text, "\\%c", to[special - from]);
		else if (n == 1 && cp == 0xFFFD)
			strbuf_adds(&text, "\xef\xbf\xbd");
		else
			strbuf_add(&text, at, n);
		at += n;
	}
	strbuf_addc(&text, '"');
	return cel_spend(e, args[0].n / 32) ? cel_take(e, &text, out)
					    : (strbuf_release(&text), false);
}
