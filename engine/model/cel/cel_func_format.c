/* "%s has %d".format([a, b]): %s %d %f %e %x %X %o %b %%, with precision.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <ctype.h>
#include <inttypes.h>
#include <math.h>

#include "../../base/vec.h"
#include "cel_int.h"

enum {
	MAX_PRECISION = 1000
};

static bool
wrong_kind(struct evaluation *e, char clause, struct value v)
{
	return cel_fail(e, "%%%c does not take a %s", clause,
			value_kind_name(v.kind));
}

/* --- %s --- */

static void
format_any(struct evaluation *e, struct strbuf *out, struct value v);

static void
format_list(struct evaluation *e, struct strbuf *out, struct value v)
{
	strbuf_addc(out, '[');
	for (uint32_t i = 0; i < v.n; i++) {
		if (i)
			strbuf_adds(out, ", ");
		format_any(e, out, v.items[i]);
	}
	strbuf_addc(out, ']');
}

struct entry {
	char *key;
	struct value value;
};

static int
compare_entries(const void *a, const void *b)
{
	return strcmp(((const struct entry *)a)->key,
		      ((const struct entry *)b)->key);
}

static void
format_map(struct evaluation *e, struct strbuf *out, struct value v)
{
	struct entry *entries = mem_alloc(v.n * sizeof(*entries));

	for (uint32_t i = 0; i < v.n; i++) {
		struct strbuf key = STRBUF_INIT;

		format_any(e, &key, v.items[2 * (size_t)i]);
		entries[i].key = strbuf_detach(&key);
		entries[i].value = v.items[2 * (size_t)i + 1];
	}
	qsort(entries, v.n, sizeof(*entries), compare_entries);
	strbuf_addc(out, '{');
	for (uint32_t i = 0; i < v.n; i++) {
		strbuf_addf(out, "%s%s: ", i ? ", " : "", entries[i].key);
		format_any(e, out, entries[i].value);
		free(entries[i].key);
	}
	strbuf_addc(out, '}');
	free(entries);
}

/* As few digits as read back the same, and never an exponent: 1e21 is a one
 * and 21 zeros. */
static void
format_double(struct strbuf *out, double d)
{
	char text[VALUE_NUMBER_TEXT];
	int digits = 0, exponent;

	if (!isfinite(d)) {
		value_to_text(value_double(d), out);
		return;
	}
	do
		snprintf(text, sizeof(text), "%.*e", digits, d);
	while (strtod(text, NULL) != d && ++digits < 17);
	exponent = atoi(strchr(text, 'e') + 1);
	strbuf_addf(out, "%.*f", digits > exponent ? digits - exponent : 0, d);
}

static void
format_any(struct evaluation *e, struct strbuf *out, struct value v)
{
	struct arena scratch = {0};

	/* Finding the digits of a double takes several tries. */
	if (!cel_spend(e, v.kind == VALUE_DOUBLE ? 16 : 1))
		return;
	if (v.kind == VALUE_NULL)
		strbuf_adds(out, "null");
	else if (v.kind == VALUE_DOUBLE)
		format_double(out, v.d);
	else if (v.kind == VALUE_LIST)
		format_list(e, out, v);
	else if (v.kind == VALUE_MAP || v.kind == VALUE_OBJECT)
		format_map(e, out, value_all(v, &scratch));
	else
		value_to_text(v, out);
	arena_release(&scratch);
}

/* --- numbers --- */

static bool
format_real(struct evaluation *e, struct strbuf *out, char clause,
	    int precision, struct value v)
{
	struct value number;

	if (!value_is_number(v))
		return wrong_kind(e, clause, v);
	cel_fn_double_number(e, &v, &number);
	if (!isfinite(number.d))
		value_to_text(number, out);
	else if (clause == 'f')
		strbuf_addf(out, "%.*f", precision, number.d);
	else
		strbuf_addf(out, "%.*e", precision, number.d);
	return true;
}

