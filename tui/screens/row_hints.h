/* Which keys the bottom line names first: those of use for the row.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_ROW_HINTS_H
#define WF_ROW_HINTS_H

#include "../theme.h"
#include "../view.h"

/* To `out` (of HINTS_MAX) the first `kept` of `list`, the actions that a step,
 * or a run, in that state calls for, and the others of `list`; ended by
 * ACTION_NONE like the list.  How many there are. */
size_t row_hints_step(enum shown shown, size_t kept, const enum action *list,
		      enum action *out);
size_t row_hints_run(enum shown shown, size_t kept, const enum action *list,
		     enum action *out);

#endif
