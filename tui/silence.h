/* Steps that run and write nothing: "still running" is what is doubted most.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_SILENCE_H
#define WF_SILENCE_H

#include "../engine/engine.h"

enum {
	SILENCE_MS = 60000 /* shorter ones are not worth a word */
};

/* For how long an attempt had written nothing at `end`. */
int64_t attempt_silence(const struct wf_attempt_info *a, int64_t end);
/* ... the one that the step is at; 0: for no longer than SILENCE_MS, or none
 * runs. */
int64_t step_silence(const struct wf_step_info *s, int64_t now);

#endif
