/* The one scanner that makes text from outside harmless and measures it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>

#include "text.h"

enum width_class {
	WIDTH_HIDDEN = -1,
	WIDTH_ZERO = 0,
	WIDTH_WIDE = 2
};

/* clang-format off */
static const struct width_range {
	uint32_t first, last;
	int width;
} ranges[] = {
#define H(first, last) {first, last, WIDTH_HIDDEN},
#define Z(first, last) {first, last, WIDTH_ZERO},
#define W(first, last) {first, last, WIDTH_WIDE},
#include "width.def"
#undef H
#undef Z
#undef W
};

static const char *const c0_names[33] = {
	"NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL",
	"BS",  "HT",  "LF",  "VT",  "FF",  "CR",  "SO",  "SI",
	"DLE", "DC1", "DC2", "DC3", "DC4", "NAK", "SYN", "ETB",
	"CAN", "EM",  "SUB", "ESC", "FS",  "GS",  "RS",  "US",
	"DEL",
};
/* clang-format on */

int
text_cp_width(uint32_t cp)
{
	size_t low = 0, high = ARRAY_SIZE(ranges);

	if (cp < 0x20 || (cp >= 0x7f && cp < 0xa0))
		return -1;
	if (cp < 0xa0)
		return 1;
	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (cp < ranges[mid].first)
			high = mid;
		else if (cp > ranges[mid].last)
			low = mid + 1;
		else
			return ranges[mid].width;
	}
	return cp > 0x10ffff ? -1 : 1;
}

static size_t
sequence_length(unsigned char lead)
{
	if (lead < 0x80)
		return 1;
	if (lead >= 0xc2 && lead <= 0xdf)
		return 2;
	if (lead >= 0xe0 && lead <= 0xef)
		return 3;
	if (lead >= 0xf0 && lead <= 0xf4)
		return 4;
	return 0;
}

size_t
text_decode(const char *p, const char *end, uint32_t *cp)
{
	static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
	unsigned char lead = (unsigned char)*p;
	size_t n = sequence_length(lead);
	uint32_t value;

	if (n == 0 || (size_t)(end - p) < n)
		return 0;
	value = n == 1 ? lead : lead & (0xffu >> (n + 1));
	for (size_t i = 1; i < n; i++) {
		unsigned char c = (unsigned char)p[i];

		if ((c & 0xc0) != 0x80)
			return 0;
		value = value << 6 | (c & 0x3fu);
	}
	if (value < least[n] || value > 0x10ffff ||
	    (value >= 0xd800 && value <= 0xdfff))
		return 0;
	*cp = value;
	return n;
}

struct text_scan
text_scan_begin(const char *bytes, size_t n, unsigned flags)
{
	return (struct text_scan){bytes, bytes + n, flags, 0, -1};
}

static void show_words(struct text_scan *scan, struct text_char *out,
		       const char *fmt, ...) PRINTF_LIKE(3, 4);

static void
show_words(struct text_scan *scan, struct text_char *out, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(out->shown, sizeof(out->shown), fmt, ap);
	va_end(ap);
	out->n = (uint8_t)n;
	out->width = n;
	out->literal = false;
	scan->marks = -1;
}

static void
show_tab(struct text_scan *scan, struct text_char *out)
{
	out->width = TEXT_TAB - scan->column % TEXT_TAB;
	out->n = (uint8_t)out->width;
	out->literal = false;
	memset(out->shown, ' ', out->n);
	out->shown[out->n] = '\0';
	scan->marks = -1;
}

static void
show_literal(struct text_scan *scan, struct text_char *out, size_t n)
{
	memcpy(out->shown, scan->at, n);
	out->shown[n] = '\0';
	out->n = (uint8_t)n;
	out->literal = true;
	scan->marks = 0;
}

/* Length of a colour sequence (ESC [ digits ; : m) at `p`, else 0. */
static size_t
sgr_length(const char *p, const char *end)
{
	const char *q = p + 2;

	if (end - p < 3 || p[0] != '\033' || p[1] != '[')
		return 0;
	while (q < end && ((*q >= '0' && *q <= '9') || *q == ';' || *q == ':'))
		q++;
	return q < end && *q == 'm' ? (size_t)(q + 1 - p) : 0;
}

/* Pass over what leaves no trace: colours when asked for, marks beyond the
 * fourth, and the two selectors of a character's style. */
static bool
skip_traceless(struct text_scan *scan, uint32_t cp, size_t n)
{
	if (cp == '\033' && scan->flags & TEXT_DROP_SGR) {
		size_t sgr = sgr_length(scan->at, scan->end);

		scan->at += sgr;
		return sgr > 0;
	}
	if (cp == 0xfe0e || cp == 0xfe0f ||
	    (scan->marks >= TEXT_MARKS && text_cp_width(cp) == 0)) {
		scan->at += n;
		return true;
	}
	return false;
}

static void
show_code_point(struct text_scan *scan, struct text_char *out, size_t n)
{
	uint32_t cp = out->cp;
	int width = text_cp_width(cp);

	if (cp == '\t') {
		show_tab(scan, out);
	} else if (cp == '\n' && scan->flags & TEXT_NEWLINES) {
		show_literal(scan, out, n);
		out->width = 0;
		scan->marks = -1;
	} else if (cp < 0x20 || cp == 0x7f) {
		show_words(scan, out, "<%s>", c0_names[cp < 0x20 ? cp : 32]);
	} else if (width < 0 || (scan->flags & TEXT_ASCII && cp > 0x7e) ||
		   (width == 0 && scan->marks < 0)) {
		show_words(scan, out, "<U+%04X>", cp);
	} else {
		int marks = scan->marks;

		show_literal(scan, out, n);
		out->width = width;
		scan->marks = width == 0 ? marks + 1 : 0;
	}
}

