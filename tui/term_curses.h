/* The real terminal: what the files that know ncurses share.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_TERM_CURSES_H
#define WF_TERM_CURSES_H

#define NCURSES_WIDECHAR 1
#define NCURSES_NOMACROS 1
#include <curses.h>
enum {
	CURSES_ERR = ERR
};
/* Our numbers for what a terminal puts around pasted text. */
enum {
	CODE_PASTE_BEGIN = KEY_MAX + 1,
	CODE_PASTE_END
};
#undef ERR /* curses' word for -1; ours is in base/err.h */

#include <stdio.h>

#include "term.h"

struct real_term {
	struct term term;
	SCREEN *screen;
	FILE *in, *out; /* our own when /dev/tty is used */
	struct grid shown;
	int escdelay;
	bool gone, mouse;
	int64_t escaped; /* when a lone ESC came; 0: none */
	int tail;        /* of a late sequence: 0 none, '[' or 'O' */
	int errors;      /* reads that failed one after the other */
};

/* term.c: the modes the screen needs, after a stop or another program. */
void real_come_back(struct real_term *t);

/* term_keys.c */
int real_fd(const struct term *term);
uint32_t real_key(struct term *term);
void real_mouse(struct term *term, bool on);

#endif
