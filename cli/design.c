/* The verbs of design.def.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "design.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../engine/base/difftext.h"
#include "output.h"

#define D(symbol, name, operands, complete, min, max, summary, example)        \
	static enum wf_code do_##symbol(struct design *, char **, size_t,      \
					struct wf_err *);
#include "design.def"
#undef D

const struct design_verb design_verbs[] = {
#define D(symbol, name, operands, complete, min, max, summary, example)        \
	{name, operands, complete, min, max, summary, example, do_##symbol},
#include "design.def"
#undef D
};
const size_t ndesign_verbs = ARRAY_SIZE(design_verbs);

/* --- the file ------------------------------------------------------------- */

static enum wf_code
do_open(struct design *d, char **words, size_t n, struct wf_err *err)
{
	struct wf_edit *edit;
	enum wf_code code = WF_OK;

	(void)n;
	if (d->edit && wf_edit_modified(d->edit)) {
		ERR(err, WF_REFUSED, "the changes of \"%.200s\" are not saved",
		    wf_edit_path(d->edit));
		wf_err_hint(err, "save them, or undo them");
		return WF_REFUSED;
	}
	if (access(words[1], F_OK) == 0)
		code = wf_edit_open(words[1], &edit, err);
	else
		edit = wf_edit_new(words[1], "version: 1\nsteps:\n", 18);
	if (code)
		return code;
	wf_edit_close(d->edit);
	d->edit = edit;
	if (wf_edit_broken(edit))
		fprintf(stderr, "it does not parse: %s\n",
			wf_edit_broken(edit)->message);
	return WF_OK;
}

static enum wf_code
do_save(struct design *d, char **words, size_t n, struct wf_err *err)
{
	bool force = n > 1 && str_eq(words[n - 1], "force");
	const char *path = n > 1 + (size_t)force ? words[1] : NULL;
	enum wf_code code;

	if (n > 2 + (size_t)force)
		return ERR(err, WF_USAGE, "\"save\" has no use for \"%.80s\"",
			   words[2]);
	code = wf_edit_save(d->edit, path, force, err);
	if (code == WF_REFUSED)
		wf_err_hint(err, "\"diff\" shows the difference; \"save "
				 "force\" overwrites, \"save FILE\" goes "
				 "elsewhere");
	if (!code && wf_edit_findings(d->edit)->nerrors)
		fputs("saved, with errors: \"validate\" shows them\n", stderr);
	return code;
}

static enum wf_code
do_run(struct design *d, char **words, size_t n, struct wf_err *err)
{
	(void)words;
	(void)n;
	if (wf_edit_modified(d->edit)) {
		ERR(err, WF_REFUSED, "the changes are not saved");
		wf_err_hint(err, "\"save\" first");
		return WF_REFUSED;
	}
	return d->start(d->arg, wf_edit_path(d->edit), err);
}

static enum wf_code
do_print(struct design *d, char **words, size_t n, struct wf_err *err)
{
	(void)words;
	(void)n;
	(void)err;
	output_text(stdout, wf_edit_text(d->edit, NULL));
	return WF_OK;
}

static enum wf_code
do_diff(struct design *d, char **words, size_t n, struct wf_err *err)
{
	struct strbuf out = STRBUF_INIT;
	char *disk = NULL;

	(void)words;
	(void)n;
	if (wf_edit_disk(d->edit, &disk, err))
		*err = (struct wf_err){0};
	difftext(&out, disk ? disk : "", wf_edit_text(d->edit, NULL));
	output_text(stdout, out.at);
	strbuf_release(&out);
	free(disk);
	return WF_OK;
}

/* --- looking -------------------------------------------------------------- */

static enum wf_code
show_step(struct design *d, const char *id, struct wf_err *err)
{
	char *text;
	enum wf_code code = wf_edit_copy(d->edit, id, &text, err);

	if (code)
		return code;
	output_text(stdout, text);
	free(text);
	return WF_OK;
}

