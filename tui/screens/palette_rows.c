/* The rows of the palette: actions, candidates for a word, older lines.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "palette.h"

#include <stdio.h>
#include <stdlib.h>

bool
palette_knows(struct views *vs, enum action action)
{
	struct view *below = views_below(vs);
	enum context contexts[CONTEXTS_MAX] = {CONTEXT_ANY, CONTEXT_NONE};

	if (below && below->ops->contexts)
		below->ops->contexts(below, contexts);
	for (size_t i = 0; contexts[i] != CONTEXT_NONE; i++)
		if (contexts[i] == actions[action].context)
			return true;
	return false;
}

static void
forget_candidates(struct palette *p)
{
	vec_each (&p->candidates, struct candidate, c) {
		free(c->word);
		free(c->about);
	}
	p->candidates.n = 0;
}

static void
keep_candidate(void *arg, const char *word, const char *about)
{
	vec_push(&((struct palette *)arg)->candidates,
		 (struct candidate){mem_strdup(word),
				    mem_strdup(about ? about : "")});
}

/* Up to here a line decides what may follow; the letters behind only narrow
 * it, and that needs no look into store or flow. */
static size_t
head_length(const char *line)
{
	size_t n = strlen(line);

	while (n && !strchr(" =.,/[", line[n - 1]))
		n--;
	return n;
}

const char *
palette_word(const struct palette *p)
{
	const char *space = strrchr(p->prompt.text.at, ' ');

	return space ? space + 1 : p->prompt.text.at;
}

static void
find_candidates(struct view *v)
{
	struct palette *p = v->state;
	const struct commands *c = v->views->commands;
	char run[WF_RUN_ID];
	struct command_place place =
		views_place(v->views, views_below(v->views), run);
	struct strbuf usage = STRBUF_INIT;
	char *head =
		mem_strndup(p->prompt.text.at, head_length(p->prompt.text.at));

	if (p->head && str_eq(head, p->head)) {
		free(head);
		return;
	}
	free(p->head);
	p->head = head;
	forget_candidates(p);
	p->usage[0] = '\0';
	if (!c)
		return;
	c->complete(c->arg, &place, head, keep_candidate, p);
	if (strchr(head, ' '))
		c->usage(c->arg, &place, head, &usage);
	snprintf(p->usage, sizeof(p->usage), "%.*s",
		 (int)strcspn(usage.at, "\n"), usage.at);
	strbuf_release(&usage);
}

static void
add_actions(struct view *v, bool starting)
{
	struct palette *p = v->state;
	const char *text = p->prompt.text.at;

	for (enum action a = 1; a < NACTIONS; a++) {
		bool starts = str_starts(actions[a].name, text);
		bool holds = strcasestr(actions[a].name, text) ||
			     strcasestr(actions[a].help, text);

		if (palette_knows(v->views, a) &&
		    (starting ? starts : holds && !starts))
			vec_push(&p->rows, (struct row){a, actions[a].name,
							actions[a].help});
	}
}

/* An action of that name is listed already. */
static bool
is_listed(const struct palette *p, const char *name)
{
	for (size_t i = 0; i < p->rows.n; i++)
		if (str_eq(p->rows.at[i].name, name))
			return true;
	return false;
}

static void
add_candidates(struct palette *p, bool first)
{
	const char *typed = palette_word(p);

	vec_each (&p->candidates, struct candidate, c)
		if (str_starts(c->word, typed) &&
		    !(first && is_listed(p, c->word)))
			vec_push(&p->rows,
				 (struct row){ACTION_NONE, c->word, c->about});
}

static void
add_lines(struct view *v)
{
	struct palette *p = v->state;
	const struct commands *c = v->views->commands;
	const char *line;

	for (size_t i = 0; c && (line = c->history(c->arg, i)); i++)
		if (strcasestr(line, p->prompt.text.at))
			vec_push(&p->rows, (struct row){ACTION_NONE, line, ""});
}

/* Names that begin with the text first, then those that hold it. */
void
palette_fill(struct view *v)
{
	struct palette *p = v->state;
	bool first = !strchr(p->prompt.text.at, ' ');

	p->rows.n = 0;
	find_candidates(v);
	if (p->searching) {
		add_lines(v);
	} else {
		if (first)
			add_actions(v, true);
		add_candidates(p, first);
		if (first)
			add_actions(v, false);
	}
	list_resize(&p->list, p->rows.n);
}

void
palette_release(struct palette *p)
{
	forget_candidates(p);
	vec_release(&p->candidates);
	vec_release(&p->rows);
	prompt_release(&p->prompt);
	free(p->head);
	free(p->typed);
}
