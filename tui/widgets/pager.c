/* Scrolling text.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "pager.h"
#include "../theme.h"
#include "list.h"

enum {
	SIDE_STEP = 8
};

void
pager_clear(struct pager *p)
{
	vec_each (&p->lines, struct pager_line, line)
		free(line->text);
	p->lines.n = 0;
}

void
pager_release(struct pager *p)
{
	pager_clear(p);
	vec_release(&p->lines);
	strbuf_release(&p->find);
}

void
pager_add(struct pager *p, uint8_t style, const char *text)
{
	for (;;) {
		size_t n = strcspn(text, "\n");

		vec_push(&p->lines,
			 (struct pager_line){mem_strndup(text, n), style});
		if (!text[n] || !text[n + 1])
			break;
		text += n + 1;
	}
}

void
pager_addf(struct pager *p, uint8_t style, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = mem_vprintf(fmt, ap);
	va_end(ap);
	pager_add(p, style, text);
	free(text);
}

static void
mark_matches(const struct pager *p, struct grid *g, struct rect r, int y,
	     const char *line)
{
	int width = text_width(p->find.at, p->find.n, 0);

	if (p->find.n == 0)
		return;
	for (const char *at = strcasestr(line, p->find.at); at;
	     at = strcasestr(at + 1, p->find.at)) {
		int x = text_width(line, (size_t)(at - line), 0) - p->left;

		grid_mark(g, r, (struct rect){x, y, width, 1}, STYLE_MATCH, 0);
	}
}

void
pager_draw(struct pager *p, struct grid *g, struct rect r)
{
	size_t rows = r.h > 0 ? (size_t)r.h : 0;

	if (p->top + rows > p->lines.n)
		p->top = p->lines.n > rows ? p->lines.n - rows : 0;
	for (size_t i = 0; i < rows && p->top + i < p->lines.n; i++) {
		const struct pager_line *line = &p->lines.at[p->top + i];

		grid_text(g, r, -p->left, (int)i, line->style, line->text);
		mark_matches(p, g, r, (int)i, line->text);
	}
}

bool
pager_act(struct pager *p, enum action action, int height)
{
	/* The last page is the end: scroll, do not move a cursor. */
	size_t rows = height > 0 ? (size_t)height : 1;
	size_t last = p->lines.n > rows ? p->lines.n - rows : 0;
	struct list l = {.n = last + 1, .cursor = p->top};

	if (p->top > last)
		l.cursor = last;
	if (action == ACTION_LEFT || action == ACTION_SCROLL_LEFT) {
		p->left -= p->left < SIDE_STEP ? p->left : SIDE_STEP;
		return true;
	}
	if (action == ACTION_RIGHT || action == ACTION_SCROLL_RIGHT) {
		p->left += SIDE_STEP;
		return true;
	}
	if (!list_act(&l, action, height))
		return false;
	p->top = l.cursor;
	return true;
}

bool
pager_find(struct pager *p, const char *text, bool forward)
{
	size_t n = p->lines.n;

	if (text != p->find.at) {
		strbuf_clear(&p->find);
		strbuf_adds(&p->find, text);
	}
	for (size_t i = 1; i <= n && p->find.n; i++) {
		size_t at = (p->top + (forward ? i : n - i)) % n;

		if (strcasestr(p->lines.at[at].text, p->find.at)) {
			p->top = at;
			return true;
		}
	}
	return false;
}