static enum wf_code
do_show(struct design *d, char **words, size_t n, struct wf_err *err)
{
	struct wf_edit_step s;

	if (n > 1)
		return show_step(d, words[1], err);
	output_text(stdout, wf_edit_path(d->edit));
	printf("%s, %zu error%s\n",
	       wf_edit_modified(d->edit) ? " (not saved)" : "",
	       wf_edit_findings(d->edit)->nerrors,
	       wf_edit_findings(d->edit)->nerrors == 1 ? "" : "s");
	for (size_t i = 0; wf_edit_step(d->edit, i, &s); i++) {
		char *needs = wf_edit_get(d->edit, s.id, "needs");

		printf("%4d  ", s.line);
		output_text(stdout, s.id);
		printf("  %s%s", s.action, s.finally ? " (finally)" : "");
		if (needs) {
			fputs("  needs ", stdout);
			output_text(stdout, needs);
		}
		putchar('\n');
		free(needs);
	}
	return WF_OK;
}

static enum wf_code
do_validate(struct design *d, char **words, size_t n, struct wf_err *err)
{
	const struct wf_diags *found = wf_edit_findings(d->edit);

	(void)words;
	(void)n;
	(void)err;
	for (size_t i = 0; i < found->n; i++)
		output_finding(stderr, &found->at[i]);
	if (!found->nerrors)
		printf("valid, %zu steps\n", wf_edit_nsteps(d->edit));
	return found->nerrors ? WF_INVALID : WF_OK;
}

static enum wf_code
do_graph(struct design *d, char **words, size_t n, struct wf_err *err)
{
	char *piped[] = {words[0], mem_strdup("-"), NULL};
	enum wf_code code;

	(void)n;
	(void)err;
	fflush(stdout);
	code = d->piped(d->arg, piped, wf_edit_text(d->edit, NULL));
	free(piped[1]);
	return code;
}

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
step_paste(struct design *d, char **words, size_t n, struct wf_err *err)
{
	struct rest r = {words, n, 2};
	const char *other;
	bool before;
	enum wf_code code = read_place(&r, &before, &other, err);

	if (!code)
		code = no_use(&r, err);
	if (!code && !d->clip)
		return ERR(err, WF_REFUSED, "no step was copied");
	return code ? code
		    : wf_edit_paste(d->edit, d->clip, before, other, err);
}

static enum wf_code
do_step(struct design *d, char **words, size_t n, struct wf_err *err)
{
	if (str_eq(words[1], "add"))
		return step_add(d, words, n, err);
	if (str_eq(words[1], "remove"))
		return step_remove(d, words, n, err);
	if (str_eq(words[1], "paste"))
		return step_paste(d, words, n, err);
	if (str_eq(words[1], "copy") && n == 3) {
		free(d->clip);
		return wf_edit_copy(d->edit, words[2], &d->clip, err);
	}
	ERR(err, WF_USAGE, "a step is added, removed, copied or pasted");
	wf_err_hint(err, "\"help step\" shows how");
	return WF_USAGE;
}

static enum wf_code
do_connect(struct design *d, char **words, size_t n, struct wf_err *err)
{
	(void)n;
	return wf_edit_connect(d->edit, words[1], words[2], err);
}

static enum wf_code
do_disconnect(struct design *d, char **words, size_t n, struct wf_err *err)
{
	(void)n;
	return wf_edit_disconnect(d->edit, words[1], words[2], err);
}

/* Several words are one value with spaces between. */
static enum wf_code
do_set(struct design *d, char **words, size_t n, struct wf_err *err)
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

static enum wf_code
do_unset(struct design *d, char **words, size_t n, struct wf_err *err)
{
	(void)n;
	return wf_edit_unset(d->edit, flow_or_step(words[1]), words[2], err);
}

static enum wf_code
do_rename(struct design *d, char **words, size_t n, struct wf_err *err)
{
	(void)n;
	return wf_edit_rename(d->edit, words[1], words[2], err);
}

static enum wf_code
do_move(struct design *d, char **words, size_t n, struct wf_err *err)
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

