/* Cursor and scrolling of a list.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "list.h"

void
list_resize(struct list *l, size_t n)
{
	l->n = n;
	if (l->cursor >= n)
		l->cursor = n ? n - 1 : 0;
	if (l->top > l->cursor)
		l->top = l->cursor;
}

void
list_show(struct list *l, int height)
{
	size_t rows = height > 0 ? (size_t)height : 1;

	l->top = l->left;
	if (l->cursor < l->top)
		l->top = l->cursor;
	if (l->cursor >= l->top + rows)
		l->top = l->cursor - rows + 1;
	if (l->top + rows > l->n)
		l->top = l->n > rows ? l->n - rows : 0;
}

static void
move_by(struct list *l, size_t rows, bool down)
{
	size_t last = l->n ? l->n - 1 : 0;

	if (down)
		l->cursor = last - l->cursor < rows ? last : l->cursor + rows;
	else
		l->cursor = l->cursor < rows ? 0 : l->cursor - rows;
}

bool
list_act(struct list *l, enum action action, int height)
{
	size_t page = height > 1 ? (size_t)height : 1;
	size_t half = page > 1 ? page / 2 : 1;

	l->left = l->top;
	if (action == ACTION_DOWN || action == ACTION_UP)
		move_by(l, 1, action == ACTION_DOWN);
	else if (action == ACTION_HALF_DOWN || action == ACTION_HALF_UP)
		move_by(l, half, action == ACTION_HALF_DOWN);
	else if (action == ACTION_PAGE_DOWN || action == ACTION_PAGE_UP)
		move_by(l, page, action == ACTION_PAGE_DOWN);
	else if (action == ACTION_FIRST || action == ACTION_LAST)
		l->cursor = action == ACTION_LAST && l->n ? l->n - 1 : 0;
	else
		return false;
	list_show(l, height);
	l->left = l->top;
	return true;
}
