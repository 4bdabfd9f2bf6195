/* Requests from people and processes to a run's engine.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../base/vec.h"
#include "store_int.h"

static int
write_message(struct store *s, int64_t run, const struct st_message *m)
{
	struct row r = row_of(query(s, Q_ADD_MESSAGE));

	if (!r.st)
		return sqlite3_extended_errcode(s->db);
	put_int(&r, run);
	put_text(&r, m->key);
	put_text(&r, m->verb);
	put_text(&r, m->body);
	put_text(&r, m->actor);
	put_int(&r, m->created);
	put_sum(&r);
	return query_run(r.st);
}

static int
message_id(struct store *s, int64_t run, const char *key, uint64_t *id)
{
	sqlite3_stmt *st = query(s, Q_MESSAGE_ID);
	int rc;

	if (!st)
		return sqlite3_extended_errcode(s->db);
	sqlite3_bind_int64(st, 1, run);
	sqlite3_bind_text(st, 2, key, -1, SQLITE_STATIC);
	rc = sqlite3_step(st);
	if (rc == SQLITE_ROW)
		*id = (uint64_t)sqlite3_column_int64(st, 0);
	sqlite3_reset(st);
	return rc == SQLITE_ROW ? SQLITE_OK : rc;
}

enum st_result
st_post(struct store *s, const struct st_message *m, uint64_t *id,
	struct wf_err *err)
{
	int64_t run = 0;
	enum st_result result = store_begin(s, err);
	int rc;

	if (result)
		return result;
	result = store_run_key(s, m->run, &run, err);
	if (!result) {
		rc = write_message(s, run, m);
		if (!rc)
			rc = message_id(s, run, m->key, id);
		if (rc)
			result = store_fail(s, rc, err);
	}
	return store_end(s, result, err);
}

/* The answer has a checksum of its own, over (run, id, code, answer). */
static bool
read_answer(sqlite3_stmt *st, struct arena *a, struct st_message *out,
	    int64_t run)
{
	struct row r = row_of(st);
	int64_t code;

	out->answered = sqlite3_column_type(st, 8) != SQLITE_NULL;
	if (!out->answered)
		return true;
	r.i = 8;
	r.sum = sum_ints(r.sum, run, (int64_t)out->id);
	code = get_int(&r);
	out->code = (enum wf_code)code;
	out->answer = get_text(&r, a);
	return get_sum(&r) && code >= 0 && code < WF_NCODES;
}

static bool
read_message(sqlite3_stmt *st, struct arena *a, struct st_message *out)
{
	struct row r = row_of(st);
	const char *id = (const char *)sqlite3_column_text(st, 11);
	int64_t run;

	*out = (struct st_message){0};
	snprintf(out->run, sizeof(out->run), "%s", id ? id : "");
	out->id = (uint64_t)sqlite3_column_int64(st, r.i++);
	run = get_int(&r);
	out->key = get_text(&r, a);
	out->verb = get_text(&r, a);
	out->body = get_text(&r, a);
	out->actor = get_text(&r, a);
	out->created = get_int(&r);
	return get_sum(&r) && read_answer(st, a, out, run) && out->key &&
	       out->verb;
}

enum st_result
st_read_inbox(struct store *s, const char *run, struct arena *a,
	      struct st_message **out, size_t *n, struct wf_err *err)
{
	VEC(struct st_message) rows = {0};
	int64_t key = 0;
	enum st_result result = store_run_key(s, run, &key, err);
	sqlite3_stmt *st = query(s, Q_INBOX);
	bool good = true;
	int rc;

	if (result)
		return result;
	if (!st)
		return store_fail(s, SQLITE_OK, err);
	sqlite3_bind_int64(st, 1, key);
	while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		struct st_message row;

		good &= read_message(st, a, &row);
		vec_push(&rows, row);
	}
	result = store_done(s, st, rc, err);
	if (!result && !good)
		result = store_damaged(s, "a message", err);
	*out = arena_copy(a, rows.at, rows.n * sizeof(*rows.at));
	*n = rows.n;
	vec_release(&rows);
	return result;
}

enum st_result
st_read_message(struct store *s, uint64_t id, struct arena *a,
		struct st_message *out, struct wf_err *err)
{
	sqlite3_stmt *st = query(s, Q_MESSAGE);
	bool good;
	int rc;

	if (!st)
		return store_fail(s, SQLITE_OK, err);
	sqlite3_bind_int64(st, 1, (int64_t)id);
	rc = sqlite3_step(st);
	if (rc != SQLITE_ROW) {
		enum st_result result = store_done(s, st, rc, err);

		if (result)
			return result;
		ERR(err, WF_NOT_FOUND, "no such request");
		wf_err_hint(err, "its run may have been pruned");
		return ST_EMPTY;
	}
	good = read_message(st, a, out);
	sqlite3_reset(st);
	return good ? ST_OK : store_damaged(s, "a message", err);
}

enum st_result
st_withdraw(struct store *s, const char *run, uint64_t id, struct wf_err *err)
{
	static const char withdrawn[] = "{\"message\":\"withdrawn\"}";
	struct arena a = {0};
	struct st_message m;
	int64_t key = 0;
	enum st_result result = store_begin(s, err);
	int rc;

	if (result)
		return result;
	result = store_run_key(s, run, &key, err);
	if (!result)
		result = st_read_message(s, id, &a, &m, err);
	if (!result && m.answered) {
		ERR(err, WF_REFUSED, "the engine has acted on it already");
		result = ST_STALE;
	} else if (!result) {
		rc = write_answer(s, key, id, WF_REFUSED, withdrawn);
		if (rc)
			result = store_fail(s, rc, err);
	}
	arena_release(&a);
	return store_end(s, result, err);
}
