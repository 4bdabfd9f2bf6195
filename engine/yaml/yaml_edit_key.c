/* Setting and unsetting keys by their dotted paths.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "yaml_edit_int.h"

#define MAX_PARTS WORKFLOW_MAX_DEPTH

/* A path on its way through the tree. */
struct walk {
	struct edit *e;
	struct arena a;
	const char *parts[MAX_PARTS];
	size_t n, i;        /* parts[i] is looked for in `at` */
	struct span *at;    /* a list or map */
	struct span *key;   /* of the value found, when `at` is a map */
	struct span *value; /* NULL: not there */
	const char *type;   /* of the value; NULL: not known */
};

static enum wf_code
split_path(struct walk *w, const char *path, struct wf_err *err)
{
	char *copy = arena_strdup(&w->a, path);

	for (char *part = copy; part; w->n++) {
		char *dot = strchr(part, '.');

		if (!*part || dot == part || w->n == MAX_PARTS)
			return ERR(err, WF_USAGE, "\"%.80s\" names no key",
				   path);
		w->parts[w->n] = part;
		if (dot)
			*dot++ = '\0';
		part = dot;
	}
	return WF_OK;
}

static void
find_item(struct walk *w, const char *number)
{
	int64_t wanted;

	w->value = NULL;
	if (!str_to_int(number, 0, INT32_MAX, &wanted))
		return;
	w->value = w->at->first;
	while (w->value && wanted--)
		w->value = w->value->next;
}

/* One part further; false when it leads nowhere yet. */
static bool
walk_part(struct walk *w)
{
	const char *part = w->parts[w->i];

	w->key = w->value = NULL;
	if (w->at->kind == SPAN_LIST) {
		find_item(w, part);
		w->type = type_of_item(&w->a, w->type);
	} else {
		w->value = span_get(w->at, part, &w->key);
		w->type = type_of_key(&w->a, w->type, part);
	}
	return w->value != NULL;
}

static bool
is_collection(const struct span *s)
{
	return s->kind == SPAN_LIST || s->kind == SPAN_MAP;
}

static enum wf_code
walk_begin(struct walk *w, struct edit *e, const char *step, const char *path,
	   struct wf_err *err)
{
	enum wf_code code = edit_ready(e, err);

	*w = (struct walk){.e = e, .type = step ? "{step}" : "{flow}"};
	if (!code)
		code = split_path(w, path, err);
	if (code)
		return code;
	if (step)
		code = edit_require_step(e, step, &w->at, err);
	else
		w->at = e->tree.root;
	if (!code && (!w->at || w->at->kind != SPAN_MAP))
		code = ERR(err, WF_REFUSED, "%s is no map",
			   step ? "the step" : "the file");
	return code;
}

/* As far as the path leads: to a value, or to where it would be added. */
static enum wf_code
walk_path(struct walk *w, struct wf_err *err)
{
	while (walk_part(w) && w->i + 1 < w->n) {
		if (w->value->kind == SPAN_ALIAS)
			return edit_guard(w->e, w->value, err);
		if (span_is_null(w->value) && !w->value->anchor)
			return WF_OK;
		if (!is_collection(w->value)) {
			ERR(err, WF_REFUSED, "\"%.80s\" is no map",
			    w->parts[w->i]);
			wf_err_hint(err, "unset it first");
			return WF_REFUSED;
		}
		w->at = w->value;
		w->i++;
	}
	return WF_OK;
}

static void
walk_end(struct walk *w)
{
	arena_release(&w->a);
}

const struct span *
edit_find(struct edit *e, const char *step, const char *path,
	  const struct span **key_out)
{
	struct walk w;
	const struct span *found = NULL;

	if (!walk_begin(&w, e, step, path, NULL) && !walk_path(&w, NULL) &&
	    w.i + 1 == w.n)
		found = w.value;
	if (key_out)
		*key_out = found ? w.key : NULL;
	walk_end(&w);
	return found;
}

char *
edit_get(struct edit *e, const char *step, const char *path)
{
	const struct span *found = edit_find(e, step, path, NULL);

	if (!found)
		return NULL;
	return found->kind == SPAN_SCALAR
		       ? mem_strdup(found->text)
		       : mem_strndup(e->text.at + found->begin,
				     found->end - found->begin);
}

/* --- writing values ------------------------------------------------------- */

/* Where a value is written. */
struct target {
	const char *value, *type;
	enum span_style style;
	bool in_flow;
	size_t column; /* of its key */
	const char *eol;
	bool last; /* nothing follows, not even a newline */
};

static void
write_value(struct strbuf *out, const struct target *t)
{
	enum span_kind kind;
	enum span_style style = t->style;
	bool string = type_is_text(t->type) || style == SPAN_SINGLE ||
		      style == SPAN_DOUBLE;

	if (write_is_collection(t->value, &kind) && type_takes(t->type, kind)) {
		strbuf_adds(out, t->value);
		return;
	}
	if (!t->in_flow && strchr(t->value, '\n') &&
	    write_literal(out, t->value, t->column + 2, t->eol)) {
		if (t->last && str_ends(t->value, "\n"))
			strbuf_adds(out, t->eol);
		return;
	}
	if (!*t->value && !string)
		style = SPAN_DOUBLE;
	write_scalar(out, t->value, style, t->in_flow, string);
}

