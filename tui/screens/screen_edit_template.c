/* Steps and whole flows to begin with, and what the flows ask.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "../dashboard.h"
#include "../widgets/form.h"
#include "edit_view.h"

static const struct {
	const char *name, *about, *text;
} snippets[] = {
#define T(name, about, text) {name, about, text},
#include "edit_template.def"
};

enum kind {
	KIND_TITLE,
	KIND_EMPTY, /* a flow without steps */
	KIND_FLOW,
	KIND_STEP,
	KIND_PLACE /* a step that an executor carries out */
};

struct entry {
	enum kind kind;
	size_t at;
	const char *name, *about;
};

struct templates {
	VEC(struct entry) entries;
	struct list list;
	int height;
	/* The questions of the flow that was chosen. */
	const struct template_flow *asked;
	struct wf_edit *answers; /* the template, to read defaults from */
	struct form form;
	size_t fields[16], nfields, make, leave;
};

static struct templates *
templates_of(const struct view *v)
{
	return v->state;
}

static void
add_entry(struct templates *t, enum kind kind, size_t at, const char *name,
	  const char *about)
{
	vec_push(&t->entries, (struct entry){kind, at, name, about});
}

static void
add_flows(struct templates *t, const struct views *vs, const char *title)
{
	if (!vs->ntemplates)
		return;
	add_entry(t, KIND_TITLE, 0, title, "");
	for (size_t i = 0; i < vs->ntemplates; i++)
		add_entry(t, KIND_FLOW, i, vs->templates[i].name,
			  vs->templates[i].about);
}

static void
add_places(struct templates *t)
{
	struct wf_executor_info e;

	for (size_t i = 0; wf_flow_executor(i, &e); i++)
		add_entry(t, KIND_PLACE, i, e.name, e.meaning);
}

static char *
place_text(size_t i)
{
	struct wf_executor_info e;

	if (!wf_flow_executor(i, &e))
		return mem_strdup("");
	return mem_printf("- id: elsewhere\n  run: ./work.sh\n"
			  "  executor: { %s: %s }\n  timeout: 10m\n",
			  e.name, e.example);
}

static enum wf_code
open_templates(struct view *v, const char *arg, struct wf_err *err)
{
	struct templates *t = templates_of(v);
	struct editor *ed = editor_below(v);
	bool fresh = ed && ed->steps.n == 0;

	(void)arg;
	if (!ed)
		return ERR(err, WF_USAGE, "this belongs to the designer");
	if (fresh) {
		add_entry(t, KIND_TITLE, 0, "Begin with", "");
		add_entry(t, KIND_EMPTY, 0, "empty",
			  "a flow without steps: add them one by one");
		add_flows(t, v->views, "or with a flow that works");
	}
	add_entry(t, KIND_TITLE, 0,
		  fresh ? "or with one step" : "A step behind this one", "");
	for (size_t i = 0; i < ARRAY_SIZE(snippets); i++)
		add_entry(t, KIND_STEP, i, snippets[i].name, snippets[i].about);
	add_places(t);
	if (!fresh)
		add_flows(t, v->views, "Begin anew with a whole flow");
	list_resize(&t->list, t->entries.n);
	t->list.cursor = 1;
	return WF_OK;
}

static void
close_templates(struct view *v)
{
	struct templates *t = templates_of(v);

	vec_release(&t->entries);
	wf_edit_close(t->answers);
	if (t->asked)
		form_release(&t->form);
}

/* --- drawing ----------------------------------------------------------------
 */

static void
draw_entry(struct templates *t, struct grid *g, struct rect row, size_t i)
{
	const struct entry *e = &t->entries.at[i];

	if (e->kind == KIND_TITLE) {
		grid_text(g, row, 1, 0, STYLE_TITLE, e->name);
		return;
	}
	grid_text(g, row, 3, 0, STYLE_KEY, e->name);
	grid_text(g, row, 19, 0, STYLE_NORMAL, e->about);
	if (i != t->list.cursor)
		return;
	grid_text(g, row, 1, 0, STYLE_TITLE, ">");
	grid_mark(g, row, (struct rect){0, 0, row.w, 1}, 0, CELL_REVERSE);
	g->cursor_x = row.x + 1;
	g->cursor_y = row.y;
}

