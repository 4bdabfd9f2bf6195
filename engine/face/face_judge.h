/* What a scenario expects, against the run it made.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_FACE_JUDGE_H
#define WF_FACE_JUDGE_H

#include "../engine.h"
#include "../model/scenario.h"

/* Adds what is not as expected to out->misses, with its place in `file`. */
void judge(const char *file, const struct expect *e,
	   const struct wf_run_detail *detail, struct wf_verdict *out);

#endif
