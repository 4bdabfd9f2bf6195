/* SQLite under the store: statements by name, transactions, patience with
 * other writers, and what its errors mean to a person.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "../base/crash.h"
#include "store_int.h"

static const char *const texts[NQUERIES] = {
#define Q(name, sql) [Q_##name] = sql,
#include "query.def"
#undef Q
};

/* Others commit in well under a millisecond, so waiters look often; the
 * random part keeps them from marching in step, which is what makes it fair
 * with many engines. */
#define BUSY_LIMIT_MS 10000

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

uint64_t
store_random(struct store *s)
{
	s->random ^= s->random << 13;
	s->random ^= s->random >> 7;
	s->random ^= s->random << 17;
	return s->random;
}

int
store_on_busy(void *arg, int count)
{
	struct store *s = arg;
	int64_t most = count < 20 ? 500 : 2500; /* microseconds */
	struct timespec t = {0};

	if (!count)
		s->busy_since = now_ms();
	else if (now_ms() - s->busy_since > BUSY_LIMIT_MS)
		return 0;
	t.tv_nsec = (100 + (long)(store_random(s) % (uint64_t)most)) * 1000;
	nanosleep(&t, NULL);
	return 1;
}

sqlite3_stmt *
query(struct store *s, enum query q)
{
	sqlite3_stmt **st = &s->prepared[q];

	if (*st)
		sqlite3_reset(*st);
	else
		sqlite3_prepare_v3(s->db, texts[q], -1,
				   SQLITE_PREPARE_PERSISTENT, st, NULL);
	return *st;
}

/* Whoever runs it again binds all of it again. */
int
query_run(sqlite3_stmt *st)
{
	int rc = sqlite3_step(st);

	while (rc == SQLITE_ROW)
		rc = sqlite3_step(st);
	sqlite3_reset(st);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

int
store_exec(struct store *s, const char *sql)
{
	return sqlite3_exec(s->db, sql, NULL, NULL, NULL);
}

int
store_number(struct store *s, const char *sql, int64_t *out)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(s->db, sql, -1, &st, NULL);

	if (!rc) {
		rc = sqlite3_step(st);
		if (rc == SQLITE_ROW)
			*out = sqlite3_column_int64(st, 0);
		if (rc == SQLITE_ROW || rc == SQLITE_DONE)
			rc = SQLITE_OK;
	}
	sqlite3_finalize(st);
	return rc;
}

/* --- what went wrong, in plain words ---------------------------------------
 */

static enum st_result
say(struct store *s, enum st_result result, struct wf_err *err,
    const char *what, const char *hint)
{
	ERR(err, WF_STORE, "%s", what);
	wf_err_place(err, s->path, 0, 0);
	wf_err_hint(err, "%s", hint);
	return result;
}

enum st_result
store_damaged(struct store *s, const char *what, struct wf_err *err)
{
	if (s->frozen)
		return say(s, ST_FULL, err,
			   "the store cannot be read whole on this disk",
			   "free some space, or make its directory writable");
	ERR(err, WF_STORE, "the store is damaged (%s)", what);
	wf_err_place(err, s->path, 0, 0);
	wf_err_hint(err,
		    "put a backup in its place, or move %s away and "
		    "begin anew; `wfctl doctor` says more",
		    s->dir);
	return ST_CORRUPT;
}

static enum st_result
full(struct store *s, struct wf_err *err)
{
	reserve_drop(s->dir);
	ERR(err, WF_STORE, "no space left for the store");
	wf_err_place(err, s->path, 0, 0);
	wf_err_hint(err,
		    "free some space under %s (or raise `ulimit -f`), then "
		    "`wfctl resume`",
		    s->dir);
	return ST_FULL;
}

/* By the time SQLite tells of a failure its errno is often gone. */
static bool
is_short_of_room(struct store *s)
{
	struct rlimit limit;
	uint64_t bytes;

	if (getrlimit(RLIMIT_FSIZE, &limit) == 0 &&
	    limit.rlim_cur != RLIM_INFINITY)
		return true;
	return reserve_room(s->dir, &bytes) && bytes < 65536;
}

/* SQLite turns "no descriptor left" into other complaints.  It needs three
 * for a store. */
static bool
is_short_of_files(void)
{
	int fds[3], n = 0;
	bool is_short;

	while (n < 3 && (fds[n] = open("/", O_PATH | O_CLOEXEC)) >= 0)
		n++;
	is_short = n < 3 && (errno == EMFILE || errno == ENFILE);
	while (n)
		close(fds[--n]);
	return is_short;
}