static void
format_base(struct strbuf *out, uint64_t u, unsigned base, bool upper)
{
	const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
	char text[65];
	size_t n = sizeof(text);

	do {
		text[--n] = digits[u % base];
		u /= base;
	} while (u);
	strbuf_add(out, text + n, sizeof(text) - n);
}

static bool
format_integer(struct evaluation *e, struct strbuf *out, char clause,
	       struct value v)
{
	unsigned base = clause == 'b' ? 2 : clause == 'o' ? 8 : 16;
	bool negative = v.kind == VALUE_INT && v.i < 0;

	if (v.kind != VALUE_INT && v.kind != VALUE_UINT)
		return wrong_kind(e, clause, v);
	if (negative)
		strbuf_addc(out, '-');
	format_base(out, negative ? -v.u : v.u, base, clause == 'X');
	return true;
}

static void
format_hex_string(struct strbuf *out, bool upper, struct value v)
{
	for (uint32_t i = 0; i < v.n; i++) {
		unsigned char c = (unsigned char)v.string[i];

		if (c < 16)
			strbuf_addc(out, '0');
		format_base(out, c, 16, upper);
	}
}

static bool
format_decimal(struct evaluation *e, struct strbuf *out, struct value v)
{
	if (!value_is_number(v))
		return wrong_kind(e, 'd', v);
	format_any(e, out, v);
	return !e->spent;
}

/* --- the text --- */

static bool
format_clause(struct evaluation *e, struct strbuf *out, char clause,
	      int precision, struct value v)
{
	switch (clause) {
	case 's':
		if (!cel_measure(e, v))
			return false;
		format_any(e, out, v);
		return !e->spent;
	case 'd':
		return format_decimal(e, out, v);
	case 'f':
	case 'e':
		return format_real(e, out, clause, precision, v);
	case 'x':
	case 'X':
		if (v.kind == VALUE_STRING) {
			format_hex_string(out, clause == 'X', v);
			return true;
		}
		return format_integer(e, out, clause, v);
	case 'b':
		if (v.kind == VALUE_BOOL) {
			strbuf_addc(out, v.boolean ? '1' : '0');
			return true;
		}
		return format_integer(e, out, clause, v);
	case 'o':
		return format_integer(e, out, clause, v);
	default:
		break;
	}
	return cel_fail(e, "format() knows no clause %%%c",
			isprint((unsigned char)clause) ? clause : '?');
}

static bool
read_precision(struct evaluation *e, const char **at, int *precision)
{
	const char *start = *at + 1;

	*precision = 6;
	if (**at != '.')
		return true;
	*precision = 0;
	for (++*at; isdigit((unsigned char)**at); ++*at) {
		*precision = *precision * 10 + (**at - '0');
		if (*precision > MAX_PRECISION)
			return cel_fail(e, "the precision is over %d",
					MAX_PRECISION);
	}
	return *at > start || cel_fail(e, "a precision without digits");
}

static bool
format_text(struct evaluation *e, const struct value *args, struct strbuf *out)
{
	const char *at = args[0].string, *end = at + args[0].n;
	uint32_t used = 0;
	int precision;

	for (; at < end; at++) {
		if (*at != '%') {
			strbuf_addc(out, *at);
			continue;
		}
		at++;
		if (*at == '%') {
			strbuf_addc(out, '%');
			continue;
		}
		if (!read_precision(e, &at, &precision))
			return false;
		if (at >= end)
			return cel_fail(e, "the format ends after %%");
		if (used == args[1].n)
			return cel_fail(e, "format() has only %u arguments",
					args[1].n);
		if (!format_clause(e, out, *at, precision,
				   args[1].items[used++]) ||
		    !cel_room(e, out->n) || !cel_spend(e, out->n / 256))
			return false;
	}
	return true;
}

CEL_FUNCTION(format)
{
	struct strbuf text = STRBUF_INIT;

	if (format_text(e, args, &text))
		return cel_take(e, &text, out);
	strbuf_release(&text);
	return false;
}
