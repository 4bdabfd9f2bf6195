/* What stands before a step once more, after a rollback.
 *
 * A rollback leaves steps without an undo done.  When the run goes on, what
 * follows them must still wait for what was undone before them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_BEHIND_H
#define WF_BEHIND_H

#include "run.h"

/* Is something undone that has not been done again, behind a need that had
 * nothing to undo and stayed done? */
bool is_behind_undone(const struct run *r, uint32_t ix);

#endif
