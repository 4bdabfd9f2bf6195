/* Typed lines, kept in a file that several shells share.
 *
 * Each line is appended under a lock by one write, so two shells neither mix
 * nor lose lines, and each sees what the other has kept.  The file is for its
 * owner alone.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_HISTORY_H
#define WF_HISTORY_H

#include <stdbool.h>
#include <stdint.h>

struct lines_file {
	const char *path; /* NULL: nothing is kept */
	int64_t seen;     /* bytes that `add` has been told of */
	void (*add)(void *arg, const char *line);
	void *arg;
};

/* Tell of the lines in the file, making it when there is none; one that has
 * grown too long is cut to its newer half, duplicates folded. */
void lines_open(struct lines_file *f);
/* Tell of what others have kept since. */
void lines_sync(struct lines_file *f);
void lines_append(struct lines_file *f, const char *line);

/* Lines that are not for keeping: they begin with a space, hold --secret, or
 * give a value to a name such as password=. */
bool line_is_private(const char *line);

#endif
