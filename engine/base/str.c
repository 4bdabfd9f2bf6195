/* String helpers and the string buffer.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "str.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

char strbuf_empty[1];

bool
str_ends(const char *s, const char *suffix)
{
	size_t n = strlen(s), k = strlen(suffix);

	return n >= k && memcmp(s + n - k, suffix, k) == 0;
}

bool
str_to_int(const char *s, int64_t min, int64_t max, int64_t *out)
{
	char *end;
	long long v;

	if (!isdigit((unsigned char)s[*s == '-']))
		return false;
	errno = 0;
	v = strtoll(s, &end, 10);
	if (errno || *end || v < min || v > max)
		return false;
	*out = v;
	return true;
}

#define MAX_WORD 64

/* Damerau-Levenshtein distance in its "optimal string alignment" form. */
static size_t
edit_distance(const char *a, size_t n, const char *b, size_t m)
{
	size_t d[3][MAX_WORD + 1];

	for (size_t j = 0; j <= m; j++)
		d[0][j] = j;
	for (size_t i = 1; i <= n; i++) {
		size_t *row = d[i % 3], *up = d[(i + 2) % 3],
		       *up2 = d[(i + 1) % 3];

		row[0] = i;
		for (size_t j = 1; j <= m; j++) {
			size_t best = up[j - 1] + (a[i - 1] != b[j - 1]);

			if (up[j] + 1 < best)
				best = up[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] && up2[j - 2] + 1 < best)
				best = up2[j - 2] + 1;
			row[j] = best;
		}
	}
	return d[n % 3][m];
}

const char *
str_nearest(const char *word, const char *const *candidates, size_t n)
{
	size_t len = strlen(word);
	size_t limit = len < 3 ? 1 : len / 3 + 1;
	const char *best = NULL;

	if (len > MAX_WORD)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		size_t k = strlen(candidates[i]);
		size_t distance;

		if (k > MAX_WORD)
			continue;
		distance = edit_distance(word, len, candidates[i], k);
		if (distance <= limit && distance < (len > k ? len : k)) {
			best = candidates[i];
			if (!distance)
				return best;
			limit = distance - 1;
		}
	}
	return best;
}

void
strbuf_grow(struct strbuf *b, size_t extra)
{
	size_t need = b->n + extra + 1;
	size_t cap = b->cap ? b->cap : 64;

	if (need <= b->cap)
		return;
	while (cap < need)
		cap *= 2;
	b->at = mem_realloc(b->cap ? b->at : NULL, cap);
	b->cap = cap;
	b->at[b->n] = '\0';
}

void
strbuf_add(struct strbuf *b, const void *bytes, size_t n)
{
	if (!n)
		return;
	strbuf_grow(b, n);
	memcpy(b->at + b->n, bytes, n);
	b->n += n;
	b->at[b->n] = '\0';
}

void
strbuf_adds(struct strbuf *b, const char *s)
{
	strbuf_add(b, s, strlen(s));
}

void
strbuf_addc(struct strbuf *b, char c)
{
	strbuf_add(b, &c, 1);
}

void
strbuf_addv(struct strbuf *b, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	strbuf_grow(b, 64);
	va_copy(again, ap);
	n = vsnprintf(b->at + b->n, b->cap - b->n, fmt, ap);
	if (n < 0)
		BUG("bad format \"%s\"", fmt);
	if ((size_t)n >= b->cap - b->n) {
		strbuf_grow(b, (size_t)n);
		vsnprintf(b->at + b->n, b->cap - b->n, fmt, again);
	}
	va_end(again);
	b->n += (size_t)n;
}

void
strbuf_quote(struct strbuf *b, const char *word)
{
	strbuf_addc(b, '\'');
	for (; *word; word++) {
		if (*word == '\'')
			strbuf_adds(b, "'\\''");
		else
			strbuf_addc(b, *word);
	}
	strbuf_addc(b, '\'');
}

void
strbuf_addf(struct strbuf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	strbuf_addv(b, fmt, ap);
	va_end(ap);
}

void
strbuf_clear(struct strbuf *b)
{
	b->n = 0;
	if (b->cap)
		b->at[0] = '\0';
}

void
strbuf_release(struct strbuf *b)
{
	if (b->cap)
		free(b->at);
	*b = (struct strbuf)STRBUF_INIT;
}

char *
strbuf_detach(struct strbuf *b)
{
	char *text = b->cap ? b->at : mem_strdup("");

	*b = (struct strbuf)STRBUF_INIT;
	return text;
}
