/* The events of the run that is shown: those that came since the last look
 * are added to what was read.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "run_view.h"

enum {
	PIECES = 64 /* then they are read again as one */
};

void
events_forget(struct run_view *rv)
{
	vec_each (&rv->events.pieces, struct wf_list, list)
		wf_list_free(list);
	vec_release(&rv->events.pieces);
	vec_release(&rv->events.rows);
	rv->events.events = (struct wf_events){0};
}

/* A piece owns the texts of its rows. */
static void
append(struct run_view *rv, const struct wf_events *piece)
{
	if (piece->n)
		vec_push(&rv->events.pieces, piece->list);
	else
		wf_list_free(&(struct wf_list){piece->list.arena});
	for (size_t i = 0; i < piece->n; i++)
		vec_push(&rv->events.rows, piece->at[i]);
	rv->events.events.at = rv->events.rows.at;
	rv->events.events.n = rv->events.rows.n;
}

void
events_reload(struct view *v)
{
	struct run_view *rv = run_view_of(v);
	struct wf_events piece = {0};
	struct wf_err err = {0};
	uint64_t after;

	if (!rv->events.stale)
		return;
	rv->events.stale = false;
	if (rv->events.all != rv->events.all_read ||
	    rv->events.pieces.n >= PIECES)
		events_forget(rv);
	rv->events.all_read = rv->events.all;
	after = rv->events.rows.n ? vec_last(&rv->events.rows).seq : 0;
	if (wf_events(v->views->engine, rv->id, after, 0, !rv->events.all,
		      &piece, &err)) {
		views_report(v->views, &err);
		return;
	}
	append(rv, &piece);
	list_resize(&rv->events.list, rv->events.rows.n);
	if (rv->events.follow && rv->events.rows.n)
		rv->events.list.cursor = rv->events.rows.n - 1;
}

const struct wf_event_info *
events_last_decision(const struct run_view *rv)
{
	for (size_t i = rv->events.events.n; i-- > 0;)
		if (event_kinds[rv->events.events.at[i].kind].decision)
			return &rv->events.events.at[i];
	return NULL;
}
