/* What the expressions of a workflow read.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_READS_H
#define WF_READS_H

#include "workflow.h"

/* Visit each name chain of each expression and template; `step` is the one
 * it stands in, STEP_NONE for those of the flow. */
void workflow_each_read(const struct workflow *wf,
			void (*visit)(void *arg, uint32_t step,
				      const char *const *chain, size_t n),
			void *arg);

/* Those of one step. */
void step_each_read(const struct workflow *wf, uint32_t step,
		    void (*visit)(void *arg, uint32_t step,
				  const char *const *chain, size_t n),
		    void *arg);

#endif
