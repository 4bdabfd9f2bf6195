/* Another program, asked something: systemctl, crontab.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_TOOL_H
#define WF_TOOL_H

#include "../engine/base/err.h"
#include "../engine/base/str.h"

/* Run a program found through PATH with `input` (NULL: nothing) as its
 * standard input; what it writes to standard output is appended to `out`
 * (NULL: passed on).  `quiet`: what it says on standard error is dropped.
 * The exit status; -1 when it cannot be run. */
int tool_run(const char *const *argv, const char *input, struct strbuf *out,
	     bool quiet);

#endif
