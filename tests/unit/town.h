/* A store with a run in every state a screen can show, at a fixed time.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_TOWN_H
#define WF_TOWN_H

#define PLAY_STAGE 1
#include "play.h"

#include <sched.h>

#include "engine/run/recover.h"

enum {
	SECOND = 1000,
	MINUTE = 60 * SECOND,
	HOUR = 60 * MINUTE
};

/* 2025-11-21T10:31:02Z */
#define TOWN_TIME INT64_C(1763721062000)

static struct {
	struct play *etl, *stopped, *undone, *stuck, *failed, *backup, *fan;
	struct play *asks, *lost, *held, *gone, *nightly;
} town;

/* It goes on as long as the clock runs; nothing ends meanwhile. */
static inline void
town_pass(int64_t ms)
{
	play_now += ms;
}

static inline struct play *
town_play(const char *text, const char *params)
{
	struct play *p = play_with(text, params, "{}");

	stage.plays[stage.nplays++] = p;
	return p;
}

static const char town_etl[] = "name: etl-hourly\n"
			       "on_failure: rollback\n"
			       "params: {day: {type: string, default: mon}}\n"
			       "env: {STAGE: prod}\n"
			       "steps:\n"
			       "- {id: extract, run: ./extract, undo: rm raw}\n"
			       "- {id: load, needs: [extract], run: ./load,"
			       " undo: ./unload}\n"
			       "- {id: report, needs: [load], run: ./report,"
			       " env: {DAY: \"${{ params.day }}\"}}\n";

static inline void
town_past(void)
{
	struct play *p = town.etl = town_play(town_etl, "{\"day\":\"fri\"}");

	town_pass(2 * MINUTE);
	play_end(p, "extract", 0);
	town_pass(3 * MINUTE);
	play_end(p, "load", 0);
	town_pass(2 * SECOND);
	play_end(p, "report", 0);
	expect_run(p, "succeeded");

	town_pass(3 * HOUR);
	p = town.stopped = town_play("name: reindex\nsteps:\n"
				     "- {id: scan, run: ./scan}\n"
				     "- {id: index, needs: [scan], run: ./i}\n",
				     "{}");
	town_pass(10 * MINUTE);
	play_ask(p, "cancel", "{}");
	play_end_as(p, "scan", 0, WARDEN_KILL_CANCEL);
	expect_run(p, "cancelled");
}

static inline void
town_rollbacks(void)
{
	struct play *p;

	town_pass(5 * HOUR);
	p = town.undone = town_play(town_etl, "{}");
	town_pass(2 * MINUTE);
	play_end(p, "extract", 0);
	town_pass(MINUTE);
	play_end(p, "load", 7);
	town_pass(4 * SECOND);
	play_end(p, "load", 0);
	town_pass(SECOND);
	play_end(p, "extract", 0);
	expect_run(p, "rolled_back");

	town_pass(24 * HOUR);
	p = town.stuck = town_play(town_etl, "{}");
	town_pass(2 * MINUTE);
	play_end(p, "extract", 0);
	town_pass(MINUTE);
	stage_log(p, "load", "connection refused\n");
	play_end(p, "load", 7);
	town_pass(4 * SECOND);
	play_end(p, "load", 1);
	expect_run(p, "rollback_failed");
}

static inline void
town_failed(void)
{
	struct play *p = town.failed =
		town_play("name: nightly-release\nsteps:\n"
			  "- {id: build, run: make, undo: make clean}\n"
			  "- {id: publish, needs: [build], run: ./publish,"
			  " irreversible: true}\n"
			  "- {id: deploy, needs: [publish], run: ./deploy,"
			  " undo: ./undeploy}\n"
			  "- {id: smoke, needs: [deploy], run: ./smoke}\n",
			  "{}");

	town_pass(90 * SECOND);
	play_end(p, "build", 0);
	town_pass(5 * SECOND);
	play_end(p, "publish", 0);
	town_pass(150 * SECOND);
	stage_log(p, "deploy",
		  "uploading\nname: \"abc\342\200\256txt.exe\" \033[2J\007\n"
		  "10%\r55%\r100%\nno such host: eu-west\n");
	play_end(p, "deploy", 2);
	expect_run(p, "failed");
}

static inline void
town_odd(void)
{
	struct play *p;
	struct orphan o = {0};

	town_pass(20 * HOUR);
	p = town.lost = town_play("name: transfer\nsteps:\n"
				  "- {id: pay, run: ./pay}\n"
				  "- {id: book, needs: [pay], run: ./book}\n",
				  "{}");
	town_pass(MINUTE);
	o.attempt = play_flight(p, "pay")->attempt;
	recover_orphan_ended(p->r, &o, -1);
	play_turn(p);
	expect_state(p, "pay", "lost");

	p = town.held = town_play("name: mirror\nsteps:\n"
				  "- {id: sync, run: ./sync}\n"
				  "- {id: check, needs: [sync], run: ./c}\n",
				  "{}");
	town_pass(30 * SECOND);
	play_ask(p, "pause", "{\"reason\":\"disk swap\"}");
	play_end(p, "sync", 0);
	expect_run(p, "paused");

	p = town.gone = town_play("name: thumbnails\nsteps:\n"
				  "- {id: resize, run: ./resize}\n",
				  "{}");
	close(stage.doors[--stage.ndoors]);
	town_pass(10 * SECOND);
}

