/* Copies of attempts: begun, counted, dropped.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "copies.h"

#include "../base/clock.h"
#include "dispatch.h"

static const struct redundancy *
redundancy_of(const struct run *r, uint32_t ix)
{
	return &run_step(r, run_inst(r, ix))->more->redundancy;
}

static bool
counts(const struct flight *f, uint32_t ix)
{
	return f->ix == ix && f->phase == PHASE_DO && !f->dropped;
}

uint32_t
copies_left(const struct run *r, uint32_t ix)
{
	uint32_t n = 0;

	vec_each (&r->flights, struct flight, f)
		n += counts(f, ix);
	return n;
}

static void
begin_others(struct run *r, uint32_t ix)
{
	uint32_t copies = redundancy_of(r, ix)->copies;

	for (uint32_t k = 1; k < copies; k++)
		if (run_inst(r, ix)->state == STEP_RUNNING)
			dispatch_copy(r, ix);
}

void
copies_begin(struct run *r, uint32_t ix)
{
	const struct redundancy *red = redundancy_of(r, ix);

	if (red->copies > 1 && red->after == DURATION_NONE &&
	    copies_left(r, ix))
		begin_others(r, ix);
}

void
copies_won(struct run *r, const struct flight *f)
{
	char what[40], because[80];
	uint32_t others = copies_left(r, f->ix);

	if (redundancy_of(r, f->ix)->copies < 2 || !others)
		return;
	snprintf(what, sizeof(what), "attempt %u counts", f->n);
	snprintf(because, sizeof(because),
		 "the first success; %u other%s cancelled", others,
		 others == 1 ? " is" : "s are");
	run_event(r, EV_CHOICE, f->ix, what, because, NULL);
	vec_each (&r->flights, struct flight, other) {
		if (!counts(other, f->ix))
			continue;
		other->dropped = true;
		other->killed_for = CAUSE_CANCELLED;
		run_effect(r, EFFECT_KILL, other->attempt, WARDEN_KILL_CANCEL);
	}
}

/* --- after some time
 * --------------------------------------------------------------- */

/* When its copies are to begin; INT64_MAX: they are there, or not wanted. */
static int64_t
due(const struct run *r, const struct flight *f)
{
	const struct redundancy *red;
	int64_t begun;

	if (f->phase != PHASE_DO || f->is_copy || f->dropped || f->killed_for ||
	    f->spec)
		return INT64_MAX;
	red = redundancy_of(r, f->ix);
	if (red->copies < 2 || red->after == DURATION_NONE ||
	    copies_left(r, f->ix) > 1)
		return INT64_MAX;
	begun = f->begun ? f->begun
			 : clock_boot() - (clock_wall() - f->started);
	return begun + red->after;
}

void
copies_look(struct run *r)
{
	int64_t now = clock_boot();
	size_t n = r->flights.n;

	for (size_t k = 0; k < n && k < r->flights.n; k++) {
		uint32_t ix = r->flights.at[k].ix;

		if (due(r, &r->flights.at[k]) > now)
			continue;
		r->flights.at[k].is_copy = true; /* just once */
		run_event(r, EV_CHOICE, ix, "another copy begins",
			  "it takes longer than redundancy.after", NULL);
		begin_others(r, ix);
	}
}

int64_t
copies_next(const struct run *r)
{
	int64_t next = INT64_MAX;

	vec_each (&r->flights, struct flight, f) {
		int64_t at = due(r, f);

		next = at < next ? at : next;
	}
	return next;
}

/* --- rows
 * -----------------------------------------------------------------------------
 */

json_t *
copies_json(const struct run *r)
{
	json_t *list = NULL;

	vec_each (&r->flights, struct flight, f) {
		if (!f->dropped)
			continue;
		if (!list)
			list = json_array();
		json_array_append_new(list,
				      json_integer((json_int_t)f->attempt));
	}
	return list;
}

void
copies_restore(struct run *r)
{
	json_t *o = r->row.data ? json_loads(r->row.data, 0, NULL) : NULL;
	const json_t *list = json_object_get(o, "dropped");

	for (size_t k = 0; k < json_array_size(list); k++) {
		struct flight *f = run_flight(
			r,
			(uint64_t)json_integer_value(json_array_get(list, k)));

		if (!f)
			continue;
		f->dropped = true;
		f->killed_for = CAUSE_CANCELLED;
	}
	json_decref(o);
}
