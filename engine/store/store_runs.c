/* Runs as such: making, taking over, finding, listing, deleting.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <ctype.h>

#include "../base/vec.h"
#include "store_int.h"

enum {
	FIRST_WORD = 6 /* number of its parameter */
};

/* --- making and taking over --------------------------------------------------
 */

/* Eight hex digits that no run has; ST_EMPTY from the look-up is the wish. */
static enum st_result
pick_id(struct store *s, char id[ST_RUN_ID], struct wf_err *err)
{
	for (;;) {
		int64_t key;
		enum st_result result;

		snprintf(id, ST_RUN_ID, "%08x",
			 (unsigned)(store_random(s) >> 20));
		result = store_run_key(s, id, &key, NULL);
		if (result == ST_EMPTY)
			return ST_OK;
		if (result != ST_OK)
			return store_fail(s, SQLITE_OK, err);
	}
}

static int
insert_run(struct store *s, struct st_run *row, struct pieces definition)
{
	int64_t key;
	int rc = write_definition_from(s, row->definition, definition);

	if (!rc)
		rc = count_definition(s, row->definition, 1);
	if (!rc)
		rc = add_run(s, row);
	key = sqlite3_last_insert_rowid(s->db);
	if (!rc)
		rc = write_run(s, key, row, &(struct seal){0}, true);
	return rc ? rc : write_docs(s, key, row);
}

enum st_result
st_create_run(struct store *s, struct st_run *row, struct pieces definition,
	      struct wf_err *err)
{
	enum st_result result = store_begin(s, err);
	int rc;

	if (result)
		return result;
	result = pick_id(s, row->id, err);
	if (!result) {
		rc = insert_run(s, row, definition);
		if (rc)
			result = store_fail(s, rc, err);
	}
	return store_end(s, result, err);
}

enum st_result
st_take_run(struct store *s, const char *id, uint64_t *epoch,
	    struct wf_err *err)
{
	struct arena a = {0};
	struct st_run row = {0};
	struct seal seal;
	int64_t key = 0;
	enum st_result result = store_begin(s, err);
	int rc;

	if (result)
		return result;
	forget_sums(s);
	result = store_run_key(s, id, &key, err);
	if (!result)
		result = st_read_run(s, id, &a, &row, err);
	row.epoch++;
	if (!result) {
		rc = read_seal(s, key, &seal);
		if (!rc)
			rc = write_run(s, key, &row, &seal, true);
		if (rc)
			result = store_fail(s, rc, err);
	}
	result = store_end(s, result, err);
	if (!result) {
		snprintf(s->run, sizeof(s->run), "%s", id);
		s->run_key = key;
		s->docs = s->fixed = 0;
		*epoch = s->epoch = row.epoch;
	}
	arena_release(&a);
	return result;
}

static int
delete_rows(struct store *s, int64_t key, const char *hash)
{
	static const enum query all[] = {
		Q_DEL_STEPS,  Q_DEL_ATTEMPTS, Q_DEL_EVENTS, Q_DEL_MESSAGES,
		Q_DEL_CLAIMS, Q_DEL_DOC,      Q_DEL_RUN};

	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		sqlite3_stmt *st = query(s, all[i]);
		int rc;

		if (!st)
			return sqlite3_extended_errcode(s->db);
		sqlite3_bind_int64(st, 1, key);
		rc = query_run(st);
		if (rc)
			return rc;
	}
	return count_definition(s, hash, -1);
}

enum st_result
st_delete_run(struct store *s, const char *id, struct wf_err *err)
{
	struct arena a = {0};
	struct st_run row = {0};
	int64_t key = 0;
	enum st_result result = store_begin(s, err);
	int rc;

	if (result)
		return result;
	result = store_run_key(s, id, &key, err);
	if (!result)
		result = st_read_run(s, id, &a, &row, err);
	if (!result && !run_state_is_final(row.state)) {
		ERR(err, WF_REFUSED, "run %s has not ended", id);
		wf_err_hint(err, "`wfctl cancel %s` first", id);
		result = ST_STALE;
	}
	if (!result) {
		rc = delete_rows(s, key, row.definition);
		if (rc)
			result = store_fail(s, rc, err);
	}
	result = store_end(s, result, err);
	if (!result && str_eq(s->run, id)) {
		s->run[0] = '\0';
		s->run_key = 0;
	}
	arena_release(&a);
	return result;
}

