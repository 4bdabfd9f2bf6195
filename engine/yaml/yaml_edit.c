/* The text under change: patches, commits, undo and redo.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "yaml_edit_int.h"

#include <stdlib.h>

#include "lint.h"
#include "yaml_read.h"

static void
read_tree(struct edit *e)
{
	span_tree_release(&e->tree);
	e->listed = e->judged = false;
	e->lines.n = 0;
	e->trouble = (struct wf_err){0};
	span_tree_read(&e->tree, e->file, e->text.at, e->text.n, &e->trouble);
}

struct edit *
edit_new(const char *file, const char *text, size_t n)
{
	struct edit *e = mem_alloc(sizeof(*e));

	e->text = (struct strbuf)STRBUF_INIT;
	e->file = mem_strdup(file);
	strbuf_add(&e->text, text, n);
	read_tree(e);
	return e;
}

static void
free_patches(struct patch *at, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(at[i].old);
		free(at[i].new);
	}
}

static void
free_change(struct change *c)
{
	free_patches(c->at, c->n);
	free(c->at);
	free(c->name);
}

void
edit_free(struct edit *e)
{
	if (!e)
		return;
	edit_forget(e);
	for (size_t i = 0; i < e->changes.n; i++)
		free_change(&e->changes.at[i]);
	vec_release(&e->changes);
	vec_release(&e->pending);
	vec_release(&e->steps);
	vec_release(&e->lines);
	span_tree_release(&e->tree);
	wf_diags_release(&e->findings);
	wf_diags_release(&e->advice);
	workflow_free(e->wf);
	strbuf_release(&e->text);
	free(e->file);
	free(e);
}

const char *
edit_file(const struct edit *e)
{
	return e->file;
}

const char *
edit_text(const struct edit *e, size_t *n_out)
{
	if (n_out)
		*n_out = e->text.n;
	return e->text.at;
}

const struct wf_err *
edit_broken(const struct edit *e)
{
	return e->trouble.code ? &e->trouble : NULL;
}

enum wf_code
edit_ready(struct edit *e, struct wf_err *err)
{
	edit_forget(e);
	if (!e->trouble.code)
		return WF_OK;
	if (err) {
		*err = e->trouble;
		wf_err_hint(err, "repair it in an editor, or undo");
	}
	return WF_INVALID;
}

static void
judge(struct edit *e)
{
	if (e->judged)
		return;
	wf_diags_release(&e->findings);
	wf_diags_release(&e->advice);
	workflow_free(e->wf);
	e->wf = workflow_parse_draft(e->file, e->text.at, e->text.n,
				     &e->findings, &e->advice);
	e->judged = true;
	e->advised = !e->wf;
}

const struct wf_diags *
edit_findings(struct edit *e)
{
	judge(e);
	return &e->findings;
}

const struct wf_diags *
edit_advice(struct edit *e)
{
	judge(e);
	if (!e->advised)
		workflow_lint(e->wf, &e->advice);
	e->advised = true;
	return &e->advice;
}

const struct workflow *
edit_workflow(struct edit *e)
{
	judge(e);
	return e->wf;
}

/* --- patches -------------------------------------------------------------- */

void
edit_forget(struct edit *e)
{
	free_patches(e->pending.at, e->pending.n);
	e->pending.n = 0;
}

void
edit_patch(struct edit *e, size_t at, size_t removed, const char *text,
	   size_t n)
{
	vec_push(&e->pending, (struct patch){.at = at,
					     .nold = removed,
					     .nnew = n,
					     .new = mem_strndup(text, n),
					     .order = e->pending.n});
}

void
edit_insert(struct edit *e, size_t at, const char *text)
{
	edit_patch(e, at, 0, text, strlen(text));
}

void
edit_delete(struct edit *e, size_t begin, size_t end)
{
	edit_patch(e, begin, end - begin, "", 0);
}

static int
by_place(const void *a, const void *b)
{
	const struct patch *p = a, *q = b;

	if (p->at != q->at)
		return p->at < q->at ? -1 : 1;
	return p->order < q->order ? -1 : p->order > q->order;
}

/* `back`: from the text after the change to the one before. */
static void
apply(struct edit *e, const struct patch *at, size_t n, bool back)
{
	struct strbuf out = STRBUF_INIT;
	size_t from = 0;

	e->last_begin = SIZE_MAX;
	for (size_t i = 0; i < n; i++) {
		const struct patch *p = &at[i];
		size_t place = back ? out.n : p->at;

		/* Going back, what is unchanged is as long as before. */
		if (back)
			place = from + (p->at - out.n);
		strbuf_add(&out, e->text.at + from, place - from);
		if (e->last_begin == SIZE_MAX)
			e->last_begin = out.n;
		strbuf_add(&out, back ? p->old : p->new,
			   back ? p->nold : p->nnew);
		e->last_end = out.n;
		from = place + (back ? p->nnew : p->nold);
	}
	strbuf_add(&out, e->text.at + from, e->text.n - from);
	strbuf_release(&e->text);
	e->text = out;
	if (e->last_begin == SIZE_MAX)
		e->last_begin = e->last_end = 0;
	read_tree(e);
}

