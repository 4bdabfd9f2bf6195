/* Finding templates and reading their first lines.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "starter.h"

#include <stdlib.h>

enum wf_code
starter_find(const char *name, const struct starter **out, struct wf_err *err)
{
	const char **names = mem_alloc((nstarters + 1) * sizeof(*names));
	const char *near;

	for (size_t i = 0; i < nstarters; i++) {
		names[i] = starters[i].name;
		if (str_eq(name, names[i])) {
			*out = &starters[i];
			free(names);
			return WF_OK;
		}
	}
	near = str_nearest(name, names, nstarters);
	ERR(err, WF_USAGE, "\"%.80s\" is no template", name);
	if (near)
		wf_err_hint(err, "did you mean \"%s\"?", near);
	else
		wf_err_hint(err, "\"wfctl new --list\" shows them all");
	free(names);
	return WF_USAGE;
}

const char *
starter_about(const struct starter *s, struct arena *a)
{
	const char *text = str_starts(s->text, "#! ") ? s->text + 3 : "";

	return arena_strndup(a, text, strcspn(text, "\n"));
}

/* The next word of a line, ended in place. */
static char *
cut_word(char **line)
{
	char *word = *line, *space = strchr(word, ' ');

	*line = space ? space + 1 : word + strlen(word);
	if (space)
		*space = '\0';
	return word;
}

/* "steps.ID.KEY" is a key of a step. */
static void
split_step(struct question *q, char *path)
{
	char *id, *dot;

	q->path = path;
	if (!str_starts(path, "steps."))
		return;
	id = path + strlen("steps.");
	dot = strchr(id, '.');
	if (!dot)
		return;
	*dot = '\0';
	q->step = id;
	q->path = dot + 1;
}

bool
starter_question(const struct starter *s, struct arena *a, size_t i,
		 struct question *out)
{
	const char *at = s->text;
	char *line;

	*out = (struct question){0};
	for (; *at == '#'; at += strcspn(at, "\n") + 1) {
		if (!str_starts(at, "#? ") || i--)
			continue;
		line = arena_strndup(a, at + 3, strcspn(at + 3, "\n"));
		out->name = cut_word(&line);
		split_step(out, cut_word(&line));
		out->text = line;
		return true;
	}
	return false;
}

struct wf_edit *
starter_open(const struct starter *s, const char *path)
{
	const char *at = s->text;

	while (str_starts(at, "#! ") || str_starts(at, "#? "))
		at += strcspn(at, "\n") + 1;
	return wf_edit_new(path, at, strlen(at));
}
