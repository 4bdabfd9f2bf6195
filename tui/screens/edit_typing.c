/* Typing values into the form, and what else its keys do.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "edit_view.h"

enum {
	CTRL_O = 15
};

/* --- typing -----------------------------------------------------------------
 */

static void
keep_typed(struct view *v, struct editor *ed)
{
	const struct edit_typing *t = &ed->typing;
	char *path = mem_printf("%s\n%d", t->on ? t->path : "", (int)t->kind);

	editor_keep_typed(v, ed, "", path, t->on ? t->prompt.text.at : NULL);
	free(path);
}

void
typing_begin(struct view *v, const struct edit_field *f, const char *text)
{
	struct editor *ed = editor_of(v);
	struct edit_typing *t = &ed->typing;

	if (!editor_may(v, ed))
		return;
	typing_end(ed);
	t->on = true;
	t->path = mem_strdup(f->path);
	t->type = mem_strdup(f->type);
	t->kind = f->kind;
	t->before = f->value && f->kind != EDIT_ADD ? mem_strdup(f->value)
						    : mem_strdup("");
	t->error[0] = '\0';
	prompt_set(&t->prompt, text);
	offers_make(ed);
}

void
typing_end(struct editor *ed)
{
	struct edit_typing *t = &ed->typing;

	for (size_t i = 0; i < t->offers.n; i++)
		free(t->offers.at[i]);
	t->offers.n = 0;
	free(t->path);
	free(t->type);
	free(t->before);
	t->path = t->type = t->before = NULL;
	t->on = false;
	prompt_release(&t->prompt);
}

/* "NAME=VALUE": a new entry of a map.  Without a value, what is usual. */
static enum wf_code
add_entry(struct editor *ed, const char *text, struct wf_err *err)
{
	const struct edit_typing *t = &ed->typing;
	size_t n = strcspn(text, "=:");
	char *name = mem_strndup(text, n), *path;
	const char *value = text + n + (text[n] != '\0');
	enum wf_code code;

	while (n && name[n - 1] == ' ')
		name[--n] = '\0';
	value += strspn(value, " ");
	if (!*value && strstr(t->type, "{param}"))
		value = "{ type: string }";
	else if (!*value && strstr(t->type, "{secret}"))
		value = text[n] ? value : "{ env: SECRET }";
	else if (!*value && str_eq(t->path, "outputs") && editor_subject(ed))
		value = "string";
	path = mem_printf("%s.%s", t->path, name);
	if (!n || strpbrk(name, ". "))
		code = ERR(err, WF_USAGE,
			   "write NAME=VALUE; \"%.40s\" is no "
			   "name",
			   name);
	else if (wf_edit_shape(ed->edit, editor_subject(ed), path) !=
		 WF_SHAPE_NOTHING)
		code = ERR(err, WF_USAGE, "there is a \"%.40s\" already", name);
	else
		code = wf_edit_set(ed->edit, editor_subject(ed), path, value,
				   err);
	free(name);
	free(path);
	return code;
}

static enum wf_code
commit(struct editor *ed, struct wf_err *err)
{
	struct edit_typing *t = &ed->typing;
	const char *step = editor_subject(ed), *text = t->prompt.text.at;
	enum wf_code code;

	text += strspn(text, " ");
	if (t->kind == EDIT_ADD)
		return *text ? add_entry(ed, text, err) : WF_OK;
	if (t->kind == EDIT_COMMENT)
		return editor_set_comment(ed, step, text, err);
	code = editor_set(ed, step, t->path, t->type, text, err);
	/* The cursor goes with a step that has another name now. */
	if (!code && step && str_eq(t->path, "id")) {
		free(ed->selected);
		ed->selected = mem_strdup(text);
	}
	return code;
}

/* True when it was taken; else why not stands below the field. */
static bool
finish(struct view *v)
{
	struct editor *ed = editor_of(v);
	struct wf_err err = {0};
	size_t mark = wf_edit_mark(ed->edit);
	enum wf_code code = WF_OK;

	if (!str_eq(ed->typing.prompt.text.at, ed->typing.before))
		code = commit(ed, &err);
	if (code) {
		snprintf(ed->typing.error, sizeof(ed->typing.error),
			 "%.100s%s%.50s", err.message, err.hint[0] ? "; " : "",
			 err.hint);
		return false;
	}
	typing_end(ed);
	if (wf_edit_mark(ed->edit) != mark)
		editor_done(v, ed, WF_OK, NULL);
	else
		keep_typed(v, ed);
	return true;
}

static void
begin_here(struct view *v)
{
	struct editor *ed = editor_of(v);
	struct edit_field *f = field_at_cursor(ed);

	if (!f || !editor_may(v, ed))
		return;
	if (f->fixed) {
		views_complain(v->views,
			       "%s cannot be changed in place; E "
			       "opens the editor there",
			       f->label);
	} else if (f->lines || (f->kind == EDIT_VALUE && f->value &&
				strchr(f->value, '\n'))) {
		views_ask(v->views, "edit-text", f->path);
	} else {
		typing_begin(v, f,
			     f->kind == EDIT_ADD || !f->value ? "" : f->value);
	}
}

/* Enter: a group without a value of its own opens, the rest is typed. */
static void
enter(struct view *v)
{
	struct editor *ed = editor_of(v);
	struct edit_field *f = field_at_cursor(ed);
	struct strbuf type = STRBUF_INIT;

	if (!f)
		return;
	type_describe(&type, f->type);
	if (f->kind == EDIT_MORE) {
		ed->all = !ed->all;
		fields_rebuild(ed);
	} else if (f->kind == EDIT_GROUP && !f->fixed && (!type.n || f->map)) {
		bool open = !f->open;

		field_open(ed, f, open);
		if (open && ed->form.cursor + 1 < ed->fields.n)
			ed->form.cursor++;
	} else {
		begin_here(v);
	}
	strbuf_release(&type);
}

