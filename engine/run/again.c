/* Groups, child flows and what is in them, back to the beginning.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "again.h"

#include "rollback_list.h"

static void
forget(struct inst *i)
{
	i->tries = 0;
	if (!i->more)
		return;
	i->more->repeats = 0;
	text_set(&i->more->outputs, NULL);
}

static void
scope_from_start(struct run *r, uint32_t scope, const char *because)
{
	struct scope *s = &r->scopes.at[scope];
	uint32_t first = s->first, n = s->wf->nsteps;

	/* Nothing in it may be decided before its step opens it again. */
	s->phase = SCOPE_ENDED;
	s->stopping = s->partial = false;
	s->rolling_back = s->forced = s->asked = false;
	s->undone = s->undo_failed = s->goes_on = false;
	s->cause = CAUSE_NONE;
	r->dirty = true;
	undo_list_drop(r, scope);
	for (uint32_t k = 0; k < n; k++)
		again_from_start(r, first + k, because);
}

void
again_inside(struct run *r, uint32_t ix, const char *because)
{
	const struct inst_more *m = run_inst(r, ix)->more;
	uint32_t first = m ? m->first : 0, n = m ? m->n : 0;
	uint32_t child = m ? m->child : IX_NONE;

	for (uint32_t k = 0; k < n; k++)
		again_from_start(r, first + k, because);
	if (child != IX_NONE)
		scope_from_start(r, child, because);
}

void
again_from_start(struct run *r, uint32_t ix, const char *because)
{
	again_inside(r, ix, because);
	if (!step_state_is_settled(run_inst(r, ix)->state))
		return;
	forget(run_inst(r, ix));
	run_apply(r, ix, EVENT_RESET, GUARD_ALWAYS, CAUSE_NONE, because);
}

bool *
again_holders(const struct run *r)
{
	bool *holds;

	if (!r->counts[STEP_UNDONE])
		return NULL;
	holds = mem_alloc(r->insts.n * sizeof(*holds));
	for (uint32_t k = 0; k < r->insts.n; k++) {
		uint32_t ix = k;

		if (run_inst(r, k)->state != STEP_UNDONE)
			continue;
		while ((ix = run_container(r, ix)) != IX_NONE && !holds[ix])
			holds[ix] = true;
	}
	return holds;
}
