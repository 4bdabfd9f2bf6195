/* Verbs that change the open flow, each by one patch that can be undone.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "design_int.h"

#include <stdio.h>
#include <stdlib.h>

#include "../engine/base/fs.h"

enum {
	CLIP_MAX = 16 << 20
};

/* --- changing ------------------------------------------------------------- */

static const char *
flow_or_step(const char *word)
{
	return str_eq(word, ".") ? NULL : word;
}

/* What stands behind the last operand read. */
struct rest {
	char **words;
	size_t n, i;
};

static bool
take(struct rest *r, const char *word)
{
	if (r->i >= r->n || !str_eq(r->words[r->i], word))
		return false;
	r->i++;
	return true;
}

static enum wf_code
no_use(const struct rest *r, struct wf_err *err)
{
	if (r->i >= r->n)
		return WF_OK;
	return ERR(err, WF_USAGE, "\"%.80s\" is not understood here",
		   r->words[r->i]);
}

/* "after X" or "before X". */
static enum wf_code
read_place(struct rest *r, bool *before, const char **other, struct wf_err *err)
{
	*before = r->i < r->n && str_eq(r->words[r->i], "before");
	*other = NULL;
	if (!take(r, "before") && !take(r, "after"))
		return WF_OK;
	if (r->i == r->n)
		return ERR(err, WF_USAGE, "before or after which step?");
	*other = r->words[r->i++];
	return WF_OK;
}

static size_t
split_needs(char *text, const char **needs, size_t most)
{
	size_t n = 0;

	while (*text && n < most) {
		size_t len = strcspn(text, ",");
		bool more = text[len] == ',';

		text[len] = '\0';
		if (len)
			needs[n++] = text;
		text += len + more;
	}
	return n;
}

static enum wf_code
step_add(struct design *d, char **words, size_t n, struct wf_err *err)
{
	const char *needs[100], *other = NULL;
	struct rest r = {words, n, 3};
	struct wf_edit_new_step step = {.id = n > 2 ? words[2] : NULL,
					.needs = needs};
	bool before = false;
	enum wf_code code = WF_OK;

	if (!step.id)
		return ERR(err, WF_USAGE, "which id has the step?");
	while (!code && r.i < n) {
		if (str_eq(words[r.i], "before") || str_eq(words[r.i], "after"))
			code = read_place(&r, &before, &other, err);
		else if (str_eq(words[r.i], "needs") && r.i + 1 < n) {
			step.nneeds = split_needs(words[r.i + 1], needs,
						  ARRAY_SIZE(needs));
			r.i += 2;
		} else if (!step.action && r.i + 1 < n) {
			step.action = words[r.i];
			step.value = words[r.i + 1];
			r.i += 2;
		} else {
			code = no_use(&r, err);
		}
	}
	return code ? code : wf_edit_add(d->edit, &step, before, other, err);
}

static enum wf_code
step_remove(struct design *d, char **words, size_t n, struct wf_err *err)
{
	struct rest r = {words, n, 3};
	enum wf_edit_orphans how = WF_ORPHANS_REFUSE;
	enum wf_code code;

	if (n < 3)
		return ERR(err, WF_USAGE, "which step?");
	if (take(&r, "unneed"))
		how = WF_ORPHANS_UNNEED;
	else if (take(&r, "bridge"))
		how = WF_ORPHANS_BRIDGE;
	code = no_use(&r, err);
	if (!code)
		code = wf_edit_remove(d->edit, words[2], how, err);
	if (code == WF_REFUSED && how == WF_ORPHANS_REFUSE)
		wf_err_hint(err,
			    "\"step remove %.80s unneed\" removes those needs, "
			    "\"bridge\" hands on what it needed",
			    words[2]);
	return code;
}

static enum wf_code
step_copy(struct design *d, const char *id, struct wf_err *err)
{
	char *text;
	enum wf_code code = wf_edit_copy(d->edit, id, &text, err);

	if (code)
		return code;
	free(d->clip);
	d->clip = text;
	return d->clip_file
		       ? fs_write(d->clip_file, text, strlen(text), 0600, err)
		       : WF_OK;
}

/* What was copied last, here or in another program. */
static enum wf_code
step_paste(struct design *d, char **words, size_t n, struct wf_err *err)
{
	struct rest r = {words, n, 2};
	struct strbuf text = STRBUF_INIT;
	const char *other;
	bool before;
	enum wf_code code = read_place(&r, &before, &other, err);

	if (!code)
		code = no_use(&r, err);
	if (!d->clip_file || fs_read(d->clip_file, CLIP_MAX, &text, NULL))
		strbuf_adds(&text, d->clip ? d->clip : "");
	if (!code && !text.n)
		code = ERR(err, WF_REFUSED, "no step was copied");
	if (!code)
		code = wf_edit_paste(d->edit, text.at, before, other, err);
	strbuf_release(&text);
	return code;
}

