/* The verbs of design.def: finding, calling and completing them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "design.h"

#include <stdlib.h>

#include "design_int.h"

const struct design_verb design_verbs[] = {
#define D(symbol, name, operands, complete, min, max, summary, example)        \
	{name, operands, complete, min, max, summary, example, design_##symbol},
#include "design.def"
#undef D
};
const size_t ndesign_verbs = ARRAY_SIZE(design_verbs);

static bool
is_step(struct design *d, const char *word)
{
	struct wf_edit_step s;

	for (size_t i = 0; wf_edit_step(d->edit, i, &s); i++)
		if (str_eq(s.id, word))
			return true;
	return false;
}

const struct design_verb *
design_find(const struct design *d, char *const *words, size_t n)
{
	const struct design_verb *verb = NULL;
	const struct cmd *cmd;
	struct wf_err err;

	for (size_t i = 0; n && i < ndesign_verbs; i++)
		if (str_eq(words[0], design_verbs[i].name))
			verb = &design_verbs[i];
	if (!verb || cmd_find(words[0], &cmd, &err))
		return verb;
	/* A command of that name, too: ours without operands, or with a step.
	 */
	if (!d->edit)
		return NULL;
	if (n == 1)
		return verb;
	return n == 2 && verb->max > 0 && is_step((struct design *)d, words[1])
		       ? verb
		       : NULL;
}

enum wf_code
design_do(struct design *d, const struct design_verb *verb, char **words,
	  size_t n, struct wf_err *err)
{
	if (n - 1 < (size_t)verb->min ||
	    (verb->max >= 0 && n - 1 > (size_t)verb->max)) {
		ERR(err, WF_USAGE, "usage: %s %s", verb->name, verb->operands);
		wf_err_hint(err, "for example: %s", verb->example);
		return WF_USAGE;
	}
	if (!d->edit && verb->run != design_open) {
		ERR(err, WF_REFUSED, "no flow is open");
		wf_err_hint(err, "\"open FILE\" opens one");
		return WF_REFUSED;
	}
	return verb->run(d, words, n, err);
}

static void
offer(const char *typed, const char *word, const char *about, complete_fn *add,
      void *arg)
{
	if (str_starts(word, typed))
		add(arg, word, about);
}

static void
offer_choices(const char *typed, const char *choices, complete_fn *add,
	      void *arg)
{
	while (choices && *choices) {
		size_t n = strcspn(choices, "|");
		char *word = mem_strndup(choices, n);

		offer(typed, word, "", add, arg);
		free(word);
		choices += n + (choices[n] == '|');
	}
}

bool
design_complete(struct design *d, const struct design_verb *verb,
		char *const *words, size_t n, complete_fn *add, void *arg)
{
	const char *colon = strchr(verb->complete, ':');
	size_t kinds = colon ? (size_t)(colon - verb->complete)
			     : strlen(verb->complete);
	char kind = verb->complete[n - 2 < kinds ? n - 2 : kinds - 1];
	const char *typed = words[n - 1];
	struct wf_edit_step s;
	struct wf_key_info key;

	if (kind == 's' && d->edit)
		for (size_t i = 0; wf_edit_step(d->edit, i, &s); i++)
			offer(typed, s.id, s.action, add, arg);
	if (kind == 'k')
		for (size_t i = 0; wf_flow_key(i, &key); i++)
			if (str_eq(key.section, str_eq(words[1], ".")
							? "a flow file"
							: "a step"))
				offer(typed, key.name, key.help, add, arg);
	if (kind == 'o')
		offer_choices(typed, colon ? colon + 1 : "", add, arg);
	return kind == 'f';
}

void
design_release(struct design *d)
{
	wf_edit_close(d->edit);
	free(d->clip);
	*d = (struct design){0};
}
