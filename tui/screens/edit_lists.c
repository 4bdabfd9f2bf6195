/* Lists of the designer: shown as words, changed item by item.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "edit_view.h"

enum {
	WORDS_MAX = 1000
};

/* --- lists ------------------------------------------------------------------
 */

/* An item as it may stand in [brackets]. */
static void
add_item(struct strbuf *out, const char *text)
{
	size_t n = strlen(text);
	bool plain = n && !strpbrk(text, ",[]{}\"'#:&*!|>%@`\\\n") &&
		     text[0] != '-' && text[0] != '?' && text[0] != ' ' &&
		     text[n - 1] != ' ';

	if (text[0] == '-' && text[1] && !strpbrk(text, ",[]{}\"'#:\\\n "))
		plain = true; /* an option of a command, a negative number */
	if (out->n > 1)
		strbuf_adds(out, ", ");
	if (plain) {
		strbuf_adds(out, text);
		return;
	}
	strbuf_addc(out, '"');
	for (; *text; text++) {
		if (*text == '\n') {
			strbuf_adds(out, "\\n");
			continue;
		}
		if (*text == '"' || *text == '\\')
			strbuf_addc(out, '\\');
		strbuf_addc(out, *text);
	}
	strbuf_addc(out, '"');
}

char *
editor_list_text(struct editor *ed, const char *step, const char *path)
{
	struct strbuf out = STRBUF_INIT;
	char **keys = wf_edit_keys(ed->edit, step, path);

	strbuf_addc(&out, '[');
	for (size_t i = 0; keys[i]; i++) {
		char *at = mem_printf("%s.%s", path, keys[i]);
		char *item = wf_edit_get(ed->edit, step, at);
		enum wf_edit_shape shape = wf_edit_shape(ed->edit, step, at);

		if (shape == WF_SHAPE_SCALAR)
			add_item(&out, item ? item : "");
		else
			strbuf_addf(&out, "%s%s", i ? ", " : "",
				    item ? item : "");
		free(item);
		free(at);
		free(keys[i]);
	}
	free(keys);
	/* As people type it: without the brackets. */
	memmove(out.at, out.at + 1, out.n);
	return strbuf_detach(&out);
}

/* The next word up to a comma (or a blank, for commands), quotes taken off;
 * false at the end. */
static bool
next_word(const char **at, bool blanks, struct strbuf *out)
{
	const char *p = *at;
	char quote = 0;

	strbuf_clear(out);
	while (*p == ' ' || (!blanks && *p == ','))
		p++;
	if (!*p)
		return false;
	for (; *p; p++) {
		if (quote && *p == '\\' && quote == '"' && p[1])
			strbuf_addc(out, *++p);
		else if (quote && *p == quote)
			quote = 0;
		else if (!quote && (*p == '"' || *p == '\''))
			quote = *p;
		else if (!quote && (blanks ? *p == ' ' : *p == ','))
			break;
		else
			strbuf_addc(out, *p);
	}
	while (!blanks && out->n && out->at[out->n - 1] == ' ')
		out->at[--out->n] = '\0';
	*at = *p ? p + 1 : p;
	return true;
}

/* "a, b" as a list of YAML. */
static char *
list_of_words(const char *text, bool blanks)
{
	struct strbuf out = STRBUF_INIT, word = STRBUF_INIT;

	strbuf_addc(&out, '[');
	while (next_word(&text, blanks, &word))
		add_item(&out, word.at);
	strbuf_addc(&out, ']');
	strbuf_release(&word);
	return strbuf_detach(&out);
}

/* --- needs ------------------------------------------------------------------
 */

struct words {
	char *at[WORDS_MAX];
	size_t n;
};

static void
words_add(struct words *w, const char *text)
{
	if (w->n < WORDS_MAX)
		w->at[w->n++] = mem_strdup(text);
}

static bool
words_have(const struct words *w, const char *text)
{
	for (size_t i = 0; i < w->n; i++)
		if (str_eq(w->at[i], text))
			return true;
	return false;
}

static void
words_release(struct words *w)
{
	for (size_t i = 0; i < w->n; i++)
		free(w->at[i]);
	w->n = 0;
}

static void
read_old_needs(struct editor *ed, const char *step, struct words *old)
{
	const char *ids[WORDS_MAX];
	size_t at = editor_find(ed, step);
	size_t n = at == SIZE_MAX ? 0
				  : wf_edit_needs(ed->edit, at, ids, WORDS_MAX);

	for (size_t i = 0; i < n; i++)
		words_add(old, ids[i]);
}

static void
read_new_needs(const char *text, struct words *new)
{
	struct strbuf word = STRBUF_INIT;
	char *copy = mem_strdup(text);

	/* Ids hold no blank: either will do between them. */
	for (char *p = copy; *p; p++)
		if (*p == ' ' || *p == '[' || *p == ']')
			*p = ',';
	text = copy;
	while (next_word(&text, false, &word))
		if (word.n && !words_have(new, word.at))
			words_add(new, word.at);
	strbuf_release(&word);
	free(copy);
}

