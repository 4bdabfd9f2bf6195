/* The lines of the form: every key a step (or the flow) can have, from the
 * schema, with what stands there now.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "edit_view.h"

enum {
	DEPTH_MAX = 6,
	AUTO_OPEN = 12 /* maps with more keys begin closed */
};

/* Keys that are always in sight, by the action of the step. */
static const struct {
	const char *action, *keys;
} usual[] = {
	{"run",       "id run needs if timeout retry undo on_failure env outputs" },
	{"argv",      "id argv needs if timeout retry undo on_failure env outputs"},
	{"workflow",  "id workflow with needs if timeout undo on_failure"         },
	{"approval",  "id approval needs if on_failure"                           },
	{"wait",      "id wait needs if on_failure"                               },
	{"milestone", "id run needs if savepoint"                                 },
	{NULL,        "name description params env on_failure deadline max_parallel "
	       "defaults secrets hooks outputs"                     },
};

/* --- one line ---------------------------------------------------------------
 */

static bool
has_path(char *const *at, size_t n, const char *path)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(at[i], path))
			return true;
	return false;
}

static struct edit_field *
add_line(struct editor *ed, enum edit_kind kind, const char *path,
	 const char *label, int depth)
{
	vec_push(&ed->fields, (struct edit_field){.kind = kind,
						  .path = mem_strdup(path),
						  .label = mem_strdup(label),
						  .type = mem_strdup(""),
						  .help = "",
						  .example = "",
						  .depth = depth});
	return &vec_last(&ed->fields);
}

static void add_section(struct editor *ed, const char *step, const char *place,
			const char *prefix, int depth);

struct key_row {
	const char *path, *label, *type, *help, *example;
	int depth;
};

static void add_entries(struct editor *ed, const char *step,
			const struct key_row *row, const char *type);

static bool
is_open(struct editor *ed, const struct key_row *row, const char *type,
	enum wf_edit_shape shape)
{
	char **keys;
	size_t n = 0;

	if (has_path(ed->shut.at, ed->shut.n, row->path))
		return false;
	if (has_path(ed->open.at, ed->open.n, row->path))
		return true;
	if (shape == WF_SHAPE_MAP) {
		const struct editor *const_ed = ed;
		const char *step = editor_subject(const_ed);

		keys = wf_edit_keys(ed->edit, step, row->path);
		for (; keys[n]; n++)
			free(keys[n]);
		free(keys);
		return n <= AUTO_OPEN && row->depth < 2;
	}
	/* What the step is made of: its action. */
	return row->depth == 0 && shape != WF_SHAPE_NOTHING &&
	       !type_has_plain(type);
}

static void
add_key(struct editor *ed, const char *step, const struct key_row *row)
{
	enum wf_edit_shape shape = wf_edit_shape(ed->edit, step, row->path);
	char *section = type_inside(row->type, '{');
	char *entries = type_inside(row->type, '(');
	bool group = (section || entries) && row->depth < DEPTH_MAX;
	struct edit_field *f = add_line(ed, group ? EDIT_GROUP : EDIT_VALUE,
					row->path, row->label, row->depth);
	bool open;

	free(f->type);
	f->type = mem_strdup(row->type);
	f->help = row->help;
	f->example = row->example;
	f->value = editor_value(ed, step, row->path, shape);
	if (!f->value)
		f->value = editor_short_value(ed, step, row->path);
	if (!f->value)
		f->standby = editor_standby(ed, step, row->path, row->help);
	f->lines = f->value && strchr(f->value, '\n');
	f->fixed = shape == WF_SHAPE_ALIAS;
	f->map = shape == WF_SHAPE_MAP;
	open = f->open =
		group && !f->fixed && is_open(ed, row, row->type, shape);
	if (open && section)
		add_section(ed, step, section, row->path, row->depth + 1);
	else if (open)
		add_entries(ed, step, row, entries);
	free(section);
	free(entries);
}

