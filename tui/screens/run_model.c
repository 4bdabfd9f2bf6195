/* The run as the tabs see it: snapshot, visible nodes, selection.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "../../engine/base/map.h"
#include "run_view.h"

struct run_view *
run_view_of(const struct view *v)
{
	return v->state;
}

/* --- groups
 * ------------------------------------------------------------------- */

/* "each[a]/deploy" -> "each[a]" -> "each"; false at the outermost. */
static bool
strip_path(char *path)
{
	size_t n = strlen(path);
	int depth = 0;

	while (n-- > 0) {
		if (path[n] == ']')
			depth++;
		else if (path[n] == '[')
			depth--;
		if (depth == 0 && (path[n] == '/' || path[n] == '[')) {
			path[n] = '\0';
			return true;
		}
	}
	return false;
}

/* Index + 1 of the group a step belongs to, 0: to none. */
static size_t
parent_of(const struct map *by_path, const char *path)
{
	char *p = mem_strdup(path);
	size_t parent = 0;

	while (!parent && strip_path(p))
		parent = (size_t)(uintptr_t)map_get(by_path, p);
	free(p);
	return parent;
}

static bool
is_open(const struct run_view *rv, const char *path)
{
	vec_each (&rv->open_groups, char *, p)
		if (str_eq(*p, path))
			return true;
	return false;
}

void
run_toggle_group(struct run_view *rv, size_t node)
{
	const char *path = rv->d.steps[rv->nodes.at[node].step].path;

	for (size_t i = 0; i < rv->open_groups.n; i++) {
		if (!str_eq(rv->open_groups.at[i], path))
			continue;
		free(rv->open_groups.at[i]);
		rv->open_groups.at[i] = vec_last(&rv->open_groups);
		rv->open_groups.n--;
		run_rebuild(rv);
		return;
	}
	vec_push(&rv->open_groups, mem_strdup(path));
	run_rebuild(rv);
}

/* --- nodes
 * ---------------------------------------------------------------------- */

struct model {
	struct run_view *rv;
	struct map by_path; /* path -> step + 1 */
	size_t *parent;     /* step -> step + 1 of its group */
	size_t *node;       /* step -> node + 1; hidden: that of its group */
};

static void
map_steps(struct model *m)
{
	for (size_t i = m->by_path.n; i < m->rv->d.nsteps; i++)
		map_set(&m->by_path, m->rv->d.steps[i].path,
			(void *)(uintptr_t)(i + 1));
}

void
run_forget_nodes(struct run_view *rv)
{
	run_graph_forget(rv);
	rv->nodes.n = 0;
	free(rv->needs);
	rv->needs = NULL;
	free(rv->shown);
	free(rv->blocker);
	free(rv->place);
	rv->shown = NULL;
	rv->blocker = NULL;
	rv->place = NULL;
	free(rv->graph_nodes);
	rv->graph_nodes = NULL;
	lanes_release(&rv->lanes);
}

/* Does it keep what needs it from ever beginning, as things are? */
static bool
blocks(enum shown shown)
{
	return shown == SHOWN_BLOCK || shown == SHOWN_FAIL ||
	       shown == SHOWN_TIME || shown == SHOWN_LOST ||
	       shown == SHOWN_CANC;
}

/* What a pending step needs and will never get. */
static const char *
find_blocker(const struct model *m, const struct wf_step_info *s)
{
	const struct run_view *rv = m->rv;
	bool waits = s->nblocked_by > 0;
	const char *const *names = waits ? s->blocked_by : s->needs;
	size_t n = waits ? s->nblocked_by : s->nneeds;

	for (size_t k = 0; k < n; k++) {
		size_t i = (size_t)(uintptr_t)map_get(&m->by_path, names[k]);
		enum shown shown = i ? rv->shown[i - 1] : SHOWN_OK;

		if (blocks(shown))
			return names[k];
	}
	return NULL;
}

/* Needs mostly stand before those that need them: few rounds. */
static void
show_steps(struct model *m)
{
	struct run_view *rv = m->rv;
	bool more = false;

	rv->shown = mem_alloc((rv->d.nsteps + 1) * sizeof(*rv->shown));
	rv->blocker = mem_alloc((rv->d.nsteps + 1) * sizeof(*rv->blocker));
	for (size_t i = 0; i < rv->d.nsteps; i++)
		more |= blocks(rv->shown[i] = step_shown(&rv->d.steps[i]));
	if (more)
		map_steps(m);
	while (more) {
		more = false;
		for (size_t i = 0; i < rv->d.nsteps; i++) {
			if (rv->shown[i] != SHOWN_PEND)
				continue;
			rv->blocker[i] = find_blocker(m, &rv->d.steps[i]);
			if (!rv->blocker[i])
				continue;
			rv->shown[i] = SHOWN_BLOCK;
			more = true;
		}
	}
}