enum wf_code
editor_set_needs(struct editor *ed, const char *step, const char *text,
		 struct wf_err *err)
{
	struct words old = {.n = 0}, new = {.n = 0};
	size_t mark = wf_edit_mark(ed->edit);
	enum wf_code code = WF_OK;
	char *name;

	read_old_needs(ed, step, &old);
	read_new_needs(text, &new);
	for (size_t i = 0; i < new.n && !code; i++)
		if (!words_have(&old, new.at[i]))
			code = wf_edit_connect(ed->edit, new.at[i], step, err);
	for (size_t i = 0; i < old.n && !code; i++)
		if (!words_have(&new, old.at[i]))
			code = wf_edit_disconnect(ed->edit, old.at[i], step,
						  err);
	if (code) {
		wf_edit_drop(ed->edit, mark);
	} else if (wf_edit_mark(ed->edit) != mark) {
		name = mem_printf("needs of %s", step);
		wf_edit_join(ed->edit, mark, name);
		free(name);
	}
	words_release(&old);
	words_release(&new);
	return code;
}

/* --- other lists ------------------------------------------------------------
 */

static bool
is_list_of_scalars(struct editor *ed, const char *step, const char *path,
		   struct words *items)
{
	char **keys = wf_edit_keys(ed->edit, step, path);
	bool scalars =
		wf_edit_shape(ed->edit, step, path) == WF_SHAPE_LIST && keys[0];

	for (size_t i = 0; keys[i]; i++) {
		char *at = mem_printf("%s.%s", path, keys[i]);
		char *item = wf_edit_get(ed->edit, step, at);

		scalars &=
			wf_edit_shape(ed->edit, step, at) == WF_SHAPE_SCALAR &&
			items->n < WORDS_MAX;
		words_add(items, item ? item : "");
		free(item);
		free(at);
		free(keys[i]);
	}
	free(keys);
	return scalars;
}

static enum wf_code
set_item(struct editor *ed, const char *step, const char *path, size_t i,
	 const char *text, struct wf_err *err)
{
	char *at = mem_printf("%s.%zu", path, i);
	enum wf_code code = text ? wf_edit_set(ed->edit, step, at, text, err)
				 : wf_edit_unset(ed->edit, step, at, err);

	free(at);
	return code;
}

/* Items that go take their comments along; one stays in any case. */
static enum wf_code
drop_items(struct editor *ed, const char *step, const char *path,
	   struct words *old, const struct words *new, struct wf_err *err)
{
	enum wf_code code = WF_OK;

	for (size_t i = old->n; i-- > 0 && old->n > 1 && !code;) {
		if (words_have(new, old->at[i]))
			continue;
		code = set_item(ed, step, path, i, NULL, err);
		free(old->at[i]);
		memmove(old->at + i, old->at + i + 1,
			(old->n - i - 1) * sizeof(*old->at));
		old->n--;
	}
	return code;
}

/* Item by item: a list by lines stays one, with the comments in it. */
static enum wf_code
change_items(struct editor *ed, const char *step, const char *path,
	     struct words *old, const struct words *new, struct wf_err *err)
{
	enum wf_code code = drop_items(ed, step, path, old, new, err);

	for (size_t i = old->n; i-- > new->n && !code;)
		code = set_item(ed, step, path, i, NULL, err);
	for (size_t i = 0; i < new->n && !code; i++)
		if (i >= old->n || !str_eq(old->at[i], new->at[i]))
			code = set_item(ed, step, path, i, new->at[i], err);
	return code;
}

enum wf_code
editor_set_list(struct editor *ed, const char *step, const char *path,
		const char *text, bool blanks, struct wf_err *err)
{
	struct words old = {.n = 0}, new = {.n = 0};
	struct strbuf word = STRBUF_INIT;
	size_t mark = wf_edit_mark(ed->edit);
	enum wf_code code = WF_REFUSED;
	const char *at = text;
	char *whole;

	while (next_word(&at, blanks, &word))
		words_add(&new, word.at);
	strbuf_release(&word);
	if (is_list_of_scalars(ed, step, path, &old) &&
	    new.n < WORDS_MAX &&new.n)
		code = change_items(ed, step, path, &old, &new, NULL);
	if (code) {
		wf_edit_drop(ed->edit, mark);
		whole = list_of_words(text, blanks);
		code = wf_edit_set(ed->edit, step, path, whole, err);
		free(whole);
	} else if (wf_edit_mark(ed->edit) != mark) {
		whole = mem_printf("set %s%s%s", step ? step : "",
				   step ? "." : "", path);
		wf_edit_join(ed->edit, mark, whole);
		free(whole);
	}
	words_release(&old);
	words_release(&new);
	return code;
}
