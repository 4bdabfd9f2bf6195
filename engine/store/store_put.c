/* Single rows into the store, inside a transaction somebody else began.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "store_int.h"

/* Absent indexes take one byte. */
static int64_t
index_or_none(uint32_t ix)
{
	return ix == UINT32_MAX ? -1 : (int64_t)ix;
}

/* Take the rows that are about to go out of the seal: (run, from) up to
 * (run, to), or the one row (run, from). */
static int
unseal(struct store *s, enum query q, int64_t run, int64_t from, int64_t to,
       int64_t *seal)
{
	sqlite3_stmt *st = query(s, q);
	int rc;

	if (!st)
		return sqlite3_extended_errcode(s->db);
	sqlite3_bind_int64(st, 1, run);
	sqlite3_bind_int64(st, 2, from);
	if (sqlite3_bind_parameter_count(st) > 2)
		sqlite3_bind_int64(st, 3, to);
	while ((rc = sqlite3_step(st)) == SQLITE_ROW)
		*seal ^= sqlite3_column_int64(st, 0);
	sqlite3_reset(st);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

int
read_seal(struct store *s, int64_t run, struct seal *seal)
{
	struct row r = row_of(query(s, Q_SEAL));
	int rc;

	if (!r.st)
		return sqlite3_extended_errcode(s->db);
	sqlite3_bind_int64(r.st, 1, run);
	rc = sqlite3_step(r.st);
	if (rc == SQLITE_ROW)
		rc = get_seal(&r, seal) ? SQLITE_OK : SQLITE_CORRUPT;
	sqlite3_reset(r.st);
	return rc == SQLITE_DONE ? SQLITE_CORRUPT : rc;
}

int
write_seal(struct store *s, int64_t run, const struct seal *seal)
{
	struct row r = row_of(query(s, Q_PUT_SEAL));

	if (!r.st)
		return sqlite3_extended_errcode(s->db);
	put_int(&r, run);
	put_int(&r, seal->steps);
	put_int(&r, seal->attempts);
	put_int(&r, seal->events);
	put_sum(&r);
	return query_run(r.st);
}

int
write_step(struct store *s, int64_t run, const struct st_step *row,
	   struct seal *seal)
{
	struct row r = row_of(query(s, Q_PUT_STEP));
	int64_t ix = row->ix;
	int rc = unseal(s, Q_OLD_STEPS, run, ix, ix + 1, &seal->steps);

	if (rc || !r.st)
		return sqlite3_extended_errcode(s->db);
	put_int(&r, run);
	put_int(&r, row->ix);
	put_text(&r, row->path);
	put_int(&r, index_or_none(row->parent));
	put_int(&r, (int64_t)row->state);
	put_int(&r, (int64_t)row->cause);
	put_int(&r, row->tries);
	put_int(&r, (int64_t)(row->began << 32 | row->order));
	put_int(&r, row->started);
	put_int(&r, row->finished);
	put_int(&r, row->due);
	put_int(&r, row->exit_code);
	put_text(&r, row->outputs);
	put_text(&r, row->data);
	put_sum(&r);
	seal->steps ^= r.kept;
	return query_run(r.st);
}

int
write_attempt(struct store *s, int64_t run, const struct st_attempt *row,
	      struct seal *seal)
{
	struct row r = row_of(query(s, Q_PUT_ATTEMPT));
	int rc = unseal(s, Q_OLD_ATTEMPT, run, (int64_t)row->id, 0,
			&seal->attempts);

	if (rc || !r.st)
		return sqlite3_extended_errcode(s->db);
	put_int(&r, run);
	put_int(&r, (int64_t)row->id);
	put_int(&r, row->ix);
	put_int(&r, row->n);
	put_int(&r, (int64_t)row->phase);
	put_int(&r, row->open);
	put_int(&r, row->started);
	put_int(&r, row->finished);
	put_int(&r, row->exit_code);
	put_int(&r, row->signal);
	put_int(&r, (int64_t)row->cause);
	put_text(&r, row->log);
	put_sum(&r);
	seal->attempts ^= r.kept;
	return query_run(r.st);
}

int
write_event(struct store *s, int64_t run, const struct st_event *row,
	    struct seal *seal)
{
	struct row r = row_of(query(s, Q_ADD_EVENT));
	const char *actor = row->actor;

	if (!r.st)
		return sqlite3_extended_errcode(s->db);
	if (actor && str_eq(actor, "engine"))
		actor = NULL;
	put_int(&r, run);
	put_int(&r, (int64_t)row->seq);
	put_int(&r, row->time);
	put_int(&r, (int64_t)row->kind);
	put_int(&r, event_kinds[row->kind].decision);
	put_int(&r, index_or_none(row->ix));
	put_text(&r, actor);
	put_text(&r, row->what);
	put_text(&r, row->because);
	put_text(&r, row->data);
	put_sum(&r);
	seal->events ^= r.kept;
	return query_run(r.st);
}

int
write_answer(struct store *s, int64_t run, uint64_t message, enum wf_code code,
	     const char *answer)
{
	struct row r = row_of(query(s, Q_ANSWER));

	if (!r.st)
		return sqlite3_extended_errcode(s->db);
	put_int(&r, run);
	put_int(&r, (int64_t)message);
	put_int(&r, (int64_t)code);
	put_text(&r, answer);
	put_sum(&r);
	return query_run(r.st);
}

int
drop_steps(struct store *s, int64_t run, uint32_t first, uint32_t n,
	   struct seal *seal)
{
	struct row r = row_of(query(s, Q_DROP_STEPS));
	int rc = unseal(s, Q_OLD_STEPS, run, first, (int64_t)first + n,
			&seal->steps);

	if (rc || !r.st)
		return sqlite3_extended_errcode(s->db);
	put_int(&r, run);
	put_int(&r, first);
	put_int(&r, (int64_t)first + n);
	return query_run(r.st);
}

int
drop_attempt(struct store *s, int64_t run, uint64_t id, struct seal *seal)
{
	struct row r = row_of(query(s, Q_DROP_ATTEMPT));
	int rc = unseal(s, Q_OLD_ATTEMPT, run, (int64_t)id, 0, &seal->attempts);

	if (rc || !r.st)
		return sqlite3_extended_errcode(s->db);
	put_int(&r, run);
	put_int(&r, (int64_t)id);
	return query_run(r.st);
}

static void
bind_run(struct row *r, int64_t key, const struct st_run *row)
{
	put_int(r, key);
	put_text(r, row->id);
	put_text(r, row->flow);
	put_text(r, row->name);
	put_text(r, row->definition);
	put_int(r, (int64_t)row->state);
	put_int(r, (int64_t)row->cause);
	put_int(r, (int64_t)row->revision);
	put_int(r, (int64_t)row->next_event);
	put_int(r, (int64_t)row->next_attempt);
	put_int(r, (int64_t)row->next_order);
	put_int(r, (int64_t)row->epoch);
	put_text(r, row->boot);
	put_int(r, row->created);
	put_int(r, row->started);
	put_int(r, row->finished);
	put_text(r, row->actor);
	put_int(r, row->nsteps);
	put_int(r, row->ndone);
	put_int(r, row->nfailed);
	put_sum(r);
}

/* Key 0: a new row, whose key SQLite picks; its sum is not right yet. */
int
write_run(struct store *s, int64_t key, const struct st_run *row, bool all)
{
	struct row r = row_of(query(s, !key  ? Q_ADD_RUN
				       : all ? Q_PUT_RUN_ALL
					     : Q_PUT_RUN));

	if (!r.st)
		return sqlite3_extended_errcode(s->db);
	bind_run(&r, key, row);
	if (!key)
		sqlite3_bind_null(r.st, 1);
	return query_run(r.st);
}

int
write_docs(struct store *s, int64_t key, const struct st_run *row)
{
	struct row r = row_of(query(s, Q_PUT_DOC));

	if (!r.st)
		return sqlite3_extended_errcode(s->db);
	put_int(&r, key);
	put_text(&r, row->params);
	put_text(&r, row->outputs);
	put_text(&r, row->options);
	put_text(&r, row->data);
	put_sum(&r);
	return query_run(r.st);
}

int
write_definition(struct store *s, const char *hash, const char *text)
{
	struct row r = row_of(query(s, Q_ADD_DEFINITION));

	if (!r.st)
		return sqlite3_extended_errcode(s->db);
	put_text(&r, hash);
	put_text(&r, text);
	put_sum(&r);
	return query_run(r.st);
}

int
count_definition(struct store *s, const char *hash, int delta)
{
	struct row r = row_of(query(s, Q_USE_DEFINITION));
	int rc;

	if (!r.st)
		return sqlite3_extended_errcode(s->db);
	put_text(&r, hash);
	put_int(&r, delta);
	rc = query_run(r.st);
	if (rc || delta > 0)
		return rc;
	r = row_of(query(s, Q_DROP_DEFINITION));
	if (!r.st)
		return sqlite3_extended_errcode(s->db);
	put_text(&r, hash);
	return query_run(r.st);
}
