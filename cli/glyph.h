/* Words and glyphs for states in the lines a person reads.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_GLYPH_H
#define WF_GLYPH_H

#include <stdbool.h>

#include "../engine/engine.h"

/* One column wide: U+2713 for succeeded, '+' in ASCII. */
const char *glyph_of(enum step_state state, bool utf8);

#endif
