/* Reads the steps: ids first, so that every reference is known, then each.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "yaml_reader.h"

#define NEED_ROOM 256

void
warn_init(struct warn *warn)
{
	*warn = (struct warn){.after = DURATION_NONE,
			      .silence = DURATION_NONE,
			      .retries = -1,
			      .memory = -1};
}

void
step_more_init(struct step_more *more)
{
	more->timeout = more->silence = DURATION_NONE;
	more->kill_after = 10000;
	more->limits = (struct limits){.memory = -1,
				       .file_size = -1,
				       .log = -1,
				       .cpu_time = -1,
				       .processes = -1,
				       .open_files = -1};
	more->on_failure = (struct failure_policy){
		.fallback = STEP_NONE,
		.ask_timeout = DURATION_NONE,
		.ask_default = ON_FAILURE_STOP,
	};
	more->undo.timeout = DURATION_NONE;
	more->redundancy.after = DURATION_NONE;
	warn_init(&more->warn);
}

/* --- ids ----------------------------------------------------------------- */

static void
read_id(struct reader *r, const struct node *n, uint32_t index)
{
	const struct node *id = NULL;
	struct step *s = &r->wf->steps[index];
	uint32_t other;

	if (node_kind(&r->tree, n) == NODE_MAP)
		id = node_get(&r->tree, n, "id");
	else
		reader_error(r, n, "for example `- {id: hello, run: echo hi}`",
			     "a step is a map, and this is %s",
			     node_kind_name(&r->tree, n));
	if (r->step_nodes)
		r->step_nodes[index] = n;
	s->id = "?";
	s->line = (int)n->line;
	s->column = n->column & 0xfffff;
	if (!id || node_is_null(&r->tree, id)) {
		if (node_kind(&r->tree, n) == NODE_MAP)
			reader_error(r, n, "write `id: NAME` in it",
				     "the step has no id");
		return;
	}
	if (!reader_name(r, id, NULL))
		return;
	s->id = node_text(&r->tree, id);
	other = workflow_enter(r->wf, index);
	if (other != index) {
		char *hint = mem_printf("the other stands in line %d; ids are "
					"unique",
					r->wf->steps[other].line);

		reader_error(r, id, hint, "a second step \"%s\"", s->id);
		free(hint);
	}
}

static uint32_t
count_steps(struct reader *r, const struct node *list, const char *what)
{
	if (!list || node_is_null(&r->tree, list))
		return 0;
	if (node_kind(&r->tree, list) == NODE_LIST)
		return node_count(&r->tree, list);
	reader_error(r, list, "for example `- {id: hello, run: echo hi}`",
		     "\"%s\" must be a list of steps, not %s", what,
		     node_kind_name(&r->tree, list));
	return 0;
}

static void
read_ids(struct reader *r, const struct node *list, uint32_t from, uint32_t n)
{
	const struct node *item = n ? node_first(&r->tree, list) : NULL;

	for (uint32_t i = from; i < from + n && item; i++) {
		read_id(r, item, i);
		item = node_next(&r->tree, item);
	}
}

/* --- needs --------------------------------------------------------------- */

static uint32_t
read_accept(struct reader *r, const struct node *n)
{
	uint32_t mask = 0;

	for (const struct node *item = reader_first_item(r, n); item;
	     item = reader_next_item(r, n, item)) {
		const char *name = reader_text(r, item, NULL);
		enum step_state state;

		if (!name)
			continue;
		if (step_state_from_name(name, &state) &&
		    step_state_is_settled(state))
			mask |= 1u << state;
		else
			reader_error(r, item,
				     "succeeded, reused, skipped, failed, "
				     "cancelled or undone",
				     "\"%.80s\" is no state a step can end in",
				     name);
	}
	if (!mask && !r->diags->nerrors)
		reader_error(r, n, "for example `[succeeded, failed]`",
			     "\"accept\" must name a state");
	return mask;
}