/* Tab: what is half typed is completed, what is whole is kept. */
static void
tab(struct view *v)
{
	struct editor *ed = editor_of(v);
	struct edit_typing *t = &ed->typing;

	if (t->offers.n && (t->chosen != SIZE_MAX || t->prompt.text.n)) {
		offers_take(ed, t->chosen != SIZE_MAX ? t->chosen : 0);
		return;
	}
	if (finish(v) && ed->form.cursor + 1 < ed->fields.n)
		ed->form.cursor++;
}

static void
choose_offer(struct edit_typing *t, bool down)
{
	if (t->offers.n == 0)
		return;
	if (t->chosen == SIZE_MAX)
		t->chosen = down ? 0 : t->offers.n - 1;
	else
		t->chosen = (t->chosen + (down ? 1 : t->offers.n - 1)) %
			    t->offers.n;
}

static void
to_pane_of_lines(struct view *v)
{
	struct editor *ed = editor_of(v);
	char *arg = mem_printf("%s\n%s", ed->typing.path,
			       ed->typing.prompt.text.at);

	typing_end(ed);
	views_ask(v->views, "edit-text", arg);
	free(arg);
}

bool
form_pane_key(struct view *v, uint32_t key)
{
	struct editor *ed = editor_of(v);
	struct edit_typing *t = &ed->typing;

	if (key == KEY_DOWN_ARROW || key == KEY_UP_ARROW) {
		choose_offer(t, key == KEY_DOWN_ARROW);
		return true;
	}
	if (key == KEY_TAB) {
		tab(v);
		return true;
	}
	if ((key == CTRL_O || key == KEY_NEWLINE) && t->kind != EDIT_ADD) {
		to_pane_of_lines(v);
		if (key == KEY_NEWLINE && views_top(v->views) != v)
			views_key(v->views, key);
		return true;
	}
	if (key == KEY_RETURN && t->chosen != SIZE_MAX)
		offers_take(ed, t->chosen);
	switch (prompt_key(&t->prompt, key)) {
	case PROMPT_DONE:
		finish(v);
		return true;
	case PROMPT_LEFT:
		typing_end(ed);
		break;
	case PROMPT_EDITED:
		t->error[0] = '\0';
		offers_make(ed);
		break;
	case PROMPT_IGNORED:
		return true;
	}
	keep_typed(v, ed);
	return true;
}

/* --- actions ----------------------------------------------------------------
 */

static void
unset_here(struct view *v)
{
	struct editor *ed = editor_of(v);
	struct edit_field *f = field_at_cursor(ed);
	struct wf_err err = {0};
	enum wf_code code;

	if (!f || !f->value || f->kind == EDIT_MORE || f->kind == EDIT_ADD) {
		views_say(v->views, "nothing is set there");
		return;
	}
	if (!editor_may(v, ed))
		return;
	if (f->kind == EDIT_COMMENT)
		code = editor_set_comment(ed, editor_subject(ed), "", &err);
	else
		code = editor_set(ed, editor_subject(ed), f->path, f->type, "",
				  &err);
	editor_done(v, ed, code, &err);
}

/* The next of the words that may stand here. */
static bool
cycle(struct view *v)
{
	struct editor *ed = editor_of(v);
	struct edit_field *f = field_at_cursor(ed);
	struct wf_err err = {0};
	size_t next = 0;
	char *word;

	if (!f || f->fixed || !editor_may(v, ed) ||
	    !(type_offers(f->type, "bool") || f->type[0] == '='))
		return false;
	typing_begin(v, f, "");
	for (size_t i = 0; f->value && i < ed->typing.offers.n; i++)
		if (str_eq(ed->typing.offers.at[i], f->value))
			next = i + 1;
	word = next < ed->typing.offers.n
		       ? mem_strdup(ed->typing.offers.at[next])
		       : mem_strdup("");
	typing_end(ed);
	editor_done(v, ed,
		    editor_set(ed, editor_subject(ed), f->path, f->type, word,
			       &err),
		    &err);
	free(word);
	return true;
}

bool
form_pane_act(struct view *v, enum action action)
{
	struct editor *ed = editor_of(v);
	struct edit_field *f = field_at_cursor(ed);

	if (list_act(&ed->form, action, ed->form_height)) {
		ed->yaml_moved = false;
		return true;
	}
	if (action == ACTION_OPEN)
		enter(v);
	else if (action == ACTION_RIGHT && f && f->kind == EDIT_GROUP &&
		 !f->fixed)
		field_open(ed, f, true);
	else if (action == ACTION_LEFT && f && f->kind == EDIT_GROUP && f->open)
		field_open(ed, f, false);
	else if (action == ACTION_EDIT_MARK)
		return cycle(v);
	else if (action == ACTION_EDIT_UNSET)
		unset_here(v);
	else if (action == ACTION_EDIT_LINES && f &&
		 (f->kind == EDIT_VALUE || f->kind == EDIT_GROUP) && !f->fixed)
		views_ask(v->views, "edit-text", f->path);
	else if (action == ACTION_CANCEL || action == ACTION_LEFT)
		ed->pane = EDIT_PANE_LIST;
	else
		return false;
	return true;
}
