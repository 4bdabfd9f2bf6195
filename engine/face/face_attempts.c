/* The attempts of a step as front ends see them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "face_detail.h"

static const char *
attempt_state(const struct st_attempt *row)
{
	if (row->open)
		return "running";
	switch (row->cause) {
	case CAUSE_NONE:
		return row->exit_code > 0 || row->signal ? "failed"
							 : "succeeded";
	case CAUSE_LOST:
		return "lost";
	case CAUSE_CANCELLED:
		return "cancelled";
	case CAUSE_EXIT:
	case CAUSE_SIGNAL:
	case CAUSE_TIMEOUT:
	case CAUSE_SILENT:
	case CAUSE_MEMORY:
	case CAUSE_SPAWN:
	case CAUSE_OUTPUT:
	case CAUSE_ENSURE:
	case CAUSE_REQUIRE:
	case CAUSE_CHECK:
	case CAUSE_REJECTED:
	case CAUSE_DEADLINE:
	case NCAUSES:
		break;
	}
	return "failed";
}

static struct wf_attempt_info
attempt_info(const struct detail *d, const struct st_attempt *row)
{
	return (struct wf_attempt_info){
		.id = row->id,
		.n = row->n,
		.phase = row->phase,
		.state = attempt_state(row),
		.started = row->started,
		.finished = row->finished,
		.exit_code = row->exit_code,
		.signal = row->signal,
		.cause = row->cause,
		.log = row->log ? arena_printf(d->arena, "%s/%s", d->dir,
					       row->log)
				: NULL,
	};
}

int
detail_attempts_by_ix(const void *pa, const void *pb)
{
	const struct st_attempt *a = pa, *b = pb;

	if (a->ix != b->ix)
		return a->ix < b->ix ? -1 : 1;
	return (a->id > b->id) - (a->id < b->id);
}

void
detail_attempts(const struct detail *d, uint32_t ix, struct wf_step_info *info)
{
	size_t low = 0, high = d->nattempts, n = 0;
	struct wf_attempt_info *list;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (d->attempts[middle].ix < ix)
			low = middle + 1;
		else
			high = middle;
	}
	while (low + n < d->nattempts && d->attempts[low + n].ix == ix)
		n++;
	if (!n)
		return;
	list = arena_array(d->arena, struct wf_attempt_info, n);
	for (size_t i = 0; i < n; i++)
		list[i] = attempt_info(d, &d->attempts[low + i]);
	info->attempts = list;
	info->nattempts = n;
}
