/* Plays flows into a store that screens look at: ids, times and process ids
 * are the same in every test.
 *
 *	stage_open(0x7f3a0000);
 *	p = play_new("name: nightly\nsteps: ...");
 *	play_end(p, "build", 0);
 *	views_init(&vs, stage.engine); ...
 *	stage_close();
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_PLAY_STAGE_H
#define WF_PLAY_STAGE_H

#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <time.h>

#include "engine/engine.h"
#include "engine/run/door.h"
#include "engine/store/store_int.h"

enum {
	STAGE_PID = 4711, /* of every engine */
	STAGE_PLAYS = 24
};

/* A path to the state that is the same in every test. */
#define STAGE_STATE "/proc/self/cwd/state"

static struct {
	char dir[64];
	struct store *store;
	struct wf_engine *engine;
	struct play *plays[STAGE_PLAYS];
	size_t nplays;
	char hashes[STAGE_PLAYS][24]; /* of their definitions */
	int doors[STAGE_PLAYS], ndoors;
	const char *actor;
} stage = {.actor = "ana"};

static inline void
stage_open(int64_t now)
{
	struct wf_err err = {0};

	setenv("TZ", "UTC", 1);
	tzset();
	play_now = now;
	clock_use(&play_clock);
	snprintf(stage.dir, sizeof(stage.dir), "/tmp/wfctl-stage-XXXXXX");
	assert_non_null(mkdtemp(stage.dir));
	assert_int_equal(chdir(stage.dir), 0);
	if (st_open("state", ST_CREATE, &stage.store, &err) ||
	    wf_engine_open(STAGE_STATE, WF_OPEN_WRITE, &stage.engine, &err))
		fail_msg("%s", err.message);
	st_relax(stage.store);
	stage.store->random = 42;
}

static inline int
stage_remove(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st, (void)kind, (void)ftw;
	return remove(path);
}

static inline void
stage_close(void)
{
	while (stage.ndoors)
		close(stage.doors[--stage.ndoors]);
	wf_engine_close(stage.engine);
	st_close(stage.store);
	assert_int_equal(chdir("/"), 0);
	nftw(stage.dir, stage_remove, 16, FTW_DEPTH | FTW_PHYS);
}

/* The engine of this run lives. */
static inline void
stage_take_door(const char *dir)
{
	int fd = door_take(dir, 0);
	char pid[16];
	int n = snprintf(pid, sizeof(pid), "%d\n", STAGE_PID);

	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, 0), 0);
	assert_int_equal(pwrite(fd, pid, (size_t)n, 0), n);
	stage.doors[stage.ndoors++] = fd;
}

static void
play_make_dir(struct play *p)
{
	static int n;

	snprintf(p->dir, sizeof(p->dir), "/proc/self/cwd/flow%d", ++n);
	assert_int_equal(mkdir(p->dir, 0700), 0);
}

static void
resumes_begin(struct play *p, struct st_run *row, struct pieces definition)
{
	struct wf_err err = {0};
	char *dir;

	/* The real one knows the folder. */
	snprintf(stage.hashes[stage.nplays], sizeof(stage.hashes[0]),
		 "a1b2c3%x0123456789", (unsigned)stage.nplays);
	row->definition = stage.hashes[stage.nplays];
	row->created = play_wall();
	row->actor = stage.actor;
	if (st_create_run(stage.store, row, definition, &err) ||
	    st_take_run(stage.store, row->id, &row->epoch, &err))
		fail_msg("%s", err.message);
	dir = wf_run_dir(stage.engine, row->id);
	assert_int_equal(fs_mkdirs(dir, &err), 0);
	door_furnish(STAGE_STATE, dir);
	stage_take_door(dir);
	free(dir);
	(void)p;
}

static void
resumes_end(struct play *p)
{
	(void)p;
}

static void
resumes_expect_kill(struct play *p, uint64_t attempt, enum warden_kill why)
{
	(void)p, (void)attempt, (void)why;
}

static void
play_turn(struct play *p)
{
	struct wf_err err = {0};

	while (run_turn(p->r)) {
		if (st_commit(stage.store, p->r->batch, &err))
			fail_msg("%s", err.message);
		st_batch_free(p->r->batch);
		p->r->batch = st_batch_new(p->r->row.id);
		for (size_t k = 0; k < p->r->effects.n; k++)
			play_carry_out(p, &p->r->effects.at[k]);
		p->r->effects.n = 0;
	}
}

/* What the attempt under way has written so far. */
static inline void
stage_log(struct play *p, const char *path, const char *text)
{
	struct wf_err err = {0};
	char *dir = wf_run_dir(stage.engine, p->r->row.id);
	char *file = mem_printf("%s/%s", dir, play_flight(p, path)->log);
	char *folder = mem_strndup(file, (size_t)(strrchr(file, '/') - file));

	assert_int_equal(fs_mkdirs(folder, &err), 0);
	assert_int_equal(fs_write(file, text, strlen(text), 0600, &err), 0);
	free(folder);
	free(file);
	free(dir);
}

/* Answer what a screen has asked of the run. */
static inline void
stage_serve(struct play *p)
{
	struct arena a = {0};
	struct st_message *m;
	size_t n;

	if (st_read_inbox(stage.store, p->r->row.id, &a, &m, &n, NULL))
		n = 0; /* deleted */
	for (size_t i = 0; i < n; i++)
		request_apply(p->r, &m[i]);
	play_turn(p);
	arena_release(&a);
}

#endif
