/* The meaning of the whole: needs, cycles, places to roll back to.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "yaml_reader.h"

/* --- cycles -------------------------------------------------------------- */

#define SHOWN 12 /* steps of a cycle that are named */

static bool
check_cycle(struct reader *r)
{
	struct workflow *wf = r->wf;
	uint32_t *path = mem_alloc((wf->nsteps + 1) * sizeof(*path));
	uint32_t n = workflow_find_cycle(wf, path);
	struct strbuf b = STRBUF_INIT;

	for (uint32_t i = 0; i < n; i++) {
		if (n > SHOWN && i >= SHOWN - 2 && i < n - 2) {
			if (i == SHOWN - 2)
				strbuf_addf(&b, " -> ... %u more ...",
					    n - SHOWN);
			continue;
		}
		strbuf_addf(&b, "%s%s", i ? " -> " : "", wf->steps[path[i]].id);
	}
	if (n) {
		const struct node *step = reader_step_node(r, path[0]);
		const struct node *needs = node_get(&r->tree, step, "needs");

		reader_error(r, needs ? needs : step,
			     "remove one of these needs",
			     "the steps need each other in a circle: %s", b.at);
	}
	strbuf_release(&b);
	free(path);
	return n > 0;
}

/* --- needs --------------------------------------------------------------- */

static const struct step *
stands_in_for(const struct workflow *wf, uint32_t fallback)
{
	for (uint32_t i = 0; i < wf->nsteps; i++)
		if (wf->steps[i].more->on_failure.action ==
			    ON_FAILURE_FALLBACK &&
		    wf->steps[i].more->on_failure.fallback == fallback)
			return &wf->steps[i];
	return NULL;
}

static void
check_need(struct reader *r, uint32_t index, uint32_t need)
{
	const struct step *s = &r->wf->steps[index];
	const struct step *t = &r->wf->steps[need];
	const struct node *place;
	const struct step *original;
	char *hint;

	if (s->finally == t->finally && !t->is_fallback)
		return;
	place = node_get(&r->tree, reader_step_node(r, index), "needs");
	if (!place)
		place = reader_step_node(r, index);
	if (s->finally != t->finally) {
		reader_error(r, place,
			     s->finally ? "it runs after all of them; read "
					  "steps.ID.state in its `if`"
					: "move one of the two",
			     "step \"%s\" needs \"%s\", but `finally` runs "
			     "when everything else is over",
			     s->id, t->id);
		return;
	}
	original = stands_in_for(r->wf, need);
	if (s->is_fallback || r->diags->n >= WF_MAX_FINDINGS)
		return;
	hint = mem_printf("need \"%s\": its fallback counts as its success",
			  original && original->id ? original->id : "");
	reader_error(r, place, hint,
		     "step \"%s\" needs \"%s\", which runs only in place of "
		     "another",
		     s->id, t->id);
	free(hint);
}

static void
check_needs(struct reader *r)
{
	for (uint32_t i = 0; i < r->wf->nsteps; i++)
		for (uint32_t k = 0; k < r->wf->steps[i].nneeds; k++)
			check_need(r, i, r->wf->steps[i].needs[k].step);
}

/* --- places to roll back to ---------------------------------------------- */

static void
check_target(struct reader *r, const struct node *n, const char *target)
{
	struct map names = {0};

	if (!target || str_eq(target, "start") ||
	    map_find(&r->savepoints, target) ||
	    workflow_step(r->wf, target) != STEP_NONE)
		return;
	map_each (&r->savepoints, e)
		map_set(&names, e->key, e->value);
	reader_step_names(r, &names);
	reader_unknown(r, n, "savepoint or step", target, &names,
		       "name a savepoint, a step, or \"start\"");
	map_release(&names);
}

/* The value at the end of a path of keys, or the last node that is there. */
static const struct node *
find_node(struct reader *r, const struct node *n, const char *const *path)
{
	for (; *path; path++) {
		const struct node *next = node_get(&r->tree, n, *path);

		if (!next)
			return n;
		n = next;
	}
	return n;
}

static void
check_step_targets(struct reader *r, uint32_t index)
{
	static const char *const failure[] = {"on_failure", "rollback", NULL};
	static const char *const reject[] = {"approval", "on_reject",
					     "rollback", NULL};
	static const char *const back[] = {"approval", "send_back", NULL};
	const struct step_more *m = r->wf->steps[index].more;
	const struct node *n = reader_step_node(r, index), *place;

	if (m->on_failure.action == ON_FAILURE_ROLLBACK)
		check_target(r, find_node(r, n, failure), m->on_failure.target);
	if (!m->approval)
		return;
	check_target(r, find_node(r, n, reject), m->approval->reject_target);
	place = find_node(r, n, back);
	for (uint32_t i = 0; i < m->approval->nsend_back; i++)
		vec_push(&r->references,
			 (struct reference){index, m->approval->send_back[i],
					    (int)place->line,
					    (int)place->column, true});
}

static void
check_targets(struct reader *r)
{
	static const char *const failure[] = {"on_failure", "rollback", NULL};

	if (r->wf->on_failure.action == ON_FAILURE_ROLLBACK)
		check_target(r, find_node(r, r->tree.root, failure),
			     r->wf->on_failure.target);
	for (uint32_t i = 0; i < r->wf->nsteps; i++)
		check_step_targets(r, i);
	map_each (&r->savepoints, e) {
		uint32_t other = workflow_step(r->wf, e->key);
		uint32_t own = (uint32_t)(uintptr_t)e->value - 1;

		if (other != STEP_NONE && other != own)
			reader_error(r,
				     node_get(&r->tree,
					      reader_step_node(r, own),
					      "savepoint"),
				     "choose another name",
				     "savepoint \"%s\" has the name of a "
				     "step",
				     e->key);
	}
}

void
reader_check(struct reader *r)
{
	check_needs(r);
	check_targets(r);
	workflow_link(r->wf);
	/* Steps that were streamed need what stands above them. */
	r->cyclic = !r->streaming && check_cycle(r);
}
