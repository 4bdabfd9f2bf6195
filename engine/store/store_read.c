/* Reading one run: its row, definition, steps, attempts and events.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../base/vec.h"
#include "store_int.h"

enum st_result
st_look(struct store *s, struct wf_err *err)
{
	sqlite3_stmt *st = query(s, Q_LOOK);
	int rc = st ? query_run(st) : sqlite3_extended_errcode(s->db);

	return rc ? store_fail(s, rc, err) : ST_OK;
}

void
st_look_end(struct store *s)
{
	sqlite3_stmt *st = query(s, Q_ROLLBACK);

	if (st && !sqlite3_get_autocommit(s->db))
		query_run(st);
}

enum st_result
st_read_run(struct store *s, const char *id, struct arena *a,
	    struct st_run *out, struct wf_err *err)
{
	sqlite3_stmt *st = query(s, Q_RUN);
	int rc;
	bool good;

	if (!st)
		return store_fail(s, SQLITE_OK, err);
	sqlite3_bind_text(st, 1, id, -1, SQLITE_STATIC);
	rc = sqlite3_step(st);
	if (rc != SQLITE_ROW) {
		enum st_result result = store_done(s, st, rc, err);

		return result ? result : store_no_run(id, err);
	}
	good = row_run(st, a, out, NULL) && str_eq(out->id, id);
	sqlite3_reset(st);
	return good ? ST_OK : store_damaged(s, "the row of a run", err);
}

/* --- the rows of a run
 * -------------------------------------------------------- */

static uint32_t
none_or_index(int64_t ix)
{
	return ix < 0 ? UINT32_MAX : (uint32_t)ix;
}

static bool
is_within(int64_t value, int64_t limit)
{
	return value >= 0 && value < limit;
}

static bool
read_step(sqlite3_stmt *st, struct arena *a, struct st_step *out)
{
	struct row r = row_of(st);
	int64_t state, cause;
	uint64_t order;

	get_int(&r); /* the run */
	out->ix = (uint32_t)get_int(&r);
	out->path = get_text(&r, a);
	out->parent = none_or_index(get_int(&r));
	state = get_int(&r);
	cause = get_int(&r);
	out->state = (enum step_state)state;
	out->cause = (enum cause)cause;
	out->tries = (uint32_t)get_int(&r);
	order = (uint64_t)get_int(&r);
	out->began = order >> 32;
	out->order = order & UINT32_MAX;
	out->started = get_int(&r);
	out->finished = get_int(&r);
	out->due = get_int(&r);
	out->exit_code = (int)get_int(&r);
	out->outputs = get_text(&r, a);
	out->data = get_text(&r, a);
	return get_sum(&r) && is_within(state, STEP_NSTATES) &&
	       is_within(cause, NCAUSES) && out->path;
}

static bool
read_attempt(sqlite3_stmt *st, struct arena *a, struct st_attempt *out)
{
	struct row r = row_of(st);
	int64_t phase, cause;

	get_int(&r);
	out->id = (uint64_t)get_int(&r);
	out->ix = (uint32_t)get_int(&r);
	out->n = (uint32_t)get_int(&r);
	phase = get_int(&r);
	out->phase = (enum phase)phase;
	out->open = get_int(&r) != 0;
	out->started = get_int(&r);
	out->finished = get_int(&r);
	out->exit_code = (int)get_int(&r);
	out->signal = (int)get_int(&r);
	cause = get_int(&r);
	out->cause = (enum cause)cause;
	out->log = get_text(&r, a);
	return get_sum(&r) && is_within(phase, PHASE_HOOK + 1) &&
	       is_within(cause, NCAUSES);
}

static bool
read_event(sqlite3_stmt *st, struct arena *a, struct st_event *out)
{
	struct row r = row_of(st);
	int64_t kind;
	bool good;

	get_int(&r);
	out->seq = (uint64_t)get_int(&r);
	out->time = get_int(&r);
	kind = get_int(&r);
	out->kind = (enum event_kind)kind;
	get_int(&r); /* decision */
	out->ix = none_or_index(get_int(&r));
	out->actor = get_text(&r, a);
	out->what = get_text(&r, a);
	out->because = get_text(&r, a);
	out->data = get_text(&r, a);
	good = get_sum(&r) && is_within(kind, EV_NKINDS);
	out->path = get_text(&r, a); /* of the step, joined */
	if (!out->actor)
		out->actor = "engine";
	return good;
}

