/* Counting places; those who wait for one are woken one at a time.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "slots.h"

#include "../base/clock.h"
#include "queue.h"

/* How often to ask again for a slot that another run holds. */
#define HOST_POLL 200

static bool
runs_process(const struct step *step)
{
	return step_runs_command(step) || step->more->check.run ||
	       step->more->check.nargv;
}

bool
slots_needed(const struct run *r, uint32_t ix)
{
	const struct inst *i = run_inst(r, ix);
	const struct step *step = run_step(r, i);

	if (i->flags & INST_GROUP)
		return false;
	return runs_process(step) || step->more->npools || step->more->locks.n;
}

static struct slots *
named(struct run *r, const struct workflow *wf, const char *name, bool lock)
{
	char *key =
		arena_printf(&r->arena, "%s:%s", lock ? "lock" : "pool", name);
	struct slots *s = map_get(&r->slots, key);

	if (s)
		return s;
	s = mem_alloc(sizeof(*s));
	s->capacity = 1;
	for (uint32_t k = 0; !lock && k < wf->npools; k++) {
		if (str_eq(wf->pools[k].name, name)) {
			s->capacity = wf->pools[k].slots;
			s->host = wf->pools[k].host;
		}
	}
	map_set(&r->slots, key, s);
	return s;
}

bool
slots_free(const struct run *r)
{
	const struct slots *s = &r->scopes.at[0].slots;

	return s->taken < s->capacity;
}

/* Wait for room in `s`. */
static bool
wait_for(struct run *r, struct slots *s, uint32_t ix)
{
	queue_push(r, &s->waiting, ix);
	return false;
}

static bool
scopes_have_room(struct run *r, uint32_t ix)
{
	for (uint32_t n = run_inst(r, ix)->scope; n != IX_NONE;
	     n = r->scopes.at[n].up) {
		struct slots *s = &r->scopes.at[n].slots;

		if (s->capacity && s->taken >= s->capacity)
			return wait_for(r, s, ix);
	}
	return true;
}

static bool
claim_host(struct run *r, uint32_t ix, const char *name, struct slots *s,
	   uint32_t n)
{
	struct inst *i;
	char *key;
	enum st_result result;

	if (!r->store)
		return true;
	key = mem_printf("pool:%s", name);
	result = st_claim(r->store, key, n, s->capacity, r->row.id, ix, NULL);
	free(key);
	if (result == ST_OK)
		return true;
	i = run_inst(r, ix);
	inst_wake(i, inst_due(i), clock_boot() + HOST_POLL);
	dues_push(r, inst_due_boot(i), ix);
	return false;
}

static void
scopes_add(struct run *r, uint32_t ix, uint32_t by)
{
	for (uint32_t n = run_inst(r, ix)->scope; n != IX_NONE;
	     n = r->scopes.at[n].up)
		r->scopes.at[n].slots.taken += by;
}

static bool
room_in_pools(struct run *r, uint32_t ix)
{
	const struct inst *i = run_inst(r, ix);
	const struct workflow *wf = run_scope(r, i)->wf;
	const struct step_more *more = run_step(r, i)->more;

	for (uint32_t k = 0; k < more->npools; k++) {
		struct slots *s = named(r, wf, more->pools[k].pool, false);

		if (s->taken + more->pools[k].slots > s->capacity)
			return wait_for(r, s, ix);
	}
	for (uint32_t k = 0; k < more->locks.n; k++) {
		struct slots *s = named(r, wf, more->locks.at[k], true);

		if (s->taken)
			return wait_for(r, s, ix);
	}
	for (uint32_t k = 0; k < more->npools; k++) {
		struct slots *s = named(r, wf, more->pools[k].pool, false);

		if (s->host && !claim_host(r, ix, more->pools[k].pool, s,
					   more->pools[k].slots))
			return false;
	}
	return true;
}

void
slots_hold(struct run *r, uint32_t ix)
{
	struct inst *i = run_inst(r, ix);
	const struct workflow *wf = run_scope(r, i)->wf;
	const struct step_more *more = run_step(r, i)->more;

	i->flags |= INST_HOLDS;
	if (runs_process(run_step(r, i)))
		scopes_add(r, ix, 1);
	for (uint32_t k = 0; k < more->npools; k++)
		named(r, wf, more->pools[k].pool, false)->taken +=
			more->pools[k].slots;
	for (uint32_t k = 0; k < more->locks.n; k++)
		named(r, wf, more->locks.at[k], true)->taken++;
}

bool
slots_take(struct run *r, uint32_t ix)
{
	bool process = runs_process(run_step(r, run_inst(r, ix)));

	if ((process && !scopes_have_room(r, ix)) || !room_in_pools(r, ix))
		return false;
	slots_hold(r, ix);
	return true;
}

static void
wake_one(struct run *r, struct slots *s)
{
	while (s->waiting.n) {
		uint32_t ix = queue_pop(r, &s->waiting);

		if (run_inst(r, ix)->state != STEP_READY)
			continue;
		queue_push(r, &r->ready, ix);
		return;
	}
}

static void
give_pool(struct run *r, uint32_t ix, const struct workflow *wf,
	  const struct slot_need *need)
{
	struct slots *s = named(r, wf, need->pool, false);
	char *key;

	s->taken -= need->slots;
	for (uint32_t k = 0; k < need->slots; k++)
		wake_one(r, s);
	if (!s->host || !r->store)
		return;
	key = mem_printf("pool:%s", need->pool);
	st_release(r->store, key, r->row.id, ix, NULL);
	free(key);
}

void
slots_give(struct run *r, uint32_t ix)
{
	struct inst *i = run_inst(r, ix);
	const struct workflow *wf = run_scope(r, i)->wf;
	const struct step_more *more = run_step(r, i)->more;

	if (!(i->flags & INST_HOLDS))
		return;
	i->flags &= (uint16_t)~INST_HOLDS;
	if (runs_process(run_step(r, i))) {
		scopes_add(r, ix, (uint32_t)-1);
		for (uint32_t n = i->scope; n != IX_NONE;
		     n = r->scopes.at[n].up)
			wake_one(r, &r->scopes.at[n].slots);
	}
	for (uint32_t k = 0; k < more->npools; k++)
		give_pool(r, ix, wf, &more->pools[k]);
	for (uint32_t k = 0; k < more->locks.n; k++) {
		struct slots *s = named(r, wf, more->locks.at[k], true);

		s->taken--;
		wake_one(r, s);
	}
}
