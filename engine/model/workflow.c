/* The graph of a workflow: lookup, dependents, cycles, and names of enums.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "workflow.h"

#include <stdlib.h>

#include "../base/str.h"

struct workflow *
workflow_new(void)
{
	struct workflow *wf = mem_alloc(sizeof(*wf));

	wf->rollback_max_parallel = 1;
	wf->deadline = DURATION_NONE;
	wf->on_failure = (struct failure_policy){
		.action = ON_FAILURE_STOP,
		.fallback = STEP_NONE,
		.ask_timeout = DURATION_NONE,
		.ask_default = ON_FAILURE_STOP,
	};
	wf->warn = (struct warn){.after = DURATION_NONE,
				 .silence = DURATION_NONE,
				 .retries = -1,
				 .memory = -1};
	return wf;
}

void
workflow_free(struct workflow *wf)
{
	if (!wf)
		return;
	arena_release(&wf->arena);
	free(wf->text_owned);
	free(wf);
}

void
workflow_forget_text(struct workflow *wf)
{
	free(wf->text_owned);
	wf->text = wf->text_owned = NULL;
	wf->text_bytes = 0;
}

/* --- ids ----------------------------------------------------------------- */

/* The slot that holds the id, or is free for it. */
static uint32_t *
slot_of(const struct workflow *wf, const char *id)
{
	size_t i = map_hash(id) & (wf->nslots - 1);

	while (wf->by_id[i] && !str_eq(wf->steps[wf->by_id[i] - 1].id, id))
		i = (i + 1) & (wf->nslots - 1);
	return &wf->by_id[i];
}

uint32_t
workflow_step(const struct workflow *wf, const char *id)
{
	return wf->nslots ? *slot_of(wf, id) - 1 : STEP_NONE;
}

void
workflow_reserve(struct workflow *wf, uint32_t n)
{
	wf->nslots = 8;
	while (wf->nslots < n + n / 4)
		wf->nslots *= 2;
	wf->by_id = arena_array(&wf->arena, uint32_t, wf->nslots);
	wf->steps = arena_array(&wf->arena, struct step, n);
	wf->nsteps = n;
}

uint32_t
workflow_enter(struct workflow *wf, uint32_t step)
{
	uint32_t *slot = slot_of(wf, wf->steps[step].id);

	if (!*slot)
		*slot = step + 1;
	return *slot - 1;
}

/* --- the graph ----------------------------------------------------------- */

/* from[s + 1] is first how many need s, then where the next of them goes, and
 * at last where they end. */
void
workflow_link(struct workflow *wf)
{
	uint32_t *from = arena_array(&wf->arena, uint32_t, wf->nsteps + 1);
	uint32_t total = 0;

	for (uint32_t i = 0; i < wf->nsteps; i++)
		for (uint32_t k = 0; k < wf->steps[i].nneeds; k++)
			from[wf->steps[i].needs[k].step + 1]++;
	for (uint32_t i = 0; i < wf->nsteps; i++) {
		uint32_t n = from[i + 1];

		from[i + 1] = total;
		total += n;
	}
	wf->dependents_from = from;
	wf->dependents = arena_array(&wf->arena, uint32_t, total);
	for (uint32_t i = 0; i < wf->nsteps; i++)
		for (uint32_t k = 0; k < wf->steps[i].nneeds; k++)
			wf->dependents[from[wf->steps[i].needs[k].step + 1]++] =
				i;
}

/* --- walks --------------------------------------------------------------- */

enum colour {
	WHITE,
	GREY,
	BLACK
};

struct walk {
	uint32_t *path;
	uint32_t *next; /* need to look at next, per step on the path */
	unsigned char *colour;
	uint32_t depth;
};

/* From a grey step found again: the circle, first = last. */
static uint32_t
close_circle(struct walk *w, uint32_t step)
{
	uint32_t start = 0, n;

	while (w->path[start] != step)
		start++;
	n = w->depth - start;
	memmove(w->path, w->path + start, n * sizeof(*w->path));
	w->path[n] = step;
	return n + 1;
}

static uint32_t
walk_from(const struct workflow *wf, struct walk *w, uint32_t root)
{
	w->path[0] = root;
	w->next[0] = 0;
	w->colour[root] = GREY;
	w->depth = 1;
	while (w->depth) {
		const struct step *s = &wf->steps[w->path[w->depth - 1]];
		uint32_t need;

		if (w->next[w->depth - 1] == s->nneeds) {
			w->colour[w->path[--w->depth]] = BLACK;
			continue;
		}
		need = s->needs[w->next[w->depth - 1]++].step;
		if (w->colour[need] == GREY)
			return close_circle(w, need);
		if (w->colour[need] == BLACK)
			continue;
		w->colour[need] = GREY;
		w->path[w->depth] = need;
		w->next[w->depth++] = 0;
	}
	return 0;
}

