/* A run as the store has it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_LOAD_H
#define WF_LOAD_H

#include "run.h"

/* Read run `id`, whose directory is `dir`, with its definition, steps and open
 * attempts; nothing is written or begun.  `rebooted`: the machine was
 * restarted since its last engine.  `*out` is for run_free, also after a
 * failure, unless it is NULL. */
enum wf_code load_run(struct store *store, const char *dir, const char *id,
		      struct run **out, bool *rebooted, struct wf_err *err);

#endif
