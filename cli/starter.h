/* Flows to begin with: the files of cli/templates/, built into the program.
 *
 * A template is a good flow in itself.  Its first lines, which a new flow
 * does not get, say what it is and what to ask:
 *
 *	#! Pack a folder, read the archive back
 *	#? keep params.keep.default How many archives are kept?
 *
 * "keep" is the answer's name, then comes the key it is written to, a step's
 * as steps.ID.KEY, then the question; what stands at the key is the default.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_STARTER_H
#define WF_STARTER_H

#include "../engine/designing.h"
#include "cmd.h"

struct starter {
	const char *name, *text;
};
extern const struct starter starters[]; /* made by the Makefile */
extern const size_t nstarters;

/* WF_USAGE with the nearest name. */
enum wf_code
starter_find(const char *name, const struct starter **out, struct wf_err *err);
/* What it is, in `a`. */
const char *starter_about(const struct starter *s, struct arena *a);

struct question {
	const char *name, *path, *step; /* step NULL: a key of the flow */
	const char *text;
};
/* The i-th question, in `a`; false past the last. */
bool starter_question(const struct starter *s, struct arena *a, size_t i,
		      struct question *out);
/* The flow itself, as a buffer to write answers to. */
struct wf_edit *starter_open(const struct starter *s, const char *path);

#endif
