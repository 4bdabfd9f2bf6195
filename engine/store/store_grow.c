/* Room in the log ahead of time.
 *
 * A sync of a file that has grown also writes down where it grew, which takes
 * as long as the commit itself.  So the log is made as large as it is allowed
 * to stay, by zeros behind its end: SQLite reads a log up to the first frame
 * whose checksum is wrong.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "store_int.h"

#define PIECE 65536

static int
fill(sqlite3_file *log, sqlite3_int64 from)
{
	static const char zeros[PIECE];
	int rc = SQLITE_OK;

	while (!rc && from < STORE_LOG_BYTES) {
		sqlite3_int64 n = STORE_LOG_BYTES - from;

		n = n < PIECE ? n : PIECE;
		rc = log->pMethods->xWrite(log, zeros, (int)n, from);
		from += n;
	}
	return rc ? rc : log->pMethods->xSync(log, SQLITE_SYNC_NORMAL);
}

/* Nobody else writes meanwhile: the log belongs to who has begun to.  What
 * goes wrong here only costs time. */
void
st_grow_log(struct store *s)
{
	sqlite3_file *log = NULL;
	sqlite3_int64 size = 0;

	if (store_begin(s, NULL) != ST_OK)
		return;
	sqlite3_file_control(s->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
	if (log && log->pMethods && !log->pMethods->xFileSize(log, &size) &&
	    size < STORE_LOG_BYTES)
		fill(log, size);
	store_end(s, ST_AGAIN, NULL);
}
