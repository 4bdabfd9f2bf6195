/* What starting N processes costs at least: alone, with a log file for each,
 * with one durable commit for what is known: the floors that `make bench`
 * measures wfctl against.
 *
 *	spawn_floor [-d DATABASE] [-l DIRECTORY] N PARALLEL
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <fcntl.h>
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
start(const char *logs, long number)
{
	char name[] = "true", path[4096];
	char *argv[] = {name, NULL};
	posix_spawn_file_actions_t actions;
	pid_t pid;

	posix_spawn_file_actions_init(&actions);
	if (logs) {
		snprintf(path, sizeof(path), "%s/%ld", logs, number);
		posix_spawn_file_actions_addopen(
			&actions, 1, path, O_WRONLY | O_CREAT | O_APPEND, 0600);
		posix_spawn_file_actions_adddup2(&actions, 1, 2);
	}
	if (posix_spawnp(&pid, "true", &actions, NULL, argv, environ) != 0)
		die("cannot start true");
	posix_spawn_file_actions_destroy(&actions);
}

static void
run(long n, long parallel, sqlite3 *db, const char *logs)
{
	long started = 0, ended = 0;

	while (ended < n) {
		/* As few commits as can be: one for all that is known. */
		if (db)
			exec_sql(db, "INSERT INTO step VALUES (1, 'running')");
		for (; started < n && started - ended < parallel; started++)
			start(logs, started);
		if (waitpid(-1, NULL, 0) < 0)
			die("a child is missing");
		ended++;
		while (waitpid(-1, NULL, WNOHANG) > 0)
			ended++;
	}
}

int
main(int argc, char **argv)
{
	const char *logs = NULL;
	sqlite3 *db = NULL;
	int option;

	while ((option = getopt(argc, argv, "d:l:")) != -1) {
		if (option == 'd')
			db = open_database(optarg);
		else if (option == 'l')
			logs = optarg;
		else
			return 2;
	}
	if (argc - optind != 2)
		die("usage: spawn_floor [-d DATABASE] [-l DIRECTORY] N "
		    "PARALLEL");
	run(strtol(argv[optind], NULL, 10), strtol(argv[optind + 1], NULL, 10),
	    db, logs);
	sqlite3_close(db);
	return 0;
}
