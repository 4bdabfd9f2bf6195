/* The form of a step (or of the flow): a key a line, edited in its place.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "edit_view.h"

enum {
	LABEL = 13, /* columns of names, without their indent */
	OFFER_ROWS = 6,
	HELP_ROWS = 3,
	CTRL_O = 15
};

/* --- words for types --------------------------------------------------------
 */

static const struct {
	const char *type, *words;
} type_words[] = {
	{"text",       "text"			},
	{"template",   "text; ${{ }} may stand in it"},
	{"expression", "an expression"               },
	{"id",         "a step"                      },
	{"name",       "a name"                      },
	{"bool",       "true or false"               },
	{"duration",   "a time: 500ms 30s 1h30m 7d"  },
	{"size",       "a size: 64KiB 2GiB"          },
	{"value",      "any value"                   },
	{"list",       "a list"                      },
};

/* One alternative in words. */
static void
add_type(struct strbuf *out, const char *type, size_t n)
{
	if (*type == '=')
		strbuf_add(out, type + 1, n - 1);
	else if (*type == '[' && n > 2) {
		strbuf_adds(out, "a list, apart by commas");
	} else if (!strncmp(type, "int(", 4) || !strncmp(type, "number(", 7)) {
		size_t open = strcspn(type, "(");

		strbuf_adds(out,
			    *type == 'i' ? "a whole number " : "a number ");
		strbuf_add(out, type + open + 1, n - open - 2);
	} else {
		for (size_t i = 0; i < ARRAY_SIZE(type_words); i++)
			if (n == strlen(type_words[i].type) &&
			    !strncmp(type, type_words[i].type, n))
				strbuf_adds(out, type_words[i].words);
	}
}

static void
describe_type(struct strbuf *out, const char *type)
{
	int depth = 0;
	const char *begin = type;

	for (const char *p = type;; p++) {
		if (*p && strchr("([{", *p))
			depth++;
		else if (*p && strchr(")]}", *p))
			depth--;
		if (*p && (depth || strncmp(p, " | ", 3) != 0))
			continue;
		if (*begin != '{' && strncmp(begin, "map(", 4) != 0 &&
		    strncmp(begin, "null", 4) != 0) {
			bool word = *begin == '=' && out->n;

			strbuf_adds(out, !out->n ? "" : word ? " " : ", or ");
			add_type(out, begin, (size_t)(p - begin));
		}
		if (!*p)
			break;
		begin = p + 3;
	}
}

/* --- drawing ----------------------------------------------------------------
 */

static int
height_of(const struct edit_field *f)
{
	return 1 + (f->error != NULL);
}

/* The cursor's line, with what stands below it, is in sight. */
static void
show_cursor(struct editor *ed, int height)
{
	struct list *l = &ed->form;
	int used = 0;

	list_show(l, height);
	for (size_t i = l->top; i <= l->cursor && i < ed->fields.n; i++)
		used += height_of(&ed->fields.at[i]);
	while (used > height && l->top < l->cursor)
		used -= height_of(&ed->fields.at[l->top++]);
}

static void
draw_value(const struct edit_field *f, struct grid *g, struct rect r, int x)
{
	struct rect value = {r.x + x, r.y, r.w - x, 1};
	size_t n;

	if (f->kind == EDIT_MORE || f->kind == EDIT_ADD)
		return;
	if (f->kind == EDIT_GROUP && f->open && f->map)
		return;
	if (f->value) {
		n = strcspn(f->value, "\n");
		x = grid_textn(g, value, 0, 0,
			       f->fixed ? STYLE_FAINT : STYLE_FIELD, f->value,
			       n);
		if (f->lines)
			grid_text(g, value, x + 1, 0, STYLE_FAINT, "(more)");
		if (f->fixed)
			grid_text(g, value, x + 1, 0, STYLE_FAINT,
				  "(E: only in the editor)");
	} else if (f->standby) {
		grid_text(g, value, 0, 0, STYLE_FAINT, f->standby);
	} else if (f->kind != EDIT_GROUP || !f->open) {
		grid_text(g, value, 0, 0, STYLE_FAINT, "-");
	}
}

