/* Why steps are in their states: the last decisions about them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "face_detail.h"

/* Steps that run alike are spoken of alike, one after the other. */
static const char *
text_of(struct detail *d, const struct st_event *e)
{
	const char *text = e->because ? e->because : e->what;
	const char *last = d->reasons.n ? vec_last(&d->reasons).text : NULL;

	if (!text || (last && str_eq(text, last)))
		return text ? last : NULL;
	return arena_strdup(d->scratch, text);
}

static const char *
actor_of(struct detail *d, const struct st_event *e)
{
	const char *last = d->reasons.n ? vec_last(&d->reasons).actor : NULL;

	if (!e->actor || str_eq(e->actor, "engine"))
		return NULL;
	return last && str_eq(e->actor, last)
		       ? last
		       : arena_strdup(d->scratch, e->actor);
}

static bool
add_reason(void *arg, const struct st_event *e)
{
	struct detail *d = arg;
	struct reason r = {.ix = e->ix,
			   .place = (uint32_t)d->reasons.n,
			   .kind = e->kind,
			   .text = text_of(d, e),
			   .actor = actor_of(d, e)};

	if (e->ix != UINT32_MAX)
		vec_push(&d->reasons, r);
	return true;
}

static int
by_ix(const void *pa, const void *pb)
{
	const struct reason *a = pa, *b = pb;

	if (a->ix != b->ix)
		return a->ix < b->ix ? -1 : 1;
	return (a->place > b->place) - (a->place < b->place);
}

enum st_result
detail_read_reasons(struct detail *d, struct store *s, const char *run,
		    struct wf_err *err)
{
	enum st_result result = st_each_event(s, run, true, add_reason, d, err);

	if (d->reasons.n)
		qsort(d->reasons.at, d->reasons.n, sizeof(*d->reasons.at),
		      by_ix);
	return result;
}

/* Why it failed or was tried again is no reason for what it came to. */
static bool
is_past(enum event_kind kind, enum step_state state)
{
	if (kind == EV_RETRY)
		return step_state_is_settled(state);
	return (kind == EV_NO_RETRY || kind == EV_FAILURE_POLICY) &&
	       step_state_is_good(state);
}

const struct reason *
detail_reason(const struct detail *d, uint32_t ix, enum step_state state)
{
	const struct reason *at = d->reasons.at;
	size_t low = 0, high = d->reasons.n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (at[middle].ix <= ix)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low || at[low - 1].ix != ix)
		return NULL;
	/* What a failure means to the run says less than why it failed. */
	if (at[low - 1].kind == EV_FAILURE_POLICY && low > 1 &&
	    at[low - 2].ix == ix)
		low--;
	return is_past(at[low - 1].kind, state) ? NULL : &at[low - 1];
}