enum wf_code
design_step(struct design *d, char **words, size_t n, struct wf_err *err)
{
	if (str_eq(words[1], "add"))
		return step_add(d, words, n, err);
	if (str_eq(words[1], "remove"))
		return step_remove(d, words, n, err);
	if (str_eq(words[1], "paste"))
		return step_paste(d, words, n, err);
	if (str_eq(words[1], "copy") && n == 3)
		return step_copy(d, words[2], err);
	ERR(err, WF_USAGE, "a step is added, removed, copied or pasted");
	wf_err_hint(err, "\"help step\" shows how");
	return WF_USAGE;
}

enum wf_code
design_connect(struct design *d, char **words, size_t n, struct wf_err *err)
{
	(void)n;
	return wf_edit_connect(d->edit, words[1], words[2], err);
}

enum wf_code
design_disconnect(struct design *d, char **words, size_t n, struct wf_err *err)
{
	(void)n;
	return wf_edit_disconnect(d->edit, words[1], words[2], err);
}

/* "+a", "a": to be needed; "-a": no more. */
static enum wf_code
change_need(struct design *d, const char *step, const char *word,
	    struct wf_err *err)
{
	if (word[0] == '-')
		return wf_edit_disconnect(d->edit, word + 1, step, err);
	return wf_edit_connect(d->edit, word + (word[0] == '+'), step, err);
}

/* All of it, or nothing; what goes makes room for what comes. */
enum wf_code
design_needs(struct design *d, char **words, size_t n, struct wf_err *err)
{
	size_t mark = wf_edit_mark(d->edit);
	enum wf_code code = WF_OK;
	char *name;

	for (int adding = 0; adding < 2; adding++)
		for (size_t i = 2; i < n && !code; i++)
			if ((words[i][0] != '-') == adding)
				code = change_need(d, words[1], words[i], err);
	if (code) {
		wf_edit_drop(d->edit, mark);
		return code;
	}
	name = mem_printf("needs of %s", words[1]);
	wf_edit_join(d->edit, mark, name);
	free(name);
	return WF_OK;
}

/* Several words are one value with spaces between. */
enum wf_code
design_set(struct design *d, char **words, size_t n, struct wf_err *err)
{
	struct strbuf value = STRBUF_INIT;
	enum wf_code code;

	for (size_t i = 3; i < n; i++)
		strbuf_addf(&value, "%s%s", i > 3 ? " " : "", words[i]);
	code = wf_edit_set(d->edit, flow_or_step(words[1]), words[2], value.at,
			   err);
	strbuf_release(&value);
	return code;
}

enum wf_code
design_unset(struct design *d, char **words, size_t n, struct wf_err *err)
{
	(void)n;
	return wf_edit_unset(d->edit, flow_or_step(words[1]), words[2], err);
}

enum wf_code
design_rename(struct design *d, char **words, size_t n, struct wf_err *err)
{
	(void)n;
	return wf_edit_rename(d->edit, words[1], words[2], err);
}

enum wf_code
design_move(struct design *d, char **words, size_t n, struct wf_err *err)
{
	struct rest r = {words, n, 2};
	const char *other;
	bool before;
	enum wf_code code;

	if (n == 3 && take(&r, "up"))
		return wf_edit_move(d->edit, words[1], -1, err);
	if (n == 3 && take(&r, "down"))
		return wf_edit_move(d->edit, words[1], 1, err);
	code = read_place(&r, &before, &other, err);
	if (!code)
		code = no_use(&r, err);
	if (!code && !other)
		code = ERR(err, WF_USAGE, "up, down, before or after?");
	return code ? code
		    : wf_edit_move_to(d->edit, words[1], before, other, err);
}

enum wf_code
design_undo(struct design *d, char **words, size_t n, struct wf_err *err)
{
	const char *name = wf_edit_undo(d->edit);

	(void)words;
	(void)n;
	if (!name)
		return ERR(err, WF_REFUSED, "there is nothing to undo");
	fprintf(d->out, "undone: %s\n", name);
	return WF_OK;
}

enum wf_code
design_redo(struct design *d, char **words, size_t n, struct wf_err *err)
{
	const char *name = wf_edit_redo(d->edit);

	(void)words;
	(void)n;
	if (!name)
		return ERR(err, WF_REFUSED, "there is nothing to redo");
	fprintf(d->out, "redone: %s\n", name);
	return WF_OK;
}

enum wf_code
design_fmt(struct design *d, char **words, size_t n, struct wf_err *err)
{
	size_t size;
	const char *text = wf_edit_text(d->edit, &size);
	char *after;
	enum wf_code code =
		wf_format(wf_edit_path(d->edit), text, size, &after, err);

	(void)words;
	(void)n;
	if (code)
		return code;
	if (!str_eq(text, after))
		wf_edit_replace(d->edit, "format", after, strlen(after));
	free(after);
	return WF_OK;
}
