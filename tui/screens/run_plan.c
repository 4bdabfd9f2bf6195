/* A rollback as it is watched: the steps of its plan, in the order of undoing.
 *
 * The plan stands in the event with which the rollback began.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "../jsontext.h"
#include "run_view.h"

void
run_plan_release(struct run_view *rv)
{
	vec_each (&rv->plan, char *, path)
		free(*path);
	vec_release(&rv->plan);
	free(rv->plan_number);
	rv->plan_number = NULL;
	rv->plan_order = false;
}

static bool
is_rolling(enum run_state state)
{
	return state == RUN_ROLLING_BACK || state == RUN_ROLLED_BACK ||
	       state == RUN_ROLLBACK_FAILED;
}

/* Of the latest event that holds a plan its data. */
static const char *
find_plan(const struct wf_events *events)
{
	for (size_t i = events->n; i-- > 0;) {
		const struct wf_event_info *e = &events->at[i];

		if (e->kind == EV_ROLLBACK && jsontext_member(e->data, "steps"))
			return e->data;
	}
	return NULL;
}

void
run_plan_read(struct view *v, bool watched)
{
	struct run_view *rv = run_view_of(v);
	struct wf_events events = {0};
	const char *plan, *steps;

	if (!is_rolling(rv->d.run.state)) {
		run_plan_release(rv);
		return;
	}
	if (rv->plan_order && rv->was == SHOWN_UNDO)
		return; /* of this very rollback */
	if (wf_events(v->views->engine, rv->id, 0, 0, true, &events, NULL))
		return;
	run_plan_release(rv);
	plan = find_plan(&events);
	steps = jsontext_member(plan, "steps");
	for (const char *s = jsontext_next(steps, NULL); s;
	     s = jsontext_next(steps, s))
		vec_push(&rv->plan, jsontext_copy(s));
	rv->plan_number = jsontext_copy(jsontext_member(plan, "number"));
	rv->plan_order = watched && rv->plan.n;
	wf_list_free(&events.list);
}
