/* What would become of each step, printed: by "plan", and by the commands
 * that set a run going when they are told to do nothing yet (-n).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_PLANNING_H
#define WF_PLANNING_H

#include "cmd.h"

enum wf_code
planning_print(struct call *call, const struct wf_plan_query *query,
	       struct wf_err *err);

/* The same unless -q, and a word on standard error that nothing began.  NULL:
 * the word alone. */
enum wf_code
planning_rehearse(struct call *call, const struct wf_plan_query *query,
		  struct wf_err *err);

#endif
