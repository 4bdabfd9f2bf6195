/* Files with secrets that an engine before us was to remove.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_LEFTOVER_H
#define WF_LEFTOVER_H

#include "run.h"

/* What steps with secrets wrote to $WFCTL_OUTPUT is removed when the ending of
 * the attempt is durable; an engine that died between the two left it.  To be
 * called before anything is decided: an attempt that is still open needs its
 * file. */
void leftover_remove(struct run *r);

#endif