/* An entry of `needs`: an id, or {id, accept}. */
static void
read_need(struct reader *r, const struct node *n)
{
	const struct node *id = n, *accept = NULL;
	uint32_t step, mask = 0;

	if (node_kind(&r->tree, n) == NODE_MAP) {
		reader_map(r, n, SCHEMA_NEED, r->draft);
		id = node_get(&r->tree, n, "id");
		accept = node_get(&r->tree, n, "accept");
		if (!id) {
			reader_error(r, n, "write {id: STEP, accept: [...]}",
				     "the need names no step");
			return;
		}
	}
	step = reader_step_ref(r, id, "step");
	if (accept && !node_is_null(&r->tree, accept))
		mask = read_accept(r, accept);
	if (step == STEP_NONE)
		return;
	if (step == r->step) {
		reader_error(r, id, "remove it", "a step cannot need itself");
		return;
	}
	/* Long lists are checked for repetition by the caller's map. */
	if (r->needs.n < 32) {
		for (size_t i = 0; i < r->needs.n; i++) {
			if (r->needs.at[i].step != step)
				continue;
			reader_error(r, id, "name each step once",
				     "\"%s\" is needed twice",
				     r->wf->steps[step].id);
			return;
		}
	}
	vec_push(&r->needs, need_of(step, mask));
}

/* The lists of all steps stand side by side: an allocation for each would
 * take four times as much. */
static void
keep_needs(struct reader *r, struct step *s, const struct need *needs, size_t n)
{
	s->nneeds = (uint32_t)n;
	if (!n)
		return;
	if (n > r->need_left) {
		r->need_left = n > NEED_ROOM ? (uint32_t)n : NEED_ROOM;
		r->need_room = arena_array(r->arena, struct need, r->need_left);
	}
	s->needs = memcpy(r->need_room, needs, n * sizeof(*needs));
	r->need_room += n;
	r->need_left -= (uint32_t)n;
}

static void
read_needs(struct reader *r, const struct node *n, struct step *s)
{
	const struct node *needs = node_get(&r->tree, n, "needs");

	r->needs.n = 0;
	s->says_needs = needs != NULL;
	if (needs && !node_is_null(&r->tree, needs)) {
		const struct node *item = node_kind(&r->tree, needs) == NODE_MAP
						  ? needs
						  : reader_first_item(r, needs);

		while (item) {
			read_need(r, item);
			item = item == needs ? NULL : node_next(&r->tree, item);
		}
	}
	keep_needs(r, s, r->needs.at, r->needs.n);
}

/* --- one step ------------------------------------------------------------ */

/* What was noted while the step stood in the draft follows it home. */
static void
rebase(struct reader *r, size_t first, const void *from, size_t size, void *to)
{
	for (size_t i = first; i < r->pending.n; i++) {
		char *target = r->pending.at[i].target;
		const char *begin = from;

		if (target >= begin && target < begin + size)
			r->pending.at[i].target = (char *)to + (target - begin);
	}
}

/* What was noted in a part of the draft that nobody keeps is forgotten. */
static void
forget(struct reader *r, size_t first, const struct step_draft *d)
{
	size_t kept = first;

	for (size_t i = first; i < r->pending.n; i++) {
		const char *target = r->pending.at[i].target;

		if (target < (const char *)d || target >= (const char *)(d + 1))
			r->pending.at[kept++] = r->pending.at[i];
	}
	r->pending.n = kept;
}

static void
keep_draft(struct reader *r, struct step_draft *d, size_t first)
{
	struct step *s = &r->wf->steps[r->step];
	struct step_more *more;

	if (d->has_many) {
		struct many *many =
			arena_copy(r->arena, &d->many, sizeof(d->many));

		rebase(r, first, &d->many, sizeof(d->many), many);
		d->more.many = many;
	}
	if (d->child.path) {
		d->more.child =
			arena_copy(r->arena, &d->child, sizeof(d->child));
		rebase(r, first, &d->child, sizeof(d->child),
		       (void *)d->more.child);
	}
	d->step.more = r->base;
	if (memcmp(&d->more, r->base, sizeof(d->more)) != 0) {
		more = arena_copy(r->arena, &d->more, sizeof(d->more));
		rebase(r, first, &d->more, sizeof(d->more), more);
		d->step.more = more;
	}
	if (d->some.name || d->some.condition.text) {
		struct step_some *some =
			arena_copy(r->arena, &d->some, sizeof(d->some));

		rebase(r, first, &d->some, sizeof(d->some), some);
		d->step.some = some;
	}
	if (d->step.action == ACTION_RUN)
		d->step.does.run = d->command.run;
	else if (d->step.action == ACTION_ARGV)
		d->step.does.argv =
			arena_copy(r->arena, &d->command, sizeof(d->command));
	forget(r, first, d);
	*s = d->step;
}

static void
read_step(struct reader *r, uint32_t index, const struct node *n,
	  struct step_draft *d)
{
	size_t first = r->pending.n;

