/* The verbs of design.def: finding and calling them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "design.h"

#include <stdlib.h>

#include "design_int.h"

enum {
	LOOKS,
	CHANGES
};

const struct design_verb design_verbs[] = {
#define D(symbol, name, changes, operands, complete, min, max, summary,        \
	  example)                                                             \
	{name, changes, operands, complete,       min,                         \
	 max,  summary, example,  design_##symbol},
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

void
design_release(struct design *d)
{
	wf_edit_close(d->edit);
	free(d->clip);
	free(d->clip_file);
	*d = (struct design){0};
}