/* --- finding
 * ------------------------------------------------------------------ */

/* Up to `max` ids into one text; how many there were. */
static enum st_result
ids_of(struct store *s, sqlite3_stmt *st, char first[ST_RUN_ID],
       struct strbuf *some, int *n, struct wf_err *err)
{
	int rc;

	*n = 0;
	while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		const char *id = (const char *)sqlite3_column_text(st, 0);

		if (!*n)
			snprintf(first, ST_RUN_ID, "%s", id ? id : "");
		if (++*n <= 5)
			strbuf_addf(some, "%s%s", *n > 1 ? ", " : "",
				    id ? id : "");
		else
			strbuf_adds(some, ", ...");
	}
	return store_done(s, st, rc, err);
}

static enum st_result
find_prefix(struct store *s, const char *text, char id[ST_RUN_ID],
	    struct wf_err *err)
{
	struct strbuf some = STRBUF_INIT;
	char end[ST_RUN_ID];
	size_t length = strlen(text);
	sqlite3_stmt *st = query(s, Q_FIND_PREFIX);
	enum st_result result;
	int n;

	if (!st)
		return store_fail(s, SQLITE_OK, err);
	if (!length || length >= ST_RUN_ID - 1)
		return store_no_run(text, err);
	snprintf(end, sizeof(end), "%s~", text);
	sqlite3_bind_text(st, 1, text, -1, SQLITE_STATIC);
	sqlite3_bind_text(st, 2, end, -1, SQLITE_STATIC);
	result = ids_of(s, st, id, &some, &n, err);
	if (!result && !n)
		result = store_no_run(text, err);
	if (!result && n > 1) {
		ERR(err, WF_NOT_FOUND, "\"%s\" may be any of %s", text,
		    some.at);
		wf_err_hint(err, "give more digits");
		result = ST_AGAIN;
	}
	strbuf_release(&some);
	return result;
}

static enum st_result
find_name(struct store *s, const char *text, char id[ST_RUN_ID],
	  struct wf_err *err)
{
	struct strbuf some = STRBUF_INIT;
	sqlite3_stmt *st = query(s, Q_FIND_NAME);
	enum st_result result;
	int n;

	if (!st)
		return store_fail(s, SQLITE_OK, err);
	sqlite3_bind_text(st, 1, text, -1, SQLITE_STATIC);
	result = ids_of(s, st, id, &some, &n, err);
	strbuf_release(&some);
	return result || n ? result : ST_EMPTY;
}

enum st_result
st_find_run(struct store *s, const char *text, char id[ST_RUN_ID],
	    struct wf_err *err)
{
	int64_t key;
	enum st_result result = store_run_key(s, text, &key, err);

	if (result == ST_OK)
		snprintf(id, ST_RUN_ID, "%s", text);
	if (result == ST_EMPTY)
		result = find_name(s, text, id, err);
	if (result == ST_EMPTY)
		result = find_prefix(s, text, id, err);
	return result;
}

/* --- listing
 * ------------------------------------------------------------------ */

static void
add_conditions(struct strbuf *sql, const struct st_run_filter *f)
{
	if (f->before)
		strbuf_adds(sql, " AND r.k < ?1");
	if (f->flow)
		strbuf_adds(sql, " AND r.flow = ?2");
	for (size_t i = 0; i < f->nwords; i++)
		store_search_add(sql, &f->words[i], FIRST_WORD + i);
	if (f->since)
		strbuf_adds(sql, " AND r.created >= ?3");
	if (f->until)
		strbuf_adds(sql, " AND r.created < ?5");
}

/* One look per state, each by the index, so that the newest of a rare state
 * are found as fast as those of a common one. */
