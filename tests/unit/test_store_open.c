/* Opening stores: whose directory, which version, what there is to say.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "engine/store/store.h"

struct fixture {
	char dir[64], path[128];
	struct wf_err err;
};

static int
set_up(void **state)
{
	struct fixture *f = mem_alloc(sizeof(*f));

	snprintf(f->dir, sizeof(f->dir), "/tmp/wf-open-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	snprintf(f->path, sizeof(f->path), "%s/store.db", f->dir);
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	static const char *const names[] = {"store.db", "store.db-wal",
					    "store.db-shm", "reserve", "link"};
	struct fixture *f = *state;
	char path[128];

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", f->dir, names[i]);
		unlink(path);
	}
	rmdir(f->dir);
	free(f);
	return 0;
}

static enum st_result
try_open(struct fixture *f, const char *dir, enum st_mode mode)
{
	struct store *s = NULL;
	enum st_result result = st_open(dir, mode, &s, &f->err);

	st_close(s);
	if (result) {
		assert_null(s);
		assert_int_equal(f->err.code, WF_STORE);
		assert_string_not_equal(f->err.message, "");
		assert_string_not_equal(f->err.hint, "");
		assert_string_not_equal(f->err.file, "");
	}
	return result;
}

static void
change(struct fixture *f, const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static unsigned
mode_of(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_mode & 0777;
}

static void
looking_makes_no_store(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(try_open(f, f->dir, ST_READ), ST_EMPTY);
	assert_int_equal(access(f->path, F_OK), -1);
	assert_int_equal(try_open(f, "/nonexistent/state", ST_READ), ST_EMPTY);
	assert_int_equal(try_open(f, f->dir, ST_WRITE), ST_EMPTY);
}

static void
a_new_store_is_for_its_owner_alone(void **state)
{
	struct fixture *f = *state;
	char dir[96], path[192];
	struct store *s;
	mode_t before = umask(0);

	snprintf(dir, sizeof(dir), "%s/deep", f->dir);
	assert_int_equal(st_open(dir, ST_CREATE, &s, &f->err), 0);
	umask(before);
	assert_int_equal(mode_of(dir), 0700);
	snprintf(path, sizeof(path), "%s/store.db", dir);
	assert_int_equal(mode_of(path), 0600);
	snprintf(path, sizeof(path), "%s/store.db-wal", dir);
	assert_int_equal(mode_of(path), 0600);
	snprintf(path, sizeof(path), "%s/store.db-shm", dir);
	assert_int_equal(mode_of(path), 0600);
	st_close(s);
	for (const char *const *n =
		     (const char *const[]){"store.db", "store.db-wal",
					   "store.db-shm", "reserve", NULL};
	     *n; n++) {
		snprintf(path, sizeof(path), "%s/%s", dir, *n);
		unlink(path);
	}
	rmdir(dir);
}

static void
a_directory_open_to_others_is_refused(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(try_open(f, f->dir, ST_CREATE), 0);
	assert_int_equal(chmod(f->dir, 0755), 0);
	assert_int_equal(try_open(f, f->dir, ST_WRITE), ST_DENIED);
	assert_non_null(strstr(f->err.hint, "chmod 700"));
	assert_int_equal(try_open(f, f->dir, ST_CREATE), ST_DENIED);
}

static void
an_empty_directory_is_tightened(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(chmod(f->dir, 0755), 0);
	assert_int_equal(try_open(f, f->dir, ST_CREATE), 0);
	assert_int_equal(mode_of(f->dir), 0700);
}

static void
a_link_is_no_state_directory(void **state)
{
	struct fixture *f = *state;
	char link[128];

	snprintf(link, sizeof(link), "%s/link", f->dir);
	assert_int_equal(symlink("/tmp", link), 0);
	assert_int_equal(try_open(f, link, ST_CREATE), ST_DENIED);
	assert_int_equal(symlink("/etc/passwd", f->path), 0);
	assert_int_equal(try_open(f, f->dir, ST_CREATE), ST_CORRUPT);
}

static void
a_file_is_no_state_directory(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(try_open(f, "/etc/passwd", ST_CREATE), ST_DENIED);
	assert_int_equal(try_open(f, "/dev/null/x", ST_READ), ST_DENIED);
}

static void
a_newer_store_is_refused(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(try_open(f, f->dir, ST_CREATE), 0);
	change(f, "PRAGMA user_version=77");
	assert_int_equal(try_open(f, f->dir, ST_READ), ST_VERSION);
	assert_int_equal(try_open(f, f->dir, ST_CREATE), ST_VERSION);
	assert_non_null(strstr(f->err.message, "newer wfctl (schema 77"));
	assert_non_null(strstr(f->err.hint, "use that version"));
}

static void
another_database_is_not_a_store(void **state)
{
	struct fixture *f = *state;

	change(f, "CREATE TABLE bookmark(url)");
	chmod(f->path, 0600);
	assert_int_equal(try_open(f, f->dir, ST_CREATE), ST_CORRUPT);
	assert_non_null(strstr(f->err.message, "not a store"));
}

/* Version 1 had the tables, version 2 brought the indexes, version 3 put
 * seals into the rows of their runs, version 4 counts uses apart. */
