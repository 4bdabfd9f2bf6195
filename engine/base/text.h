/* Text from outside, made harmless and measured in columns.
 *
 * Names, messages, logs and YAML may hold any bytes.  Everything that may
 * reach a terminal goes through one scanner, which decodes UTF-8 strictly and
 * turns what could move a cursor, hide or reorder text into words:
 *
 *	a bad byte               <9b>
 *	C0, DEL                  <ESC> <NUL> <BEL>
 *	C1, bidi, zero width ... <U+202E>
 *	tab                      spaces up to the next column of eight
 *	combining marks          at most four upon one base
 *
 * The result is printable UTF-8 (7-bit with TEXT_ASCII) in which no byte of
 * the input can act.  Widths come from our own table, so they are the same
 * in every locale and every test.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_TEXT_H
#define WF_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "str.h"

enum text_flags {
	TEXT_NEWLINES = 1 << 0, /* '\n' stays (else <LF>) */
	TEXT_ASCII = 1 << 1,    /* what is not 7-bit is shown as <U+XXXX> */
	TEXT_DROP_SGR = 1 << 2, /* colour sequences vanish; others are shown */
	TEXT_PAD = 1 << 3,      /* text_clip: fill up with spaces */
	TEXT_DOTS = 1 << 4,     /* text_clip: end a cut text with ".." */
	TEXT_UPDATES = 1 << 5   /* text_log_line: overwritten parts stay */
};

enum {
	TEXT_MARKS = 4,          /* combining marks kept per cell */
	TEXT_TAB = 8,            /* columns of a tab */
	TEXT_LINE_LIMIT = 4096,  /* bytes of a log line that are shown */
	TEXT_UNLIMITED = 1 << 30 /* a width that clips nothing */
};

/* One displayable piece: a character, or the words standing for one. */
struct text_char {
	uint32_t cp;    /* code point, or the bad byte itself */
	int width;      /* columns; 0 for a combining mark */
	bool literal;   /* `shown` is the character and not words for it */
	uint8_t n;      /* bytes of `shown` */
	char shown[13]; /* UTF-8, terminated */
};

struct text_scan {
	const char *at, *end;
	unsigned flags;
	int column; /* where the next character begins */
	int marks;  /* marks on the present base; -1 without a base */
};

struct text_scan text_scan_begin(const char *bytes, size_t n, unsigned flags);
/* The next piece; false at the end. */
bool text_scan_next(struct text_scan *scan, struct text_char *out);

/* One code point at `p` by strict UTF-8; the bytes it takes, or 0 when they
 * are not valid (overlong, surrogate, cut off, too large). */
size_t text_decode(const char *p, const char *end, uint32_t *cp);
/* Columns of one code point: 0, 1 or 2, or -1 when it must not be shown. */
int text_cp_width(uint32_t cp);

/* Append `bytes`, harmless. */
void
text_sanitize(struct strbuf *out, const char *bytes, size_t n, unsigned flags);
void text_sanitize_str(struct strbuf *out, const char *s, unsigned flags);

/* Columns that text_sanitize(bytes) takes.  With TEXT_NEWLINES: of the
 * widest line. */
int text_width(const char *bytes, size_t n, unsigned flags);
int text_width_str(const char *s);

/* Append at most `width` columns of `bytes`, harmless; a wide character that
 * would fit by half becomes a space.  Returns the columns written. */
int text_clip(struct strbuf *out, const char *bytes, size_t n, int width,
	      unsigned flags);
int text_clip_str(struct strbuf *out, const char *s, int width, unsigned flags);

/* Append one line of a log as it is shown (without its newline): of what
 * carriage returns overwrote only the last part, with the count of hidden
 * updates; at most TEXT_LINE_LIMIT bytes, with the size of the rest. */
void
text_log_line(struct strbuf *out, const char *bytes, size_t n, unsigned flags);
/* The same with another limit. */
void text_log_line_upto(struct strbuf *out, const char *bytes, size_t n,
			size_t limit, unsigned flags);

#endif