static enum wf_code
do_undo(struct design *d, char **words, size_t n, struct wf_err *err)
{
	const char *name = wf_edit_undo(d->edit);

	(void)words;
	(void)n;
	if (!name)
		return ERR(err, WF_REFUSED, "there is nothing to undo");
	printf("undone: %s\n", name);
	return WF_OK;
}

static enum wf_code
do_redo(struct design *d, char **words, size_t n, struct wf_err *err)
{
	const char *name = wf_edit_redo(d->edit);

	(void)words;
	(void)n;
	if (!name)
		return ERR(err, WF_REFUSED, "there is nothing to redo");
	printf("redone: %s\n", name);
	return WF_OK;
}

static enum wf_code
do_fmt(struct design *d, char **words, size_t n, struct wf_err *err)
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

/* --- the table ------------------------------------------------------------ */

static bool
is_step(struct design *d, const char *word)
{
	struct wf_edit_step s;

	for (size_t i = 0; wf_edit_step(d->edit, i, &s); i++)
		if (str_eq(s.id, word))
			return true;
	return false;
}

const struct design_verb *
design_find(const struct design *d, char *const *words, size_t n)
{
	const struct design_verb *verb = NULL;
	const struct cmd *cmd;
	struct wf_err err;

	for (size_t i = 0; n && i < ndesign_verbs; i++)
		if (str_eq(words[0], design_verbs[i].name))
			verb = &design_verbs[i];
	if (!verb || cmd_find(words[0], &cmd, &err))
		return verb;
	/* A command of that name, too: ours without operands, or with a step.
	 */
	if (!d->edit)
		return NULL;
	if (n == 1)
		return verb;
	return n == 2 && verb->max > 0 && is_step((struct design *)d, words[1])
		       ? verb
		       : NULL;
}

enum wf_code
design_do(struct design *d, const struct design_verb *verb, char **words,
	  size_t n, struct wf_err *err)
{
	if (n - 1 < (size_t)verb->min ||
	    (verb->max >= 0 && n - 1 > (size_t)verb->max)) {
		ERR(err, WF_USAGE, "usage: %s %s", verb->name, verb->operands);
		wf_err_hint(err, "for example: %s", verb->example);
		return WF_USAGE;
	}
	if (!d->edit && verb->run != do_open) {
		ERR(err, WF_REFUSED, "no flow is open");
		wf_err_hint(err, "\"open FILE\" opens one");
		return WF_REFUSED;
	}
	return verb->run(d, words, n, err);
}

static void
offer(const char *typed, const char *word, const char *about, complete_fn *add,
      void *arg)
{
	if (str_starts(word, typed))
		add(arg, word, about);
}

static void
offer_choices(const char *typed, const char *choices, complete_fn *add,
	      void *arg)
{
	while (choices && *choices) {
		size_t n = strcspn(choices, "|");
		char *word = mem_strndup(choices, n);

		offer(typed, word, "", add, arg);
		free(word);
		choices += n + (choices[n] == '|');
	}
}

bool
design_complete(struct design *d, const struct design_verb *verb,
		char *const *words, size_t n, complete_fn *add, void *arg)
{
	const char *colon = strchr(verb->complete, ':');
	size_t kinds = colon ? (size_t)(colon - verb->complete)
			     : strlen(verb->complete);
	char kind = verb->complete[n - 2 < kinds ? n - 2 : kinds - 1];
	const char *typed = words[n - 1];
	struct wf_edit_step s;
	struct wf_key_info key;

	if (kind == 's' && d->edit)
		for (size_t i = 0; wf_edit_step(d->edit, i, &s); i++)
			offer(typed, s.id, s.action, add, arg);
	if (kind == 'k')
		for (size_t i = 0; wf_flow_key(i, &key); i++)
			if (str_eq(key.section, str_eq(words[1], ".")
							? "a flow file"
							: "a step"))
				offer(typed, key.name, key.help, add, arg);
	if (kind == 'o')
		offer_choices(typed, colon ? colon + 1 : "", add, arg);
	return kind == 'f';
}

void
design_release(struct design *d)
{
	wf_edit_close(d->edit);
	free(d->clip);
	*d = (struct design){0};
}
