/* Key names, bindings and the hint line, all from keymap.def.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <stdlib.h>

#include "../engine/base/err.h"
#include "../engine/base/text.h"
#include "keymap.h"

/* clang-format off */
const struct action_info actions[NACTIONS] = {
	[ACTION_NONE] = {"", CONTEXT_NONE, "", "", ""},
#define A(symbol, name, context, keys, label, help) \
	[ACTION_##symbol] = {name, CONTEXT_##context, keys, label, help},
#include "keymap.def"
#undef A
};

static const struct {
	const char *name;
	uint32_t key;
} named[] = {
	{"Enter", KEY_RETURN},        {"Esc", KEY_ESC},
	{"Tab", KEY_TAB},             {"S-Tab", KEY_BACK_TAB},
	{"Space", ' '},               {"Backspace", KEY_RUBOUT},
	{"Up", KEY_UP_ARROW},         {"Down", KEY_DOWN_ARROW},
	{"Left", KEY_LEFT_ARROW},     {"Right", KEY_RIGHT_ARROW},
	{"Home", KEY_HOME_KEY},       {"End", KEY_END_KEY},
	{"PgUp", KEY_PAGE_UP},        {"PgDn", KEY_PAGE_DOWN},
	{"Insert", KEY_INSERT_KEY},   {"Delete", KEY_DELETE_KEY},
};

static const char *const titles[NCONTEXTS] = {
	[CONTEXT_NONE] = "",
	[CONTEXT_ANY] = "Everywhere",
	[CONTEXT_ACTS] = "Runs and steps",
	[CONTEXT_RUNS] = "Runs list",
	[CONTEXT_RUN] = "Run view",
	[CONTEXT_PAN] = "Graph and timeline",
	[CONTEXT_GRAPH] = "Graph",
	[CONTEXT_TIME] = "Timeline",
	[CONTEXT_LOG] = "Log",
	[CONTEXT_EVENTS] = "Events",
	[CONTEXT_STATS] = "Statistics",
	[CONTEXT_EDIT] = "Designer",
};
/* clang-format on */

const char *
context_title(enum context context)
{
	return titles[context];
}

static uint32_t
control_key(const char *name)
{
	char c;

	if (name[0] == '^' && name[1] && !name[2])
		c = name[1];
	else if (str_starts(name, "Ctrl+") && name[5] && !name[6])
		c = name[5];
	else
		return 0;
	if (c >= 'a' && c <= 'z')
		c = (char)(c - 'a' + 'A');
	return c >= 'A' && c <= '_' ? (uint32_t)(c - '@') : 0;
}

uint32_t
key_from_name(const char *name)
{
	size_t n = strlen(name);
	uint32_t cp;
	int64_t f;

	if (n > 0 && text_decode(name, name + n, &cp) == n)
		return text_cp_width(cp) > 0 ? cp : 0;
	for (size_t i = 0; i < ARRAY_SIZE(named); i++)
		if (str_eq(name, named[i].name))
			return named[i].key;
	if (name[0] == 'F' && str_to_int(name + 1, 1, 12, &f))
		return KEY_F1_KEY + (uint32_t)(f - 1);
	return control_key(name);
}

static void
encode(uint32_t cp, char *out)
{
	int n = 0;

	if (cp < 0x80) {
		out[n++] = (char)cp;
	} else if (cp < 0x800) {
		out[n++] = (char)(0xc0 | cp >> 6);
	} else if (cp < 0x10000) {
		out[n++] = (char)(0xe0 | cp >> 12);
		out[n++] = (char)(0x80 | (cp >> 6 & 0x3f));
	} else {
		out[n++] = (char)(0xf0 | cp >> 18);
		out[n++] = (char)(0x80 | (cp >> 12 & 0x3f));
		out[n++] = (char)(0x80 | (cp >> 6 & 0x3f));
	}
	if (cp >= 0x80)
		out[n++] = (char)(0x80 | (cp & 0x3f));
	out[n] = '\0';
}

const char *
key_text(uint32_t key)
{
	static char text[8];

	for (size_t i = 0; i < ARRAY_SIZE(named); i++)
		if (named[i].key == key)
			return named[i].name;
	if (key >= KEY_F1_KEY && key <= KEY_F12_KEY)
		snprintf(text, sizeof(text), "F%u",
			 (key - KEY_F1_KEY + 1) % 100);
	else if (key < ' ')
		snprintf(text, sizeof(text), "^%c", (char)(key + '@'));
	else if (key_is_text(key))
		encode(key, text);
	else
		text[0] = '\0';
	return text;
}

bool
key_is_text(uint32_t key)
{
	return key < KEY_NAMED && text_cp_width(key) >= 0;
}

static bool
bind_keys(struct keymap *map, enum action action, const char *keys)
{
	uint32_t parsed[4] = {0};
	size_t n = 0;

	while (*keys) {
		size_t len = strcspn(keys, " ");
		char *name = mem_strndup(keys, len);
		uint32_t key = len ? key_from_name(name) : 0;

		free(name);
		if (len && (!key || n == ARRAY_SIZE(parsed)))
			return false;
		if (len)
			parsed[n++] = key;
		keys += len + (keys[len] == ' ');
	}
	memcpy(map->keys[action], parsed, sizeof(parsed));
	return true;
}

void
keymap_init(struct keymap *map)
{
	memset(map, 0, sizeof(*map));
	for (enum action a = 1; a < NACTIONS; a++)
		if (!bind_keys(map, a, actions[a].keys))
			BUG("keys of %s: %s", actions[a].name, actions[a].keys);
}

static bool
has_key(const struct keymap *map, enum action action, uint32_t key)
{
	for (size_t i = 0; i < ARRAY_SIZE(map->keys[action]); i++)
		if (map->keys[action][i] == key && key)
			return true;
	return false;
}

static enum action
find_in(const struct keymap *map, enum context context, uint32_t key)
{
	for (enum action a = 1; a < NACTIONS; a++)
		if (actions[a].context == context && has_key(map, a, key))
			return a;
	return ACTION_NONE;
}

bool
keymap_bind(struct keymap *map, const char *name, const char *keys)
{
	enum action action = action_from_name(name);
	struct keymap before = *map;

	if (action == ACTION_NONE || !bind_keys(map, action, keys))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(map->keys[action]); i++) {
		uint32_t key = map->keys[action][i];

		if (key &&
		    find_in(&before, actions[action].context, key) !=
			    ACTION_NONE &&
		    !has_key(&before, action, key)) {
			*map = before;
			return false;
		}
	}
	return true;
}