/* Rows as they come, and whether they are all that were written. */
struct sealed {
	struct seal seal; /* what was written */
	int64_t seen;     /* what came */
	bool known;
};

/* The first row tells the seal, which stands from column `at`. */
static bool
see(sqlite3_stmt *st, int at, int sum, struct sealed *x)
{
	struct row r = row_of(st);

	r.i = at;
	if (!x->known && !get_seal(&r, &x->seal))
		return false;
	x->known = true;
	x->seen ^= sqlite3_column_int64(st, sum);
	return true;
}

/* A run without rows of the kind comes as one row of nothing. */
static bool
is_nothing(sqlite3_stmt *st)
{
	return sqlite3_column_type(st, 0) == SQLITE_NULL;
}

static enum st_result
end_rows(struct store *s, sqlite3_stmt *st, int rc, bool good, const char *what,
	 struct wf_err *err)
{
	enum st_result result = ST_OK;

	if (rc != SQLITE_DONE && rc != SQLITE_ROW)
		result = store_fail(s, rc, err);
	else if (!good)
		result = store_damaged(s, what, err);
	sqlite3_reset(st);
	sqlite3_clear_bindings(st);
	return result;
}

/* The key for reading; a run that is not there has no rows. */
static enum st_result
begin_rows(struct store *s, enum query q, const char *run, sqlite3_stmt **st,
	   struct wf_err *err)
{
	int64_t key = 0;
	enum st_result result = store_run_key(s, run, &key, err);

	if (result)
		return result;
	*st = query(s, q);
	if (!*st)
		return store_fail(s, SQLITE_OK, err);
	sqlite3_bind_int64(*st, 1, key);
	return ST_OK;
}

#define KEPT 256 /* rows whose texts may pile up */

enum st_result
st_each_step(struct store *s, const char *run,
	     bool (*fn)(void *arg, const struct st_step *row), void *arg,
	     struct wf_err *err)
{
	struct arena a = {0};
	struct sealed x = {0};
	sqlite3_stmt *st;
	enum st_result result = begin_rows(s, Q_STEPS, run, &st, err);
	bool good = true, going = true;
	int rc;

	if (result)
		return result;
	for (size_t n = 1; going && (rc = sqlite3_step(st)) == SQLITE_ROW;
	     n++) {
		struct st_step row = {0};

		good = see(st, 15, 14, &x);
		if (good && !is_nothing(st)) {
			good = read_step(st, &a, &row);
			going = good && fn(arg, &row);
		}
		going &= good;
		if (n % KEPT == 0)
			arena_release(&a);
	}
	good &= !going || (x.known && x.seen == x.seal.steps);
	arena_release(&a);
	return end_rows(s, st, rc, good, "the steps of a run", err);
}

struct step_list {
	VEC(struct st_step) rows;
	struct arena *a;
};

static bool
keep_step(void *arg, const struct st_step *row)
{
	struct step_list *list = arg;
	struct st_step copy = *row;

	copy.path = arena_strdup(list->a, row->path);
	if (row->outputs)
		copy.outputs = arena_strdup(list->a, row->outputs);
	if (row->data)
		copy.data = arena_strdup(list->a, row->data);
	vec_push(&list->rows, copy);
	return true;
}

enum st_result
st_read_steps(struct store *s, const char *run, struct arena *a,
	      struct st_step **out, size_t *n, struct wf_err *err)
{
	struct step_list list = {.a = a};
	enum st_result result = st_each_step(s, run, keep_step, &list, err);

	*out = arena_copy(a, list.rows.at, list.rows.n * sizeof(*list.rows.at));
	*n = list.rows.n;
	vec_release(&list.rows);
	return result;
}

