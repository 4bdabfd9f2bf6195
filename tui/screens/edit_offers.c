/* What may stand in a field, while it is typed: words of the schema, steps,
 * params, secrets, usual times and sizes.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "edit_view.h"

enum {
	OFFERS_MAX = 200
};

/* How much of the text one offer stands for. */
enum word_kind {
	WORD_WHOLE,
	WORD_ITEM, /* up to the comma before */
	WORD_NAME  /* of an expression */
};

/* Types and paths, and what is usual there; blanks between. */
static const struct {
	const char *type, *words;
} by_type[] = {
	{"bool",     "true false"                        },
	{"duration", "10s 30s 1m 5m 10m 30m 1h 2h 24h 7d"},
	{"size",     "64KiB 1MiB 64MiB 256MiB 1GiB 2GiB" },
};
static const struct {
	const char *path, *words;
} by_path[] = {
	{"retry.only",    "timeout silent signal memory lost output ensure 75"                },
	{"retry.except",
	 "timeout silent signal memory lost output ensure 64-78"                              },
	{"outputs.",      "string int number bool json list"                                  },
	{"shell",         "bash sh"							   },
	{"schedule.cron", "0\x1f"
			  "3\x1f*\x1f*\x1f* */15\x1f*\x1f*\x1f*\x1f*"},
};

static enum word_kind
word_kind(const char *path, const char *type)
{
	if (strstr(type, "expression") || strstr(type, "template"))
		return WORD_NAME;
	return type_is_list(type) || str_eq(path, "needs") ? WORD_ITEM
							   : WORD_WHOLE;
}

/* Where the word that is being typed begins. */
static size_t
word_begin(const struct editor *ed)
{
	const struct edit_typing *t = &ed->typing;
	const char *text = t->prompt.text.at;
	size_t at = t->prompt.cursor;
	enum word_kind kind = word_kind(t->path, t->type);

	if (kind == WORD_WHOLE)
		return 0;
	while (at > 0) {
		unsigned char c = (unsigned char)text[at - 1];

		if (kind == WORD_NAME ? !isalnum(c) && !strchr("_.-", c)
				      : strchr(", [", c) != NULL)
			break;
		at--;
	}
	return at;
}

/* --- what there is ----------------------------------------------------------
 */

struct crop {
	struct editor *ed;
	const char *word; /* what is there already */
	bool starts;      /* this pass: those that begin so; else hold it */
};

static void
offer(struct crop *c, const char *text)
{
	struct edit_typing *t = &c->ed->typing;
	bool starts = strncasecmp(text, c->word, strlen(c->word)) == 0;

	if (t->offers.n >= OFFERS_MAX ||
	    (c->starts ? !starts : starts || !strcasestr(text, c->word)))
		return;
	for (size_t i = 0; i < t->offers.n; i++)
		if (str_eq(t->offers.at[i], text))
			return;
	vec_push(&t->offers, mem_strdup(text));
}

static void
offer_words(struct crop *c, const char *words)
{
	while (*words) {
		size_t n = strcspn(words, " ");
		char *word = mem_strndup(words, n);

		/* A blank within a word. */
		for (char *p = word; *p; p++)
			*p = *p == '\x1f' ? ' ' : *p;
		offer(c, word);
		free(word);
		words += n + (words[n] == ' ');
	}
}

static void
offer_choices(struct crop *c, const char *type)
{
	for (const char *at = strchr(type, '='); at; at = strchr(at + 1, '=')) {
		size_t n = strcspn(at + 1, " |])");
		char *word = mem_strndup(at + 1, n);

		offer(c, word);
		free(word);
	}
}

/* Steps other than this one; a need must close no circle. */
static void
offer_steps(struct crop *c, bool needs)
{
	struct editor *ed = c->ed;
	const char *self = editor_subject(ed);
	bool *leans =
		needs && self ? editor_dependents(ed, editor_step(ed)) : NULL;

	for (size_t i = 0; i < ed->steps.n; i++) {
		const char *id = ed->steps.at[i].id;

		if (*id && !(self && str_eq(id, self)) && !(leans && leans[i]))
			offer(c, id);
	}
	free(leans);
}

