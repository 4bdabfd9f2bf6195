/* Asking a step's `ensure`s.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ensure.h"

#include "decide.h"
#include "vars.h"

bool
ensure_holds(struct run *r, uint32_t ix, const char *outputs, char *why,
	     size_t size)
{
	const struct exprs *ensure =
		&run_step(r, run_inst(r, ix))->more->ensure;
	struct vars vars = vars_of_inst(r, ix);

	vars.outputs = outputs ? outputs : "{}";
	return vars_hold(&vars, ensure, "ensure", why, size);
}

void
ensure_wake(struct run *r, uint32_t ix, const char *because)
{
	const struct inst *i = run_inst(r, ix);
	char why[400];

	if (ensure_holds(r, ix, i->more ? i->more->outputs : NULL, why,
			 sizeof(why)))
		run_apply(r, ix, EVENT_WAKE, GUARD_ALWAYS, CAUSE_NONE, because);
	else
		decide_fail(r, ix, CAUSE_ENSURE, why);
}
