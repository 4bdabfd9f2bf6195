/* Cells, clipping and lines: drawing without a terminal.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "grid.h"

void
grid_init(struct grid *g, int w, int h)
{
	*g = (struct grid){.cursor_x = -1, .cursor_y = -1};
	grid_resize(g, w, h);
}

void
grid_release(struct grid *g)
{
	free(g->cells);
	g->cells = NULL;
	g->w = g->h = 0;
}

void
grid_resize(struct grid *g, int w, int h)
{
	g->w = w > 0 ? w : 0;
	g->h = h > 0 ? h : 0;
	g->cells = mem_realloc(g->cells, ((size_t)g->w * (size_t)g->h + 1) *
						 sizeof(*g->cells));
	grid_clear(g);
}

void
grid_cell(struct grid *g, struct rect clip, int x, int y, int width,
	  uint8_t style, const char *text)
{
	struct rect cell = rect_clip(
		clip, (struct rect){clip.x + x, clip.y + y, width, 1});
	struct strbuf shown = STRBUF_INIT;

	if (cell.w > 0 && cell.h > 0) {
		text_clip_str(&shown, text, cell.w,
			      TEXT_DOTS | (g->ascii ? TEXT_ASCII : 0));
		grid_text(g, cell, 0, 0, style, shown.at);
	}
	strbuf_release(&shown);
}

void
grid_words(struct grid *g, struct rect clip, int x, int y, int width,
	   uint8_t style, const char *text)
{
	unsigned flags = g->ascii ? TEXT_ASCII : 0;
	size_t n = strlen(text);
	char *shown;

	if (text_width(text, n, flags) > width)
		while (n && text_width(text, n, flags) > width - 3)
			do {
				n--;
			} while (n && text[n] != ' ');
	shown = mem_printf(text[n] ? "%.*s .." : "%.*s", (int)n, text);
	grid_cell(g, clip, x, y, width, style, n ? shown : text);
	free(shown);
}

void
grid_clear(struct grid *g)
{
	static const struct cell blank = {.glyph = " ", .width = 1};
	size_t n = (size_t)g->w * (size_t)g->h;

	for (size_t i = 0; i < n; i++)
		g->cells[i] = blank;
	g->cursor_x = g->cursor_y = -1;
}

struct cell *
grid_at(const struct grid *g, int x, int y)
{
	if (x < 0 || y < 0 || x >= g->w || y >= g->h)
		return NULL;
	return &g->cells[(size_t)y * (size_t)g->w + (size_t)x];
}

struct rect
rect_of(const struct grid *g)
{
	return (struct rect){0, 0, g->w, g->h};
}

struct rect
rect_clip(struct rect a, struct rect b)
{
	int x = a.x > b.x ? a.x : b.x;
	int y = a.y > b.y ? a.y : b.y;
	int right = a.x + a.w < b.x + b.w ? a.x + a.w : b.x + b.w;
	int bottom = a.y + a.h < b.y + b.h ? a.y + a.h : b.y + b.h;

	return (struct rect){x, y, right > x ? right - x : 0,
			     bottom > y ? bottom - y : 0};
}

struct rect
rect_row(struct rect r, int row)
{
	return rect_clip(r, (struct rect){r.x, r.y + row, r.w, 1});
}

bool
rect_has(struct rect r, int x, int y)
{
	return x >= r.x && y >= r.y && x < r.x + r.w && y < r.y + r.h;
}

static void
blank_cell(struct cell *cell)
{
	cell->glyph[0] = ' ';
	cell->glyph[1] = '\0';
	cell->width = 1;
}

/* A cell about to be overwritten must not leave half a wide glyph. */
static void
unpair(struct grid *g, int x, int y)
{
	struct cell *cell = grid_at(g, x, y);
	struct cell *other = NULL;

	if (cell->width == 2)
		other = grid_at(g, x + 1, y);
	else if (cell->width == 0)
		other = grid_at(g, x - 1, y);
	if (other)
		blank_cell(other);
	blank_cell(cell);
}

static struct cell *
put(struct grid *g, struct rect clip, int x, int y, uint8_t style,
    const char *glyph, size_t n)
{
	struct cell *cell = grid_at(g, x, y);

	if (!cell || !rect_has(clip, x, y))
		return NULL;
	unpair(g, x, y);
	memcpy(cell->glyph, glyph, n);
	cell->glyph[n] = '\0';
	cell->style = style;
	cell->attr = 0;
	return cell;
}

static struct cell *
put_wide(struct grid *g, struct rect clip, int x, int y, uint8_t style,
	 const struct text_char *ch)
{
	bool left = rect_has(clip, x, y) && grid_at(g, x, y);
	bool right = rect_has(clip, x + 1, y) && grid_at(g, x + 1, y);
	struct cell *first, *second;

	if (!left || !right) {
		put(g, clip, left ? x : x + 1, y, style, " ", 1);
		return NULL;
	}
	first = put(g, clip, x, y, style, ch->shown, ch->n);
	second = put(g, clip, x + 1, y, style, "", 0);
	first->width = 2;
	second->width = 0;
	return first;
}

static void
add_mark(struct cell *base, const struct text_char *ch)
{
	size_t n;

	if (!base)
		return;
	n = strlen(base->glyph);
	if (n + ch->n < sizeof(base->glyph))
		memcpy(base->glyph + n, ch->shown, ch->n + 1u);
}