static void
offer_keys(struct crop *c, const char *step, const char *path,
	   const char *before, const char *after)
{
	char **keys = wf_edit_keys(c->ed->edit, step, path);

	for (size_t i = 0; keys[i]; i++) {
		char *text = mem_printf("%s%s%s", before, keys[i], after);

		offer(c, text);
		free(text);
		free(keys[i]);
	}
	free(keys);
}

/* What expressions can read: params, and outputs of steps. */
static void
offer_names(struct crop *c)
{
	struct editor *ed = c->ed;

	offer_keys(c, NULL, "params", "params.", "");
	for (size_t i = 0; i < ed->steps.n && i < OFFERS_MAX / 4; i++) {
		const char *id = ed->steps.at[i].id;
		char *before = mem_printf("steps.%s.outputs.", id);
		char *state = mem_printf("steps.%s.state", id);

		if (*id &&
		    !str_eq(id, editor_subject(ed) ? editor_subject(ed) : "")) {
			offer_keys(c, id, "outputs", before, "");
			offer(c, state);
		}
		free(before);
		free(state);
	}
	offer_words(c, "run.id run.name item index outputs.");
}

/* The keys that a map at this place of the schema may have. */
static void
offer_place(struct crop *c, const char *place)
{
	struct wf_key_info k;

	for (size_t i = 0; wf_flow_key(i, &k); i++)
		if (str_eq(k.place, place))
			offer(c, k.name);
}

static void
offer_all(struct crop *c, const char *path, const char *type)
{
	bool ids = strstr(type, "id") && !strstr(type, "void") &&
		   (type_offers(type, "id") || strstr(type, "[id"));

	offer_choices(c, type);
	for (size_t i = 0; i < ARRAY_SIZE(by_type); i++)
		if (type_offers(type, by_type[i].type))
			offer_words(c, by_type[i].words);
	for (size_t i = 0; i < ARRAY_SIZE(by_path); i++)
		if (strstr(path, by_path[i].path) &&
		    (editor_subject(c->ed) || !strstr(path, "outputs.")))
			offer_words(c, by_path[i].words);
	if (ids && !str_eq(path, "id"))
		offer_steps(c, str_eq(path, "needs"));
	if (str_ends(path, "rollback") && type_offers(type, "name")) {
		offer(c, "start");
		offer_steps(c, false);
	}
	if (str_eq(path, "secrets"))
		offer_keys(c, NULL, "secrets", "", "");
	if (str_eq(path, "executor") || str_eq(path, "defaults.executor"))
		offer_place(c, "executor");
	if (str_eq(path, "pool"))
		offer_keys(c, NULL, "pools", "", "");
	if (word_kind(path, type) == WORD_NAME && *c->word)
		offer_names(c);
}

static void
drop_offers(struct edit_typing *t)
{
	for (size_t i = 0; i < t->offers.n; i++)
		free(t->offers.at[i]);
	t->offers.n = 0;
	t->chosen = SIZE_MAX;
}

void
offers_make(struct editor *ed)
{
	struct edit_typing *t = &ed->typing;
	size_t begin;
	char *word;

	drop_offers(t);
	if (t->kind != EDIT_VALUE && t->kind != EDIT_GROUP)
		return;
	begin = word_begin(ed);
	word = mem_strndup(t->prompt.text.at + begin, t->prompt.cursor - begin);
	for (int pass = 0; pass < 2; pass++)
		offer_all(&(struct crop){ed, word, pass == 0}, t->path,
			  t->type);
	/* The only one that is left is there already. */
	if (t->offers.n == 1 && str_eq(t->offers.at[0], word))
		drop_offers(t);
	free(word);
}

void
offers_take(struct editor *ed, size_t i)
{
	struct edit_typing *t = &ed->typing;
	struct prompt *p = &t->prompt;
	size_t begin = word_begin(ed), after;
	struct strbuf text = STRBUF_INIT;

	if (i >= t->offers.n)
		return;
	strbuf_add(&text, p->text.at, begin);
	strbuf_adds(&text, t->offers.at[i]);
	after = text.n;
	strbuf_adds(&text, p->text.at + p->cursor);
	prompt_set(p, text.at);
	p->cursor = after;
	strbuf_release(&text);
	offers_make(ed);
}
