/* Group commit on a second thread: while one batch is on its way to the
 * disk, the loop gathers the next.
 *
 * The thread owns its own connection.  Results come back through a
 * descriptor for the loop to poll.  Any result but ST_OK is final: the
 * engine leaves with _exit and the next one reads what is there.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_COMMITTER_H
#define WF_COMMITTER_H

#include "store.h"

struct committer;

/* `s` belongs to the committer until committer_free. */
struct committer *committer_new(struct store *s);
void committer_free(struct committer *c); /* waits for the batch under way */

/* Hand over a batch; at most one is under way.  The batch stays the
 * caller's and must not be touched until committer_done tells. */
void committer_submit(struct committer *c, const struct st_batch *b);
bool committer_is_busy(const struct committer *c);
/* Readable when a batch is done. */
int committer_fd(const struct committer *c);
/* True once for each batch that is done, with its result. */
bool
committer_done(struct committer *c, enum st_result *result, struct wf_err *err);

#endif