static inline void
town_going(void)
{
	struct play *p = town.fan =
		town_play("name: convert\nmax_parallel: 2\nsteps:\n"
			  "- {id: list, run: ls}\n"
			  "- {id: each, needs: [list], run: ./conv,"
			  " foreach: [a, b, c, d], on_failure: continue}\n"
			  "- {id: sleep, needs: [list], wait: {for: 2h}}\n"
			  "- {id: pack, needs: [each], run: ./pack}\n",
			  "{}");

	town_pass(2 * SECOND);
	play_end(p, "list", 0);
	town_pass(20 * SECOND);
	play_end(p, "each[a]", 0);
	play_end(p, "each[b]", 4);
	town_pass(4 * MINUTE);

	p = town.backup = town_play("name: backup-db\nsteps:\n"
				    "- {id: dump, run: pg_dump}\n"
				    "- {id: pack, needs: [dump], run: xz}\n"
				    "- {id: send, needs: [pack], run: ./s}\n",
				    "{}");
	stage_log(p, "dump", "dumping table 1\ndumping table 2\n");
	town_pass(9 * MINUTE);

	p = town.asks =
		town_play("name: deploy-eu\nsteps:\n"
			  "- {id: canary, run: ./canary}\n"
			  "- id: approve-prod\n"
			  "  needs: [canary]\n"
			  "  approval:\n"
			  "    prompt: Deploy tag 2025.11 to EU?\n"
			  "    assignees: [ana, ops]\n"
			  "    timeout: 24h\n"
			  "    form:\n"
			  "      percent: {type: int, required: true, min: 1,"
			  " max: 100}\n"
			  "      window: {type: string, enum: [now, tonight]}\n"
			  "- {id: deploy, needs: [approve-prod], run: ./deploy,"
			  " undo: ./undeploy}\n",
			  "{}");
	town_pass(20 * SECOND);
	play_end(p, "canary", 0);
	expect_run(p, "waiting");
	town_pass(MINUTE);
}

static const char town_nightly_text[] =
	"name: nightly-release\n"
	"max_parallel: 4\n"
	"params: {env: {type: string}, tag: {type: string}}\n"
	"steps:\n"
	"- {id: checkout, run: git fetch}\n"
	"- {id: build-api, needs: [checkout], run: make api,"
	" retry: {limit: 2, delay: 10s, jitter: 0, only: [137]}}\n"
	"- {id: build-web, needs: [checkout], run: make web}\n"
	"- {id: unit-tests, needs: [build-api], run: make test}\n"
	"- {id: migrate-db, needs: [build-api], run: psql -f up.sql,"
	" undo: psql -f down.sql}\n"
	"- {id: e2e-tests, needs: [build-web], run: make e2e,"
	" timeout: 10m, retry: {limit: 3, delay: 15s, backoff: exponential, "
	"jitter: 0,"
	" max_delay: 2m, only: [1]}}\n"
	"- {id: approve-prod, needs: [unit-tests, e2e-tests],"
	" approval: {prompt: Deploy?}}\n"
	"- {id: deploy, needs: [migrate-db, approve-prod], run: ./deploy,"
	" undo: ./undeploy}\n"
	"- {id: smoke, needs: [deploy], run: ./smoke}\n"
	"- {id: notify, needs: [smoke], run: ./notify}\n";

/* The run of the mock-ups: a retry is due in 16 seconds. */
static inline void
town_nightly(void)
{
	struct play *p = town.nightly = town_play(
		town_nightly_text, "{\"env\":\"prod\",\"tag\":\"2025.11\"}");

	town_pass(3 * SECOND);
	play_end(p, "checkout", 0);
	town_pass(37 * SECOND);
	play_end(p, "build-api", 137);
	play_pass(p, 10 * SECOND);
	town_pass(11 * SECOND);
	play_end(p, "build-web", 0);
	town_pass(61 * SECOND);
	play_end(p, "build-api", 0);
	town_pass(14 * SECOND);
	play_end(p, "migrate-db", 0);
	town_pass(109 * SECOND);
	play_end(p, "unit-tests", 0);
	town_pass(100 * SECOND);
	play_end(p, "e2e-tests", 1);
	play_pass(p, 15 * SECOND);
	town_pass(319 * SECOND);
	stage_log(p, "e2e-tests",
		  "starting browsers (3)\nlogin flow ........ ok\n"
		  "checkout flow ..... ok\n"
		  "refund flow ....... FAIL  expected 200, got 503\n"
		  "2 passed, 1 failed\n");
	play_end(p, "e2e-tests", 1);
	town_pass(14 * SECOND);
	expect_state(p, "e2e-tests", "retry_wait");
}

/* As many processors on every machine: flows that say nothing of it may have
 * that many steps at once. */
static inline void
town_narrow(void)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
}

static inline void
town_open(void)
{
	town_narrow();
	stage_open(TOWN_TIME - 60 * HOUR);
	town_past();
	town_rollbacks();
	town_failed();
	town_odd();
	town_going();
	town_nightly();
}

static inline void
town_close(void)
{
	while (stage.nplays)
		play_free(stage.plays[--stage.nplays]);
	stage_close();
}

/* Around the tests of a file: all of them meet the same town. */
static inline int
town_set_up(void **state)
{
	(void)state;
	town_open();
	return 0;
}

static inline int
town_tear_down(void **state)
{
	(void)state;
	town_close();
	return 0;
}

#endif
