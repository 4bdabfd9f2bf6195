/* What operators ask of a run.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_REQUEST_H
#define WF_REQUEST_H

#include "run.h"

/* Carry out a message of the inbox, or refuse it, and answer it; all of it
 * goes into the open batch.  The body is a JSON object: steps, reason,
 * settings, target, now, downstream, reset, force, dry, later,
 * on_undo_failure, revision. */
void request_apply(struct run *r, const struct st_message *m);

/* The answer to a message whose body is `dry`, without a word to the store:
 * for a run that no engine drives.  `*code` is what it would come to; caller
 * frees the text, which st_answer would have stored. */
char *
request_try(struct run *r, const struct st_message *m, enum wf_code *code);

#endif
