/* A line of text being typed: UTF-8, with the editing keys people expect.
 *
 * Left Right Home End ^A ^E move; Backspace Delete ^W ^U ^K remove; Enter
 * and Esc end it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_PROMPT_H
#define WF_PROMPT_H

#include "../grid.h"
#include "../keymap.h"

struct prompt {
	struct strbuf text;
	size_t cursor; /* byte offset */
	int left;      /* first column shown */
	/* See recall.h: how far back, and what was typed before that. */
	size_t back;
	char *typed;
};
#define PROMPT_INIT                                                            \
	{                                                                      \
		STRBUF_INIT, 0, 0, 0, NULL                                     \
	}
enum {
	PROMPT_LIMIT = 4096
};

enum prompt_result {
	PROMPT_IGNORED,
	PROMPT_EDITED,
	PROMPT_DONE,
	PROMPT_LEFT
};

void prompt_set(struct prompt *p, const char *text);
void prompt_release(struct prompt *p);
enum prompt_result prompt_key(struct prompt *p, uint32_t key);
/* In `width` columns at (x, y); places the hardware cursor when focused. */
void prompt_draw(struct prompt *p, struct grid *g, struct rect clip, int x,
		 int y, int width, uint8_t style, bool focused);

#endif