static void
add_states(struct strbuf *sql, const struct st_run_filter *f)
{
	const char *glue = "";

	strbuf_adds(sql, " AND r.k IN (");
	for (int i = 0; i < RUN_NSTATES; i++) {
		if (!(f->states & 1u << i))
			continue;
		strbuf_addf(sql,
			    "%sSELECT k FROM (SELECT k FROM run r"
			    " WHERE r.state = %d",
			    glue, i);
		add_conditions(sql, f);
		strbuf_adds(sql, " ORDER BY k DESC LIMIT ?4)");
		glue = " UNION ALL ";
	}
	strbuf_addc(sql, ')');
}

static sqlite3_stmt *
list_statement(struct store *s, const struct st_run_filter *f, uint32_t limit)
{
	const uint32_t every = (1u << RUN_NSTATES) - 1;
	struct strbuf sql = STRBUF_INIT;
	sqlite3_stmt *st = NULL;

	if (f->nwords && store_search_begin(s))
		return NULL;
	strbuf_adds(&sql, "SELECT " RUN_COLUMNS RUN_TABLES "WHERE 1");
	if (f->states & every && (f->states & every) != every)
		add_states(&sql, f);
	else
		add_conditions(&sql, f);
	strbuf_adds(&sql, " ORDER BY r.k DESC LIMIT ?4");
	sqlite3_prepare_v2(s->db, sql.at, -1, &st, NULL);
	strbuf_release(&sql);
	if (!st)
		return NULL;
	sqlite3_bind_int64(st, 1, f->before);
	sqlite3_bind_text(st, 2, f->flow, -1, SQLITE_STATIC);
	for (size_t i = 0; i < f->nwords; i++)
		if (f->words[i].places)
			sqlite3_bind_text(st, FIRST_WORD + (int)i,
					  f->words[i].text, -1, SQLITE_STATIC);
	sqlite3_bind_int64(st, 3, f->since);
	sqlite3_bind_int64(st, 4, (int64_t)limit + 1);
	sqlite3_bind_int64(st, 5, f->until);
	return st;
}

enum st_result
st_list_runs(struct store *s, const struct st_run_filter *f, struct arena *a,
	     struct st_run **out, size_t *n, int64_t *next, struct wf_err *err)
{
	VEC(struct st_run) rows = {0};
	uint32_t limit = f->limit ? f->limit : 1000;
	sqlite3_stmt *st = list_statement(s, f, limit);
	int64_t key = 0, last = 0;
	enum st_result result;
	bool good = true;
	int rc;

	*next = 0;
	if (!st)
		return store_fail(s, SQLITE_OK, err);
	while ((rc = sqlite3_step(st)) == SQLITE_ROW && rows.n < limit) {
		struct st_run row;

		good &= row_run(st, a, &row, &key);
		last = key;
		vec_push(&rows, row);
	}
	if (rc == SQLITE_ROW) {
		*next = last;
		rc = SQLITE_DONE;
	}
	result = rc != SQLITE_DONE ? store_fail(s, rc, err)
		 : good            ? ST_OK
				   : store_damaged(s, "the row of a run", err);
	sqlite3_finalize(st);
	*out = arena_copy(a, rows.at, rows.n * sizeof(*rows.at));
	*n = rows.n;
	vec_release(&rows);
	return result;
}

/* All are counted page by page, and one by one only those in other states
 * than the usual one. */
enum st_result
st_count_runs(struct store *s, uint32_t counts[RUN_NSTATES], struct wf_err *err)
{
	sqlite3_stmt *st = query(s, Q_COUNT_RUNS);
	int rc;

	memset(counts, 0, RUN_NSTATES * sizeof(*counts));
	if (!st)
		return store_fail(s, SQLITE_OK, err);
	sqlite3_bind_int(st, 1, RUN_SUCCEEDED);
	while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		int64_t state = sqlite3_column_int64(st, 0);
		uint32_t n = (uint32_t)sqlite3_column_int64(st, 1);

		if (state >= 0 && state < RUN_NSTATES)
			counts[state] += n;
		if (state != RUN_SUCCEEDED)
			counts[RUN_SUCCEEDED] -= n;
	}
	return store_done(s, st, rc, err);
}
