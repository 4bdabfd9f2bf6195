/* Styles by name, and the word, glyph and style of every state.
 *
 * A state is shown as a word, a glyph and a colour, in that order of
 * importance: without colour and without UTF-8 everything still reads.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_THEME_H
#define WF_THEME_H

#include "../engine/engine.h"
#include "grid.h"

enum style {
#define X(symbol, name, c16, c256, attrs) STYLE_##symbol,
#include "theme.def"
	NSTYLES
};

struct style_info {
	const char *name;
	short colour16, colour256; /* -1: the terminal's own */
	uint8_t attrs;             /* enum cell_attr */
};
/* After the named ones, a style of its own for each state that was given
 * another colour. */
extern struct style_info styles[];

enum shown {
#define W(symbol, word, ascii, utf8, style, meaning) SHOWN_##symbol,
#include "theme.def"
	NSHOWN
};

struct shown_info {
	const char *word, *ascii, *utf8;
	uint8_t style; /* enum style, or beyond */
	const char *meaning;
};
extern struct shown_info shown_states[NSHOWN];

/* `cause` tells a time-out from other failures, `action` ("approval") a
 * person from other waits. */
enum shown
shown_of_step(enum step_state state, enum cause cause, const char *action);
enum shown shown_of_run(enum run_state state, bool interrupted);
/* Another colour (0 to 255, -1: the terminal's) for a state. */
void theme_recolor(enum shown shown, int color);
int theme_nstyles(void);
const char *shown_glyph(enum shown shown, bool ascii);

#endif
