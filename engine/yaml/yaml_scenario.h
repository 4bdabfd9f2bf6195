/* Reading a scenario file: its form, its names and its values.  Whether the
 * steps it speaks of exist is seen when the flow is there; see
 * run/rehearse.h.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_YAML_SCENARIO_H
#define WF_YAML_SCENARIO_H

#include "../base/err.h"
#include "../model/scenario.h"

/* WF_USAGE: the file cannot be read; WF_INVALID: findings in `diags`, and
 * err names the first.  `out` is the caller's in any case. */
enum wf_code scenarios_load(const char *path, struct scenarios *out,
			    struct wf_diags *diags, struct wf_err *err);
void scenarios_release(struct scenarios *s);

#endif
