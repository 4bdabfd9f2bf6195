/* Reading JSON text in place.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "jsontext.h"

static const char *
skip_space(const char *p)
{
	return p + strspn(p, " \t\r\n");
}

static const char *
skip_string(const char *p)
{
	for (p++; *p && *p != '"'; p++)
		if (*p == '\\' && p[1])
			p++;
	return *p ? p + 1 : p;
}

/* Behind the value that begins at `p`. */
static const char *
skip_value(const char *p)
{
	int depth = 0;

	p = skip_space(p);
	do {
		if (*p == '"') {
			p = skip_string(p);
			continue;
		}
		if (*p == '{' || *p == '[')
			depth++;
		if (*p == '}' || *p == ']')
			depth--;
		if (!*p || depth < 0)
			return p;
		p++;
		if (depth == 0 && strchr(",]}", *p))
			return p;
	} while (depth > 0 || !strchr(",:]} \t\r\n", *p));
	return p;
}

const char *
jsontext_value(const char *key)
{
	const char *p = skip_space(skip_value(key));

	return *p == ':' ? skip_space(p + 1) : NULL;
}

const char *
jsontext_next(const char *list, const char *item)
{
	const char *p = list ? skip_space(list) : "";

	if (*p != '[' && *p != '{')
		return NULL;
	if (!item) {
		p = skip_space(p + 1);
	} else {
		bool object = *p == '{';

		if (object && !jsontext_value(item))
			return NULL;
		p = skip_space(
			skip_value(object ? jsontext_value(item) : item));
		if (*p != ',')
			return NULL;
		p = skip_space(p + 1);
	}
	return *p && *p != ']' && *p != '}' ? p : NULL;
}

const char *
jsontext_member(const char *object, const char *key)
{
	size_t n = strlen(key);

	if (!object || *skip_space(object) != '{')
		return NULL;
	for (const char *k = jsontext_next(object, NULL); k;
	     k = jsontext_next(object, k))
		if (*k == '"' && strncmp(k + 1, key, n) == 0 && k[n + 1] == '"')
			return jsontext_value(k);
	return NULL;
}

bool
jsontext_is(const char *value, const char *text)
{
	size_t n = strlen(text);

	return value && strncmp(value, text, n) == 0 &&
	       skip_value(value) == value + n;
}

static unsigned
hex4(const char *p)
{
	char digits[5] = {0};
	char *end;
	unsigned long value;

	memcpy(digits, p, strnlen(p, 4));
	value = strtoul(digits, &end, 16);
	return *end || end != digits + 4 ? 0xfffd : (unsigned)value;
}

static void
add_code_point(struct strbuf *out, unsigned cp)
{
	if (cp < 0x80) {
		strbuf_addc(out, (char)cp);
		return;
	}
	if (cp >= 0x10000) {
		strbuf_addc(out, (char)(0xf0 | cp >> 18));
		strbuf_addc(out, (char)(0x80 | (cp >> 12 & 0x3f)));
	} else if (cp >= 0x800) {
		strbuf_addc(out, (char)(0xe0 | cp >> 12));
	} else {
		strbuf_addc(out, (char)(0xc0 | cp >> 6));
	}
	if (cp >= 0x800)
		strbuf_addc(out, (char)(0x80 | (cp >> 6 & 0x3f)));
	strbuf_addc(out, (char)(0x80 | (cp & 0x3f)));
}

/* Behind the escape whose letter is at `p`. */
static const char *
add_escape(struct strbuf *out, const char *p)
{
	static const char letters[] = "nrtbf", bytes[] = "\n\r\t\b\f";
	const char *at = strchr(letters, *p);
	unsigned cp;

	if (*p == 'u') {
		cp = hex4(p + 1);
		p += 1 + strnlen(p + 1, 4);
		if (cp >= 0xd800 && cp < 0xdc00 && p[0] == '\\' &&
		    p[1] == 'u') {
			cp = 0x10000 + ((cp & 0x3ff) << 10) +
			     (hex4(p + 2) & 0x3ff);
			p += 2 + strnlen(p + 2, 4);
		}
		add_code_point(out, cp);
		return p;
	}
	strbuf_addc(out, *p && at ? bytes[at - letters] : *p);
	return *p ? p + 1 : p;
}

void
jsontext_add(struct strbuf *out, const char *value)
{
	const char *p;

	if (!value)
		return;
	p = skip_space(value);
	if (*p != '"') {
		strbuf_add(out, p, (size_t)(skip_value(p) - p));
		return;
	}
	for (p++; *p && *p != '"';) {
		if (*p == '\\')
			p = add_escape(out, p + 1);
		else
			strbuf_addc(out, *p++);
	}
}

char *
jsontext_copy(const char *value)
{
	struct strbuf out = STRBUF_INIT;

	if (!value)
		return NULL;
	strbuf_addc(&out, ' ');
	out.n = 0; /* memory of its own even when empty */
	out.at[0] = '\0';
	jsontext_add(&out, value);
	return strbuf_detach(&out);
}
