/* Changes of the designer: what was typed becomes patches, and each goes into
 * the journal.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "edit_journal.h"
#include "edit_view.h"

/* --- around a change --------------------------------------------------------
 */

static void
write_journal(struct view *v, struct editor *ed, const char *name)
{
	struct wf_err err = {0};
	size_t n;
	const char *text = wf_edit_text(ed->edit, &n);

	if (ed->journal &&
	    edit_journal_change(ed->journal, name, text, n, &err))
		views_report(v->views, &err);
}

bool
editor_done(struct view *v, struct editor *ed, enum wf_code code,
	    const struct wf_err *err)
{
	const char *name = wf_edit_undo_name(ed->edit);

	if (code) {
		views_report(v->views, err);
		return false;
	}
	write_journal(v, ed, name ? name : "");
	editor_reread(ed);
	return true;
}

bool
editor_may(struct view *v, const struct editor *ed)
{
	const struct wf_err *broken = wf_edit_broken(ed->edit);

	if (v->views->read_only) {
		views_complain(v->views, "this screen is read-only");
		return false;
	}
	if (!broken)
		return true;
	if (broken->line)
		views_complain(v->views,
			       "line %d does not parse: %s; E opens the "
			       "editor there, u undoes",
			       broken->line, broken->message);
	else
		views_complain(v->views,
			       "the text does not parse: %s; E opens the "
			       "editor, u undoes",
			       broken->message);
	return false;
}

void
editor_keep_typed(struct view *v, struct editor *ed, const char *dialog,
		  const char *path, const char *text)
{
	const char *subject = editor_subject(ed);
	struct wf_err err = {0};
	char *where;

	if (!ed->journal)
		return;
	where = mem_printf("%s\n%s\n%s", dialog, subject ? subject : "", path);
	if (edit_journal_typing(ed->journal, where, text, &err))
		views_report(v->views, &err);
	free(where);
}

void
editor_undo(struct view *v, struct editor *ed, bool redo)
{
	const char *name =
		redo ? wf_edit_redo(ed->edit) : wf_edit_undo(ed->edit);
	char *copy;

	if (!name) {
		views_say(v->views, redo ? "there is nothing to redo"
					 : "there is nothing to undo");
		return;
	}
	copy = mem_printf("%s: %s", redo ? "redo" : "undo", name);
	write_journal(v, ed, copy);
	editor_reread(ed);
	views_say(v->views, "%s", copy);
	free(copy);
}

void
editor_begin_steps(struct editor *ed)
{
	struct strbuf text = STRBUF_INIT;
	const char *now;
	size_t n;

	if (wf_edit_broken(ed->edit) ||
	    wf_edit_shape(ed->edit, NULL, "steps") != WF_SHAPE_NOTHING)
		return;
	now = wf_edit_text(ed->edit, &n);
	strbuf_add(&text, now, n);
	if (n && now[n - 1] != '\n')
		strbuf_addc(&text, '\n');
	if (wf_edit_shape(ed->edit, NULL, "version") == WF_SHAPE_NOTHING)
		strbuf_adds(&text, "version: 1\n");
	strbuf_adds(&text, "steps:\n");
	wf_edit_replace(ed->edit, "begin the steps", text.at, text.n);
	strbuf_release(&text);
}

/* --- values -----------------------------------------------------------------
 */

static enum wf_code
take_away(struct editor *ed, const char *step, const char *path,
	  struct wf_err *err)
{
	if (wf_edit_shape(ed->edit, step, path) == WF_SHAPE_NOTHING)
		return WF_OK;
	if (step && str_eq(path, "id"))
		return ERR(err, WF_USAGE, "a step cannot be without an id");
	return wf_edit_unset(ed->edit, step, path, err);
}

/* The short form stays short: `retry: 3`, and its limit becomes 5. */
static char *
short_path(struct editor *ed, const char *step, const char *path)
{
	const char *dot = strrchr(path, '.'), *key;
	char *whole;

	if (!dot)
		return mem_strdup(path);
	whole = mem_strndup(path, (size_t)(dot - path));
	key = wf_edit_short_key(ed->edit, step, whole);
	if (key && str_eq(key, dot + 1) &&
	    wf_edit_shape(ed->edit, step, whole) == WF_SHAPE_SCALAR)
		return whole;
	free(whole);
	return mem_strdup(path);
}

