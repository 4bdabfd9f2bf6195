/* Steps that are many: foreach and matrix groups.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_GROUP_H
#define WF_GROUP_H

#include "rows.h"
#include "run.h"

/* Entering `running` of a group: makes its items the first time, later takes
 * up those that are not done. */
void group_open(struct run *r, uint32_t ix);
/* An item has settled. */
void group_item_settled(struct run *r, uint32_t ix);
/* Start further items while the group's limit lets it. */
void group_feed(struct run *r, uint32_t ix);
/* Go on with the groups that had to wait for the next batch. */
void group_turn(struct run *r);

/* Recovery: the items or child scope of an instance whose row was loaded. */
enum wf_code
group_restore(struct run *r, const struct structure *s, struct wf_err *err);
/* Recovery, when all states are there: a group's counts. */
void group_recount(struct run *r, uint32_t ix);

#endif
