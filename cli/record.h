/* Runs, steps and events as the JSON objects that cli.md promises.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_RECORD_H
#define WF_RECORD_H

#include "../engine/base/writer.h"
#include "output.h"

/* The run's own row: what `ls` lists. */
json_t *record_run(const struct wf_run_info *run);
/* The same with `steps` and `decisions`, into an object that was begun: what
 * `show` prints. */
void record_detail(struct writer *w, const struct wf_run_detail *detail,
		   const struct wf_events *decisions);
json_t *record_step(const struct wf_step_info *step);
json_t *record_event(const char *run, const struct wf_event_info *event);

/* Words for a table: "exit 1", "signal 9", "timeout", "" */
const char *record_cause(const struct wf_step_info *step, char text[64]);
/* The same of its first try, when there were several; else "". */
const char *record_first(const struct wf_step_info *step, char text[64]);
/* One line about a step: why it stands where it stands; `over`: its run has
 * ended.  Caller frees. */
char *record_note(const struct wf_step_info *step, bool over);

#endif