static void
draw(struct view *v, struct grid *g, struct rect r)
{
	struct templates *t = templates_of(v);
	int h = (int)t->entries.n + 3 < r.h ? (int)t->entries.n + 3 : r.h;
	struct rect box = {r.x, r.y, r.w < 80 ? r.w : 80, h}, body;

	if (t->asked) {
		form_draw(&t->form, g, r);
		return;
	}
	box.x += (r.w - box.w) / 2;
	grid_frame(g, box, STYLE_LINE);
	grid_text(g, box, 2, 0, STYLE_TITLE, " Templates ");
	body = (struct rect){box.x + 1, box.y + 1, box.w - 2, box.h - 3};
	grid_textf(g, box, 2, box.h - 2, STYLE_FAINT, "%s: %s",
		   t->entries.at[t->list.cursor].name,
		   t->entries.at[t->list.cursor].about);
	t->height = body.h;
	if (t->list.cursor == 1)
		t->list.left = 0;
	list_show(&t->list, body.h);
	for (int i = 0; i < body.h; i++)
		if (t->list.top + (size_t)i < t->entries.n)
			draw_entry(t, g, rect_row(body, i),
				   t->list.top + (size_t)i);
}

/* --- taking one -------------------------------------------------------------
 */

static enum wf_code
paste(struct editor *ed, const char *text, struct wf_err *err)
{
	size_t mark = wf_edit_mark(ed->edit), before = ed->steps.n;
	const char *at = editor_step_id(ed);
	char *above = at ? mem_strdup(at) : NULL, *first = NULL;
	struct wf_edit_step s;
	enum wf_code code;

	editor_begin_steps(ed);
	code = wf_edit_paste(ed->edit, text, false, above, err);
	if (!code) {
		size_t i = above ? editor_find(ed, above) + 1 : before;

		if (wf_edit_step(ed->edit, i, &s))
			first = mem_strdup(s.id);
	}
	if (!code && above && first)
		code = wf_edit_connect(ed->edit, above, first, err);
	if (code) {
		wf_edit_drop(ed->edit, mark);
	} else {
		wf_edit_join(ed->edit, mark, "add from a template");
		free(ed->selected);
		ed->selected = first;
		first = NULL;
	}
	free(above);
	free(first);
	return code;
}

/* The file gives the flow its name. */
static char *
name_of_file(const struct editor *ed)
{
	const char *path = wf_edit_path(ed->edit), *slash = strrchr(path, '/');
	const char *base = slash ? slash + 1 : path;
	size_t n = strlen(base);

	if (str_ends(base, ".yaml"))
		n -= 5;
	else if (str_ends(base, ".yml"))
		n -= 4;
	return mem_strndup(base, n);
}

static void
ask(struct templates *t, const struct editor *ed, const struct template_flow *s)
{
	char *title = mem_printf("A flow from the template %s", s->name);

	t->asked = s;
	t->answers = wf_edit_new("template", s->text, strlen(s->text));
	form_init(&t->form, title);
	free(title);
	form_note(&t->form, STYLE_FAINT, "%s", s->about);
	t->nfields = 0;
	for (size_t i = 0; i < s->nquestions && t->nfields < 16; i++) {
		const struct template_question *q = &s->questions[i];
		char *def = str_eq(q->name, "name")
				    ? name_of_file(ed)
				    : wf_edit_get(t->answers, q->step, q->path);

		form_note(&t->form, STYLE_NORMAL, "%s", q->text);
		t->fields[t->nfields++] =
			form_text(&t->form, q->name, def ? def : "");
		free(def);
	}
	t->leave = form_button(&t->form, "Cancel", 0);
	t->make = form_button(&t->form, "Make it", 0);
	form_focus(&t->form, t->nfields ? t->fields[0] : t->make);
}

