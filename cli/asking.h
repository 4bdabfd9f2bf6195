/* What a person asks of a run: the options such commands share, sending,
 * and showing what would happen.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_ASKING_H
#define WF_ASKING_H

#include "cmd.h"
#include "follow.h"

struct asking {
	const char *why;
	bool dry;
};

/* Rows for a command whose struct has a `struct asking asking`. */
#define REQUEST_OPTIONS(args)                                                  \
	{'m',      "message",                                                  \
	 OPT_TEXT, offsetof(args, asking.why),                                 \
	 "WHY",    "the reason, kept with the decision"},                      \
	{                                                                      \
		'n', "dry-run", OPT_FLAG, offsetof(args, asking.dry), NULL,    \
			"show what would happen, change nothing"               \
	}

/* The steps that the operands from `first` on name. */
void asking_steps(struct call *call, size_t first, struct wf_request *request);
/* Like `why`, but WF_USAGE when it was not given. */
enum wf_code asking_why(const struct asking *asking, struct wf_request *request,
			struct wf_err *err);

/* Post the request to the run of operand 0.  Dry: print the plan.  Else say
 * that it was accepted (unless -q). */
enum wf_code asking_send(struct call *call, const struct asking *asking,
			 struct wf_request *request, struct wf_err *err);
/* The same, and then follow the run. */
enum wf_code asking_follow(struct call *call, const struct asking *asking,
			   const struct follow *follow,
			   struct wf_request *request, struct wf_err *err);

/* Read and check a flow; findings are printed at once (then err is empty). */
enum wf_code asking_flow(struct call *call, const char *path,
			 struct wf_flow **flow_out, struct wf_err *err);

/* Print a plan, JSON as the engine answers it. */
void asking_print_plan(struct call *call, const char *plan);

#endif