/* "a.b.c: v" under a map that has no `a`: {b: {c: v}}. */
static void
write_nested(struct walk *w, struct strbuf *out, struct target *t, bool flow)
{
	size_t depth = 0;
	bool pad = write_padded(w->e, w->at);

	for (size_t i = w->i + 1; i < w->n; i++) {
		const char *key = w->parts[i];

		t->type = type_of_key(&w->a, t->type, key);
		if (flow) {
			strbuf_adds(out, pad ? "{ " : "{");
		} else {
			t->column += 2;
			strbuf_addf(out, "%s%*s", t->eol, (int)t->column, "");
		}
		write_scalar(out, key, SPAN_PLAIN, flow, true);
		strbuf_adds(out, flow || i + 1 == w->n ? ": " : ":");
		depth++;
	}
	t->in_flow = t->in_flow || (flow && depth);
	write_value(out, t);
	while (flow && depth--)
		strbuf_adds(out, pad ? " }" : "}");
}

/* Do the maps nearby go by lines?  Those of this map, then of other steps. */
static bool
likes_blocks(const struct span *map)
{
	for (int level = 0; map && level < 2; level++) {
		for (const struct span *s = map->first; s; s = s->next) {
			const struct span *in = level ? s->first : s;

			for (; in; in = level ? in->next : NULL)
				if (in->kind == SPAN_MAP && in->n)
					return in->style == SPAN_BLOCK;
		}
		map = map->parent && map->parent->kind == SPAN_LIST
			      ? map->parent
			      : NULL;
	}
	return false;
}

/* One more item behind the last of a list. */
static enum wf_code
add_item(struct walk *w, const char *value, struct wf_err *err)
{
	struct strbuf text = STRBUF_INIT;
	int64_t number;
	bool next = str_to_int(w->parts[w->i], 0, INT32_MAX, &number) &&
		    number == w->at->n && w->i + 1 == w->n;
	struct target t = {.value = value,
			   .type = w->type,
			   .in_flow = true, /* on one line in any case */
			   .style = SPAN_PLAIN,
			   .eol = ""};

	if (!next || (w->at->style == SPAN_BLOCK &&
		      (!w->at->n || place_dash(w->e, w->at->last) == SIZE_MAX)))
		return ERR(err, WF_NOT_FOUND, "the list has no item %.40s",
			   w->parts[w->i]);
	if (write_quotes(w->at) == SPAN_SINGLE)
		t.style = strpbrk(value, ":#'\"") ? SPAN_SINGLE : SPAN_PLAIN;
	write_value(&text, &t);
	list_append(w->e, w->at, text.at);
	strbuf_release(&text);
	return WF_OK;
}

static enum wf_code
add_key(struct walk *w, const char *value, struct wf_err *err)
{
	struct strbuf text = STRBUF_INIT;
	struct span *after = NULL;
	bool flow = span_in_flow(w->at);
	struct target t = {.value = value,
			   .type = w->type,
			   .in_flow = flow,
			   .style = SPAN_PLAIN,
			   .eol = place_eol(w->e, w->at->begin),
			   .last = place_line_end(w->e, w->at->end) ==
				   w->e->text.n};
	enum wf_code code = edit_guard(w->e, w->at, err);

	if (code)
		return code;
	if (w->at->kind == SPAN_LIST)
		return add_item(w, value, err);
	if (write_quotes(w->at) == SPAN_SINGLE)
		t.style = strpbrk(value, ":#'\"") ? SPAN_SINGLE : SPAN_PLAIN;
	if (w->at->n && !flow)
		place_column(w->e, w->at->first->begin, &t.column);
	write_nested(w, &text, &t, flow || !likes_blocks(w->at));
	if (str_eq(w->parts[w->i], "needs"))
		after = span_get(w->at, "id", NULL);
	code = pair_add(w->e, w->at, after, w->parts[w->i],
			text.at + (text.at[0] == ' '), err);
	strbuf_release(&text);
	return code;
}

/* Lines below the first one go behind what else stands in that line: a
 * comment belongs to the head of a block, not to its end. */
static void
put_value(struct edit *e, size_t at, size_t removed, const char *text)
{
	size_t head = strcspn(text, "\r\n");

	edit_patch(e, at, removed, text, head);
	if (text[head])
		edit_insert(e, place_line_end(e, at + removed), text + head);
}

/* `key:` and nothing: behind the colon, or with one. */
static void
fill_empty(struct walk *w, const char *text)
{
	struct edit *e = w->e;
	size_t at = w->value->begin;
	bool colon = !w->key || (at && e->text.at[at - 1] == ':');
	char *more;

	if (w->key && !colon) {
		at = w->key->end;
		while (at < e->text.n && e->text.at[at] == ' ')
			at++;
		colon = at < e->text.n && e->text.at[at] == ':';
		at = colon ? at + 1 : w->key->end;
	}
	more = mem_printf("%s%s%s", colon ? "" : ":",
			  text[0] == '\n' || text[0] == '\r' ? "" : " ", text);
	put_value(e, at, 0, more);
	free(more);
}

