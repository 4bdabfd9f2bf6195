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

int
write_step(struct store *s, int64_t run, const struct st_step *row,
	   struct seal *seal)
{
	struct row r = row_of(query(s, Q_PUT_STEP));
	int rc = unseal_step(s, run, row->ix, seal);

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
	seal_step(s, row->ix, r.kept, seal);
	return query_run(r.st);
}

int
write_attempt(struct store *s, int64_t run, const struct st_attempt *row,
	      struct seal *seal)
{
	struct row r = row_of(query(s, Q_PUT_ATTEMPT));
	int rc = unseal_attempt(s, run, row->id, seal);

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
	seal_attempt(s, row->id, r.kept, seal);
	return query_run(r.st);
}

static void
bind_event(struct row *r, int64_t run, const struct st_event *row,
	   struct seal *seal)
{
	const char *actor = row->actor;

	if (actor && str_eq(actor, "engine"))
		actor = NULL;
	r->sum = row_of(r->st).sum;
	put_int(r, run);
	put_int(r, (int64_t)row->seq);
	put_int(r, row->time);
	put_int(r, (int64_t)row->kind);
	put_int(r, event_kinds[row->kind].decision);
	put_int(r, index_or_none(row->ix));
	put_text(r, actor);
	put_text(r, row->what);
	put_text(r, row->because);
	put_text(r, row->data);
	put_sum(r);
	seal->events ^= r->kept;
}

/* One statement for several rows takes two thirds of the time. */
int
write_events(struct store *s, int64_t run, const struct st_event *const *rows,
	     size_t n, struct seal *seal)
{
	int rc = SQLITE_OK;

	for (size_t i = 0; !rc && i < n;) {
		bool many = n - i >= EVENTS_AT_ONCE;
		struct row r =
			row_of(query(s, many ? Q_ADD_EVENTS : Q_ADD_EVENT));
		size_t end = i + (many ? EVENTS_AT_ONCE : 1);

		if (!r.st)
			return sqlite3_extended_errcode(s->db);
		for (; i < end; i++)
			bind_event(&r, run, rows[i], seal);
		rc = query_run(r.st);
	}
	return rc;
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
	int rc = unseal_steps(s, run, first, n, seal);

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
	int rc = unseal_attempt(s, run, id, seal);

	forget_sums(s);
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

int
add_run(struct store *s, const struct st_run *row)
{
	struct row r = row_of(query(s, Q_ADD_RUN));

	if (!r.st)
		return sqlite3_extended_errcode(s->db);
	bind_run(&r, 0, row);
	sqlite3_bind_null(r.st, 1);
	return query_run(r.st);
}

int
write_run(struct store *s, int64_t key, const struct st_run *row,
	  const struct seal *seal, bool all)
{
	struct row r = row_of(query(s, all ? Q_PUT_RUN_ALL : Q_PUT_RUN));

	if (!r.st)
		return sqlite3_extended_errcode(s->db);
	bind_run(&r, key, row);
	put_seal(&r, key, seal);
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
