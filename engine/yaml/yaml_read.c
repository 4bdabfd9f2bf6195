/* From text to a checked workflow: the stages in their order.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "yaml_read.h"

#include <limits.h>
#include <stdlib.h>

#include "../base/fs.h"
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

static void
reader_release(struct reader *r)
{
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
keep_text(struct workflow *wf, const char *text, size_t n)
{
	struct strbuf utf8 = STRBUF_INIT;

	if (encoding_to_utf8(text, n, &utf8)) {
		text = utf8.at;
		n = utf8.n;
	}
	wf->text = arena_strndup(&wf->arena, text, n);
	wf->text_bytes = n;
	strbuf_release(&utf8);
}

struct workflow *
workflow_parse(const char *file, const char *text, size_t n,
	       struct wf_diags *diags)
{
	struct workflow *wf = workflow_new();
	size_t before = diags->nerrors;
	struct wf_diags own = {0};
	struct reader r = {.wf = wf, .arena = &wf->arena, .diags = &own};

	r.file = wf->file = arena_strdup(r.arena, file);
	wf->dir = absolute_dir(wf, file);
	if (n > WORKFLOW_MAX_BYTES)
		wf_diags_add(&own, WF_SEV_ERROR, NULL, file, 1, 1,
			     "split it with `workflow:` steps",
			     "the file is larger than 16 MiB");
	else
		keep_text(wf, text, n);
	if (wf->text)
		read_stages(&r);
	reader_release(&r);
	wf_diags_sort(&own);
	for (size_t i = 0; i < own.n; i++)
		wf_diags_add(diags, own.at[i].severity, own.at[i].rule,
			     own.at[i].file, own.at[i].line, own.at[i].column,
			     own.at[i].hint, "%s", own.at[i].message);
	wf_diags_release(&own);
	if (diags->nerrors == before)
		return wf;
	workflow_free(wf);
	return NULL;
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
		*out = workflow_parse(str_eq(path, "-") ? "<stdin>" : path,
				      text.at, text.n, diags);
		if (!*out)
			code = diags_to_err(diags, err);
	}
	strbuf_release(&text);
	return code;
}
