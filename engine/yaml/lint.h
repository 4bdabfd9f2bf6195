/* Advice about flows that are valid and may still surprise.
 *
 * Each piece of advice is a row of lint.def.  A finding is silenced by a
 * comment within the step (or before the first step, for the whole flow):
 *
 *	- id: build
 *	  run: echo $FLAGS   # wfctl: allow unquoted-variable
 *
 * or by a label of the step or flow, `labels: { lint-allow: "RULE, RULE" }`.
 * The word `all` stands for every rule.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_LINT_H
#define WF_LINT_H

#include "../model/workflow.h"

/* Add warnings, in the order of the file. */
void workflow_lint(const struct workflow *wf, struct wf_diags *diags);
/* Of a flow with errors whose steps could be made out: rules about what is
 * nowhere to be found are not asked, for it may be what could not be read. */
void workflow_lint_draft(const struct workflow *wf, struct wf_diags *diags);

struct lint_rule {
	const char *name, *why;
};
extern const struct lint_rule lint_rules[];
extern const size_t lint_nrules;

/* --- for the rooms of lint alone ----------------------------------------- */

struct lint {
	const struct workflow *wf;
	struct wf_diags *diags;
	const char *rule, *why; /* of the row being asked */
	const char **lines;     /* starts of the lines of the text */
	uint32_t nlines;
	uint32_t *step_end; /* first line that is not the step's */
	uint32_t first_step_line;
	struct map reads;     /* "step.output", "step.*", "param name" */
	struct arena scratch; /* keys of `reads` */
	bool *never;          /* steps no run comes to */
	bool flow_allows;     /* the whole flow allows `rule` */
	bool rolls_back;      /* some policy is rollback */
	bool to_start;        /* ... and may go back to the start */
	/* else: to these steps, all of which those who fail need */
	uint32_t back_to[8], nback_to;
	bool draft;
	/* the script being asked about */
	const char *script;
	bool is_check; /* whose failure means no more than "not there" */
	uint32_t step;
	/* where a finding of the flow stands; 0: its first line */
	int line, column;
};

/* A finding at the step, or at `snippet` (n bytes of the script) where it
 * stands in the file. */
void lint_found(struct lint *l, uint32_t step, const char *snippet, size_t n,
		const char *hint, const char *fmt, ...) PRINTF_LIKE(6, 7);
/* May a rollback undo the step? */
bool lint_is_reached(const struct lint *l, uint32_t step);
bool lint_reads(const struct lint *l, const char *fmt, ...) PRINTF_LIKE(2, 3);

#define LINT_STEP(function)         void lint_##function(struct lint *, uint32_t step);
#define LINT_SCRIPT(function)       void lint_##function(struct lint *);
#define LINT_FLOW(function)         void lint_##function(struct lint *);
#define L(name, per, function, why) LINT_##per(function)
#include "lint.def"
#undef LINT_STEP
#undef LINT_SCRIPT
#undef LINT_FLOW

#endif
