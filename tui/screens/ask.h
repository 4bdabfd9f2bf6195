/* What the dialogs about a run share: a form, the run, and the step.
 *
 * A dialog remembers the revision of the run it was shown for and sends it
 * along, so that an answer never meets a run that has moved on.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_ASK_H
#define WF_ASK_H

#include "../runtext.h"
#include "../view.h"
#include "../widgets/form.h"

struct ask {
	struct form form;
	char run[WF_RUN_ID];
	char *step; /* path, or NULL: the run as a whole */
	char *word; /* what came before the step: "skip", "!", or "" */
	struct wf_run_detail d;
	const struct wf_step_info *at; /* the step in `d`, or NULL */
	uint64_t revision;
	/* Fields and buttons by meaning, -1: not there. */
	int field[16], button[4];
};

enum ask_button {
	ASK_DO,
	ASK_OTHER,
	ASK_LEAVE
};

/* "RUN", "RUN STEP" or "RUN WORD STEP"; reads the snapshot. */
enum wf_code ask_open(struct view *v, const char *arg, const char *const *words,
		      struct wf_err *err);
/* The dialog's own snapshot again; true when the run has moved on. */
bool ask_reload(struct view *v);
/* Keys to the form; `press` is called with the index of the button. */
bool ask_key(struct view *v, uint32_t key,
	     void (*press)(struct view *v, int button));
void ask_draw(struct view *v, struct grid *g, struct rect r);
void ask_contexts(const struct view *v, enum context *out);
void ask_close(struct view *v);

const char *ask_text(const struct ask *a, int field); /* of a text field */
int ask_value(const struct ask *a, int field);        /* choice, toggle */

#endif
