/* The schema, one row per version, and the way from any older one to it.
 *
 * A row is never edited once it was released; a change is a new row.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "store_int.h"

/* clang-format off */
static const char *const versions[] = {
	/* 1: the tables.  A run's rows hang on its integer key; enums are
	 * small integers; `sum` is the checksum of the row (store_row.c); a
	 * step's `ord` is its order of finishing, and above 32 bits how many
	 * had finished when it first began. */
	"CREATE TABLE definition("
	" hash TEXT PRIMARY KEY NOT NULL, uses INTEGER NOT NULL,"
	" sum INTEGER NOT NULL, text TEXT NOT NULL);"
	"CREATE TABLE run("
	" k INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,"
	" flow TEXT NOT NULL, name TEXT, definition TEXT NOT NULL,"
	" state INTEGER NOT NULL, cause INTEGER NOT NULL,"
	" revision INTEGER NOT NULL, next_event INTEGER NOT NULL,"
	" next_attempt INTEGER NOT NULL, next_order INTEGER NOT NULL,"
	" epoch INTEGER NOT NULL, boot TEXT, created INTEGER NOT NULL,"
	" started INTEGER NOT NULL, finished INTEGER NOT NULL, actor TEXT,"
	" nsteps INTEGER NOT NULL, ndone INTEGER NOT NULL,"
	" nfailed INTEGER NOT NULL, sum INTEGER NOT NULL);"
	"CREATE TABLE doc("
	" k INTEGER PRIMARY KEY, params TEXT, outputs TEXT, options TEXT,"
	" data TEXT, sum INTEGER NOT NULL);"
	/* All row sums of a run, xored: a row that is missing shows. */
	"CREATE TABLE seal("
	" run INTEGER PRIMARY KEY, steps INTEGER NOT NULL,"
	" attempts INTEGER NOT NULL, events INTEGER NOT NULL,"
	" sum INTEGER NOT NULL);"
	"CREATE TABLE step("
	" run INTEGER NOT NULL, ix INTEGER NOT NULL, path TEXT NOT NULL,"
	" parent INTEGER NOT NULL, state INTEGER NOT NULL,"
	" cause INTEGER NOT NULL, tries INTEGER NOT NULL,"
	" ord INTEGER NOT NULL, started INTEGER NOT NULL,"
	" finished INTEGER NOT NULL, due INTEGER NOT NULL,"
	" exit_code INTEGER NOT NULL, outputs TEXT, data TEXT,"
	" sum INTEGER NOT NULL, PRIMARY KEY(run, ix)) WITHOUT ROWID;"
	"CREATE TABLE attempt("
	" run INTEGER NOT NULL, id INTEGER NOT NULL, ix INTEGER NOT NULL,"
	" n INTEGER NOT NULL, phase INTEGER NOT NULL, open INTEGER NOT NULL,"
	" started INTEGER NOT NULL, finished INTEGER NOT NULL,"
	" exit_code INTEGER NOT NULL, signal INTEGER NOT NULL,"
	" cause INTEGER NOT NULL, log TEXT, sum INTEGER NOT NULL,"
	" PRIMARY KEY(run, id)) WITHOUT ROWID;"
	"CREATE TABLE event("
	" run INTEGER NOT NULL, seq INTEGER NOT NULL, time INTEGER NOT NULL,"
	" kind INTEGER NOT NULL, decision INTEGER NOT NULL,"
	" ix INTEGER NOT NULL, actor TEXT, what TEXT, because TEXT,"
	" data TEXT, sum INTEGER NOT NULL, PRIMARY KEY(run, seq))"
	" WITHOUT ROWID;"
	"CREATE TABLE message("
	" id INTEGER PRIMARY KEY AUTOINCREMENT, run INTEGER NOT NULL,"
	" key TEXT NOT NULL, verb TEXT NOT NULL, body TEXT, actor TEXT,"
	" created INTEGER NOT NULL, sum INTEGER NOT NULL, code INTEGER,"
	" answer TEXT, answer_sum INTEGER, UNIQUE(run, key));"
	"CREATE TABLE claim("
	" k INTEGER PRIMARY KEY, name TEXT NOT NULL, run INTEGER NOT NULL,"
	" holder INTEGER NOT NULL, slots INTEGER NOT NULL,"
	" UNIQUE(name, run, holder));",

	/* 2: what makes looking fast with 100,000 runs. */
	"CREATE INDEX run_flow ON run(flow, k);"
	"CREATE INDEX run_name ON run(name, k) WHERE name IS NOT NULL;"
	"CREATE INDEX run_state ON run(state, k);"
	"CREATE INDEX message_open ON message(run, id) WHERE code IS NULL;"
	"CREATE INDEX event_decision ON event(run, seq) WHERE decision = 1;",

	/* 3: a run's seal stands in its row, which every commit writes
	 * anyway: one page less for each. */
	"ALTER TABLE run ADD COLUMN sealed_steps INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE run ADD COLUMN sealed_attempts"
	" INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE run ADD COLUMN sealed_events INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE run ADD COLUMN seal INTEGER NOT NULL DEFAULT 0;"
	"UPDATE run SET (sealed_steps, sealed_attempts, sealed_events, seal) ="
	" (SELECT s.steps, s.attempts, s.events, s.sum FROM seal s"
	" WHERE s.run = run.k) WHERE k IN (SELECT run FROM seal);"
	"DROP TABLE seal;",

	/* 4: how many runs use a definition, apart from its text; the column
	 * `uses` means nothing any more. */
	"CREATE TABLE used("
	" hash TEXT PRIMARY KEY NOT NULL, runs INTEGER NOT NULL)"
	" WITHOUT ROWID;"
	"INSERT INTO used SELECT hash, uses FROM definition;",
};
/* clang-format on */

