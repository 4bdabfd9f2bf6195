/* Moments and lengths of time as people write and read them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_WHEN_H
#define WF_WHEN_H

#include <stdint.h>

#include "../engine/base/err.h"

/* A moment as in moment.h; `option` names the option in the error. */
enum wf_code when_parse(const char *option, const char *text, int64_t *ms_out,
			struct wf_err *err);

#define WHEN_TEXT 32
/* "0.3s" "12s" "1m12s" "2h03m" "3d04h" */
const char *when_duration(int64_t ms, char text[WHEN_TEXT]);
/* The same in whole seconds, for clocks that run: "0s" "12s" "1m12s" */
const char *when_clock(int64_t ms, char text[WHEN_TEXT]);
/* "12s ago"; "-" for 0. */
const char *when_ago(int64_t wall_ms, char text[WHEN_TEXT]);

#endif