enum action
keymap_find(const struct keymap *map, const enum context *contexts,
	    uint32_t key)
{
	for (; *contexts != CONTEXT_NONE; contexts++) {
		enum action action = find_in(map, *contexts, key);

		if (action != ACTION_NONE)
			return action;
	}
	return ACTION_NONE;
}

const char *
keymap_key(const struct keymap *map, const enum context *contexts,
	   enum action action)
{
	for (size_t i = 0; i < ARRAY_SIZE(map->keys[action]); i++) {
		uint32_t key = map->keys[action][i];

		if (key && keymap_find(map, contexts, key) == action)
			return key_text(key);
	}
	return "";
}

enum action
action_from_name(const char *name)
{
	for (enum action a = 1; a < NACTIONS; a++)
		if (str_eq(actions[a].name, name))
			return a;
	return ACTION_NONE;
}

/* Actions of one label that follow each other are one hint: "h/l pan". */
static size_t
hint_of(const struct keymap *map, const enum context *contexts,
	const enum action *list, size_t n, struct strbuf *hint)
{
	size_t k = 0;

	do {
		const char *key = keymap_key(map, contexts, list[k]);

		if (*key)
			strbuf_addf(hint, "%s%s", hint->n ? "/" : "", key);
		k++;
	} while (k < n &&
		 str_eq(actions[list[k]].label, actions[list[0]].label));
	if (hint->n)
		strbuf_addf(hint, " %s", actions[list[0]].label);
	return k;
}

static void
add_hints(const struct keymap *map, const enum context *contexts,
	  const enum action *list, size_t n, int width, struct strbuf *out)
{
	struct strbuf hint = STRBUF_INIT;
	int gap;

	for (size_t i = 0; i < n;) {
		strbuf_clear(&hint);
		i += hint_of(map, contexts, list + i, n - i, &hint);
		gap = out->n ? 2 : 0;
		if (hint.n &&
		    text_width_str(out->at) + gap + text_width_str(hint.at) <=
			    width)
			strbuf_addf(out, "%*s%s", gap, "", hint.at);
	}
	strbuf_release(&hint);
}

void
keymap_hints(const struct keymap *map, const enum context *contexts,
	     const enum action *list, size_t n, int width, struct strbuf *out)
{
	struct strbuf tail = STRBUF_INIT;
	size_t kept = n < 2 ? n : 2;

	add_hints(map, contexts, list + n - kept, kept, width, &tail);
	add_hints(map, contexts, list, n - kept,
		  width - text_width_str(tail.at) - 2, out);
	if (out->n && tail.n)
		strbuf_adds(out, "  ");
	strbuf_adds(out, tail.at);
	strbuf_release(&tail);
}
