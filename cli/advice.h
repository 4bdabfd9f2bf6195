/* What a person can do next with a run, as commands to copy.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_ADVICE_H
#define WF_ADVICE_H

#include <stdio.h>

#include "../engine/engine.h"

/* "Next:" and at most a handful of commands; nothing for a good end. */
void advice_print(FILE *file, const struct wf_run_detail *detail);

#endif
