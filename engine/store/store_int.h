/* What the files of the store share: the handle, queries by name, rows with
 * checksums, write transactions.
 *
 * Every stored row ends with a checksum over its other columns, key
 * included; writing and reading walk the columns in the same order:
 *
 *	struct row r = row_of(query(s, Q_PUT_STEP));
 *	put_int(&r, run); put_text(&r, path); put_sum(&r);
 *	...
 *	struct row r = row_of(query(s, Q_STEPS));
 *	run = get_int(&r); path = get_text(&r, a); if (!get_sum(&r)) ...
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_STORE_INT_H
#define WF_STORE_INT_H

#include <sqlite3.h>
#include <stdio.h>

#include "../base/map.h"
#include "reserve.h"
#include "store.h"

#define STORE_LOG_BYTES 4194304 /* kept of the log when it begins anew */

enum query {
#define Q(name, sql) Q_##name,
#include "query.def"
#undef Q
	NQUERIES
};

/* The sum of a row that was written, by the row's name (store_seal.c). */
struct known_sum {
	uint64_t name;
	int64_t sum;
};

struct st_history_cache {
	char *flow;
	int64_t newest; /* key of the newest run that was looked at */
	struct map paths;
	struct arena arena;
};

struct store {
	sqlite3 *db;
	char *dir, *path;
	enum st_mode mode;
	bool frozen;   /* read as it lies on the disk, without its log */
	bool broken;   /* a commit failed: nothing more may be written */
	bool searches; /* SQLite knows how to look for words */
	uint64_t random;
	int64_t busy_since;
	sqlite3_stmt *prepared[NQUERIES];
	int64_t data_version;

	/* The run that was written last: its key and what need not be
	 * written again. */
	char run[ST_RUN_ID];
	int64_t run_key;
	uint64_t docs;  /* digest of its texts */
	uint64_t fixed; /* digest of what hardly changes */
	uint64_t epoch; /* as taken by this handle; 0: not taken */
	struct known_sum sums[256];
	int64_t sums_of; /* key of the run they belong to; 0: none */

	struct st_history_cache history;
};

/* --- store_sqlite.c ------------------------------------------------------- */

/* The statement, reset and ready to be bound; NULL: see store_fail. */
sqlite3_stmt *query(struct store *s, enum query q);
/* Run a statement without result rows to its end, and reset it. */
int query_run(sqlite3_stmt *st);
/* Run plain SQL text. */
int store_exec(struct store *s, const char *sql);
/* First column of the first row of `sql`; `fallback` when there is none. */
int store_number(struct store *s, const char *sql, int64_t *out);

/* Say in `err` what SQLite's result means here. */
enum st_result store_fail(struct store *s, int rc, struct wf_err *err);
enum st_result
store_damaged(struct store *s, const char *what, struct wf_err *err);
/* How a read loop ended: SQLITE_DONE is ST_OK. */
enum st_result
store_done(struct store *s, sqlite3_stmt *st, int rc, struct wf_err *err);

/* A write transaction.  store_end commits when `sofar` is ST_OK, else rolls
 * back and returns it; a commit that fails is ST_UNSURE. */
enum st_result store_begin(struct store *s, struct wf_err *err);
enum st_result
store_end(struct store *s, enum st_result sofar, struct wf_err *err);
int store_on_busy(void *arg, int count);
uint64_t store_random(struct store *s);

/* --- migrate.c ------------------------------------------------------------ */

#define STORE_APPLICATION 0x77666374 /* "wfct" */
int store_schema(void);              /* the newest version */
/* Bring the schema up to date; ST_EMPTY: there is none and `mode` is
 * ST_READ. */
enum st_result store_migrate(struct store *s, struct wf_err *err);

/* --- store_row.c ---------------------------------------------------------- */

struct row {
	sqlite3_stmt *st;
	int i;
	uint64_t sum;
	int64_t kept; /* what put_sum stored */
};

/* The checksums of all rows of a run, xored by table: a row that got lost
 * shows as well as one that was changed. */
struct seal {
	int64_t steps, attempts, events;
};