static void
draw_typing(struct editor *ed, struct grid *g, struct rect r, int x)
{
	grid_fill(g, r, (struct rect){x, 0, r.w - x, 1}, STYLE_NORMAL, ' ');
	grid_text(g, r, x - 1, 0, STYLE_KEY, "[");
	for (int i = x; i < r.w - 1; i++)
		grid_text(g, r, i, 0, STYLE_FIELD, "_");
	prompt_draw(&ed->typing.prompt, g, r, x, 0, r.w - x - 1, STYLE_NORMAL,
		    true);
	grid_text(g, r, r.w - 1, 0, STYLE_KEY, "]");
}

static int
value_column(const struct edit_field *f, struct rect r)
{
	int x = LABEL + 2 + 2 * f->depth;
	int width = text_width_str(f->label) + 4 + 2 * f->depth;

	if (x < width && width < r.w / 2)
		x = width;
	return x < r.w / 2 ? x : r.w / 2;
}

/* One line, and the error below it; the rows it took. */
static int
draw_field(struct editor *ed, struct grid *g, struct rect r, int y, size_t i,
	   bool focus)
{
	const struct edit_field *f = &ed->fields.at[i];
	struct rect row = rect_row(r, y), label;
	int x = value_column(f, r), indent = 1 + 2 * f->depth;
	bool typing = focus && ed->typing.on;

	label = (struct rect){row.x, row.y, x - 1, 1};
	if (f->kind == EDIT_GROUP)
		grid_text(g, label, indent, 0, STYLE_FAINT,
			  f->open ? "-" : "+");
	grid_text(g, label, indent + (f->kind == EDIT_MORE ? 0 : 1), 0,
		  f->kind == EDIT_MORE || f->kind == EDIT_ADD ? STYLE_FAINT
		  : f->value                                  ? STYLE_TITLE
							      : STYLE_NORMAL,
		  f->label);
	draw_value(f, g, row, x);
	if (focus && !typing) {
		grid_text(g, row, 0, 0, STYLE_TITLE, ">");
		grid_mark(g, row, (struct rect){0, 0, row.w, 1}, 0,
			  CELL_REVERSE);
		g->cursor_x = row.x;
		g->cursor_y = row.y;
	} else if (typing) {
		draw_typing(ed, g, row, x);
	}
	if (!f->error)
		return 1;
	grid_textf(g, rect_row(r, y + 1), x, 0,
		   f->severity == WF_SEV_ERROR ? STYLE_ERROR : STYLE_NOTICE,
		   f->offer ? "^ F: %s (%s)" : "^ %s%s",
		   f->offer ? f->offer : f->error, f->offer ? f->error : "");
	return 2;
}

/* Below the field, over what stands there. */
static void
draw_offers(struct editor *ed, struct grid *g, struct rect r, int y, int x)
{
	struct edit_typing *t = &ed->typing;
	size_t top = t->chosen != SIZE_MAX && t->chosen >= OFFER_ROWS
			     ? t->chosen - OFFER_ROWS + 1
			     : 0;
	int width = 8;

	if (t->error[0])
		grid_textf(g, rect_row(r, y++), x, 0, STYLE_ERROR, "^ %-60s",
			   t->error);
	for (size_t i = 0; i < t->offers.n; i++)
		if (text_width_str(t->offers.at[i]) > width)
			width = text_width_str(t->offers.at[i]);
	for (int i = 0; i < OFFER_ROWS && top + (size_t)i < t->offers.n; i++) {
		size_t at = top + (size_t)i;
		struct rect row = rect_row(r, y + i);

		grid_fill(g, row, (struct rect){x - 1, 0, width + 3, 1},
			  STYLE_NORMAL, ' ');
		grid_textf(g, row, x, 0, STYLE_KEY, "%s", t->offers.at[at]);
		grid_text(g, row, x - 1, 0, STYLE_LINE, "|");
		grid_text(g, row, x + width + 1, 0, STYLE_LINE,
			  i == OFFER_ROWS - 1 && at + 1 < t->offers.n ? "v"
								      : "|");
		if (at == t->chosen)
			grid_mark(g, row, (struct rect){x, 0, width + 1, 1}, 0,
				  CELL_REVERSE);
	}
}

/* The whole of what is wrong, where the help would stand. */
static void
draw_error(const struct edit_field *f, struct grid *g, struct rect r)
{
	uint8_t style =
		f->severity == WF_SEV_ERROR ? STYLE_ERROR : STYLE_NOTICE;
	int room = r.w - 2, cut = (int)strlen(f->error);

	while (cut > room || (cut && f->error[cut] && f->error[cut] != ' '))
		cut--;
	cut = cut ? cut : room;
	grid_fill(g, r, (struct rect){0, 1, r.w, 2}, STYLE_NORMAL, ' ');
	grid_textn(g, rect_row(r, 1), 1, 0, style, f->error, (size_t)cut);
	if (f->error[cut])
		grid_text(g, rect_row(r, 2), 1, 0, style, f->error + cut + 1);
}

