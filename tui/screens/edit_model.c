/* What the designer makes out of the text: steps, their graph, problems.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "../../engine/base/map.h"
#include "edit_view.h"

enum {
	NEEDS_MAX = 4096 /* of one step that are drawn */
};

struct editor *
editor_of(const struct view *v)
{
	return v->state;
}

struct view *
editor_view(const struct views *vs)
{
	for (size_t i = vs->stack.n; i-- > 0;)
		if (str_eq(vs->stack.at[i]->name, "edit"))
			return vs->stack.at[i];
	return NULL;
}

struct editor *
editor_below(const struct view *dialog)
{
	struct view *v = editor_view(dialog->views);

	return v ? v->state : NULL;
}

/* --- steps ------------------------------------------------------------------
 */

static void
release_steps(struct editor *ed)
{
	vec_each (&ed->steps, struct edit_row, row) {
		free(row->id);
		free(row->needs);
	}
	ed->steps.n = 0;
	free(ed->nodes);
	ed->nodes = NULL;
	lanes_release(&ed->lanes);
	layers_free(ed->layers);
	ed->layers = NULL;
}

size_t
editor_find(const struct editor *ed, const char *id)
{
	for (size_t i = 0; id && i < ed->steps.n; i++)
		if (str_eq(ed->steps.at[i].id, id))
			return i;
	return SIZE_MAX;
}

static void
read_needs(struct editor *ed, const struct map *index, const char **ids,
	   size_t i)
{
	size_t n = wf_edit_needs(ed->edit, i, ids, NEEDS_MAX);
	struct edit_row *row = &ed->steps.at[i];

	row->needs = mem_alloc((n + 1) * sizeof(*row->needs));
	for (size_t k = 0; k < n; k++) {
		size_t at = (size_t)(uintptr_t)map_get(index, ids[k]);

		if (at)
			row->needs[row->nneeds++] = at - 1;
	}
}

static void
read_all_needs(struct editor *ed)
{
	const char **ids = mem_alloc(NEEDS_MAX * sizeof(*ids));
	struct map index = {0};

	/* Of two with one id the first is meant. */
	for (size_t i = ed->steps.n; i-- > 0;)
		map_set(&index, ed->steps.at[i].id, (void *)(i + 1));
	for (size_t i = 0; i < ed->steps.n; i++)
		read_needs(ed, &index, ids, i);
	map_release(&index);
	free(ids);
}

/* What would close a circle as a need of the step: all that lean on it. */
bool *
editor_dependents(const struct editor *ed, size_t step)
{
	bool *leans = mem_alloc(ed->steps.n + 1);
	bool more = step < ed->steps.n;

	if (more)
		leans[step] = true;
	while (more) {
		more = false;
		for (size_t i = 0; i < ed->steps.n; i++) {
			const struct edit_row *row = &ed->steps.at[i];

			for (size_t k = 0; !leans[i] && k < row->nneeds; k++)
				if (leans[row->needs[k]])
					leans[i] = more = true;
		}
	}
	return leans;
}

static void
draw_lanes(struct editor *ed)
{
	ed->nodes = mem_alloc((ed->steps.n + 1) * sizeof(*ed->nodes));
	for (size_t i = 0; i < ed->steps.n; i++) {
		const struct edit_row *row = &ed->steps.at[i];

		ed->nodes[i] = (struct graph_node){row->label, row->needs,
						   row->nneeds, STYLE_NORMAL};
	}
	lanes_build(&ed->lanes, ed->nodes, ed->steps.n);
	ed->order.n = 0;
	for (size_t i = 0; i < ed->lanes.nrows; i++)
		if (ed->lanes.rows[i].node != LANES_NONE)
			vec_push(&ed->order, (size_t)ed->lanes.rows[i].node);
}

static bool
is_marked(const struct edit_row *rows, size_t n, const char *id)
{
	for (size_t i = 0; i < n; i++)
		if (rows[i].marked && str_eq(rows[i].id, id))
			return true;
	return false;
}

static void
read_steps(struct editor *ed)
{
	size_t n = ed->steps.n, nmarked = 0;
	struct edit_row *before = mem_alloc((n + 1) * sizeof(*before));
	struct wf_edit_step s;

	/* Marks stay with ids. */
	for (size_t i = 0; i < n; i++)
		if (ed->steps.at[i].marked)
			before[nmarked++] = (struct edit_row){
				.id = mem_strdup(ed->steps.at[i].id),
				.marked = true};
	release_steps(ed);
	for (size_t i = 0; wf_edit_step(ed->edit, i, &s); i++) {
		struct edit_row row = {
			.id = mem_strdup(s.id),
			.action = s.action,
			.finally = s.finally,
			.line = s.line,
			.last_line = s.last_line,
			.marked = is_marked(before, nmarked, s.id)};

		snprintf(row.label, sizeof(row.label), "%s",
			 *s.id ? s.id : "(no id)");
		vec_push(&ed->steps, row);
	}
	read_all_needs(ed);
	draw_lanes(ed);
	for (size_t i = 0; i < nmarked; i++)
		free(before[i].id);
	free(before);
}

/* --- problems ---------------------------------------------------------------
 */

