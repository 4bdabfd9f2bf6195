/* What a timer calls: start a run of the flow and follow it, unless an earlier
 * one is not over and `overlap` says to wait or to leave it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_FIRE_H
#define WF_FIRE_H

#include "cmd.h"

struct firing {
	struct call *call;
	const struct wf_flow *flow;
	const struct settings *params;
	const char *overlap; /* "skip" "queue" "allow" */
};

enum wf_code fire(struct firing *f, struct wf_err *err);

#endif
