/* The dashboard for those who read by ear or by touch: lines of text that are
 * only ever added to, numbers instead of a cursor, questions instead of
 * dialogs.
 *
 * The same views, actions and dialogs as on the screen; only their drawing is
 * not used.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_LINEAR_H
#define WF_LINEAR_H

#include "view.h"

/* Until the person leaves or standard input ends.  `run` NULL: all runs. */
enum wf_code linear_run(struct views *vs, const char *run, struct wf_err *err);

/* linear_form.c: lines out, harmless; a line in (caller frees), NULL at the
 * end of input. */
void linear_say(const struct views *vs, const char *fmt, ...) PRINTF_LIKE(2, 3);
char *linear_read(const struct views *vs, const char *prompt);
/* Ask what the dialog on top asks, until it is gone. */
void linear_ask(struct views *vs);
/* Wait for the engines' answers, and tell what there is to tell. */
void linear_settle(struct views *vs);

#endif
