/* The problems of the flow: where they are, a way there, a way out.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "edit_view.h"

/* What F does; where that is for a person to say, it leads to the key.  NULL:
 * it only tells.  Caller frees. */
static char *
offer_text(const struct edit_problem *p)
{
	const char *answer = trouble_answer(p->diag.rule);

	if (p->offer)
		return mem_printf("F: %s", p->offer);
	return answer ? mem_printf("F: write %s", answer) : NULL;
}

static void
draw_row(struct editor *ed, struct grid *g, struct rect row, size_t i,
	 bool focus)
{
	const struct edit_problem *p = &ed->problems.at[i];
	bool error = p->diag.severity == WF_SEV_ERROR;
	bool here = i == ed->trouble.cursor;
	char *offer = offer_text(p);
	int right = row.w, x;
	struct rect text = row;
	char *message =
		mem_printf("%s%s%s", p->diag.message, p->diag.hint ? "; " : "",
			   p->diag.hint ? p->diag.hint : "");

	if (offer && row.w >= 60) {
		right -= text_width_str(offer) + 1;
		grid_text(g, row, right, 0, STYLE_KEY, offer);
	}
	free(offer);
	text.w = right - 1;
	x = grid_textf(g, text, 1, 0, error ? STYLE_ERROR : STYLE_NOTICE,
		       "%s line %d", error ? "E" : "W", p->diag.line);
	x = x < 12 ? 12 : x + 1;
	if (p->step < ed->steps.n)
		x = grid_textf(g, text, x, 0, STYLE_TITLE, "%s",
			       ed->steps.at[p->step].label) +
		    1;
	grid_words(g, text, x, 0, text.w - x, STYLE_NORMAL, message);
	free(message);
	if (!here)
		return;
	grid_text(g, row, 0, 0, STYLE_TITLE, ">");
	if (focus)
		grid_mark(g, row, (struct rect){0, 0, row.w, 1}, 0,
			  CELL_REVERSE);
}

void
trouble_pane_draw(struct view *v, struct grid *g, struct rect r, bool focus)
{
	struct editor *ed = editor_of(v);

	ed->trouble_height = r.h;
	ed->trouble_area = r;
	if (ed->bare) {
		grid_text(g, r, 1, 0, STYLE_NORMAL,
			  "a flow needs a step: a adds one, t takes one from a "
			  "template");
		return;
	}
	if (ed->problems.n == 0) {
		grid_text(g, r, 1, 0, STYLE_GOOD,
			  "no problems: R runs it, w saves it");
		return;
	}
	list_show(&ed->trouble, r.h);
	for (int i = 0; i < r.h; i++)
		if (ed->trouble.top + (size_t)i < ed->problems.n)
			draw_row(ed, g, rect_row(r, i),
				 ed->trouble.top + (size_t)i, focus);
}

/* Advice is about a step; this is the key that would answer it. */
static const struct {
	const char *rule, *path;
} answers[] = {
	{"undo-missing",               "undo"        },
	{"retry-unsafe",               "idempotent"  },
	{"timeout-past-deadline",      "timeout"     },
	{"retries-past-deadline",      "retry"       },
	{"retry-without-delay",        "retry"       },
	{"undo-not-retried",           "undo"        },
	{"irreversible-in-the-middle", "irreversible"},
};

const char *
trouble_answer(const char *rule)
{
	for (size_t i = 0; rule && i < ARRAY_SIZE(answers); i++)
		if (str_eq(answers[i].rule, rule))
			return answers[i].path;
	return NULL;
}

/* To the step and the key it is about. */
void
trouble_jump(struct view *v, size_t i)
{
	struct editor *ed = editor_of(v);
	const struct edit_problem *p;
	char *path;

	if (i >= ed->problems.n)
		return;
	p = &ed->problems.at[i];
	path = p->path ? mem_strdup(p->path) : NULL;
	ed->trouble.cursor = i;
	if (ed->stale || !path) {
		ed->tab = EDIT_TAB_YAML;
		ed->yaml_moved = true;
		ed->yaml_top = p->diag.line > 5 ? (size_t)p->diag.line - 5 : 0;
		free(path);
		return;
	}
	ed->pane = EDIT_PANE_FORM;
	if (p->step == SIZE_MAX) {
		ed->tab = EDIT_TAB_FLOW;
		fields_rebuild(ed);
	} else {
		ed->tab = EDIT_TAB_STEPS;
		editor_select(ed, p->step);
	}
	if (*path)
		field_show(ed, path);
	ed->yaml_moved = false;
	free(path);
}

/* The problem at the cursor of its pane; from the form, that of the field or
 * of the step. */
static size_t
problem_here(struct editor *ed)
{
	struct edit_field *f = field_at_cursor(ed);
	size_t step = editor_subject(ed) ? editor_step(ed) : SIZE_MAX;
	size_t found = SIZE_MAX;

	if (ed->pane == EDIT_PANE_PROBLEMS && ed->problems.n)
		return ed->trouble.cursor;
	for (size_t i = 0; i < ed->problems.n; i++) {
		const struct edit_problem *p = &ed->problems.at[i];

		if (p->step != step)
			continue;
		if (ed->pane == EDIT_PANE_FORM && f && p->path &&
		    str_starts(p->path, f->path) && *f->path)
			return i;
		if (found == SIZE_MAX ||
		    (p->offer && !ed->problems.at[found].offer))
			found = i;
	}
	return found != SIZE_MAX || !ed->problems.n ? found
						    : ed->trouble.cursor;
}

void
trouble_fix(struct view *v)
{
	struct editor *ed = editor_of(v);
	size_t i = problem_here(ed);
	struct wf_err err = {0};
	enum wf_code code;

	if (i >= ed->problems.n) {
		views_say(v->views, "there is no problem here");
		return;
	}
	if (!ed->problems.at[i].offer) {
		const struct wf_diag *d = &ed->problems.at[i].diag;

		views_say(v->views, "for you to put right: %s",
			  d->hint ? d->hint : d->message);
		trouble_jump(v, i);
		if (d->rule && ed->pane == EDIT_PANE_FORM)
			form_pane_act(v, ACTION_OPEN);
		return;
	}
	code = wf_edit_fix(ed->edit, &ed->problems.at[i].diag, &err);
	if (editor_done(v, ed, code, &err))
		views_say(v->views, "done: %s; u takes it back",
			  wf_edit_undo_name(ed->edit));
}

void
trouble_next(struct view *v, bool forward)
{
	struct editor *ed = editor_of(v);
	size_t n = ed->problems.n;
	bool there = ed->pane == EDIT_PANE_FORM;

	if (n == 0) {
		views_say(v->views, "no problems");
		return;
	}
	/* The first time to the one at the cursor, then on. */
	if (there)
		ed->trouble.cursor =
			(ed->trouble.cursor + (forward ? 1 : n - 1)) % n;
	trouble_jump(v, ed->trouble.cursor);
	/* Without a list of them in sight: which one it is. */
	if (ed->trouble_area.h == 0)
		views_say(v->views, "problem %zu of %zu: %s",
			  ed->trouble.cursor + 1, n,
			  ed->problems.at[ed->trouble.cursor].diag.message);
}

bool
trouble_pane_act(struct view *v, enum action action)
{
	struct editor *ed = editor_of(v);

	if (list_act(&ed->trouble, action, ed->trouble_height))
		return true;
	if (action == ACTION_OPEN)
		trouble_jump(v, ed->trouble.cursor);
	else if (action == ACTION_CANCEL)
		ed->pane = EDIT_PANE_LIST;
	else
		return false;
	return true;
}
