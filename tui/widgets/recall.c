/* Texts that were looked for before.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "recall.h"

#include <stdlib.h>

static void
forget(struct recall *r, size_t at)
{
	free(r->lines.at[at]);
	r->lines.n--;
	memmove(r->lines.at + at, r->lines.at + at + 1,
		(r->lines.n - at) * sizeof(*r->lines.at));
}

void
recall_add(struct recall *r, const char *text)
{
	if (!*text || strlen(text) > RECALL_TEXT)
		return;
	for (size_t i = r->lines.n; i-- > 0;)
		if (str_eq(r->lines.at[i], text))
			forget(r, i);
	if (r->lines.n == RECALL_MOST)
		forget(r, 0);
	vec_push(&r->lines, mem_strdup(text));
}

void
recall_release(struct recall *r)
{
	vec_each (&r->lines, char *, line)
		free(*line);
	vec_release(&r->lines);
}

/* The text that is there already is no step back. */
static size_t
older(const struct recall *r, const struct prompt *p)
{
	size_t back = p->back + 1;

	if (!p->back && r->lines.n && str_eq(vec_last(&r->lines), p->text.at))
		back++;
	return back;
}

static void
go(struct recall *r, struct prompt *p, size_t back)
{
	if (back > r->lines.n)
		return;
	if (!p->back) {
		free(p->typed);
		p->typed = mem_strdup(p->text.at);
	}
	prompt_set(p, back ? r->lines.at[r->lines.n - back] : p->typed);
	p->back = back;
}

enum prompt_result
recall_key(struct recall *r, struct prompt *p, uint32_t key)
{
	enum prompt_result result;

	if (key == KEY_UP_ARROW) {
		go(r, p, older(r, p));
		return PROMPT_EDITED;
	}
	if (key == KEY_DOWN_ARROW) {
		if (p->back)
			go(r, p, p->back - 1);
		return PROMPT_EDITED;
	}
	result = prompt_key(p, key);
	if (result == PROMPT_DONE)
		recall_add(r, p->text.at);
	if (result != PROMPT_IGNORED)
		p->back = 0;
	return result;
}
