/* The table of glyphs.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "glyph.h"

/* clang-format off */
static const struct {
	const char *ascii, *utf8;
} glyphs[STEP_NSTATES] = {
	[STEP_PENDING] =     {".", "\xe2\x88\x99"},
	[STEP_READY] =       {":", "\xe2\x97\xa6"},
	[STEP_RUNNING] =     {">", "\xe2\x96\xba"},
	[STEP_RETRY_WAIT] =  {"~", "\xe2\x86\xbb"},
	[STEP_WAITING] =     {"?", "?"},
	[STEP_SUCCEEDED] =   {"+", "\xe2\x9c\x93"},
	[STEP_REUSED] =      {"=", "="},
	[STEP_SKIPPED] =     {"-", "\xe2\x8a\x98"},
	[STEP_FAILED] =      {"X", "\xe2\x9c\x97"},
	[STEP_CANCELLED] =   {"C", "C"},
	[STEP_LOST] =        {"%", "%"},
	[STEP_UNDOING] =     {"<", "\xe2\x86\xb6"},
	[STEP_UNDO_WAIT] =   {"<", "\xe2\x86\xb6"},
	[STEP_UNDONE] =      {"U", "\xe2\x86\xba"},
	[STEP_UNDO_FAILED] = {"!", "!"},
};
/* clang-format on */

const char *
glyph_of(enum step_state state, bool utf8)
{
	return utf8 ? glyphs[state].utf8 : glyphs[state].ascii;
}
