/* String literals: quotes, escapes, raw strings.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <ctype.h>

#include "../../base/text.h"
#include "cel_int.h"

static bool
bad_escape(struct lexer *lexer)
{
	return cel_error_at(lexer->err, lexer->column,
			    "unknown escape in a string");
}

static void
add_code_point(struct strbuf *out, uint32_t cp)
{
	if (cp < 0x80) {
		strbuf_addc(out, (char)cp);
	} else if (cp < 0x800) {
		strbuf_addc(out, (char)(0xC0 | cp >> 6));
		strbuf_addc(out, (char)(0x80 | (cp & 0x3F)));
	} else if (cp < 0x10000) {
		strbuf_addc(out, (char)(0xE0 | cp >> 12));
		strbuf_addc(out, (char)(0x80 | (cp >> 6 & 0x3F)));
		strbuf_addc(out, (char)(0x80 | (cp & 0x3F)));
	} else {
		strbuf_addc(out, (char)(0xF0 | cp >> 18));
		strbuf_addc(out, (char)(0x80 | (cp >> 12 & 0x3F)));
		strbuf_addc(out, (char)(0x80 | (cp >> 6 & 0x3F)));
		strbuf_addc(out, (char)(0x80 | (cp & 0x3F)));
	}
}

/* A code point written with `digits` digits of `base`, `skip` bytes on. */
static bool
numeric_escape(struct lexer *lexer, size_t skip, int digits, unsigned base,
	       struct strbuf *out)
{
	const char *at = lexer->at + skip;
	uint32_t cp = 0;

	for (int i = 0; i < digits; i++, at++) {
		unsigned char c = (unsigned char)*at;
		unsigned digit = isdigit(c) ? (unsigned)(c - '0')
					    : (c | 32u) - 'a' + 10u;

		if (!isxdigit(c) || digit >= base)
			return bad_escape(lexer);
		cp = cp * base + digit;
	}
	if (cp > 0x10FFFF || (cp >= 0xD800 && cp < 0xE000) ||
	    (base == 8 && cp > 0xFF))
		return cel_error_at(lexer->err, lexer->column,
				    "this escape is no character");
	add_code_point(out, cp);
	cel_lex_skip(lexer, skip + (size_t)digits);
	return true;
}

static bool
escape(struct lexer *lexer, struct strbuf *out)
{
	static const char from[] = "abfnrtv\\?\"'`";
	static const char to[] = "\a\b\f\n\r\t\v\\?\"'`";
	char c = lexer->at[1];
	const char *simple = c ? strchr(from, c) : NULL;

	if (simple) {
		strbuf_addc(out, to[simple - from]);
		cel_lex_skip(lexer, 2);
		return true;
	}
	if (c == 'x' || c == 'X')
		return numeric_escape(lexer, 2, 2, 16, out);
	if (c == 'u')
		return numeric_escape(lexer, 2, 4, 16, out);
	if (c == 'U')
		return numeric_escape(lexer, 2, 8, 16, out);
	if (c >= '0' && c <= '3')
		return numeric_escape(lexer, 1, 3, 8, out);
	return bad_escape(lexer);
}

static bool
plain_char(struct lexer *lexer, struct strbuf *out)
{
	uint32_t cp;
	size_t n = text_decode(lexer->at, lexer->end, &cp);

	if (!n)
		return cel_error_at(lexer->err, lexer->column,
				    "the string is not valid UTF-8");
	strbuf_add(out, lexer->at, n);
	cel_lex_skip(lexer, n);
	return true;
}

static bool
string_body(struct lexer *lexer, bool raw, const char *quote,
	    struct strbuf *out)
{
	bool single = strlen(quote) == 1;

	while (!str_starts(lexer->at, quote)) {
		bool ok;

		if (lexer->at == lexer->end ||
		    (single && strchr("\r\n", *lexer->at)))
			return cel_error_at(lexer->err, lexer->token.column,
					    "the string is not closed");
		ok = *lexer->at == '\\' && !raw ? escape(lexer, out)
						: plain_char(lexer, out);
		if (!ok)
			return false;
	}
	cel_lex_skip(lexer, strlen(quote));
	return true;
}

bool
cel_lex_string(struct lexer *lexer, bool raw)
{
	struct strbuf out = STRBUF_INIT;
	char quote[4] = {*lexer->at, *lexer->at, *lexer->at, '\0'};
	bool ok;

	if (!str_starts(lexer->at, quote))
		quote[1] = '\0';
	cel_lex_skip(lexer, strlen(quote));
	ok = string_body(lexer, raw, quote, &out);
	lexer->token.kind = TOKEN_STRING;
	lexer->token.text = arena_strndup(lexer->arena, out.at, out.n);
	lexer->token.n = (uint32_t)out.n;
	strbuf_release(&out);
	return ok;
}
