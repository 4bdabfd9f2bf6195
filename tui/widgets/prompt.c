/* Editing one line.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "prompt.h"

#include <stdlib.h>

enum {
	CTRL_A = 1,
	CTRL_E = 5,
	CTRL_K = 11,
	CTRL_U = 21,
	CTRL_W = 23
};

void
prompt_set(struct prompt *p, const char *text)
{
	strbuf_clear(&p->text);
	strbuf_adds(&p->text, text);
	p->cursor = p->text.n;
	p->left = 0;
}

void
prompt_release(struct prompt *p)
{
	strbuf_release(&p->text);
	free(p->typed);
	p->typed = NULL;
	p->cursor = p->back = 0;
}

static size_t
next_char(const struct prompt *p, size_t at)
{
	const char *s = p->text.at;
	uint32_t cp;
	size_t n;

	do {
		if (at >= p->text.n)
			return p->text.n;
		n = text_decode(s + at, s + p->text.n, &cp);
		at += n ? n : 1;
		if (at >= p->text.n)
			return p->text.n;
		n = text_decode(s + at, s + p->text.n, &cp);
	} while (n && text_cp_width(cp) == 0); /* marks go along */
	return at;
}

static size_t
previous_char(const struct prompt *p, size_t at)
{
	size_t before = 0;

	for (size_t i = 0; i < at; i = next_char(p, i))
		before = i;
	return before;
}

static void
remove_span(struct prompt *p, size_t from, size_t to)
{
	memmove(p->text.at + from, p->text.at + to, p->text.n - to + 1);
	p->text.n -= to - from;
	p->cursor = from;
}

static void
insert(struct prompt *p, uint32_t key)
{
	const char *text = key_text(key);
	size_t n = strlen(text);

	if (key == ' ') {
		text = " ";
		n = 1;
	}
	if (p->text.n + n > PROMPT_LIMIT)
		return;
	strbuf_grow(&p->text, n + 1);
	memmove(p->text.at + p->cursor + n, p->text.at + p->cursor,
		p->text.n - p->cursor + 1);
	memcpy(p->text.at + p->cursor, text, n);
	p->text.n += n;
	p->cursor += n;
}

static size_t
word_start(const struct prompt *p)
{
	size_t at = p->cursor;

	while (at > 0 && p->text.at[at - 1] == ' ')
		at--;
	while (at > 0 && p->text.at[at - 1] != ' ')
		at--;
	return at;
}

static bool
move_cursor(struct prompt *p, uint32_t key)
{
	if (key == KEY_LEFT_ARROW)
		p->cursor = previous_char(p, p->cursor);
	else if (key == KEY_RIGHT_ARROW)
		p->cursor = next_char(p, p->cursor);
	else if (key == KEY_HOME_KEY || key == CTRL_A)
		p->cursor = 0;
	else if (key == KEY_END_KEY || key == CTRL_E)
		p->cursor = p->text.n;
	else
		return false;
	return true;
}

enum prompt_result
prompt_key(struct prompt *p, uint32_t key)
{
	if (key == KEY_RETURN)
		return PROMPT_DONE;
	if (key == KEY_ESC || key == KEY_CTRL_C)
		return PROMPT_LEFT;
	if (move_cursor(p, key))
		return PROMPT_EDITED;
	if (key == KEY_RUBOUT)
		remove_span(p, previous_char(p, p->cursor), p->cursor);
	else if (key == KEY_DELETE_KEY)
		remove_span(p, p->cursor, next_char(p, p->cursor));
	else if (key == CTRL_W)
		remove_span(p, word_start(p), p->cursor);
	else if (key == CTRL_U)
		remove_span(p, 0, p->cursor);
	else if (key == CTRL_K)
		remove_span(p, p->cursor, p->text.n);
	else if (key_is_text(key))
		insert(p, key);
	else
		return PROMPT_IGNORED;
	return PROMPT_EDITED;
}

void
prompt_draw(struct prompt *p, struct grid *g, struct rect clip, int x, int y,
	    int width, uint8_t style, bool focused)
{
	struct rect field = rect_clip(
		clip, (struct rect){clip.x + x, clip.y + y, width, 1});
	unsigned flags = g->ascii ? TEXT_ASCII : 0;
	int at = text_width(p->text.at, p->cursor, flags);
	int all = text_width(p->text.at, p->text.n, flags) + 1;

	if (field.w <= 0 || field.h <= 0)
		return;
	/* No room stays empty while text is hidden on the left. */
	if (p->left > all - field.w)
		p->left = all > field.w ? all - field.w : 0;
	if (at - p->left >= field.w)
		p->left = at - field.w + 1;
	if (at < p->left)
		p->left = at;
	grid_textn(g, field, -p->left, 0, style, p->text.at, p->text.n);
	if (focused) {
		g->cursor_x = field.x + at - p->left;
		g->cursor_y = field.y;
	}
}
