/* A file without a name, for what is too long for memory.
 *
 *	FILE *f = scratch_open(&err);
 *
 *	... write to it ...
 *	code = scratch_pour(f, stdout, &err);
 *	fclose(f);
 *
 * It lies in $TMPDIR (else /tmp) and goes with its last descriptor.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_SCRATCH_H
#define WF_SCRATCH_H

#include <stdio.h>

#include "err.h"

/* NULL: `err` says why. */
FILE *scratch_open(struct wf_err *err);
/* All that was written, to `out`; what `out` makes of it shows there.  Fails
 * when it could not be kept, before anything is passed on. */
enum wf_code scratch_pour(FILE *scratch, FILE *out, struct wf_err *err);
/* The file at `path` ("-" is standard input), which may be read more than
 * once; one that may not is copied first.  NULL: `err` says why. */
FILE *scratch_read(const char *path, struct wf_err *err);

#endif
