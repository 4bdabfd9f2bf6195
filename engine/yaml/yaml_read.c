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
	if (!r->streaming)
		reader_hash_base(r);
	for (uint32_t i = 0; i < r->wf->nsteps; i++) {
		struct step *s = &r->wf->steps[i];

		if (!r->streaming)
			s->hash = reader_hash_keys(r, r->step_nodes[i]);
		s->hash = reader_hash_step(r, s);
	}
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
	bool large = r->tree.n > LARGE_TREE || r->streaming;

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

/* --- large files --------------------------------------------------------- */

/* The tree of 100,000 steps takes more memory than the steps themselves.  So
 * the steps of a large file are read while it is parsed, and its tree is
 * never whole.  What cannot be read so (a step named before it stands there,
 * anchors, keys behind the steps) and what has findings, whose places stand
 * in the tree, is read again in the usual way. */
#define LARGE_FILE ((size_t)512 * 1024)

/* No more than there are `id`s. */
static uint32_t
most_steps(const struct workflow *wf)
{
	const char *p = wf->text, *end = p + wf->text_bytes;
	uint32_t n = 0;

	while (n < WORKFLOW_MAX_STEPS &&
	       (p = memmem(p, (size_t)(end - p), "id", 2))) {
		n++;
		p += 2;
	}
	return n;
}

static bool
stream_step(void *arg, const struct node *n)
{
	struct reader *r = arg;

	if (!r->streaming) {
		if (!reader_flow_keys(r) || r->diags->n ||
		    node_get(&r->tree, r->tree.root, "finally"))
			return false;
		r->streaming = true;
		reader_hash_base(r);
		reader_steps_begin(r, most_steps(r->wf));
	}
	return reader_steps_next(r, n);
}

/* Needs are ids of steps above, which stay. */
static const char *
known_id(void *arg, const char *word)
{
	struct reader *r = arg;
	uint32_t step = workflow_step(r->wf, word);

	return step == STEP_NONE ? NULL : r->wf->steps[step].id;
}

static bool
stream_flow(struct reader *r)
{
	struct node_stream stream = {"steps", stream_step, known_id, r};

	if (!node_tree_stream(&r->tree, r->arena, r->file, r->wf->text,
			      r->wf->text_bytes, &stream, r->diags) ||
	    !r->streaming)
		return false;
	reader_steps_end(r);
	return true;
}

/* --- all stages ---------------------------------------------------------- */

static void
read_stages(struct reader *r, bool stream)
{
	struct workflow *wf = r->wf;

	if (stream) {
		r->incomplete = !stream_flow(r) || r->incomplete;
		if (r->incomplete)
			return;
	} else if (node_tree_read(&r->tree, r->arena, r->file, wf->text,
				  wf->text_bytes, r->diags)) {
		reader_flow(r);
	}
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
}

static bool
has_sound_steps(const struct reader *r)
{
	for (uint32_t i = 0; i < r->wf->nsteps; i++)
		if (!r->wf->steps[i].id)
			return false;
	return r->wf->nsteps && !r->cyclic;
}

/* What is to be read, and where what there is to say goes.  `advice` NULL:
 * it is not asked for.  `broken`: where a flow with errors goes whose steps
 * can be looked at, or NULL. */
struct parsing {
	const char *file, *text;
	size_t n;
	struct wf_diags *diags, *advice;
	struct workflow **broken;
};

/* NULL when there are errors; streaming, when there is anything to say. */
static struct workflow *
parse_once(const struct parsing *p, bool stream)
{
	struct workflow *wf = workflow_new();
	struct wf_diags own = {0};
	struct reader r = {.wf = wf, .arena = &wf->arena, .diags = &own};
	bool fine, broken;

	r.file = wf->file = arena_strdup(r.arena, p->file);
	wf->dir = absolute_dir(wf, p->file);
	wf->text = p->text;
	wf->text_bytes = p->n;
	read_stages(&r, stream);
	fine = stream ? !own.n && !r.incomplete : !own.nerrors;
	if (!fine && !stream && p->advice && has_sound_steps(&r))
		workflow_lint_draft(wf, p->advice);
	broken = !fine && !stream && p->broken && has_sound_steps(&r);
	reader_release(&r);
	if (!stream)
		hand_over(&own, p->diags);
	wf_diags_release(&own);
	if (fine)
		return wf;
	if (broken)
		*p->broken = wf;
	else
		workflow_free(wf);
	return NULL;
}

/* The text as UTF-8, and a copy of it when it had to be made. */
static struct workflow *
parse(struct parsing p, char **copy)
{
	struct strbuf utf8 = STRBUF_INIT;
	struct workflow *wf = NULL;

	*copy = NULL;
	if (encoding_to_utf8(p.text, p.n, &utf8)) {
		p.n = utf8.n;
		p.text = *copy = strbuf_detach(&utf8);
	}
	if (p.n >= LARGE_FILE)
		wf = parse_once(&p, true);
	return wf ? wf : parse_once(&p, false);
}

/* The text becomes the flow's own, so that a large one is not held twice. */
static struct workflow *
parse_owned(char *text, struct parsing p)
{
	char *copy;
	struct workflow *wf, *kept;

	p.text = text;
	wf = kept = parse(p, &copy);
	if (!wf && p.broken)
		kept = *p.broken;
	if (kept)
		kept->text_owned = copy ? copy : text;
	else
		free(copy);
	if (!kept || copy)
		free(text);
	return wf;
}

struct workflow *
workflow_parse(const char *file, const char *text, size_t n,
	       struct wf_diags *diags)
{
	return parse_owned(
		mem_strndup(text, n),
		(struct parsing){.file = file, .n = n, .diags = diags});
}

struct workflow *
workflow_parse_draft(const char *file, const char *text, size_t n,
		     struct wf_diags *diags, struct wf_diags *advice)
{
	return parse_owned(mem_strndup(text, n),
			   (struct parsing){.file = file,
					    .n = n,
					    .diags = diags,
					    .advice = advice});
}

struct workflow *
workflow_parse_here(const char *file, const char *text, size_t n,
		    struct wf_diags *diags)
{
	char *copy;
	struct workflow *wf = parse(
		(struct parsing){
			.file = file, .text = text, .n = n, .diags = diags},
		&copy);

	if (wf)
		wf->text_owned = copy;
	else
		free(copy);
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
		struct workflow *broken = NULL;
		struct parsing p = {
			.file = str_eq(path, "-") ? "<stdin>" : path,
			.n = text.n,
			.diags = diags,
			.broken = &broken,
		};

		*out = parse_owned(strbuf_detach(&text), p);
		if (!*out) {
			*out = broken;
			code = diags_to_err(diags, err);
		}
	}
	strbuf_release(&text);
	return code;
}
