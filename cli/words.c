/* Cutting a line into words.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "words.h"

#include "../engine/base/vec.h"

/* One word from `*at` on; `at` is moved behind it. */
static char *
cut(struct words *w, struct arena *a, const char **at)
{
	struct strbuf word = STRBUF_INIT;
	char quote = 0, *copy;
	const char *p = *at;

	for (; *p && (quote || !strchr(" \t\n", *p)); p++) {
		if (quote == '\'' ? *p == '\'' : quote && *p == quote)
			quote = 0;
		else if (!quote && (*p == '\'' || *p == '"'))
			quote = *p;
		else if (*p == '\\' && quote != '\'' &&
			 (!quote || strchr("\"\\", p[1])) && p[1])
			strbuf_addc(&word, *++p);
		else if (*p == '\\' && !quote)
			w->open = true;
		else
			strbuf_addc(&word, *p);
	}
	w->open = w->open || quote;
	*at = p;
	copy = arena_strdup(a, word.at);
	strbuf_release(&word);
	return copy;
}

void
words_split(struct words *w, struct arena *a, const char *line)
{
	VEC(char *) list = {0};

	*w = (struct words){.between = true};
	for (;;) {
		line += strspn(line, " \t\n");
		if (!*line || *line == '#')
			break;
		vec_push(&list, cut(w, a, &line));
		w->between = *line != '\0';
	}
	w->n = list.n;
	vec_push(&list, NULL);
	w->at = arena_copy(a, list.at, list.n * sizeof(*list.at));
	vec_release(&list);
}
