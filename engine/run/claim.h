/* Claims: attempts handed to the warden ahead of their time.
 *
 * While all places are taken by short steps, the next few ready steps get
 * their intent written and go to the warden, which begins each as soon as
 * another ends.  So no place waits for the disk, and one commit can carry
 * many endings.  Intent comes before act as ever.  There are never more
 * claims than places, nor than what lasts about CLAIM_HOLD ms: a loss of
 * power can leave at most `max_parallel` claims unknown besides as many that
 * ran.  Long steps get none.
 *
 * Where dead processes are all that is to be survived (`durability:
 * process`), the warden's journal is as durable as the store.  There the next
 * steps of a chain are claimed, too: the warden begins such a follower when
 * the attempt before it has ended well.  So a chain waits for nobody.
 *
 * A claimed step stays `ready` (a follower `pending`), its open attempt has
 * no start time, until the warden says that it began.  Before anything but the
 * plain success of a step is acted upon, the claims are recalled: each has then
 * either begun, or is an ordinary ready step again.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_CLAIM_H
#define WF_CLAIM_H

#include "run.h"

/* How long endings may wait for each other while claims keep all places
 * busy, ms. */
#define CLAIM_HOLD 10

/* Top up the claims; when nothing more can start by itself. */
void claim_turn(struct run *r);
/* Do those at the warden keep it busy for a while? */
bool claim_lasts(const struct run *r);
/* Is another claimed to follow this attempt? */
bool claim_is_followed(const struct run *r, uint64_t attempt);
/* A flight that the run already has and that is a claim: count it. */
void claim_restore(struct run *r, struct flight *f);
/* The warden began it: the step is running. */
void
claim_begun(struct run *r, uint64_t attempt, const struct warden_news *news);
/* It is not going to begin: an ordinary ready step again. */
void claim_withdrawn(struct run *r, uint64_t attempt);
/* An attempt took so long; makes claims worth while, or not. */
void claim_learn(struct run *r, const struct warden_news *news);

#endif
