/* Rows: columns in and out in one order, with a checksum at the end.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "store_int.h"

/* Each value is mixed in by a bijection, so that one damaged value always
 * changes the 64-bit sum; 32 bits of it are kept. */
static uint64_t
mix(uint64_t sum, uint64_t value)
{
	sum = (sum ^ value) * UINT64_C(0x9e3779b97f4a7c15);
	return sum ^ sum >> 29;
}

void
text_sum_begin(struct text_sum *t, uint64_t sum, size_t n)
{
	t->sum = mix(sum, n + 1);
	t->left = 0;
}

void
text_sum_add(struct text_sum *t, const char *bytes, size_t n)
{
	uint64_t word;

	while (t->left && n) {
		t->word[t->left++] = *bytes++;
		n--;
		if (t->left == 8) {
			memcpy(&word, t->word, 8);
			t->sum = mix(t->sum, word);
			t->left = 0;
		}
	}
	for (; n >= 8; n -= 8, bytes += 8) {
		memcpy(&word, bytes, 8);
		t->sum = mix(t->sum, word);
	}
	memcpy(t->word + t->left, bytes, n);
	t->left += n;
}

uint64_t
text_sum_end(struct text_sum *t)
{
	uint64_t word = 0;

	if (!t->left)
		return t->sum;
	memcpy(&word, t->word, t->left);
	return mix(t->sum, word);
}

static uint64_t
mix_bytes(uint64_t sum, const void *bytes, size_t n)
{
	struct text_sum t;

	text_sum_begin(&t, sum, n);
	text_sum_add(&t, bytes, n);
	return text_sum_end(&t);
}

uint64_t
mix_text(uint64_t sum, const char *text)
{
	return text ? mix_bytes(sum, text, strlen(text)) : mix(sum, 0);
}

uint64_t
sum_ints(uint64_t sum, int64_t a, int64_t b)
{
	return mix(mix(sum, (uint64_t)a), (uint64_t)b);
}

static int32_t
fold(uint64_t sum)
{
	return (int32_t)(uint32_t)(sum ^ sum >> 32);
}

struct row
row_of(sqlite3_stmt *st)
{
	return (struct row){.st = st, .sum = 1};
}

void
put_int(struct row *r, int64_t value)
{
	r->sum = mix(r->sum, (uint64_t)value);
	sqlite3_bind_int64(r->st, ++r->i, value);
}

/* The text must live until the statement was run. */
void
put_text(struct row *r, const char *text)
{
	r->sum = mix_text(r->sum, text);
	if (text)
		sqlite3_bind_text(r->st, ++r->i, text, -1, SQLITE_STATIC);
	else
		sqlite3_bind_null(r->st, ++r->i);
}

void
put_sum(struct row *r)
{
	r->kept = fold(r->sum);
	sqlite3_bind_int64(r->st, ++r->i, r->kept);
}

int64_t
get_int(struct row *r)
{
	int64_t value = sqlite3_column_int64(r->st, r->i++);

	r->sum = mix(r->sum, (uint64_t)value);
	return value;
}

const char *
get_text(struct row *r, struct arena *a)
{
	int i = r->i++;
	const char *text = (const char *)sqlite3_column_text(r->st, i);
	size_t n = (size_t)sqlite3_column_bytes(r->st, i);

	if (!text) {
		r->sum = mix(r->sum, 0);
		return NULL;
	}
	r->sum = mix_bytes(r->sum, text, n);
	return arena_strndup(a, text, n);
}

bool
get_sum(struct row *r)
{
	return sqlite3_column_int64(r->st, r->i++) == fold(r->sum);
}

void
put_seal(struct row *r, int64_t run, const struct seal *seal)
{
	r->sum = mix(row_of(r->st).sum, (uint64_t)run);
	r->i = AFTER_RUN;
	put_int(r, seal->steps);
	put_int(r, seal->attempts);
	put_int(r, seal->events);
	put_sum(r);
}

bool
get_seal(struct row *r, struct seal *seal)
{
	r->sum = row_of(r->st).sum;
	get_int(r); /* the run */
	seal->steps = get_int(r);
	seal->attempts = get_int(r);
	seal->events = get_int(r);
	return get_sum(r);
}

/* An enum from the disk must be one of ours. */
static bool
within(int64_t value, int64_t limit)
{
	return value >= 0 && value < limit;
}

static bool
row_run_itself(struct row *r, struct arena *a, struct st_run *out)
{
	const char *id = get_text(r, a);
	int64_t state, cause;

	snprintf(out->id, sizeof(out->id), "%s", id ? id : "");
	out->flow = get_text(r, a);
	out->name = get_text(r, a);
	out->definition = get_text(r, a);
	state = get_int(r);
	cause = get_int(r);
	out->state = (enum run_state)state;
	out->cause = (enum cause)cause;
	out->revision = (uint64_t)get_int(r);
	out->next_event = (uint64_t)get_int(r);
	out->next_attempt = (uint64_t)get_int(r);
	out->next_order = (uint64_t)get_int(r);
	out->epoch = (uint64_t)get_int(r);
	out->boot = get_text(r, a);
	out->created = get_int(r);
	out->started = get_int(r);
	out->finished = get_int(r);
	out->actor = get_text(r, a);
	out->nsteps = (uint32_t)get_int(r);
	out->ndone = (uint32_t)get_int(r);
	out->nfailed = (uint32_t)get_int(r);
	return get_sum(r) && within(state, RUN_NSTATES) &&
	       within(cause, NCAUSES) && out->flow && out->definition;
}

bool
row_run(sqlite3_stmt *st, struct arena *a, struct st_run *out, int64_t *key)
{
	struct row r = row_of(st);
	int64_t k = get_int(&r);
	bool good;

	*out = (struct st_run){0};
	good = row_run_itself(&r, a, out);
	r.sum = row_of(st).sum;
	good &= get_int(&r) == k;
	out->params = get_text(&r, a);
	out->outputs = get_text(&r, a);
	out->options = get_text(&r, a);
	out->data = get_text(&r, a);
	if (key)
		*key = k;
	return get_sum(&r) && good;
}

enum st_result
store_no_run(const char *id, struct wf_err *err)
{
	ERR(err, WF_NOT_FOUND, "no run \"%s\"", id);
	wf_err_hint(err, "`wfctl ls` lists the runs");
	return ST_EMPTY;
}

enum st_result
store_run_key(struct store *s, const char *id, int64_t *key, struct wf_err *err)
{
	sqlite3_stmt *st;
	int rc;

	if (s->run_key && str_eq(s->run, id)) {
		*key = s->run_key;
		return ST_OK;
	}
	st = query(s, Q_RUN_KEY);
	if (!st)
		return store_fail(s, SQLITE_OK, err);
	sqlite3_bind_text(st, 1, id, -1, SQLITE_STATIC);
	rc = sqlite3_step(st);
	if (rc == SQLITE_ROW)
		*key = sqlite3_column_int64(st, 0);
	sqlite3_reset(st);
	if (rc == SQLITE_DONE)
		return store_no_run(id, err);
	return rc == SQLITE_ROW ? ST_OK : store_fail(s, rc, err);
}
