/* Following the logs of many attempts at once, line by line.
 *
 * A log whose middle was cut out (limits.log) has a hole there; the reader
 * gets one line that says how much is missing.  What a step captured of its
 * standard output stands in a second file, LOG.out, and is followed too.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_TAIL_H
#define WF_TAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "../engine/base/str.h"

/* A whole line without its newline; `partial` when its end has not come. */
typedef void
tail_fn(void *arg, const char *step, const char *line, size_t n, bool partial);

struct tail;
struct tails {
	struct tail *at;
	size_t n, cap;
	tail_fn *line;
	void *arg;
};

/* Follow the log at `path` for `step`; nothing when it is followed already. */
void tails_open(struct tails *t, const char *step, const char *path);
/* Report what was added since the last time; a line without end is reported
 * as partial when nothing was added for two seconds. */
void tails_drain(struct tails *t);
/* Report the rest of a step's logs and stop following them. */
void tails_close(struct tails *t, const char *step);
void tails_release(struct tails *t);

/* The next piece of a log from `*offset` on: bytes into `buffer`, or (a
 * hole) 0 with `*skipped` set.  Moves `*offset`.  False at the end. */
bool log_read(int fd, off_t *offset, char *buffer, size_t size, size_t *n,
	      off_t *skipped);

/* The last `lines` lines of a log, as far as 16 KiB hold them; false: there is
 * nothing to read. */
bool log_last(const char *path, int lines, struct strbuf *out);

#endif
