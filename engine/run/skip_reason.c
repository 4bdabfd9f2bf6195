/* Why a step is skipped: which of its needs, and how they ended.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "skip_reason.h"

static bool
is_passed_over(const struct inst *i)
{
	return i->state == STEP_SKIPPED ||
	       (i->state == STEP_CANCELLED && i->flags & INST_UNWANTED);
}

/* A need that went well, while the step accepts other ends only. */
static bool
unaccepted_need(const struct run *r, uint32_t ix, struct strbuf *out)
{
	const struct scope *s = run_scope(r, run_inst(r, ix));
	const struct step *step = run_step(r, run_inst(r, ix));

	for (uint32_t k = 0; k < step->nneeds; k++) {
		uint32_t need = step->needs[k].step;
		uint32_t accept = need_accept(step->needs[k]);
		enum step_state state = run_inst(r, s->first + need)->state;

		if (!accept || !step_state_is_good(state) ||
		    accept & (1u << state | 1u << STEP_SUCCEEDED))
			continue;
		strbuf_addf(out, "%s %s", s->wf->steps[need].id,
			    state == STEP_REUSED ? "was reused" : "succeeded");
		return true;
	}
	return false;
}

void
skip_reason(const struct run *r, uint32_t ix, struct strbuf *out)
{
	const struct inst *i = run_inst(r, ix);
	const struct scope *s = run_scope(r, i);
	const struct step *step = run_step(r, i);
	uint32_t named = 0;
	bool cancelled = false;

	strbuf_adds(out, "skipped because ");
	if (step->join == JOIN_FAILED) {
		strbuf_adds(out, "nothing it needs failed");
		return;
	}
	if (unaccepted_need(r, ix, out))
		return;
	for (uint32_t k = 0; k < step->nneeds && out->n < 200; k++) {
		uint32_t need = step->needs[k].step;
		const struct inst *ni = run_inst(r, s->first + need);

		if (!is_passed_over(ni))
			continue;
		cancelled |= ni->state == STEP_CANCELLED;
		strbuf_addf(out, "%s%s", named++ ? ", " : "",
			    s->wf->steps[need].id);
	}
	if (!named)
		strbuf_adds(out, "too few of its needs can succeed");
	else
		strbuf_addf(out, " %s %s", named > 1 ? "were" : "was",
			    cancelled ? "cancelled" : "skipped");
}
