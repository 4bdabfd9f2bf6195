/* From a step instance to what the warden is asked to start: command,
 * environment, directory, files.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_SPEC_H
#define WF_SPEC_H

#include "run.h"

struct spec {
	struct arena arena;
	struct warden_spec w;
};

/* Work out the attempt `f`; NULL with `err` when a template or secret in it
 * fails.  Files it needs (standard input, long scripts) are written. */
struct spec *
spec_new(struct run *r, const struct flight *f, struct wf_err *err);
void spec_free(struct spec *s);

/* Absolute path of a file of the attempt beside its log: suffix ".out" for
 * captured standard output, ".set" for $WFCTL_OUTPUT. */
char *
spec_file(const struct run *r, const struct flight *f, const char *suffix);

/* Does `text` mean the same without a shell: one simple command of plain
 * words?  Then its words, NULL-terminated, in `a`; else NULL. */
const char **spec_simple_words(struct arena *a, const char *text);

#endif
