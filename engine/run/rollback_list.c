/* Undo lists: making, finding, freeing.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "rollback_list.h"

#include "rollback_order.h"

void
undo_list_free(struct undo_list *list)
{
	if (!list)
		return;
	undo_order_free(list->order);
	vec_release(&list->busy);
	free(list->target);
	free(list->because);
	free(list->at);
	free(list);
}

void
undo_list_drop(struct run *r, uint32_t scope)
{
	if (!r->scopes.at[scope].undo)
		return;
	undo_list_free(r->scopes.at[scope].undo);
	r->scopes.at[scope].undo = NULL;
	r->dirty = true;
}

struct undo_list *
undo_list_new(struct run *r, uint32_t scope, size_t n, const char *target)
{
	struct undo_list *list = mem_alloc(sizeof(*list));

	for (uint32_t k = 0; k < r->scopes.n; k++)
		if (r->scopes.at[k].undo && run_is_within(r, k, scope))
			undo_list_drop(r, k);
	list->at = mem_alloc((n + 1) * sizeof(*list->at));
	list->target = mem_strdup(target);
	r->scopes.at[scope].undo = list;
	return list;
}

/* Can a rollback of this scope still come to an end? */
static bool
is_live(const struct run *r, const struct scope *s)
{
	return s->undo && (s->parent == IX_NONE ||
			   run_inst(r, s->parent)->state == STEP_RUNNING);
}

uint32_t
undo_list_of(const struct run *r, uint32_t ix)
{
	for (uint32_t n = run_inst(r, ix)->scope; n != IX_NONE;
	     n = r->scopes.at[n].up)
		if (is_live(r, &r->scopes.at[n]))
			return n;
	return IX_NONE;
}

bool
undo_list_any(const struct run *r)
{
	for (uint32_t n = 0; n < r->scopes.n; n++)
		if (is_live(r, &r->scopes.at[n]))
			return true;
	return false;
}
