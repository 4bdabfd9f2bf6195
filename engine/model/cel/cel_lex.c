/* Expression text to tokens.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#include "../../base/text.h"
#include "cel_int.h"

void
cel_lex_skip(struct lexer *lexer, size_t n)
{
	for (const char *end = lexer->at + n; lexer->at < end; lexer->at++)
		if ((*lexer->at & 0xC0) != 0x80)
			lexer->column++;
}

static bool
name_start(char c)
{
	return isalpha((unsigned char)c) || c == '_';
}

static bool
name_part(char c)
{
	return name_start(c) || isdigit((unsigned char)c);
}

static void
skip_blanks(struct lexer *lexer)
{
	for (;;) {
		size_t n = strspn(lexer->at, " \t\r\n\f");

		if (str_starts(lexer->at, "//"))
			n = strcspn(lexer->at, "\n");
		if (!n)
			return;
		cel_lex_skip(lexer, n);
	}
}

static void
finish(struct lexer *lexer, enum token_kind kind, size_t n)
{
	lexer->token.kind = kind;
	lexer->token.text = arena_strndup(lexer->arena, lexer->at, n);
	lexer->token.n = (uint32_t)n;
	cel_lex_skip(lexer, n);
}

/* Digits, and for a double its point and exponent. */
static size_t
measure_number(const char *s, bool *real)
{
	size_t n = strspn(s, "0123456789"), e;

	*real = false;
	if (s[n] == '.' && isdigit((unsigned char)s[n + 1])) {
		*real = true;
		n++;
		n += strspn(s + n, "0123456789");
	}
	e = n + 1 + (s[n] && strchr("+-", s[n + 1]) && s[n + 1]);
	if ((s[n] == 'e' || s[n] == 'E') && isdigit((unsigned char)s[e])) {
		*real = true;
		n = e + strspn(s + e, "0123456789");
	}
	return n;
}

static bool
lex_real(struct lexer *lexer, size_t n)
{
	finish(lexer, TOKEN_DOUBLE, n);
	lexer->token.real = strtod(lexer->token.text, NULL);
	if (lexer->token.real <= 1.7976931348623157e308)
		return true;
	return cel_error_at(lexer->err, lexer->token.column,
			    "the number %.40s is out of range",
			    lexer->token.text);
}

static bool
lex_number(struct lexer *lexer)
{
	bool real, hex = str_starts(lexer->at, "0x") ||
			 str_starts(lexer->at, "0X");
	size_t n = measure_number(lexer->at, &real);
	struct token *token = &lexer->token;

	if (hex) {
		n = 2 + strspn(lexer->at + 2, "0123456789abcdefABCDEF");
		if (n == 2)
			return cel_error_at(lexer->err, token->column,
					    "0x without digits");
	} else if (real) {
		return lex_real(lexer, n);
	}
	finish(lexer, TOKEN_INT, n);
	errno = 0;
	token->number = strtoull(token->text, NULL, hex ? 16 : 10);
	if (*lexer->at == 'u' || *lexer->at == 'U') {
		token->kind = TOKEN_UINT;
		cel_lex_skip(lexer, 1);
	}
	if (errno)
		return cel_error_at(lexer->err, token->column,
				    "the number %.40s is out of range",
				    token->text);
	return true;
}

/* Length of the string prefix (r, R, b, B in any order) before a quote. */
static size_t
string_prefix(const char *s)
{
	size_t n = strspn(s, "rRbB");

	return n <= 2 && (s[n] == '"' || s[n] == '\'') ? n : 0;
}

static bool
lex_prefixed_string(struct lexer *lexer, size_t prefix)
{
	bool raw = false;

	for (size_t i = 0; i < prefix; i++) {
		if (lexer->at[i] == 'b' || lexer->at[i] == 'B')
			return cel_error_at(lexer->err, lexer->token.column,
					    "bytes are not supported");
		raw = true;
	}
	cel_lex_skip(lexer, prefix);
	return cel_lex_string(lexer, raw);
}

static bool
lex_quoted_name(struct lexer *lexer)
{
	size_t n = 1;

	while (name_part(lexer->at[n]) ||
	       (lexer->at[n] && strchr(".-/ ", lexer->at[n])))
		n++;
	if (n == 1 || lexer->at[n] != '`')
		return cel_error_at(lexer->err, lexer->token.column,
				    "this is no `field name`");
	cel_lex_skip(lexer, 1);
	finish(lexer, TOKEN_QUOTED_NAME, n - 1);
	cel_lex_skip(lexer, 1);
	return true;
}

static bool
lex_sign(struct lexer *lexer)
{
	static const char *const pairs[] = {"&&", "||", "==", "!=", "<=", ">="};
	struct text_char shown;
	struct text_scan scan;

	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++)
		if (str_starts(lexer->at, pairs[i])) {
			finish(lexer, TOKEN_SIGN, 2);
			return true;
		}
	if (*lexer->at && strchr("()[]{}.,:?+-*/%<>!", *lexer->at)) {
		finish(lexer, TOKEN_SIGN, 1);
		return true;
	}
	scan = text_scan_begin(lexer->at, (size_t)(lexer->end - lexer->at), 0);
	text_scan_next(&scan, &shown);
	cel_error_at(lexer->err, lexer->token.column,
		     "unexpected character '%s'", shown.shown);
	if (*lexer->at == '=')
		cel_error_hint(lexer->err, "compare with ==");
	else if (*lexer->at == '&' || *lexer->at == '|')
		cel_error_hint(lexer->err, "and is &&, or is ||");
	return false;
}

bool
cel_lex(struct lexer *lexer)
{
	size_t prefix, n = 0;

	skip_blanks(lexer);
	lexer->token = (struct token){.column = lexer->column, .text = ""};
	if (lexer->at == lexer->end)
		return true;
	prefix = string_prefix(lexer->at);
	if (prefix || *lexer->at == '"' || *lexer->at == '\'')
		return lex_prefixed_string(lexer, prefix);
	if (name_start(*lexer->at)) {
		while (name_part(lexer->at[n]))
			n++;
		finish(lexer, TOKEN_NAME, n);
		return true;
	}
	if (isdigit((unsigned char)*lexer->at) ||
	    (*lexer->at == '.' && isdigit((unsigned char)lexer->at[1])))
		return lex_number(lexer);
	if (*lexer->at == '`')
		return lex_quoted_name(lexer);
	return lex_sign(lexer);
}

const char *
cel_find_end(const char *text)
{
	struct arena scratch = {0};
	struct cel_error ignored;
	struct lexer lexer = {.arena = &scratch,
			      .err = &ignored,
			      .at = text,
			      .end = text + strlen(text)};
	const char *found = NULL;
	size_t open = 0;

	while (!found && cel_lex(&lexer) && lexer.token.kind != TOKEN_END) {
		if (lexer.token.kind != TOKEN_SIGN)
			continue;
		if (*lexer.token.text == '{')
			open++;
		else if (*lexer.token.text == '}' && open)
			open--;
		else if (*lexer.token.text == '}')
			found = lexer.at - 1;
	}
	arena_release(&scratch);
	return found;
}
