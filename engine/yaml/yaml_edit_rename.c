/* Giving a step another id, wherever it is named.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <ctype.h>
#include <stdlib.h>

#include "yaml_edit_int.h"
#include "yaml_reader.h"

struct renaming {
	struct edit *e;
	struct arena a;
	const char *from, *to;
	bool savepoint; /* there is one of the old name: it wins */
};

/* --- expressions ---------------------------------------------------------- */

/* The characters of a scalar and where each begins in the file. */
struct letters {
	char *at;
	size_t *place;
	size_t n;
};

static void
add_letter(struct letters *l, char c, size_t place)
{
	l->at[l->n] = c;
	l->place[l->n++] = place;
}

/* The text as YAML reads it, for looking at names: other characters of an
 * escape than quotes and backslashes cannot be part of one. */
static void
read_letters(const struct edit *e, const struct span *s, struct letters *l)
{
	size_t at = s->body, end = s->end;
	char quote = s->style == SPAN_SINGLE   ? '\''
		     : s->style == SPAN_DOUBLE ? '"'
					       : 0;

	l->at = mem_alloc(end - at + 1);
	l->place = mem_alloc((end - at + 1) * sizeof(*l->place));
	l->n = 0;
	if (quote) {
		at++;
		end--;
	}
	for (; at < end; at++) {
		char c = e->text.at[at];

		if (quote == '\'' && c == '\'') {
			add_letter(l, c, at++);
		} else if (quote == '"' && c == '\\' && at + 1 < end) {
			char next = e->text.at[at + 1];

			add_letter(l, strchr("\"\\/", next) ? next : ' ', at);
			at++;
		} else {
			add_letter(l, c == '\n' || c == '\r' ? ' ' : c, at);
		}
	}
	l->place[l->n] = end;
}

static bool
is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* Past a string that begins at `i`. */
static size_t
skip_string(const struct letters *l, size_t i, bool raw)
{
	char quote = l->at[i];
	size_t size =
		i + 2 < l->n && l->at[i + 1] == quote && l->at[i + 2] == quote
			? 3
			: 1;

	for (i += size; i < l->n; i++) {
		if (l->at[i] == '\\' && !raw) {
			i++;
			continue;
		}
		if (l->at[i] != quote)
			continue;
		if (size == 1)
			return i + 1;
		if (i + 2 < l->n && l->at[i + 1] == quote &&
		    l->at[i + 2] == quote)
			return i + 3;
	}
	return l->n;
}

static size_t
skip_spaces(const struct letters *l, size_t i)
{
	while (i < l->n && (l->at[i] == ' ' || l->at[i] == '\t'))
		i++;
	return i;
}

static bool
word_is(const struct letters *l, size_t begin, size_t end, const char *word)
{
	return end - begin == strlen(word) &&
	       !memcmp(l->at + begin, word, end - begin);
}

static void
replace_letters(struct renaming *r, const struct letters *l, size_t begin,
		size_t end, const char *text)
{
	edit_patch(r->e, l->place[begin], l->place[end] - l->place[begin], text,
		   strlen(text));
}

/* Behind `steps`: `.ID`, or `["ID"]`. */
static size_t
rename_field(struct renaming *r, const struct span *s, const struct letters *l,
	     size_t i)
{
	size_t dot = skip_spaces(l, i), begin, end;

	if (dot >= l->n)
		return dot;
	begin = skip_spaces(l, dot + 1);
	if (l->at[dot] == '.') {
		for (end = begin; end < l->n && is_word(l->at[end]); end++)
			;
		if (!word_is(l, begin, end, r->from))
			return end;
		if (strchr(r->to, '-')) {
			char q = s->style == SPAN_DOUBLE ? '\'' : '"';
			char *text = mem_printf("[%c%s%c]", q, r->to, q);

			replace_letters(r, l, dot, end, text);
			free(text);
		} else {
			replace_letters(r, l, begin, end, r->to);
		}
		return end;
	}
	if (l->at[dot] != '[' || begin >= l->n || !strchr("\"'", l->at[begin]))
		return dot;
	end = skip_string(l, begin, false);
	if (end > begin + 1 && word_is(l, begin + 1, end - 1, r->from))
		replace_letters(r, l, begin + 1, end - 1, r->to);
	return end;
}

