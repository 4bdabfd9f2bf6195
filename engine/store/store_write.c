/* Batches: changes gathered as data, then written in one transaction.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "../base/vec.h"
#include "store_int.h"

#define LARGE 8192 /* changes in one batch */
#define NEAR  256  /* rows of a batch whose places are remembered */

enum op_kind {
	OP_STEP,
	OP_ATTEMPT,
	OP_EVENT,
	OP_RUN,
	OP_DEFINITION,
	OP_ANSWER,
	OP_DROP,
	OP_DROP_ATTEMPT
};

struct op_definition {
	const char *hash, *text;
};

struct op_answer {
	uint64_t message;
	enum wf_code code;
	const char *answer;
};

struct op_drop {
	uint32_t first, n;
};

struct op {
	enum op_kind kind;
	uint64_t key; /* of steps and attempts */
	void *row;    /* in the batch's arena */
};

struct st_batch {
	struct arena arena;
	char run[ST_RUN_ID];
	VEC(struct op) ops;
	uint32_t near[NEAR];      /* by kind and key: place + 1 */
	size_t replaceable;       /* ops from here on */
	const struct st_run *row; /* the last run row, or NULL */
};

/* --- gathering
 * ---------------------------------------------------------------- */

struct st_batch *
st_batch_new(const char *run)
{
	struct st_batch *b = mem_alloc(sizeof(*b));

	snprintf(b->run, sizeof(b->run), "%s", run);
	return b;
}

void
st_batch_free(struct st_batch *b)
{
	if (!b)
		return;
	arena_release(&b->arena);
	vec_release(&b->ops);
	free(b);
}

bool
st_batch_is_empty(const struct st_batch *b)
{
	return !b->ops.n;
}

bool
st_batch_is_large(const struct st_batch *b)
{
	return b->ops.n > LARGE;
}

static const char *
keep(struct st_batch *b, const char *text)
{
	return text ? arena_strdup(&b->arena, text) : NULL;
}

static void *
add(struct st_batch *b, enum op_kind kind, const void *row, size_t size)
{
	void *copy = arena_copy(&b->arena, row, size);

	vec_push(&b->ops, (struct op){kind, 0, copy});
	return copy;
}

/* A row that is still waiting to be written is replaced by a newer one: a
 * step goes through several states in one batch.  Whose place another row has
 * taken is written twice. */
static void *
replace(struct st_batch *b, enum op_kind kind, uint64_t key, const void *row,
	size_t size)
{
	uint32_t *near = &b->near[(2 * key + (kind == OP_STEP)) % NEAR];
	struct op *op = *near ? &b->ops.at[*near - 1] : NULL;

	if (op && *near > b->replaceable && op->kind == kind &&
	    op->key == key) {
		memcpy(op->row, row, size);
		return op->row;
	}
	add(b, kind, row, size);
	*near = (uint32_t)b->ops.n;
	vec_last(&b->ops).key = key;
	return vec_last(&b->ops).row;
}

void
st_put_step(struct st_batch *b, const struct st_step *row)
{
	struct st_step *copy = replace(b, OP_STEP, row->ix, row, sizeof(*row));

	copy->path = keep(b, row->path);
	copy->outputs = keep(b, row->outputs);
	copy->data = keep(b, row->data);
}

void
st_put_attempt(struct st_batch *b, const struct st_attempt *row)
{
	struct st_attempt *copy =
		replace(b, OP_ATTEMPT, row->id, row, sizeof(*row));

	copy->log = keep(b, row->log);
}

void
st_drop_attempt(struct st_batch *b, uint64_t id)
{
	add(b, OP_DROP_ATTEMPT, &id, sizeof(id));
	b->replaceable = b->ops.n;
}

void
st_add_event(struct st_batch *b, const struct st_event *row)
{
	struct st_event *copy = add(b, OP_EVENT, row, sizeof(*row));

	copy->actor = keep(b, row->actor);
	copy->what = keep(b, row->what);
	copy->because = keep(b, row->because);
	copy->data = keep(b, row->data);
}

void
st_put_run(struct st_batch *b, const struct st_run *row)
{
	struct st_run *copy = add(b, OP_RUN, row, sizeof(*row));

	copy->flow = keep(b, row->flow);
	copy->name = keep(b, row->name);
	copy->definition = keep(b, row->definition);
	copy->boot = keep(b, row->boot);
	copy->params = keep(b, row->params);
	copy->outputs = keep(b, row->outputs);
	copy->options = keep(b, row->options);
	copy->data = keep(b, row->data);
	copy->actor = keep(b, row->actor);
	b->row = copy;
}

