/* Going on with a run by another definition: `resume` and `retry` --flow.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_ADOPTING_H
#define WF_ADOPTING_H

#include "asking.h"

#define ADOPTING_OPTIONS(args)                                                 \
	{0,        "flow",                                                     \
	 OPT_TEXT, offsetof(args, flow),                                       \
	 "FILE",   "go on with this definition"},                              \
	{                                                                      \
		0, "undo", OPT_FLAG, offsetof(args, undo), NULL,               \
			"with --flow: undo first, by the old definition, "     \
			"what is not kept"                                     \
	}

/* Like asking_follow, by the definition in file `path` (NULL: the run's own).
 * Shows what becomes of each step, and undoes first what is not kept when
 * `undo` says so or the person does. */
enum wf_code
adopting_follow(struct call *call, const struct asking *asking,
		const struct follow *follow, struct wf_request *request,
		const char *path, bool undo, struct wf_err *err);

#endif
