/* What front ends ask of two definitions, and of one step's form.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../run/compare.h"
#include "face_int.h"

enum wf_code
wf_flow_compare(struct wf_engine *e, const char *run,
		const struct wf_flow *flow, struct wf_difference *out,
		struct wf_err *err)
{
	struct wf_flow *before;
	const struct workflow *now = flow->bundle->root;
	enum wf_code code = wf_flow_of_run(e, run, &before, err);
	uint32_t kept = 0, was;

	*out = (struct wf_difference){0};
	if (code)
		return code;
	for (uint32_t s = 0; s < now->nsteps; s++) {
		enum change change =
			compare_step(before->bundle, flow->bundle, s, &was);

		kept += change != CHANGE_ADDED;
		out->added += change == CHANGE_ADDED;
		out->changed += change == CHANGE_CHANGED;
	}
	out->removed = before->bundle->root->nsteps - kept;
	wf_flow_free(before);
	return WF_OK;
}

enum wf_code
wf_flow_check_field(const struct wf_flow *flow, const char *step,
		    const char *field, const char *text, struct wf_err *err)
{
	const struct workflow *wf = flow->bundle->root;
	uint32_t s = workflow_step(wf, step);
	const struct approval *a =
		s == STEP_NONE || wf->steps[s].action != ACTION_APPROVAL
			? NULL
			: wf->steps[s].more->approval;
	const struct param *p = a ? params_find(&a->form, field) : NULL;
	struct arena scratch = {0};
	struct value v;
	enum wf_code code = WF_OK;

	/* Of a child flow: its engine will say. */
	if (p && !param_from_text(p, &scratch, text, &v, err))
		code = WF_USAGE;
	arena_release(&scratch);
	return code;
}
