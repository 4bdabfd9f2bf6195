/* Secrets: read when a step that lists one starts, handed to that step only,
 * kept nowhere.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_SECRET_H
#define WF_SECRET_H

#include "../model/workflow.h"
#include "../warden/warden.h"

/* The value, in `a`, without a final newline; NULL with `err` (which never
 * holds any of it) when it cannot be had.  A command has 30 s. */
const char *secret_read(const struct secret *s, const char *dir,
			struct arena *a, struct wf_err *err);

/* Add a value, and each line of it, to those the warden masks. */
void secret_add(struct arena *a, struct warden_spec *w, const char *value);

#endif