static void
version_1_is_brought_up_to_date(void **state)
{
	struct fixture *f = *state;
	struct st_run run = {.flow = "f",
			     .definition = "d",
			     .state = RUN_SUCCEEDED},
		      got;
	const char *text;
	struct st_step row = {.path = "a", .parent = UINT32_MAX}, *steps;
	struct st_batch *b;
	struct arena a = {0};
	struct store *s;
	size_t n;

	assert_int_equal(st_open(f->dir, ST_CREATE, &s, &f->err), 0);
	assert_int_equal(st_create_run(s, &run, pieces_of("text"), &f->err), 0);
	b = st_batch_new(run.id);
	st_put_step(b, &row);
	assert_int_equal(st_commit(s, b, &f->err), 0);
	st_batch_free(b);
	st_close(s);
	change(f, "CREATE TABLE seal("
		  " run INTEGER PRIMARY KEY, steps INTEGER NOT NULL,"
		  " attempts INTEGER NOT NULL, events INTEGER NOT NULL,"
		  " sum INTEGER NOT NULL);"
		  "INSERT INTO seal SELECT k, sealed_steps, sealed_attempts,"
		  " sealed_events, seal FROM run;"
		  "ALTER TABLE run DROP COLUMN sealed_steps;"
		  "ALTER TABLE run DROP COLUMN sealed_attempts;"
		  "ALTER TABLE run DROP COLUMN sealed_events;"
		  "ALTER TABLE run DROP COLUMN seal;"
		  "UPDATE definition SET uses = 1; DROP TABLE used;"
		  "DROP INDEX run_flow; DROP INDEX run_name;"
		  "DROP INDEX run_state; DROP INDEX message_open;"
		  "DROP INDEX event_decision; PRAGMA user_version=1");
	assert_int_equal(st_open(f->dir, ST_READ, &s, &f->err), 0);
	assert_int_equal(st_read_run(s, run.id, &a, &got, &f->err), 0);
	assert_int_equal(st_read_steps(s, run.id, &a, &steps, &n, &f->err), 0);
	assert_int_equal(n, 1);
	st_close(s);
	change(f, "DROP INDEX run_flow; DROP INDEX event_decision");
	assert_int_equal(st_open(f->dir, ST_WRITE, &s, &f->err), 0);
	assert_int_equal(st_delete_run(s, run.id, &f->err), 0);
	assert_int_equal(st_read_definition(s, "d", &a, &text, &f->err),
			 ST_EMPTY);
	st_close(s);
	arena_release(&a);
}

static void
a_removed_store_is_noticed_before_anything_starts(void **state)
{
	struct fixture *f = *state;
	struct st_run run = {.flow = "f", .definition = "d"};
	char away[160];
	struct store *s;

	assert_int_equal(st_open(f->dir, ST_CREATE, &s, &f->err), 0);
	snprintf(away, sizeof(away), "%s.away", f->path);
	assert_int_equal(rename(f->path, away), 0);
	assert_int_equal(st_create_run(s, &run, pieces_of("text"), &f->err),
			 ST_DOWN);
	assert_non_null(strstr(f->err.message, "gone"));
	assert_int_equal(rename(away, f->path), 0);
	st_close(s);
}

static void
a_reader_cannot_write(void **state)
{
	struct fixture *f = *state;
	struct st_run run = {.flow = "f", .definition = "d"};
	struct store *s;

	assert_int_equal(try_open(f, f->dir, ST_CREATE), 0);
	assert_int_equal(st_open(f->dir, ST_READ, &s, &f->err), 0);
	assert_int_equal(st_create_run(s, &run, pieces_of("text"), &f->err),
			 ST_DENIED);
	st_close(s);
}

static void
awkward_names_are_only_names(void **state)
{
	struct fixture *f = *state;
	char dir[160], path[256];
	struct store *s;

	snprintf(dir, sizeof(dir), "%s/a?b#c%%20 \"'file:d", f->dir);
	assert_int_equal(st_open(dir, ST_CREATE, &s, &f->err), 0);
	assert_string_equal(st_dir(s), dir);
	st_close(s);
	for (const char *const *n =
		     (const char *const[]){"store.db", "store.db-wal",
					   "store.db-shm", "reserve", NULL};
	     *n; n++) {
		snprintf(path, sizeof(path), "%s/%s", dir, *n);
		assert_int_equal(unlink(path), 0);
	}
	rmdir(dir);
}

#define WITH_DIR(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_DIR(looking_makes_no_store),
		WITH_DIR(a_new_store_is_for_its_owner_alone),
		WITH_DIR(a_directory_open_to_others_is_refused),
		WITH_DIR(an_empty_directory_is_tightened),
		WITH_DIR(a_link_is_no_state_directory),
		WITH_DIR(a_file_is_no_state_directory),
		WITH_DIR(a_newer_store_is_refused),
		WITH_DIR(another_database_is_not_a_store),
		WITH_DIR(version_1_is_brought_up_to_date),
		WITH_DIR(a_removed_store_is_noticed_before_anything_starts),
		WITH_DIR(a_reader_cannot_write),
		WITH_DIR(awkward_names_are_only_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
