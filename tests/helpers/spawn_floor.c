/* What starting N processes costs at least, with and without one durable
 * commit for each: the floor that `make bench` measures wfctl against.
 *
 *	spawn_floor N PARALLEL [DATABASE]
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <spawn.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static void
die(const char *what)
{
	fprintf(stderr, "spawn_floor: %s\n", what);
	exit(1);
}

static void
exec_sql(sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		die(sqlite3_errmsg(db));
}

static sqlite3 *
open_database(const char *path)
{
	sqlite3 *db;

	if (sqlite3_open(path, &db) != SQLITE_OK)
		die("cannot open the database");
	exec_sql(db, "PRAGMA journal_mode=WAL");
	exec_sql(db, "PRAGMA synchronous=FULL");
	exec_sql(db, "CREATE TABLE IF NOT EXISTS step(n INTEGER, state TEXT)");
	return db;
}

static void
start(void)
{
	char name[] = "true";
	char *argv[] = {name, NULL};
	pid_t pid;

	if (posix_spawnp(&pid, "true", NULL, NULL, argv, environ) != 0)
		die("cannot start true");
}

int
main(int argc, char **argv)
{
	if (argc < 3)
		die("usage: spawn_floor N PARALLEL [DATABASE]");
	long n = strtol(argv[1], NULL, 10);
	long parallel = strtol(argv[2], NULL, 10);
	sqlite3 *db = argc > 3 ? open_database(argv[3]) : NULL;
	long started = 0, ended = 0;

	while (ended < n) {
		/* As few commits as can be: one for all that is known. */
		if (db)
			exec_sql(db, "INSERT INTO step VALUES (1, 'running')");
		for (; started < n && started - ended < parallel; started++)
			start();
		if (waitpid(-1, NULL, 0) < 0)
			die("a child is missing");
		ended++;
		while (waitpid(-1, NULL, WNOHANG) > 0)
			ended++;
	}
	sqlite3_close(db);
	return 0;
}
