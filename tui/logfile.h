/* A growing log, read by line number without ever holding all of it.
 *
 * The start of every 64th line is indexed as the file grows; only lines that
 * are asked for are read.  A hole (the middle of a log over its limit was
 * cut out) is shown as the number of bytes left out.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_LOGFILE_H
#define WF_LOGFILE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "../engine/base/str.h"

struct logfile;

/* A file that does not exist yet is an empty log. */
struct logfile *logfile_open(const char *path);
void logfile_close(struct logfile *l);
/* Index what was added, at most `budget` bytes of it; true when there was
 * something new. */
bool logfile_poll(struct logfile *l, off_t budget);
bool logfile_is_behind(const struct logfile *l); /* poll again at once */
int logfile_percent(const struct logfile *l);    /* ... how far it is */
size_t logfile_nlines(const struct logfile *l);
off_t logfile_size(const struct logfile *l);
/* Bytes of a line that logfile_line shows; else TEXT_LINE_LIMIT. */
void logfile_limit(struct logfile *l, size_t limit);
/* When the line was first seen here, wall time; 0: it was there already when
 * the file was opened, or cannot be told.  Logs hold no times themselves. */
int64_t logfile_seen(const struct logfile *l, size_t i);
/* Append line `i` as it is shown (harmless), flags of text.h. */
void
logfile_line(struct logfile *l, size_t i, struct strbuf *out, unsigned flags);
/* The last lines, at most `max`, found from the end of the file, however much
 * of it is indexed: how many there are, then each from the first on. */
size_t logfile_end(struct logfile *l, size_t max);
void logfile_end_line(struct logfile *l, size_t i, struct strbuf *out,
		      unsigned flags);
/* The first line from `from` on (or backwards) that contains `text`, looking
 * at `budget` lines; `*from` moves on.  False when not found yet. */
bool logfile_find(struct logfile *l, const char *text, bool forward,
		  size_t *from, size_t budget);

#endif
