/* Designing a flow by commands: the verbs of design.def on one open file.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_DESIGN_H
#define WF_DESIGN_H

#include <stdio.h>

#include "../engine/designing.h"
#include "cmd.h"
#include "complete.h"

struct design {
	struct wf_edit *edit; /* NULL: no flow is open */
	FILE *out, *err;      /* where verbs print */
	char *clip;           /* the step that was copied */
	char *clip_file;      /* ... where designers find it, too; or NULL */
	/* Run one of our own commands with the text on its standard input;
	 * set by the owner. */
	enum wf_code (*piped)(void *arg, char **words, const char *text);
	/* Run the saved file. */
	enum wf_code (*start)(void *arg, const char *file, struct wf_err *err);
	void *arg;
};

struct design_verb {
	const char *name;
	bool changes; /* the flow */
	const char *operands, *complete;
	int min, max;
	const char *summary, *example;
	enum wf_code (*run)(struct design *d, char **words, size_t n,
			    struct wf_err *err);
};
extern const struct design_verb design_verbs[];
extern const size_t ndesign_verbs;

/* The verb these words call, or NULL: words that a command takes as well
 * (`show RUN`) are the command's, unless they speak of the open flow. */
const struct design_verb *
design_find(const struct design *d, char *const *words, size_t n);
/* words[0] is the verb.  WF_USAGE when the operands are wrong. */
enum wf_code design_do(struct design *d, const struct design_verb *verb,
		       char **words, size_t n, struct wf_err *err);
/* Candidates for the last word. */
enum complete_files
design_complete(struct design *d, const struct design_verb *verb,
		char *const *words, size_t n, complete_fn *add, void *arg);
void design_release(struct design *d);

#endif
