/* The helper that stands between an attempt with secrets and its log.
 *
 * A process of its own, so that it outlives engine and warden: it reads the
 * attempt's standard output and error by pipes, masks the secrets, and
 * writes the files.  Secrets come to it in a memory file, never by argument
 * or environment.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_WARDEN_FILTER_H
#define WF_WARDEN_FILTER_H

#include "warden_spawn.h"

/* Start one for this attempt; gives `s` the pipes to write to.  Its pid, or
 * -1 with `s->call` and `s->error` set. */
int filter_start(const struct warden_spec *spec, struct spawn *s);
/* Close our copies of the pipes' writing ends. */
void filter_close(struct spawn *s);
/* The helper itself, after exec. */
int filter_main(void);

#endif
