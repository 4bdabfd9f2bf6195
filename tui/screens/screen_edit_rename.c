/* Another id for a step, shown everywhere it will be written before it is;
 * and the name of a group.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "../../engine/base/difftext.h"
#include "../widgets/pager.h"
#include "edit_view.h"

struct rename {
	char *from; /* NULL: a group is made */
	struct prompt to;
	struct pager places;
	char error[160];
	int height;
};

static struct rename *
rename_of(const struct view *v)
{
	return v->state;
}

/* On a copy of the text: what would differ. */
static void
preview(struct view *v)
{
	struct rename *r = rename_of(v);
	struct editor *ed = editor_below(v);
	size_t n;
	const char *text = wf_edit_text(ed->edit, &n);
	struct wf_edit *copy;
	struct strbuf diff = STRBUF_INIT;
	struct wf_err err = {0};

	pager_clear(&r->places);
	r->error[0] = '\0';
	if (!r->from || str_eq(r->to.text.at, r->from) || !r->to.text.n)
		return;
	copy = wf_edit_new("copy", text, n);
	if (wf_edit_rename(copy, r->from, r->to.text.at, &err))
		snprintf(r->error, sizeof(r->error), "%.150s", err.message);
	else
		difftext(&diff, text, wf_edit_text(copy, NULL));
	for (const char *at = diff.at; *at;) {
		size_t len = strcspn(at, "\n");
		char *line = mem_strndup(at, len);

		if ((*line == '-' || *line == '+') &&
		    !str_starts(line, "---") && !str_starts(line, "+++"))
			pager_add(&r->places,
				  *line == '-' ? STYLE_FAINT : STYLE_FIELD,
				  line);
		free(line);
		at += len + (at[len] == '\n');
	}
	strbuf_release(&diff);
	wf_edit_close(copy);
}

static enum wf_code
open_rename(struct view *v, const char *arg, struct wf_err *err)
{
	struct rename *r = rename_of(v);
	struct editor *ed = editor_below(v);

	r->to = (struct prompt)PROMPT_INIT;
	r->places.find = (struct strbuf)STRBUF_INIT;
	if (!ed || !editor_step_id(ed))
		return ERR(err, WF_USAGE, "no step is selected");
	if (arg && str_eq(arg, "group"))
		return WF_OK;
	r->from = mem_strdup(editor_step_id(ed));
	/* After a newline: what was typed when a designer was killed. */
	prompt_set(&r->to, arg && *arg == '\n' ? arg + 1 : r->from);
	preview(v);
	return WF_OK;
}

static void
close_rename(struct view *v)
{
	struct rename *r = rename_of(v);

	free(r->from);
	prompt_release(&r->to);
	pager_release(&r->places);
}

static void
draw(struct view *v, struct grid *g, struct rect r)
{
	struct rename *re = rename_of(v);
	int rows = (int)re->places.lines.n;
	int h = 6 + rows < r.h ? 6 + rows : r.h;
	struct rect box = {r.x, r.y, r.w < 80 ? r.w : 80, h}, body;

	box.x += (r.w - box.w) / 2;
	grid_frame(g, box, STYLE_LINE);
	grid_textf(g, box, 2, 0, STYLE_TITLE, " %s %s ",
		   re->from ? "Rename"
			    : "A flow of its own for the marked "
			      "steps",
		   re->from ? re->from : "");
	grid_text(g, box, 2, 1, STYLE_KEY, re->from ? "to: " : "id: ");
	prompt_draw(&re->to, g, box, 6, 1, box.w - 8, STYLE_FIELD, true);
	if (re->error[0])
		grid_textf(g, box, 2, 2, STYLE_ERROR, "^ %s", re->error);
	else if (!re->from)
		grid_text(g, box, 2, 2, STYLE_FAINT,
			  "they move to ID.yaml beside this file; one step "
			  "runs it in their place");
	else
		grid_textf(g, box, 2, 2, STYLE_FAINT,
			   rows ? "it is written in these places:"
				: "needs, expressions and everything else "
				  "that names it go along");
	body = (struct rect){box.x + 2, box.y + 3, box.w - 4, box.h - 4};
	re->height = body.h;
	pager_draw(&re->places, g, body);
}

static void
finish(struct view *v)
{
	struct rename *r = rename_of(v);
	struct views *vs = v->views;
	struct editor *ed = editor_below(v);
	struct wf_err err = {0};
	char *to = mem_strdup(r->to.text.at);
	enum wf_code code =
		r->from ? wf_edit_rename(ed->edit, r->from, to, &err)
			: editor_group(editor_view(vs), to, &err);

	if (code) {
		snprintf(r->error, sizeof(r->error), "%.150s", err.message);
		free(to);
		return;
	}
	free(ed->selected);
	ed->selected = to;
	views_close(vs);
	editor_done(editor_view(vs), ed, WF_OK, NULL);
	views_say(vs, "%s; u takes it back", wf_edit_undo_name(ed->edit));
}

static void
keep_typed(struct view *v, bool over)
{
	struct rename *r = rename_of(v);

	if (r->from)
		editor_keep_typed(v, editor_below(v), "edit-rename", "",
				  over ? NULL : r->to.text.at);
}

static bool
key(struct view *v, uint32_t k)
{
	struct rename *r = rename_of(v);

	if (k == KEY_DOWN_ARROW || k == KEY_UP_ARROW) {
		pager_act(&r->places,
			  k == KEY_DOWN_ARROW ? ACTION_DOWN : ACTION_UP,
			  r->height);
		return true;
	}
	switch (prompt_key(&r->to, k)) {
	case PROMPT_DONE:
		if (r->from && str_eq(r->to.text.at, r->from))
			views_close(v->views);
		else
			finish(v);
		break;
	case PROMPT_LEFT:
		keep_typed(v, true);
		views_close(v->views);
		break;
	case PROMPT_EDITED:
		preview(v);
		keep_typed(v, false);
		break;
	case PROMPT_IGNORED:
		break;
	}
	return true;
}

const struct view_ops screen_edit_rename = {
	.size = sizeof(struct rename),
	.overlay = true,
	.open = open_rename,
	.draw = draw,
	.key = key,
	.contexts = view_all_text,
	.close = close_rename,
	.keys = "Enter do it  Up Down look at the places  Esc cancel",
};
