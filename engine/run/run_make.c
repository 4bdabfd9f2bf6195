/* Making a run with its scopes and instances, and freeing it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "run.h"

#include "items.h"
#include "names.h"
#include "rollback_list.h"
#include "rows.h"

static void
inst_release(struct inst *i)
{
	struct inst_more *m = i->more;

	if (!m)
		return;
	free(m->outputs);
	free(m->key);
	free(m->item);
	free(m->params);
	free(m->prompt);
	free(m->env);
	free(m->answer);
	free(m->assigned);
	free(m->retired);
	items_free(m->items);
	free(m);
}

/* --- what is worked out once for each flow ---------------------------------
 */

static struct flow_facts *
flow_facts(struct run *r, const struct workflow *wf)
{
	struct flow_facts *f;
	uint8_t *accepts;

	vec_each (&r->facts, struct flow_facts *, p)
		if ((*p)->wf == wf)
			return *p;
	f = arena_new(&r->arena, struct flow_facts);
	accepts = arena_array(&r->arena, uint8_t, wf->nsteps);
	for (uint32_t s = 0; s < wf->nsteps; s++)
		for (uint32_t k = 0; k < wf->steps[s].nneeds; k++)
			accepts[s] |= wf->steps[s].needs[k].accepted != 0;
	*f = (struct flow_facts){.wf = wf, .accepts = accepts};
	vec_push(&r->facts, f);
	return f;
}

/* --- making and freeing -----------------------------------------------------
 */

uint32_t
run_add_insts(struct run *r, uint32_t scope, uint32_t first_step, uint32_t n,
	      uint32_t group)
{
	uint32_t first = (uint32_t)r->insts.n;

	vec_reserve(&r->insts, r->insts.n + n);
	for (uint32_t k = 0; k < n; k++) {
		uint32_t step = group == IX_NONE ? first_step + k : first_step;

		vec_push(&r->insts, (struct inst){.scope = scope,
						  .step = step,
						  .group = group,
						  .state = STEP_PENDING,
						  .exit_code = -1});
	}
	r->counts[STEP_PENDING] += n;
	return first;
}

uint32_t
run_add_scope(struct run *r, struct workflow *wf, uint32_t parent,
	      struct value params)
{
	uint32_t number = (uint32_t)r->scopes.n;
	uint32_t up = parent == IX_NONE ? IX_NONE : run_inst(r, parent)->scope;
	struct flow_facts *facts = flow_facts(r, wf);
	uint32_t first = run_add_insts(r, number, 0, wf->nsteps, IX_NONE);

	vec_push(&r->scopes, (struct scope){.wf = wf,
					    .facts = facts,
					    .parent = parent,
					    .up = up,
					    .first = first,
					    .params = params});
	r->scopes.at[number].slots.capacity = wf->max_parallel || up != IX_NONE
						      ? wf->max_parallel
						      : names_cpus();
	for (uint32_t s = 0; s < wf->nsteps; s++)
		if (wf->steps[s].more->many)
			run_inst(r, first + s)->flags |= INST_GROUP;
	return number;
}

/* Numbers that earlier definitions have used up belong to a scope of their
 * own, in which nothing happens any more. */
#define GRAVE 1

static void
add_dead(struct run *r, uint32_t n)
{
	run_add_insts(r, GRAVE, 0, n, IX_NONE);
	vec_each (&r->insts, struct inst, i)
		i->step = 0;
}

static uint32_t
root_first(const struct run *r)
{
	return r->scopes.at[0].first;
}

static void
add_grave(struct run *r)
{
	struct workflow *wf = r->bundle->root;

	vec_push(&r->scopes, (struct scope){.wf = wf,
					    .facts = flow_facts(r, wf),
					    .parent = IX_NONE,
					    .up = IX_NONE,
					    .phase = SCOPE_ENDED});
}

struct run *
run_new(const struct st_run *row, struct bundle *bundle, const char *dir,
	const struct run_borders *borders)
{
	struct run *r = mem_alloc(sizeof(*r));
	struct value params = {0};
	struct scope *root;

	r->row = *row;
	r->bundle = bundle;
	r->borders = borders;
	r->dir = mem_strdup(dir);
	r->actor = "engine";
	rows_keep(r);
	rows_read_options(r);
	value_from_json_text(&r->arena, r->row.params, strlen(r->row.params),
			     &params);
	add_dead(r, rows_base(r->row.data));
	run_add_scope(r, bundle->root, IX_NONE, params);
	if (root_first(r))
		add_grave(r);
	root = &r->scopes.at[0];
	if (r->options.max_parallel)
		root->slots.capacity = r->options.max_parallel;
	r->row.nsteps = bundle->root->nsteps;
	r->batch = st_batch_new(r->row.id);
	return r;
}

void
run_free(struct run *r)
{
	vec_each (&r->insts, struct inst, i)
		inst_release(i);
	vec_each (&r->scopes, struct scope, s) {
		vec_release(&s->slots.waiting);
		free(s->rollback_target);
		undo_list_free(s->undo);
	}
	vec_each (&r->flights, struct flight, f)
		free(f->log);
	map_each (&r->slots, e) {
		vec_release(&((struct slots *)e->value)->waiting);
		free(e->value);
	}
	map_release(&r->slots);
	map_release(&r->programs);
	map_release(&r->inherited);
	vec_release(&r->insts);
	vec_release(&r->scopes);
	vec_release(&r->flights);
	vec_release(&r->slotless);
	vec_release(&r->ready);
	vec_release(&r->dues);
	vec_release(&r->undecided);
	vec_release(&r->held);
	vec_release(&r->unfed);
	vec_release(&r->quiet);
	vec_release(&r->facts);
	vec_release(&r->effects);
	vec_each (&r->doomed, char *, path)
		free(*path);
	vec_release(&r->doomed);
	vec_each (&r->signals, char *, text)
		free(*text);
	vec_release(&r->signals);
	vec_each (&r->hooks, struct hook_due, h) {
		free(h->reason);
		free(h->step);
	}
	vec_release(&r->hooks);
	vec_release(&r->undo_moved);
	st_batch_free(r->batch);
	bundle_free(r->bundle);
	arena_release(&r->arena);
	free(r->dir);
	free(r);
}

uint32_t
run_container(const struct run *r, uint32_t ix)
{
	const struct inst *i = run_inst(r, ix);

	return i->group != IX_NONE ? i->group : run_scope(r, i)->parent;
}

bool
run_is_within(const struct run *r, uint32_t scope, uint32_t ancestor)
{
	while (scope != IX_NONE && scope != ancestor)
		scope = r->scopes.at[scope].up;
	return scope == ancestor;
}
