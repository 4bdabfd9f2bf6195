/* What must hold of a step's outputs when it has come to a good end.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_ENSURE_H
#define WF_ENSURE_H

#include "run.h"

/* Do the `ensure`s of the step hold over these outputs (JSON, or NULL)?
 * Otherwise `why` says which does not. */
bool ensure_holds(struct run *r, uint32_t ix, const char *outputs, char *why,
		  size_t size);
/* What a parked instance waited for has come: it succeeds, if its `ensure`s
 * hold. */
void ensure_wake(struct run *r, uint32_t ix, const char *because);

#endif
