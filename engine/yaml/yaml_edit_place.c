/* Lines, columns, dashes and extents in the text.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "yaml_edit_int.h"

size_t
place_line_begin(const struct edit *e, size_t at)
{
	while (at && e->text.at[at - 1] != '\n')
		at--;
	return at;
}

size_t
place_next_line(const struct edit *e, size_t at)
{
	const char *found = memchr(e->text.at + at, '\n', e->text.n - at);

	return found ? (size_t)(found - e->text.at) + 1 : e->text.n;
}

size_t
place_line_end(const struct edit *e, size_t at)
{
	size_t end = place_next_line(e, at);

	if (end > at && e->text.at[end - 1] == '\n')
		end--;
	if (end > at && end < e->text.n && e->text.at[end - 1] == '\r')
		end--;
	return end;
}

bool
place_is_blank(const struct edit *e, size_t line)
{
	size_t end = place_line_end(e, line);

	while (line < end && strchr(" \t", e->text.at[line]))
		line++;
	return line >= end;
}

size_t
place_skip(const struct edit *e, size_t at, size_t limit)
{
	while (at < limit) {
		char c = e->text.at[at];

		if (c == '#')
			at = place_line_end(e, at);
		else if (c == ' ' || c == '\t' || c == '\n' || c == '\r')
			at++;
		else
			break;
	}
	return at < limit ? at : limit;
}

const char *
place_eol(const struct edit *e, size_t at)
{
	const char *text = e->text.at;
	size_t next = place_next_line(e, at);

	if (next && next <= e->text.n && text[next - 1] == '\n' && next > at)
		return next > 1 && text[next - 2] == '\r' ? "\r\n" : "\n";
	/* The last line: as the one before it. */
	at = place_line_begin(e, at);
	return at > 1 && text[at - 2] == '\r' ? "\r\n" : "\n";
}

bool
place_column(const struct edit *e, size_t at, size_t *out)
{
	size_t begin = place_line_begin(e, at);

	if (!begin && e->text.n >= 3 && !memcmp(e->text.at, "\xef\xbb\xbf", 3))
		begin = 3;
	*out = at - begin;
	for (size_t i = begin; i < at; i++)
		if (e->text.at[i] != ' ' && e->text.at[i] != '-')
			return false;
	return true;
}

size_t
place_dash(const struct edit *e, const struct span *item)
{
	const struct span *list = item->parent;
	size_t at;

	if (list->kind != SPAN_LIST || list->style != SPAN_BLOCK)
		return SIZE_MAX;
	at = item->prev ? place_skip(e, item->prev->end, item->begin)
			: list->body;
	if (at >= e->text.n || e->text.at[at] != '-')
		return SIZE_MAX;
	return at;
}

/* Nothing of what stands before an item reaches into this line. */
static size_t
first_line(const struct edit *e, const struct span *item)
{
	const struct span *before = item->prev;

	if (!before)
		before = item->parent->prev; /* the list's key */
	return before ? place_next_line(e, before->end) : 0;
}

static bool
is_comment(const struct edit *e, size_t line, size_t indent)
{
	size_t spaces = strspn(e->text.at + line, " ");

	return spaces == indent && e->text.at[line + spaces] == '#';
}

bool
place_extent(const struct edit *e, const struct span *item, struct extent *out)
{
	size_t dash = place_dash(e, item), least = first_line(e, item), line;

	if (dash == SIZE_MAX)
		return false;
	out->dash = dash;
	line = place_line_begin(e, dash);
	out->indent = dash - line;
	if (strspn(e->text.at + line, " ") != out->indent || line < least)
		return false;
	out->end = place_line_end(e, item->end > dash ? item->end : dash);
	while (line > least) {
		size_t above = place_line_begin(e, line - 1);

		if (above < least || !is_comment(e, above, out->indent))
			break;
		line = above;
	}
	out->begin = line;
	return true;
}

/* --- steps ---------------------------------------------------------------- */

static void
list_section(struct edit *e, const char *key, size_t *count)
{
	const struct span *list = span_get(e->tree.root, key, NULL);

	if (!list || list->kind != SPAN_LIST)
		return;
	for (struct span *s = list->first; s; s = s->next) {
		vec_push(&e->steps, s);
		++*count;
	}
}

