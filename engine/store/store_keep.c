/* Looking back and looking after: history, backup, health.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "../base/fs.h"
#include "../base/vec.h"
#include "store_int.h"

/* --- history
 * ------------------------------------------------------------------ */

/* An index from path to durations would cost every step of every run; but
 * who asks, asks for all steps of one flow.  So the newest runs are read
 * once and kept. */
#define HISTORY_ROWS 50000
#define HISTORY_EACH 20

struct past {
	size_t n;
	int64_t ms[HISTORY_EACH]; /* newest first */
};

static int
past_steps(struct store *s, int64_t run)
{
	struct st_history_cache *h = &s->history;
	sqlite3_stmt *st = query(s, Q_PAST_STEPS);
	int rc;

	if (!st)
		return sqlite3_extended_errcode(s->db);
	sqlite3_bind_int64(st, 1, run);
	sqlite3_bind_int(st, 2, STEP_SUCCEEDED);
	while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		const char *path = (const char *)sqlite3_column_text(st, 0);
		struct past *p = path ? map_get(&h->paths, path) : NULL;

		if (!path)
			continue;
		if (!p) {
			p = arena_new(&h->arena, struct past);
			map_set(&h->paths, arena_strdup(&h->arena, path), p);
		}
		if (p->n < HISTORY_EACH)
			p->ms[p->n++] = sqlite3_column_int64(st, 1);
	}
	sqlite3_reset(st);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

struct past_run {
	int64_t key, nsteps;
};

/* Newest first; only that one when it is `known`. */
static int
past_runs(struct store *s, const char *flow, int64_t known,
	  struct past_run runs[21], size_t *n)
{
	sqlite3_stmt *st = query(s, Q_PAST_RUNS);
	int rc;

	*n = 0;
	if (!st)
		return sqlite3_extended_errcode(s->db);
	sqlite3_bind_text(st, 1, flow, -1, SQLITE_STATIC);
	while ((rc = sqlite3_step(st)) == SQLITE_ROW && *n < 21 &&
	       (!*n || runs[0].key != known))
		runs[(*n)++] = (struct past_run){
			sqlite3_column_int64(st, 0),
			sqlite3_column_int64(st, 1),
		};
	sqlite3_reset(st);
	return rc == SQLITE_DONE || rc == SQLITE_ROW ? SQLITE_OK : rc;
}

static void
forget(struct st_history_cache *h)
{
	map_release(&h->paths);
	arena_release(&h->arena);
	free(h->flow);
	*h = (struct st_history_cache){0};
}

static int
load_history(struct store *s, const char *flow)
{
	struct st_history_cache *h = &s->history;
	struct past_run runs[21];
	int64_t rows = 0;
	size_t n;
	bool same = h->flow && str_eq(h->flow, flow);
	int rc = past_runs(s, flow, same ? h->newest : 0, runs, &n);

	if (!rc && same && h->newest == (n ? runs[0].key : 0))
		return SQLITE_OK;
	forget(h);
	for (size_t i = 0; !rc && i < n && rows < HISTORY_ROWS; i++) {
		rc = past_steps(s, runs[i].key);
		rows += runs[i].nsteps;
	}
	h->flow = mem_strdup(flow);
	h->newest = n ? runs[0].key : 0;
	return rc;
}

enum st_result
st_history(struct store *s, const char *flow, const char *path, int64_t *ms,
	   size_t max, size_t *n, struct wf_err *err)
{
	int rc = load_history(s, flow);
	struct past *p;

	*n = 0;
	if (rc)
		return store_fail(s, rc, err);
	p = map_get(&s->history.paths, path);
	while (p && *n < max && *n < p->n) {
		ms[*n] = p->ms[*n];
		++*n;
	}
	return ST_OK;
}

/* --- backup
 * ------------------------------------------------------------------- */

static int
copy_all(struct store *s, const char *temp)
{
	sqlite3 *to = NULL;
	sqlite3_backup *job;
	int rc = sqlite3_open_v2(
		temp, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);

	if (!rc) {
		job = sqlite3_backup_init(to, "main", s->db, "main");
		if (job) {
			sqlite3_backup_step(job, -1);
			rc = sqlite3_backup_finish(job);
		} else {
			rc = sqlite3_errcode(to);
		}
	}
	sqlite3_close(to);
	return rc;
}

