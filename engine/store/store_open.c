/* Opening and closing: whose directory it is, the file and its settings.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../base/fs.h"
#include "store_int.h"

/* --- the directory -----------------------------------------------------------
 */

static enum st_result
refuse(const char *dir, struct wf_err *err, const char *what, const char *hint)
{
	ERR(err, WF_STORE, "%s", what);
	wf_err_place(err, dir, 0, 0);
	wf_err_hint(err, "%s", hint);
	return ST_DENIED;
}

static enum st_result
no_store(const char *dir, struct wf_err *err)
{
	ERR(err, WF_STORE, "there is no store here yet");
	wf_err_place(err, dir, 0, 0);
	wf_err_hint(err, "`wfctl run FILE` makes one");
	return ST_EMPTY;
}

static enum st_result
cannot_open(const char *dir, int error, enum st_mode mode, struct wf_err *err)
{
	if (error == ENOENT)
		return no_store(dir, err);
	if (error == ELOOP || error == ENOTDIR)
		return refuse(dir, err,
			      "the state directory is a link, or no directory",
			      "name a real directory (--state)");
	ERR(err, WF_STORE, "the state directory cannot be %s (%s)",
	    mode == ST_CREATE ? "made or opened" : "opened", strerror(error));
	wf_err_place(err, dir, 0, 0);
	wf_err_hint(err, "check the path, or name another one (--state)");
	return error == EMFILE || error == ENFILE ? ST_DOWN : ST_DENIED;
}

static bool
is_empty(int fd)
{
	int copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = copy < 0 ? NULL : fdopendir(copy);
	int n = 0;

	if (!dir)
		return false;
	while (readdir(dir))
		n++;
	closedir(dir);
	return n <= 2;
}

/* Ours alone: whoever may write here can make wfctl run anything.  A new
 * and empty directory is tightened, one in use is not touched. */
static enum st_result
check_owner(int fd, const char *dir, enum st_mode mode, struct wf_err *err)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return cannot_open(dir, errno, mode, err);
	if (st.st_uid != geteuid())
		return refuse(dir, err,
			      "the state directory belongs to another user",
			      "name one of your own (--state)");
	if (!(st.st_mode & 077))
		return ST_OK;
	if (mode == ST_CREATE && is_empty(fd) && fchmod(fd, 0700) == 0)
		return ST_OK;
	return refuse(dir, err, "the state directory is open to other users",
		      "make it yours alone with chmod 700");
}

/* The new directory entries must be on the disk before anything in them is
 * promised. */
static void
sync_parent(const char *dir)
{
	char *parent = fs_dirname(dir);
	int fd = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	free(parent);
}

static enum st_result
open_dir(const char *dir, enum st_mode mode, int *fd, struct wf_err *err)
{
	int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

	*fd = open(dir, flags);
	if (*fd < 0 && errno == ENOENT && mode == ST_CREATE) {
		if (fs_mkdirs(dir, err)) {
			if (err)
				err->code = WF_STORE;
			return ST_DENIED;
		}
		sync_parent(dir);
		*fd = open(dir, flags);
	}
	if (*fd < 0)
		return cannot_open(dir, errno, mode, err);
	return check_owner(*fd, dir, mode, err);
}

/* --- the file ----------------------------------------------------------------
 */

/* The file is never empty once a run is in it, nor are the folders of runs
 * made before that. */