int
store_schema(void)
{
	return (int)ARRAY_SIZE(versions);
}

static enum st_result
newer(struct store *s, int64_t found, struct wf_err *err)
{
	ERR(err, WF_STORE,
	    "this store was made by a newer wfctl (schema %lld, this one "
	    "knows %d)",
	    (long long)found, store_schema());
	wf_err_place(err, s->path, 0, 0);
	wf_err_hint(err, "use that version, or another directory (--state)");
	return ST_VERSION;
}

/* The version; 0 for a file without tables.  Whatever is not ours and not
 * empty is no store. */
static enum st_result
look(struct store *s, int64_t *version, struct wf_err *err)
{
	int64_t app = 0, tables = 0;
	int rc = store_number(s, "PRAGMA application_id", &app);

	if (!rc)
		rc = store_number(s, "PRAGMA user_version", version);
	if (!rc && app != STORE_APPLICATION)
		rc = store_number(s, "SELECT count(*) FROM sqlite_schema",
				  &tables);
	if (rc)
		return store_fail(s, rc, err);
	if (app != STORE_APPLICATION && (app || *version || tables)) {
		ERR(err, WF_STORE, "this is not a store of wfctl");
		wf_err_place(err, s->path, 0, 0);
		wf_err_hint(err, "name another directory (--state)");
		return ST_CORRUPT;
	}
	if (*version > store_schema())
		return newer(s, *version, err);
	if (*version < 0 || (app == STORE_APPLICATION && !*version))
		return store_damaged(s, "its version is not one", err);
	return ST_OK;
}

static enum st_result
upgrade(struct store *s, struct wf_err *err)
{
	char pragma[80];
	int64_t version = 0;
	enum st_result result = store_begin(s, err);
	int rc = SQLITE_OK;

	if (result)
		return result;
	/* Another process may have been faster. */
	result = look(s, &version, err);
	if (result || version == store_schema())
		return store_end(s, result, err);
	while (!rc && version < store_schema())
		rc = store_exec(s, versions[version++]);
	snprintf(pragma, sizeof(pragma),
		 "PRAGMA application_id=%d; PRAGMA user_version=%d",
		 STORE_APPLICATION, store_schema());
	if (!rc)
		rc = store_exec(s, pragma);
	if (rc)
		result = store_fail(s, rc, err);
	return store_end(s, result, err);
}

enum st_result
store_migrate(struct store *s, struct wf_err *err)
{
	int64_t version = 0;
	enum st_result result = look(s, &version, err);

	if (result || version == store_schema())
		return result;
	if (!version && s->mode == ST_READ)
		return ST_EMPTY;
	return upgrade(s, err);
}
