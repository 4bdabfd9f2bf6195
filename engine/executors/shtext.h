/* Shell text put together by us: limits.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_SHTEXT_H
#define WF_SHTEXT_H

#include "job.h"

/* `ulimit` commands for those of the limits that rlimits can keep; each ends
 * in "|| exit 126; ". */
void shtext_limits(struct strbuf *out, const struct job *job, bool memory);
/* "nice -n 5 " or nothing. */
void shtext_nice(struct strbuf *out, const struct job *job);

#endif
