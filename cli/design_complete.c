/* Candidates for the operands of design verbs, by what the open flow holds.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "design.h"

enum {
	NEEDS_MAX = 1000
};

struct offering {
	struct design *d;
	char *const *words;
	size_t n;          /* with the verb, and the word being typed */
	const char *typed; /* that word */
	complete_fn *add;
	void *arg;
};

static void
offer(struct offering *o, const char *word, const char *about)
{
	if (str_starts(word, o->typed))
		o->add(o->arg, word, about);
}

static void
offer_choices(struct offering *o, const char *choices)
{
	while (choices && *choices) {
		size_t n = strcspn(choices, "|");
		char *word = mem_strndup(choices, n);

		offer(o, word, "");
		free(word);
		choices += n + (choices[n] == '|');
	}
}

/* --- steps ---------------------------------------------------------------- */

static void
offer_steps(struct offering *o)
{
	struct wf_edit_step s;

	for (size_t i = 0; o->d->edit && wf_edit_step(o->d->edit, i, &s); i++)
		offer(o, s.id, s.action);
}

static bool
is_edge(char c)
{
	return !c || strchr("[]{},: \"'\n", c);
}

/* Does the text of `needs` name this step? */
static bool
needs(struct offering *o, const char *step, const char *other)
{
	char *text = wf_edit_get(o->d->edit, step, "needs");
	size_t n = strlen(other);
	bool found = false;

	for (const char *p = text; p && n && (p = strstr(p, other)); p += n)
		found |= is_edge(p[n]) && (p == text || is_edge(p[-1]));
	free(text);
	return found;
}

/* Steps that the one before may still be connected to: no circle. */
static void
offer_connectable(struct offering *o, bool connected)
{
	const char *from = o->words[1];
	struct wf_edit_step s;

	for (size_t i = 0; o->d->edit && wf_edit_step(o->d->edit, i, &s); i++) {
		char *circle;

		if (needs(o, s.id, from) != connected)
			continue;
		circle = connected ? NULL
				   : wf_edit_circle(o->d->edit, from, s.id);
		if (!circle)
			offer(o, s.id, s.action);
		free(circle);
	}
}

static size_t
find_step(struct offering *o, const char *id)
{
	struct wf_edit_step s;

	for (size_t i = 0; wf_edit_step(o->d->edit, i, &s); i++)
		if (str_eq(s.id, id))
			return i;
	return SIZE_MAX;
}

static void
offer_signed(struct offering *o, char sign, const char *id, const char *about)
{
	char *word = mem_printf("%c%s", sign, id);

	offer(o, word, about);
	free(word);
}

/* "-id" of what the step named first needs, also when that is no step; "+id"
 * of what it may need. */
static void
offer_needs(struct offering *o)
{
	const char *step = o->words[1], *now[NEEDS_MAX];
	size_t at = o->d->edit ? find_step(o, step) : SIZE_MAX;
	size_t n = at == SIZE_MAX
			   ? 0
			   : wf_edit_needs(o->d->edit, at, now, NEEDS_MAX);
	struct wf_edit_step s;

	for (size_t i = 0; i < n; i++)
		offer_signed(o, '-', now[i], "needed now");
	for (size_t i = 0; at != SIZE_MAX && wf_edit_step(o->d->edit, i, &s);
	     i++) {
		char *circle;

		if (i == at || needs(o, step, s.id))
			continue;
		circle = wf_edit_circle(o->d->edit, s.id, step);
		if (!circle)
			offer_signed(o, '+', s.id, s.action);
		free(circle);
	}
}

/* What may follow `step add ID`, `step remove ID`, `step paste`. */
static void
offer_step_words(struct offering *o)
{
	const char *what = o->words[1], *before = o->words[o->n - 2];
	bool placed = str_eq(before, "after") || str_eq(before, "before");

	if (placed || str_eq(before, "needs"))
		offer_steps(o);
	else if (str_eq(what, "paste"))
		offer_choices(o, "after|before");
	else if (!str_eq(what, "add") && o->n == 3)
		offer_steps(o);
	else if (str_eq(what, "remove") && o->n == 4)
		offer_choices(o, "unneed|bridge");
	else if (str_eq(what, "add") && o->n > 3)
		offer_choices(o, "run|workflow|needs|after|before");
}

/* --- keys and values ------------------------------------------------------ */

