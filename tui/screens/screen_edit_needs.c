/* What a step needs: all steps with ticks; those that would close a circle
 * are off, with the circle written out.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "edit_view.h"

struct need_row {
	char *id;
	bool had, on;
	bool off;     /* it would close a circle */
	char *circle; /* which; written when it comes in sight */
};

struct needs {
	char *step;
	VEC(struct need_row) rows;
	struct list list;
	int height;
	struct prompt filter;
	VEC(size_t) shown;
};

static struct needs *
needs_of(const struct view *v)
{
	return v->state;
}

static void
fill(struct needs *n)
{
	n->shown.n = 0;
	for (size_t i = 0; i < n->rows.n; i++)
		if (strcasestr(n->rows.at[i].id, n->filter.text.at))
			vec_push(&n->shown, i);
	list_resize(&n->list, n->shown.n);
}

static void
add_row(struct needs *n, const char *id, bool had, bool off)
{
	vec_push(&n->rows, (struct need_row){.id = mem_strdup(id),
					     .had = had,
					     .on = had,

					     .off = off});
}

static bool
is_known(const struct needs *n, const char *id)
{
	for (size_t i = 0; i < n->rows.n; i++)
		if (str_eq(n->rows.at[i].id, id))
			return true;
	return false;
}

/* The ticks there were when a designer was killed, a line each. */
static void
tick_again(struct needs *n, const char *ids)
{
	vec_each (&n->rows, struct need_row, r) {
		char *line = mem_printf("\n%s\n", r->id);

		r->on = strstr(ids, line) != NULL;
		free(line);
	}
}

static void
keep_ticks(struct view *v, bool over)
{
	struct needs *n = needs_of(v);
	struct strbuf ids = STRBUF_INIT;

	strbuf_addc(&ids, '\n');
	vec_each (&n->rows, struct need_row, r)
		if (r->on)
			strbuf_addf(&ids, "%s\n", r->id);
	editor_keep_typed(v, editor_below(v), "edit-needs", "",
			  over ? NULL : ids.at);
	strbuf_release(&ids);
}

static enum wf_code
open_needs(struct view *v, const char *arg, struct wf_err *err)
{
	struct needs *n = needs_of(v);
	struct editor *ed = editor_below(v);
	const char *step = ed ? editor_step_id(ed) : NULL;
	const char *ids[1000];
	size_t have, at;
	bool *leans;

	n->filter = (struct prompt)PROMPT_INIT;
	if (!step)
		return ERR(err, WF_USAGE, "no step is selected");
	n->step = mem_strdup(step);
	at = editor_step(ed);
	have = wf_edit_needs(ed->edit, at, ids, ARRAY_SIZE(ids));
	leans = editor_dependents(ed, at);
	for (size_t i = 0; i < ed->order.n; i++) {
		const char *id = ed->steps.at[ed->order.at[i]].id;
		bool had = false;

		for (size_t k = 0; k < have; k++)
			had |= str_eq(ids[k], id);
		if (*id && !str_eq(id, step))
			add_row(n, id, had, !had && leans[ed->order.at[i]]);
	}
	free(leans);
	/* What is needed and is no step can only be taken off. */
	for (size_t k = 0; k < have; k++)
		if (!is_known(n, ids[k]))
			add_row(n, ids[k], true, false);
	if (arg)
		tick_again(n, arg);
	fill(n);
	return WF_OK;
}

static void
close_needs(struct view *v)
{
	struct needs *n = needs_of(v);

	vec_each (&n->rows, struct need_row, row) {
		free(row->id);
		free(row->circle);
	}
	vec_release(&n->rows);
	vec_release(&n->shown);
	prompt_release(&n->filter);
	free(n->step);
}

static const char *
circle_of(struct view *v, struct need_row *r)
{
	struct editor *ed = editor_below(v);

	if (r->off && !r->circle)
		r->circle = wf_edit_circle(ed->edit, r->id, needs_of(v)->step);
	return r->circle ? r->circle : "";
}

static void
draw_row(struct view *v, struct grid *g, struct rect row, size_t i)
{
	struct needs *n = needs_of(v);
	struct need_row *r = &n->rows.at[n->shown.at[i]];
	uint8_t style = r->off ? STYLE_FAINT : STYLE_NORMAL;
	char *circle;
	int x;

	grid_textf(g, row, 2, 0, style, "[%c]",
		   r->on    ? 'x'
		   : r->off ? '-'
			    : ' ');
	x = grid_text(g, row, 6, 0, style, r->id);
	if (r->off) {
		circle = mem_printf("would be a circle: %s", circle_of(v, r));
		grid_cell(g, row, x + 2, 0, row.w - x - 2, STYLE_FAINT, circle);
		free(circle);
	}
	if (i != n->list.cursor)
		return;
	grid_text(g, row, 0, 0, STYLE_TITLE, ">");
	grid_mark(g, row, (struct rect){0, 0, row.w, 1}, 0, CELL_REVERSE);
}

