/* Writing a bundle as JSON, and taking that apart again.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "yaml_bundle_text.h"

#include <stdio.h>

#include "../base/str.h"

/* --- writing ------------------------------------------------------------- */

struct out {
	piece_fn *take;
	void *arg;
};

static void
add(const struct out *o, const char *text)
{
	o->take(o->arg, text, strlen(text));
}

static void
add_escaped(const struct out *o, unsigned char c)
{
	char text[8] = {'\\', c == '\n' ? 'n' : (char)c};

	if (c < 0x20 && c != '\n')
		snprintf(text, sizeof(text), "\\u%04x", c);
	add(o, text);
}

/* Most of a text goes through unchanged, in long stretches. */
static void
add_json_text(const struct out *o, const char *text)
{
	add(o, "\"");
	while (*text) {
		size_t plain = 0;
		unsigned char c;

		while ((c = (unsigned char)text[plain]) >= 0x20 && c != '"' &&
		       c != '\\')
			plain++;
		o->take(o->arg, text, plain);
		text += plain;
		if (c)
			add_escaped(o, c);
		text += c != 0;
	}
	add(o, "\"");
}

static void
each_piece(const void *from, piece_fn *take, void *arg)
{
	const struct bundle *b = from;
	struct out o = {take, arg};
	const char *between = "";

	add(&o, "{\"version\":1,\"files\":[");
	map_each (&b->files, e) {
		const struct workflow *wf = e->value;

		add(&o, between);
		add(&o, "{\"key\":");
		add_json_text(&o, e->key);
		add(&o, ",\"file\":");
		add_json_text(&o, wf->file);
		add(&o, ",\"dir\":");
		add_json_text(&o, wf->dir);
		add(&o, ",\"text\":");
		add_json_text(&o, wf->text);
		add(&o, "}");
		between = ",";
	}
	add(&o, "]}");
}

struct pieces
bundle_pieces(const struct bundle *b)
{
	return (struct pieces){b->bytes, b, each_piece};
}

static void
add_piece(void *arg, const char *bytes, size_t n)
{
	strbuf_add(arg, bytes, n);
}

char *
bundle_text(const struct bundle *b)
{
	struct strbuf text = STRBUF_INIT;

	each_piece(b, add_piece, &text);
	return strbuf_detach(&text);
}

/* 128 bits by FNV-1a. */
__extension__ typedef unsigned __int128 wide;

struct seal {
	wide hash;
	size_t bytes;
};

static void
seal_piece(void *arg, const char *bytes, size_t n)
{
	struct seal *seal = arg;
	wide h = seal->hash;
	const wide prime = ((wide)1 << 88) | 0x13b;

	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)bytes[i]) * prime;
	seal->hash = h;
	seal->bytes += n;
}

void
bundle_seal(struct bundle *b)
{
	struct seal seal = {.hash = ((wide)0x6c62272e07bb0142u << 64) |
				    0x62b821756295c58du};
	static const char digits[] = "0123456789abcdef";

	each_piece(b, seal_piece, &seal);
	b->bytes = seal.bytes;
	for (int i = 31; i >= 0; i--, seal.hash >>= 4)
		b->hash[i] = digits[(unsigned)seal.hash & 15];
	b->hash[32] = '\0';
}

/* --- reading ------------------------------------------------------------- */

struct scan {
	char *p, *end;
	const char *why;
};

static bool
wrong(struct scan *s, const char *why)
{
	if (!s->why)
		s->why = why;
	return false;
}

static char
next(struct scan *s)
{
	while (s->p < s->end && strchr(" \t\r\n", *s->p) && *s->p)
		s->p++;
	return (char)(s->p < s->end ? *s->p : '\0');
}

static bool
take(struct scan *s, char c)
{
	if (next(s) != c)
		return wrong(s, "it is not the JSON of a flow");
	s->p++;
	return true;
}

/* After an item: is there another? */
static bool
more(struct scan *s)
{
	if (next(s) != ',')
		return false;
	s->p++;
	return true;
}