/* What is a list stays one; elsewhere a comma makes one, but not in commands
 * and expressions, which have commas of their own. */
static bool
wants_list(struct editor *ed, const char *step, const char *path,
	   const char *type, const char *text)
{
	bool only = type[0] == '[' && !strstr(type, "] | ");

	if (text[0] == '[' || !type_is_list(type))
		return false;
	if (only || wf_edit_shape(ed->edit, step, path) == WF_SHAPE_LIST)
		return true;
	return type[0] == '[' && !str_starts(type, "[expression") &&
	       strchr(text, ',');
}

enum wf_code
editor_set(struct editor *ed, const char *step, const char *path,
	   const char *type, const char *text, struct wf_err *err)
{
	enum wf_code code;
	char *at;

	if (!*text)
		return take_away(ed, step, path, err);
	if (step && str_eq(path, "needs") && !strchr(text, '{'))
		return editor_set_needs(ed, step, text, err);
	at = short_path(ed, step, path);
	if (type && wants_list(ed, step, at, type, text))
		code = editor_set_list(
			ed, step, at, text,
			str_ends(path, "argv") && !strchr(text, ','), err);
	else
		code = wf_edit_set(ed->edit, step, at, text, err);
	free(at);
	return code;
}

/* --- the comment above a step -----------------------------------------------
 */

static bool
step_at_id(struct editor *ed, const char *step, struct wf_edit_step *out)
{
	size_t i = editor_find(ed, step);

	return i != SIZE_MAX && wf_edit_step(ed->edit, i, out);
}

/* The line of the dash: where the comment ends. */
static size_t
comment_end(const char *text, size_t begin, size_t end)
{
	while (begin < end) {
		const char *line = text + begin;
		const char *eol = memchr(line, '\n', end - begin);
		size_t blanks = strspn(line, " \t");

		if (line[blanks] != '#' || !eol)
			return begin;
		begin = (size_t)(eol - text) + 1;
	}
	return begin;
}

char *
editor_comment(struct editor *ed, const char *step)
{
	struct strbuf out = STRBUF_INIT;
	const char *text = wf_edit_text(ed->edit, NULL);
	struct wf_edit_step s;
	size_t end;

	if (!step_at_id(ed, step, &s))
		return NULL;
	end = comment_end(text, s.begin, s.end);
	for (size_t at = s.begin; at < end;) {
		size_t n = strcspn(text + at, "\n"), skip;

		skip = strspn(text + at, " \t");
		skip += 1; /* the # */
		skip += text[at + skip] == ' ';
		if (out.n)
			strbuf_addc(&out, '\n');
		if (skip < n)
			strbuf_add(&out, text + at + skip,
				   n - skip - (text[at + n - 1] == '\r'));
		at += n + 1;
	}
	if (end == s.begin) {
		strbuf_release(&out);
		return NULL;
	}
	return strbuf_detach(&out);
}

enum wf_code
editor_set_comment(struct editor *ed, const char *step, const char *comment,
		   struct wf_err *err)
{
	size_t n, end, indent;
	const char *text = wf_edit_text(ed->edit, &n), *line;
	struct strbuf out = STRBUF_INIT;
	struct wf_edit_step s;
	bool crlf;
	char *name;

	if (!step_at_id(ed, step, &s) || (s.begin && text[s.begin - 1] != '\n'))
		return ERR(err, WF_REFUSED,
			   "the step does not begin a line of its own");
	end = comment_end(text, s.begin, s.end);
	indent = strspn(text + end, " ");
	line = memchr(text + end, '\n', n - end);
	crlf = line && line > text && line[-1] == '\r';
	strbuf_add(&out, text, s.begin);
	while (*comment) {
		size_t len = strcspn(comment, "\n");

		strbuf_addf(&out, "%*s#%s%.*s%s\n", (int)indent, "",
			    len ? " " : "", (int)len, comment,
			    crlf ? "\r" : "");
		comment += len + (comment[len] == '\n');
	}
	strbuf_add(&out, text + end, n - end);
	name = mem_printf("comment of %s", step);
	wf_edit_replace(ed->edit, name, out.at, out.n);
	free(name);
	strbuf_release(&out);
	return WF_OK;
}
