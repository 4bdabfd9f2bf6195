/* The selected step looked at closely, read once for each revision.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "run_view.h"

void
run_about_release(struct run_view *rv)
{
	wf_list_free(&rv->about.step.list);
	free(rv->about.of);
	rv->about.of = NULL;
}

/* What does not change with the revision is read once. */
static const struct wf_step_about *
about(struct view *v, bool current)
{
	struct run_view *rv = run_view_of(v);
	const struct wf_step_info *s = run_selected(rv);

	if (!s)
		return NULL;
	if (!rv->about.of || !str_eq(rv->about.of, s->path) ||
	    (current && rv->about.revision != rv->d.run.revision)) {
		run_about_release(rv);
		rv->about.of = mem_strdup(s->path);
		rv->about.revision = rv->d.run.revision;
		(void)wf_step_about(v->views->engine, &rv->d, s,
				    &rv->about.step, NULL);
	}
	return rv->about.step.list.arena ? &rv->about.step : NULL;
}

const struct wf_step_about *
run_about(struct view *v)
{
	return about(v, true);
}

int64_t
run_log_limit(struct view *v)
{
	const struct wf_step_about *a = about(v, false);

	return a ? a->log_limit : 0;
}
