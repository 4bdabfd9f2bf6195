/* Putting right what the reader or the advice found, where that is plain.
 *
 * Three kinds of remedies: the nearest word for a misspelt one, a key that is
 * missing with a sensible value, and spaces for tabs.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "yaml_edit_int.h"

/* What a piece of advice is answered with: a key of the step, or of the flow
 * when `flow` is set.  Value NULL: the deadline of the flow. */
static const struct remedy {
	const char *rule, *path, *value;
	bool flow;
} remedies[] = {
	{"retry-without-delay",      "retry.delay",      "2s",  false},
	{"approval-without-timeout", "approval.timeout", "24h", false},
	{"wait-without-timeout",     "wait.timeout",     "1h",  false},
	{"repeat-without-limit",     "repeat.limit",     "100", false},
	{"undo-not-retried",         "undo.retry",       "2",   false},
	{"timeout-past-deadline",    "timeout",          NULL,  false},
	{"no-time-limit",            "defaults.timeout", "1h",  true },
};

static const struct remedy *
remedy_of(const struct wf_diag *d)
{
	for (size_t i = 0; d->rule && i < ARRAY_SIZE(remedies); i++)
		if (str_eq(remedies[i].rule, d->rule))
			return &remedies[i];
	return NULL;
}

/* --- words ---------------------------------------------------------------- */

/* The word a hint offers instead; NULL: none.  Caller frees. */
static char *
word_offered(const struct wf_diag *d)
{
	static const char lead[] = "did you mean \"";
	const char *at = d->hint ? strstr(d->hint, lead) : NULL, *end;

	if (!at)
		return NULL;
	at += strlen(lead);
	end = strchr(at, '"');
	return end && end > at ? mem_strndup(at, (size_t)(end - at)) : NULL;
}

struct bytes {
	size_t begin, end;
};

/* Where `word` stands in the rest of a line. */
static bool
find_word(const struct edit *e, struct bytes line, const char *word, size_t n,
	  struct bytes *out)
{
	for (size_t i = line.begin; n && i + n <= line.end; i++) {
		if (memcmp(e->text.at + i, word, n))
			continue;
		*out = (struct bytes){i, i + n};
		return true;
	}
	return false;
}

/* The wrong word is one of those the message has in quotes: the first that
 * stands in the line from the finding's place on. */
static bool
find_wrong_word(struct edit *e, const struct wf_diag *d, struct bytes *out)
{
	size_t at = edit_offset(e, d->line, d->column);
	struct bytes line = {at, place_line_end(e, at)}, found;
	const char *open = strchr(d->message, '"');
	bool any = false;

	while (open) {
		const char *close = strchr(open + 1, '"');

		if (!close)
			break;
		if (find_word(e, line, open + 1, (size_t)(close - open - 1),
			      &found) &&
		    (!any || found.begin < out->begin)) {
			*out = found;
			any = true;
		}
		open = strchr(close + 1, '"');
	}
	return any;
}

static enum wf_code
replace_word(struct edit *e, const struct wf_diag *d, const char *word,
	     struct wf_err *err)
{
	struct bytes wrong;

	edit_forget(e);
	if (!find_wrong_word(e, d, &wrong))
		return ERR(err, WF_NOT_FOUND,
			   "the word to replace is not found");
	edit_patch(e, wrong.begin, wrong.end - wrong.begin, word, strlen(word));
	return edit_commit(e, COMMIT_PLAIN, err, "fix %s", word);
}

/* --- tabs ----------------------------------------------------------------- */

static bool
is_tab_trouble(struct edit *e, const struct wf_diag *d)
{
	size_t at = edit_offset(e, d->line, 1);
	size_t n = strspn(e->text.at + at, " \t");

	return e->trouble.code && memchr(e->text.at + at, '\t', n);
}

/* In all indents: one tab seldom comes alone. */
static enum wf_code
replace_tabs(struct edit *e)
{
	struct strbuf out = STRBUF_INIT;

	for (size_t i = 0; i < e->text.n;) {
		size_t end = i, column = 0;

		while (e->text.at[end] == ' ' || e->text.at[end] == '\t')
			column = e->text.at[end++] == '\t'
					 ? (column / 4 + 1) * 4
					 : column + 1;
		strbuf_addf(&out, "%*s", (int)column, "");
		i = place_next_line(e, end);
		strbuf_add(&out, e->text.at + end, i - end);
	}
	edit_replace(e, "spaces for tabs", out.at, out.n);
	strbuf_release(&out);
	return WF_OK;
}

/* --- keys ----------------------------------------------------------------- */

static const char *
step_at(struct edit *e, const struct wf_diag *d)
{
	struct edit_step s;
	size_t step;
	char *path = edit_path_at(e, d->line, d->column, &step);

	free(path);
	return step < SIZE_MAX && edit_step_at(e, step, &s) && *s.id ? s.id
								     : NULL;
}

static bool
needs_version(const struct wf_diag *d)
{
	return !d->rule && str_starts(d->message, "\"version\" is missing");
}

static enum wf_code
add_version(struct edit *e, struct wf_err *err)
{
	edit_forget(e);
	edit_insert(e, 0, "version: 1\n");
	return edit_commit(e, COMMIT_PLAIN, err, "add the version");
}

/* --- keys that answer advice ---------------------------------------------- */

/* Caller frees. */
static char *
value_of(struct edit *e, const struct remedy *r)
{
	return r->value ? mem_strdup(r->value) : edit_get(e, NULL, "deadline");
}

static char *
offer_of(struct edit *e, const struct remedy *r)
{
	char *value = value_of(e, r), *offer;

	offer = value ? mem_printf("set %s: %s", r->path, value) : NULL;
	free(value);
	return offer;
}

static enum wf_code
answer(struct edit *e, const struct wf_diag *d, const struct remedy *r,
       struct wf_err *err)
{
	char *value = value_of(e, r);
	enum wf_code code =
		value ? edit_set_within(e, r->flow ? NULL : step_at(e, d),
					r->path, value, err)
		      : ERR(err, WF_NOT_FOUND, "the flow has no deadline");

	free(value);
	return code;
}

/* --- the face --------------------------------------------------------------
 */

char *
edit_fix_offer(struct edit *e, const struct wf_diag *d)
{
	const struct remedy *r = remedy_of(d);
	struct bytes wrong;
	char *word;

	if (is_tab_trouble(e, d))
		return mem_strdup("spaces instead of tabs");
	if (e->trouble.code)
		return NULL;
	if (needs_version(d))
		return mem_strdup("add `version: 1`");
	if (r && (r->flow || step_at(e, d)))
		return offer_of(e, r);
	word = word_offered(d);
	if (word && find_wrong_word(e, d, &wrong)) {
		char *offer = mem_printf("use %s", word);

		free(word);
		return offer;
	}
	free(word);
	return NULL;
}

enum wf_code
edit_fix(struct edit *e, const struct wf_diag *d, struct wf_err *err)
{
	const struct remedy *r = remedy_of(d);
	enum wf_code code;
	char *word;

	if (is_tab_trouble(e, d))
		return replace_tabs(e);
	code = edit_ready(e, err);
	if (code)
		return code;
	if (needs_version(d))
		return add_version(e, err);
	if (r)
		return answer(e, d, r, err);
	word = word_offered(d);
	code = word ? replace_word(e, d, word, err)
		    : ERR(err, WF_NOT_FOUND,
			  "this is for you to put right: %.300s",
			  d->hint ? d->hint : d->message);
	free(word);
	return code;
}