int
grid_textn(struct grid *g, struct rect clip, int x, int y, uint8_t style,
	   const char *bytes, size_t n)
{
	struct text_scan scan =
		text_scan_begin(bytes, n, g->ascii ? TEXT_ASCII : 0);
	struct text_char ch;
	struct cell *base = NULL;

	x += clip.x;
	y += clip.y;
	while (text_scan_next(&scan, &ch)) {
		if (ch.width == 0)
			add_mark(base, &ch);
		else if (!ch.literal)
			for (int i = 0; i < ch.width; i++)
				put(g, clip, x + i, y, style, ch.shown + i, 1);
		else if (ch.width == 2)
			base = put_wide(g, clip, x, y, style, &ch);
		else
			base = put(g, clip, x, y, style, ch.shown, ch.n);
		x += ch.width;
		if (x >= clip.x + clip.w && x >= g->w && n > 4096)
			break; /* nothing more to see of a very long text */
	}
	return x - clip.x;
}

int
grid_text(struct grid *g, struct rect clip, int x, int y, uint8_t style,
	  const char *s)
{
	return grid_textn(g, clip, x, y, style, s, strlen(s));
}

int
grid_textf(struct grid *g, struct rect clip, int x, int y, uint8_t style,
	   const char *fmt, ...)
{
	struct strbuf text = STRBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	strbuf_addv(&text, fmt, ap);
	va_end(ap);
	x = grid_textn(g, clip, x, y, style, text.at, text.n);
	strbuf_release(&text);
	return x;
}

int
grid_text_right(struct grid *g, struct rect clip, int y, uint8_t style,
		const char *s)
{
	int x = clip.w - text_width(s, strlen(s), g->ascii ? TEXT_ASCII : 0);

	grid_text(g, clip, x, y, style, s);
	return x;
}

void
grid_fill(struct grid *g, struct rect clip, struct rect r, uint8_t style,
	  char c)
{
	struct rect area = {clip.x + r.x, clip.y + r.y, r.w, r.h};

	area = rect_clip(rect_clip(area, clip), rect_of(g));
	for (int y = area.y; y < area.y + area.h; y++)
		for (int x = area.x; x < area.x + area.w; x++)
			put(g, area, x, y, style, &c, 1);
}

void
grid_mark(struct grid *g, struct rect clip, struct rect r, uint8_t style,
	  uint8_t attr)
{
	struct rect area = {clip.x + r.x, clip.y + r.y, r.w, r.h};

	area = rect_clip(rect_clip(area, clip), rect_of(g));
	for (int y = area.y; y < area.y + area.h; y++) {
		for (int x = area.x; x < area.x + area.w; x++) {
			struct cell *cell = grid_at(g, x, y);

			cell->attr |= attr;
			if (style)
				cell->style = style;
		}
	}
}

/* Indexed by the arms N 1, E 2, S 4, W 8. */
const char *
line_glyph(unsigned mask, enum line_shape shape, bool ascii)
{
	/* clang-format off */
	static const char *const round_ascii[16] = {
		" ", "|", "-", "`", "|", "|", ".", "+",
		"-", "'", "-", "+", ".", "+", "+", "+",
	};
	static const char *const square_ascii[16] = {
		" ", "|", "-", "+", "|", "|", "+", "+",
		"-", "+", "-", "+", "+", "+", "+", "+",
	};
	static const char *const round_utf8[16] = {
		" ", "╵", "╶", "╰", "╷", "│", "╭", "├",
		"╴", "╯", "─", "┴", "╮", "┤", "┬", "┼",
	};
	static const char *const square_utf8[16] = {
		" ", "╵", "╶", "└", "╷", "│", "┌", "├",
		"╴", "┘", "─", "┴", "┐", "┤", "┬", "┼",
	};
	/* clang-format on */

	mask &= 15;
	if (ascii)
		return shape == LINE_ROUND ? round_ascii[mask]
					   : square_ascii[mask];
	return shape == LINE_ROUND ? round_utf8[mask] : square_utf8[mask];
}

void
grid_line(struct grid *g, struct rect clip, int x, int y, uint8_t style,
	  unsigned mask, enum line_shape shape)
{
	const char *glyph = line_glyph(mask, shape, g->ascii);

	put(g, clip, clip.x + x, clip.y + y, style, glyph, strlen(glyph));
}

void
grid_box(struct grid *g, struct rect clip, struct rect r, uint8_t style)
{
	int right = r.x + r.w - 1, bottom = r.y + r.h - 1;

	if (r.w < 2 || r.h < 2)
		return;
	for (int x = r.x; x <= right; x++) {
		unsigned arms =
			(x > r.x ? LINE_W : 0) | (x < right ? LINE_E : 0);

		grid_line(g, clip, x, r.y, style,
			  arms | (x == r.x || x == right ? LINE_S : 0),
			  LINE_SQUARE);
		grid_line(g, clip, x, bottom, style,
			  arms | (x == r.x || x == right ? LINE_N : 0),
			  LINE_SQUARE);
	}
	for (int y = r.y + 1; y < bottom; y++) {
		grid_line(g, clip, r.x, y, style, LINE_N | LINE_S, LINE_SQUARE);
		grid_line(g, clip, right, y, style, LINE_N | LINE_S,
			  LINE_SQUARE);
	}
}

void
grid_frame(struct grid *g, struct rect r, uint8_t style)
{
	struct rect all = {0, 0, r.w, r.h};

	grid_fill(g, r, all, 0, ' ');
	grid_box(g, r, all, style);
}

void
grid_dump(const struct grid *g, struct strbuf *out)
{
	for (int y = 0; y < g->h; y++) {
		size_t keep = out->n;

		for (int x = 0; x < g->w; x++) {
			const char *glyph = grid_at(g, x, y)->glyph;

			strbuf_adds(out, glyph);
			if (glyph[0] != ' ' && glyph[0])
				keep = out->n;
		}
		out->n = keep;
		strbuf_addc(out, '\n');
	}
}