/* What the key at the cursor means, in two lines at the foot. */
static void
draw_help(struct editor *ed, struct grid *g, struct rect r)
{
	const struct edit_field *f = field_at_cursor(ed);
	struct strbuf type = STRBUF_INIT;

	if (!f)
		return;
	for (int i = 0; i < r.w; i++)
		grid_line(g, r, i, 0, STYLE_LINE, LINE_E | LINE_W, LINE_ROUND);
	describe_type(&type, f->type);
	grid_text(g, rect_row(r, 1), 1, 0, STYLE_NORMAL, f->help);
	if (f->error && f->kind != EDIT_ADD)
		draw_error(f, g, r);
	else if (f->kind == EDIT_ADD)
		grid_text(g, rect_row(r, 2), 1, 0, STYLE_FAINT,
			  "Enter, then NAME=VALUE");
	else if (f->kind == EDIT_GROUP && f->open)
		grid_text(g, rect_row(r, 2), 1, 0, STYLE_FAINT,
			  "Left closes it");
	else if (f->kind == EDIT_GROUP)
		grid_textf(g, rect_row(r, 2), 1, 0, STYLE_FAINT, "%s%s%s",
			   type.at, type.n ? "; " : "", "Right shows its keys");
	else if (*f->example)
		grid_textf(g, rect_row(r, 2), 1, 0, STYLE_FAINT,
			   "%s; for example %s", type.at, f->example);
	strbuf_release(&type);
}

static void
draw_title(struct editor *ed, struct grid *g, struct rect r, bool focus)
{
	size_t i = editor_step(ed);
	uint8_t style = focus ? STYLE_TITLE : STYLE_NORMAL;

	if (ed->tab == EDIT_TAB_FLOW) {
		grid_text(g, r, 1, 0, style, "the flow as a whole");
	} else if (i < ed->steps.n) {
		const struct edit_row *row = &ed->steps.at[i];

		grid_textf(g, r, 1, 0, style, "step %s", row->label);
		if (r.w > 40)
			grid_textf(g, r, r.w - 15, 0, STYLE_FAINT,
				   "lines %d-%d", row->line, row->last_line);
	}
}

static void
draw_nothing(struct editor *ed, struct grid *g, struct rect r)
{
	if (ed->stale)
		grid_text(g, rect_row(r, 2), 1, 0, STYLE_NOTICE,
			  "the text does not parse: E repairs it, u undoes");
	else if (ed->steps.n)
		grid_text(g, rect_row(r, 2), 1, 0, STYLE_NOTICE,
			  "this step has no id: E opens the editor there");
	else
		grid_text(g, rect_row(r, 2), 1, 0, STYLE_NORMAL,
			  "press a to add the first step");
}

void
form_pane_draw(struct view *v, struct grid *g, struct rect r, bool focus)
{
	struct editor *ed = editor_of(v);
	int help = r.h > 8 ? HELP_ROWS : 0, y = 0;
	struct rect body = {r.x, r.y + 1, r.w, r.h - 1 - help};
	struct rect foot = {r.x, r.y + r.h - help, r.w, help};

	ed->form_height = body.h;
	draw_title(ed, g, r, focus);
	if (ed->fields.n == 0) {
		draw_nothing(ed, g, r);
		return;
	}
	show_cursor(ed, body.h);
	for (size_t i = ed->form.top; i < ed->fields.n && y < body.h; i++)
		y += draw_field(ed, g, body, y, i,
				focus && i == ed->form.cursor);
	if (focus && help)
		draw_help(ed, g, foot);
	if (focus && ed->typing.on) {
		const struct edit_field *f = field_at_cursor(ed);

		y = 1;
		for (size_t i = ed->form.top; i < ed->form.cursor; i++)
			y += height_of(&ed->fields.at[i]);
		draw_offers(
			ed, g,
			(struct rect){body.x, body.y, body.w, body.h + help}, y,
			value_column(f, body));
	}
}

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
	t->path = t->type = NULL;
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
	enum wf_code code = commit(ed, &err);

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
	describe_type(&type, f->type);
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
