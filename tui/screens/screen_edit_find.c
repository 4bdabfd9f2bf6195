/* To a step by a few letters of its id.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "edit_view.h"

enum {
	ROWS = 10
};

struct find {
	struct prompt text;
	VEC(size_t) found; /* steps */
	struct list list;
};

static struct find *
find_of(const struct view *v)
{
	return v->state;
}

/* Ids that begin with the text first, then those that hold it. */
static void
fill(struct view *v)
{
	struct find *f = find_of(v);
	struct editor *ed = editor_below(v);
	const char *text = f->text.text.at;

	f->found.n = 0;
	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < ed->order.n; i++) {
			const char *id = ed->steps.at[ed->order.at[i]].label;
			bool starts =
				strncasecmp(id, text, f->text.text.n) == 0;

			if (pass ? !starts && strcasestr(id, text) : starts)
				vec_push(&f->found, ed->order.at[i]);
		}
	}
	f->list = (struct list){.n = f->found.n};
}

static enum wf_code
open_find(struct view *v, const char *arg, struct wf_err *err)
{
	(void)arg;
	find_of(v)->text = (struct prompt)PROMPT_INIT;
	if (!editor_below(v))
		return ERR(err, WF_USAGE, "this belongs to the designer");
	fill(v);
	return WF_OK;
}

static void
close_find(struct view *v)
{
	prompt_release(&find_of(v)->text);
	vec_release(&find_of(v)->found);
}

static void
draw(struct view *v, struct grid *g, struct rect r)
{
	struct find *f = find_of(v);
	struct editor *ed = editor_below(v);
	int rows = r.h - 1 < ROWS ? r.h - 1 : ROWS;
	struct rect box = {r.x, r.y + r.h - rows - 1, r.w, rows + 1};

	grid_fill(g, box, (struct rect){0, 0, box.w, box.h}, 0, ' ');
	list_show(&f->list, rows);
	for (int i = 0; i < rows; i++) {
		size_t at = f->list.top + (size_t)i;
		struct rect row = rect_row(box, i);

		if (at >= f->found.n)
			break;
		grid_text(g, row, 2, 0, STYLE_KEY,
			  ed->steps.at[f->found.at[at]].label);
		if (at == f->list.cursor)
			grid_mark(g, row, (struct rect){0, 0, row.w, 1}, 0,
				  CELL_REVERSE);
	}
	grid_text(g, box, 1, box.h - 1, STYLE_KEY, "/ ");
	prompt_draw(&f->text, g, box, 3, box.h - 1, box.w - 4, STYLE_NORMAL,
		    true);
}

static void
take(struct view *v)
{
	struct find *f = find_of(v);
	struct editor *ed = editor_below(v);
	size_t step = f->list.cursor < f->found.n ? f->found.at[f->list.cursor]
						  : SIZE_MAX;

	views_close(v->views);
	if (step == SIZE_MAX)
		return;
	if (ed->tab == EDIT_TAB_FLOW)
		ed->tab = EDIT_TAB_STEPS;
	ed->form.cursor = 0;
	editor_select(ed, step);
}

static bool
key(struct view *v, uint32_t k)
{
	struct find *f = find_of(v);

	if (k == KEY_DOWN_ARROW || k == KEY_UP_ARROW) {
		list_act(&f->list,
			 k == KEY_DOWN_ARROW ? ACTION_DOWN : ACTION_UP, ROWS);
		return true;
	}
	switch (prompt_key(&f->text, k)) {
	case PROMPT_DONE:
		take(v);
		break;
	case PROMPT_LEFT:
		views_close(v->views);
		break;
	case PROMPT_EDITED:
		fill(v);
		break;
	case PROMPT_IGNORED:
		break;
	}
	return true;
}

const struct view_ops screen_edit_find = {
	.size = sizeof(struct find),
	.overlay = true,
	.open = open_find,
	.draw = draw,
	.key = key,
	.contexts = view_all_text,
	.close = close_find,
	.keys = "type to find  Up Down choose  Enter go there  Esc close",
};
