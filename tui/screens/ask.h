/* What the dialogs about a run share: a form, the run, and the step.
 *
 * A dialog is built from a snapshot and remembers its revision, which goes
 * along with the request: an answer never meets a run that has moved on.
 * When it did, the dialog is built again.  If that shows the same as before,
 * what the person saw is still true and the request is sent again; if not,
 * the lines that differ are marked and the buttons rest for a second.
 *
 *	open     ask_open(v, arg, words, err); ask_show(v, build, press)
 *	refresh  ask_refresh(v)
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_ASK_H
#define WF_ASK_H

#include "../runtext.h"
#include "../view.h"
#include "../widgets/form.h"

enum ask_button {
	ASK_DO,
	ASK_OTHER,
	ASK_THIRD,
	ASK_LEAVE,
	NASK_BUTTONS
};

struct ask {
	struct form form;
	char run[WF_RUN_ID];
	char *step; /* path, or NULL: the run as a whole */
	char *word; /* what came before the step: "skip", "!", or "" */
	struct wf_run_detail d;
	const struct wf_step_info *at; /* the step in `d`, or NULL */
	uint64_t revision;
	char *plan;           /* the engine's, of a dialog that shows one */
	struct wf_flow *flow; /* a definition the dialog is about, or NULL */
	/* Fields and buttons by meaning, -1: not there. */
	int field[24], button[NASK_BUTTONS];
	void (*build)(struct view *v);
	void (*press)(struct view *v, int button);
	/* After each change of a field: may set errors; NULL: nothing. */
	void (*check)(struct view *v);
	bool blocked;  /* by `check`: what is typed cannot be sent */
	bool busy;     /* the engine has been asked */
	int pressed;   /* the button that asked it */
	int repeats;   /* how often it was sent again */
	int64_t armed; /* clock_boot: the buttons work from then on */
};

/* "RUN", "RUN STEP" or "RUN WORD STEP"; reads the snapshot. */
enum wf_code ask_open(struct view *v, const char *arg, const char *const *words,
		      struct wf_err *err);
void ask_show(struct view *v, void (*build)(struct view *v),
	      void (*press)(struct view *v, int button));
/* Build it again, keeping what was typed; true: it says something else. */
bool ask_rebuild(struct view *v);
/* Read the snapshot again and rebuild; false: the run is gone. */
bool ask_refresh(struct view *v);
/* Only read it. */
bool ask_reload(struct view *v);
/* The same; when the run is gone that is said, and the dialog closed. */
bool ask_look(struct view *v);
/* Send what a button asks for, with the revision shown. */
void ask_send(struct view *v, struct wf_request *request, const char *done);

/* Operations of views that are dialogs. */
bool ask_key(struct view *v, uint32_t key);
struct form *ask_form(struct view *v);
void ask_draw(struct view *v, struct grid *g, struct rect r);
void ask_answered(struct view *v, const char *plan, const struct wf_err *err);
int64_t ask_due(const struct view *v);
void ask_close(struct view *v);

/* The end of a step's latest log, and a text of the dialog's own, over it. */
void ask_show_log(struct view *v, const char *step);
/* `d` and the like, while keys are no text. */
bool ask_is_command(const struct ask *a, uint32_t key, uint32_t letter);

const char *ask_text(const struct ask *a, int field); /* of a text field */
int ask_value(const struct ask *a, int field);        /* choice, toggle */
void
ask_error(struct ask *a, int field, const char *fmt, ...) PRINTF_LIKE(3, 4);
void ask_add_button(struct ask *a, enum ask_button b, const char *label,
		    uint32_t letter);

#endif