bool
text_scan_next(struct text_scan *scan, struct text_char *out)
{
	while (scan->at < scan->end) {
		size_t n = text_decode(scan->at, scan->end, &out->cp);

		if (n == 0) {
			out->cp = (unsigned char)*scan->at;
			show_words(scan, out, "<%02x>", out->cp);
			n = 1;
		} else if (skip_traceless(scan, out->cp, n)) {
			continue;
		} else {
			show_code_point(scan, out, n);
		}
		scan->at += n;
		scan->column += out->width;
		if (out->cp == '\n' && out->literal)
			scan->column = 0;
		return true;
	}
	return false;
}

void
text_sanitize(struct strbuf *out, const char *bytes, size_t n, unsigned flags)
{
	struct text_scan scan = text_scan_begin(bytes, n, flags);
	struct text_char ch;

	while (text_scan_next(&scan, &ch))
		strbuf_add(out, ch.shown, ch.n);
}

void
text_sanitize_str(struct strbuf *out, const char *s, unsigned flags)
{
	text_sanitize(out, s, strlen(s), flags);
}

/* Most names are. */
static bool
is_plain(const char *bytes, size_t n)
{
	size_t i = 0;

	while (i < n && bytes[i] >= ' ' && bytes[i] <= '~')
		i++;
	return i == n && n < INT32_MAX;
}

int
text_width(const char *bytes, size_t n, unsigned flags)
{
	struct text_scan scan = text_scan_begin(bytes, n, flags);
	struct text_char ch;
	int widest = 0;

	if (is_plain(bytes, n))
		return (int)n;
	while (text_scan_next(&scan, &ch))
		if (scan.column > widest)
			widest = scan.column;
	return widest;
}

int
text_width_str(const char *s)
{
	return text_width(s, strlen(s), 0);
}

static void
add_spaces(struct strbuf *out, int n)
{
	while (n-- > 0)
		strbuf_addc(out, ' ');
}

/* Append pieces while they fit into `width`; the columns taken. */
static int
clip_to(struct strbuf *out, struct text_scan scan, int width)
{
	struct text_char ch;
	int used = 0;

	while (text_scan_next(&scan, &ch)) {
		if (ch.width > width - used) {
			/* Words are cut like words, a wide glyph leaves a
			 * gap. */
			for (int i = 0; used < width; i++, used++)
				strbuf_addc(out,
					    ch.literal ? ' ' : ch.shown[i]);
			return used;
		}
		strbuf_add(out, ch.shown, ch.n);
		used += ch.width;
	}
	return used;
}

int
text_clip(struct strbuf *out, const char *bytes, size_t n, int width,
	  unsigned flags)
{
	struct text_scan scan = text_scan_begin(bytes, n, flags);
	bool cut;
	int used;

	if (width <= 0)
		return 0;
	cut = flags & TEXT_DOTS && width > 4 &&
	      text_width(bytes, n, flags) > width;
	used = clip_to(out, scan, cut ? width - 2 : width);
	if (cut) {
		strbuf_adds(out, "..");
		used += 2;
	}
	if (flags & TEXT_PAD) {
		add_spaces(out, width - used);
		used = width;
	}
	return used;
}

int
text_clip_str(struct strbuf *out, const char *s, int width, unsigned flags)
{
	return text_clip(out, s, strlen(s), width, flags);
}

/* Leave of bytes[0..*n) only what was written after the last carriage return
 * that had something after it; the number of updates that went. */
static size_t
drop_overwritten(const char **bytes, size_t *n)
{
	size_t hidden = 0;
	const char *cr;

	while (*n > 0 && ((*bytes)[*n - 1] == '\r'))
		--*n;
	cr = memrchr(*bytes, '\r', *n);
	if (!cr)
		return 0;
	for (const char *p = *bytes; p <= cr; p++)
		hidden += *p == '\r';
	*n -= (size_t)(cr + 1 - *bytes);
	*bytes = cr + 1;
	return hidden;
}

static void
add_size(struct strbuf *out, size_t n)
{
	if (n >= 1024 * 1024)
		strbuf_addf(out, "  +%zu MiB", n / (1024 * 1024));
	else if (n >= 1024)
		strbuf_addf(out, "  +%zu KiB", n / 1024);
	else
		strbuf_addf(out, "  +%zu bytes", n);
}

void
text_log_line_upto(struct strbuf *out, const char *bytes, size_t n,
		   size_t limit, unsigned flags)
{
	size_t hidden = flags & TEXT_UPDATES ? 0 : drop_overwritten(&bytes, &n);
	size_t shown = n;

	if (n > limit) {
		/* Not in the middle of a character. */
		shown = limit;
		while (shown > 0 && shown + 4 > limit &&
		       ((unsigned char)bytes[shown] & 0xc0) == 0x80)
			shown--;
	}
	text_sanitize(out, bytes, shown, flags & ~(unsigned)TEXT_NEWLINES);
	if (shown < n)
		add_size(out, n - shown);
	if (hidden == 1)
		strbuf_adds(out, "  (1 overwritten update hidden)");
	else if (hidden)
		strbuf_addf(out, "  (%zu overwritten updates hidden)", hidden);
}

void
text_log_line(struct strbuf *out, const char *bytes, size_t n, unsigned flags)
{
	text_log_line_upto(out, bytes, n, TEXT_LINE_LIMIT, flags);
}