static void
draw(struct view *v, struct grid *g, struct rect r)
{
	struct needs *n = needs_of(v);
	int h = (int)n->rows.n + 4 < r.h ? (int)n->rows.n + 4 : r.h;
	struct rect box = {r.x, r.y, r.w < 80 ? r.w : 80, h}, body;

	box.x += (r.w - box.w) / 2;
	grid_frame(g, box, STYLE_LINE);
	grid_textf(g, box, 2, 0, STYLE_TITLE, " %s starts after ", n->step);
	grid_text(g, box, 2, 1, STYLE_KEY, "find: ");
	prompt_draw(&n->filter, g, box, 8, 1, box.w - 10, STYLE_FIELD, true);
	body = (struct rect){box.x + 1, box.y + 2, box.w - 2, box.h - 3};
	n->height = body.h;
	list_show(&n->list, body.h);
	for (int i = 0; i < body.h; i++)
		if (n->list.top + (size_t)i < n->shown.n)
			draw_row(v, g, rect_row(body, i),
				 n->list.top + (size_t)i);
}

static void
toggle(struct view *v)
{
	struct needs *n = needs_of(v);
	struct need_row *r;

	if (n->list.cursor >= n->shown.n)
		return;
	r = &n->rows.at[n->shown.at[n->list.cursor]];
	if (r->off)
		views_complain(v->views, "that would be a circle: %s",
			       circle_of(v, r));
	else
		r->on = !r->on;
}

/* Two ticks may be a circle only together: the second is refused then. */
static enum wf_code
apply(struct needs *n, struct editor *ed, struct wf_err *err)
{
	struct strbuf text = STRBUF_INIT;
	enum wf_code code;

	/* In the order they had, new ones behind. */
	for (int had = 1; had >= 0; had--)
		vec_each (&n->rows, struct need_row, r)
			if (r->on && r->had == had)
				strbuf_addf(&text, "%s%s", text.n ? ", " : "",
					    r->id);
	code = editor_set(ed, n->step, "needs", "[id] | id", text.at, err);
	strbuf_release(&text);
	return code;
}

static void
done(struct view *v)
{
	struct needs *n = needs_of(v);
	struct editor *ed = editor_below(v);
	struct view *below = editor_view(v->views);
	size_t mark = wf_edit_mark(ed->edit);
	struct wf_err err = {0};

	if (apply(n, ed, &err)) {
		views_report(v->views, &err);
		return;
	}
	keep_ticks(v, true);
	views_close(v->views);
	if (wf_edit_mark(ed->edit) != mark)
		editor_done(below, ed, WF_OK, NULL);
}

static bool
key(struct view *v, uint32_t k)
{
	struct needs *n = needs_of(v);

	if (k == KEY_DOWN_ARROW || k == KEY_UP_ARROW || k == KEY_PAGE_DOWN ||
	    k == KEY_PAGE_UP) {
		list_act(&n->list,
			 k == KEY_DOWN_ARROW  ? ACTION_DOWN
			 : k == KEY_UP_ARROW  ? ACTION_UP
			 : k == KEY_PAGE_DOWN ? ACTION_PAGE_DOWN
					      : ACTION_PAGE_UP,
			 n->height);
		return true;
	}
	if (k == ' ') {
		toggle(v);
		keep_ticks(v, false);
		return true;
	}
	switch (prompt_key(&n->filter, k)) {
	case PROMPT_DONE:
		done(v);
		break;
	case PROMPT_LEFT:
		keep_ticks(v, true);
		views_close(v->views);
		break;
	case PROMPT_EDITED:
		fill(n);
		break;
	case PROMPT_IGNORED:
		break;
	}
	return true;
}

const struct view_ops screen_edit_needs = {
	.size = sizeof(struct needs),
	.overlay = true,
	.open = open_needs,
	.draw = draw,
	.key = key,
	.contexts = view_all_text,
	.close = close_needs,
	.keys = "Space tick  Up Down choose  type to find  Enter keep  Esc "
		"drop",
};