static bool
is_wanted(sqlite3_stmt *st, uint32_t ix, bool only_open)
{
	if (is_nothing(st) || (only_open && !sqlite3_column_int(st, 5)))
		return false;
	return ix == UINT32_MAX || sqlite3_column_int64(st, 2) == ix;
}

enum st_result
st_read_attempts(struct store *s, const char *run, uint32_t ix, bool only_open,
		 struct arena *a, struct st_attempt **out, size_t *n,
		 struct wf_err *err)
{
	VEC(struct st_attempt) rows = {0};
	struct sealed x = {0};
	sqlite3_stmt *st;
	enum st_result result = begin_rows(s, Q_ATTEMPTS, run, &st, err);
	bool good = true;
	int rc;

	if (result)
		return result;
	while ((rc = sqlite3_step(st)) == SQLITE_ROW && good) {
		struct st_attempt row = {0};

		good = see(st, 13, 12, &x);
		if (!good || !is_wanted(st, ix, only_open))
			continue;
		good = read_attempt(st, a, &row);
		vec_push(&rows, row);
	}
	good &= x.known && x.seen == x.seal.attempts;
	result = end_rows(s, st, rc, good, "the attempts of a run", err);
	*out = arena_copy(a, rows.at, rows.n * sizeof(*rows.at));
	*n = rows.n;
	vec_release(&rows);
	return result;
}

/* Only all events together can be compared with the seal. */
static sqlite3_stmt *
begin_events(struct store *s, const char *run, uint64_t after, uint32_t limit,
	     bool only_decisions, enum st_result *result, struct wf_err *err)
{
	enum query q = only_decisions   ? Q_DECISIONS
		       : after || limit ? Q_EVENTS
					: Q_ALL_EVENTS;
	sqlite3_stmt *st = NULL;

	*result = begin_rows(s, q, run, &st, err);
	if (*result || q == Q_ALL_EVENTS)
		return st;
	if (after > INT64_MAX)
		after = INT64_MAX;
	sqlite3_bind_int64(st, 2, (int64_t)after);
	sqlite3_bind_int64(st, 3, limit ? (int64_t)limit : -1);
	return st;
}

enum st_result
st_read_events(struct store *s, const char *run, uint64_t after, uint32_t limit,
	       bool only_decisions, struct arena *a, struct st_event **out,
	       size_t *n, struct wf_err *err)
{
	VEC(struct st_event) rows = {0};
	struct sealed x = {0};
	bool all = !after && !limit && !only_decisions, good = true;
	enum st_result result;
	sqlite3_stmt *st = begin_events(s, run, after, limit, only_decisions,
					&result, err);
	int rc;

	if (result)
		return result;
	while ((rc = sqlite3_step(st)) == SQLITE_ROW && good) {
		struct st_event row = {0};

		good = !all || see(st, 12, 10, &x);
		if (!good || is_nothing(st))
			continue;
		good = read_event(st, a, &row);
		vec_push(&rows, row);
	}
	good &= !all || (x.known && x.seen == x.seal.events);
	result = end_rows(s, st, rc, good, "the events of a run", err);
	*out = arena_copy(a, rows.at, rows.n * sizeof(*rows.at));
	*n = rows.n;
	vec_release(&rows);
	return result;
}

enum st_result
st_each_decision(struct store *s, const char *run,
		 bool (*fn)(void *arg, const struct st_event *row), void *arg,
		 struct wf_err *err)
{
	struct arena a = {0};
	sqlite3_stmt *st;
	enum st_result result = begin_rows(s, Q_REASONS, run, &st, err);
	bool good = true, going = true;
	int rc;

	if (result)
		return result;
	for (size_t n = 1; going && (rc = sqlite3_step(st)) == SQLITE_ROW;
	     n++) {
		struct st_event row = {0};

		good = read_event(st, &a, &row);
		going = good && fn(arg, &row);
		if (n % KEPT == 0)
			arena_release(&a);
	}
	arena_release(&a);
	return end_rows(s, st, rc, good, "the events of a run", err);
}
