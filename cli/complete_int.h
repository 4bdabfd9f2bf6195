/* What the files of completion share.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_COMPLETE_INT_H
#define WF_COMPLETE_INT_H

#include "complete.h"

struct completer {
	struct call *call;
	const struct cmd *cmd;
	const char *typed; /* the word being typed */
	complete_fn *add;
	void *arg;
	const char *run, *file; /* the first operand, whichever it is */
	const char *step;       /* the second one */
	enum complete_files files;
};

/* A candidate, when it begins with what was typed. */
void
completer_offer(struct completer *c, const char *candidate, const char *about);
/* Each of "a|b|c", with `prefix` before it. */
void
completer_choices(struct completer *c, const char *prefix, const char *choices);

/* From the store: runs and steps that the command is for, names of flows,
 * signals that are waited for, fields of a form. */
void completer_runs(struct completer *c);
void completer_steps(struct completer *c);
void completer_flows(struct completer *c);
void completer_signals(struct completer *c);
void completer_fields(struct completer *c);
/* Where a run can be rolled back to. */
void completer_targets(struct completer *c);

/* From the flow on the line: params as NAME= and their choices, and steps. */
void completer_params(struct completer *c);
void completer_flow_steps(struct completer *c);

#endif