static enum st_result
cannot_back_up(const char *path, const char *why, struct wf_err *err)
{
	ERR(err, WF_STORE, "the backup cannot be written (%s)", why);
	wf_err_place(err, path, 0, 0);
	wf_err_hint(err, "check the path, its permissions and the free "
			 "space there");
	return ST_DENIED;
}

static enum st_result
back_up(struct store *s, const char *path, struct wf_err *err)
{
	char *temp = mem_printf("%s.tmp.%ld", path, (long)getpid());
	int fd = open(temp, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	enum st_result result = ST_OK;
	int rc;

	if (fd < 0) {
		result = cannot_back_up(path, strerror(errno), err);
		free(temp);
		return result;
	}
	close(fd); /* before SQLite opens it */
	rc = copy_all(s, temp);
	if (rc)
		result = cannot_back_up(path, sqlite3_errstr(rc), err);
	else if (rename(temp, path) < 0)
		result = cannot_back_up(path, strerror(errno), err);
	if (result)
		unlink(temp);
	free(temp);
	return result;
}

enum st_result
st_backup(struct store *s, const char *path, struct wf_err *err)
{
	char *real = fs_replaced(path);
	enum st_result result =
		real ? back_up(s, real, err)
		     : cannot_back_up(path, "it is no regular file", err);

	free(real);
	return result;
}

/* --- health
 * ------------------------------------------------------------------- */

#define SPACE_WANTED (UINT64_C(16) << 20)

static int
check_pages(struct store *s, struct strbuf *findings, bool *sound)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(s->db, "PRAGMA integrity_check(20)", -1,
				    &st, NULL);

	while (!rc && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		const char *line = (const char *)sqlite3_column_text(st, 0);

		rc = SQLITE_OK;
		if (!line || str_eq(line, "ok"))
			continue;
		strbuf_addf(findings, "%s\n", line);
		*sound = false;
	}
	sqlite3_finalize(st);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* Reading a run compares the checksums of its rows. */
static enum st_result
check_run(struct store *s, const struct st_run *run, struct strbuf *findings,
	  bool *sound, struct wf_err *err)
{
	struct arena a = {0};
	struct st_step *steps;
	struct st_attempt *attempts;
	struct st_event *events;
	const char *text;
	size_t n;
	enum st_result result =
		st_read_definition(s, run->definition, &a, &text, err);

	if (!result)
		result = st_read_steps(s, run->id, &a, &steps, &n, err);
	if (!result)
		result = st_read_attempts(s, run->id, UINT32_MAX, false, &a,
					  &attempts, &n, err);
	if (!result)
		result = st_read_events(s, run->id, 0, 0, false, &a, &events,
					&n, err);
	arena_release(&a);
	if (result != ST_CORRUPT && result != ST_EMPTY)
		return result;
	strbuf_addf(findings, "run %s: %s\n", run->id,
		    err ? err->message : "damaged");
	*sound = false;
	return ST_OK;
}

static enum st_result
check_runs(struct store *s, struct strbuf *findings, bool *sound,
	   struct wf_err *err)
{
	struct st_run_filter f = {.limit = 256};
	enum st_result result = ST_OK;

	do {
		struct arena a = {0};
		struct st_run *runs;
		size_t n = 0;

		result = st_list_runs(s, &f, &a, &runs, &n, &f.before, err);
		for (size_t i = 0; !result && i < n; i++)
			result = check_run(s, &runs[i], findings, sound, err);
		arena_release(&a);
	} while (!result && f.before);
	return result;
}

static bool
has_room(struct store *s, struct strbuf *findings)
{
	uint64_t free_bytes;

	if (!reserve_room(s->dir, &free_bytes) || free_bytes >= SPACE_WANTED)
		return true;
	strbuf_addf(findings, "only %llu KiB are free under %s\n",
		    (unsigned long long)(free_bytes / 1024), s->dir);
	return false;
}

enum st_result
st_check(struct store *s, struct strbuf *findings, struct wf_err *err)
{
	bool sound = true;
	int rc = check_pages(s, findings, &sound);
	enum st_result result;

	if (rc)
		return store_fail(s, rc, err);
	result = check_runs(s, findings, &sound, err);
	if (result == ST_CORRUPT || (!result && !sound))
		return store_damaged(s, "see the findings", err);
	if (!result && !has_room(s, findings))
		return store_fail(s, SQLITE_FULL, err);
	return result;
}
