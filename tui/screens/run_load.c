/* Reading the run that is shown: the steps of a large one when its first
 * picture is on the screen.
 *
 * To read them takes as long as the definition and the rows are large; until
 * then only the run's own row is known, and the screen says so.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "run_view.h"

/* Events tell of the instances that the definition does not. */
static bool
is_large(const struct views *vs, const struct wf_run_info *run)
{
	return run->nsteps > vs->at_once || run->last_event > 4 * vs->at_once;
}

static enum wf_code
read_brief(struct view *v, struct wf_err *err)
{
	struct run_view *rv = run_view_of(v);
	struct wf_runs brief = {0};
	enum wf_code code = wf_run_brief(v->views->engine, rv->id, &brief, err);

	if (code)
		return code;
	rv->d = (struct wf_run_detail){.list = brief.list, .run = *brief.at};
	rv->unread = true;
	return WF_OK;
}

/* What needs a person is selected, else what runs, until the person chooses. */
static void
select_first(struct run_view *rv)
{
	size_t best = 0;
	int most = -1;

	for (size_t i = 0; i < rv->nodes.n; i++) {
		const struct wf_step_info *s =
			&rv->d.steps[rv->nodes.at[i].step];
		int weight = shown_weight(run_step_shown(rv, s));

		if (weight > most) {
			most = weight;
			best = i;
		}
	}
	if (best != run_selected_node(rv) || !rv->selected)
		run_select(rv, best);
	rv->chosen = false;
}

static void
read_turns(struct view *v)
{
	struct run_view *rv = run_view_of(v);
	bool ready = false;

	for (size_t i = 0; i < rv->d.nsteps && !ready; i++)
		ready = rv->d.steps[i].state == STEP_READY;
	free(rv->turn);
	rv->turn = NULL;
	if (!ready)
		return;
	rv->turn = mem_alloc(rv->d.nsteps * sizeof(*rv->turn));
	rv->nready = wf_run_queue(v->views->engine, &rv->d, rv->turn);
}

static enum wf_code
read_steps(struct view *v, struct wf_err *err)
{
	struct run_view *rv = run_view_of(v);
	struct wf_run_detail d = {0};
	enum wf_code code = wf_run(v->views->engine, rv->id, &d, err);
	bool first = rv->unread, same;

	/* What cannot be read is not tried again before there is news. */
	rv->unread = false;
	if (code)
		return code;
	same = !first && run_has_same_steps(rv, &d);
	if (!same)
		run_forget_nodes(rv);
	wf_list_free(&rv->d.list);
	rv->d = d;
	rv->slots = wf_run_slots(v->views->engine, rv->id);
	run_plan_read(v, !first || d.run.state == RUN_ROLLING_BACK);
	if (same && !rv->plan.n)
		run_restate(rv);
	else
		run_rebuild(rv);
	read_turns(v);
	if (first || !rv->chosen)
		select_first(rv);
	return WF_OK;
}

enum wf_code
run_read_first(struct view *v, struct wf_err *err)
{
	struct run_view *rv = run_view_of(v);
	enum wf_code code = read_brief(v, err);

	if (code || is_large(v->views, &rv->d.run))
		return code;
	return read_steps(v, err);
}

enum wf_code
run_reload(struct view *v)
{
	struct wf_err err = {0};
	enum wf_code code = read_steps(v, &err);

	if (code)
		views_report(v->views, &err);
	return code;
}

void
run_read_rest(struct view *v)
{
	if (run_view_of(v)->unread)
		run_reload(v);
}

/* Others' runs make news, too: is this one as it was? */
bool
run_is_current(struct view *v)
{
	struct run_view *rv = run_view_of(v);
	struct wf_runs now = {0};
	bool current = false;

	if (rv->d.list.arena &&
	    wf_run_brief(v->views->engine, rv->id, &now, NULL) == WF_OK)
		current = now.at->revision == rv->d.run.revision &&
			  now.at->engine_pid == rv->d.run.engine_pid &&
			  now.at->interrupted == rv->d.run.interrupted;
	wf_list_free(&now.list);
	return current;
}