/* From `i` on, to the end or (in a template) to the `}}`. */
static size_t
rename_expression(struct renaming *r, const struct span *s,
		  const struct letters *l, size_t i, bool template)
{
	int depth = 0;

	while (i < l->n) {
		size_t begin = i;
		char c = l->at[i];

		if (c == '"' || c == '\'') {
			i = skip_string(l, i, false);
		} else if (isalpha((unsigned char)c) || c == '_') {
			bool field = begin && l->at[begin - 1] == '.';

			while (i < l->n && is_word(l->at[i]))
				i++;
			if (i - begin == 1 && strchr("rR", c) && i < l->n &&
			    strchr("\"'", l->at[i]))
				i = skip_string(l, i, true);
			else if (!field && word_is(l, begin, i, "steps"))
				i = rename_field(r, s, l, i);
		} else if (template && c == '}' && !depth) {
			return i;
		} else {
			depth += (c == '{') - (c == '}');
			i++;
		}
	}
	return i;
}

static void
rename_in_text(struct renaming *r, const struct span *s, bool expression)
{
	struct letters l;

	if (!strstr(s->text, "steps") || !strstr(s->text, r->from))
		return;
	read_letters(r->e, s, &l);
	if (expression)
		rename_expression(r, s, &l, 0, false);
	for (size_t i = 0; !expression && i + 2 < l.n; i++)
		if (!memcmp(l.at + i, "${{", 3))
			i = rename_expression(r, s, &l, i + 3, true);
	free(l.at);
	free(l.place);
}

/* --- ids ------------------------------------------------------------------ */

static void
rename_id(struct renaming *r, const struct span *s)
{
	struct strbuf text = STRBUF_INIT;

	if (!str_eq(s->text, r->from))
		return;
	write_scalar(&text, r->to, s->style, span_in_flow(s), true);
	edit_patch(r->e, s->body, s->end - s->body, text.at, text.n);
	strbuf_release(&text);
}

/* `key` NULL: an item of a list. */
static void
rename_below(struct renaming *r, const struct span *s, const char *type,
	     const char *key)
{
	if (s->kind == SPAN_SCALAR) {
		if (type && type_has_word(type, "id"))
			rename_id(r, s);
		else if (key && str_eq(key, "rollback") && type &&
			 str_eq(type, "name") && !r->savepoint)
			rename_id(r, s);
		else
			rename_in_text(
				r, s,
				type && type_has_word(type, "expression"));
		return;
	}
	if (s->kind == SPAN_LIST)
		type = type_of_item(&r->a, type);
	if (s->kind == SPAN_LIST)
		for (const struct span *i = s->first; i; i = i->next)
			rename_below(r, i, type, NULL);
	if (s->kind == SPAN_MAP)
		for (const struct span *k = s->first; k; k = k->next->next)
			rename_below(r, k->next,
				     k->text ? type_of_key(&r->a, type, k->text)
					     : NULL,
				     k->text);
}

static bool
has_savepoint(const struct edit *e, const char *name)
{
	for (size_t i = 0; i < e->steps.n; i++) {
		const char *have = step_text(e->steps.at[i], "savepoint");

		if (have && str_eq(have, name))
			return true;
	}
	return str_eq(name, "start");
}

static enum wf_code
check_names(struct edit *e, const char *from, const char *to,
	    struct span **step, struct wf_err *err)
{
	size_t n = strlen(to);
	enum wf_code code = edit_require_step(e, from, step, err);

	if (code)
		return code;
	if (!n || n > 64 || !name_is_valid(to) || strchr("-0123456789", *to)) {
		ERR(err, WF_USAGE, "\"%.80s\" is no id of a step", to);
		wf_err_hint(err, "letters, digits, _ and -, beginning with a "
				 "letter or _, 64 at most");
		return WF_USAGE;
	}
	if (edit_step_span(e, to))
		return ERR(err, WF_REFUSED, "there is a step \"%s\" already",
			   to);
	return edit_guard(e, span_get(*step, "id", NULL), err);
}

enum wf_code
edit_rename_step(struct edit *e, const char *from, const char *to,
		 struct wf_err *err)
{
	struct renaming r = {.e = e, .from = from, .to = to};
	struct span *step;
	enum wf_code code = edit_ready(e, err);

	if (code || str_eq(from, to))
		return code;
	code = check_names(e, from, to, &step, err);
	if (code)
		return code;
	r.savepoint = has_savepoint(e, from);
	rename_below(&r, e->tree.root, "{flow}", NULL);
	arena_release(&r.a);
	return edit_commit(e, COMMIT_STAY_VALID, err, "rename step %s to %s",
			   from, to);
}