struct row row_of(sqlite3_stmt *st);
void put_int(struct row *r, int64_t value);
void put_text(struct row *r, const char *text); /* NULL allowed */
void put_sum(struct row *r);
int64_t get_int(struct row *r);
const char *get_text(struct row *r, struct arena *a); /* or NULL */
bool get_sum(struct row *r);
bool get_seal(struct row *r, struct seal *seal); /* five columns */
/* SEAL_VALUES stand after all columns of a run. */
enum {
	AFTER_RUN = 21
};
void put_seal(struct row *r, int64_t run, const struct seal *seal);
uint64_t mix_text(uint64_t sum, const char *text);
/* The same of a text of `n` bytes that comes in pieces. */
struct text_sum {
	uint64_t sum;
	size_t left; /* bytes that wait for more, to be a word */
	char word[8];
};
void text_sum_begin(struct text_sum *t, uint64_t sum, size_t n);
void text_sum_add(struct text_sum *t, const char *bytes, size_t n);
uint64_t text_sum_end(struct text_sum *t);
uint64_t sum_ints(uint64_t sum, int64_t a, int64_t b);

/* Reads the row of the statement, as the columns of RUN_COLUMNS. */
bool
row_run(sqlite3_stmt *st, struct arena *a, struct st_run *out, int64_t *key);
/* The key of a run; ST_EMPTY (err set) when there is none. */
enum st_result store_run_key(struct store *s, const char *id, int64_t *key,
			     struct wf_err *err);
enum st_result store_no_run(const char *id, struct wf_err *err);

/* --- store_seal.c --------------------------------------------------------- */

int read_seal(struct store *s, int64_t run, struct seal *seal);
int write_seal(struct store *s, int64_t run, const struct seal *seal);
/* Before a row is written over or removed, and after it was written. */
int unseal_step(struct store *s, int64_t run, uint32_t ix, struct seal *seal);
int unseal_steps(struct store *s, int64_t run, uint32_t first, uint32_t n,
		 struct seal *seal);
int
unseal_attempt(struct store *s, int64_t run, uint64_t id, struct seal *seal);
void seal_step(struct store *s, uint32_t ix, int64_t sum, struct seal *seal);
void seal_attempt(struct store *s, uint64_t id, int64_t sum, struct seal *seal);
/* Remember sums of this run, which the handle has taken; 0: of none. */
void use_sums(struct store *s, int64_t run);
/* What was written may not be there. */
void forget_sums(struct store *s);

/* --- store_search.c -------------------------------------------------------
 */

/* Before words can be looked for; SQLite's results. */
int store_search_begin(struct store *s);
/* " AND ..." for a word, whose text is parameter number `param`. */
void
store_search_add(struct strbuf *sql, const struct search_word *w, size_t param);

/* --- store_put.c ------------------------------------------------------------
 */

/* Inside a transaction; SQLite's results. */
int write_step(struct store *s, int64_t run, const struct st_step *row,
	       struct seal *seal);
int write_attempt(struct store *s, int64_t run, const struct st_attempt *row,
		  struct seal *seal);
enum {
	EVENTS_AT_ONCE = 5 /* as many as a plain step makes */
};
int
write_events(struct store *s, int64_t run, const struct st_event *const *rows,
	     size_t n, struct seal *seal);
int write_answer(struct store *s, int64_t run, uint64_t message,
		 enum wf_code code, const char *answer);
int drop_steps(struct store *s, int64_t run, uint32_t first, uint32_t n,
	       struct seal *seal);
int drop_attempt(struct store *s, int64_t run, uint64_t id, struct seal *seal);
/* A new run; SQLite picks its key, so that its sum is not right yet. */
int add_run(struct store *s, const struct st_run *row);
int write_run(struct store *s, int64_t key, const struct st_run *row,
	      const struct seal *seal, bool all);
int write_docs(struct store *s, int64_t key, const struct st_run *row);

/* --- store_definition.c ----------------------------------------------------
 */

/* The same for definitions; one that is there is left alone. */
int write_definition(struct store *s, const char *hash, const char *text);
int
write_definition_from(struct store *s, const char *hash, struct pieces text);
/* Count a run that follows it; the last one to go takes it along. */
int count_definition(struct store *s, const char *hash, int delta);

#endif