void
st_put_definition(struct st_batch *b, const char *hash, const char *text)
{
	struct op_definition d = {keep(b, hash), keep(b, text)};

	add(b, OP_DEFINITION, &d, sizeof(d));
}

void
st_answer(struct st_batch *b, uint64_t message, enum wf_code code,
	  const char *answer)
{
	struct op_answer a = {message, code, keep(b, answer)};

	add(b, OP_ANSWER, &a, sizeof(a));
}

void
st_drop_steps(struct st_batch *b, uint32_t first, uint32_t n)
{
	struct op_drop d = {first, n};

	add(b, OP_DROP, &d, sizeof(d));
	b->replaceable = b->ops.n;
}

/* --- writing
 * -------------------------------------------------------------------- */

static int
write_op(struct store *s, int64_t run, const struct op *op, struct seal *seal)
{
	const struct op_definition *d = op->row;
	const struct op_answer *a = op->row;
	const struct op_drop *drop = op->row;
	const uint64_t *attempt = op->row;

	switch (op->kind) {
	case OP_STEP:
		return write_step(s, run, op->row, seal);
	case OP_ATTEMPT:
		return write_attempt(s, run, op->row, seal);
	case OP_DEFINITION:
		return write_definition(s, d->hash, d->text);
	case OP_ANSWER:
		return write_answer(s, run, a->message, a->code, a->answer);
	case OP_DROP:
		return drop_steps(s, run, drop->first, drop->n, seal);
	case OP_DROP_ATTEMPT:
		return drop_attempt(s, run, *attempt, seal);
	case OP_EVENT: /* see put_events */
	case OP_RUN:   /* the last one counts, see put_row */
		return SQLITE_OK;
	}
	return SQLITE_MISUSE;
}

/* What is stored of the run, as far as a commit must know it. */
struct guard {
	uint64_t epoch, revision;
	enum run_state state;
	bool same_definition;
	struct seal seal;
};

static enum st_result
read_guard(struct store *s, int64_t key, const struct st_batch *b,
	   struct guard *g, struct wf_err *err)
{
	struct row r = row_of(query(s, Q_RUN_GUARD));
	const char *hash;
	bool sealed;
	int rc;

	if (!r.st)
		return store_fail(s, SQLITE_OK, err);
	sqlite3_bind_int64(r.st, 1, key);
	rc = sqlite3_step(r.st);
	if (rc == SQLITE_DONE)
		return store_no_run(b->run, err);
	if (rc != SQLITE_ROW)
		return store_fail(s, rc, err);
	g->epoch = (uint64_t)get_int(&r);
	g->revision = (uint64_t)get_int(&r);
	g->state = (enum run_state)get_int(&r);
	hash = (const char *)sqlite3_column_text(r.st, r.i++);
	g->same_definition = b->row && hash && b->row->definition &&
			     str_eq(b->row->definition, hash);
	sealed = get_seal(&r, &g->seal);
	sqlite3_reset(r.st);
	return sealed ? ST_OK : store_fail(s, SQLITE_CORRUPT, err);
}

static enum st_result
check_guard(struct store *s, const struct st_batch *b, const struct guard *g,
	    struct wf_err *err)
{
	uint64_t epoch = b->row                   ? b->row->epoch
			 : str_eq(s->run, b->run) ? s->epoch
						  : 0;

	if (epoch && epoch != g->epoch) {
		ERR(err, WF_STORE, "another engine has taken over run %s",
		    b->run);
		wf_err_hint(err, "`wfctl show %s` tells how it goes on",
			    b->run);
		return ST_FENCED;
	}
	if (b->row && b->row->revision != g->revision + 1) {
		ERR(err, WF_STORE, "run %s has moved on meanwhile", b->run);
		wf_err_hint(err, "look again and repeat what is still wanted");
		return ST_STALE;
	}
	return ST_OK;
}

static uint64_t
digest_docs(const struct st_run *row)
{
	uint64_t sum = mix_text(1, row->params);

	sum = mix_text(sum, row->outputs);
	sum = mix_text(sum, row->options);
	return mix_text(sum, row->data) | 1;
}

