/* A run made from an old one: what had succeeded there is reused.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_RERUN_H
#define WF_RERUN_H

#include "run.h"

/* Before anything of a fresh run starts: steps of the old run's results
 * become `reused` with their outputs.  With `from`, all that does not come
 * after it; else, with another definition, what has not changed, nor what it
 * needs, nor the params.  With neither, everything runs anew. */
void rerun_reuse(struct run *r);

#endif
