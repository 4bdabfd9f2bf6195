/* Composing a run's steps: what face_detail.c and face_data.c share.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_FACE_DETAIL_H
#define WF_FACE_DETAIL_H

#include "../base/vec.h"
#include "../model/value.h"
#include "face_int.h"

struct detail {
	struct arena *arena; /* of the result */
	char *dir;           /* the run's */
	const struct bundle *bundle;
	struct st_run row;
	struct st_step *rows; /* by ix */
	size_t nrows;
	struct st_attempt *attempts; /* by ix, id */
	size_t nattempts;
	struct st_event *decisions; /* by ix, seq */
	size_t ndecisions;
	VEC(struct wf_step_info) steps;
};

/* The row's data as an object, or NULL; caller drops it. */
json_t *detail_row_data(const struct st_step *row);
/* The items of a group, as a list, or NULL; caller drops it. */
json_t *detail_items(const json_t *data);
/* The key of item `i`: its row's, else what the engine will give it. */
const char *
detail_key(struct arena *a, const struct many *many, const struct st_step *row,
	   const json_t *items, uint32_t i);
/* Why an instance is in that state, by the last decision about it; NULL:
 * nothing was decided. */
const char *
detail_reason(const struct detail *d, uint32_t ix, enum step_state state);
/* The row's data for front ends, with what the definition adds to an approval
 * or a wait: JSON text, or NULL when there is nothing to say. */
const char *detail_data(struct arena *a, const struct workflow *wf, uint32_t s,
			const json_t *data);

#endif