/* The entries of a map, and a line to add one. */
static void
add_entries(struct editor *ed, const char *step, const struct key_row *row,
	    const char *type)
{
	char **keys = wf_edit_keys(ed->edit, step, row->path);
	struct edit_field *f;
	char *path;

	if (wf_edit_shape(ed->edit, step, row->path) == WF_SHAPE_LIST)
		keys[0] = (free(keys[0]), NULL);
	for (size_t i = 0; keys[i]; i++) {
		path = mem_printf("%s.%s", row->path, keys[i]);
		add_key(ed, step,
			&(struct key_row){path, keys[i], type, row->help,
					  row->example, row->depth + 1});
		if (strchr(keys[i], '.')) /* no path leads there */
			vec_last(&ed->fields).fixed = true;
		free(path);
		free(keys[i]);
	}
	free(keys);
	f = add_line(ed, EDIT_ADD, row->path, "+ add", row->depth + 1);
	free(f->type);
	f->type = mem_strdup(type);
	f->help = row->help;
	f->example = row->example;
}

/* Every key of a section of the schema. */
static void
add_section(struct editor *ed, const char *step, const char *place,
	    const char *prefix, int depth)
{
	struct wf_key_info k;

	for (size_t i = 0; wf_flow_key(i, &k); i++) {
		char *path;

		if (!str_eq(k.place, place))
			continue;
		path = mem_printf("%s.%s", prefix, k.name);
		add_key(ed, step,
			&(struct key_row){path, k.name, k.type, k.help,
					  k.example, depth});
		free(path);
	}
}

/* --- the whole form ---------------------------------------------------------
 */

static bool
is_word_of(const char *words, const char *word)
{
	size_t n = strlen(word);

	for (const char *at = words; (at = strstr(at, word)); at += n)
		if ((at == words || at[-1] == ' ') && (at[n] == ' ' || !at[n]))
			return true;
	return false;
}

static void
add_named(struct editor *ed, const char *step, const char *place,
	  const char *name)
{
	struct wf_key_info k;

	for (size_t i = 0; wf_flow_key(i, &k); i++)
		if (str_eq(k.place, place) && str_eq(k.name, name))
			add_key(ed, step,
				&(struct key_row){k.name, k.name, k.type,
						  k.help, k.example, 0});
}

/* The usual keys, then those that are set, then the others when asked. */
static void
add_all(struct editor *ed, const char *step, const char *words)
{
	const char *place = step ? "step" : "flow", *at = words;
	struct wf_key_info k;
	size_t hidden = 0;
	char *label;

	while (*at) {
		size_t n = strcspn(at, " ");
		char *name = mem_strndup(at, n);

		add_named(ed, step, place, name);
		free(name);
		at += n + (at[n] == ' ');
	}
	for (size_t i = 0; wf_flow_key(i, &k); i++) {
		if (!str_eq(k.place, place) || is_word_of(words, k.name) ||
		    (!step && is_word_of("steps finally", k.name)))
			continue;
		if (!ed->all &&
		    wf_edit_shape(ed->edit, step, k.name) == WF_SHAPE_NOTHING)
			hidden++;
		else
			add_named(ed, step, place, k.name);
	}
	if (step) {
		struct edit_field *f =
			add_line(ed, EDIT_COMMENT, "#", "comment", 0);

		f->help = "lines above the step; they move with it";
		f->value = editor_comment(ed, step);
		f->lines = f->value && strchr(f->value, '\n');
	}
	label = hidden ? mem_printf("+ %zu more keys", hidden)
		       : mem_strdup("- only what is set");
	if (hidden || ed->all)
		add_line(ed, EDIT_MORE, "", label, 0)->help =
			"Enter shows or hides the keys that are not set";
	free(label);
}

/* Keys that no flow has stand in the way of a run: they are shown, to be
 * taken away. */
static void
add_unknown(struct editor *ed, const char *step)
{
	size_t at = step ? editor_step(ed) : SIZE_MAX;

	for (size_t i = 0; i < ed->problems.n; i++) {
		const struct edit_problem *p = &ed->problems.at[i];
		size_t n = p->path ? strcspn(p->path, ".") : 0;
		bool shown = n == 0 || p->step != at;
		char *key = shown ? NULL : mem_strndup(p->path, n);

		if (key && !step)
			shown = is_word_of("steps finally", key);
		for (size_t f = 0; !shown && f < ed->fields.n; f++)
			shown = str_eq(ed->fields.at[f].path, key);
		if (!shown)
			add_key(ed, step,
				&(struct key_row){key, key, "value",
						  "no key of a flow file", "",
						  0});
		free(key);
	}
}

