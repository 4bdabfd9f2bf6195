/* wfctl doctor: is the state directory well, and what to do when it is not.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "../cmd.h"
#include "../output.h"

enum health {
	HEALTH_OK,
	HEALTH_WARNING,
	HEALTH_BAD
};

struct visit {
	struct call *call;
	struct records records;
	enum health worst;
};

/* clang-format off */
static const struct column columns[] = {
	{"check", 0}, {"result", 0}, {"found", COLUMN_FLEX}, {"hint", COLUMN_FLEX}};
static const char *const words[] = {"ok", "warning", "bad"};
/* clang-format on */

static void
note(struct visit *v, const char *check, enum health health, const char *found,
     const char *hint)
{
	const char *cells[ARRAY_SIZE(columns)] = {check, words[health], found,
						  health ? hint : NULL};

	if (health > v->worst)
		v->worst = health;
	if (records_json(&v->records))
		records_object(&v->records,
			       json_pack("{s:s,s:s,s:o,s:o}", "check", check,
					 "result", words[health], "found",
					 json_text(found), "hint",
					 json_text(health ? hint : NULL)));
	else if (health || !v->call->globals.quiet)
		records_row(&v->records, cells);
}

static void
check_directory(struct visit *v, const char *dir)
{
	struct stat st;
	char found[512];

	if (stat(dir, &st) && errno == ENOENT) {
		snprintf(found, sizeof(found),
			 "%.400s is not there yet; the first run makes it",
			 dir);
		note(v, "state directory", HEALTH_OK, found, NULL);
		return;
	}
	if (stat(dir, &st)) {
		snprintf(found, sizeof(found), "%.400s: %s", dir,
			 strerror(errno));
		note(v, "state directory", HEALTH_BAD, found,
		     "name another with --state");
		return;
	}
	snprintf(found, sizeof(found), "%.400s, mode %04o", dir,
		 (unsigned)st.st_mode & 07777);
	if (st.st_uid != geteuid())
		note(v, "state directory", HEALTH_WARNING, found,
		     "it belongs to another user");
	else if (st.st_mode & 077)
		note(v, "state directory", HEALTH_WARNING, found,
		     "others may look in: chmod 700");
	else if (access(dir, W_OK))
		note(v, "state directory", HEALTH_BAD, found,
		     "it cannot be written");
	else
		note(v, "state directory", HEALTH_OK, found, NULL);
}

static void
check_room(struct visit *v, const char *dir)
{
	struct statvfs fs;
	char found[128];
	unsigned long long mib;
	double share;

	if (statvfs(dir, &fs) || !fs.f_blocks)
		return;
	mib = (unsigned long long)fs.f_bavail * fs.f_frsize >> 20;
	share = 100.0 * (double)fs.f_bavail / (double)fs.f_blocks;
	snprintf(found, sizeof(found), "%llu MiB (%.0f%%) free", mib, share);
	note(v, "disk",
	     mib < 16                 ? HEALTH_BAD
	     : mib < 256 && share < 5 ? HEALTH_WARNING
				      : HEALTH_OK,
	     found, "make room, or wfctl prune --older 30d");
}

static void
check_store(struct visit *v)
{
	struct wf_err err = {0};
	char *findings = NULL;
	enum wf_code code = wf_store_check(v->call->engine, &findings, &err);

	if (code == WF_NOT_FOUND)
		note(v, "store", HEALTH_OK, "none yet", NULL);
	else if (code)
		note(v, "store", HEALTH_BAD, err.message,
		     *err.hint ? err.hint : "restore a backup");
	else if (findings && *findings)
		note(v, "store", HEALTH_BAD, findings, "restore a backup");
	else
		note(v, "store", HEALTH_OK, "whole", NULL);
	free(findings);
}

static void
check_runs(struct visit *v)
{
	struct wf_run_filter filter = {.interrupted = true, .limit = 100};
	struct wf_runs runs = {0};
	struct wf_err err = {0};
	struct strbuf found = STRBUF_INIT;

	if (wf_runs(v->call->engine, &filter, &runs, &err)) {
		note(v, "runs", HEALTH_BAD, err.message, err.hint);
		return;
	}
	for (size_t i = 0; i < runs.n; i++)
		strbuf_addf(&found, "%s%s",
			    i ? " " : "interrupted: ", runs.at[i].id);
	note(v, "runs", runs.n ? HEALTH_WARNING : HEALTH_OK,
	     runs.n ? found.at : "every unfinished run has its engine",
	     "go on with wfctl resume @interrupted, or wfctl cancel");
	strbuf_release(&found);
	wf_list_free(&runs.list);
}

/* Steps that run elsewhere need a client here; others miss nothing. */
static void
check_executors(struct visit *v)
{
	struct strbuf found = STRBUF_INIT;
	struct wf_executor_info e;

	for (size_t i = 0; wf_flow_executor(i, &e); i++)
		strbuf_addf(&found, "%s%s: %s%s", i ? ", " : "", e.name,
			    e.there ? "" : "no ", e.client);
	note(v, "executors", HEALTH_OK, found.at, NULL);
	strbuf_release(&found);
}

/* Nothing is created: a doctor looks. */
static enum wf_code
doctor(struct call *call, struct wf_err *err)
{
	struct visit v = {.call = call};
	struct wf_err why = {0};

	(void)err;
	records_begin(&v.records, call, columns, ARRAY_SIZE(columns));
	if (call_open(call, WF_OPEN_READ, &why)) {
		note(&v, "store", HEALTH_BAD, why.message,
		     *why.hint ? why.hint : "run something first");
	} else {
		const char *dir = wf_engine_dir(call->engine);

		check_directory(&v, dir);
		check_room(&v, dir);
		check_store(&v);
		check_runs(&v);
	}
	check_executors(&v);
	records_end(&v.records);
	return v.worst == HEALTH_BAD ? WF_STORE : WF_OK;
}

const struct cmd_entry cmd_doctor = {
	.about = "With -q only what is not well is printed.",
	.example = "wfctl doctor -o json",
	.run = doctor,
};
