/* Results of an earlier run that stand in for steps of this one (rerun).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_REUSE_H
#define WF_REUSE_H

#include "run.h"

/* The steps of the run that this one repeats; none when it repeats none or
 * that run is gone. */
struct reuse {
	struct arena a;
	struct st_step *rows;
	size_t n;
};

void reuse_open(struct reuse *u, const struct run *r);
/* Did the step succeed there?  Then its result stands in: true. */
bool reuse_step(struct reuse *u, struct run *r, uint32_t ix);
void reuse_close(struct reuse *u);

#endif
