/* A text of several lines: a command, a question, the comment of a step.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "../widgets/textarea.h"
#include "edit_view.h"

enum {
	CTRL_S = 19,
	CTRL_O = 15
};

struct lines_view {
	char *step; /* NULL: the flow */
	char *path; /* "#": the comment */
	char *type;
	struct textarea text;
	int height;
};

static struct lines_view *
lines_of(const struct view *v)
{
	return v->state;
}

/* PATH, or "PATH\nTEXT" for a text that is not in the file yet. */
static enum wf_code
open_text(struct view *v, const char *arg, struct wf_err *err)
{
	struct lines_view *l = lines_of(v);
	struct editor *ed = editor_below(v);
	const char *given = arg ? strchr(arg, '\n') : NULL;
	const char *subject = ed ? editor_subject(ed) : NULL;
	char *now;

	if (!ed || !arg)
		return ERR(err, WF_USAGE, "this belongs to the designer");
	if (wf_edit_broken(ed->edit))
		return ERR(err, WF_REFUSED, "the text does not parse");
	l->step = subject ? mem_strdup(subject) : NULL;
	l->path = mem_strndup(arg, strcspn(arg, "\n"));
	l->type = mem_strdup("text");
	vec_each (&ed->fields, struct edit_field, f) {
		if (!str_eq(f->path, l->path))
			continue;
		free(l->type);
		l->type = mem_strdup(f->type);
		break;
	}
	now = given ? mem_strdup(given + 1)
	      : str_eq(l->path, "#") && l->step
		      ? editor_comment(ed, l->step)
		      : wf_edit_get(ed->edit, l->step, l->path);
	textarea_set(&l->text, now ? now : "");
	free(now);
	return WF_OK;
}

static void
close_text(struct view *v)
{
	struct lines_view *l = lines_of(v);

	textarea_release(&l->text);
	free(l->step);
	free(l->path);
	free(l->type);
}

static void
draw(struct view *v, struct grid *g, struct rect r)
{
	struct lines_view *l = lines_of(v);
	struct rect body = {r.x + 2, r.y + 1, r.w - 4, r.h - 2};

	grid_frame(g, r, STYLE_LINE);
	grid_textf(g, r, 2, 0, STYLE_TITLE, " %s%s%s ", l->step ? l->step : "",
		   l->step ? ": " : "",
		   str_eq(l->path, "#") ? "comment" : l->path);
	l->height = body.h;
	textarea_draw(&l->text, g, body, STYLE_NORMAL);
}

static void
keep_typed(struct view *v, bool over)
{
	struct lines_view *l = lines_of(v);
	struct editor *ed = editor_below(v);
	char *text = textarea_text(&l->text);

	editor_keep_typed(v, ed, "edit-text", l->path, over ? NULL : text);
	free(text);
}

/* Lists and maps by lines are not text: what is written is. */
static enum wf_code
set(struct lines_view *l, struct editor *ed, const char *text,
    struct wf_err *err)
{
	if (str_eq(l->path, "#"))
		return editor_set_comment(ed, l->step, text, err);
	return editor_set(ed, l->step, l->path, l->type, text, err);
}

static void
finish(struct view *v, bool outside)
{
	struct lines_view *l = lines_of(v);
	struct views *vs = v->views;
	struct view *below = editor_view(vs);
	struct editor *ed = editor_below(v);
	size_t mark = wf_edit_mark(ed->edit);
	struct wf_err err = {0};
	char *text = textarea_text(&l->text);
	char *now = wf_edit_get(ed->edit, l->step, l->path);
	enum wf_code code =
		now && str_eq(now, text) ? WF_OK : set(l, ed, text, &err);

	free(now);
	free(text);
	if (code) {
		views_report(vs, &err);
		return;
	}
	keep_typed(v, true);
	views_close(vs);
	if (wf_edit_mark(ed->edit) != mark)
		editor_done(below, ed, WF_OK, NULL);
	if (outside)
		editor_outside(below);
}

static bool
key(struct view *v, uint32_t k)
{
	struct lines_view *l = lines_of(v);

	if (k == KEY_ESC || k == KEY_CTRL_C) {
		keep_typed(v, true);
		views_close(v->views);
	} else if (k == CTRL_S || k == CTRL_O) {
		finish(v, k == CTRL_O);
	} else if (textarea_key(&l->text, k, l->height)) {
		keep_typed(v, false);
	}
	return true;
}

const struct view_ops screen_edit_text = {
	.size = sizeof(struct lines_view),
	.overlay = true,
	.open = open_text,
	.draw = draw,
	.key = key,
	.contexts = view_all_text,
	.close = close_text,
	.keys = "Ctrl+S keep  Enter new line  Ctrl+O keep, open $EDITOR  Esc "
		"drop",
};
