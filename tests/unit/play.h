/* Plays a flow without processes, disk or time: the test says how each
 * attempt ends and turns the clock.
 *
 *	struct play *p = play_new("steps: ...");
 *	play_end(p, "build", 0);
 *	assert_string_equal(play_state(p, "test"), "running");
 *	play_free(p);
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef WF_PLAY_H
#define WF_PLAY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <unistd.h>

#include "engine/base/clock.h"
#include "engine/base/fs.h"
#include "engine/run/copies.h"
#include "engine/run/request.h"
#include "engine/run/spec.h"
#include "engine/run/turn.h"
#include "engine/run/warn.h"

struct play {
	struct run *r;
	char dir[64];
	struct strbuf started; /* "build test " in order of starting */
	struct resumes *resumes;
};

static int64_t play_now = 1700000000000;
static int64_t play_skew; /* how far somebody has set the wall clock */

static inline int64_t
play_wall(void)
{
	return play_now + play_skew;
}

static inline int64_t
play_boot(void)
{
	return play_now - 1600000000000;
}

static const struct clock play_clock = {play_wall, play_boot};

static inline void
play_carry_out(struct play *p, struct effect *e)
{
	struct flight *f = run_flight(p->r, e->attempt);
	char *path;

	if (e->kind != EFFECT_START || !f || !f->spec)
		return;
	path = f->ix == IX_NONE ? mem_strdup(hook_name(p->r->hooks.at[0].hook))
				: run_path(p->r, f->ix);
	strbuf_addf(&p->started, "%s%s%s ", path,
		    f->phase == PHASE_DO ? "" : "!",
		    f->phase == PHASE_DO ? "" : phase_name(f->phase));
	free(path);
	spec_free(f->spec);
	f->spec = NULL;
}

/* With PLAY_RESUMES the engine dies after each turn, and a new one takes the
 * run up from the rows.  With PLAY_STAGE it lives, and screens can look. */
#if defined(PLAY_RESUMES) || defined(PLAY_STAGE)
static void play_turn(struct play *p);
static void
resumes_begin(struct play *p, struct st_run *row, struct pieces definition);
static void resumes_end(struct play *p);
static void
resumes_expect_kill(struct play *p, uint64_t attempt, enum warden_kill why);
#ifdef PLAY_STAGE
static void play_make_dir(struct play *p);
#endif
#else
#define resumes_begin(p, row, definition)    ((void)0)
#define resumes_end(p)                       ((void)0)
#define resumes_expect_kill(p, attempt, why) ((void)0)
#define expect_arrived(p, path, kind)        ((void)(p))

/* Turns until nothing moves by itself. */
static inline void
play_turn(struct play *p)
{
	while (run_turn(p->r)) {
		st_batch_free(p->r->batch);
		p->r->batch = st_batch_new(p->r->row.id);
		for (size_t k = 0; k < p->r->effects.n; k++)
			play_carry_out(p, &p->r->effects.at[k]);
		p->r->effects.n = 0;
	}
}
#endif

#ifndef PLAY_STAGE
static inline void
play_make_dir(struct play *p)
{
	snprintf(p->dir, sizeof(p->dir), "/tmp/wfctl-play-XXXXXX");
	assert_non_null(mkdtemp(p->dir));
}
#endif

/* `steps` is the text from "steps:" on; other keys may follow it. */
static inline struct play *
play_with(const char *text, const char *params, const char *options)
{
	struct play *p = mem_alloc(sizeof(*p));
	struct bundle *bundle;
	struct wf_diags diags = {0};
	struct wf_err err = {0};
	struct st_run row = {.id = "deadbeef",
			     .created = play_now,
			     .state = RUN_QUEUED,
			     .next_event = 1,
			     .params = params,
			     .options = options};
	char *path, *all = mem_printf("version: 1\n%s", text);

	clock_use(&play_clock);
	p->started = (struct strbuf)STRBUF_INIT;
	play_make_dir(p);
	path = mem_printf("%s/flow.yaml", p->dir);
	assert_int_equal(fs_write(path, all, strlen(all), 0600, &err), 0);
	if (bundle_load(path, &bundle, &diags, &err))
		fail_msg("%s", diags.n ? diags.at[0].message : err.message);
	row.flow = bundle->root->name;
	row.definition = bundle->hash;
	resumes_begin(p, &row, bundle_pieces(bundle));
	p->r = run_new(&row, bundle, p->dir, &turn_borders);
	run_begin(p->r);
	play_turn(p);
	wf_diags_release(&diags);
	free(path);
	free(all);
	return p;
}

static inline struct play *
play_new(const char *text)
{
	return play_with(text, "{}", "{}");
}

static inline void
play_free(struct play *p)
{
	char *rm = mem_printf("%s/flow.yaml", p->dir);

	unlink(rm);
	free(rm);
	resumes_end(p);
	rmdir(p->dir);
	run_free(p->r);
	strbuf_release(&p->started);
	free(p);
	clock_use(NULL);
}

static inline struct flight *
play_flight(struct play *p, const char *path)
{
	uint32_t ix = run_find(p->r, path);

	if (ix == IX_NONE)
		fail_msg("no step %s", path);
	for (size_t k = 0; k < p->r->flights.n; k++)
		if (p->r->flights.at[k].ix == ix)
			return &p->r->flights.at[k];
	fail_msg("%s has no attempt on its way but is %s", path,
		 step_states[run_inst(p->r, ix)->state].name);
	return NULL;
}

/* The attempt of the step ends: exit status, or why it was killed. */
static inline void
play_end_as(struct play *p, const char *path, int code, enum warden_kill kill)
{
	struct warden_news news = {.kind = WARDEN_ENDED,
				   .attempt = play_flight(p, path)->attempt,
				   .status = code << 8,
				   .kill = kill};

	resumes_expect_kill(p, news.attempt, kill);
	run_ended(p->r, &news);
	play_turn(p);
}

static inline void
play_end(struct play *p, const char *path, int code)
{
	play_end_as(p, path, code, WARDEN_KILL_NONE);
}

static inline void
play_pass(struct play *p, int64_t ms)
{
	play_now += ms;
	warn_look(p->r);
	copies_look(p->r);
	run_tick(p->r, clock_boot());
	play_turn(p);
}

static inline const char *
play_state(struct play *p, const char *path)
{
	uint32_t ix = run_find(p->r, path);

	return ix == IX_NONE ? "none"
			     : step_states[run_inst(p->r, ix)->state].name;
}

static inline const char *
play_run_state(struct play *p)
{
	return run_states[p->r->row.state].name;
}

static inline void
play_ask(struct play *p, const char *verb, const char *body)
{
	struct st_message m = {.id = 1,
			       .key = "k",
			       .verb = verb,
			       .body = body,
			       .actor = "root"};

	request_apply(p->r, &m);
	play_turn(p);
}

#ifdef PLAY_RESUMES
#include "play_resume.h"
#elif defined(PLAY_STAGE)
#include "play_stage.h"
#endif

#define expect_state(p, path, state)                                           \
	assert_string_equal(play_state((p), (path)), (state))
#define expect_run(p, state)    assert_string_equal(play_run_state(p), (state))
#define expect_started(p, text) assert_string_equal((p)->started.at, (text))

#endif
