/* Slots that runs share: host pools and concurrency groups.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../base/vec.h"
#include "store_int.h"

/* A number from a query about (name, run, holder); 0 without a row. */
static int
ask(struct store *s, enum query q, const char *name, int64_t run,
    int64_t holder, int64_t *out)
{
	sqlite3_stmt *st = query(s, q);
	int rc;

	*out = 0;
	if (!st)
		return sqlite3_extended_errcode(s->db);
	sqlite3_bind_text(st, 1, name, -1, SQLITE_STATIC);
	if (sqlite3_bind_parameter_count(st) == 3) {
		sqlite3_bind_int64(st, 2, run);
		sqlite3_bind_int64(st, 3, holder);
	}
	rc = sqlite3_step(st);
	if (rc == SQLITE_ROW)
		*out = sqlite3_column_int64(st, 0);
	sqlite3_reset(st);
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int
insert(struct store *s, const char *name, int64_t run, int64_t holder,
       uint32_t slots)
{
	sqlite3_stmt *st = query(s, Q_CLAIM);

	if (!st)
		return sqlite3_extended_errcode(s->db);
	sqlite3_bind_text(st, 1, name, -1, SQLITE_STATIC);
	sqlite3_bind_int64(st, 2, run);
	sqlite3_bind_int64(st, 3, holder);
	sqlite3_bind_int64(st, 4, slots);
	return query_run(st);
}

static enum st_result
taken(const char *name, int64_t used, uint32_t capacity, struct wf_err *err)
{
	ERR(err, WF_REFUSED, "%lld of %u slots of \"%s\" are taken",
	    (long long)used, capacity, name);
	wf_err_hint(err, "wait until one is free");
	return ST_AGAIN;
}

/* A wish beyond the capacity means all of it: it must come true some time. */
static enum st_result
claim(struct store *s, const char *name, uint32_t slots, uint32_t capacity,
      int64_t run, uint32_t holder, struct wf_err *err)
{
	int64_t mine = 0, used = 0;
	int rc = ask(s, Q_CLAIM_MINE, name, run, holder, &mine);

	if (slots > capacity)
		slots = capacity;
	if (!rc && !mine)
		rc = ask(s, Q_CLAIMED, name, run, holder, &used);
	if (rc)
		return store_fail(s, rc, err);
	if (mine)
		return ST_OK;
	if (!capacity || used + slots > capacity)
		return taken(name, used, capacity, err);
	rc = insert(s, name, run, holder, slots);
	return rc ? store_fail(s, rc, err) : ST_OK;
}

enum st_result
st_claim(struct store *s, const char *name, uint32_t slots, uint32_t capacity,
	 const char *run, uint32_t holder, struct wf_err *err)
{
	int64_t key = 0;
	enum st_result result = store_begin(s, err);

	if (result)
		return result;
	result = store_run_key(s, run, &key, err);
	if (!result)
		result = claim(s, name, slots, capacity, key, holder, err);
	return store_end(s, result, err);
}

enum st_result
st_release(struct store *s, const char *name, const char *run, uint32_t holder,
	   struct wf_err *err)
{
	int64_t key = 0, ignored;
	enum st_result result = store_begin(s, err);
	int rc;

	if (result)
		return result;
	result = store_run_key(s, run, &key, err);
	if (!result) {
		rc = ask(s, Q_RELEASE, name, key, holder, &ignored);
		if (rc)
			result = store_fail(s, rc, err);
	}
	return store_end(s, result, err);
}

enum st_result
st_holders(struct store *s, const char *name, struct arena *a,
	   const char ***runs, size_t *n, struct wf_err *err)
{
	VEC(const char *) ids = {0};
	sqlite3_stmt *st = query(s, Q_HOLDERS);
	enum st_result result;
	int rc;

	if (!st)
		return store_fail(s, SQLITE_OK, err);
	sqlite3_bind_text(st, 1, name, -1, SQLITE_STATIC);
	while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		const char *id = (const char *)sqlite3_column_text(st, 0);

		vec_push(&ids, arena_strdup(a, id ? id : ""));
	}
	result = store_done(s, st, rc, err);
	*runs = arena_copy(a, ids.at, ids.n * sizeof(*ids.at));
	*n = ids.n;
	vec_release(&ids);
	return result;
}