uint32_t
workflow_find_cycle(const struct workflow *wf, uint32_t *path)
{
	struct walk w = {.path = path};
	uint32_t n = 0;

	w.next = mem_alloc((wf->nsteps + 1) * sizeof(*w.next));
	w.colour = mem_alloc(wf->nsteps);
	for (uint32_t i = 0; i < wf->nsteps && !n; i++)
		if (w.colour[i] == WHITE)
			n = walk_from(wf, &w, i);
	free(w.next);
	free(w.colour);
	return n;
}

uint32_t *
workflow_order(const struct workflow *wf)
{
	uint32_t *left = mem_alloc((wf->nsteps + 1) * sizeof(*left));
	uint32_t *order = mem_alloc((wf->nsteps + 1) * sizeof(*order));
	uint32_t n = 0;

	for (uint32_t s = 0; s < wf->nsteps; s++) {
		left[s] = wf->steps[s].nneeds;
		if (!left[s])
			order[n++] = s;
	}
	for (uint32_t k = 0; k < n; k++) {
		struct dependents d = workflow_dependents(wf, order[k]);

		for (uint32_t j = 0; j < d.n; j++)
			if (!--left[d.at[j]])
				order[n++] = d.at[j];
	}
	free(left);
	return order;
}

bool
workflow_needs(const struct workflow *wf, uint32_t step, uint32_t other)
{
	unsigned char *seen = mem_alloc(wf->nsteps);
	uint32_t *todo = mem_alloc((wf->nsteps + 1) * sizeof(*todo));
	uint32_t n = 0;
	bool found = false;

	todo[n++] = step;
	while (n && !found) {
		const struct step *s = &wf->steps[todo[--n]];

		for (uint32_t k = 0; k < s->nneeds; k++) {
			uint32_t need = s->needs[k].step;

			found |= need == other;
			if (!seen[need]) {
				seen[need] = 1;
				todo[n++] = need;
			}
		}
	}
	free(seen);
	free(todo);
	return found;
}

/* --- small questions ----------------------------------------------------- */

int64_t
step_log_limit(const struct step *step)
{
	int64_t limit = step->more->limits.log;

	return limit < 0 ? WORKFLOW_LOG_LIMIT : limit;
}

struct command
step_command(const struct step *step)
{
	if (step->action == ACTION_ARGV)
		return *step->does.argv;
	return (struct command){
		.run = step->action == ACTION_RUN ? step->does.run : NULL};
}

/* Only what a step can end in is ever accepted, and those states come last. */
#define FIRST_ACCEPTED STEP_SUCCEEDED
_Static_assert(STEP_NSTATES - FIRST_ACCEPTED <= 15, "bits of need.accepted");
_Static_assert(WORKFLOW_MAX_STEPS < 1 << 17, "bits of need.step");

struct need
need_of(uint32_t step, uint32_t accept)
{
	return (struct need){.step = step & 0x1ffff,
			     .accepted = accept >> FIRST_ACCEPTED & 0x7fff};
}

uint32_t
need_accept(struct need need)
{
	return (uint32_t)need.accepted << FIRST_ACCEPTED;
}

bool
workflow_has_undo(const struct step *step)
{
	const struct step_more *m = step->more;

	return m->undo.command.run || m->undo.command.nargv || m->nprotect;
}

enum on_lost
step_on_lost(const struct step *step)
{
	const struct step_more *m = step->more;
	bool check = m->check.run || m->check.nargv;

	if (m->on_lost != ON_LOST_DEFAULT &&
	    (m->on_lost != ON_LOST_CHECK || check))
		return m->on_lost;
	if (check)
		return ON_LOST_CHECK;
	return m->idempotent ? ON_LOST_RERUN : ON_LOST_ASK;
}

const char *
join_name(enum join_kind join)
{
	static const char *const names[] = {
		[JOIN_ALL] = "all",       [JOIN_ANY] = "any",
		[JOIN_COUNT] = "count",   [JOIN_DONE] = "done",
		[JOIN_FAILED] = "failed",
	};

	return names[join];
}

const char *
failure_action_name(enum failure_action action)
{
	static const char *const names[] = {
		[ON_FAILURE_DEFAULT] = "default",
		[ON_FAILURE_STOP] = "stop",
		[ON_FAILURE_CONTINUE] = "continue",
		[ON_FAILURE_ASK] = "ask",
		[ON_FAILURE_ROLLBACK] = "rollback",
		[ON_FAILURE_IGNORE] = "ignore",
		[ON_FAILURE_FALLBACK] = "fallback",
	};

	return names[action];
}

const char *
hook_name(enum hook hook)
{
	static const char *const names[] = {
#define HOOK_NAME(symbol, name) [HOOK_##symbol] = name,
		HOOKS(HOOK_NAME)
#undef HOOK_NAME
	};

	return hook < NHOOKS ? names[hook] : "";
}
