/* Editing several lines.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "textarea.h"

static void
store(struct textarea *t)
{
	free(t->lines.at[t->at]);
	t->lines.at[t->at] = mem_strdup(t->line.text.at);
}

/* To another line; the cursor stays in its column as far as it can. */
static void
go_to(struct textarea *t, size_t at)
{
	size_t column = t->line.cursor;

	store(t);
	t->at = at;
	prompt_set(&t->line, t->lines.at[at]);
	if (column < t->line.text.n) {
		/* Not into the middle of a character. */
		while (column &&
		       ((unsigned char)t->line.text.at[column] & 0xc0) == 0x80)
			column--;
		t->line.cursor = column;
	}
}

static void
insert_line(struct textarea *t, size_t at, const char *text)
{
	vec_push(&t->lines, NULL);
	memmove(t->lines.at + at + 1, t->lines.at + at,
		(t->lines.n - 1 - at) * sizeof(*t->lines.at));
	t->lines.at[at] = mem_strdup(text);
}

static void
drop_line(struct textarea *t, size_t at)
{
	free(t->lines.at[at]);
	memmove(t->lines.at + at, t->lines.at + at + 1,
		(t->lines.n - at - 1) * sizeof(*t->lines.at));
	t->lines.n--;
}

void
textarea_set(struct textarea *t, const char *text)
{
	size_t n = strlen(text);

	textarea_release(t);
	t->ended = n && text[n - 1] == '\n';
	n -= t->ended;
	for (const char *end = text + n;;) {
		size_t len = strcspn(text, "\n");

		if (text + len > end)
			len = (size_t)(end - text);
		vec_push(&t->lines, mem_strndup(text, len));
		if (text + len >= end)
			break;
		text += len + 1;
	}
	t->several = t->lines.n > 1;
	t->at = t->lines.n - 1;
	t->line = (struct prompt)PROMPT_INIT;
	prompt_set(&t->line, t->lines.at[t->at]);
}

void
textarea_release(struct textarea *t)
{
	vec_each (&t->lines, char *, line)
		free(*line);
	vec_release(&t->lines);
	if (t->line.text.at)
		prompt_release(&t->line);
	t->at = t->top = 0;
}

char *
textarea_text(struct textarea *t)
{
	struct strbuf out = STRBUF_INIT;

	store(t);
	for (size_t i = 0; i < t->lines.n; i++)
		strbuf_addf(&out, "%s%s", i ? "\n" : "", t->lines.at[i]);
	if (out.n && (t->ended || (t->lines.n > 1 && !t->several)))
		strbuf_addc(&out, '\n');
	return strbuf_detach(&out);
}

static void
split(struct textarea *t)
{
	char *rest = mem_strdup(t->line.text.at + t->line.cursor);

	t->line.text.n = t->line.cursor;
	if (t->line.text.cap)
		t->line.text.at[t->line.text.n] = '\0';
	insert_line(t, t->at + 1, rest);
	free(rest);
	t->line.cursor = 0;
	go_to(t, t->at + 1);
	t->line.cursor = 0;
}

/* The line `at` goes behind the one above it. */
static void
join(struct textarea *t, size_t at)
{
	char *text;
	size_t column;

	store(t);
	column = strlen(t->lines.at[at - 1]);
	text = mem_printf("%s%s", t->lines.at[at - 1], t->lines.at[at]);
	drop_line(t, at);
	free(t->lines.at[at - 1]);
	t->lines.at[at - 1] = text;
	t->at = at - 1;
	prompt_set(&t->line, text);
	t->line.cursor = column;
}

static bool
move(struct textarea *t, uint32_t key, int height)
{
	size_t page = height > 1 ? (size_t)height - 1 : 1;
	size_t last = t->lines.n - 1;

	if (key == KEY_UP_ARROW)
		go_to(t, t->at ? t->at - 1 : 0);
	else if (key == KEY_DOWN_ARROW)
		go_to(t, t->at < last ? t->at + 1 : last);
	else if (key == KEY_PAGE_UP)
		go_to(t, t->at > page ? t->at - page : 0);
	else if (key == KEY_PAGE_DOWN)
		go_to(t, last - t->at > page ? t->at + page : last);
	else
		return false;
	return true;
}

bool
textarea_key(struct textarea *t, uint32_t key, int height)
{
	enum prompt_result result;

	if (move(t, key, height))
		return true;
	if (key == KEY_RETURN || key == KEY_NEWLINE) {
		split(t);
		return true;
	}
	if (key == KEY_TAB) {
		prompt_key(&t->line, ' ');
		prompt_key(&t->line, ' ');
		return true;
	}
	if (key == KEY_RUBOUT && t->line.cursor == 0) {
		if (t->at)
			join(t, t->at);
		return true;
	}
	if (key == KEY_DELETE_KEY && t->line.cursor == t->line.text.n) {
		if (t->at + 1 < t->lines.n)
			join(t, t->at + 1);
		return true;
	}
	if (key == KEY_LEFT_ARROW && t->line.cursor == 0 && t->at) {
		go_to(t, t->at - 1);
		t->line.cursor = t->line.text.n;
		return true;
	}
	if (key == KEY_RIGHT_ARROW && t->line.cursor == t->line.text.n &&
	    t->at + 1 < t->lines.n) {
		go_to(t, t->at + 1);
		t->line.cursor = 0;
		return true;
	}
	result = prompt_key(&t->line, key);
	return result == PROMPT_EDITED;
}

void
textarea_draw(struct textarea *t, struct grid *g, struct rect r, uint8_t style)
{
	size_t rows = r.h > 0 ? (size_t)r.h : 1;

	if (t->at < t->top)
		t->top = t->at;
	if (t->at >= t->top + rows)
		t->top = t->at - rows + 1;
	if (t->top + rows > t->lines.n)
		t->top = t->lines.n > rows ? t->lines.n - rows : 0;
	for (size_t i = 0; i < rows && t->top + i < t->lines.n; i++) {
		size_t line = t->top + i;

		if (line == t->at)
			prompt_draw(&t->line, g, r, 0, (int)i, r.w, style,
				    true);
		else
			grid_text(g, r, 0, (int)i, style, t->lines.at[line]);
	}
}