void
edit_list_steps(struct edit *e)
{
	size_t nsteps = 0;

	if (e->listed)
		return;
	e->steps.n = e->nfinally = 0;
	if (!e->trouble.code) {
		list_section(e, "steps", &nsteps);
		list_section(e, "finally", &e->nfinally);
	}
	e->listed = true;
}

const char *
step_text(const struct span *step, const char *key)
{
	const struct span *value = span_get(step, key, NULL);

	return value && value->kind == SPAN_SCALAR ? value->text : NULL;
}

size_t
edit_nsteps(struct edit *e)
{
	edit_list_steps(e);
	return e->steps.n;
}

static const char *
action_of(const struct span *step)
{
	static const char *const actions[] = {"run", "argv", "workflow",
					      "approval", "wait"};

	for (size_t i = 0; i < ARRAY_SIZE(actions); i++)
		if (span_get(step, actions[i], NULL))
			return actions[i];
	return "milestone";
}

static int
count_lines(const struct edit *e, size_t begin, size_t end)
{
	int n = 0;

	for (size_t i = begin; i < end; i++)
		n += e->text.at[i] == '\n';
	return n;
}

bool
edit_step_at(struct edit *e, size_t i, struct edit_step *out)
{
	const struct span *s;
	struct extent x;
	const char *id;

	edit_list_steps(e);
	if (i >= e->steps.n)
		return false;
	s = e->steps.at[i];
	id = step_text(s, "id");
	*out = (struct edit_step){.id = id ? id : "",
				  .action = action_of(s),
				  .finally = i >= e->steps.n - e->nfinally,
				  .begin = s->begin,
				  .end = s->end,
				  .line = s->line};
	out->last_line = s->line + count_lines(e, s->begin, s->end);
	if (place_extent(e, s, &x)) {
		out->begin = x.begin;
		out->end = x.end;
	}
	return true;
}

struct span *
edit_step_span(struct edit *e, const char *id)
{
	edit_list_steps(e);
	for (size_t i = 0; i < e->steps.n; i++) {
		const char *have = step_text(e->steps.at[i], "id");

		if (have && str_eq(have, id))
			return e->steps.at[i];
	}
	return NULL;
}

size_t
edit_find_step(struct edit *e, const char *id)
{
	const struct span *s = edit_step_span(e, id);

	for (size_t i = 0; s && i < e->steps.n; i++)
		if (e->steps.at[i] == s)
			return i;
	return SIZE_MAX;
}

enum wf_code
edit_require_step(struct edit *e, const char *id, struct span **out,
		  struct wf_err *err)
{
	const char **ids, *near;

	*out = edit_step_span(e, id);
	if (*out)
		return WF_OK;
	ids = mem_alloc((e->steps.n + 1) * sizeof(*ids));
	for (size_t i = 0; i < e->steps.n; i++) {
		const char *have = step_text(e->steps.at[i], "id");

		ids[i] = have ? have : "";
	}
	near = str_nearest(id, ids, e->steps.n);
	ERR(err, WF_NOT_FOUND, "there is no step \"%.80s\"", id);
	if (near && *near)
		wf_err_hint(err, "did you mean \"%.80s\"?", near);
	free(ids);
	return WF_NOT_FOUND;
}

static enum wf_code
refuse(const struct edit *e, const struct span *s, struct wf_err *err,
       const char *what, const char *name)
{
	ERR(err, WF_REFUSED, "%s%.80s", what, name ? name : "");
	wf_err_place(err, e->file, s->line, 0);
	wf_err_hint(err, "change it in an editor");
	return WF_REFUSED;
}

enum wf_code
edit_guard(const struct edit *e, const struct span *s, struct wf_err *err)
{
	for (; s; s = s->parent) {
		if (s->kind == SPAN_ALIAS)
			return refuse(e, s, err,
				      "what stands there is repeated from "
				      "elsewhere by *",
				      s->text);
		if (s->anchor && e->tree.aliased)
			return refuse(e, s, err,
				      "it may be repeated elsewhere, through "
				      "&",
				      s->anchor);
		if (s->tagged)
			return refuse(e, s, err, "it carries a tag", NULL);
	}
	return WF_OK;
}