/* A member is shown when all groups around it are open. */
static void
place_step(struct model *m, size_t i)
{
	struct run_view *rv = m->rv;
	size_t hidden_by = 0;
	int indent = 0;

	for (size_t p = m->parent[i]; p; p = m->parent[p - 1]) {
		indent++;
		if (!is_open(rv, rv->d.steps[p - 1].path))
			hidden_by = p;
	}
	if (hidden_by) {
		m->node[i] = m->node[hidden_by - 1];
		return;
	}
	m->node[i] = rv->nodes.n + 1;
	vec_push(&rv->nodes, (struct run_node){.step = i, .indent = indent});
}

static void
count_members(struct model *m)
{
	struct run_view *rv = m->rv;

	for (size_t i = 0; i < rv->d.nsteps; i++) {
		size_t p = m->parent[i];
		struct run_node *group;

		if (!p || !m->node[p - 1])
			continue;
		group = &rv->nodes.at[m->node[p - 1] - 1];
		group->members++;
		group->done += step_state_is_good(rv->d.steps[i].state);
		group->failed += rv->d.steps[i].state == STEP_FAILED;
	}
}

/* `needs` is where its own begin; where the next node's do. */
static size_t *
link_needs(struct model *m, size_t at, size_t *needs)
{
	struct run_view *rv = m->rv;
	struct run_node *node = &rv->nodes.at[at];
	const struct wf_step_info *s = &rv->d.steps[node->step];
	size_t group = m->parent[node->step];

	node->needs = needs;
	for (size_t k = 0; k < s->nneeds; k++) {
		void *found = map_get(&m->by_path, s->needs[k]);
		size_t step = (size_t)(uintptr_t)found;

		/* What a whole group needs is drawn to the group. */
		if (step && m->node[step - 1] && m->parent[step - 1] == group)
			node->needs[node->nneeds++] = m->node[step - 1] - 1;
	}
	if (group && node->nneeds == 0 && m->node[group - 1])
		node->needs[node->nneeds++] = m->node[group - 1] - 1;
	return needs + node->nneeds;
}

static void
link_nodes(struct model *m)
{
	struct run_view *rv = m->rv;
	size_t n = 0, *next;

	vec_each (&rv->nodes, struct run_node, node)
		n += rv->d.steps[node->step].nneeds + 1;
	rv->needs = next = mem_alloc((n + 1) * sizeof(*rv->needs));
	for (size_t i = 0; i < rv->nodes.n; i++)
		next = link_needs(m, i, next);
}

static void
name_nodes(struct run_view *rv)
{
	for (size_t i = 0; i < rv->nodes.n; i++) {
		const struct run_node *node = &rv->nodes.at[i];
		const struct wf_step_info *s = &rv->d.steps[node->step];
		enum shown shown = run_step_shown(rv, s);

		rv->graph_nodes[i] = (struct graph_node){
			.label = s->path,
			.needs = node->needs,
			.nneeds = node->nneeds,
			.style = (uint8_t)shown_states[shown].style,
		};
	}
}

/* Once, not with every picture. */
static void
measure(struct run_view *rv)
{
	rv->widest.step = rv->widest.node = rv->widest.row = 0;
	for (size_t i = 0; i < rv->d.nsteps; i++) {
		int n = text_width_str(rv->d.steps[i].path);

		rv->widest.step = n > rv->widest.step ? n : rv->widest.step;
	}
	vec_each (&rv->nodes, struct run_node, node) {
		int n = text_width_str(rv->d.steps[node->step].path);
		int row = n + 2 * node->indent;

		rv->widest.node = n > rv->widest.node ? n : rv->widest.node;
		rv->widest.row = row > rv->widest.row ? row : rv->widest.row;
	}
}

static void
restore_selection(struct run_view *rv)
{
	list_resize(&rv->list, rv->order.n);
	for (size_t row = 0; row < rv->order.n && rv->selected; row++) {
		size_t step = rv->nodes.at[rv->order.at[row]].step;

		if (str_eq(rv->d.steps[step].path, rv->selected))
			rv->list.cursor = row;
	}
}

/* As the gutter has them; while a rollback is watched its steps first, in the
 * order in which they are undone. */