/* Write the answers into the template; false: one of them breaks it. */
static bool
take_answers(struct templates *t)
{
	for (size_t i = 0; i < t->nfields; i++) {
		const struct template_question *q = &t->asked->questions[i];
		struct form_field *f = &t->form.fields.at[t->fields[i]];
		struct wf_err err = {0};
		const struct wf_diags *found;

		f->error[0] = '\0';
		if (wf_edit_set(t->answers, q->step, q->path, f->text.text.at,
				&err)) {
			snprintf(f->error, sizeof(f->error), "%.95s",
				 err.message);
		} else {
			found = wf_edit_findings(t->answers);
			if (!found->nerrors)
				continue;
			snprintf(f->error, sizeof(f->error), "%.95s",
				 found->at[0].message);
			wf_edit_undo(t->answers);
		}
		form_focus(&t->form, t->fields[i]);
		return false;
	}
	return true;
}

static void
make_flow(struct view *v)
{
	struct templates *t = templates_of(v);
	struct views *vs = v->views;
	struct editor *ed = editor_below(v);
	size_t n;
	const char *text;
	char *name;

	if (!take_answers(t))
		return;
	text = wf_edit_text(t->answers, &n);
	name = mem_printf("begin with %s", t->asked->name);
	wf_edit_replace(ed->edit, name, text, n);
	free(name);
	views_close(vs);
	editor_done(editor_view(vs), ed, WF_OK, NULL);
	if (ed->order.n)
		editor_select(ed, ed->order.at[0]);
}

static void
take(struct view *v)
{
	struct templates *t = templates_of(v);
	struct views *vs = v->views;
	struct editor *ed = editor_below(v);
	const struct entry *e = &t->entries.at[t->list.cursor];
	struct wf_err err = {0};
	enum wf_code code;
	char *text;

	if (e->kind == KIND_FLOW) {
		ask(t, ed, &vs->templates[e->at]);
	} else if (e->kind == KIND_STEP || e->kind == KIND_PLACE) {
		text = e->kind == KIND_PLACE ? place_text(e->at)
					     : mem_strdup(snippets[e->at].text);
		code = paste(ed, text, &err);
		free(text);
		views_close(vs);
		editor_done(editor_view(vs), ed, code, &err);
	} else if (e->kind == KIND_EMPTY) {
		views_close(vs);
	}
}

static bool
form_keys(struct view *v, uint32_t k)
{
	struct templates *t = templates_of(v);
	enum form_result result = form_key(&t->form, k);

	if (result == FORM_LEFT ||
	    (result == FORM_PRESSED && (size_t)t->form.pressed == t->leave))
		views_close(v->views);
	else if (result == FORM_PRESSED)
		make_flow(v);
	else if (k == KEY_RETURN && t->form.focus == t->leave)
		form_focus(&t->form, t->make);
	return true;
}

/* Titles are passed over. */
static void
move(struct templates *t, enum action action)
{
	bool up = action == ACTION_UP || action == ACTION_PAGE_UP ||
		  action == ACTION_FIRST;

	list_act(&t->list, action, t->height);
	if (t->entries.at[t->list.cursor].kind != KIND_TITLE)
		return;
	if (t->list.cursor == 0)
		t->list.cursor = 1;
	else
		list_act(&t->list, up ? ACTION_UP : ACTION_DOWN, t->height);
}

static bool
act(struct view *v, enum action action)
{
	struct templates *t = templates_of(v);

	if (action == ACTION_OPEN)
		take(v);
	else if (action == ACTION_DOWN || action == ACTION_UP ||
		 action == ACTION_PAGE_DOWN || action == ACTION_PAGE_UP ||
		 action == ACTION_FIRST || action == ACTION_LAST)
		move(t, action);
	else
		return false;
	return true;
}

static bool
key(struct view *v, uint32_t k)
{
	return templates_of(v)->asked && form_keys(v, k);
}

static void
contexts(const struct view *v, enum context *out)
{
	out[0] = templates_of(v)->asked ? CONTEXT_NONE : CONTEXT_ANY;
	out[1] = CONTEXT_NONE;
}

const struct view_ops screen_edit_template = {
	.size = sizeof(struct templates),
	.overlay = true,
	.open = open_templates,
	.draw = draw,
	.key = key,
	.act = act,
	.contexts = contexts,
	.close = close_templates,
	.keys = "Up Down choose  Enter take it, go on  Esc close",
};
