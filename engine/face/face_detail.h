/* Composing a run's steps: what face_detail.c, face_data.c and
 * face_attempts.c share.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_FACE_DETAIL_H
#define WF_FACE_DETAIL_H

#include "../base/vec.h"
#include "../model/value.h"
#include "face_int.h"

/* What is said of an instance by a decision about it. */
struct reason {
	uint32_t ix, place; /* among all */
	enum event_kind kind;
	const char *text;  /* or NULL */
	const char *actor; /* NULL: the engine */
};

struct detail {
	struct arena *arena;   /* of the result */
	struct arena *scratch; /* the rows, until the result is made */
	char *dir;             /* the run's */
	const struct bundle *bundle;
	struct st_run row;
	struct st_step *rows; /* by ix */
	size_t nrows;
	struct st_attempt *attempts; /* by ix, id */
	size_t nattempts;
	VEC(struct reason) reasons; /* by ix, in the order of deciding */
	struct wf_step_info *steps;
	size_t nsteps, cap;
	const char *kept; /* the text kept last */
};

/* The order `attempts` must have: each instance has its stretch. */
int detail_attempts_by_ix(const void *a, const void *b);
/* Give the step the attempts of its instance. */
void
detail_attempts(const struct detail *d, uint32_t ix, struct wf_step_info *info);
/* The row's data as an object, or NULL; caller drops it. */
json_t *detail_row_data(const struct st_step *row);
/* The items of a group, as a list, or NULL; caller drops it. */
json_t *detail_items(const json_t *data);
/* What the items of a group gave, as one list an output. */
struct detail_lists {
	json_t *lists; /* by name; NULL: nothing is declared */
};
void detail_lists_begin(struct detail_lists *l, const struct step *step,
			const struct bundle *bundle);
/* The next item's row, or NULL: only what went well counts. */
void detail_lists_add(struct detail_lists *l, const struct st_step *row);
/* The outputs of the group as JSON. */
const char *detail_lists_text(const struct detail_lists *l, struct arena *a);
void detail_lists_end(struct detail_lists *l);
/* The key of item `i`: its row's, else what the engine will give it. */
const char *
detail_key(struct arena *a, const struct many *many, const struct st_step *row,
	   const json_t *items, uint32_t i);
enum st_result detail_read_reasons(struct detail *d, struct store *s,
				   const char *run, struct wf_err *err);
/* Why an instance is in that state: the last decision about it; NULL: nothing
 * was decided. */
const struct reason *
detail_reason(const struct detail *d, uint32_t ix, enum step_state state);
/* The row's data for front ends, with what the definition adds to an approval
 * or a wait: JSON text, or NULL when there is nothing to say. */
const char *detail_data(struct arena *a, const struct workflow *wf, uint32_t s,
			const json_t *data);

#endif
