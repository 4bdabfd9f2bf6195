/* Panes by size, and lines that drop what does not fit.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "layout.h"

static enum layout_shape
shape_of(int w, int h)
{
	if (w < 20 || h < 5)
		return LAYOUT_TINY;
	if (w < 40 || h < 10)
		return LAYOUT_SHORT;
	if (w < 60 || h < 24)
		return LAYOUT_SMALL;
	if (w < 80)
		return LAYOUT_NARROW;
	if (w < 100)
		return LAYOUT_NORMAL;
	return w >= 140 && h >= 36 ? LAYOUT_FULL : LAYOUT_WIDE;
}

/* Cut `n` rows off the bottom of `r`. */
static struct rect
cut_bottom(struct rect *r, int n)
{
	if (n > r->h)
		n = r->h;
	r->h -= n;
	return (struct rect){r->x, r->y + r->h, r->w, n};
}

static struct rect
cut_top(struct rect *r, int n)
{
	struct rect top = {r->x, r->y, r->w, n < r->h ? n : r->h};

	r->y += top.h;
	r->h -= top.h;
	return top;
}

/* A column between the two stays for the line. */
static struct rect
cut_right(struct rect *r, int left)
{
	struct rect right = {r->x + left + 1, r->y, r->w - left - 1, r->h};

	r->w = left;
	return right;
}

static void
split(struct layout *l, struct rect body, enum layout_zoom zoom)
{
	l->main = body;
	if (zoom == ZOOM_FULL)
		return;
	switch (l->shape) {
	case LAYOUT_FULL:
		l->lower = cut_bottom(&l->main, body.h * 2 / 9);
		l->below = cut_bottom(&l->main, body.h * 2 / 7);
		l->side =
			cut_right(&l->main, zoom == ZOOM_HALF ? body.w / 2
							      : body.w * 2 / 5);
		break;
	case LAYOUT_WIDE:
		l->side = cut_right(&l->main, zoom == ZOOM_HALF
						      ? body.w / 2
						      : body.w * 9 / 20);
		break;
	case LAYOUT_NORMAL:
	case LAYOUT_NARROW:
		l->below = cut_bottom(&l->main, zoom == ZOOM_HALF
							? body.h / 2
							: body.h * 3 / 10);
		break;
	case LAYOUT_SMALL:
	case LAYOUT_SHORT:
	case LAYOUT_TINY:
		break;
	}
}

struct layout
layout_of(int w, int h, enum layout_zoom zoom)
{
	struct layout l = {.shape = shape_of(w, h)};
	struct rect body = {0, 0, w, h};

	l.gutter = l.notes = l.shape >= LAYOUT_NORMAL;
	l.header = cut_top(&body, 1);
	if (l.shape == LAYOUT_TINY)
		return l;
	l.hints = cut_bottom(&body, 1);
	if (l.shape >= LAYOUT_SMALL) {
		l.tabs = cut_top(&body, 1);
		l.message = cut_bottom(&body, 1);
	}
	split(&l, body, zoom);
	return l;
}

/* --- ladders
 * ------------------------------------------------------------------ */

static int
line_width(const struct ladder_item *items, const bool *kept, size_t n, int gap)
{
	int width = 0;

	for (size_t i = 0; i < n; i++)
		if (kept[i])
			width += text_width_str(items[i].text) +
				 (width > 0 ? gap : 0);
	return width;
}

static bool
drop_one(const struct ladder_item *items, bool *kept, size_t n)
{
	size_t worst = n;

	for (size_t i = 0; i < n; i++)
		if (kept[i] && items[i].drop > 0 &&
		    (worst == n || items[i].drop >= items[worst].drop))
			worst = i;
	if (worst < n)
		kept[worst] = false;
	return worst < n;
}

/* What was dropped before something wider may fit after all. */
static void
refill(const struct ladder_item *items, bool *kept, size_t n, int width,
       int gap)
{
	for (int drop = 1; drop <= LADDER_DROPS; drop++) {
		for (size_t i = 0; i < n; i++) {
			if (kept[i] || items[i].drop != drop ||
			    !items[i].text[0])
				continue;
			kept[i] = true;
			kept[i] = line_width(items, kept, n, gap) <= width;
		}
	}
}

void
ladder_draw(struct grid *g, struct rect clip, int y,
	    const struct ladder_item *items, size_t n)
{
	bool *kept = mem_alloc(n + 1);
	int x = 0, right = clip.w, gap = clip.w < 30 ? 1 : 2;

	for (size_t i = 0; i < n; i++)
		kept[i] = items[i].text[0] != '\0';
	while (line_width(items, kept, n, gap) > clip.w)
		if (!drop_one(items, kept, n))
			break;
	refill(items, kept, n, clip.w, gap);
	for (size_t i = 0; i < n; i++) {
		if (!kept[i] || items[i].right)
			continue;
		x = grid_text(g, clip, x > 0 ? x + gap : 0, y, items[i].style,
			      items[i].text);
	}
	for (size_t i = n; i-- > 0;) {
		if (!kept[i] || !items[i].right)
			continue;
		right -= text_width_str(items[i].text);
		grid_text(g, clip, right, y, items[i].style, items[i].text);
		right -= gap;
	}
	free(kept);
}
