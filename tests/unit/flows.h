/* Helpers for tests of the reader: parse text, look at findings.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_TEST_FLOWS_H
#define WF_TEST_FLOWS_H

#include <stdio.h>

#include "engine/yaml/yaml_read.h"

static struct wf_diags flow_findings;

/* The workflow, or NULL with its findings in flow_findings. */
static inline struct workflow *
flow_read(const char *text)
{
	wf_diags_release(&flow_findings);
	return workflow_parse("t.yaml", text, strlen(text), &flow_findings);
}

static inline void
flow_print_findings(void)
{
	for (size_t i = 0; i < flow_findings.n; i++)
		print_error("  %d:%d: %s; %s\n", flow_findings.at[i].line,
			    flow_findings.at[i].column,
			    flow_findings.at[i].message,
			    flow_findings.at[i].hint ? flow_findings.at[i].hint
						     : "-");
}

/* A flow that must be good. */
static inline struct workflow *
flow_good(const char *text)
{
	struct workflow *wf = flow_read(text);

	if (!wf)
		flow_print_findings();
	assert_non_null(wf);
	return wf;
}

/* Steps under the least a flow needs. */
#define FLOW(steps) "version: 1\nsteps:\n" steps

/* The text must be refused with exactly this finding (among others if `n`
 * is not 1): place, and a part of "message; hint". */
static inline void
flow_bad(const char *text, int line, int column, const char *part)
{
	struct workflow *wf = flow_read(text);

	assert_null(wf);
	for (size_t i = 0; i < flow_findings.n; i++) {
		const struct wf_diag *d = &flow_findings.at[i];
		char whole[2048];

		snprintf(whole, sizeof(whole), "%s; %s", d->message,
			 d->hint ? d->hint : "");
		assert_non_null(d->hint);
		if (d->line == line && d->column == column &&
		    strstr(whole, part))
			return;
	}
	print_error("no finding %d:%d \"%s\" among:\n", line, column, part);
	flow_print_findings();
	fail();
}

static inline const struct step *
flow_step(const struct workflow *wf, const char *id)
{
	uint32_t i = workflow_step(wf, id);

	assert_int_not_equal(i, STEP_NONE);
	return &wf->steps[i];
}

#endif
