/* Steps as text: copying, and pasting with fresh ids and another indent.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "yaml_edit_int.h"

/* `lines` with `by` columns more (or fewer) at the beginning of each. */
static void
shift(struct strbuf *out, const char *lines, size_t n, long by)
{
	size_t at = 0;

	while (at < n) {
		const char *found = memchr(lines + at, '\n', n - at);
		size_t end = found ? (size_t)(found - lines) + 1 : n;
		size_t spaces = strspn(lines + at, " ");
		bool blank = at + spaces >= n ||
			     strchr("\r\n", lines[at + spaces]) != NULL;

		if (by > 0 && !blank)
			strbuf_addf(out, "%*s", (int)by, "");
		for (long i = by; i < 0 && at < end && lines[at] == ' '; i++)
			at++;
		strbuf_add(out, lines + at, end - at);
		at = end;
	}
}

enum wf_code
edit_copy_step(struct edit *e, const char *id, char **out, struct wf_err *err)
{
	struct strbuf text = STRBUF_INIT;
	struct span *step;
	struct extent x;
	enum wf_code code = edit_ready(e, err);

	*out = NULL;
	if (!code)
		code = edit_require_step(e, id, &step, err);
	if (code)
		return code;
	if (place_extent(e, step, &x))
		shift(&text, e->text.at + x.begin, x.end - x.begin,
		      -(long)x.indent);
	else
		strbuf_add(&text, e->text.at + step->begin,
			   step->end - step->begin);
	strbuf_addc(&text, '\n');
	*out = strbuf_detach(&text);
	return WF_OK;
}

/* --- what is pasted ------------------------------------------------------- */

static bool
id_taken(struct edit *e, const struct span *list, const struct span *except,
	 const char *id)
{
	if (edit_step_span(e, id))
		return true;
	for (const struct span *s = list->first; s; s = s->next) {
		const char *have = step_text(s, "id");

		if (s != except && have && str_eq(have, id))
			return true;
	}
	return false;
}

static char *
free_id(struct edit *e, const struct span *list, const struct span *except,
	const char *id)
{
	char *fresh = mem_strdup(id);

	for (int i = 2; id_taken(e, list, except, fresh); i++) {
		free(fresh);
		fresh = mem_printf("%.56s-%d", id, i);
	}
	return fresh;
}

/* The pasted text with ids of its own; a flow of it alone is patched. */
static void
freshen(struct edit *e, struct edit *pasted, const struct span *list)
{
	for (struct span *s = list->first; s; s = s->next) {
		const struct span *id = span_get(s, "id", NULL);
		char *fresh;

		if (!id || id->kind != SPAN_SCALAR || !*id->text)
			continue;
		fresh = free_id(e, list, s, id->text);
		if (!str_eq(fresh, id->text))
			edit_patch(pasted, id->body, id->end - id->body, fresh,
				   strlen(fresh));
		free(fresh);
	}
	edit_commit(pasted, COMMIT_PLAIN, NULL, "paste");
}

static enum wf_code
check_pasted(const struct edit *pasted, struct wf_err *err)
{
	const struct span *root = pasted->tree.root;

	if (pasted->trouble.code)
		return ERR(err, WF_USAGE, "what is pasted is no YAML: %.200s",
			   pasted->trouble.message);
	if (!root || root->kind != SPAN_LIST || root->style != SPAN_BLOCK ||
	    !root->n || !write_is_utf8(pasted->text.at))
		return ERR(err, WF_USAGE, "what is pasted is no list of steps");
	for (const struct span *s = root->first; s; s = s->next)
		if (s->kind != SPAN_MAP)
			return ERR(err, WF_USAGE,
				   "what is pasted is no list of steps");
	return pasted->tree.aliased
		       ? ERR(err, WF_REFUSED, "what is pasted has aliases")
		       : WF_OK;
}

/* Lines end as those around the place do. */
static void
set_ends(struct strbuf *out, const char *text, size_t n, const char *eol)
{
	while (n && strchr("\r\n", text[n - 1]))
		n--;
	for (size_t i = 0; i < n; i++) {
		if (text[i] == '\r' && text[i + 1] == '\n')
			continue;
		if (text[i] == '\n')
			strbuf_adds(out, eol);
		else
			strbuf_addc(out, text[i]);
	}
}

/* Where the lines go: beside a step, or below `steps:`. */
struct target {
	enum edit_where where;
	size_t at, indent;
};

static enum wf_code
find_target(struct edit *e, struct span *other, struct target *t,
	    struct wf_err *err)
{
	struct extent x;

	if (!other) {
		t->where = EDIT_AFTER;
		return place_below_steps(e, &t->at, &t->indent, err);
	}
	if (!place_extent(e, other, &x))
		return ERR(err, WF_REFUSED,
			   "the steps are not written as a "
			   "list of dashes, a step a line");
	t->at = t->where == EDIT_AFTER ? x.end : x.begin;
	t->indent = x.indent;
	return edit_guard(e, other->parent, err);
}

static enum wf_code
put_pasted(struct edit *e, const struct edit *pasted, const struct target *t,
	   struct wf_err *err)
{
	struct strbuf moved = STRBUF_INIT, lines = STRBUF_INIT;
	struct extent first;
	const char *eol = place_eol(e, t->at);

	if (!place_extent(pasted, pasted->tree.root->first, &first))
		return ERR(err, WF_REFUSED,
			   "the steps are not written as a "
			   "list of dashes, a step a line");
	shift(&moved, pasted->text.at, pasted->text.n,
	      (long)t->indent - (long)first.indent);
	if (t->where == EDIT_AFTER)
		strbuf_adds(&lines, eol);
	set_ends(&lines, moved.at, moved.n, eol);
	if (t->where == EDIT_BEFORE)
		strbuf_adds(&lines, eol);
	edit_insert(e, t->at, lines.at);
	strbuf_release(&moved);
	strbuf_release(&lines);
	return WF_OK;
}

enum wf_code
edit_paste(struct edit *e, const char *text, enum edit_where where,
	   const char *other, struct wf_err *err)
{
	struct edit *pasted = edit_new("what is pasted", text, strlen(text));
	struct target target = {.where = where};
	struct span *beside = NULL, *list;
	enum wf_code code = edit_ready(e, err);

	if (!code)
		code = check_pasted(pasted, err);
	if (!code && other)
		code = edit_require_step(e, other, &beside, err);
	if (!code && !beside) {
		list = span_get(e->tree.root, "steps", NULL);
		if (list && list->kind == SPAN_LIST)
			beside = where == EDIT_AFTER ? list->last : list->first;
	}
	if (!code)
		code = find_target(e, beside, &target, err);
	if (!code) {
		freshen(e, pasted, pasted->tree.root);
		code = put_pasted(e, pasted, &target, err);
	}
	if (!code)
		code = edit_commit(e, COMMIT_PLAIN, err, "paste");
	edit_free(pasted);
	return code;
}
