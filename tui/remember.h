/* How the screen was left: order of the list, layout of the panes.
 *
 * Kept in the state directory, in a file `layout` of its own: the
 * configuration is only ever read.  What cannot be read or written is not
 * missed.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_REMEMBER_H
#define WF_REMEMBER_H

#include "view.h"

void remember_load(struct views *vs);
/* Writes only what is not as it was loaded. */
void remember_save(struct views *vs);

#endif
