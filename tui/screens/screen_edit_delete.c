/* Deleting steps: who needs them, and what becomes of those.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "../widgets/form.h"
#include "edit_view.h"

static const char *const ways[] = {
	"join them to what it needed (parents to children)",
	"let them need it no more",
};

struct delete
{
	struct form form;
	VEC(char *) ids;
	size_t way, leave, make;
	bool asked; /* somebody needs them */
};

static struct delete *delete_of(const struct view *v)
{
	return v->state;
}

static bool
is_going(const struct delete *d, const char *id)
{
	for (size_t i = 0; i < d->ids.n; i++)
		if (str_eq(d->ids.at[i], id))
			return true;
	return false;
}

/* Steps that stay and need one that goes. */
static void
list_dependents(const struct delete *d, const struct editor *ed,
		struct strbuf *out)
{
	vec_each (&ed->steps, struct edit_row, row) {
		bool needs = false;

		for (size_t i = 0; i < row->nneeds; i++)
			needs |= is_going(d, ed->steps.at[row->needs[i]].id);
		if (needs && !is_going(d, row->id))
			strbuf_addf(out, "%s%s", out->n ? ", " : "",
				    row->label);
	}
}

static enum wf_code
open_delete(struct view *v, const char *arg, struct wf_err *err)
{
	struct delete *d = delete_of(v);
	struct editor *ed = editor_below(v);
	struct strbuf who = STRBUF_INIT;
	char *title;

	(void)arg;
	if (!ed || !editor_step_id(ed))
		return ERR(err, WF_USAGE, "no step is selected");
	vec_each (&ed->steps, struct edit_row, row)
		if (row->marked && *row->id)
			vec_push(&d->ids, mem_strdup(row->id));
	if (d->ids.n == 0)
		vec_push(&d->ids, mem_strdup(editor_step_id(ed)));
	list_dependents(d, ed, &who);
	title = d->ids.n == 1 ? mem_printf("Delete %s", d->ids.at[0])
			      : mem_printf("Delete %zu steps", d->ids.n);
	form_init(&d->form, title);
	free(title);
	d->asked = who.n > 0;
	if (d->asked) {
		form_note(&d->form, STYLE_NORMAL, "Needed by: %s", who.at);
		d->way = form_choice(&d->form, "Those", ways, ARRAY_SIZE(ways),
				     0);
	} else {
		form_note(&d->form, STYLE_NORMAL, "No step needs %s.",
			  d->ids.n == 1 ? "it" : "them");
	}
	d->leave = form_button(&d->form, "Cancel", 0);
	d->make = form_button(&d->form, "Delete (D)", 'D');
	form_focus(&d->form, d->make);
	strbuf_release(&who);
	return WF_OK;
}

static void
close_delete(struct view *v)
{
	struct delete *d = delete_of(v);

	form_release(&d->form);
	vec_each (&d->ids, char *, id)
		free(*id);
	vec_release(&d->ids);
}

static enum wf_code
remove_all(struct delete *d, struct editor *ed, struct wf_err *err)
{
	size_t mark = wf_edit_mark(ed->edit);
	enum wf_edit_orphans how = !d->asked ? WF_ORPHANS_UNNEED
				   : d->form.fields.at[d->way].value
					   ? WF_ORPHANS_UNNEED
					   : WF_ORPHANS_BRIDGE;
	enum wf_code code = WF_OK;
	char *name;

	for (size_t i = 0; i < d->ids.n && !code; i++)
		code = wf_edit_remove(ed->edit, d->ids.at[i], how, err);
	if (code) {
		wf_edit_drop(ed->edit, mark);
		return code;
	}
	name = d->ids.n == 1 ? mem_printf("delete step %s", d->ids.at[0])
			     : mem_printf("delete %zu steps", d->ids.n);
	wf_edit_join(ed->edit, mark, name);
	free(name);
	return WF_OK;
}

static bool
key(struct view *v, uint32_t k)
{
	struct delete *d = delete_of(v);
	struct views *vs = v->views;
	struct editor *ed = editor_below(v);
	enum form_result result = form_key(&d->form, k);
	struct wf_err err = {0};

	if (result == FORM_PRESSED && (size_t)d->form.pressed == d->make) {
		if (remove_all(d, ed, &err)) {
			views_report(vs, &err);
			views_close(vs);
			return true;
		}
		views_close(vs);
		editor_done(editor_view(vs), ed, WF_OK, NULL);
		views_say(vs, "%s; u takes it back",
			  wf_edit_undo_name(ed->edit));
	} else if (result == FORM_LEFT || result == FORM_PRESSED) {
		views_close(vs);
	}
	return true;
}

static void
draw(struct view *v, struct grid *g, struct rect r)
{
	form_draw(&delete_of(v)->form, g, r);
}

const struct view_ops screen_edit_delete = {
	.size = sizeof(struct delete),
	.overlay = true,
	.open = open_delete,
	.draw = draw,
	.key = key,
	.contexts = view_all_text,
	.close = close_delete,
	.keys = "D delete  Space choose  Enter press  Esc cancel",
};
