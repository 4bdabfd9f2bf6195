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

/* --- rows as they come ---------------------------------------------------- */

/* The rows of a kind; with `sum` (its column) the query gives all that a run
 * has, each with the run's seal in the columns from `seal`. */
struct kind {
	const char *what;
	int sum, seal;
};

static const struct kind steps = {"the steps of a run", 14, 15};
static const struct kind attempts = {"the attempts of a run", 12, 13};
static const struct kind all_events = {"the events of a run", 10, 12};
static const struct kind some_events = {"the events of a run", 0, 0};

#define KEPT 256 /* rows whose texts may pile up */

struct reading {
	struct store *s;
	const struct kind *kind;
	sqlite3_stmt *st;
	struct arena own,
		*texts;   /* of the rows: the caller's, or kept shortly */
	size_t n;         /* rows so far */
	struct seal seal; /* what was written */
	int64_t seen;     /* what came */
	bool sealed;      /* the seal has come */
	bool good, stopped;
	enum st_result result;
	struct wf_err *err;
};

/* A run that is not there has no rows.  `texts` NULL: those of a row live
 * until the next one. */
static void
begin(struct reading *r, struct store *s, enum query q, const struct kind *kind,
      const char *run, struct arena *texts, struct wf_err *err)
{
	int64_t key = 0;

	*r = (struct reading){.s = s, .kind = kind, .good = true, .err = err};
	r->texts = texts ? texts : &r->own;
	r->result = store_run_key(s, run, &key, err);
	if (r->result)
		return;
	r->st = query(s, q);
	if (r->st)
		sqlite3_bind_int64(r->st, 1, key);
	else
		r->result = store_fail(s, SQLITE_OK, err);
}

static bool
see_seal(struct reading *r)
{
	struct row row = row_of(r->st);

	row.i = r->kind->seal;
	if (!r->sealed && !get_seal(&row, &r->seal))
		return false;
	r->sealed = true;
	r->seen ^= sqlite3_column_int64(r->st, r->kind->sum);
	return true;
}

/* A run without rows of the kind comes as one row of nothing. */
static bool
next(struct reading *r)
{
	int rc = SQLITE_ROW;

	if (r->result || r->stopped || !r->good)
		return false;
	if (r->texts == &r->own && ++r->n % KEPT == 0)
		arena_release(&r->own);
	while (r->good && (rc = sqlite3_step(r->st)) == SQLITE_ROW) {
		r->good = !r->kind->sum || see_seal(r);
		if (r->good && sqlite3_column_type(r->st, 0) != SQLITE_NULL)
			return true;
	}
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		r->result = store_fail(r->s, rc, r->err);
	return false;
}

/* `seal`: the sum of all rows of the kind, as it was written. */
static enum st_result
end(struct reading *r, int64_t seal)
{
	if (r->kind->sum && !r->stopped)
		r->good &= r->sealed && r->seen == seal;
	if (!r->result && !r->good)
		r->result = store_damaged(r->s, r->kind->what, r->err);
	if (r->st) {
		sqlite3_reset(r->st);
		sqlite3_clear_bindings(r->st);
	}
	arena_release(&r->own);
	return r->result;
}

/* --- what a row says ------------------------------------------------------ */

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
read_step(struct reading *x, struct st_step *out)
{
	struct row r = row_of(x->st);
	int64_t state, cause;
	uint64_t order;

	get_int(&r); /* the run */
	out->ix = (uint32_t)get_int(&r);
	out->path = get_text(&r, x->texts);
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
	out->outputs = get_text(&r, x->texts);
	out->data = get_text(&r, x->texts);
	x->good = get_sum(&r) && is_within(state, STEP_NSTATES) &&
		  is_within(cause, NCAUSES) && out->path;
	return x->good;
}

static bool
read_attempt(struct reading *x, struct st_attempt *out)
{
	struct row r = row_of(x->st);
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
	out->log = get_text(&r, x->texts);
	x->good = get_sum(&r) && is_within(phase, PHASE_HOOK + 1) &&
		  is_within(cause, NCAUSES);
	return x->good;
}

static bool
read_event(struct reading *x, struct st_event *out)
{
	struct row r = row_of(x->st);
	int64_t kind;

	get_int(&r);
	out->seq = (uint64_t)get_int(&r);
	out->time = get_int(&r);
	kind = get_int(&r);
	out->kind = (enum event_kind)kind;
	get_int(&r); /* decision */
	out->ix = none_or_index(get_int(&r));
	out->actor = get_text(&r, x->texts);
	out->what = get_text(&r, x->texts);
	out->because = get_text(&r, x->texts);
	out->data = get_text(&r, x->texts);
	x->good = get_sum(&r) && is_within(kind, EV_NKINDS);
	out->path = get_text(&r, x->texts); /* of the step, joined */
	if (!out->actor)
		out->actor = "engine";
	return x->good;
}

