/* Styles and shown states: arrays made from theme.def.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "theme.h"

struct style_info styles[NSTYLES + NSHOWN] = {
#define X(symbol, name, c16, c256, attrs)                                      \
	[STYLE_##symbol] = {name, c16, c256, attrs},
#include "theme.def"
};

struct shown_info shown_states[NSHOWN] = {
#define W(symbol, word, ascii, utf8, style, meaning)                           \
	[SHOWN_##symbol] = {word, ascii, utf8, STYLE_##style, meaning},
#include "theme.def"
};

static enum shown
shown_of_wait(const char *action)
{
	return action && str_eq(action, "approval") ? SHOWN_WAIT : SHOWN_SLEEP;
}

static enum shown
shown_of_failure(enum cause cause)
{
	return cause == CAUSE_TIMEOUT || cause == CAUSE_DEADLINE ||
			       cause == CAUSE_SILENT
		       ? SHOWN_TIME
		       : SHOWN_FAIL;
}

enum shown
shown_of_step(enum step_state state, enum cause cause, const char *action)
{
	static const enum shown plain[STEP_NSTATES] = {
		[STEP_PENDING] = SHOWN_PEND,
		[STEP_READY] = SHOWN_QUEUE,
		[STEP_RUNNING] = SHOWN_RUN,
		[STEP_RETRY_WAIT] = SHOWN_RETRY,
		[STEP_WAITING] = SHOWN_WAIT,
		[STEP_SUCCEEDED] = SHOWN_OK,
		[STEP_REUSED] = SHOWN_KEPT,
		[STEP_SKIPPED] = SHOWN_SKIP,
		[STEP_FAILED] = SHOWN_FAIL,
		[STEP_CANCELLED] = SHOWN_CANC,
		[STEP_LOST] = SHOWN_LOST,
		[STEP_UNDOING] = SHOWN_UNDO,
		[STEP_UNDO_WAIT] = SHOWN_UNDO,
		[STEP_UNDONE] = SHOWN_UNDONE,
		[STEP_UNDO_FAILED] = SHOWN_UNDOX,
	};

	if (state == STEP_WAITING)
		return shown_of_wait(action);
	if (state == STEP_FAILED)
		return shown_of_failure(cause);
	return (unsigned)state < STEP_NSTATES ? plain[state] : SHOWN_LOST;
}

enum shown
shown_of_run(enum run_state state, bool interrupted)
{
	static const enum shown plain[RUN_NSTATES] = {
		[RUN_QUEUED] = SHOWN_QUEUE,
		[RUN_RUNNING] = SHOWN_RUN,
		[RUN_WAITING] = SHOWN_WAIT,
		[RUN_PAUSED] = SHOWN_HOLD,
		[RUN_SUCCEEDED] = SHOWN_OK,
		[RUN_PARTIAL] = SHOWN_PART,
		[RUN_FAILED] = SHOWN_FAIL,
		[RUN_CANCELLED] = SHOWN_CANC,
		[RUN_ROLLING_BACK] = SHOWN_UNDO,
		[RUN_ROLLED_BACK] = SHOWN_UNDONE,
		[RUN_ROLLBACK_FAILED] = SHOWN_UNDOX,
	};

	if (interrupted)
		return SHOWN_INTR;
	return (unsigned)state < RUN_NSTATES ? plain[state] : SHOWN_LOST;
}

const char *
shown_glyph(enum shown shown, bool ascii)
{
	return ascii ? shown_states[shown].ascii : shown_states[shown].utf8;
}

void
theme_recolor(enum shown shown, int color)
{
	uint8_t own = (uint8_t)(NSTYLES + (int)shown);

	styles[own] = styles[shown_states[shown].style];
	styles[own].colour16 = (short)(color < 16 ? color : -1);
	styles[own].colour256 = (short)color;
	shown_states[shown].style = own;
}

int
theme_nstyles(void)
{
	return NSTYLES + NSHOWN;
}