/* A list or map by lines gives way to what stands behind the colon. */
static enum wf_code
replace_block(struct walk *w, const char *text, struct wf_err *err)
{
	struct edit *e = w->e;
	struct span *v = w->value;
	size_t colon, line;
	char *more;

	if (!w->key)
		return ERR(err, WF_REFUSED,
			   "the item is a list or map by "
			   "lines; change it in an editor");
	colon = w->key->end;
	while (colon < v->begin && e->text.at[colon] != ':')
		colon++;
	line = place_line_end(e, colon);
	if (line > v->begin)
		return ERR(err, WF_REFUSED,
			   "it is not written as `key:` and "
			   "lines below");
	more = mem_printf(" %s", text);
	put_value(e, colon + 1, 0, more);
	edit_delete(e, line, place_line_end(e, v->end));
	free(more);
	return WF_OK;
}

static enum wf_code
replace_value(struct walk *w, const char *value, struct wf_err *err)
{
	struct strbuf text = STRBUF_INIT;
	struct span *v = w->value;
	struct edit *e = w->e;
	bool flow = span_in_flow(v->parent), empty = v->begin == v->end;
	struct target t = {.value = value,
			   .type = w->type,
			   .in_flow = flow,
			   .style = v->kind == SPAN_SCALAR ? v->style
							   : SPAN_PLAIN,
			   .eol = place_eol(e, v->begin),
			   .last = place_line_end(e, v->end) == e->text.n};
	enum wf_code code = edit_guard(e, v, err);

	if (code)
		return code;
	if (v->anchor)
		return ERR(err, WF_REFUSED, "it has the anchor &%.80s",
			   v->anchor);
	if (w->key && !flow)
		place_column(e, w->key->begin, &t.column);
	if (w->i + 1 < w->n)
		write_nested(w, &text, &t, flow || !likes_blocks(w->at));
	else
		write_value(&text, &t);
	if (v->kind != SPAN_SCALAR && v->style == SPAN_BLOCK)
		code = replace_block(w, text.at, err);
	else if (empty)
		fill_empty(w, text.at);
	else if (span_is_block_scalar(v))
		edit_patch(e, v->begin, v->end - v->begin, text.at, text.n);
	else
		put_value(e, v->begin, v->end - v->begin, text.at);
	strbuf_release(&text);
	return code;
}

static enum wf_code
check_value(const char *value, struct wf_err *err)
{
	if (!write_is_utf8(value))
		return ERR(err, WF_USAGE, "the value is not UTF-8");
	if (strlen(value) > WORKFLOW_MAX_BYTES)
		return ERR(err, WF_USAGE, "the value is larger than 16 MiB");
	return WF_OK;
}

enum wf_code
edit_set(struct edit *e, const char *step, const char *path, const char *value,
	 struct wf_err *err)
{
	struct walk w = {0};
	enum wf_code code = check_value(value, err);

	if (!code && step && str_eq(path, "id"))
		return edit_rename_step(e, step, value, err);
	if (!code)
		code = check_value(path, err);
	if (!code)
		code = walk_begin(&w, e, step, path, err);
	if (!code)
		code = walk_path(&w, err);
	if (!code)
		code = w.value ? replace_value(&w, value, err)
			       : add_key(&w, value, err);
	if (!code)
		code = edit_commit(e, COMMIT_PLAIN, err, "set %s%s%s",
				   step ? step : "", step ? "." : "", path);
	walk_end(&w);
	return code;
}

static enum wf_code
unset_found(struct walk *w, const char *path, struct wf_err *err)
{
	enum wf_code code;

	if (!w->value || w->i + 1 < w->n)
		return ERR(err, WF_NOT_FOUND, "\"%.80s\" is not set", path);
	if (w->key)
		return pair_remove(w->e, w->key, err);
	code = edit_guard(w->e, w->value, err);
	if (code)
		return code;
	if (w->at->n == 1 && w->at->style == SPAN_BLOCK)
		return ERR(err, WF_REFUSED,
			   "nothing would be left of the list");
	if (w->at->style == SPAN_BLOCK &&
	    place_dash(w->e, w->value) == SIZE_MAX)
		return ERR(err, WF_REFUSED, "the list is not one of dashes");
	list_remove(w->e, w->at, w->value);
	return WF_OK;
}

enum wf_code
edit_unset(struct edit *e, const char *step, const char *path,
	   struct wf_err *err)
{
	struct walk w;
	enum wf_code code = walk_begin(&w, e, step, path, err);

	if (!code)
		code = walk_path(&w, err);
	if (!code)
		code = unset_found(&w, path, err);
	if (!code && step && str_eq(path, "id"))
		code = ERR(err, WF_REFUSED, "a step cannot be without an id");
	if (!code)
		code = edit_commit(e, COMMIT_PLAIN, err, "unset %s%s%s",
				   step ? step : "", step ? "." : "", path);
	walk_end(&w);
	return code;
}
