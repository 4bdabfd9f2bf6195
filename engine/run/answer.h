/* Answers to approvals.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_ANSWER_H
#define WF_ANSWER_H

#include "run.h"

/* A person's answer to an approval.  `approve` false: rejects it.  `fields`
 * is a JSON object (checked already), `comment` may be NULL. */
void answer_give(struct run *r, uint32_t ix, bool approve, const char *fields,
		 const char *comment);
/* Nobody answered in time: its `default` does. */
void answer_timed_out(struct run *r, uint32_t ix);

#endif
