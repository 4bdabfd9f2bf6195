/* Steps that become a flow file of their own, run by one step in their place.
 *
 * What they needed outside, the new step needs; who needed one of them, needs
 * the new step.  Params their texts name are declared there and handed on.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../engine/base/fs.h"
#include "edit_view.h"

struct group {
	struct editor *ed;
	const char *id;
	VEC(size_t) steps; /* in the order of the file */
	VEC(char *) needs; /* what they need outside */
	VEC(char *) users; /* who needs one of them */
	char *file, *path; /* as the step says it; where it is written */
};

static bool
is_inside(const struct group *gr, size_t step)
{
	for (size_t i = 0; i < gr->steps.n; i++)
		if (gr->steps.at[i] == step)
			return true;
	return false;
}

static void
add_once(char ***at, size_t *n, size_t *cap, const char *text)
{
	VEC(char *) v = {*at, *n, *cap};

	for (size_t i = 0; i < v.n; i++)
		if (str_eq(v.at[i], text))
			return;
	vec_push(&v, mem_strdup(text));
	*at = v.at;
	*n = v.n;
	*cap = v.cap;
}

static void
find_ends(struct group *gr)
{
	struct editor *ed = gr->ed;

	for (size_t i = 0; i < ed->steps.n; i++) {
		const struct edit_row *row = &ed->steps.at[i];

		for (size_t k = 0; k < row->nneeds; k++) {
			size_t need = row->needs[k];

			if (is_inside(gr, i) && !is_inside(gr, need))
				add_once(&gr->needs.at, &gr->needs.n,
					 &gr->needs.cap, ed->steps.at[need].id);
			if (!is_inside(gr, i) && is_inside(gr, need))
				add_once(&gr->users.at, &gr->users.n,
					 &gr->users.cap, row->id);
		}
	}
}

static void
group_open(struct group *gr, struct editor *ed, const char *id)
{
	char *dir = fs_dirname(wf_edit_path(ed->edit));

	*gr = (struct group){.ed = ed, .id = id};
	for (size_t i = 0; i < ed->steps.n; i++)
		if (ed->steps.at[i].marked)
			vec_push(&gr->steps, i);
	if (gr->steps.n == 0)
		vec_push(&gr->steps, editor_step(ed));
	find_ends(gr);
	gr->file = mem_printf("%s.yaml", id);
	gr->path = fs_join(dir, gr->file);
	free(dir);
}

static void
group_release(struct group *gr)
{
	for (size_t i = 0; i < gr->needs.n; i++)
		free(gr->needs.at[i]);
	for (size_t i = 0; i < gr->users.n; i++)
		free(gr->users.at[i]);
	vec_release(&gr->needs);
	vec_release(&gr->users);
	vec_release(&gr->steps);
	free(gr->file);
	free(gr->path);
}

/* --- the new file -----------------------------------------------------------
 */

static bool
names_param(const char *text, const char *param)
{
	char *name = mem_printf("params.%s", param);
	size_t n = strlen(name);
	bool found = false;

	for (const char *at = text; !found && (at = strstr(at, name)); at += n)
		found = !strchr("_-", at[n]) || !at[n];
	free(name);
	return found;
}

/* The child declares what its steps read; the parent hands it on. */
static enum wf_code
hand_params_on(struct group *gr, struct wf_edit *child, struct wf_err *err)
{
	struct wf_edit *edit = gr->ed->edit;
	char **names = wf_edit_keys(edit, NULL, "params");
	enum wf_code code = WF_OK;

	for (size_t i = 0; names[i]; i++) {
		char *path = mem_printf("params.%s", names[i]);
		char *with = mem_printf("with.%s", names[i]);
		char *value = mem_printf("${{ params.%s }}", names[i]);
		char *spec = wf_edit_get(edit, NULL, path);

		if (!code && spec &&
		    names_param(wf_edit_text(child, NULL), names[i])) {
			bool lines = strchr(spec, '\n') != NULL;

			code = wf_edit_set(child, NULL, path,
					   lines ? "{ type: string }" : spec,
					   err);
			if (!code)
				code = wf_edit_set(edit, gr->id, with, value,
						   err);
		}
		free(path);
		free(with);
		free(value);
		free(spec);
		free(names[i]);
	}
	free(names);
	return code;
}