static bool
lost_its_runs(int dirfd, const struct stat *file)
{
	int fd;
	bool lost;

	if (file->st_size)
		return false;
	fd = openat(dirfd, "runs",
		    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	lost = fd >= 0 && !is_empty(fd);
	if (fd >= 0)
		close(fd);
	return lost;
}

/* A new file gets its mode from us and not from the umask; SQLite gives its
 * companions the mode of the file.  A file that is there is never opened. */
static enum st_result
make_file(struct store *s, int dirfd, struct wf_err *err)
{
	struct stat st;
	int fd;

	if (fstatat(dirfd, "store.db", &st, AT_SYMLINK_NOFOLLOW) == 0) {
		if (!S_ISREG(st.st_mode))
			return store_damaged(s, "store.db is no file", err);
		if (lost_its_runs(dirfd, &st))
			return store_damaged(
				s, "store.db is empty, but there are runs",
				err);
		if (st.st_mode & 077)
			fchmodat(dirfd, "store.db", 0600, 0);
		return st.st_size || s->mode != ST_READ ? ST_OK
							: no_store(s->dir, err);
	}
	if (s->mode != ST_CREATE)
		return no_store(s->dir, err);
	fd = openat(dirfd, "store.db",
		    O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0 && errno != EEXIST)
		return cannot_open(s->path, errno, ST_CREATE, err);
	if (fd >= 0)
		close(fd);
	fsync(dirfd);
	return ST_OK;
}

/* SIGKILL must not leave other processes without the log, so no closing
 * connection may remove it. */
static void
keep_log(struct store *s)
{
	int on = 1;

	sqlite3_file_control(s->db, "main", SQLITE_FCNTL_PERSIST_WAL, &on);
	sqlite3_extended_result_codes(s->db, 1);
	sqlite3_busy_handler(s->db, store_on_busy, s);
	/* Looking must not cost a checkpoint. */
	if (s->mode == ST_READ)
		sqlite3_db_config(s->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1,
				  NULL);
}

#define TEXT_OF(x) TEXT(x)
#define TEXT(x)    #x
#define LOG_BYTES  TEXT_OF(STORE_LOG_BYTES)

static enum st_result
settings(struct store *s, struct wf_err *err)
{
	/* No run has use for more of the store in memory than a MiB. */
	int rc = store_exec(s, "PRAGMA synchronous=FULL;"
			       "PRAGMA cache_size=-1024;"
			       "PRAGMA journal_size_limit=" LOG_BYTES ";"
			       "PRAGMA temp_store=MEMORY;"
			       "PRAGMA trusted_schema=OFF;"
			       "PRAGMA cell_size_check=ON");

	return rc ? store_fail(s, rc, err) : ST_OK;
}

/* Readers and writers must not wait for each other. */
static enum st_result
use_log(struct store *s, struct wf_err *err)
{
	sqlite3_stmt *st = NULL;
	bool wal = false;
	int rc = sqlite3_prepare_v2(s->db, "PRAGMA journal_mode=WAL", -1, &st,
				    NULL);

	if (!rc)
		rc = sqlite3_step(st);
	if (rc == SQLITE_ROW)
		wal = str_eq((const char *)sqlite3_column_text(st, 0), "wal");
	sqlite3_finalize(st);
	if (rc != SQLITE_ROW)
		return store_fail(s, rc, err);
	if (wal)
		return ST_OK;
	return refuse(s->dir, err,
		      "this file system cannot hold the store (no shared "
		      "memory)",
		      "name a directory on a local disk (--state)");
}

static enum st_result
open_file(struct store *s, struct wf_err *err)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
		    SQLITE_OPEN_NOFOLLOW;
	enum st_result result;
	int rc = sqlite3_open_v2(s->path, &s->db, flags, NULL);

	if (rc)
		return store_fail(s, rc, err);
	keep_log(s);
	result = settings(s, err);
	/* SQLite is content with a file it can only read. */
	if (!result && s->mode != ST_READ && sqlite3_db_readonly(s->db, "main"))
		result = store_fail(s, SQLITE_READONLY, err);
	if (!result && s->mode != ST_READ)
		result = use_log(s, err);
	if (!result)
		result = store_migrate(s, err);
	if (!result && s->mode == ST_READ)
		store_exec(s, "PRAGMA query_only=ON");
	return result;
}

/* On a full or read-only disk the log's index cannot be made, so not even
 * reading works.  The file itself, without the log, still tells most. */
