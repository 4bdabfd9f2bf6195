/* The seal of a run: the sums of its rows, xored by table.
 *
 * A row that is written over must first be taken out of the seal, and
 * looking its sum up costs as much as writing it.  So the sums of the rows
 * that this handle has written last are remembered, for the run it has
 * taken: nobody else writes those while the epoch is ours.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "store_int.h"

/* --- as stored ----------------------------------------------------------- */

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
	sqlite3_bind_int64(r.st, 1, run);
	put_seal(&r, run, seal);
	return query_run(r.st);
}

/* --- sums remembered ----------------------------------------------------- */

void
use_sums(struct store *s, int64_t run)
{
	if (!run || s->sums_of != run)
		memset(s->sums, 0, sizeof(s->sums));
	s->sums_of = run;
}

void
forget_sums(struct store *s)
{
	use_sums(s, 0);
}

static struct known_sum *
place_of(struct store *s, uint64_t name)
{
	return &s->sums[name % ARRAY_SIZE(s->sums)];
}

static bool
recall(struct store *s, uint64_t name, int64_t *sum)
{
	const struct known_sum *k = place_of(s, name);

	*sum = k->sum;
	return k->name == name;
}

static void
note(struct store *s, uint64_t name, int64_t sum)
{
	*place_of(s, name) = (struct known_sum){name, sum};
}

static uint64_t
step_name(uint32_t ix)
{
	return 2 * ((uint64_t)ix + 1);
}

static uint64_t
attempt_name(uint64_t id)
{
	return 2 * id + 1;
}

/* --- rows that go and come ----------------------------------------------- */

/* From (run, from) up to (run, to), or the one row (run, from). */
static int
look_up(struct store *s, enum query q, int64_t run, int64_t from, int64_t to,
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
unseal_step(struct store *s, int64_t run, uint32_t ix, struct seal *seal)
{
	int64_t sum;

	if (!recall(s, step_name(ix), &sum))
		return look_up(s, Q_OLD_STEPS, run, ix, (int64_t)ix + 1,
			       &seal->steps);
	seal->steps ^= sum;
	return SQLITE_OK;
}

int
unseal_attempt(struct store *s, int64_t run, uint64_t id, struct seal *seal)
{
	int64_t sum;

	if (!recall(s, attempt_name(id), &sum))
		return look_up(s, Q_OLD_ATTEMPT, run, (int64_t)id, 0,
			       &seal->attempts);
	seal->attempts ^= sum;
	return SQLITE_OK;
}

int
unseal_steps(struct store *s, int64_t run, uint32_t first, uint32_t n,
	     struct seal *seal)
{
	forget_sums(s);
	return look_up(s, Q_OLD_STEPS, run, first, (int64_t)first + n,
		       &seal->steps);
}

void
seal_step(struct store *s, uint32_t ix, int64_t sum, struct seal *seal)
{
	seal->steps ^= sum;
	note(s, step_name(ix), sum);
}

void
seal_attempt(struct store *s, uint64_t id, int64_t sum, struct seal *seal)
{
	seal->attempts ^= sum;
	note(s, attempt_name(id), sum);
}
