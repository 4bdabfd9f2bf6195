/* The texts of flows, each stored once for all runs that follow it.
 *
 * How many runs those are is counted beside them: a row of a definition may
 * be 16 MiB, and SQLite writes a row anew to change a number in it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "store_int.h"

enum {
	WHOLE = 256 * 1024, /* what is smaller is written as one text */
	ROOM = 32 * 1024    /* gathered before SQLite gets it */
};

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

/* --- large ones, which are never whole in memory -------------------------- */

static void
sum_piece(void *arg, const char *bytes, size_t n)
{
	text_sum_add(arg, bytes, n);
}

static void
add_piece(void *arg, const char *bytes, size_t n)
{
	strbuf_add(arg, bytes, n);
}

struct writing {
	sqlite3_blob *blob;
	int rc, at;
	struct strbuf room;
};

static void
flush(struct writing *w)
{
	if (!w->rc && w->room.n)
		w->rc = sqlite3_blob_write(w->blob, w->room.at, (int)w->room.n,
					   w->at);
	w->at += (int)w->room.n;
	w->room.n = 0;
}

static void
write_piece(void *arg, const char *bytes, size_t n)
{
	struct writing *w = arg;

	while (n) {
		size_t part = ROOM - w->room.n;

		part = n < part ? n : part;
		strbuf_add(&w->room, bytes, part);
		bytes += part;
		n -= part;
		if (w->room.n == ROOM)
			flush(w);
	}
}

/* The row was made with as many zeros as there are bytes. */
static int
fill(struct store *s, int64_t key, struct pieces text)
{
	struct writing w = {.room = STRBUF_INIT};

	w.rc = sqlite3_blob_open(s->db, "main", "definition", "text", key, 1,
				 &w.blob);
	if (!w.rc) {
		text.each(text.from, write_piece, &w);
		flush(&w);
	}
	sqlite3_blob_close(w.blob);
	strbuf_release(&w.room);
	return w.rc;
}

static int
write_large(struct store *s, const char *hash, struct pieces text)
{
	struct row r = row_of(query(s, Q_ADD_DEFINITION));
	struct text_sum sum;
	int rc;

	if (!r.st)
		return sqlite3_extended_errcode(s->db);
	put_text(&r, hash);
	text_sum_begin(&sum, r.sum, text.n);
	text.each(text.from, sum_piece, &sum);
	r.sum = text_sum_end(&sum);
	sqlite3_bind_zeroblob64(r.st, ++r.i, text.n);
	put_sum(&r);
	rc = query_run(r.st);
	if (rc || !sqlite3_changes(s->db))
		return rc; /* it is there */
	return fill(s, sqlite3_last_insert_rowid(s->db), text);
}

/* --- any -------------------------------------------------------------------
 */

int
write_definition_from(struct store *s, const char *hash, struct pieces text)
{
	struct strbuf whole = STRBUF_INIT;
	int rc;

	if (text.n >= WHOLE)
		return write_large(s, hash, text);
	text.each(text.from, add_piece, &whole);
	rc = write_definition(s, hash, whole.at);
	strbuf_release(&whole);
	return rc;
}

static int
run_counting(struct store *s, enum query q, const char *hash, int delta)
{
	struct row r = row_of(query(s, q));

	if (!r.st)
		return sqlite3_extended_errcode(s->db);
	put_text(&r, hash);
	if (q == Q_USE_DEFINITION)
		put_int(&r, delta);
	return query_run(r.st);
}

int
count_definition(struct store *s, const char *hash, int delta)
{
	int rc = run_counting(s, Q_USE_DEFINITION, hash, delta);

	if (!rc && delta < 0)
		rc = run_counting(s, Q_DROP_DEFINITION, hash, 0);
	if (!rc && delta < 0)
		rc = run_counting(s, Q_DROP_USE, hash, 0);
	return rc;
}

enum st_result
st_read_definition(struct store *s, const char *hash, struct arena *a,
		   const char **text, struct wf_err *err)
{
	struct row r = row_of(query(s, Q_DEFINITION));
	bool good;
	int rc;

	if (!r.st)
		return store_fail(s, SQLITE_OK, err);
	sqlite3_bind_text(r.st, 1, hash, -1, SQLITE_STATIC);
	rc = sqlite3_step(r.st);
	if (rc != SQLITE_ROW) {
		enum st_result result = store_done(s, r.st, rc, err);

		if (result)
			return result;
		ERR(err, WF_STORE, "the definition %s is not there", hash);
		wf_err_place(err, s->path, 0, 0);
		wf_err_hint(err, "give the file again with --flow FILE");
		return ST_EMPTY;
	}
	get_text(&r, a);
	*text = get_text(&r, a);
	good = get_sum(&r) && *text;
	sqlite3_reset(r.st);
	return good ? ST_OK : store_damaged(s, "the definition of a run", err);
}