static void
order_rows(struct model *m)
{
	struct run_view *rv = m->rv;

	rv->order.n = rv->depth.n = 0;
	rv->place = mem_alloc((rv->d.nsteps + 1) * sizeof(*rv->place));
	for (size_t k = 0; k < rv->plan.n; k++) {
		void *found = map_get(&m->by_path, rv->plan.at[k]);
		size_t step = (size_t)(uintptr_t)found;

		if (!step)
			continue;
		rv->place[step - 1] = k + 1;
		if (!rv->plan_order || !m->node[step - 1] ||
		    rv->nodes.at[m->node[step - 1] - 1].step != step - 1)
			continue; /* inside a closed group */
		vec_push(&rv->order, m->node[step - 1] - 1);
		vec_push(&rv->depth, 0);
	}
	for (size_t r = 0; r < rv->lanes.nrows; r++) {
		int node = rv->lanes.rows[r].node;

		if (node == LANES_NONE ||
		    (rv->plan_order && rv->place[rv->nodes.at[node].step]))
			continue;
		vec_push(&rv->order, (size_t)node);
		vec_push(&rv->depth, rv->lanes.rows[r].depth);
	}
}

void
run_rebuild(struct run_view *rv)
{
	struct model m = {.rv = rv};
	size_t n = rv->d.nsteps;

	run_forget_nodes(rv);
	m.parent = mem_alloc((n + 1) * sizeof(size_t));
	m.node = mem_alloc((n + 1) * sizeof(size_t));
	map_steps(&m);
	for (size_t i = 0; i < n; i++)
		m.parent[i] = parent_of(&m.by_path, rv->d.steps[i].path);
	show_steps(&m);
	for (size_t i = 0; i < n; i++)
		place_step(&m, i);
	count_members(&m);
	rv->graph_nodes =
		mem_alloc((rv->nodes.n + 1) * sizeof(*rv->graph_nodes));
	link_nodes(&m);
	name_nodes(rv);
	measure(rv);
	lanes_build(&rv->lanes, rv->graph_nodes, rv->nodes.n);
	order_rows(&m);
	restore_selection(rv);
	free(m.parent);
	free(m.node);
	map_release(&m.by_path);
}

bool
run_has_same_steps(const struct run_view *rv, const struct wf_run_detail *d)
{
	bool same = rv->d.nsteps == d->nsteps && !rv->plan.n &&
		    d->run.definition && rv->d.run.definition &&
		    str_eq(d->run.definition, rv->d.run.definition);

	/* Members come and go, and are counted. */
	for (size_t i = 0; same && i < d->nsteps; i++)
		same = !d->steps[i].is_group &&
		       str_eq(d->steps[i].path, rv->d.steps[i].path);
	return same;
}

void
run_restate(struct run_view *rv)
{
	struct model m = {.rv = rv};

	run_graph_forget(rv);
	free(rv->shown);
	free(rv->blocker);
	show_steps(&m);
	name_nodes(rv);
	map_release(&m.by_path);
}

void
run_view_release(struct run_view *rv)
{
	run_forget_nodes(rv);
	vec_release(&rv->nodes);
	vec_release(&rv->order);
	vec_release(&rv->depth);
	vec_each (&rv->open_groups, char *, p)
		free(*p);
	vec_release(&rv->open_groups);
	run_plan_release(rv);
	free(rv->turn);
	free(rv->selected);
	log_release(&rv->log);
	prompt_release(&rv->find);
	prompt_release(&rv->events.find);
	events_forget(rv);
	pager_release(&rv->info);
	free(rv->info_of);
	run_about_release(rv);
	wf_list_free(&rv->d.list);
}

/* --- selection
 * -------------------------------------------------------------------- */

size_t
run_selected_node(const struct run_view *rv)
{
	return rv->list.cursor < rv->order.n ? rv->order.at[rv->list.cursor]
					     : 0;
}

const struct wf_step_info *
run_selected(const struct run_view *rv)
{
	if (rv->order.n == 0)
		return NULL;
	return &rv->d.steps[rv->nodes.at[run_selected_node(rv)].step];
}

void
run_select(struct run_view *rv, size_t node)
{
	if (node >= rv->nodes.n)
		return;
	for (size_t row = 0; row < rv->order.n; row++)
		if (rv->order.at[row] == node)
			rv->list.cursor = row;
	rv->chosen = true;
	free(rv->selected);
	rv->selected = mem_strdup(rv->d.steps[rv->nodes.at[node].step].path);
	rv->log.attempt = -1;
	rv->log.follow = true;
	rv->log.found = SIZE_MAX;
}

bool
run_next_problem(struct run_view *rv, bool forward)
{
	size_t n = rv->order.n;

	for (size_t i = 1; i <= n; i++) {
		size_t row = (rv->list.cursor + (forward ? i : n - i)) % n;
		size_t node = rv->order.at[row];
		enum shown shown =
			step_shown(&rv->d.steps[rv->nodes.at[node].step]);

		if (shown != SHOWN_FAIL && shown != SHOWN_TIME &&
		    shown != SHOWN_LOST && shown != SHOWN_UNDOX &&
		    shown != SHOWN_WAIT && shown != SHOWN_RETRY)
			continue;
		run_select(rv, node);
		return true;
	}
	return false;
}
