/* Logs that stay within their limit: head and tail are kept, the middle is
 * a hole.
 *
 * The writer appends and knows nothing of it; the disk space of the middle
 * is given back under its hands.  Offsets never change.  Readers ask where
 * the hole is and show "... N bytes left out ..." in its place.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_LOGHOLE_H
#define WF_LOGHOLE_H

#include <stdbool.h>
#include <stdint.h>

/* Punch out what lies between the first and the last half of `limit` bytes;
 * false with errno when the file system cannot. */
bool loghole_trim(int fd, int64_t limit);

/* The first hole at or after `from`: its start, and its end in `*end`.
 * -1 when there is none before the end of the file.  The descriptor's
 * offset is left where it was. */
int64_t loghole_find(int fd, int64_t from, int64_t *end);

#endif
