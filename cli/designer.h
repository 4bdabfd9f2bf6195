/* The screens of tui/, with the templates and commands of this floor.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_DESIGNER_H
#define WF_DESIGNER_H

#include "cmd.h"

struct dashboard_options;

bool designer_is_possible(void);
/* Design `path`; `begin`: it is a new flow, so offer templates first. */
enum wf_code designer_run(struct call *call, const char *path, bool begin,
			  struct wf_err *err);
/* Open a dashboard whose designer has the templates, and whose palette has
 * the commands. */
enum wf_code designer_show(struct call *call, struct dashboard_options *o,
			   struct wf_err *err);

#endif
