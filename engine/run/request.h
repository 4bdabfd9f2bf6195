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

/* The same, but the answer is returned and not stored; caller frees.  With
 * `dry` in the body nothing is put into the batch either: for a run that no
 * engine drives.  `*code` is what it came to. */
char *
request_answer(struct run *r, const struct st_message *m, enum wf_code *code);

#endif