static void
drop_undone(struct edit *e)
{
	while (e->changes.n > e->done) {
		free_change(&vec_last(&e->changes));
		e->changes.n--;
	}
}

static enum wf_code
sort_patches(struct edit *e, struct wf_err *err)
{
	struct patch *at = e->pending.at;
	size_t n = e->pending.n;

	if (n)
		qsort(at, n, sizeof(*at), by_place);
	for (size_t i = 0; i < n; i++) {
		if (i && at[i].at < at[i - 1].at + at[i - 1].nold) {
			edit_forget(e);
			return ERR(err, WF_REFUSED,
				   "the places to change overlap");
		}
		at[i].old = mem_strndup(e->text.at + at[i].at, at[i].nold);
	}
	return WF_OK;
}

static enum wf_code
commit(struct edit *e, enum edit_commit how, const char *name,
       struct wf_err *err)
{
	bool valid = how == COMMIT_STAY_VALID && edit_workflow(e);
	struct change c = {.n = e->pending.n};
	enum wf_code code = sort_patches(e, err);

	if (code)
		return code;
	apply(e, e->pending.at, e->pending.n, false);
	if (e->trouble.code) {
		code = ERR(err, WF_REFUSED,
			   "cannot %s here: the file would not be YAML any "
			   "more (%.200s)",
			   name, e->trouble.message);
		wf_err_hint(err, "change it in an editor");
	} else if (valid && !edit_workflow(e)) {
		code = diags_to_err(&e->findings, err);
	}
	if (code) {
		apply(e, e->pending.at, e->pending.n, true);
		edit_forget(e);
		return code;
	}
	drop_undone(e);
	c.name = mem_strdup(name);
	c.serial = ++e->serial;
	c.at = mem_alloc((c.n + 1) * sizeof(*c.at));
	memcpy(c.at, e->pending.at, c.n * sizeof(*c.at));
	e->pending.n = 0;
	vec_push(&e->changes, c);
	e->done++;
	return WF_OK;
}

enum wf_code
edit_commit(struct edit *e, enum edit_commit how, struct wf_err *err,
	    const char *fmt, ...)
{
	va_list ap;
	char *name;
	enum wf_code code = WF_OK;

	va_start(ap, fmt);
	name = mem_vprintf(fmt, ap);
	va_end(ap);
	if (e->pending.n)
		code = commit(e, how, name, err);
	free(name);
	return code;
}

void
edit_replace(struct edit *e, const char *name, const char *text, size_t n)
{
	struct patch *p = mem_alloc(sizeof(*p));

	edit_forget(e);
	*p = (struct patch){.nold = e->text.n,
			    .nnew = n,
			    .old = mem_strndup(e->text.at, e->text.n),
			    .new = mem_strndup(text, n)};
	apply(e, p, 1, false);
	drop_undone(e);
	vec_push(&e->changes,
		 (struct change){mem_strdup(name), p, 1, ++e->serial, false});
	e->done++;
}

/* --- undo ----------------------------------------------------------------- */

static const struct change *
undo_one(struct edit *e)
{
	const struct change *c = &e->changes.at[--e->done];

	apply(e, c->at, c->n, true);
	return c;
}

const char *
edit_undo(struct edit *e)
{
	const struct change *c = NULL;

	edit_forget(e);
	while (e->done && (!c || c->joined))
		c = undo_one(e);
	return c ? c->name : NULL;
}

const char *
edit_redo(struct edit *e)
{
	const struct change *c = NULL;

	edit_forget(e);
	while (e->done < e->changes.n &&
	       (!c || e->changes.at[e->done].joined)) {
		c = &e->changes.at[e->done++];
		apply(e, c->at, c->n, false);
	}
	return c ? c->name : NULL;
}

void
edit_join(struct edit *e, size_t position, const char *name)
{
	size_t first = e->done;

	while (first && e->changes.at[first - 1].serial != position)
		first--;
	for (size_t i = first; i < e->done; i++) {
		free(e->changes.at[i].name);
		e->changes.at[i].name = mem_strdup(name);
		e->changes.at[i].joined = i > first;
	}
}

void
edit_drop(struct edit *e, size_t position)
{
	edit_forget(e);
	while (e->done && edit_position(e) != position)
		undo_one(e);
	drop_undone(e);
}

const char *
edit_undo_name(const struct edit *e)
{
	return e->done ? e->changes.at[e->done - 1].name : NULL;
}

const char *
edit_redo_name(const struct edit *e)
{
	return e->done < e->changes.n ? e->changes.at[e->done].name : NULL;
}

size_t
edit_position(const struct edit *e)
{
	return e->done ? e->changes.at[e->done - 1].serial : 0;
}

void
edit_last_range(const struct edit *e, size_t *begin, size_t *end)
{
	*begin = e->last_begin;
	*end = e->last_end;
}