/* --- one by one ----------------------------------------------------------- */

enum st_result
st_each_step(struct store *s, const char *run,
	     bool (*fn)(void *arg, const struct st_step *row), void *arg,
	     struct wf_err *err)
{
	struct reading r;
	struct st_step row;

	begin(&r, s, Q_STEPS, &steps, run, NULL, err);
	while (next(&r) && read_step(&r, &row))
		r.stopped = !fn(arg, &row);
	return end(&r, r.seal.steps);
}

enum st_result
st_each_attempt(struct store *s, const char *run,
		bool (*fn)(void *arg, const struct st_attempt *row), void *arg,
		struct wf_err *err)
{
	struct reading r;
	struct st_attempt row;

	begin(&r, s, Q_ATTEMPTS, &attempts, run, NULL, err);
	while (next(&r) && read_attempt(&r, &row))
		r.stopped = !fn(arg, &row);
	return end(&r, r.seal.attempts);
}

enum st_result
st_each_event(struct store *s, const char *run, bool only_decisions,
	      bool (*fn)(void *arg, const struct st_event *row), void *arg,
	      struct wf_err *err)
{
	struct reading r;
	struct st_event row;

	if (only_decisions)
		begin(&r, s, Q_REASONS, &some_events, run, NULL, err);
	else
		begin(&r, s, Q_ALL_EVENTS, &all_events, run, NULL, err);
	while (next(&r) && read_event(&r, &row))
		r.stopped = !fn(arg, &row);
	return end(&r, r.seal.events);
}

/* --- all of them ---------------------------------------------------------- */

enum st_result
st_read_steps(struct store *s, const char *run, struct arena *a,
	      struct st_step **out, size_t *n, struct wf_err *err)
{
	VEC(struct st_step) rows = {0};
	struct reading r;
	struct st_step row;

	begin(&r, s, Q_STEPS, &steps, run, a, err);
	while (next(&r) && read_step(&r, &row))
		vec_push(&rows, row);
	*out = arena_copy(a, rows.at, rows.n * sizeof(*rows.at));
	*n = rows.n;
	vec_release(&rows);
	return end(&r, r.seal.steps);
}

static bool
is_wanted(sqlite3_stmt *st, uint32_t ix, bool only_open)
{
	if (only_open && !sqlite3_column_int(st, 5))
		return false;
	return ix == UINT32_MAX || sqlite3_column_int64(st, 2) == ix;
}

enum st_result
st_read_attempts(struct store *s, const char *run, uint32_t ix, bool only_open,
		 struct arena *a, struct st_attempt **out, size_t *n,
		 struct wf_err *err)
{
	VEC(struct st_attempt) rows = {0};
	struct reading r;
	struct st_attempt row;

	begin(&r, s, Q_ATTEMPTS, &attempts, run, a, err);
	while (next(&r))
		if (is_wanted(r.st, ix, only_open) && read_attempt(&r, &row))
			vec_push(&rows, row);
	*out = arena_copy(a, rows.at, rows.n * sizeof(*rows.at));
	*n = rows.n;
	vec_release(&rows);
	return end(&r, r.seal.attempts);
}

/* Only all events together can be compared with the seal. */
static void
begin_events(struct reading *r, struct store *s, const char *run,
	     uint64_t after, uint32_t limit, bool only_decisions,
	     struct arena *a, struct wf_err *err)
{
	if (!after && !limit && !only_decisions) {
		begin(r, s, Q_ALL_EVENTS, &all_events, run, a, err);
		return;
	}
	begin(r, s, only_decisions ? Q_DECISIONS : Q_EVENTS, &some_events, run,
	      a, err);
	if (r->result)
		return;
	if (after > INT64_MAX)
		after = INT64_MAX;
	sqlite3_bind_int64(r->st, 2, (int64_t)after);
	sqlite3_bind_int64(r->st, 3, limit ? (int64_t)limit : -1);
}

enum st_result
st_read_events(struct store *s, const char *run, uint64_t after, uint32_t limit,
	       bool only_decisions, struct arena *a, struct st_event **out,
	       size_t *n, struct wf_err *err)
{
	VEC(struct st_event) rows = {0};
	struct reading r;
	struct st_event row;

	begin_events(&r, s, run, after, limit, only_decisions, a, err);
	while (next(&r) && read_event(&r, &row))
		vec_push(&rows, row);
	*out = arena_copy(a, rows.at, rows.n * sizeof(*rows.at));
	*n = rows.n;
	vec_release(&rows);
	return end(&r, r.seal.events);
}