	if (node_kind(&r->tree, n) != NODE_MAP) {
		r->wf->steps[index].more = r->base;
		return;
	}
	memset(d, 0, sizeof(*d));
	d->step = r->wf->steps[index];
	memcpy(&d->more, r->base, sizeof(d->more));
	d->many.as = "item";
	r->step = index;
	r->draft = d;
	r->scope = SCOPE_NEEDED | SCOPE_ITEM;
	if (d->step.finally)
		r->scope |= SCOPE_ALL_STEPS;
	reader_map(r, n, SCHEMA_STEP, d);
	read_needs(r, n, &d->step);
	d->step.join = d->join & 15;
	d->step.join_count = d->join_count;
	reader_step_rules(r, n, d);
	keep_draft(r, d, first);
	r->draft = NULL;
	r->scope = 0;
	r->step = STEP_NONE;
}

/* `order: chain`: who says nothing needs the step above. */
static void
chain_needs(struct reader *r, struct step *s, uint32_t index,
	    uint32_t *previous)
{
	uint32_t accept = 0;

	if (s->is_fallback)
		return;
	if (*previous != STEP_NONE && !s->nneeds && !s->says_needs) {
		struct need need;

		if (s->finally)
			for (int i = 0; i < STEP_NSTATES; i++)
				accept |= (uint32_t)step_state_is_settled(
						  (enum step_state)i)
					  << i;
		need = need_of(*previous, accept);
		keep_needs(r, s, &need, 1);
	}
	*previous = index;
}

static void
chain_steps(struct reader *r)
{
	struct workflow *wf = r->wf;
	uint32_t previous = STEP_NONE;

	for (uint32_t i = 0; i < wf->nsteps; i++) {
		if (i == wf->nsteps - wf->nfinally)
			previous = STEP_NONE;
		chain_needs(r, &wf->steps[i], i, &previous);
	}
}

void
reader_steps(struct reader *r, const struct node *root)
{
	const struct node *steps = node_get(&r->tree, root, "steps");
	const struct node *finally = node_get(&r->tree, root, "finally");
	struct workflow *wf = r->wf;
	uint32_t nmain = count_steps(r, steps, "steps");
	struct step_draft *draft;

	wf->nfinally = count_steps(r, finally, "finally");
	if (!nmain && (!steps || node_kind(&r->tree, steps) == NODE_LIST))
		reader_error(r, steps ? steps : root,
			     "write `steps:` and a list of steps",
			     "the flow has no steps");
	if (nmain + wf->nfinally > WORKFLOW_MAX_STEPS) {
		reader_error(r, steps, "split it with `workflow:` steps",
			     "more than %d steps", WORKFLOW_MAX_STEPS);
		wf->nfinally = 0;
		return;
	}
	reader_steps_begin(r, nmain + wf->nfinally);
	wf->nsteps = nmain + wf->nfinally;
	r->step_nodes = mem_alloc(wf->nsteps * sizeof(*r->step_nodes));
	read_ids(r, steps, 0, nmain);
	read_ids(r, finally, nmain, wf->nfinally);
	draft = mem_alloc(sizeof(*draft));
	for (uint32_t i = 0; i < wf->nsteps; i++) {
		wf->steps[i].finally = i >= nmain;
		read_step(r, i, r->step_nodes[i], draft);
	}
	free(draft);
	reader_steps_end(r);
}

/* --- piece by piece ------------------------------------------------------ */

void
reader_steps_begin(struct reader *r, uint32_t most)
{
	workflow_reserve(r->wf, most);
	r->most = most;
	r->wf->nsteps = 0;
}

bool
reader_steps_next(struct reader *r, const struct node *n)
{
	uint32_t index = r->wf->nsteps;
	struct step_draft draft;

	if (index == r->most)
		return false;
	r->wf->nsteps++;
	read_id(r, n, index);
	read_step(r, index, n, &draft);
	r->wf->steps[index].hash = reader_hash_keys(r, n);
	return !r->diags->n && !r->incomplete;
}

void
reader_steps_end(struct reader *r)
{
	if (r->wf->chain)
		chain_steps(r);
}

/* Without the tree, anywhere will do: it is read again when there are
 * findings. */
const struct node *
reader_step_node(const struct reader *r, uint32_t step)
{
	return r->step_nodes ? r->step_nodes[step] : r->tree.root;
}
