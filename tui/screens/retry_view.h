/* What a retry would run, and from what.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_RETRY_VIEW_H
#define WF_RETRY_VIEW_H

#include "ask.h"

/* Rows of the form: the command, the steps before it, the values it reads
 * with their hashes, and whether they are those of the last try. */
void retry_add_outlook(struct view *v);

#endif
