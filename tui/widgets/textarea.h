/* Several lines of text being typed; each line has the keys of a prompt.
 *
 * Enter begins another line, Up Down PgUp PgDn move between them, Backspace
 * at the beginning of one joins it to the line above.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_TEXTAREA_H
#define WF_TEXTAREA_H

#include "../../engine/base/vec.h"
#include "prompt.h"

struct textarea {
	VEC(char *) lines; /* the one at the cursor is in `line` */
	size_t at, top;
	struct prompt line;
	bool ended;   /* the text had a newline at its end */
	bool several; /* ... had several lines */
};

void textarea_set(struct textarea *t, const char *text);
void textarea_release(struct textarea *t);
/* Lines apart by newlines, ended by one when the text was, or when it has
 * become several lines; caller frees. */
char *textarea_text(struct textarea *t);
/* False: not a key of text (Esc, Ctrl+S, ...). */
bool textarea_key(struct textarea *t, uint32_t key, int height);
void
textarea_draw(struct textarea *t, struct grid *g, struct rect r, uint8_t style);

#endif
