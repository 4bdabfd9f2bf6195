/* A flow with all the flows it names: loading, storing as one text, checking
 * what parent and child say of each other.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdint.h>
#include <stdlib.h>

#include "../base/fs.h"
#include "../base/vec.h"
#include "yaml_bundle_text.h"

#define MAX_FILES 1000

struct bundle_file {
	const char *key;
	struct workflow *wf;
};

/* --- keys ---------------------------------------------------------------- */

/* `path` with ".", ".." and double slashes resolved as far as words go. */
static char *
normalise(const char *path)
{
	VEC(const char *) parts = {0};
	struct strbuf out = STRBUF_INIT;
	char *copy = mem_strdup(path), *state = NULL;

	for (char *p = strtok_r(copy, "/", &state); p;
	     p = strtok_r(NULL, "/", &state)) {
		bool up = str_eq(p, "..");

		if (str_eq(p, "."))
			continue;
		if (up && parts.n && !str_eq(vec_last(&parts), ".."))
			(void)vec_pop(&parts);
		else if (!up || *path != '/')
			vec_push(&parts, p);
	}
	if (*path == '/')
		strbuf_addc(&out, '/');
	for (size_t i = 0; i < parts.n; i++)
		strbuf_addf(&out, "%s%s", i ? "/" : "", parts.at[i]);
	if (!out.n)
		strbuf_addc(&out, '.');
	vec_release(&parts);
	free(copy);
	return strbuf_detach(&out);
}

/* Where a child of `parent` is, relative to the root; "" is the root. */
static const char *
child_key(struct bundle *b, const char *parent, const char *path)
{
	const char *slash = strrchr(b->root->file, '/');
	char *dir = *parent ? fs_dirname(parent) : mem_strdup(".");
	char *joined = fs_join(dir, path);
	char *key = normalise(joined);
	const char *result = arena_strdup(&b->arena, key);

	if (str_eq(key, slash ? slash + 1 : b->root->file))
		result = "";
	free(dir);
	free(joined);
	free(key);
	return result;
}

/* --- what parent and child say of each other ----------------------------- */

static void PRINTF_LIKE(5, 6)
	finding(struct wf_diags *diags, const struct workflow *wf,
		const struct child_flow *c, const char *hint, const char *fmt,
		...)
{
	va_list ap;
	char *message;

	va_start(ap, fmt);
	message = mem_vprintf(fmt, ap);
	va_end(ap);
	wf_diags_add(diags, WF_SEV_ERROR, NULL, wf->file, c->line, c->column,
		     hint, "%s", message);
	free(message);
}

static const char *
nearest_param(const struct params *ps, const char *name)
{
	const char **names = mem_alloc((ps->n + 1) * sizeof(*names));
	const char *near;

	for (uint32_t i = 0; i < ps->n; i++)
		names[i] = ps->at[i].name;
	near = str_nearest(name, names, ps->n);
	free(names);
	return near;
}

static void
check_arg(const struct workflow *wf, const struct child_flow *c,
	  const struct arg *arg, const struct workflow *child,
	  struct wf_diags *diags)
{
	const struct param *p = params_find(&child->params, arg->name);
	struct arena scratch = {0};
	struct value v;
	struct wf_err err;
	const char *near;
	char *hint;

	if (!p) {
		near = nearest_param(&child->params, arg->name);
		hint = near ? mem_printf("did you mean \"%s\"?", near)
			    : mem_printf("declare it in %s", child->file);
		finding(diags, wf, c, hint, "flow \"%s\" has no param \"%s\"",
			child->name, arg->name);
		free(hint);
	} else if (!arg->value.nparts && !strstr(arg->value.text, "${{") &&
		   !param_from_text(p, &scratch, arg->value.text, &v, &err)) {
		finding(diags, wf, c,
			err.hint[0] ? err.hint
				    : "change the value, or its rules",
			"of flow \"%s\": %s", child->name, err.message);
	}
	arena_release(&scratch);
}

static bool
is_given(const struct child_flow *c, const char *name)
{
	for (uint32_t i = 0; i < c->nwith; i++)
		if (str_eq(c->with[i].name, name))
			return true;
	return false;
}

