/* Strings: small questions about them, and a buffer to build them in.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_STR_H
#define WF_STR_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "err.h"
#include "mem.h"

static inline bool
str_eq(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

static inline bool
str_starts(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool str_ends(const char *s, const char *suffix);

/* The whole of `s` as a decimal integer within [min, max]. */
bool str_to_int(const char *s, int64_t min, int64_t max, int64_t *out);

/* The candidate nearest to `word` (edit distance with transpositions), or
 * NULL when none is near enough to be worth suggesting. */
const char *
str_nearest(const char *word, const char *const *candidates, size_t n);

/* Text under construction: always NUL-terminated, owns its memory.
 * Start with STRBUF_INIT; free with strbuf_release. */
struct strbuf {
	char *at;
	size_t n, cap;
};

extern char strbuf_empty[];
#define STRBUF_INIT                                                            \
	{                                                                      \
		strbuf_empty, 0, 0                                             \
	}

void strbuf_grow(struct strbuf *b, size_t extra);
void strbuf_add(struct strbuf *b, const void *bytes, size_t n);
void strbuf_adds(struct strbuf *b, const char *s);
void strbuf_addc(struct strbuf *b, char c);
void strbuf_addf(struct strbuf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* One word that any shell reads back as it is, in single quotes. */
void strbuf_quote(struct strbuf *b, const char *word);
void
strbuf_addv(struct strbuf *b, const char *fmt, va_list ap) PRINTF_LIKE(2, 0);
void strbuf_clear(struct strbuf *b);   /* empty, memory kept */
void strbuf_release(struct strbuf *b); /* memory freed, usable again */
char *strbuf_detach(struct strbuf *b); /* caller frees; usable again */

#endif
