/* Writing values so that YAML reads them as they are meant.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../base/text.h"
#include "yaml_edit_int.h"
#include "yaml_scalar.h"

bool
write_is_utf8(const char *text)
{
	const char *end = text + strlen(text);
	uint32_t cp;

	while (text < end) {
		size_t n = text_decode(text, end, &cp);

		if (!n)
			return false;
		text += n;
	}
	return true;
}

/* What YAML lets stand as it is, in quotes or a block. */
static bool
is_printable(uint32_t cp)
{
	if (cp < 0x20)
		return cp == '\t';
	if (cp >= 0x7f && cp < 0xa0)
		return false;
	return cp != 0x2028 && cp != 0x2029 && cp != 0xfeff &&
	       (cp & 0xfffe) != 0xfffe;
}

static bool
all_printable(const char *text, bool newlines)
{
	const char *end = text + strlen(text);
	uint32_t cp;

	while (text < end) {
		size_t n = text_decode(text, end, &cp);

		if (!n || (!is_printable(cp) && !(newlines && cp == '\n')))
			return false;
		text += n;
	}
	return true;
}

static bool
fits_plain(const char *text, bool in_flow)
{
	size_t n = strlen(text);

	if (!n || text[0] == ' ' || text[n - 1] == ' ' || strchr(text, '\t') ||
	    !all_printable(text, false))
		return false;
	if (strchr("?:-", text[0]) && (n == 1 || text[1] == ' ' || in_flow))
		return false;
	if (strchr(",[]{}#&*!|>'\"%@`", text[0]) || str_starts(text, "---") ||
	    str_starts(text, "..."))
		return false;
	if (strstr(text, ": ") || strstr(text, " #") || text[n - 1] == ':')
		return false;
	return !in_flow || !strpbrk(text, ",[]{}:?");
}

static void
write_single(struct strbuf *out, const char *text)
{
	strbuf_addc(out, '\'');
	for (; *text; text++) {
		if (*text == '\'')
			strbuf_addc(out, '\'');
		strbuf_addc(out, *text);
	}
	strbuf_addc(out, '\'');
}

static void
write_escaped(struct strbuf *out, uint32_t cp)
{
	if (cp == '\n')
		strbuf_adds(out, "\\n");
	else if (cp < 0x100)
		strbuf_addf(out, "\\x%02X", cp);
	else if (cp < 0x10000)
		strbuf_addf(out, "\\u%04X", cp);
	else
		strbuf_addf(out, "\\U%08X", cp);
}

static void
write_double(struct strbuf *out, const char *text)
{
	const char *end = text + strlen(text);

	strbuf_addc(out, '"');
	while (text < end) {
		uint32_t cp;
		size_t n = text_decode(text, end, &cp);

		if (!n)
			n = 1, cp = 0xfffd;
		if (cp == '"' || cp == '\\')
			strbuf_addf(out, "\\%c", (char)cp);
		else if (is_printable(cp) && cp != '\t')
			strbuf_add(out, text, n);
		else if (cp == '\t')
			strbuf_adds(out, "\\t");
		else
			write_escaped(out, cp);
		text += n;
	}
	strbuf_addc(out, '"');
}

void
write_scalar(struct strbuf *out, const char *text, enum span_style style,
	     bool in_flow, bool string)
{
	bool plain = fits_plain(text, in_flow) &&
		     !(string && scalar_resolve(text, NULL) != VALUE_STRING);

	if (style != SPAN_SINGLE && style != SPAN_DOUBLE && plain)
		strbuf_adds(out, text);
	else if (style == SPAN_SINGLE && all_printable(text, false))
		write_single(out, text);
	else if (style != SPAN_DOUBLE && strpbrk(text, "\"\\") &&
		 !strchr(text, '\'') && all_printable(text, false))
		write_single(out, text);
	else
		write_double(out, text);
}

/* A first line that begins with a space needs the number in the head. */
bool
write_literal(struct strbuf *out, const char *text, size_t indent,
	      const char *eol)
{
	size_t n = strlen(text), newlines = 0;
	size_t blank = strspn(text, "\n");

	while (newlines < n && text[n - 1 - newlines] == '\n')
		newlines++;
	if (newlines == n || !all_printable(text, true))
		return false;
	strbuf_addc(out, '|');
	if (text[blank] == ' ' || text[blank] == '\t')
		strbuf_addc(out, '2');
	if (newlines != 1)
		strbuf_addc(out, newlines ? '+' : '-');
	while (*text) {
		size_t line = strcspn(text, "\n");

		strbuf_adds(out, eol);
		if (line)
			strbuf_addf(out, "%*s", (int)indent, "");
		strbuf_add(out, text, line);
		text += line + (text[line] == '\n');
	}
	return true;
}

static bool
is_bare(const struct span *s)
{
	if (s->anchor || s->tagged || s->kind == SPAN_ALIAS)
		return false;
	for (s = s->first; s; s = s->next)
		if (!is_bare(s))
			return false;
	return true;
}

bool
write_is_collection(const char *text, enum span_kind *kind_out)
{
	struct span_tree t;
	size_t n = strlen(text);
	bool fine;

	if ((text[0] != '[' && text[0] != '{') || strpbrk(text, "\r\n") ||
	    span_tree_read(&t, "", text, n, NULL))
		return false;
	fine = t.root && t.root->style == SPAN_FLOW && t.root->end == n &&
	       is_bare(t.root);
	if (fine)
		*kind_out = t.root->kind;
	span_tree_release(&t);
	return fine;
}

static void
count_quotes(const struct span *s, int *single, int *twice)
{
	if (s->kind == SPAN_SCALAR) {
		*single += s->style == SPAN_SINGLE;
		*twice += s->style == SPAN_DOUBLE;
	}
	for (s = s->first; s; s = s->next)
		count_quotes(s, single, twice);
}

enum span_style
write_quotes(const struct span *near_to)
{
	for (const struct span *s = near_to; s; s = s->parent) {
		int single = 0, twice = 0;

		count_quotes(s, &single, &twice);
		if (single || twice)
			return single > twice ? SPAN_SINGLE : SPAN_DOUBLE;
	}
	return SPAN_DOUBLE;
}

static const struct span *
find_braces(const struct span *s)
{
	const struct span *found = NULL;

	if (s->kind == SPAN_MAP && s->style == SPAN_FLOW && s->n)
		return s;
	for (s = s->first; s && !found; s = s->next)
		found = find_braces(s);
	return found;
}

bool
write_padded(const struct edit *e, const struct span *near_to)
{
	const struct span *found = NULL;

	for (; near_to && !found; near_to = near_to->parent)
		found = find_braces(near_to);
	return !found || e->text.at[found->body + 1] == ' ';
}
