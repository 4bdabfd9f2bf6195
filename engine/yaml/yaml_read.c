/* From text to a checked workflow: the stages in their order.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "yaml_read.h"

#include <malloc.h>
#include <stdlib.h>

#include "../base/fs.h"
#include "lint.h"
#include "yaml_encoding.h"
#include "yaml_reader.h"

static const char *
absolute_dir(struct workflow *wf, const char *file)
{
	char *dir = fs_dirname(str_eq(file, "<stdin>") ? "." : file);
	char *full = realpath(dir, NULL);
	const char *copy = arena_strdup(&wf->arena, full ? full : dir);

	free(full);
	free(dir);
	return copy;
}

static void
hash_steps(struct reader *r)
{
	reader_hash_base(r);
	for (uint32_t i = 0; i < r->wf->nsteps; i++)
		r->wf->steps[i].hash =
			reader_hash_step(r, r->step_nodes[i], &r->wf->steps[i]);
}

static void
keep_child_reads(struct reader *r)
{
	r->wf->nchild_reads = (uint32_t)r->child_reads.n;
	r->wf->child_reads =
		arena_copy(r->arena, r->child_reads.at,
			   r->child_reads.n * sizeof(*r->child_reads.at));
}

/* The tree of a large flow goes back to the system: what remains must fit
 * the memory that runs are promised. */
#define LARGE_TREE 50000

static void
reader_release(struct reader *r)
{
	bool large = r->tree.n > LARGE_TREE;

	node_tree_release(&r->tree);
	vec_release(&r->pending);
	vec_release(&r->needs);
	vec_release(&r->references);
	vec_release(&r->child_reads);
	map_release(&r->savepoints);
	map_release(&r->secret_index);
	map_release(&r->pool_index);
	map_release(&r->param_index);
	map_release(&r->env_index);
	free(r->step_nodes);
	if (large)
		malloc_trim(0);
}

static void
read_stages(struct reader *r)
{
	struct workflow *wf = r->wf;

	if (!node_tree_read(&r->tree, r->arena, r->file, wf->text,
			    wf->text_bytes, r->diags))
		return;
	reader_flow(r);
	if (!wf->nsteps)
		return;
	reader_check(r);
	reader_compile(r);
	if (!r->cyclic)
		reader_reach(r);
	if (r->diags->nerrors)
		return;
	hash_steps(r);
	keep_child_reads(r);
}

static void
keep_text(struct workflow *wf, struct strbuf *text)
{
	struct strbuf utf8 = STRBUF_INIT;

	if (encoding_to_utf8(text->at, text->n, &utf8)) {
		strbuf_release(text);
		*text = utf8;
	}
	wf->text_bytes = text->n;
	wf->text = wf->text_owned = strbuf_detach(text);
}

/* Findings of this file are sorted among themselves. */
static void
hand_over(struct wf_diags *own, struct wf_diags *diags)
{
	wf_diags_sort(own);
	for (size_t i = 0; i < own->n; i++)
		wf_diags_add(diags, own->at[i].severity, own->at[i].rule,
			     own->at[i].file, own->at[i].line,
			     own->at[i].column, own->at[i].hint, "%s",
			     own->at[i].message);
	wf_diags_release(own);
}

static bool
has_sound_steps(const struct reader *r)
{
	for (uint32_t i = 0; i < r->wf->nsteps; i++)
		if (!r->wf->steps[i].id)
			return false;
	return r->wf->nsteps && !r->cyclic;
}

/* Takes the text, so that a large one is not held twice.  `advice` NULL: it
 * is not asked for. */
static struct workflow *
parse(const char *file, struct strbuf *text, struct wf_diags *diags,
      struct wf_diags *advice)
{
	struct workflow *wf = workflow_new();
	struct wf_diags own = {0};
	struct reader r = {.wf = wf, .arena = &wf->arena, .diags = &own};
	bool fine;

	r.file = wf->file = arena_strdup(r.arena, file);
	wf->dir = absolute_dir(wf, file);
	if (text->n > WORKFLOW_MAX_BYTES) {
		wf_diags_add(&own, WF_SEV_ERROR, NULL, file, 1, 1,
			     "split it with `workflow:` steps",
			     "the file is larger than 16 MiB");
	} else {
		keep_text(wf, text);
		read_stages(&r);
	}
	fine = !own.nerrors;
	if (!fine && advice && has_sound_steps(&r))
		workflow_lint_draft(wf, advice);
	reader_release(&r);
	hand_over(&own, diags);
	if (fine)
		return wf;
	workflow_free(wf);
	return NULL;
}

struct workflow *
workflow_parse(const char *file, const char *text, size_t n,
	       struct wf_diags *diags)
{
	struct strbuf copy = STRBUF_INIT;
	struct workflow *wf;

	strbuf_add(&copy, text, n);
	wf = parse(file, &copy, diags, NULL);
	strbuf_release(&copy);
	return wf;
}

struct workflow *
workflow_parse_draft(const char *file, const char *text, size_t n,
		     struct wf_diags *diags, struct wf_diags *advice)
{
	struct strbuf copy = STRBUF_INIT;
	struct workflow *wf;

	strbuf_add(&copy, text, n);
	wf = parse(file, &copy, diags, advice);
	strbuf_release(&copy);
	return wf;
}

enum wf_code
diags_to_err(const struct wf_diags *diags, struct wf_err *err)
{
	for (size_t i = 0; i < diags->n; i++) {
		const struct wf_diag *d = &diags->at[i];

		if (d->severity != WF_SEV_ERROR)
			continue;
		ERR(err, WF_INVALID, "%s", d->message);
		wf_err_place(err, d->file, d->line, d->column);
		if (d->hint)
			wf_err_hint(err, "%s", d->hint);
		return WF_INVALID;
	}
	return ERR(err, WF_INVALID, "the flow is invalid");
}

enum wf_code
workflow_load(const char *path, struct workflow **out, struct wf_diags *diags,
	      struct wf_err *err)
{
	struct strbuf text = STRBUF_INIT;
	enum wf_code code = fs_read(path, WORKFLOW_MAX_BYTES, &text, err);

	*out = NULL;
	if (code == WF_OK) {
		*out = parse(str_eq(path, "-") ? "<stdin>" : path, &text, diags,
			     NULL);
		if (!*out)
			code = diags_to_err(diags, err);
	}
	strbuf_release(&text);
	return code;
}
