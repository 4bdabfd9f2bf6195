/* Looking back through what stayed done.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "behind.h"

/* Is the step before to come to an end yet that satisfies this one, which
 * stayed done? */
static bool
is_to_come(const struct step *step, struct need need, const struct inst *i)
{
	uint32_t accept = need_accept(need);

	if (!step_state_is_settled(i->state) || i->flags & INST_FALLING)
		return true;
	return i->state == STEP_FAILED && !(i->flags & INST_IGNORED) &&
	       (accept ? !(accept & 1u << STEP_FAILED)
		       : step->join == JOIN_ALL);
}

bool
is_behind_undone(const struct run *r, uint32_t ix)
{
	const struct scope *s = run_scope(r, run_inst(r, ix));
	bool *seen = mem_alloc(s->wf->nsteps + 1), found = false;
	struct ixs todo = {0};

	vec_push(&todo, run_inst(r, ix)->step);
	for (size_t k = 0; k < todo.n && !found; k++) {
		const struct step *step = &s->wf->steps[todo.at[k]];

		for (uint32_t n = 0; n < step->nneeds; n++) {
			uint32_t need = step->needs[n].step;
			const struct inst *i = run_inst(r, s->first + need);

			if (step_state_is_good(i->state) ||
			    i->state == STEP_SKIPPED) {
				if (!seen[need])
					vec_push(&todo, need);
				seen[need] = true;
			} else if (k && i->more && i->more->undone) {
				found |= is_to_come(step, step->needs[n], i);
			}
		}
	}
	vec_release(&todo);
	free(seen);
	return found;
}
