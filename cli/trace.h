/* A run as a trace: the Chrome trace format, which Perfetto opens.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_RUN_TRACE_H
#define WF_RUN_TRACE_H

#include "output.h"

/* Each step is a thread, each attempt a slice of it, each decision a mark. */
void trace_write(FILE *file, const struct wf_run_detail *detail,
		 const struct wf_events *decisions);

#endif
