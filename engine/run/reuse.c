/* Taking over results of an earlier run, step by step.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "reuse.h"

#include <stdio.h>

void
reuse_open(struct reuse *u, const struct run *r)
{
	struct wf_err err;

	*u = (struct reuse){0};
	if (r->options.rerun_of && r->store &&
	    st_read_steps(r->store, r->options.rerun_of, &u->a, &u->rows, &u->n,
			  &err))
		u->n = 0;
}

bool
reuse_step(struct reuse *u, struct run *r, uint32_t ix)
{
	const char *id = run_step(r, run_inst(r, ix))->id;
	char because[64];

	for (size_t i = 0; i < u->n; i++) {
		const struct st_step *row = &u->rows[i];

		if (!str_eq(row->path, id) || !step_state_is_good(row->state))
			continue;
		if (row->outputs)
			text_set(&inst_more(run_inst(r, ix))->outputs,
				 row->outputs);
		snprintf(because, sizeof(because), "run %s has its result",
			 r->options.rerun_of);
		run_event(r, EV_REUSE, ix, "reused", because, NULL);
		run_apply(r, ix, EVENT_ALREADY_DONE, GUARD_ALWAYS, CAUSE_NONE,
			  because);
		return true;
	}
	return false;
}

void
reuse_close(struct reuse *u)
{
	arena_release(&u->a);
}
