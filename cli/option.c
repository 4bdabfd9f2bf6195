/* Parsing of options by their rows, and the help written from them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "option.h"

#include <ctype.h>
#include <stdio.h>

#include "when.h"

struct parser {
	const struct option_set *sets;
	size_t nsets;
	struct arena *arena;
	char **words;
	size_t n, i; /* i: the word being read */
	bool expression;
	struct wf_err *err;
};

/* Arrays that live as long as the arena; grown by doubling. */
static void *
list_grow(struct arena *arena, void *at, size_t n, size_t *cap, size_t size)
{
	void *bigger;

	if (n < *cap)
		return at;
	*cap = *cap ? *cap * 2 : 8;
	bigger = arena_alloc(arena, *cap * size);
	if (n)
		memcpy(bigger, at, n * size);
	return bigger;
}

static void
texts_add(struct texts *list, struct arena *arena, const char *text)
{
	list->at = list_grow(arena, list->at, list->n, &list->cap,
			     sizeof(*list->at));
	list->at[list->n++] = text;
}

void
settings_add(struct settings *list, struct arena *arena,
	     struct wf_setting setting)
{
	list->at = list_grow(arena, list->at, list->n, &list->cap,
			     sizeof(*list->at));
	list->at[list->n++] = setting;
}

bool
setting_parse(struct arena *arena, const char *text, struct wf_setting *out)
{
	const char *eq = strchr(text, '=');

	if (!eq || eq == text)
		return false;
	out->name = arena_strndup(arena, text, (size_t)(eq - text));
	out->value = eq + 1;
	return true;
}

bool
option_takes_value(const struct option *row)
{
	return row->kind != OPT_FLAG && row->kind != OPT_FLAG_OFF;
}

const struct option *
option_find(const struct option *rows, const char *word)
{
	if (word[0] != '-')
		return NULL;
	for (const struct option *o = rows; o && o->kind != OPT_END; o++) {
		if (word[1] == '-' && str_eq(word + 2, o->name))
			return o;
		if (word[1] && word[1] == o->letter && !word[2])
			return o;
	}
	return NULL;
}

/* The row for "--name" or "-l" in any set, and where its value goes. */
static const struct option *
find(struct parser *p, const char *name, size_t n, char letter, void **at)
{
	for (size_t s = 0; s < p->nsets; s++) {
		const struct option *o = p->sets[s].rows;

		for (; o && o->kind != OPT_END; o++) {
			if (letter ? o->letter != letter
				   : strlen(o->name) != n ||
					     memcmp(o->name, name, n))
				continue;
			*at = (char *)p->sets[s].values + o->at;
			return o;
		}
	}
	return NULL;
}

static enum wf_code
unknown_option(struct parser *p, const char *word, size_t n)
{
	const char *names[128];
	const char *near;
	char name[64];
	size_t nnames = 0;

	for (size_t s = 0; s < p->nsets; s++)
		for (const struct option *o = p->sets[s].rows;
		     o && o->kind != OPT_END && nnames < ARRAY_SIZE(names); o++)
			names[nnames++] = o->name;
	ERR(p->err, WF_USAGE, "unknown option \"%.*s\"",
	    (int)(n < 200 ? n : 200), word);
	snprintf(name, sizeof(name), "%.*s", (int)(n > 2 ? n - 2 : 0),
		 n > 2 ? word + 2 : "");
	near = word[1] == '-' ? str_nearest(name, names, nnames) : NULL;
	if (near)
		wf_err_hint(p->err, "did you mean --%s?", near);
	else
		wf_err_hint(p->err, "-h lists the options");
	return WF_USAGE;
}

static enum wf_code
store_number(struct parser *p, const struct option *o, const char *text,
	     int64_t *out)
{
	int least = o->kind == OPT_COUNT;

	if (str_to_int(text, least, INT32_MAX, out))
		return WF_OK;
	ERR(p->err, WF_USAGE, "--%s: \"%.100s\" is %s", o->name, text,
	    str_to_int(text, 0, INT32_MAX, out) ? "too small"
						: "not a whole number");
	wf_err_hint(p->err, "give a whole number from %d to %d", least,
		    INT32_MAX);
	return WF_USAGE;
}

static enum wf_code
store_choice(struct parser *p, const struct option *o, const char *text,
	     int *out)
{
	const char *word = o->arg;
	size_t n = strlen(text);

	for (int i = 0; *word; i++) {
		size_t len = strcspn(word, "|");

		if (len == n && !memcmp(word, text, n)) {
			*out = i;
			return WF_OK;
		}
		word += len + (word[len] == '|');
	}
	ERR(p->err, WF_USAGE, "--%s: \"%.100s\" is not one of its values",
	    o->name, text);
	wf_err_hint(p->err, "use %s", o->arg);
	return WF_USAGE;
}

static enum wf_code
store_commas(struct parser *p, const struct option *o, const char *text,
	     struct texts *list)
{
	/* Not "all", as no list would be. */
	if (!text[strspn(text, ",")]) {
		ERR(p->err, WF_USAGE, "--%s: \"%.100s\" names nothing", o->name,
		    text);
		wf_err_hint(p->err, "write --%s %s", o->name, o->arg);
		return WF_USAGE;
	}
	for (;;) {
		size_t n = strcspn(text, ",");

		if (n)
			texts_add(list, p->arena,
				  arena_strndup(p->arena, text, n));
		if (!text[n])
			return WF_OK;
		text += n + 1;
	}
}

static enum wf_code
store_setting(struct parser *p, const struct option *o, const char *text,
	      struct settings *list)
{
	struct wf_setting setting;