static int
hex_of(const char *p)
{
	int value = 0;

	for (int i = 0; i < 4; i++) {
		static const char digits[] = "0123456789abcdefABCDEF";
		const char *at = p[i] ? strchr(digits, p[i]) : NULL;
		int digit = at ? (int)(at - digits) : -1;

		if (!at)
			return -1;
		value = value << 4 | (digit > 15 ? digit - 6 : digit);
	}
	return value;
}

/* Behind a backslash; what it stands for goes to `to`. */
static bool
take_escape(struct scan *s, char **to)
{
	static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
	const char *name = s->p < s->end && *s->p ? strchr(names, *s->p) : NULL;
	int c;

	if (name) {
		*(*to)++ = values[name - names];
		s->p++;
		return true;
	}
	c = s->end - s->p >= 5 && *s->p == 'u' ? hex_of(s->p + 1) : -1;
	if (c <= 0 || (c >= 0xd800 && c < 0xe000))
		return wrong(s, "a character in it is none");
	s->p += 5;
	if (c >= 0x800)
		*(*to)++ = (char)(0xe0 | c >> 12);
	if (c >= 0x800)
		*(*to)++ = (char)(0x80 | (c >> 6 & 63));
	else if (c >= 0x80)
		*(*to)++ = (char)(0xc0 | c >> 6);
	*(*to)++ = (char)(c < 0x80 ? c : 0x80 | (c & 63));
	return true;
}

/* A string, decoded in place and ended by NUL; NULL when it is none. */
static char *
take_string(struct scan *s, size_t *n)
{
	char *begin, *to;

	if (!take(s, '"'))
		return NULL;
	begin = to = s->p;
	while (s->p < s->end && *s->p != '"' && *s->p) {
		size_t plain = strcspn(s->p, "\"\\");

		if (plain > (size_t)(s->end - s->p))
			break;
		memmove(to, s->p, plain);
		to += plain;
		s->p += plain;
		if (*s->p == '\\' && (s->p++, !take_escape(s, &to)))
			return NULL;
	}
	if (s->p >= s->end || *s->p != '"') {
		wrong(s, "a text in it does not end");
		return NULL;
	}
	s->p++;
	*to = '\0';
	*n = (size_t)(to - begin);
	return begin;
}

static bool
take_part(struct scan *s, struct bundle_part *part)
{
	size_t n;

	*part = (struct bundle_part){0};
	if (!take(s, '{'))
		return false;
	do {
		const char *key = take_string(s, &n);
		char *value = key && take(s, ':') ? take_string(s, &n) : NULL;

		if (!value)
			return wrong(s, "a field is no text");
		if (str_eq(key, "key"))
			part->key = value;
		else if (str_eq(key, "file"))
			part->file = value;
		else if (str_eq(key, "dir"))
			part->dir = value;
		else if (str_eq(key, "text"))
			part->text = value, part->bytes = n;
	} while (more(s));
	if (!part->key || !part->file || !part->dir || !part->text)
		return wrong(s, "a field is missing");
	return take(s, '}');
}

static bool
take_files(struct scan *s,
	   bool (*fn)(void *arg, const struct bundle_part *part), void *arg)
{
	struct bundle_part part;

	if (!take(s, '['))
		return false;
	if (next(s) != ']')
		do {
			if (!take_part(s, &part) || !fn(arg, &part))
				return false;
		} while (more(s));
	return take(s, ']');
}

const char *
bundle_scan(char *json, size_t n,
	    bool (*fn)(void *arg, const struct bundle_part *part), void *arg)
{
	struct scan s = {.p = json, .end = json + n};
	bool good = take(&s, '{');

	if (good && next(&s) != '}')
		do {
			size_t length;
			const char *key = take_string(&s, &length);

			good = key && take(&s, ':');
			if (good && str_eq(key, "files"))
				good = take_files(&s, fn, arg);
			else if (good && str_eq(key, "version"))
				good = take(&s, '1');
			else
				good = wrong(&s, "it is of another version");
		} while (good && more(&s));
	if (good)
		take(&s, '}');
	return s.why;
}
