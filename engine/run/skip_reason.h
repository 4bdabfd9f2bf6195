/* Why a step is skipped, in the words of its reason.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_SKIP_REASON_H
#define WF_SKIP_REASON_H

#include "run.h"

/* "skipped because a, b were skipped": of a step whose join said so. */
void skip_reason(const struct run *r, uint32_t ix, struct strbuf *out);

#endif