static void
check_call(const struct workflow *wf, const struct child_flow *c,
	   const struct workflow *child, struct wf_diags *diags)
{
	for (uint32_t i = 0; i < c->nwith; i++)
		check_arg(wf, c, &c->with[i], child, diags);
	for (uint32_t i = 0; i < child->params.n; i++) {
		const struct param *p = &child->params.at[i];
		char *hint;

		if (!p->required || p->has_default || is_given(c, p->name))
			continue;
		hint = mem_printf("write `with: { %s: ... }`", p->name);
		finding(diags, wf, c, hint, "flow \"%s\" requires param \"%s\"",
			child->name, p->name);
		free(hint);
	}
}

static bool
has_output(const struct workflow *wf, const char *name)
{
	for (uint32_t i = 0; i < wf->noutputs; i++)
		if (str_eq(wf->outputs[i].name, name))
			return true;
	return false;
}

static void
check_reads(const struct bundle *b, const struct workflow *wf,
	    struct wf_diags *diags)
{
	for (uint32_t i = 0; i < wf->nchild_reads; i++) {
		const struct child_read *read = &wf->child_reads[i];
		const struct child_flow *c = wf->steps[read->step].more->child;
		const struct workflow *child =
			c->file ? map_get(&b->files, c->file) : NULL;
		char *hint;

		if (!child || has_output(child, read->output))
			continue;
		hint = mem_printf("declare it under `outputs` of %s",
				  child->file);
		wf_diags_add(diags, WF_SEV_ERROR, NULL, wf->file, read->line,
			     read->column, hint,
			     "flow \"%s\" has no output \"%s\"", child->name,
			     read->output);
		free(hint);
	}
}

static void
check_children(const struct bundle *b, struct wf_diags *diags)
{
	map_each (&b->files, e) {
		const struct workflow *wf = e->value;

		for (uint32_t i = 0; i < wf->nsteps; i++) {
			const struct child_flow *c = wf->steps[i].more->child;
			const struct workflow *child =
				c && c->file ? map_get(&b->files, c->file)
					     : NULL;

			if (child)
				check_call(wf, c, child, diags);
		}
		check_reads(b, wf, diags);
	}
}

/* --- loading ------------------------------------------------------------- */

/* Read the child unless it is there already. */
static void
load_child(struct bundle *b, const struct workflow *wf,
	   const struct child_flow *c, const char *key, struct wf_diags *diags)
{
	char *dir = fs_dirname(b->root->file);
	char *path = fs_join(dir, key);
	struct strbuf text = STRBUF_INIT;
	struct workflow *child;
	struct wf_err err;

	if (b->files.n >= MAX_FILES) {
		finding(diags, wf, c, "use fewer files",
			"more than %d flows in one", MAX_FILES);
	} else if (!fs_is_file(path)) {
		finding(diags, wf, c, "name a file",
			"flow \"%s\" is no ordinary file", c->path);
	} else if (fs_read(path, WORKFLOW_MAX_BYTES, &text, &err) != WF_OK) {
		finding(diags, wf, c, "the path starts at this file's folder",
			"flow \"%s\": %s", c->path, err.message);
	} else {
		child = workflow_parse(path, text.at, text.n, diags);
		if (child)
			map_set(&b->files, key, child);
	}
	strbuf_release(&text);
	free(path);
	free(dir);
}

/* Name and load the children of one flow.  `tried` holds the level of each
 * file: flows are loaded level by level, so a file too deep here has no
 * shorter way down. */
static void
load_children(struct bundle *b, const char *parent, struct workflow *wf,
	      struct wf_diags *diags, struct map *tried)
{
	uintptr_t level = tried ? (uintptr_t)map_get(tried, parent) + 1 : 0;

