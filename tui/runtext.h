/* Runs, steps and times in the words the screens use for them.
 *
 * Pure: `now` is an input.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_RUNTEXT_H
#define WF_RUNTEXT_H

#include "../engine/about.h"
#include "theme.h"

#define SPAN_TEXT 16
/* "3s" "1m12s" "11m28s" "1h04m" "1d09h"; "-" for a negative one. */
const char *span_text(int64_t ms, char text[SPAN_TEXT]);
/* "118 bytes" "4 KiB" "61 MiB" */
const char *size_text(int64_t bytes, char text[SPAN_TEXT]);
/* "00:16" "01:10:00", never below zero. */
const char *countdown_text(int64_t ms, char text[SPAN_TEXT]);
/* "10:42:30" of the local time zone. */
const char *clock_text(int64_t wall, char text[SPAN_TEXT]);

enum shown step_shown(const struct wf_step_info *s);
/* How long it took or takes; -1 before it began. */
int64_t step_elapsed(const struct wf_step_info *s, int64_t now);
/* The tries column: "2/4", "-" before the first; "4+1" past the limit. */
const char *step_tries(const struct wf_step_info *s, char text[SPAN_TEXT]);
/* "2 of 4"; past the limit, as people may go, "5, past the limit of 4". */
void add_tries(struct strbuf *out, uint32_t n, uint32_t retry_limit);
/* The note column: what it waits for, why it failed, what is next. */
void step_note(const struct wf_step_info *s, int64_t now, struct strbuf *out);
/* How the latest attempt ended: "exit 137", "signal 9", "timeout"; "". */
void attempt_end(const struct wf_attempt_info *a, struct strbuf *out);
const struct wf_attempt_info *step_latest(const struct wf_step_info *s);

/* How much a step's state says about its run; 0: nothing. */
int shown_weight(enum shown shown);
/* The worst state among its steps wins while it goes on. */
enum shown run_shown(const struct wf_run_info *run,
		     const struct wf_step_info *steps, size_t n);
/* The step that the run's "now" is about, or NULL. */
const struct wf_step_info *run_foremost(const struct wf_run_detail *d);
/* "e2e-tests: try 3/4 in 00:16", "took 6m02s". */
void run_now(const struct wf_run_detail *d, int64_t now, struct strbuf *out);
/* "10:42:16 e2e-tests: retry 3/4 in 30s, exit 1 matches .." */
void decision_text(const struct wf_event_info *e, struct strbuf *out);
/* Does something of it change with the clock? */
bool run_ticks(const struct wf_run_detail *d);
/* Compact JSON object to "env=prod tag=7". */
void json_pairs(const char *json, struct strbuf *out);

#endif