static enum st_result
open_frozen(struct store *s, struct wf_err *err)
{
	struct strbuf uri = STRBUF_INIT;
	int rc;

	sqlite3_close(s->db);
	s->db = NULL;
	memset(s->prepared, 0, sizeof(s->prepared));
	strbuf_adds(&uri, "file:");
	for (const char *p = s->path; *p; p++)
		if (*p == '%' || *p == '?' || *p == '#')
			strbuf_addf(&uri, "%%%02X", (unsigned char)*p);
		else
			strbuf_addc(&uri, *p);
	strbuf_adds(&uri, "?immutable=1");
	rc = sqlite3_open_v2(uri.at, &s->db,
			     SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX |
				     SQLITE_OPEN_URI,
			     NULL);
	strbuf_release(&uri);
	s->frozen = true;
	return rc ? store_fail(s, rc, err) : store_migrate(s, err);
}

static void
seed(struct store *s)
{
	if (getrandom(&s->random, sizeof(s->random), GRND_NONBLOCK) < 0)
		s->random = (uint64_t)getpid();
	s->random |= 1;
}

/* Whoever may have to make the store does so alone: SQLite does not wait
 * when two change a new file to its log at once.  Freed by closing. */
static enum st_result
wait_turn(struct store *s, int dirfd, struct wf_err *err)
{
	for (int i = 0; flock(dirfd, LOCK_EX | LOCK_NB) < 0; i++) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return ST_OK; /* a file system without locks */
		if (!store_on_busy(s, i))
			return store_fail(s, SQLITE_BUSY, err);
	}
	return ST_OK;
}

static enum st_result
open_in(struct store *s, int dirfd, struct wf_err *err)
{
	enum st_result result = ST_OK;

	if (s->mode != ST_READ)
		result = wait_turn(s, dirfd, err);
	if (!result)
		result = make_file(s, dirfd, err);
	if (result)
		return result;
	if (s->mode != ST_READ)
		reserve_make(s->dir);
	result = open_file(s, err);
	if (s->mode == ST_READ && (result == ST_FULL || result == ST_DENIED))
		result = open_frozen(s, err);
	return result == ST_EMPTY ? no_store(s->dir, err) : result;
}

enum st_result
st_open(const char *dir, enum st_mode mode, struct store **out,
	struct wf_err *err)
{
	struct store *s = mem_alloc(sizeof(*s));
	int fd = -1;
	enum st_result result;
	char *real;

	*out = NULL;
	s->mode = mode;
	s->dir = mem_strdup(dir);
	seed(s);
	result = open_dir(dir, mode, &fd, err);
	if (!result && (real = realpath(dir, NULL))) {
		free(s->dir);
		s->dir = real;
	}
	s->path = mem_printf("%s/store.db", s->dir);
	if (!result)
		result = open_in(s, fd, err);
	if (fd >= 0)
		close(fd);
	if (result) {
		st_close(s);
		return result;
	}
	st_changed(s);
	*out = s;
	return ST_OK;
}

void
st_close(struct store *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < NQUERIES; i++)
		sqlite3_finalize(s->prepared[i]);
	sqlite3_close(s->db);
	map_release(&s->history.paths);
	arena_release(&s->history.arena);
	free(s->history.flow);
	free(s->dir);
	free(s->path);
	free(s);
}

bool
st_is_gone(struct store *s)
{
	int moved = 0;

	sqlite3_file_control(s->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
	return moved;
}

const char *
st_dir(const struct store *s)
{
	return s->dir;
}

bool
st_is_partial(const struct store *s)
{
	return s->frozen;
}

void
st_relax(struct store *s)
{
	store_exec(s, "PRAGMA synchronous=NORMAL");
}

bool
st_changed(struct store *s)
{
	sqlite3_stmt *st = query(s, Q_VERSION);
	int64_t before = s->data_version;

	if (!st || sqlite3_step(st) != SQLITE_ROW)
		return true;
	s->data_version = sqlite3_column_int64(st, 0);
	sqlite3_reset(st);
	return s->data_version != before;
}