static void
mark_problems(struct editor *ed)
{
	size_t step = editor_subject(ed) ? editor_step(ed) : SIZE_MAX;

	vec_each (&ed->problems, struct edit_problem, p) {
		struct edit_field *best = NULL;
		size_t longest = 0;

		if (p->step != step || !p->path)
			continue;
		vec_each (&ed->fields, struct edit_field, f) {
			size_t n = strlen(f->path);

			if (n > longest && f->kind != EDIT_ADD &&
			    strncmp(p->path, f->path, n) == 0 &&
			    (!p->path[n] || p->path[n] == '.')) {
				best = f;
				longest = n;
			}
		}
		if (best &&
		    (!best->error || p->diag.severity < best->severity)) {
			best->error = p->diag.message;
			best->offer = p->offer;
			best->severity = p->diag.severity;
		}
	}
}

void
fields_release(struct editor *ed)
{
	vec_each (&ed->fields, struct edit_field, f) {
		free(f->path);
		free(f->label);
		free(f->type);
		free(f->value);
		free(f->standby);
	}
	ed->fields.n = 0;
}

void
fields_rebuild(struct editor *ed)
{
	const char *step = editor_subject(ed), *action = NULL;
	struct edit_field *at = field_at_cursor(ed);
	char *path = at ? mem_strdup(at->path) : NULL;
	enum edit_kind kind = at ? at->kind : EDIT_VALUE;

	fields_release(ed);
	if (step)
		action = ed->steps.at[editor_step(ed)].action;
	if (!ed->stale && (step || ed->tab == EDIT_TAB_FLOW))
		for (size_t i = 0; i < ARRAY_SIZE(usual); i++)
			if ((!action && !usual[i].action) ||
			    (action && usual[i].action &&
			     str_eq(action, usual[i].action)))
				add_all(ed, step, usual[i].keys);
	if (ed->fields.n)
		add_unknown(ed, step);
	mark_problems(ed);
	list_resize(&ed->form, ed->fields.n);
	for (size_t i = 0; path && i < ed->fields.n; i++)
		if (ed->fields.at[i].kind == kind &&
		    str_eq(ed->fields.at[i].path, path))
			ed->form.cursor = i;
	free(path);
}

struct edit_field *
field_at_cursor(struct editor *ed)
{
	return ed->form.cursor < ed->fields.n ? &ed->fields.at[ed->form.cursor]
					      : NULL;
}

/* --- opening ----------------------------------------------------------------
 */

static void
remember(char ***at, size_t *n, size_t *cap, const char *path)
{
	VEC(char *) v = {*at, *n, *cap};

	if (!has_path(v.at, v.n, path))
		vec_push(&v, mem_strdup(path));
	*at = v.at;
	*n = v.n;
	*cap = v.cap;
}

static void
forget(char **at, size_t *n, const char *path)
{
	for (size_t i = 0; i < *n; i++) {
		if (!str_eq(at[i], path))
			continue;
		free(at[i]);
		at[i] = at[--*n];
		return;
	}
}

void
field_open(struct editor *ed, const struct edit_field *f, bool open)
{
	char *path = mem_strdup(f->path);

	forget(ed->open.at, &ed->open.n, path);
	forget(ed->shut.at, &ed->shut.n, path);
	if (open)
		remember(&ed->open.at, &ed->open.n, &ed->open.cap, path);
	else
		remember(&ed->shut.at, &ed->shut.n, &ed->shut.cap, path);
	free(path);
	fields_rebuild(ed);
}

static bool
put_cursor(struct editor *ed, const char *path)
{
	for (size_t i = 0; i < ed->fields.n; i++) {
		if (ed->fields.at[i].kind != EDIT_ADD &&
		    str_eq(ed->fields.at[i].path, path)) {
			ed->form.cursor = i;
			return true;
		}
	}
	return false;
}

bool
field_show(struct editor *ed, const char *path)
{
	char *part;
	bool found;

	if (put_cursor(ed, path))
		return true;
	part = mem_strndup(path, strcspn(path, "."));
	if (!put_cursor(ed, part)) {
		ed->all = true;
		fields_rebuild(ed);
	}
	/* Open one after the other what hides it. */
	for (size_t n = strlen(part); put_cursor(ed, part) && path[n];) {
		struct edit_field *f = field_at_cursor(ed);

		if (f->kind == EDIT_GROUP && !f->open)
			field_open(ed, f, true);
		n += 1 + strcspn(path + n + 1, ".");
		free(part);
		part = mem_strndup(path, n);
	}
	found = put_cursor(ed, part);
	free(part);
	return found;
}