	for (uint32_t i = 0; i < wf->nsteps; i++) {
		struct child_flow *c =
			(struct child_flow *)wf->steps[i].more->child;

		if (!c || !c->path)
			continue;
		c->file = child_key(b, parent, c->path);
		if (map_find(&b->files, c->file) || !diags ||
		    map_find(tried, c->file))
			continue;
		map_set(tried, c->file, (void *)level);
		if (level > WORKFLOW_MAX_DEPTH)
			finding(diags, wf, c, "let flows call fewer flows",
				"child flows nest deeper than %d",
				WORKFLOW_MAX_DEPTH);
		else
			load_child(b, wf, c, c->file, diags);
	}
}

enum wf_code
bundle_load(const char *path, struct bundle **out, struct wf_diags *diags,
	    struct wf_err *err)
{
	struct bundle *b = mem_alloc(sizeof(*b));
	size_t before = diags->nerrors;
	struct map tried = {0};
	enum wf_code code = workflow_load(path, &b->root, diags, err);

	*out = NULL;
	if (!b->root) {
		bundle_free(b);
		return code;
	}
	map_set(&b->files, "", b->root);
	for (size_t i = 0; i < b->files.n; i++)
		load_children(b, b->files.at[i].key, b->files.at[i].value,
			      diags, &tried);
	map_release(&tried);
	if (code == WF_OK)
		check_children(b, diags);
	if (diags->nerrors > before) {
		wf_diags_sort(diags);
		bundle_free(b);
		return diags_to_err(diags, err);
	}
	bundle_seal(b);
	*out = b;
	return WF_OK;
}

/* --- stored bundles ------------------------------------------------------ */

static enum wf_code
damaged(struct wf_err *err, const char *why)
{
	ERR(err, WF_STORE, "the stored flow cannot be read: %s", why);
	wf_err_hint(err, "`wfctl doctor` checks the store");
	return WF_STORE;
}

struct rebuilding {
	struct bundle *b;
	struct wf_err *err;
	enum wf_code code;
	bool keep; /* the texts of the flows */
};

static bool
parse_part(void *arg, const struct bundle_part *part)
{
	struct rebuilding *x = arg;
	struct wf_diags diags = {0};
	struct workflow *wf =
		x->keep ? workflow_parse(part->file, part->text, part->bytes,
					 &diags)
			: workflow_parse_here(part->file, part->text,
					      part->bytes, &diags);

	if (wf && !x->keep)
		workflow_forget_text(wf);
	if (wf) {
		wf->dir = arena_strdup(&wf->arena, part->dir);
		map_set(&x->b->files, arena_strdup(&x->b->arena, part->key),
			wf);
		if (!x->b->root)
			x->b->root = wf;
	} else {
		x->code = damaged(x->err, diags.n ? diags.at[0].message : "");
	}
	wf_diags_release(&diags);
	return wf != NULL;
}

static enum wf_code
rebuild(char *json, size_t n, bool keep, struct bundle **out,
	struct wf_err *err)
{
	struct bundle *b = mem_alloc(sizeof(*b));
	struct rebuilding x = {b, err, WF_OK, keep};
	const char *why = bundle_scan(json, n, parse_part, &x);

	*out = NULL;
	if (!x.code && why)
		x.code = damaged(err, why);
	if (!x.code && !b->root)
		x.code = damaged(err, "it holds no flow");
	if (x.code) {
		bundle_free(b);
		return x.code;
	}
	for (size_t i = 0; i < b->files.n; i++)
		load_children(b, b->files.at[i].key, b->files.at[i].value, NULL,
			      NULL);
	*out = b;
	return WF_OK;
}

enum wf_code
bundle_spend(char *json, size_t n, struct bundle **out, struct wf_err *err)
{
	return rebuild(json, n, false, out, err);
}

enum wf_code
bundle_parse(const char *json, size_t n, struct bundle **out,
	     struct wf_err *err)
{
	char *copy = mem_strndup(json, n);
	enum wf_code code = rebuild(copy, n, true, out, err);

	free(copy);
	if (!code)
		bundle_seal(*out);
	return code;
}

void
bundle_free(struct bundle *b)
{
	if (!b)
		return;
	map_each (&b->files, e)
		workflow_free(e->value);
	map_release(&b->files);
	arena_release(&b->arena);
	free(b);
}
