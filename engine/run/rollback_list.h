/* The undo list of a scope: what is to be undone, in a frozen order.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_ROLLBACK_LIST_H
#define WF_ROLLBACK_LIST_H

#include "run.h"

/* Room for n entries; the list is the scope's, in place of an older one.
 * Lists of child flows in it are of the past and go. */
struct undo_list *
undo_list_new(struct run *r, uint32_t scope, size_t n, const char *target);
void undo_list_free(struct undo_list *list);
void undo_list_drop(struct run *r, uint32_t scope);

/* The scope whose rollback is to undo the instance, or undid it in vain;
 * IX_NONE: none. */
uint32_t undo_list_of(const struct run *r, uint32_t ix);
/* Is any rollback under way, or some undo of an ended one left to do? */
bool undo_list_any(const struct run *r);

/* What an earlier rollback undid in vain is left when this one tries again. */
static inline bool
undo_is_left(const struct inst *i)
{
	if (i->state == STEP_UNDO_FAILED)
		return i->more && i->more->undo_anew;
	return i->state != STEP_UNDONE;
}

static inline bool
undo_is_under_way(enum step_state state)
{
	return state == STEP_UNDOING || state == STEP_UNDO_WAIT;
}

#endif
