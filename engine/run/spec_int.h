/* What the rooms that build one attempt share; nobody else includes it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_SPEC_INT_H
#define WF_SPEC_INT_H

#include "spec.h"
#include "vars.h"

/* One attempt while it is worked out. */
struct builder {
	struct run *r;
	const struct flight *f;
	const struct inst *i;
	const struct step *step;
	const struct scope *scope;
	struct spec *spec;
	struct vars vars;
	struct map env; /* NAME -> "NAME=value", what is not inherited */
	const struct placing *place; /* NULL: here */
	struct map secrets, files;   /* names that are secret; of our files */
	bool overrides;              /* some of it may be inherited as well */
	struct wf_err *err;
};

/* The template's text in the attempt's arena; false with the error filled,
 * which says that it is `what` of the step. */
bool spec_render(struct builder *b, const struct template *t, const char *what,
		 const char **out);

/* The environment of a step's attempt; of a hook (spec_env.c). */
bool spec_env(struct builder *b);
bool spec_hook_env(struct builder *b);
/* A variable of the attempt, or NULL. */
const char *spec_env_get(const struct builder *b, const char *name);
/* Carried out elsewhere: settings worked out, the job written, a carrier
 * started for it (spec_executor.c). */
bool spec_executor(struct builder *b);
/* Program and words; the environment is there already (spec_command.c). */
bool spec_command(struct builder *b, const struct command *c);

#endif