static void
release_problems(struct editor *ed)
{
	vec_each (&ed->problems, struct edit_problem, p) {
		free((char *)(uintptr_t)p->diag.message);
		free((char *)(uintptr_t)p->diag.hint);
		free((char *)(uintptr_t)p->diag.rule);
		free(p->offer);
		free(p->path);
	}
	ed->problems.n = 0;
	ed->nerrors = ed->nwarnings = 0;
}

static void
add_problem(struct editor *ed, const struct wf_diag *d)
{
	struct edit_problem p = {.diag = *d};

	p.diag.message = mem_strdup(d->message);
	p.diag.hint = d->hint ? mem_strdup(d->hint) : NULL;
	p.diag.rule = d->rule ? mem_strdup(d->rule) : NULL;
	p.diag.file = NULL;
	p.offer = wf_edit_fix_offer(ed->edit, d);
	p.path = wf_edit_path_at(ed->edit, d->line, d->column, &p.step);
	if (p.path && trouble_answer(d->rule)) {
		free(p.path);
		p.path = mem_strdup(trouble_answer(d->rule));
	}
	vec_push(&ed->problems, p);
	if (d->severity == WF_SEV_ERROR)
		ed->nerrors++;
	else
		ed->nwarnings++;
	if (p.step >= ed->steps.n)
		return;
	if (d->severity == WF_SEV_ERROR)
		ed->steps.at[p.step].errors++;
	else
		ed->steps.at[p.step].warnings++;
}

static void
read_problems(struct editor *ed)
{
	const struct wf_diags *found = wf_edit_findings(ed->edit);
	const struct wf_diags *advice = wf_edit_advice(ed->edit);

	release_problems(ed);
	for (size_t i = 0; i < found->n; i++)
		add_problem(ed, &found->at[i]);
	for (size_t i = 0; i < advice->n; i++)
		add_problem(ed, &advice->at[i]);
	list_resize(&ed->trouble, ed->problems.n);
}

/* --- the cursor -------------------------------------------------------------
 */

size_t
editor_step(const struct editor *ed)
{
	return ed->list.cursor < ed->order.n ? ed->order.at[ed->list.cursor]
					     : SIZE_MAX;
}

const char *
editor_step_id(const struct editor *ed)
{
	size_t i = editor_step(ed);

	return i < ed->steps.n && *ed->steps.at[i].id ? ed->steps.at[i].id
						      : NULL;
}

const char *
editor_subject(const struct editor *ed)
{
	return ed->tab == EDIT_TAB_FLOW ? NULL : editor_step_id(ed);
}

void
editor_select(struct editor *ed, size_t step)
{
	char *id;

	for (size_t i = 0; i < ed->order.n; i++)
		if (ed->order.at[i] == step)
			ed->list.cursor = i;
	id = step < ed->steps.n ? mem_strdup(ed->steps.at[step].id) : NULL;
	free(ed->selected);
	ed->selected = id;
	ed->panned = ed->yaml_moved = false;
	fields_rebuild(ed);
}

bool
editor_select_id(struct editor *ed, const char *id)
{
	size_t i = editor_find(ed, id);

	if (i == SIZE_MAX)
		return false;
	editor_select(ed, i);
	return true;
}

void
editor_reread(struct editor *ed)
{
	size_t at = editor_step(ed);

	ed->position = wf_edit_mark(ed->edit);
	ed->modified = wf_edit_modified(ed->edit);
	ed->stale = wf_edit_broken(ed->edit) != NULL;
	if (!ed->stale)
		read_steps(ed);
	for (size_t i = 0; i < ed->steps.n; i++)
		ed->steps.at[i].errors = ed->steps.at[i].warnings = 0;
	read_problems(ed);
	ed->bare =
		!ed->stale && ed->steps.n == 0 && ed->nerrors <= 1 &&
		(wf_edit_shape(ed->edit, NULL, "steps") != WF_SHAPE_NOTHING ||
		 !*wf_edit_text(ed->edit, NULL));
	list_resize(&ed->list, ed->order.n);
	if (ed->selected && editor_find(ed, ed->selected) != SIZE_MAX)
		at = editor_find(ed, ed->selected);
	if (at >= ed->steps.n && ed->steps.n)
		at = ed->steps.n - 1;
	editor_select(ed, at);
}

void
editor_release(struct editor *ed)
{
	free(ed->path);
	release_steps(ed);
	release_problems(ed);
	fields_release(ed);
	typing_end(ed);
	vec_release(&ed->steps);
	vec_release(&ed->order);
	vec_release(&ed->problems);
	vec_release(&ed->fields);
	vec_release(&ed->typing.offers);
	prompt_release(&ed->typing.prompt);
	vec_each (&ed->open, char *, path)
		free(*path);
	vec_release(&ed->open);
	vec_each (&ed->shut, char *, path)
		free(*path);
	vec_release(&ed->shut);
	vec_each (&ed->uses, struct edit_use, use)
		free(use->definition);
	vec_release(&ed->uses);
	free(ed->selected);
	free(ed->clip);
	free(ed->outside);
	wf_edit_close(ed->edit);
}

void
editor_go_to_tab(struct editor *ed, enum edit_tab tab)
{
	ed->tab = tab;
	ed->panned = ed->yaml_moved = false;
	ed->pane = tab == EDIT_TAB_FLOW ? EDIT_PANE_FORM : EDIT_PANE_LIST;
	ed->form.cursor = 0;
	fields_rebuild(ed);
}