static enum st_result
by_errno(struct store *s, int error, struct wf_err *err)
{
	switch (error) {
	case ENOSPC:
	case EDQUOT:
	case EFBIG:
		return full(s, err);
	case EACCES:
	case EPERM:
	case EROFS:
		return say(s, ST_DENIED, err,
			   "the store cannot be written here",
			   "check the owner and permissions of the directory");
	case EMFILE:
	case ENFILE:
		return say(s, ST_DOWN, err, "too many open files",
			   "raise the limit (ulimit -n) and try again");
	case ENOENT:
	case ENOTDIR:
	case ESTALE:
		return say(s, ST_DOWN, err, "the store is gone",
			   "put its directory back, or name another "
			   "(--state)");
	default:
		if (is_short_of_room(s))
			return full(s, err);
		ERR(err, WF_STORE, "the disk reported an error (%s)",
		    error ? strerror(error) : "reading or writing failed");
		wf_err_place(err, s->path, 0, 0);
		wf_err_hint(err,
			    "look at the system's log for the disk "
			    "under %s",
			    s->dir);
		return ST_DOWN;
	}
}

static enum st_result
other(struct store *s, int rc, struct wf_err *err)
{
	ERR(err, WF_STORE, "the store failed (%s)", sqlite3_errstr(rc));
	wf_err_place(err, s->path, 0, 0);
	wf_err_hint(err, "`wfctl doctor` says more");
	return ST_DOWN;
}

/* `rc` SQLITE_OK: ask the connection (a statement could not be prepared). */
enum st_result
store_fail(struct store *s, int rc, struct wf_err *err)
{
	int error;

	if (rc == SQLITE_OK)
		rc = sqlite3_errcode(s->db);
	if (rc == SQLITE_NOMEM || rc == SQLITE_IOERR_NOMEM ||
	    sqlite3_errcode(s->db) == SQLITE_NOMEM)
		mem_exhausted();
	switch (rc & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_PROTOCOL:
		return say(s, ST_AGAIN, err,
			   "others kept the store busy for 10 seconds",
			   "try again; `fuser -v` shows who has the file open");
	case SQLITE_FULL:
		return full(s, err);
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_FORMAT:
		return store_damaged(s, sqlite3_errstr(rc & 0xff), err);
	case SQLITE_ERROR:
	case SQLITE_SCHEMA:
	case SQLITE_MISMATCH:
		return store_damaged(s, sqlite3_errmsg(s->db), err);
	case SQLITE_CONSTRAINT:
		return say(s, ST_STALE, err,
			   "somebody else has written this already",
			   "try again");
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return by_errno(s, is_short_of_files() ? EMFILE : EACCES, err);
	case SQLITE_CANTOPEN:
	case SQLITE_IOERR:
		error = sqlite3_system_errno(s->db);
		return by_errno(s, is_short_of_files() ? EMFILE : error, err);
	default:
		return other(s, rc, err);
	}
}

enum st_result
store_done(struct store *s, sqlite3_stmt *st, int rc, struct wf_err *err)
{
	enum st_result result = ST_OK;

	if (rc != SQLITE_DONE)
		result = store_fail(s, rc, err);
	sqlite3_reset(st);
	sqlite3_clear_bindings(st);
	return result;
}

/* --- write transactions ------------------------------------------------------
 */

/* The directory may have been moved or removed under us: SQLite would write
 * on into files that nobody will ever see. */
static bool
is_gone(struct store *s)
{
	int moved = 0;

	sqlite3_file_control(s->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
	return moved;
}

enum st_result
store_begin(struct store *s, struct wf_err *err)
{
	sqlite3_stmt *st;
	int rc;

	if (s->broken)
		return say(s, ST_UNSURE, err, "an earlier write failed",
			   "`wfctl resume` reads what is there and goes on");
	if (s->frozen)
		return by_errno(s, EROFS, err);
	if (is_gone(s))
		return by_errno(s, ENOENT, err);
	st = query(s, Q_BEGIN);
	if (!st)
		return store_fail(s, SQLITE_OK, err);
	rc = query_run(st);
	return rc ? store_fail(s, rc, err) : ST_OK;
}

static void
roll_back(struct store *s)
{
	sqlite3_stmt *st = query(s, Q_ROLLBACK);

	if (st && !sqlite3_get_autocommit(s->db))
		query_run(st);
}

/* An error of COMMIT does not say whether the batch is on the disk: only a
 * new process that reads the store can tell.  This handle is done. */
static enum st_result
commit(struct store *s, struct wf_err *err)
{
	sqlite3_stmt *st = query(s, Q_COMMIT);
	int rc = st ? query_run(st) : SQLITE_ERROR;

	if (!rc)
		return ST_OK;
	store_fail(s, rc, err);
	s->broken = true;
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	roll_back(s);
	return ST_UNSURE;
}

enum st_result
store_end(struct store *s, enum st_result sofar, struct wf_err *err)
{
	CRASH_POINT("commit-before");
	if (sofar == ST_OK)
		sofar = commit(s, err);
	else
		roll_back(s);
	CRASH_POINT("commit-after");
	return sofar;
}
