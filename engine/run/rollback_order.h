/* Undoing side by side: what may be undone now, when several may go at once.
 *
 * A step may be undone when everything that needs it is: its own entries
 * (itself, its items, what is in its child flow) wait for those of its
 * dependents.  Each instance counts what it waits for, so that all of it
 * costs one look at each edge of the flow.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_ROLLBACK_ORDER_H
#define WF_ROLLBACK_ORDER_H

#include "run.h"

/* For the undo list of a scope, as far as it has been carried out. */
struct undo_order *undo_order_new(const struct run *r, uint32_t scope);
void undo_order_free(struct undo_order *o);
/* The next instance that may be undone, the latest in finishing first;
 * IX_NONE: none for now. */
uint32_t undo_order_next(struct undo_order *o);
/* It is undone, or never will be. */
void undo_order_done(struct undo_order *o, const struct run *r, uint32_t ix);

#endif