	if (!setting_parse(p->arena, text, &setting)) {
		ERR(p->err, WF_USAGE, "--%s: \"%.100s\" is not NAME=VALUE",
		    o->name, text);
		wf_err_hint(p->err, "write it as --%s NAME=VALUE", o->name);
		return WF_USAGE;
	}
	settings_add(list, p->arena, setting);
	return WF_OK;
}

static enum wf_code
store(struct parser *p, const struct option *o, const char *text, void *at)
{
	switch (o->kind) {
	case OPT_FLAG:
	case OPT_FLAG_OFF:
		*(bool *)at = o->kind == OPT_FLAG;
		return WF_OK;
	case OPT_TEXT:
		*(const char **)at = text;
		return WF_OK;
	case OPT_NUMBER:
	case OPT_COUNT:
		return store_number(p, o, text, at);
	case OPT_CHOICE:
		return store_choice(p, o, text, at);
	case OPT_TEXTS:
		texts_add(at, p->arena, text);
		return WF_OK;
	case OPT_COMMAS:
		return store_commas(p, o, text, at);
	case OPT_SETTINGS:
		return store_setting(p, o, text, at);
	case OPT_WHEN:
		return when_parse(o->name, text, at, p->err);
	case OPT_END:
		break;
	}
	BUG("option --%s has no kind", o->name);
}

/* The value of an option: what follows in its own word, or the next word. */
static enum wf_code
store_value(struct parser *p, const struct option *o, const char *inside,
	    void *at)
{
	if (!inside) {
		if (p->i + 1 >= p->n) {
			ERR(p->err, WF_USAGE, "option --%s needs a value",
			    o->name);
			wf_err_hint(p->err, "write --%s %s", o->name,
				    o->arg ? o->arg : "VALUE");
			return WF_USAGE;
		}
		inside = p->words[++p->i];
	}
	return store(p, o, inside, at);
}

static enum wf_code
parse_long(struct parser *p, const char *word)
{
	const char *eq = strchr(word, '=');
	size_t n = eq ? (size_t)(eq - word) : strlen(word);
	const struct option *o;
	void *at;

	o = find(p, word + 2, n - 2, 0, &at);
	if (!o)
		return unknown_option(p, word, n);
	if (option_takes_value(o))
		return store_value(p, o, eq ? eq + 1 : NULL, at);
	if (eq) {
		ERR(p->err, WF_USAGE, "option --%s takes no value", o->name);
		wf_err_hint(p->err, "write --%s alone", o->name);
		return WF_USAGE;
	}
	return store(p, o, NULL, at);
}

static enum wf_code
parse_short(struct parser *p, const char *word)
{
	enum wf_code code = WF_OK;

	for (const char *c = word + 1; *c && !code; c++) {
		void *at;
		const struct option *o = find(p, NULL, 0, *c, &at);

		if (!o)
			return unknown_option(p, word, strlen(word));
		if (option_takes_value(o))
			return store_value(p, o, c[1] ? c + 1 : NULL, at);
		code = store(p, o, NULL, at);
	}
	return code;
}

/* Do all letters mean something, up to one that takes what is left? */
static bool
is_known_short(struct parser *p, const char *word)
{
	for (const char *c = word + 1; *c; c++) {
		void *at;
		const struct option *o = find(p, NULL, 0, *c, &at);

		if (!o)
			return false;
		if (option_takes_value(o))
			return true;
	}
	return true;
}

/* "-", "-1 < x" and "--3" are operands: no option's name begins so.  Where an
 * expression may stand, "-x" is one unless it is an option. */
static bool
is_option(struct parser *p, const char *word)
{
	if (word[0] != '-' || !isalpha((unsigned char)word[strspn(word, "-")]))
		return false;
	return !p->expression || word[1] == '-' || is_known_short(p, word);
}

enum wf_code
option_parse(const struct option_set *sets, size_t nsets, struct arena *arena,
	     char **words, size_t n, enum option_words kind,
	     size_t *noperands_out, struct wf_err *err)
{
	bool leading = kind == OPTIONS_LEAD;
	struct parser p = {.sets = sets,
			   .nsets = nsets,
			   .arena = arena,
			   .words = words,
			   .n = n,
			   .err = err,
			   .expression = kind == OPTIONS_OR_EXPRESSION};
	size_t noperands = 0;
	bool ended = false;

	for (; p.i < n; p.i++) {
		char *word = words[p.i];
		enum wf_code code;

		if (!ended && str_eq(word, "--")) {
			ended = true;
			continue;
		}
		if (ended || !is_option(&p, word)) {
			if (leading)
				break;
			words[noperands++] = word;
			continue;
		}
		code = word[1] == '-' ? parse_long(&p, word)
				      : parse_short(&p, word);
		if (code)
			return code;
	}
	*noperands_out = leading ? p.i : noperands;
	return WF_OK;
}

void
option_title(struct strbuf *out, const struct option *row)
{
	if (row->letter)
		strbuf_addf(out, "-%c, ", row->letter);
	strbuf_addf(out, "--%s", row->name);
	if (row->arg)
		strbuf_addf(out, " %s", row->arg);
}

void
option_help(struct strbuf *out, const struct option *rows)
{
	enum {
		column = 28
	};

	for (const struct option *o = rows; o && o->kind != OPT_END; o++) {
		size_t start = out->n, used;

		strbuf_adds(out, o->letter ? "  " : "      ");
		option_title(out, o);
		used = out->n - start;
		if (used + 2 > column)
			strbuf_addf(out, "\n%*s", column, "");
		else
			strbuf_addf(out, "%*s", (int)(column - used), "");
		strbuf_addf(out, "%s\n", o->help);
	}
}
