/* Durations ("1h30m", "500ms"), sizes ("64KiB") as the flow file writes them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_DURATION_H
#define WF_DURATION_H

#include <stdbool.h>
#include <stdint.h>

#define DURATION_NONE ((int64_t)-1)

/* Milliseconds.  Units ms s m h d, sums such as "1h30m" and fractions such
 * as "1.5s"; a bare "0" is allowed.  False for anything else, negative ones
 * and those over 100 years. */
bool duration_parse(const char *text, int64_t *ms_out);

/* Shortest exact form that duration_parse reads back: "1h30m", "500ms". */
#define DURATION_TEXT 40
const char *duration_format(int64_t ms, char text[DURATION_TEXT]);

/* For people, at most two units: "0s", "3s", "1m12s", "2h05m", "1d02h";
 * below ten seconds one decimal: "3.1s". */
const char *duration_human(int64_t ms, char text[DURATION_TEXT]);

/* Bytes.  "4096", "64KiB", "2GiB" (powers of 1024), "10MB" (of 1000). */
bool size_parse(const char *text, int64_t *bytes_out);
const char *size_human(int64_t bytes, char text[DURATION_TEXT]);

#endif
