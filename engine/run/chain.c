/* Which step is bound to come after another.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "chain.h"

#include "../model/reads.h"

/* Does exit status 0 mean success, whatever else the attempt left? */
static bool
ends_plainly(const struct step *step)
{
	const struct step_more *more = step->more;

	return step_runs_command(step) && !more->ensure.n && !more->repeat &&
	       !more->noutputs && !more->nsecrets && !more->ncancel &&
	       !more->executor && !more->many && more->redundancy.copies < 2;
}

static void
look_for_steps(void *arg, uint32_t step, const char *const *chain, size_t n)
{
	bool *reads = arg;

	(void)step;
	*reads |= n && str_eq(chain[0], "steps");
}

static bool
reads_steps(const struct workflow *wf, uint32_t step)
{
	bool reads = false; /* the flow's `env` cannot */

	step_each_read(wf, step, look_for_steps, &reads);
	return reads;
}

/* Is `next` run when its last need succeeds, and not before? */
static bool
waits_for_one(const struct inst *next, const struct step *step)
{
	if (next->state != STEP_PENDING || next->nok + 1u != step->nneeds ||
	    step->join != JOIN_ALL || step_condition(step) || step->finally ||
	    step->is_fallback || next->flags & (INST_GROUP | INST_ENABLED))
		return false;
	for (uint32_t k = 0; k < step->nneeds; k++)
		if (need_accept(step->needs[k]))
			return false;
	return true;
}

uint32_t
chain_next(const struct run *r, uint32_t ix)
{
	const struct inst *i = run_inst(r, ix);
	const struct scope *s = run_scope(r, i);
	struct dependents after = workflow_dependents(s->wf, i->step);
	uint32_t next;

	/* What was undone may hold `next` back: see behind.h. */
	if (r->was_undone || after.n != 1 || i->group != IX_NONE ||
	    !ends_plainly(run_step(r, i)))
		return IX_NONE;
	next = s->first + after.at[0];
	if (!waits_for_one(run_inst(r, next), &s->wf->steps[after.at[0]]) ||
	    reads_steps(s->wf, after.at[0]))
		return IX_NONE;
	return next;
}