/* The section behind "a type in braces" of this key; NULL: it has none. */
static const char *
section_of(const char *place, const char *name, size_t n)
{
	static char found[64];
	struct wf_key_info key;

	for (size_t i = 0; wf_flow_key(i, &key); i++) {
		const char *open = strchr(key.type, '{');

		if (!str_eq(key.place, place) || strlen(key.name) != n ||
		    memcmp(key.name, name, n) || !open)
			continue;
		snprintf(found, sizeof(found), "%.*s",
			 (int)strcspn(open + 1, "}"), open + 1);
		return found;
	}
	return NULL;
}

/* The place whose keys a dotted path names; `*head_n` is what stands before
 * the last part.  NULL: there is none. */
static const char *
place_of(const char *step, const char *path, size_t *head_n)
{
	const char *place = str_eq(step, ".") ? "flow" : "step";
	const char *at = path;

	for (;;) {
		size_t n = strcspn(at, ".");

		if (!at[n])
			break;
		place = section_of(place, at, n);
		if (!place)
			return NULL;
		at += n + 1;
	}
	*head_n = (size_t)(at - path);
	return place;
}

static void
offer_keys(struct offering *o, bool only_set)
{
	size_t head = 0;
	const char *found = place_of(o->words[1], o->typed, &head);
	char *place = found ? mem_strdup(found) : NULL;
	const char *step = str_eq(o->words[1], ".") ? NULL : o->words[1];
	struct wf_key_info key;

	for (size_t i = 0; place && wf_flow_key(i, &key); i++) {
		char *path, *value;

		if (!str_eq(key.place, place))
			continue;
		path = mem_printf("%.*s%s", (int)head, o->typed, key.name);
		value = only_set && o->d->edit
				? wf_edit_get(o->d->edit, step, path)
				: NULL;
		if (!only_set || value)
			offer(o, path, value ? value : key.help);
		free(value);
		free(path);
	}
	free(place);
}

/* "=stop | =continue | {failure}": the words themselves. */
static void
offer_words_of_type(struct offering *o, const char *type)
{
	for (const char *p = strchr(type, '='); p; p = strchr(p + 1, '=')) {
		size_t n = strcspn(p + 1, " |)");
		char *word = mem_strndup(p + 1, n);

		offer(o, word, "");
		free(word);
	}
	if (str_starts(type, "bool") || strstr(type, "| bool"))
		offer_choices(o, "true|false");
}

static void
offer_values(struct offering *o)
{
	const char *path = o->words[2];
	const char *step = str_eq(o->words[1], ".") ? NULL : o->words[1];
	size_t head = 0;
	const char *found = place_of(o->words[1], path, &head);
	char *place = found ? mem_strdup(found) : NULL;
	char *now = o->d->edit ? wf_edit_get(o->d->edit, step, path) : NULL;
	struct wf_key_info key;

	if (now && !strpbrk(now, "\n"))
		offer(o, now, "as it is now");
	for (size_t i = 0; place && wf_flow_key(i, &key); i++) {
		if (!str_eq(key.place, place) || !str_eq(key.name, path + head))
			continue;
		offer_words_of_type(o, key.type);
		if (strstr(key.type, "{need}") || str_eq(key.name, "cancel"))
			offer_steps(o);
	}
	free(now);
	free(place);
}

enum complete_files
design_complete(struct design *d, const struct design_verb *verb,
		char *const *words, size_t n, complete_fn *add, void *arg)
{
	const char *colon = strchr(verb->complete, ':');
	size_t kinds = colon ? (size_t)(colon - verb->complete)
			     : strlen(verb->complete);
	struct offering o = {d, words, n, words[n - 1], add, arg};

	switch (verb->complete[n - 2 < kinds ? n - 2 : kinds - 1]) {
	case 't':
		offer(&o, ".", "the flow itself");
		offer_steps(&o);
		break;
	case 's':
		offer_steps(&o);
		break;
	case 'S':
		offer_step_words(&o);
		break;
	case 'c':
	case 'd':
		offer_connectable(&o, verb->complete[n - 2] == 'd');
		break;
	case 'n':
		offer_needs(&o);
		break;
	case 'k':
	case 'K':
		offer_keys(&o, verb->complete[n - 2] == 'K');
		break;
	case 'v':
		offer_values(&o);
		break;
	case 'o':
		offer_choices(&o, colon ? colon + 1 : "");
		break;
	case 'f':
		return COMPLETE_FLOWS;
	default:
		break;
	}
	return COMPLETE_NO_FILES;
}
