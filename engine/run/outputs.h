/* What a successful attempt leaves behind: $WFCTL_OUTPUT and captured
 * standard output, checked against the step's declared outputs.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_OUTPUTS_H
#define WF_OUTPUTS_H

#include "run.h"

/* The outputs as a JSON object's text (NULL: none declared), in `a`.  False
 * when the contract is broken: `err` says which output and how.  Values of
 * the step's secrets are replaced by ***. */
bool outputs_read(const struct run *r, const struct flight *f, struct arena *a,
		  const char **json, struct wf_err *err);

/* What the last attempt wrote before it failed, for its undo, in `a`: names and
 * values without promises.  Of a step with secrets nothing is kept. */
const char *outputs_left(const struct run *r, uint32_t ix, struct arena *a);

/* Parse the text of $WFCTL_OUTPUT: `name=value` lines and
 * `name<<WORD ... WORD` blocks; calls `each` for every pair.  False on a
 * malformed line, with its number. */
bool outputs_parse(const char *text, size_t n,
		   bool (*each)(void *arg, const char *name, size_t name_n,
				const char *value, size_t value_n),
		   void *arg, int *line);

#endif
