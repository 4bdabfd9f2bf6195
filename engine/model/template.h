/* Text with `${{ expression }}` in it.
 *
 * A template made of one `${{ }}` alone keeps the expression's type; any
 * other renders to a string.  `$${{` stands for a literal `${{`.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_TEMPLATE_H
#define WF_TEMPLATE_H

#include "cel/cel.h"

struct template_part {
	const char *literal;               /* or NULL */
	const struct cel_program *program; /* or NULL */
};

struct template
{
	const char *text; /* as written */
	const struct template_part *parts;
	uint32_t nparts; /* 0: `text` is a plain literal */
};

/* Does the text hold a `${{` at all? */
bool template_is_dynamic(const char *text);

/* Parse; false with `err` (column counted in characters of `text`). */
bool template_compile(struct arena *a, const char *text,
		      const struct cel_scope *scope, struct template *out,
		      struct cel_error *err);

bool template_eval(const struct template *t, const struct cel_vars *vars,
		   struct arena *a, struct value *out, struct cel_error *err);

/* Like template_eval, and rendered as text. */
bool template_render(const struct template *t, const struct cel_vars *vars,
		     struct arena *a, const char **out, struct cel_error *err);

void template_each_chain(const struct template *t,
			 void (*visit)(void *arg, const char *const *chain,
				       size_t n),
			 void *arg);

#endif
