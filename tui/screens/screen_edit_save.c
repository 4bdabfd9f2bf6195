/* When a save meets another file: what differs, and what to do; and saving
 * under another name.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "../../engine/base/difftext.h"
#include "../widgets/form.h"
#include "../widgets/pager.h"
#include "edit_view.h"

struct save {
	struct form form;
	struct pager diff;
	bool as;
	size_t path, reload, overwrite, leave, make;
	int height;
};

static struct save *
save_of(const struct view *v)
{
	return v->state;
}

/* A diff by lines: what is on disk, what is here. */
static void
show_difference(struct save *s, struct editor *ed)
{
	struct strbuf diff = STRBUF_INIT;
	char *disk;

	if (wf_edit_disk(ed->edit, &disk, NULL)) {
		pager_add(&s->diff, STYLE_NOTICE, "the file is gone");
		return;
	}
	difftext(&diff, disk, wf_edit_text(ed->edit, NULL));
	pager_add(&s->diff, STYLE_FAINT, "- on disk    + here");
	for (const char *at = diff.at; *at;) {
		size_t n = strcspn(at, "\n");
		char *line = mem_strndup(at, n);

		pager_add(&s->diff,
			  *line == '-'   ? STYLE_ERROR
			  : *line == '+' ? STYLE_GOOD
					 : STYLE_NORMAL,
			  line);
		free(line);
		at += n + (at[n] == '\n');
	}
	free(disk);
	strbuf_release(&diff);
}

static enum wf_code
open_save(struct view *v, const char *arg, struct wf_err *err)
{
	struct save *s = save_of(v);
	struct editor *ed = editor_below(v);

	s->diff.find = (struct strbuf)STRBUF_INIT;
	if (!ed)
		return ERR(err, WF_USAGE, "this belongs to the designer");
	s->as = arg && str_eq(arg, "as");
	s->reload = s->overwrite = SIZE_MAX;
	form_init(&s->form, s->as ? "Save under another name"
				  : "The file was changed by somebody else");
	s->path = form_text(&s->form, s->as ? "File" : "Or save as",
			    wf_edit_path(ed->edit));
	s->leave = form_button(&s->form, "Cancel", 0);
	if (!s->as) {
		s->reload = form_button(&s->form, "Reload (L)", 'L');
		s->overwrite = form_button(&s->form, "Overwrite (O)", 'O');
		show_difference(s, ed);
	}
	s->make = form_button(&s->form, "Save as", 0);
	form_focus(&s->form, s->as ? s->path : s->leave);
	return WF_OK;
}

static void
close_save(struct view *v)
{
	form_release(&save_of(v)->form);
	pager_release(&save_of(v)->diff);
}

/* What is on disk becomes a change: even that can be undone. */
static void
reload(struct view *v)
{
	struct views *vs = v->views;
	struct editor *ed = editor_below(v);
	struct wf_err err = {0};

	views_close(vs);
	ed->leaving = ed->run_next = false;
	if (wf_edit_reload(ed->edit, &err)) {
		views_report(vs, &err);
		return;
	}
	ed->disk_told = false;
	editor_done(editor_view(vs), ed, WF_OK, NULL);
	views_say(vs, "read again; u brings back what was here");
}

static void
overwrite(struct view *v)
{
	struct views *vs = v->views;

	views_close(vs);
	editor_save(editor_view(vs), true);
}

static void
save_as(struct view *v)
{
	struct save *s = save_of(v);
	struct views *vs = v->views;
	struct editor *ed = editor_below(v);
	struct form_field *field = &s->form.fields.at[s->path];
	struct wf_err err = {0};

	if (!field->text.text.n) {
		snprintf(field->error, sizeof(field->error),
			 "a name is missing");
		form_focus(&s->form, s->path);
		return;
	}
	if (wf_edit_save(ed->edit, field->text.text.at, false, &err)) {
		snprintf(field->error, sizeof(field->error), "%.95s",
			 err.message);
		form_focus(&s->form, s->path);
		return;
	}
	views_close(vs);
	editor_saved(editor_view(vs), ed);
}

static bool
scroll(struct save *s, uint32_t k)
{
	if (s->as || (k != KEY_PAGE_DOWN && k != KEY_PAGE_UP))
		return false;
	return pager_act(&s->diff,
			 k == KEY_PAGE_DOWN ? ACTION_PAGE_DOWN : ACTION_PAGE_UP,
			 s->height);
}

static bool
key(struct view *v, uint32_t k)
{
	struct save *s = save_of(v);
	struct editor *ed = editor_below(v);
	enum form_result result;
	size_t pressed;

	if (scroll(s, k))
		return true;
	result = k == KEY_RETURN && s->form.focus == s->path
			 ? FORM_PRESSED
			 : form_key(&s->form, k);
	pressed = k == KEY_RETURN && s->form.focus == s->path
			  ? s->make
			  : (size_t)s->form.pressed;
	if (result == FORM_LEFT ||
	    (result == FORM_PRESSED && pressed == s->leave)) {
		ed->leaving = ed->run_next = false;
		views_close(v->views);
	} else if (result == FORM_PRESSED && pressed == s->reload) {
		reload(v);
	} else if (result == FORM_PRESSED && pressed == s->overwrite) {
		overwrite(v);
	} else if (result == FORM_PRESSED) {
		save_as(v);
	}
	return true;
}

static void
draw(struct view *v, struct grid *g, struct rect r)
{
	struct save *s = save_of(v);
	int h = form_height(&s->form);
	struct rect below = {r.x, r.y + h, r.w, r.h - h};

	if (!s->as && below.h > 0) {
		grid_fill(g, below, (struct rect){0, 0, below.w, below.h}, 0,
			  ' ');
		s->height = below.h;
		pager_draw(&s->diff, g, below);
	}
	form_draw(&s->form, g, r);
}

const struct view_ops screen_edit_save = {
	.size = sizeof(struct save),
	.overlay = true,
	.open = open_save,
	.draw = draw,
	.key = key,
	.contexts = view_all_text,
	.close = close_save,
	.keys = "Tab next  Enter press  PgDn scroll  Esc cancel",
};
