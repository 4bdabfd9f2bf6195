/* Candidates for a half-typed command line: one source for the shells' own
 * completion and for ours.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_COMPLETE_H
#define WF_COMPLETE_H

#include "cmd.h"

/* One candidate and a few words about it ("" for none). */
typedef void complete_fn(void *arg, const char *candidate, const char *about);

/* Names of files that belong there as well. */
enum complete_files {
	COMPLETE_NO_FILES,
	COMPLETE_FILES,
	COMPLETE_FLOWS, /* *.yaml, *.yml, and folders on the way to them */
	COMPLETE_DIRS
};

/* `words` are those after "wfctl"; the last one is being typed and may be
 * empty.  Candidates that begin with it are handed to `add`. */
enum complete_files complete_words(struct call *call, char *const *words,
				   size_t n, complete_fn *add, void *arg);

/* Names of files of that kind which begin like `typed`; folders end with a
 * slash. */
void complete_paths(const char *typed, enum complete_files which,
		    complete_fn *add, void *arg);

/* The script that teaches a shell to ask us; NULL for an unknown shell. */
const char *complete_script(const char *shell);

#endif
