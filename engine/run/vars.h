/* What expressions see: params, env, run, steps, item, index, matrix.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_VARS_H
#define WF_VARS_H

#include "run.h"

/* The point of view of one instance (or, with ix IX_NONE, of a scope). */
struct vars {
	const struct run *r;
	uint32_t scope, ix;
	const char *outputs;       /* JSON object seen as `outputs` and by name
				      (ensure), or NULL */
	const char *signal;        /* JSON object seen as `signal`, or NULL */
	const struct value *extra; /* a map of further names, or NULL */
	bool in_env;               /* while env itself is being worked out */
};

struct vars vars_of_inst(const struct run *r, uint32_t ix);
struct vars vars_of_scope(const struct run *r, uint32_t scope);
struct cel_vars vars_lookup(struct vars *v);

/* Evaluate to a boolean.  False result with `err->message` set when the
 * expression failed or is no boolean. */
bool vars_test(struct vars *v, const struct expr *e, bool *out,
	       struct cel_error *err);

/* Do all of them hold?  Otherwise `why` says "WORD: EXPRESSION is false". */
bool vars_hold(struct vars *v, const struct exprs *exprs, const char *word,
	       char *why, size_t size);

/* Outputs of an instance as a value: a group's are lists, a failed step's
 * may be its fallback's. */
struct value vars_outputs(const struct run *r, uint32_t ix, struct arena *a);

#endif