/* Columns that hardly ever change, among them those with an index. */
static uint64_t
digest_fixed(const struct st_run *row)
{
	uint64_t sum = mix_text((uint64_t)row->created, row->flow);

	sum = mix_text(sum, row->name);
	return mix_text(sum + row->state, row->actor) | 1;
}

/* The run's row is written with every commit, so only what changed is. */
static int
put_row(struct store *s, int64_t key, const struct st_batch *b,
	const struct guard *g, const struct seal *seal)
{
	const struct st_run *row = b->row;
	bool known = str_eq(s->run, b->run);
	bool all = !known || s->fixed != digest_fixed(row) ||
		   row->state != g->state;
	int rc = write_run(s, key, row, seal, all);

	if (!rc && (!known || s->docs != digest_docs(row)))
		rc = write_docs(s, key, row);
	return rc;
}

/* A changed definition: the new one gains a user before the old one loses
 * its last. */
static int
change_definition(struct store *s, int64_t key, const struct st_run *row)
{
	sqlite3_stmt *st = query(s, Q_RUN_GUARD);
	char *old = NULL;
	int rc;

	if (!st)
		return sqlite3_extended_errcode(s->db);
	sqlite3_bind_int64(st, 1, key);
	if (sqlite3_step(st) == SQLITE_ROW)
		old = mem_strdup((const char *)sqlite3_column_text(st, 3));
	sqlite3_reset(st);
	rc = count_definition(s, row->definition, 1);
	if (!rc && old)
		rc = count_definition(s, old, -1);
	free(old);
	return rc;
}

static int
put_events(struct store *s, int64_t key, const struct st_batch *b,
	   struct seal *seal)
{
	const struct st_event *rows[4 * EVENTS_AT_ONCE];
	size_t n = 0;
	int rc = SQLITE_OK;

	for (size_t i = 0; !rc && i < b->ops.n; i++) {
		if (b->ops.at[i].kind == OP_EVENT)
			rows[n++] = b->ops.at[i].row;
		if (n == ARRAY_SIZE(rows)) {
			rc = write_events(s, key, rows, n, seal);
			n = 0;
		}
	}
	return rc ? rc : write_events(s, key, rows, n, seal);
}

static int
write_ops(struct store *s, int64_t key, const struct st_batch *b,
	  const struct guard *g)
{
	struct seal seal = g->seal;
	int rc = SQLITE_OK;

	for (size_t i = 0; !rc && i < b->ops.n; i++)
		rc = write_op(s, key, &b->ops.at[i], &seal);
	if (!rc)
		rc = put_events(s, key, b, &seal);
	if (!rc && b->row && !g->same_definition)
		rc = change_definition(s, key, b->row);
	if (!rc && b->row)
		rc = put_row(s, key, b, g, &seal);
	else if (!rc && memcmp(&seal, &g->seal, sizeof(seal)) != 0)
		rc = write_seal(s, key, &seal);
	return rc;
}

/* Only what is surely on the disk may be left out of later commits. */
static void
remember(struct store *s, int64_t key, const struct st_batch *b)
{
	if (!b->row)
		return;
	if (!str_eq(s->run, b->run))
		s->epoch = 0;
	snprintf(s->run, sizeof(s->run), "%s", b->run);
	s->run_key = key;
	s->docs = digest_docs(b->row);
	s->fixed = digest_fixed(b->row);
}

static enum st_result
commit_once(struct store *s, const struct st_batch *b, struct wf_err *err)
{
	struct guard g = {0};
	int64_t key = 0;
	enum st_result result = store_begin(s, err);
	int rc;

	if (result)
		return result;
	result = store_run_key(s, b->run, &key, err);
	if (!result)
		result = read_guard(s, key, b, &g, err);
	if (!result)
		result = check_guard(s, b, &g, err);
	if (!result) {
		use_sums(s, str_eq(s->run, b->run) && s->epoch ? key : 0);
		rc = write_ops(s, key, b, &g);
		if (rc)
			result = store_fail(s, rc, err);
	}
	result = store_end(s, result, err);
	if (!result)
		remember(s, key, b);
	else
		forget_sums(s);
	return result;
}

/* A full disk that is noticed before COMMIT leaves nothing behind, and the
 * reserve has just been given back: once more, then. */
enum st_result
st_commit(struct store *s, const struct st_batch *b, struct wf_err *err)
{
	enum st_result result;

	if (!b->ops.n)
		return ST_OK;
	result = commit_once(s, b, err);
	return result == ST_FULL ? commit_once(s, b, err) : result;
}