static enum wf_code
copy_steps(struct group *gr, struct wf_edit *child, struct wf_err *err)
{
	struct editor *ed = gr->ed;
	struct strbuf all = STRBUF_INIT;
	enum wf_code code = WF_OK;

	for (size_t i = 0; i < gr->steps.n && !code; i++) {
		const char *id = ed->steps.at[gr->steps.at[i]].id;
		char *text = NULL;

		code = wf_edit_copy(ed->edit, id, &text, err);
		if (!code)
			strbuf_adds(&all, text);
		if (all.n && all.at[all.n - 1] != '\n')
			strbuf_addc(&all, '\n');
		free(text);
	}
	if (!code)
		code = wf_edit_paste(child, all.at, false, NULL, err);
	strbuf_release(&all);
	for (size_t i = 0; i < gr->steps.n && !code; i++) {
		const struct edit_row *row = &ed->steps.at[gr->steps.at[i]];

		for (size_t k = 0; k < row->nneeds && !code; k++)
			if (!is_inside(gr, row->needs[k]))
				code = wf_edit_disconnect(
					child, ed->steps.at[row->needs[k]].id,
					row->id, err);
	}
	return code;
}

/* --- the old one ------------------------------------------------------------
 */

static enum wf_code
replace_steps(struct group *gr, struct wf_err *err)
{
	struct wf_edit *edit = gr->ed->edit;
	const char **needs = mem_alloc((gr->needs.n + 1) * sizeof(*needs));
	const char *last;
	struct wf_edit_new_step step = {.id = gr->id,
					.action = "workflow",
					.value = gr->file,
					.needs = needs,
					.nneeds = gr->needs.n};
	enum wf_code code;

	for (size_t i = 0; i < gr->needs.n; i++)
		needs[i] = gr->needs.at[i];
	last = gr->ed->steps.at[vec_last(&gr->steps)].id;
	code = wf_edit_add(edit, &step, false, last, err);
	for (size_t i = 0; i < gr->users.n && !code; i++)
		code = wf_edit_connect(edit, gr->id, gr->users.at[i], err);
	free(needs);
	return code;
}

/* Last, when nothing reads their texts any more. */
static enum wf_code
remove_steps(struct group *gr, struct wf_err *err)
{
	enum wf_code code = WF_OK;

	for (size_t i = gr->steps.n; i-- > 0 && !code;)
		code = wf_edit_remove(gr->ed->edit,
				      gr->ed->steps.at[gr->steps.at[i]].id,
				      WF_ORPHANS_UNNEED, err);
	return code;
}

static enum wf_code
make(struct group *gr, struct wf_err *err)
{
	char *text = mem_printf("version: 1\nname: %s\nsteps:\n", gr->id);
	struct wf_edit *child = wf_edit_new(gr->path, text, strlen(text));
	enum wf_code code = copy_steps(gr, child, err);

	if (!code)
		code = replace_steps(gr, err);
	if (!code)
		code = hand_params_on(gr, child, err);
	if (!code)
		code = remove_steps(gr, err);
	if (!code)
		code = wf_edit_save(child, NULL, false, err);
	wf_edit_close(child);
	free(text);
	return code;
}

enum wf_code
editor_group(struct view *v, const char *id, struct wf_err *err)
{
	struct editor *ed = editor_of(v);
	size_t mark = wf_edit_mark(ed->edit);
	struct group gr;
	enum wf_code code;
	char *name;

	group_open(&gr, ed, id);
	if (access(gr.path, F_OK) == 0)
		code = ERR(err, WF_REFUSED, "there is a file %s already",
			   gr.file);
	else
		code = make(&gr, err);
	if (code) {
		wf_edit_drop(ed->edit, mark);
	} else {
		name = mem_printf("group %s", id);
		wf_edit_join(ed->edit, mark, name);
		free(name);
	}
	group_release(&gr);
	return code;
}
