/* Between the live run and its rows in the store.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_ROWS_H
#define WF_ROWS_H

#include "run.h"

/* Make the strings of r->row the run's own. */
void rows_keep(struct run *r);
/* r->row.options (JSON) to r->options, and back to text. */
void rows_read_options(struct run *r);
const char *rows_options_text(const struct options *o, struct arena *a);

/* Put an instance, or the run itself, into the open batch. */
void rows_put_step(struct run *r, uint32_t ix);
void rows_put_run(struct run *r);

/* Below this number instances belong to definitions that the run has left;
 * from the data of its row.  See request_adopt.c. */
uint32_t rows_base(const char *data);

/* Recovery.  Rows of groups and of steps with a child flow say where their
 * instances begin; these must be made in that order (group_restore) before
 * the other rows are read. */
struct structure {
	uint32_t first, n; /* n: of a group's items; 1 for a child flow */
	bool retired;      /* items it had before its list changed */
	uint32_t ix;       /* of the group or step */
};

struct structures {
	struct structure *at;
	size_t n, cap;
};

void rows_structure(const struct st_step *row, struct structures *out);
/* Give an instance what its row says, all but the state (which comes last,
 * by run_restore_state).  WF_STORE when the row does not fit. */
enum wf_code
rows_load_step(struct run *r, const struct st_step *row, struct wf_err *err);
/* The run's own data: pause, rollback list, scopes' phases. */
enum wf_code rows_load_data(struct run *r, struct wf_err *err);

#endif
