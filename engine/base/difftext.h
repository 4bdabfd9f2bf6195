/* The lines by which two texts differ.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_DIFFTEXT_H
#define WF_DIFFTEXT_H

#include "str.h"

/* In the manner of `diff -u`, with three lines around; nothing when they are
 * equal. */
void difftext(struct strbuf *out, const char *old, const char *new);

#endif
