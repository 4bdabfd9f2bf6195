/* Counts what stands before each undo.
 *
 * The step-level instance of a step (scope->first + step) is its *node*.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "rollback_order.h"

#include "rollback_list.h"

struct undo_node {
	uint32_t left;   /* entries at it or inside it, not undone yet */
	uint32_t before; /* steps that need it and are not through */
	bool open;       /* its entries may go */
	bool through;    /* nothing of it, nor of what needs it, is left */
};

struct undo_order {
	uint32_t scope;
	struct undo_node *nodes; /* by instance; most are of no matter */
	uint32_t *place;         /* in the list, + 1; 0: not to be undone */
	struct ixs ready, todo;
	size_t taken; /* of `ready` */
};

static uint32_t
node_of(const struct run *r, uint32_t ix)
{
	const struct inst *i = run_inst(r, ix);

	return i->group == IX_NONE ? ix : i->group;
}

/* The node of the step that carries out the flow this node is in. */
static uint32_t
outer_node(const struct undo_order *o, const struct run *r, uint32_t node)
{
	const struct inst *i = run_inst(r, node);

	return i->scope == o->scope ? IX_NONE
				    : node_of(r, run_scope(r, i)->parent);
}

/* --- what may go ---------------------------------------------------------- */

static void
add_ready(struct undo_order *o, uint32_t ix)
{
	if (o->place[ix])
		vec_push(&o->ready, ix);
}

static void open_node(struct undo_order *o, const struct run *r, uint32_t node);

static void
open_child(struct undo_order *o, const struct run *r, uint32_t ix)
{
	const struct inst *i = run_inst(r, ix);
	const struct scope *s;

	add_ready(o, ix);
	if (!i->more || i->more->child == IX_NONE)
		return;
	s = &r->scopes.at[i->more->child];
	for (uint32_t k = 0; k < s->wf->nsteps; k++)
		if (!o->nodes[s->first + k].before)
			open_node(o, r, s->first + k);
}

/* Depth is that of child flows. */
static void
open_node(struct undo_order *o, const struct run *r, uint32_t node)
{
	const struct inst *i = run_inst(r, node);
	struct undo_node *n = &o->nodes[node];

	if (n->open)
		return;
	n->open = true;
	open_child(o, r, node);
	if (i->flags & INST_GROUP && i->more)
		for (uint32_t k = 0; k < i->more->n; k++)
			open_child(o, r, i->more->first + k);
}

static void
tell_needs(struct undo_order *o, const struct run *r, uint32_t node)
{
	const struct inst *i = run_inst(r, node);
	const struct step *step = run_step(r, i);

	for (uint32_t k = 0; k < step->nneeds; k++) {
		uint32_t need = run_scope(r, i)->first + step->needs[k].step;

		if (!--o->nodes[need].before)
			vec_push(&o->todo, need);
	}
}

/* Nodes that may have become open or through. */
static void
settle(struct undo_order *o, const struct run *r)
{
	while (o->todo.n) {
		uint32_t node = vec_pop(&o->todo);
		uint32_t outer = outer_node(o, r, node);
		struct undo_node *n = &o->nodes[node];

		if (n->before || n->through)
			continue;
		if (outer == IX_NONE || o->nodes[outer].open)
			open_node(o, r, node);
		if (n->left)
			continue;
		n->through = true;
		tell_needs(o, r, node);
	}
}

/* --- making --------------------------------------------------------------- */

static void
count_edges(struct undo_order *o, const struct run *r)
{
	for (uint32_t n = 0; n < r->scopes.n; n++) {
		const struct scope *s = &r->scopes.at[n];

		if (!run_is_within(r, n, o->scope))
			continue;
		for (uint32_t k = 0; k < s->wf->nsteps; k++) {
			o->nodes[s->first + k].before =
				workflow_dependents(s->wf, k).n;
			vec_push(&o->todo, s->first + k);
		}
	}
}

static void
add_entry(struct undo_order *o, const struct run *r, uint32_t ix)
{
	for (uint32_t node = node_of(r, ix); node != IX_NONE;
	     node = outer_node(o, r, node))
		o->nodes[node].left++;
}

static const struct undo_order *sorted;

static int
by_place(const void *pa, const void *pb)
{
	uint32_t a = sorted->place[*(const uint32_t *)pa];
	uint32_t b = sorted->place[*(const uint32_t *)pb];

	return (a > b) - (a < b);
}

struct undo_order *
undo_order_new(const struct run *r, uint32_t scope)
{
	const struct undo_list *list = r->scopes.at[scope].undo;
	struct undo_order *o = mem_alloc(sizeof(*o));

	o->scope = scope;
	o->nodes = mem_alloc((r->insts.n + 1) * sizeof(*o->nodes));
	o->place = mem_alloc((r->insts.n + 1) * sizeof(*o->place));
	for (size_t k = 0; k < list->n; k++) {
		if (!undo_is_left(run_inst(r, list->at[k])))
			continue;
		o->place[list->at[k]] = (uint32_t)k + 1;
		add_entry(o, r, list->at[k]);
	}
	count_edges(o, r);
	settle(o, r);
	sorted = o;
	if (o->ready.n)
		qsort(o->ready.at, o->ready.n, sizeof(*o->ready.at), by_place);
	return o;
}

void
undo_order_free(struct undo_order *o)
{
	if (!o)
		return;
	vec_release(&o->ready);
	vec_release(&o->todo);
	free(o->nodes);
	free(o->place);
	free(o);
}

uint32_t
undo_order_next(struct undo_order *o)
{
	return o->taken < o->ready.n ? o->ready.at[o->taken++] : IX_NONE;
}

void
undo_order_done(struct undo_order *o, const struct run *r, uint32_t ix)
{
	size_t before = o->ready.n;

	if (!o->place[ix])
		return;
	o->place[ix] = 0;
	for (uint32_t node = node_of(r, ix); node != IX_NONE;
	     node = outer_node(o, r, node)) {
		o->nodes[node].left--;
		vec_push(&o->todo, node);
	}
	settle(o, r);
	sorted = o;
	if (o->ready.n > before)
		qsort(o->ready.at + before, o->ready.n - before,
		      sizeof(*o->ready.at), by_place);
}
