/* From the text of a flow file to a checked workflow.
 *
 * The text goes through three stages: libyaml's events to a tree of nodes
 * with marks (yaml_node), the tree to a `struct workflow` by the rows of
 * model/schema.def (yaml_read), and the meaning: names, cycles, expressions,
 * references (yaml_check).  All findings are collected, with places in the
 * user's file, sorted; nothing is reported twice.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_YAML_READ_H
#define WF_YAML_READ_H

#include "../base/err.h"
#include "../base/pieces.h"
#include "../model/workflow.h"

/* Read and check `n` bytes.  `file` names the place in messages; its
 * directory is what relative paths start from.  Returns NULL when there are
 * errors; warnings alone do not prevent a result.  Caller frees it with
 * workflow_free. */
struct workflow *workflow_parse(const char *file, const char *text, size_t n,
				struct wf_diags *diags);

/* The same; when there are errors, the advice that can be given all the same
 * is in `advice`. */
struct workflow *
workflow_parse_draft(const char *file, const char *text, size_t n,
		     struct wf_diags *diags, struct wf_diags *advice);
/* The same of a text that is not copied: it must live until
 * workflow_forget_text. */
struct workflow *workflow_parse_here(const char *file, const char *text,
				     size_t n, struct wf_diags *diags);

/* The same from a path ("-" is standard input).  A file that cannot be read
 * is an error code (WF_USAGE) with `err`; findings inside it are in `diags`
 * and give WF_INVALID (with `err` naming the first); `*out` is then NULL, or
 * the flow as far as it was read, good for looking at its steps only. */
enum wf_code workflow_load(const char *path, struct workflow **out,
			   struct wf_diags *diags, struct wf_err *err);

/* The first error among the findings as one error, WF_INVALID. */
enum wf_code diags_to_err(const struct wf_diags *diags, struct wf_err *err);

/* A flow and all the flows its `workflow:` steps name, as one text that is
 * stored with a run: content-addressed, independent of the files from then
 * on.  The text is made from those of the files when it is asked for. */
struct bundle {
	struct arena arena;
	struct map files; /* key -> struct workflow; the root's key is "" */
	struct workflow *root;
	size_t bytes;  /* of the text, */
	char hash[33]; /* and its hash; see bundle_text */
};

/* Load `path` and every child flow it reaches (each file once; recursion is
 * allowed).  Findings of all files are in `diags`. */
enum wf_code bundle_load(const char *path, struct bundle **out,
			 struct wf_diags *diags, struct wf_err *err);
/* Rebuild a bundle from its stored text; WF_STORE when it is damaged. */
enum wf_code bundle_parse(const char *json, size_t n, struct bundle **out,
			  struct wf_err *err);
/* The same from a text that is used up, for who wants the steps and neither
 * texts nor hash: at no time are there two copies of it. */
enum wf_code
bundle_spend(char *json, size_t n, struct bundle **out, struct wf_err *err);
/* Its text, of a bundle that was not spent: whole, for the caller to free, or
 * in pieces, while the bundle lives. */
char *bundle_text(const struct bundle *b);
struct pieces bundle_pieces(const struct bundle *b);
void bundle_free(struct bundle *b);

#endif
