/* Keys, their names, and the actions they call.
 *
 * A key is a Unicode code point, a control code (^D is 4), or a named one
 * from KEY_BASE up.  Which action it calls depends on the contexts of the
 * view, innermost first.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_KEYMAP_H
#define WF_KEYMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../engine/base/str.h"

enum context {
	CONTEXT_NONE,
	CONTEXT_ANY,
	CONTEXT_ACTS,
	CONTEXT_RUNS,
	CONTEXT_RUN,
	CONTEXT_PAN,
	CONTEXT_GRAPH,
	CONTEXT_TIME,
	CONTEXT_LOG,
	CONTEXT_EVENTS,
	CONTEXT_STATS,
	CONTEXT_EDIT,
	NCONTEXTS
};

enum action {
	ACTION_NONE,
#define A(symbol, name, context, keys, label, help) ACTION_##symbol,
#include "keymap.def"
#undef A
	NACTIONS
};

struct action_info {
	const char *name;
	enum context context;
	const char *keys;
	const char *label, *help;
};
extern const struct action_info actions[NACTIONS];
const char *context_title(enum context context);

enum {
	KEY_CTRL_C = 3,
	KEY_TAB = 9,
	KEY_NEWLINE = 10, /* ^J; also the end of a pasted line */
	KEY_RETURN = 13,
	KEY_ESC = 27,
	KEY_RUBOUT = 127,
	KEY_NAMED = 0x110000, /* beyond all code points */
	KEY_UP_ARROW,
	KEY_DOWN_ARROW,
	KEY_LEFT_ARROW,
	KEY_RIGHT_ARROW,
	KEY_HOME_KEY,
	KEY_END_KEY,
	KEY_PAGE_UP,
	KEY_PAGE_DOWN,
	KEY_INSERT_KEY,
	KEY_DELETE_KEY,
	KEY_BACK_TAB,
	KEY_F1_KEY, /* ... F12 */
	KEY_F12_KEY = KEY_F1_KEY + 11
};

/* "j" "^D" "Ctrl+D" "Space" "Enter" "S-Tab" "F5" "é"; 0: no such key. */
uint32_t key_from_name(const char *name);
/* As shown to people; the text lives until the next call. */
const char *key_text(uint32_t key);
bool key_is_text(uint32_t key); /* a printable character */

/* Bindings: the defaults, and what was rebound. */
struct keymap {
	uint32_t keys[NACTIONS][4]; /* 0: unused */
};
void keymap_init(struct keymap *map);
/* Keys of an action by its name, separated by spaces ("" unbinds).  False:
 * no such action or key, or the key is taken in that context. */
bool keymap_bind(struct keymap *map, const char *name, const char *keys);

/* What `key` calls in the contexts (ended by CONTEXT_NONE). */
enum action keymap_find(const struct keymap *map, const enum context *contexts,
			uint32_t key);
/* Name of the first key of an action, or "" when it has none, or when an
 * inner context hides it. */
const char *keymap_key(const struct keymap *map, const enum context *contexts,
		       enum action action);
enum action action_from_name(const char *name);

/* "Enter open  r retry  ? help" in at most `width` columns: from the right
 * whole hints drop, the last two of the list at the very end. */
void
keymap_hints(const struct keymap *map, const enum context *contexts,
	     const enum action *list, size_t n, int width, struct strbuf *out);

#endif
